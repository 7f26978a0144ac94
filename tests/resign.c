/*
 * resign DIR FOLDER KEY: the manifest of a folder of evidence made and signed anew by that person of the
 * service DIR, over the files as they are now: an auditor who lies. For the tests of verify.sh.
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
put(const char *folder, const char *name, const struct sink *s)
{
	char path[SERVICE_PATH];
	struct fault fault = { 0 };
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	or_die(file_write(path, 0640, s->at, s->len, &fault), &fault);
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	uint8_t *manifest, digest[32], point[P256_POINT], bytes[ACT_PACKED];
	size_t n;
	char path[SERVICE_PATH];
	struct act a;
	struct sink packed = SINK_INTO(bytes);
	OWN_SINK tbs = SINK_GROW(4096);
	OWN_SINK spki = SINK_GROW(4096);
	OWN_SINK pem = SINK_GROW(4096);
	if (argc != 4)
		return 2;
	or_die(vault_start(&fault) && service_open(argv[1], NULL, &s, &fault) &&
		   person_open(s, argv[3], "", 0, &p, &fault),
	    &fault);
	snprintf(path, sizeof(path), "%s/manifest.json", argv[2]);
	or_die(file_read(path, 4 << 20, &manifest, &n, &fault), &fault);
	digest_of(manifest, n, digest);
	free(manifest);
	a = (struct act){ .charter = p->charter, .at = s->now };
	snprintf(a.person, sizeof(a.person), "%s", p->id);
	memcpy(a.subject, digest, sizeof(digest));
	or_die(act_sign(&a, ACT_EVIDENCE, p->secret, &packed, &fault) &&
		   p256_public(p->secret, point, &fault),
	    &fault);
	act_signed(&a, &tbs);
	p256_spki(point, &spki);
	pem_print("PUBLIC KEY", der_of(spki.at, spki.len), &pem);
	put(argv[2], "manifest.tbs", &tbs);
	put(argv[2], "manifest.sig", &packed);
	put(argv[2], "manifest.pem", &pem);
	return 0;
}
