#include "pki/rsa.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "pki/rsa_in.h"
#include "pki/search.h"

const struct refusal RSA_SIZE = { "rsa-size", FAULT_INPUT, "ORD 2" };
const struct refusal RSA_FORM = { "rsa-form", FAULT_INPUT, "RFC3279 2.3.1" };
const struct refusal RSA_EXPONENT = { "rsa-exponent", FAULT_INPUT, "FIPS 186-5" };
const struct refusal RSA_PAIR = { "rsa-pair", FAULT_CRYPTO, "FIPS 186-5" };

static bool
size_good(int bits, struct fault *fault)
{
	if (bits >= RSA_BITS_LEAST && bits <= RSA_BITS_MOST && bits % 8 == 0)
		return true;
	return fault_refuse(fault, &RSA_SIZE, NULL,
	    "RSA 鍵の長さ %d ビットは使えません。%d から %d ビットで 8 の倍数の鍵にしてください。",
	    bits, RSA_BITS_LEAST, RSA_BITS_MOST);
}

void
rsa_free(struct rsa *rsa)
{
	if (rsa == NULL)
		return;
	EVP_PKEY_free(rsa->key);
	free(rsa);
}

bool
rsa_let_in(EVP_PKEY **key, struct rsa **out, struct fault *fault)
{
	if (!EVP_PKEY_is_a(*key, "RSA"))
		return fault_refuse(
		    fault, &RSA_FORM, NULL, "RSA の鍵ではありません。RSA の鍵を指定してください。");
	if (!size_good(EVP_PKEY_get_bits(*key), fault))
		return false;
	OWN(BIGNUM) e = NULL;
	if (EVP_PKEY_get_bn_param(*key, OSSL_PKEY_PARAM_RSA_E, &e) != 1 || !BN_is_word(e, RSA_F4))
		return fault_refuse(fault, &RSA_EXPONENT, NULL,
		    "RSA 鍵の公開指数が 65537 ではありません。鍵を作り直してください。");
	struct rsa *rsa = calloc(1, sizeof(*rsa));
	if (rsa == NULL)
		return fault_set(fault, FAULT_BUG, "メモリーが足りません。");
	rsa->key = TAKE(*key);
	*out = rsa;
	return true;
}

bool
rsa_new(int bits, struct rsa **out, struct fault *fault)
{
	ossl_ready();
	if (!size_good(bits, fault))
		return false;
	OWN(EVP_PKEY) key = NULL;
	OWN(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits) != 1 || EVP_PKEY_keygen(ctx, &key) != 1)
		return ossl_fault(fault, "RSA の鍵を作れません。");
	return rsa_let_in(&key, out, fault);
}

static const char *const NAMES[RSA_NUMBERS] = { OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E,
	OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
	OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
	OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };

bool
rsa_from_numbers(BIGNUM *const v[RSA_NUMBERS], struct rsa **out, struct fault *fault)
{
	OWN(EVP_PKEY) key = NULL;
	OWN(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OWN(OSSL_PARAM_BLD) build = OSSL_PARAM_BLD_new();
	bool all = build != NULL;
	for (int i = 0; i < RSA_NUMBERS; i++)
		all = all && OSSL_PARAM_BLD_push_BN(build, NAMES[i], v[i]) == 1;
	OWN(OSSL_PARAM) params = all ? OSSL_PARAM_BLD_to_param(build) : NULL;
	if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
		return ossl_fault(fault, "RSA の鍵を組み立てられません。");
	return rsa_let_in(&key, out, fault);
}

bool
rsa_search(int bits, struct rsa **out, struct fault *fault)
{
	OWN_SEARCH search = NULL;
	return search_new(bits, SEARCH_PRIVATE, &search, fault) && search_key(search, out, fault);
}

/* p q = n, d e = 1 modulo p-1 and q-1, the three numbers of the short way: nobody's changed bit
 * passes for a key, though OpenSSL would mend or overlook some. */
static bool
numbers_agree(BIGNUM *const v[RSA_NUMBERS])
{
	const BIGNUM *n = v[RSA_N], *e = v[RSA_E], *d = v[RSA_D], *q_inverse = v[RSA_QINV];
	OWN(BN_CTX) ctx = BN_CTX_secure_new();
	OWN(BIGNUM) x = BN_secure_new();
	OWN(BIGNUM) less = BN_secure_new();
	if (ctx == NULL || x == NULL || less == NULL || BN_mul(x, v[RSA_P], v[RSA_Q], ctx) != 1 ||
	    BN_cmp(x, n) != 0 || BN_mod_mul(x, q_inverse, v[RSA_Q], v[RSA_P], ctx) != 1 ||
	    !BN_is_one(x) || BN_cmp(q_inverse, v[RSA_P]) >= 0)
		return false;
	for (int i = 0; i < 2; i++) {
		if (BN_sub(less, v[RSA_P + i], BN_value_one()) != 1 ||
		    BN_mod_mul(x, d, e, less, ctx) != 1 || !BN_is_one(x) ||
		    BN_mod(x, d, less, ctx) != 1 || BN_cmp(x, v[RSA_DP + i]) != 0)
			return false;
	}
	return BN_cmp(d, n) < 0;
}

static bool
halves_agree(const EVP_PKEY *key)
{
	BIGNUM *v[RSA_NUMBERS] = { NULL };
	bool all = true;
	for (int i = 0; i < RSA_NUMBERS; i++)
		all = all && EVP_PKEY_get_bn_param(key, NAMES[i], &v[i]) == 1;
	all = all && numbers_agree(v);
	for (int i = 0; i < RSA_NUMBERS; i++)
		BN_clear_free(v[i]);
	return ossl_answer(all);
}

/* Two primes: OpenSSL keeps whatever number below that stood there [RFC8017 A.1.2]. */
static bool
version_good(const PKCS8_PRIV_KEY_INFO *given)
{
	const uint8_t *p = NULL;
	int n = 0;
	int64_t version;
	if (PKCS8_pkey_get0(NULL, &p, &n, NULL, given) != 1 || n <= 0)
		return false;
	struct der d = der_of(p, (size_t)n), in;
	return der_take(&d, DER_SEQUENCE, &in) && der_take_int(&in, &version) && version == 0;
}

/* The key's one encoding is what was given. */
static bool
encoding_same(EVP_PKEY *key, const PKCS8_PRIV_KEY_INFO *given)
{
	OWN(PKCS8_PRIV_KEY_INFO) own = EVP_PKEY2PKCS8(key);
	uint8_t *a = NULL, *b = NULL;
	int n = own == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(own, &a);
	int m = i2d_PKCS8_PRIV_KEY_INFO(given, &b);
	bool same = n > 0 && n == m && CRYPTO_memcmp(a, b, (size_t)n) == 0;
	OPENSSL_clear_free(a, n > 0 ? (size_t)n : 0);
	OPENSSL_clear_free(b, m > 0 ? (size_t)m : 0);
	return ossl_answer(same);
}

static bool
pair_refuse(struct fault *fault)
{
	(void)ossl_answer(false);
	return fault_refuse(
	    fault, &RSA_PAIR, NULL, "公開鍵と秘密鍵が組になっていません。鍵を作り直してください。");
}

static bool
private_refuse(struct fault *fault)
{
	(void)ossl_answer(false);
	return fault_refuse(
	    fault, &RSA_FORM, NULL, "秘密鍵が読めません。PKCS#8 の RSA 鍵を指定してください。");
}

static bool
rsa_from_info(const PKCS8_PRIV_KEY_INFO *info, struct rsa **out, struct fault *fault)
{
	OWN(EVP_PKEY) key = EVP_PKCS82PKEY(info);
	if (key == NULL)
		return private_refuse(fault);
	OWN_RSA rsa = NULL;
	if (!rsa_let_in(&key, &rsa, fault))
		return false;
	if (!version_good(info) || !encoding_same(rsa->key, info))
		return private_refuse(fault);
	if (!halves_agree(rsa->key))
		return pair_refuse(fault);
	*out = TAKE(rsa);
	return true;
}

bool
rsa_from_pkcs8(const void *bytes, size_t n, struct rsa **out, struct fault *fault)
{
	ossl_ready();
	const uint8_t *at = bytes;
	OWN(PKCS8_PRIV_KEY_INFO)
	info = n > RSA_PKCS8_MOST ? NULL : d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)n);
	if (info == NULL || at != (const uint8_t *)bytes + n)
		return private_refuse(fault);
	return rsa_from_info(info, out, fault);
}

struct phrase {
	const void *at;
	size_t n;
};

/* OpenSSL asks for it here, and never at the terminal. */
static int
phrase_give(char *to, int size, int writing, void *context)
{
	const struct phrase *p = context;
	(void)writing;
	if (p->n == 0 || p->n > (size_t)size)
		return -1;
	memcpy(to, p->at, p->n);
	return (int)p->n;
}

bool
rsa_from_file(const void *bytes, size_t n, const void *passphrase, size_t passphrase_n,
    struct rsa **out, struct fault *fault)
{
	struct phrase phrase = { passphrase, passphrase_n };
	ossl_ready();
	BIO *in = n > INT_MAX ? NULL : BIO_new_mem_buf(bytes, (int)n);
	bool pem = n > 0 && *(const uint8_t *)bytes != DER_SEQUENCE;
	OWN(EVP_PKEY) key = NULL;
	if (in != NULL && pem)
		key = PEM_read_bio_PrivateKey(in, NULL, phrase_give, &phrase);
	else if (in != NULL && passphrase_n > 0)
		key = d2i_PKCS8PrivateKey_bio(in, NULL, phrase_give, &phrase);
	else if (in != NULL)
		key = d2i_PrivateKey_bio(in, NULL);
	BIO_free(in);
	OWN(PKCS8_PRIV_KEY_INFO) info = key == NULL ? NULL : EVP_PKEY2PKCS8(key);
	if (info == NULL)
		return ossl_answer(false) || fault_refuse(fault, &RSA_FORM, "--from",
						 "前の鍵が読めません。PEM か DER の PKCS#8 と、"
						 "その合言葉を渡してください。");
	return rsa_from_info(info, out, fault);
}

bool
rsa_pkcs8(const struct rsa *rsa, struct sink *s)
{
	OWN(PKCS8_PRIV_KEY_INFO) info = EVP_PKEY2PKCS8(rsa->key);
	uint8_t *der = NULL;
	int n = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	if (n > 0)
		sink_bytes(s, der, (size_t)n);
	OPENSSL_clear_free(der, n > 0 ? (size_t)n : 0);
	return ossl_answer(n > 0 && !s->full);
}

bool
rsa_spki(const struct rsa *rsa, struct sink *s)
{
	OWN_OSSL(der) = NULL;
	int n = i2d_PUBKEY(rsa->key, &der);
	if (n > 0)
		sink_bytes(s, der, (size_t)n);
	return ossl_answer(n > 0 && !s->full);
}

int
rsa_bits(const struct rsa *rsa)
{
	return EVP_PKEY_get_bits(rsa->key);
}

/* PKCS#1 v1.5 with SHA-256, ready to sign or verify. The caller owns it. */
static EVP_PKEY_CTX *
scheme(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *))
{
	OWN(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (ctx == NULL || init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1)
		return NULL;
	return TAKE(ctx);
}

bool
rsa_sign(
    const struct rsa *rsa, const uint8_t digest[32], struct sink *signature, struct fault *fault)
{
	uint8_t out[RSA_SIGNATURE_MOST];
	size_t n = sizeof(out);
	OWN(EVP_PKEY_CTX) ctx = scheme(rsa->key, EVP_PKEY_sign_init);
	if (ctx == NULL || EVP_PKEY_sign(ctx, out, &n, digest, 32) != 1)
		return ossl_fault(fault, "署名できません。");
	sink_bytes(signature, out, n);
	if (signature->full)
		return fault_set(fault, FAULT_BUG, "署名の入る場所がありません。");
	return true;
}

static const uint8_t PROBE[32] = "akashi: these halves are a pair";

/* What the public half hides, the private one shows [FIPS 186-5 A.1.1, SP 800-56B 6.4.1.1]. */
static bool
hides_and_shows(EVP_PKEY *key)
{
	uint8_t plain[RSA_SIGNATURE_MOST] = { 0 }, hidden[RSA_SIGNATURE_MOST],
		shown[RSA_SIGNATURE_MOST];
	size_t n = (size_t)EVP_PKEY_get_size(key), hidden_n = n, shown_n = n;
	memcpy(plain + n - sizeof(PROBE), PROBE, sizeof(PROBE));
	OWN(EVP_PKEY_CTX) to = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	OWN(EVP_PKEY_CTX) from = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	return to != NULL && from != NULL && EVP_PKEY_encrypt_init(to) == 1 &&
	       EVP_PKEY_CTX_set_rsa_padding(to, RSA_NO_PADDING) == 1 &&
	       EVP_PKEY_encrypt(to, hidden, &hidden_n, plain, n) == 1 && hidden_n == n &&
	       memcmp(hidden, plain, n) != 0 && EVP_PKEY_decrypt_init(from) == 1 &&
	       EVP_PKEY_CTX_set_rsa_padding(from, RSA_NO_PADDING) == 1 &&
	       EVP_PKEY_decrypt(from, shown, &shown_n, hidden, n) == 1 && shown_n == n &&
	       memcmp(shown, plain, n) == 0;
}

bool
rsa_pairwise(const struct rsa *rsa, struct fault *fault)
{
	uint8_t spki[RSA_SPKI_MOST], signature[RSA_SIGNATURE_MOST];
	struct sink key = SINK_INTO(spki), sig = SINK_INTO(signature);
	if (!halves_agree(rsa->key) || !rsa_spki(rsa, &key) || !rsa_sign(rsa, PROBE, &sig, NULL) ||
	    !rsa_verify(der_of(key.at, key.len), PROBE, sig.at, sig.len) ||
	    !hides_and_shows(rsa->key))
		return pair_refuse(fault);
	return true;
}

static bool
spki_refuse(struct fault *fault)
{
	return fault_refuse(fault, &RSA_FORM, NULL,
	    "公開鍵の形が違います。RSA の SubjectPublicKeyInfo(DER)を指定してください。");
}

/* A positive number in its shortest form, its bits. */
static bool
take_number(struct der *d, struct der *digits, int *bits)
{
	struct der c;
	if (!der_take(d, DER_INTEGER, &c) || c.n == 0 || c.n > RSA_BITS_MOST / 8 + 1 ||
	    c.p[0] >= 0x80 || (c.n > 1 && c.p[0] == 0 && c.p[1] < 0x80))
		return false;
	if (c.n > 1 && c.p[0] == 0)
		c.p++, c.n--;
	int top = 0;
	for (unsigned v = c.p[0]; v > 0; v >>= 1)
		top++;
	*bits = (int)(c.n - 1) * 8 + top;
	*digits = c;
	return true;
}

/* The content of the BIT STRING: RSAPublicKey. */
static bool
spki_key(struct der spki, struct der *key)
{
	static const uint8_t ALGORITHM[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
		0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
	struct der in, algorithm, bits;
	if (!der_take(&spki, DER_SEQUENCE, &in) || !der_done(&spki) ||
	    !der_take_whole(&in, DER_SEQUENCE, &algorithm) || algorithm.n != sizeof(ALGORITHM) ||
	    memcmp(algorithm.p, ALGORITHM, sizeof(ALGORITHM)) != 0 ||
	    !der_take(&in, DER_BITS, &bits) || !der_done(&in) || bits.n < 1 || bits.p[0] != 0)
		return false;
	*key = der_of(bits.p + 1, bits.n - 1);
	return true;
}

bool
rsa_spki_read(struct der spki, int *bits, struct fault *fault)
{
	struct der key, in, n, e;
	int n_bits, e_bits;
	if (!spki_key(spki, &key) || !der_take(&key, DER_SEQUENCE, &in) || !der_done(&key) ||
	    !take_number(&in, &n, &n_bits) || !take_number(&in, &e, &e_bits) || !der_done(&in) ||
	    (n.p[n.n - 1] & 1) == 0)
		return spki_refuse(fault);
	if (!size_good(n_bits, fault))
		return false;
	if (e.n != 3 || memcmp(e.p, "\x01\x00\x01", 3) != 0)
		return fault_refuse(fault, &RSA_EXPONENT, NULL,
		    "RSA 鍵の公開指数が 65537 ではありません。鍵を作り直してください。");
	*bits = n_bits;
	return true;
}

bool
rsa_from_spki(struct der spki, struct rsa **out, struct fault *fault)
{
	ossl_ready();
	int bits;
	const uint8_t *at = spki.p;
	if (!rsa_spki_read(spki, &bits, fault))
		return false;
	OWN(EVP_PKEY) key = d2i_PUBKEY(NULL, &at, (long)spki.n);
	if (key == NULL) {
		(void)ossl_answer(false);
		return spki_refuse(fault);
	}
	return rsa_let_in(&key, out, fault);
}

bool
rsa_verify_by(const struct rsa *rsa, const uint8_t digest[32], const void *signature, size_t n)
{
	OWN(EVP_PKEY_CTX) ctx = scheme(rsa->key, EVP_PKEY_verify_init);
	return ossl_answer(ctx != NULL && EVP_PKEY_verify(ctx, signature, n, digest, 32) == 1);
}

bool
rsa_verify(struct der spki, const uint8_t digest[32], const void *signature, size_t n)
{
	OWN_RSA rsa = NULL;
	return rsa_from_spki(spki, &rsa, NULL) && rsa_verify_by(rsa, digest, signature, n);
}

bool
rsa_key_id(struct der spki, uint8_t id[20])
{
	ossl_ready();
	struct der key;
	return spki_key(spki, &key) && ossl_sha1(key.p, key.n, id);
}
