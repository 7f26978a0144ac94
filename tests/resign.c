/*
 * resign DIR FOLDER KEY: the manifest of a folder of evidence signed anew by that person of the service
 * DIR, over the files as they are now: an auditor who lies. For the tests of verify.sh.
 *
 * resign DIR FOLDER KEY NAME DOCUMENT ACT: the same of another document of the folder, as an act of that name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/person.h"
#include "base/file.h"
#include "base/pem.h"
#include "or_die.h"
#include "vault/digest.h"
#include "vault/secret.h"

static void
put(const char *folder, const char *name, const char *ending, const struct sink *s)
{
	char path[SERVICE_PATH];
	struct fault fault = { 0 };
	snprintf(path, sizeof(path), "%s/%s.%s", folder, name, ending);
	or_die(file_write(path, 0640, s->at, s->len, &fault), &fault);
}

static enum act_kind
kind_named(const char *name)
{
	for (int k = 0; k < ACT_KINDS; k++)
		if (strcmp(act_name((enum act_kind)k), name) == 0)
			return (enum act_kind)k;
	exit(2);
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	uint8_t *signed_for, digest[32], point[P256_POINT], bytes[ACT_PACKED];
	size_t n;
	char path[SERVICE_PATH];
	struct act a;
	struct sink packed = SINK_INTO(bytes);
	OWN_SINK tbs = SINK_GROW(4096);
	OWN_SINK spki = SINK_GROW(4096);
	OWN_SINK pem = SINK_GROW(4096);
	if (argc != 4 && argc != 7)
		return 2;
	const char *name = argc == 7 ? argv[4] : "manifest",
		   *document = argc == 7 ? argv[5] : "manifest.json";
	enum act_kind kind = argc == 7 ? kind_named(argv[6]) : ACT_EVIDENCE;
	or_die(vault_start(&fault) && service_open(argv[1], NULL, &s, &fault) &&
		   person_open(s, argv[3], "", 0, &p, &fault),
	    &fault);
	snprintf(path, sizeof(path), "%s/%s", argv[2], document);
	or_die(file_read(path, 4 << 20, &signed_for, &n, &fault), &fault);
	digest_of(signed_for, n, digest);
	free(signed_for);
	a = (struct act){ .charter = p->charter, .at = s->now };
	snprintf(a.person, sizeof(a.person), "%s", p->id);
	memcpy(a.subject, digest, sizeof(digest));
	or_die(
	    act_sign(&a, kind, p->secret, &packed, &fault) && p256_public(p->secret, point, &fault),
	    &fault);
	act_signed(&a, &tbs);
	p256_spki(point, &spki);
	pem_print("PUBLIC KEY", der_of(spki.at, spki.len), &pem);
	put(argv[2], name, "tbs", &tbs);
	put(argv[2], name, "sig", &packed);
	put(argv[2], name, "pem", &pem);
	return 0;
}
