#include "pki/p256.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#include "pki/ossl.h"

const struct refusal P256_SECRET_RANGE = { "p256-secret-range", FAULT_INPUT, "FIPS 186-5" };

/* id-ecPublicKey, prime256v1, BIT STRING: what stands before the point. */
static const uint8_t SPKI_HEAD[P256_SPKI - P256_POINT] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
	0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
	0x07, 0x03, 0x42, 0x00 };

/* The secret as a number of 1 ... n-1 that is computed with in constant time; NULL: it is none. */
static BIGNUM *
secret_number(const EC_GROUP *group, const uint8_t secret[P256_SECRET])
{
	OWN(BIGNUM) k = BN_secure_new();
	if (k == NULL || BN_bin2bn(secret, P256_SECRET, k) == NULL)
		return NULL;
	BN_set_flags(k, BN_FLG_CONSTTIME);
	if (BN_is_zero(k) || BN_cmp(k, EC_GROUP_get0_order(group)) >= 0)
		return NULL;
	return TAKE(k);
}

static bool
point_of(const EC_GROUP *group, const BIGNUM *k, uint8_t out[P256_POINT])
{
	OWN(BN_CTX) ctx = BN_CTX_secure_new();
	OWN(EC_POINT) p = EC_POINT_new(group);
	return ctx != NULL && p != NULL && EC_POINT_mul(group, p, k, NULL, NULL, ctx) == 1 &&
	       EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED, out, P256_POINT, ctx) ==
		   P256_POINT;
}

bool
p256_public(const uint8_t secret[P256_SECRET], uint8_t point[P256_POINT], struct fault *fault)
{
	ossl_ready();
	uint8_t out[P256_POINT];
	OWN(EC_GROUP) group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	if (group == NULL)
		return ossl_fault(fault, "P-256 が使えません。");
	OWN(BIGNUM) k = secret_number(group, secret);
	if (k == NULL)
		return fault_refuse(fault, &P256_SECRET_RANGE, NULL,
		    "秘密鍵の値が P-256 の範囲にありません。別の鍵ファイルを指定してください。");
	if (!point_of(group, k, out))
		return ossl_fault(fault, "公開鍵を計算できません。");
	memcpy(point, out, P256_POINT);
	return true;
}

bool
p256_new(uint8_t secret[P256_SECRET], uint8_t point[P256_POINT], struct fault *fault)
{
	ossl_ready();
	OWN(EC_GROUP) group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	OWN(BIGNUM) k = BN_secure_new();
	if (group == NULL || k == NULL)
		return ossl_fault(fault, "P-256 が使えません。");
	do {
		if (BN_priv_rand_range(k, EC_GROUP_get0_order(group)) != 1)
			return ossl_fault(fault, "乱数が得られません。");
	} while (BN_is_zero(k));
	uint8_t out[P256_POINT];
	BN_set_flags(k, BN_FLG_CONSTTIME);
	if (!point_of(group, k, out) || BN_bn2binpad(k, secret, P256_SECRET) != P256_SECRET)
		return ossl_fault(fault, "鍵を作れません。");
	memcpy(point, out, P256_POINT);
	return true;
}

/* Builds the key; the caller owns it. NULL: the point is not on the curve. */
static EVP_PKEY *
key_of(OSSL_PARAM params[], int selection)
{
	EVP_PKEY *key = NULL;
	OWN(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, selection, params) != 1)
		return NULL;
	return key;
}

static EVP_PKEY *
key_public(const uint8_t point[P256_POINT])
{
	char curve[] = "P-256";
	uint8_t copy[P256_POINT];
	if (point[0] != 0x04)
		return NULL;
	memcpy(copy, point, P256_POINT);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, P256_POINT),
		OSSL_PARAM_construct_end(),
	};
	return key_of(params, EVP_PKEY_PUBLIC_KEY);
}

static EVP_PKEY *
key_private(const uint8_t secret[P256_SECRET], uint8_t point[P256_POINT])
{
	char curve[] = "P-256";
	uint8_t native[P256_SECRET];
	OWN(BIGNUM) k = BN_secure_new();
	if (k == NULL || BN_bin2bn(secret, P256_SECRET, k) == NULL ||
	    BN_bn2nativepad(k, native, P256_SECRET) != P256_SECRET)
		return NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, P256_POINT),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, P256_SECRET),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = key_of(params, EVP_PKEY_KEYPAIR);
	OPENSSL_cleanse(native, sizeof(native));
	return key;
}

bool
p256_point_good(const uint8_t point[P256_POINT])
{
	ossl_ready();
	OWN(EVP_PKEY) key = key_public(point);
	return ossl_answer(key != NULL);
}

bool
p256_sign(const uint8_t secret[P256_SECRET], const uint8_t digest[32], struct sink *signature,
    struct fault *fault)
{
	uint8_t point[P256_POINT], out[P256_SIGNATURE_MOST];
	size_t n = sizeof(out);
	if (!p256_public(secret, point, fault))
		return false;
	OWN(EVP_PKEY) key = key_private(secret, point);
	OWN(EVP_PKEY_CTX) ctx = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1 ||
	    EVP_PKEY_sign(ctx, out, &n, digest, 32) != 1)
		return ossl_fault(fault, "署名できません。");
	sink_bytes(signature, out, n);
	if (signature->full)
		return fault_set(fault, FAULT_BUG, "署名の入る場所がありません。");
	return true;
}

/* Whoever comes next takes the oldest's place. */
enum { MEMO = 8 };
struct p256_memo {
	struct {
		uint8_t point[P256_POINT];
		EVP_PKEY_CTX *ctx; /* ready to verify; owned; NULL: none */
	} at[MEMO];
	size_t next;
};

struct p256_memo *
p256_memo_new(void)
{
	return calloc(1, sizeof(struct p256_memo));
}

void
p256_memo_free(struct p256_memo *m)
{
	for (size_t i = 0; m != NULL && i < MEMO; i++)
		EVP_PKEY_CTX_free(m->at[i].ctx);
	free(m);
}

/* Ready to verify; the caller owns it. NULL: the point is not on the curve. */
static EVP_PKEY_CTX *
verifier(const uint8_t point[P256_POINT])
{
	OWN(EVP_PKEY) key = key_public(point);
	OWN(EVP_PKEY_CTX) ctx = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	return ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 ? TAKE(ctx) : NULL;
}

/* The memo's own. */
static EVP_PKEY_CTX *
verifier_known(struct p256_memo *m, const uint8_t point[P256_POINT])
{
	for (size_t i = 0; i < MEMO; i++)
		if (m->at[i].ctx != NULL && memcmp(m->at[i].point, point, P256_POINT) == 0)
			return m->at[i].ctx;
	EVP_PKEY_CTX *ctx = verifier(point);
	if (ctx == NULL)
		return NULL;
	EVP_PKEY_CTX_free(m->at[m->next].ctx);
	m->at[m->next].ctx = ctx;
	memcpy(m->at[m->next].point, point, P256_POINT);
	m->next = (m->next + 1) % MEMO;
	return ctx;
}

bool
p256_verify_by(struct p256_memo *m, const uint8_t point[P256_POINT], const uint8_t digest[32],
    const void *signature, size_t n)
{
	ossl_ready();
	if (n == 0 || n > P256_SIGNATURE_MOST)
		return false;
	OWN(EVP_PKEY_CTX) own = m == NULL ? verifier(point) : NULL;
	EVP_PKEY_CTX *ctx = m == NULL ? own : verifier_known(m, point);
	return ossl_answer(ctx != NULL && EVP_PKEY_verify(ctx, signature, n, digest, 32) == 1);
}

bool
p256_verify(
    const uint8_t point[P256_POINT], const uint8_t digest[32], const void *signature, size_t n)
{
	return p256_verify_by(NULL, point, digest, signature, n);
}

void
p256_spki(const uint8_t point[P256_POINT], struct sink *s)
{
	sink_bytes(s, SPKI_HEAD, sizeof(SPKI_HEAD));
	sink_bytes(s, point, P256_POINT);
}

bool
p256_spki_read(struct der spki, uint8_t point[P256_POINT])
{
	if (spki.n != P256_SPKI || memcmp(spki.p, SPKI_HEAD, sizeof(SPKI_HEAD)) != 0 ||
	    !p256_point_good(spki.p + sizeof(SPKI_HEAD)))
		return false;
	memcpy(point, spki.p + sizeof(SPKI_HEAD), P256_POINT);
	return true;
}
