/* Certificates, lists, public keys and passkeys. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "pki/assertion.h"
#include "pki/cert.h"
#include "pki/crl.h"
#include "pki/inspect.h"
#include "pki/path.h"
#include "pki/rsa.h"
#include "web/public/published.h"

static const struct instant NOW = { 1795132800 };

static void
row_touch(void *with, const struct inspect_row *row)
{
	(void)with;
	fuzz_touch(row->path, strlen(row->path));
	fuzz_touch(row->text, strlen(row->text));
}

static void
path_try(struct der leaf, struct der anchor, struct der list)
{
	const struct bundle_file anchors = { "anchor", anchor }, crls = { "list", list };
	const struct path_job job = { .end_entity = { "leaf", leaf },
		.anchors = &anchors,
		.anchor_count = 1,
		.crls = &crls,
		.crl_count = list.n > 0,
		.at = NOW };
	struct path_verdict verdict;
	struct fault fault = { 0 };
	if (path_verify(&job, &verdict, &fault))
		fuzz_must(verdict.valid == (strcmp(verdict.reason, "valid") == 0));
}

void
fuzz_certificate(const uint8_t *p, size_t n)
{
	const struct bundle_file file = { "input", der_of(p, n) };
	struct der tbs, signature, spki;
	struct cert_ca ca;
	struct published_ca shown;
	struct fault fault = { 0 }, other = { 0 };
	if (cert_split(der_of(p, n), &tbs, &signature))
		fuzz_touch(signature.p, signature.n);
	if (cert_spki(der_of(p, n), &spki))
		fuzz_touch(spki.p, spki.n);
	if (cert_ca_read(der_of(p, n), &ca, &fault))
		fuzz_touch(ca.subject.p, ca.subject.n);
	if (published_ca_read(p, n, &shown))
		fuzz_touch(shown.subject, strlen(shown.subject));
	(void)!inspect_file(&file, row_touch, NULL, &other);
	path_try(der_of(p, n), der_of(p, n), der_of(NULL, 0));
}

static bool
entry_touch(void *context, const struct crl_revoked *r, struct fault *fault)
{
	(void)context;
	(void)fault;
	fuzz_touch(r->whole.p, r->whole.n);
	return true;
}

/* A CA certificate, the list, and whatever else stands behind as another certificate. */
void
fuzz_list(const uint8_t *p, size_t n)
{
	struct der rest = der_of(p, n), ca, list;
	struct published_list shown = { 0 };
	struct crl_said said;
	struct fault fault = { 0 }, read = { 0 };
	if (!der_take_whole(&rest, DER_SEQUENCE, &ca) ||
	    !der_take_whole(&rest, DER_SEQUENCE, &list))
		return;
	if (published_list_read(list.p, list.n, &shown))
		fuzz_must(shown.entries < n);
	(void)!crl_check(list, ca, (uint64_t)shown.number, &fault);
	(void)!crl_read(list, ca, &said, entry_touch, NULL, &read);
	path_try(rest.n > 0 ? rest : ca, ca, list);
}

void
fuzz_key(const uint8_t *p, size_t n)
{
	static const uint8_t DIGEST[32] = { 1 };
	uint8_t point[P256_POINT], id[20], signature[384] = { 1 };
	struct fault fault = { 0 };
	int bits;
	if (rsa_spki_read(der_of(p, n), &bits, &fault)) {
		fuzz_must(bits >= RSA_BITS_LEAST && bits <= RSA_BITS_MOST);
		(void)!rsa_verify(der_of(p, n), DIGEST, signature, sizeof(signature));
		(void)!rsa_key_id(der_of(p, n), id);
	}
	if (p256_spki_read(der_of(p, n), point)) {
		OWN_SINK out = SINK_GROW(256);
		p256_spki(point, &out);
		fuzz_same(der_of(p, n), &out);
		(void)!p256_verify(point, DIGEST, p, n);
	}
}

/* A copy with nothing around it, as each part of a request has; the caller frees .p. */
static struct der
apart(struct der d)
{
	uint8_t *p = malloc(d.n);
	fuzz_must(p != NULL);
	if (d.n > 0)
		memcpy(p, d.p, d.n);
	return der_of(p, d.n);
}

/* authenticator data, client data, signature, public key; or a public key, the data of a new one. */
void
fuzz_passkey(const uint8_t *p, size_t n)
{
	struct assertion_expect want = { .origin = "https://approve.example.jp",
		.rp_id = "approve.example.jp",
		.challenge = { 1, 2, 3 } };
	struct der rest = der_of(p, n), part[4], id;
	struct fault fault = { 0 }, other = { 0 };
	uint32_t count;
	for (size_t i = 0; i < COUNT(part); i++)
		if (!der_take_octets(&rest, &part[i]))
			return;
	for (size_t i = 0; i < COUNT(part); i++)
		part[i] = apart(part[i]);
	const struct assertion a = { part[0], part[1], part[2] };
	(void)!p256_spki_read(part[3], want.point);
	(void)!assertion_check(&a, &want, &count, &fault);
	if (assertion_register(part[0], part[1], want.rp_id, true, want.point, &id, &other))
		fuzz_touch(id.p, id.n);
	for (size_t i = 0; i < COUNT(part); i++)
		free((void *)(uintptr_t)part[i].p);
}
