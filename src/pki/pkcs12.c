#include "pki/pkcs12.h"

#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

#include "pki/cert.h"
#include "pki/rsa_in.h"

const struct refusal PKCS12_PIN = { "pkcs12-pin", FAULT_INPUT, "RFC7292 B.1" };
const struct refusal PKCS12_ITERATIONS = { "pkcs12-iterations", FAULT_INPUT, "RFC8018 4.2" };
const struct refusal PKCS12_FORM = { "pkcs12-form", FAULT_INPUT, "RFC7292 4" };
const struct refusal PKCS12_WRONG_PIN = { "pkcs12-wrong-pin", FAULT_INPUT, "RFC7292 5.2" };
const struct refusal PKCS12_OTHER_KEY = { "pkcs12-other-key", FAULT_BROKEN, "RFC7292 4.2" };

#define OID_DATA "1.2.840.113549.1.7.1"
#define OID_KEY_BAG "1.2.840.113549.1.12.10.1.2"
#define OID_CERT_BAG "1.2.840.113549.1.12.10.1.3"
#define OID_X509_CERTIFICATE "1.2.840.113549.1.9.22.1"
#define OID_LOCAL_KEY_ID "1.2.840.113549.1.9.21"
#define OID_SHA256 "2.16.840.1.101.3.4.2.1"
#define OID_SHA1 "1.3.14.3.2.26"

enum { KEY_ID = 20, PIN_MOST = 128, SALT_LEAST = 8, SALT = 16 };

static const struct {
	const char *oid;
	const EVP_MD *(*hash)(void);
	int octets; /* of the hash and of the MAC's key */
} MAC[] = {
	[PKCS12_STRONG] = { OID_SHA256, EVP_sha256, 32 },
	[PKCS12_LEGACY] = { OID_SHA1, EVP_sha1, 20 },
};

static bool
pin_good(const char *pin, struct fault *fault)
{
	size_t n = strlen(pin);
	bool good = n > 0 && n <= PIN_MOST;
	for (size_t i = 0; i < n; i++)
		good = good && pin[i] > 0x20 && pin[i] < 0x7f;
	if (good)
		return true;
	return fault_refuse(fault, &PKCS12_PIN, "pin",
	    "PIN に使える文字は半角の英数字と記号だけです。PIN を打ち直してください。");
}

static bool
iterations_good(int iterations, size_t salt, struct fault *fault)
{
	if (iterations >= PKCS12_ITERATIONS_LEAST && iterations <= PKCS12_ITERATIONS_MOST &&
	    salt >= SALT_LEAST && salt <= PKCS12_SALT_MOST)
		return true;
	return fault_refuse(fault, &PKCS12_ITERATIONS, NULL,
	    "繰返し回数かソルトが範囲の外です。繰返しは %d から %d 回にしてください。",
	    PKCS12_ITERATIONS_LEAST, PKCS12_ITERATIONS_MOST);
}

static bool
form_refuse(struct fault *fault)
{
	(void)ossl_answer(false);
	return fault_refuse(
	    fault, &PKCS12_FORM, NULL, "PKCS#12 として読めません。もう一度取得してください。");
}

static bool
pin_refuse(struct fault *fault)
{
	(void)ossl_answer(false);
	return fault_refuse(fault, &PKCS12_WRONG_PIN, "pin",
	    "この PIN では開けません。"
	    "PIN を確かめ、それでも開けなければファイルを取得し直してください。");
}

static void
local_key_id_put(struct sink *s, const uint8_t id[KEY_ID])
{
	size_t attributes = der_begin(s, DER_SET), one = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, OID_LOCAL_KEY_ID);
	size_t values = der_begin(s, DER_SET);
	der_put_octets(s, id, KEY_ID);
	der_end(s, values);
	der_end(s, one);
	der_end(s, attributes);
}

static bool
key_id_of(struct der spki, uint8_t id[KEY_ID])
{
	uint8_t digest[32];
	if (!ossl_sha256(spki.p, spki.n, digest))
		return false;
	memcpy(id, digest, KEY_ID);
	return true;
}

/* EncryptedPrivateKeyInfo: PBES2, PBKDF2 with HMAC-SHA256, AES-256-CBC [RFC8018 6.2]; legacy:
 * pbeWithSHAAnd3-KeyTripleDES-CBC [RFC7292 C]. The caller owns it; NULL: OpenSSL refused. */
static X509_SIG *
shroud(const struct rsa *key, enum pkcs12_kind kind, const char *pin, int iterations)
{
	uint8_t salt[SALT];
	OWN(PKCS8_PRIV_KEY_INFO) info = EVP_PKEY2PKCS8(key->key);
	if (info == NULL || RAND_bytes(salt, SALT) != 1)
		return NULL;
	X509_ALGOR *how =
	    kind == PKCS12_LEGACY
		? PKCS5_pbe_set(NID_pbe_WithSHA1And3_Key_TripleDES_CBC, iterations, salt, SALT)
		: PKCS5_pbe2_set_iv(
		      EVP_aes_256_cbc(), iterations, salt, SALT, NULL, NID_hmacWithSHA256);
	if (how == NULL)
		return NULL;
	X509_SIG *out = PKCS8_set0_pbe(pin, (int)strlen(pin), info, how);
	if (out == NULL)
		X509_ALGOR_free(how);
	return out;
}

bool
pkcs12_bag(const struct rsa *key, enum pkcs12_kind kind, const char *pin, int iterations,
    struct sink *bag, struct fault *fault)
{
	uint8_t spki_bytes[RSA_SPKI_MOST], id[KEY_ID];
	struct sink spki = SINK_INTO(spki_bytes);
	ossl_ready();
	if (!pin_good(pin, fault) || !iterations_good(iterations, SALT, fault))
		return false;
	OWN(X509_SIG) shrouded = shroud(key, kind, pin, iterations);
	OWN_OSSL(der) = NULL;
	int n = shrouded == NULL ? -1 : i2d_X509_SIG(shrouded, &der);
	if (n <= 0 || !rsa_spki(key, &spki) || !key_id_of(der_of(spki.at, spki.len), id))
		return ossl_fault(fault, "鍵を PIN で封じられません。");
	size_t all = der_begin(bag, DER_SEQUENCE), one = der_begin(bag, DER_SEQUENCE);
	der_put_oid(bag, OID_KEY_BAG);
	size_t value = der_begin(bag, DER_CONTEXT(0));
	sink_bytes(bag, der, (size_t)n);
	der_end(bag, value);
	local_key_id_put(bag, id);
	der_end(bag, one);
	der_end(bag, all);
	if (bag->full)
		return fault_set(fault, FAULT_BUG, "鍵の袋の入る場所がありません。");
	return true;
}

bool
pkcs12_mac_key(enum pkcs12_kind kind, const char *pin, const uint8_t *salt, size_t n,
    int iterations, uint8_t key[PKCS12_MAC_KEY], struct fault *fault)
{
	uint8_t copy[PKCS12_SALT_MOST];
	ossl_ready();
	if (!pin_good(pin, fault) || !iterations_good(iterations, n, fault))
		return false;
	memcpy(copy, salt, n);
	memset(key, 0, PKCS12_MAC_KEY);
	if (PKCS12_key_gen_utf8(pin, (int)strlen(pin), copy, (int)n, PKCS12_MAC_ID, iterations,
		MAC[kind].octets, key, MAC[kind].hash()) != 1)
		return ossl_fault(fault, "PKCS#12 の検査用の鍵を作れません。");
	return true;
}

static bool
take_oid(struct der *d, const char *oid)
{
	uint8_t want[32];
	struct sink w = SINK_INTO(want);
	struct der found;
	der_put_oid(&w, oid);
	return der_take_whole(d, DER_OID, &found) && found.n == w.len &&
	       memcmp(found.p, want, w.len) == 0;
}

/* One shrouded key and its localKeyID, as pkcs12_bag writes them and nothing else. */
static bool
bag_read(struct der bag, struct der *shrouded, const uint8_t **id)
{
	struct der all, one, value, set, attribute, values, octets;
	if (!der_take(&bag, DER_SEQUENCE, &all) || !der_done(&bag) ||
	    !der_take(&all, DER_SEQUENCE, &one) || !der_done(&all) ||
	    !take_oid(&one, OID_KEY_BAG) || !der_take(&one, DER_CONTEXT(0), &value) ||
	    !der_take_whole(&value, DER_SEQUENCE, shrouded) || !der_done(&value) ||
	    !der_take(&one, DER_SET, &set) || !der_done(&one) ||
	    !der_take(&set, DER_SEQUENCE, &attribute) || !der_done(&set) ||
	    !take_oid(&attribute, OID_LOCAL_KEY_ID) || !der_take(&attribute, DER_SET, &values) ||
	    !der_done(&attribute) || !der_take_octets(&values, &octets) || !der_done(&values) ||
	    octets.n != KEY_ID)
		return false;
	*id = octets.p;
	return true;
}

/*
 * Not by PKCS8_decrypt, which lets octets behind the key pass (a last block altered so that its padding
 * happens to be right) and leaves the key in memory where the padding is wrong.
 */
static bool
unshroud(const X509_SIG *sealed, const char *pin, struct rsa **key)
{
	uint8_t plain[RSA_PKCS8_MOST + EVP_MAX_BLOCK_LENGTH];
	const X509_ALGOR *how;
	const ASN1_OCTET_STRING *box;
	int n = 0, last = 0;
	OWN(EVP_CIPHER_CTX) c = EVP_CIPHER_CTX_new();
	X509_SIG_get0(sealed, &how, &box);
	bool good =
	    c != NULL && ASN1_STRING_length(box) <= RSA_PKCS8_MOST &&
	    EVP_PBE_CipherInit(how->algorithm, pin, (int)strlen(pin), how->parameter, c, 0) == 1 &&
	    EVP_CipherUpdate(c, plain, &n, ASN1_STRING_get0_data(box), ASN1_STRING_length(box)) ==
		1 &&
	    EVP_CipherFinal_ex(c, plain + n, &last) == 1 &&
	    rsa_from_pkcs8(plain, (size_t)n + (size_t)last, key, NULL);
	explicit_bzero(plain, sizeof(plain));
	return good;
}

bool
pkcs12_bag_open(struct der bag, const char *pin, struct rsa **out, struct fault *fault)
{
	struct der shrouded, spki;
	const uint8_t *id;
	uint8_t spki_bytes[RSA_SPKI_MOST], own[KEY_ID];
	struct sink s = SINK_INTO(spki_bytes);
	ossl_ready();
	if (!pin_good(pin, fault))
		return false;
	if (!bag_read(bag, &shrouded, &id))
		return form_refuse(fault);
	const uint8_t *at = shrouded.p;
	OWN(X509_SIG) sealed = d2i_X509_SIG(NULL, &at, (long)shrouded.n);
	if (sealed == NULL || at != shrouded.p + shrouded.n)
		return form_refuse(fault);
	OWN_RSA key = NULL;
	if (!unshroud(sealed, pin, &key))
		return pin_refuse(fault);
	spki = rsa_spki(key, &s) ? der_of(s.at, s.len) : der_of(NULL, 0);
	if (spki.n == 0 || !key_id_of(spki, own) || memcmp(own, id, KEY_ID) != 0)
		return fault_refuse(fault, &PKCS12_OTHER_KEY, NULL,
		    "封じた鍵と鍵の番号が合いません。鍵を作り直してください。");
	*out = TAKE(key);
	return true;
}

/* ContentInfo of kind data: what stands between the two is its octets. */
struct content {
	size_t whole, tagged, octets;
};
static struct content
content_begin(struct sink *s)
{
	struct content c;
	c.whole = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, OID_DATA);
	c.tagged = der_begin(s, DER_CONTEXT(0));
	c.octets = der_begin(s, DER_OCTETS);
	return c;
}

static void
content_end(struct sink *s, struct content c)
{
	der_end(s, c.octets);
	der_end(s, c.tagged);
	der_end(s, c.whole);
}

static void
cert_bag_put(struct sink *s, struct der certificate, const uint8_t *id)
{
	size_t one = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, OID_CERT_BAG);
	size_t value = der_begin(s, DER_CONTEXT(0)), bag = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, OID_X509_CERTIFICATE);
	size_t tagged = der_begin(s, DER_CONTEXT(0));
	der_put_octets(s, certificate.p, certificate.n);
	der_end(s, tagged);
	der_end(s, bag);
	der_end(s, value);
	if (id != NULL)
		local_key_id_put(s, id);
	der_end(s, one);
}

/* AuthenticatedSafe: the key's bag, then both certificates. */
static void
safe_put(struct sink *s, struct der bag, const uint8_t id[KEY_ID], struct der certificate,
    struct der ca_certificate)
{
	size_t all = der_begin(s, DER_SEQUENCE);
	struct content c = content_begin(s);
	sink_bytes(s, bag.p, bag.n);
	content_end(s, c);
	c = content_begin(s);
	size_t certs = der_begin(s, DER_SEQUENCE);
	cert_bag_put(s, certificate, id);
	cert_bag_put(s, ca_certificate, NULL);
	der_end(s, certs);
	content_end(s, c);
	der_end(s, all);
}

static void
mac_put(struct sink *s, enum pkcs12_kind kind, const uint8_t mac[32], const uint8_t *salt, size_t n,
    int iterations)
{
	size_t data = der_begin(s, DER_SEQUENCE), info = der_begin(s, DER_SEQUENCE);
	size_t algorithm = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, MAC[kind].oid);
	der_put(s, DER_NULL, NULL, 0);
	der_end(s, algorithm);
	der_put_octets(s, mac, (size_t)MAC[kind].octets);
	der_end(s, info);
	der_put_octets(s, salt, n);
	der_put_int(s, iterations);
	der_end(s, data);
}

bool
pkcs12_complete(enum pkcs12_kind kind, struct der bag, const uint8_t mac_key[PKCS12_MAC_KEY],
    const uint8_t *salt, size_t n, int iterations, struct der certificate,
    struct der ca_certificate, struct sink *p12, struct fault *fault)
{
	struct der shrouded, spki, ca_spki;
	const uint8_t *id;
	uint8_t own[KEY_ID], mac[32];
	ossl_ready();
	if (!iterations_good(iterations, n, fault))
		return false;
	if (!bag_read(bag, &shrouded, &id) || !cert_spki(certificate, &spki) ||
	    !cert_spki(ca_certificate, &ca_spki))
		return form_refuse(fault);
	if (!key_id_of(spki, own) || memcmp(own, id, KEY_ID) != 0)
		return fault_refuse(fault, &PKCS12_OTHER_KEY, NULL,
		    "証明書がこの鍵のものではありません。担当者に知らせてください。");
	OWN_SINK safe = SINK_GROW(PKCS12_MOST);
	safe_put(&safe, bag, id, certificate, ca_certificate);
	if (safe.full ||
	    HMAC(MAC[kind].hash(), mac_key, MAC[kind].octets, safe.at, safe.len, mac, NULL) == NULL)
		return ossl_fault(fault, "PKCS#12 を作れません。");
	size_t pfx = der_begin(p12, DER_SEQUENCE);
	der_put_int(p12, 3);
	struct content c = content_begin(p12);
	sink_bytes(p12, safe.at, safe.len);
	content_end(p12, c);
	mac_put(p12, kind, mac, salt, n, iterations);
	der_end(p12, pfx);
	if (p12->full)
		return fault_set(fault, FAULT_BUG, "PKCS#12 の入る場所がありません。");
	return true;
}

/* The MAC's algorithm as one of the kinds writes it, and a MAC of its size. */
static bool
mac_good(struct der info)
{
	struct der algorithm, none, mac;
	if (!der_take(&info, DER_SEQUENCE, &algorithm) || !der_take_octets(&info, &mac) ||
	    !der_done(&info))
		return false;
	for (size_t i = 0; i < COUNT(MAC); i++) {
		struct der a = algorithm;
		if (take_oid(&a, MAC[i].oid) && der_take(&a, DER_NULL, &none) && none.n == 0 &&
		    der_done(&a))
			return mac.n == (size_t)MAC[i].octets;
	}
	return false;
}

/* The frame as pkcs12_complete writes it: OpenSSL lets more pass than the MAC covers. */
static bool
frame_good(struct der bytes)
{
	struct der pfx, content, tagged, safe, data, info, salt;
	int64_t version, iterations;
	return der_take(&bytes, DER_SEQUENCE, &pfx) && der_done(&bytes) &&
	       der_take_int(&pfx, &version) && version == 3 &&
	       der_take(&pfx, DER_SEQUENCE, &content) && take_oid(&content, OID_DATA) &&
	       der_take(&content, DER_CONTEXT(0), &tagged) && der_done(&content) &&
	       der_take_octets(&tagged, &safe) && der_done(&tagged) &&
	       der_take(&pfx, DER_SEQUENCE, &data) && der_done(&pfx) &&
	       der_take(&data, DER_SEQUENCE, &info) && mac_good(info) &&
	       der_take_octets(&data, &salt) && der_take_int(&data, &iterations) &&
	       der_done(&data) && iterations > 0 && iterations <= PKCS12_ITERATIONS_MOST &&
	       iterations_good((int)iterations, salt.n, NULL);
}

bool
pkcs12_open(struct der bytes, const char *pin, struct rsa **out, struct sink *certificate,
    struct fault *fault)
{
	ossl_ready();
	if (!pin_good(pin, fault))
		return false;
	const uint8_t *at = bytes.p;
	OWN(PKCS12) p12 = bytes.n > PKCS12_MOST ? NULL : d2i_PKCS12(NULL, &at, (long)bytes.n);
	if (p12 == NULL || at != bytes.p + bytes.n || !frame_good(bytes))
		return form_refuse(fault);
	if (PKCS12_verify_mac(p12, pin, (int)strlen(pin)) != 1)
		return pin_refuse(fault);
	OWN(EVP_PKEY) key = NULL;
	OWN(X509) x = NULL;
	if (PKCS12_parse(p12, pin, &key, &x, NULL) != 1)
		return form_refuse(fault);
	OWN_OSSL(der) = NULL;
	int n = key == NULL || x == NULL || X509_check_private_key(x, key) != 1 ? -1
										: i2d_X509(x, &der);
	if (n <= 0)
		return form_refuse(fault);
	OWN_RSA mine = NULL;
	if (!rsa_let_in(&key, &mine, fault))
		return false;
	sink_bytes(certificate, der, (size_t)n);
	if (certificate->full)
		return fault_set(fault, FAULT_BUG, "証明書の入る場所がありません。");
	*out = TAKE(mine);
	return true;
}
