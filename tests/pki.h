/* What the tests of pki/ share: keys made here, a root, one certificate in full. */
#ifndef AKASHI_TEST_PKI_H
#define AKASHI_TEST_PKI_H

#include "test.h"

#include <stdlib.h>

#include "pki/cert.h"
#include "pki/crl.h"
#include "pki/rsa.h"
#include "vault/digest.h"

#define TEXT(s)                                                                                    \
	{                                                                                          \
		(const uint8_t *)(s), sizeof(s) - 1                                                \
	}

static const struct cert_field PKI_ROOT_NAME[] = {
	{ PLACE_SUBJECT, "2.5.4.6", true, TEXT("JP") },
	{ PLACE_SUBJECT, "2.5.4.10", false, TEXT("あかし証明株式会社") },
	{ PLACE_SUBJECT, "2.5.4.3", false, TEXT("Akashi Test CA") },
};
/* 髙﨑𠮷葛󠄀: an IBM extension, a compatibility ideograph, plane 2, a variation sequence. */
#define PKI_NAME "髙﨑𠮷葛\xf3\xa0\x84\x80　太郎"
static const struct cert_field PKI_FIELDS[] = {
	{ PLACE_SUBJECT, "2.5.4.6", true, TEXT("JP") },
	{ PLACE_SUBJECT, "2.5.4.3", false, TEXT("TAKASAKI YOSHIKATSU TARO") },
	{ PLACE_SUBJECT, "2.5.4.5", true, TEXT("2026-000042") },
	{ PLACE_SUBSCRIBER, "2.5.4.3", false, TEXT(PKI_NAME) },
	{ PLACE_SUBSCRIBER, "2.5.4.16", false, TEXT("東京都千代田区霞が関三丁目一番一号") },
	{ PLACE_SUBSCRIBER, "1.3.6.1.5.5.7.9.3", true, TEXT("M") },
	{ PLACE_SUBSCRIBER, "2.5.4.11", false, TEXT("営業部第一課") },
	{ PLACE_SUBSCRIBER, "2.5.4.12", false, TEXT("営業部長") },
	{ PLACE_SUBSCRIBER, "2.5.4.13", false, TEXT("入札及び契約に関する一切の権限") },
	{ PLACE_MANDATOR, "2.5.4.10", false, TEXT("株式会社架空工業") },
	{ PLACE_MANDATOR, "2.5.4.97", false, TEXT("NTRJP-8999901000017") },
	{ PLACE_MANDATOR, "2.5.4.9", false, TEXT("大阪府大阪市北区一丁目２番３号") },
	{ PLACE_MANDATOR, "2.5.4.3", false, TEXT("山田　花子") },
};

/* Every bit with LONG=1; else every seventh, which comes by each place of an octet. */
static inline size_t
pki_stride(void)
{
	return getenv("LONG") != NULL ? 1 : 7;
}

struct pki {
	struct rsa *ca_key, *key, *other_key;
	uint8_t ca_spki_bytes[RSA_SPKI_MOST], spki_bytes[RSA_SPKI_MOST], other_bytes[RSA_SPKI_MOST];
	uint8_t name_bytes[512], ca_bytes[CERT_MOST], cert_bytes[CERT_MOST];
	struct der ca_spki, spki, other_spki, name, ca_cert, cert;
	struct ca_body ca_body;
	struct cert_body body;
};

static inline struct der
pki_spki(const struct rsa *key, uint8_t *at, size_t cap)
{
	struct sink s = { .at = at, .cap = cap };
	assert_true(rsa_spki(key, &s));
	return der_of(s.at, s.len);
}

/* Signs the to-be-signed bytes and writes the certificate. */
static inline struct der
pki_sign(const struct rsa *key, struct der tbs, uint8_t *at, size_t cap)
{
	uint8_t digest[32], signature[RSA_SIGNATURE_MOST];
	struct sink sig = SINK_INTO(signature), out = { .at = at, .cap = cap };
	struct fault f = { 0 };
	digest_of(tbs.p, tbs.n, digest);
	assert_true(rsa_sign(key, digest, &sig, &f));
	cert_wrap(tbs, sig.at, sig.len, &out);
	assert_false(out.full);
	return der_of(out.at, out.len);
}

static inline struct der
pki_issue(const struct pki *p, const struct cert_body *body, uint8_t *at, size_t cap)
{
	OWN_SINK tbs = SINK_GROW(CERT_MOST);
	cert_tbs(body, &tbs);
	assert_false(tbs.full);
	return pki_sign(p->ca_key, der_of(tbs.at, tbs.len), at, cap);
}

static inline struct der
pki_root(const struct rsa *key, const struct ca_body *body, uint8_t *at, size_t cap)
{
	OWN_SINK tbs = SINK_GROW(CERT_MOST);
	ca_tbs(body, &tbs);
	assert_false(tbs.full);
	return pki_sign(key, der_of(tbs.at, tbs.len), at, cap);
}

static inline void
pki_names(struct pki *p)
{
	struct sink name = SINK_INTO(p->name_bytes);
	name_put(&name, PKI_ROOT_NAME, COUNT(PKI_ROOT_NAME));
	assert_false(name.full);
	p->name = der_of(name.at, name.len);
}

static inline struct pki *
pki_new(void)
{
	struct pki *p = calloc(1, sizeof(*p));
	struct fault f = { 0 };
	assert_non_null(p);
	assert_true(rsa_new(2048, &p->ca_key, &f));
	assert_true(rsa_new(2048, &p->key, &f));
	assert_true(rsa_new(2048, &p->other_key, &f));
	p->ca_spki = pki_spki(p->ca_key, p->ca_spki_bytes, sizeof(p->ca_spki_bytes));
	p->spki = pki_spki(p->key, p->spki_bytes, sizeof(p->spki_bytes));
	p->other_spki = pki_spki(p->other_key, p->other_bytes, sizeof(p->other_bytes));
	pki_names(p);
	p->ca_body = (struct ca_body){ .serial = { 0x11, 0x22, 0x33 },
		.not_before = { 1764000000 },
		.not_after = { 2400000000 + 400000000 },
		.subject_name = p->name,
		.spki = p->ca_spki };
	p->ca_cert = pki_root(p->ca_key, &p->ca_body, p->ca_bytes, sizeof(p->ca_bytes));
	p->body = (struct cert_body){ .serial = { 0x5a, 0x01, [19] = 0x99 },
		.not_before = { 1795678901 },
		.not_after = { 1858000000 },
		.issuer = p->name,
		.spki = p->spki,
		.fields = PKI_FIELDS,
		.field_count = COUNT(PKI_FIELDS),
		.email = TEXT("taro.yamada@example.jp"),
		.policy_oid = "1.3.6.1.4.1.32473.1.6",
		.cps_uri = "http://localhost:8440/repository/cps.txt",
		.crl_uri = "http://localhost:8440/repository/ca.crl" };
	assert_true(rsa_key_id(p->ca_spki, p->body.issuer_key_id));
	p->cert = pki_issue(p, &p->body, p->cert_bytes, sizeof(p->cert_bytes));
	return p;
}

static inline void
pki_free(struct pki *p)
{
	rsa_free(p->ca_key);
	rsa_free(p->key);
	rsa_free(p->other_key);
	free(p);
}

static inline int
pki_setup(void **state)
{
	*state = pki_new();
	return 0;
}

static inline int
pki_teardown(void **state)
{
	pki_free(*state);
	return 0;
}

#endif
