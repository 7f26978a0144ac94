#include "pki/assertion.h"

#include <string.h>

#include "base/text.h"
#include "pki/ossl.h"

const struct refusal ASSERTION_CLIENT = { "assertion-client", FAULT_DENIED, "WebAuthn 5.8.1.1" };
const struct refusal ASSERTION_TAIL = { "assertion-tail", FAULT_DENIED, "WebAuthn 5.8.1.1" };
const struct refusal ASSERTION_LENGTH = { "assertion-length", FAULT_DENIED, "WebAuthn 6.1" };
const struct refusal ASSERTION_SITE = { "assertion-site", FAULT_DENIED, "WebAuthn 7.2" };
const struct refusal ASSERTION_FLAGS = { "assertion-flags", FAULT_DENIED, "WebAuthn 6.1" };
const struct refusal ASSERTION_KEY = { "assertion-key", FAULT_DENIED, "WebAuthn 6.5.1" };
const struct refusal ASSERTION_SIGNATURE = { "assertion-signature", FAULT_DENIED,
	"WebAuthn 6.5.6" };
const struct refusal ASSERTION_TWO_KEYS = { "assertion-two-keys", FAULT_DENIED, "WebAuthn 6.5.1" };

enum {
	AT_FLAGS = 32,
	AT_COUNT = 33,
	DATA_BYTES = 37,
	AT_ID_LENGTH = DATA_BYTES + 16,
	AT_ID = AT_ID_LENGTH + 2,
	COSE_BYTES = 77,
};
/* User present, user verified, backup eligible, backed up, attested key data, extensions. */
enum { UP = 0x01, UV = 0x04, BE = 0x08, BS = 0x10, AT = 0x40 };

static bool
refuse(struct fault *fault, const struct refusal *row, const char *say)
{
	return fault_refuse(fault, row, NULL, "%s", say);
}

/* Nothing that JSON would write otherwise, so that no origin can say more than itself. */
static bool
origin_plain(const char *origin)
{
	for (; *origin != '\0'; origin++)
		if (*origin <= 0x20 || *origin >= 0x7f || *origin == '"' || *origin == '\\')
			return false;
	return true;
}

static bool
client_check(struct der got, const struct assertion_expect *want, struct fault *fault)
{
	uint8_t buf[ASSERTION_CLIENT_MOST];
	struct sink head = SINK_INTO(buf);
	sink_text(&head, "{\"type\":\"webauthn.get\",\"challenge\":\"");
	base64url_put(&head, want->challenge, ASSERTION_CHALLENGE);
	sink_text(&head, "\",\"origin\":\"");
	sink_text(&head, want->origin);
	sink_text(&head, "\",\"crossOrigin\":false");
	if (head.full || !origin_plain(want->origin) || got.n < head.len ||
	    memcmp(got.p, head.at, head.len) != 0)
		return refuse(fault, &ASSERTION_CLIENT,
		    "パスキーの署名が、この承認のためのものではありません。"
		    "対応するブラウザーで、承認の画面から署名し直してください。");
	const uint8_t *tail = got.p + head.len;
	size_t n = got.n - head.len;
	if (n == 1 && tail[0] == '}')
		return true;
	if (n < 2 || n >= ASSERTION_TAIL_MOST || tail[0] != ',' || tail[n - 1] != '}')
		return refuse(fault, &ASSERTION_TAIL,
		    "パスキーの署名の末尾が読めません。対応するブラウザーで署名し直してください。");
	return true;
}

static bool
site_check(const uint8_t *data, const char *rp_id, struct fault *fault)
{
	uint8_t hash[32];
	if (!ossl_sha256(rp_id, strlen(rp_id), hash) || memcmp(data, hash, 32) != 0)
		return refuse(fault, &ASSERTION_SITE,
		    "別のサイトのパスキーです。承認の画面に登録したパスキーを使ってください。");
	return true;
}

static bool
flags_good(uint8_t flags, uint8_t must, bool synced_allowed)
{
	return (flags & ~(unsigned)(BE | BS)) == must &&
	       (synced_allowed || (flags & (BE | BS)) == 0);
}

static bool
flags_check(uint8_t flags, uint8_t must, bool synced_allowed, struct fault *fault)
{
	if (flags_good(flags, must, synced_allowed))
		return true;
	return refuse(fault, &ASSERTION_FLAGS,
	    "本人確認(PIN や指紋)のない署名か、許されていない種類のパスキーです。"
	    "本人確認をして署名し直してください。");
}

static bool
signature_good(const struct assertion *a, const struct assertion_expect *want)
{
	uint8_t message[DATA_BYTES + 32], digest[32];
	memcpy(message, a->authenticator_data.p, DATA_BYTES);
	return ossl_sha256(a->client_data.p, a->client_data.n, message + DATA_BYTES) &&
	       ossl_sha256(message, sizeof(message), digest) &&
	       p256_verify(want->point, digest, a->signature.p, a->signature.n);
}

bool
assertion_check(const struct assertion *a, const struct assertion_expect *want, uint32_t *count,
    struct fault *fault)
{
	ossl_ready();
	const uint8_t *data = a->authenticator_data.p;
	if (!client_check(a->client_data, want, fault))
		return false;
	if (a->authenticator_data.n != DATA_BYTES)
		return refuse(fault, &ASSERTION_LENGTH,
		    "パスキーの署名の形が違います。対応するブラウザーで署名し直してください。");
	if (!site_check(data, want->rp_id, fault) ||
	    !flags_check(data[AT_FLAGS], UP | UV, want->synced_allowed, fault))
		return false;
	if (!p256_point_good(want->point))
		return refuse(fault, &ASSERTION_KEY,
		    "名簿の鍵が P-256 の点ではありません。鍵を登録し直してください。");
	if (!signature_good(a, want))
		return refuse(fault, &ASSERTION_SIGNATURE,
		    "パスキーの署名が合いません。署名し直してください。");
	*count = (uint32_t)data[AT_COUNT] << 24 | (uint32_t)data[AT_COUNT + 1] << 16 |
		 (uint32_t)data[AT_COUNT + 2] << 8 | data[AT_COUNT + 3];
	return true;
}

/* { 1: 2, 3: -7, -1: 1, -2: X, -3: Y }: EC2, ES256, P-256, in CTAP2's canonical order. */
static bool
cose_same(const uint8_t *cose, const uint8_t point[P256_POINT])
{
	static const uint8_t HEAD[] = { 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58,
		0x20 };
	static const uint8_t MIDDLE[] = { 0x22, 0x58, 0x20 };
	return memcmp(cose, HEAD, sizeof(HEAD)) == 0 &&
	       memcmp(cose + sizeof(HEAD), point + 1, 32) == 0 &&
	       memcmp(cose + sizeof(HEAD) + 32, MIDDLE, sizeof(MIDDLE)) == 0 &&
	       memcmp(cose + sizeof(HEAD) + 32 + sizeof(MIDDLE), point + 33, 32) == 0;
}

bool
assertion_register(struct der spki, struct der data, const char *rp_id, bool synced_allowed,
    uint8_t point[P256_POINT], struct der *credential_id, struct fault *fault)
{
	uint8_t found[P256_POINT];
	ossl_ready();
	size_t id =
	    data.n < AT_ID ? 0 : (size_t)data.p[AT_ID_LENGTH] << 8 | data.p[AT_ID_LENGTH + 1];
	if (id == 0 || data.n != AT_ID + id + COSE_BYTES)
		return refuse(fault, &ASSERTION_LENGTH,
		    "パスキーの登録の形が違います。対応するブラウザーで登録し直してください。");
	if (!site_check(data.p, rp_id, fault) ||
	    !flags_check(data.p[AT_FLAGS], UP | UV | AT, synced_allowed, fault))
		return false;
	if (!p256_spki_read(spki, found))
		return refuse(fault, &ASSERTION_KEY,
		    "パスキーの公開鍵が P-256 の鍵ではありません。"
		    "ES256 のパスキーを登録してください。");
	if (!cose_same(data.p + AT_ID + id, found))
		return refuse(fault, &ASSERTION_TWO_KEYS,
		    "パスキーの登録に含まれる二つの鍵が違います。登録し直してください。");
	memcpy(point, found, P256_POINT);
	*credential_id = der_of(data.p + AT_ID, id);
	return true;
}
