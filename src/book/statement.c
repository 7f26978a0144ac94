#include "book/statement.h"

#include <string.h>

#include "vault/digest.h"

const struct refusal PRINT_KEY_FORM = { "print-key-form", FAULT_BROKEN, "design 2" };
const struct refusal PRINT_KEY_SERVICE = { "print-key-service", FAULT_DENIED, "design 2" };
const struct refusal PRINT_KEY_DAY = { "print-key-day", FAULT_DENIED, "design 2" };
const struct refusal PRINT_KEY_LETTER = { "print-key-letter", FAULT_DENIED, "design 2" };
const struct refusal PRINT_KEY_STATION = { "print-key-station", FAULT_DENIED, "design 2" };
const struct refusal PRINT_KEY_SIGNATURE = { "print-key-signature", FAULT_DENIED, "design 2" };
const struct refusal PRINT_KEY_SAME_STATION = { "print-key-same-station", FAULT_DENIED,
	"design 2" };
const struct refusal STATEMENT_FORM = { "statement-form", FAULT_BROKEN, "design 2" };
const struct refusal STATEMENT_SERVICE = { "statement-service", FAULT_DENIED, "design 2" };
const struct refusal STATEMENT_CHARTER = { "statement-charter", FAULT_DENIED, "design 2" };
const struct refusal STATEMENT_WARRANT = { "statement-warrant", FAULT_DENIED, "design 2" };
const struct refusal STATEMENT_SPKI = { "statement-spki", FAULT_DENIED, "design 2" };
const struct refusal STATEMENT_SIGNATURE = { "statement-signature", FAULT_DENIED, "design 2" };

static const char *const LETTER[] = { [PRINT_PIN] = "pin", [PRINT_PASSWORD] = "password" };

const char *
print_letter_name(enum print_letter l)
{
	return LETTER[l];
}

/* The last field is the signature: what is signed is everything before it. */
static const struct record_field PRINT_KEY[] = {
	RECORD(print_key, service, FIXED),
	RECORD(print_key, day, DAY),
	RECORD_OF(print_key, letter, PRINT_LETTERS),
	RECORD(print_key, station, TEXT),
	RECORD(print_key, key, FIXED),
	RECORD(print_key, signature, BYTES),
};
static const struct record_field STATEMENT[] = {
	RECORD(statement, service, FIXED),
	RECORD(statement, charter_number, INT),
	RECORD(statement, charter, FIXED),
	RECORD(statement, warrant, FIXED),
	RECORD(statement, spki, FIXED),
	RECORD(statement, package_key, FIXED),
	RECORD(statement, print[PRINT_PIN], BYTES),
	RECORD(statement, print[PRINT_PASSWORD], BYTES),
	RECORD(statement, package, FIXED),
	RECORD(statement, letter[PRINT_PIN], FIXED),
	RECORD(statement, letter[PRINT_PASSWORD], FIXED),
	RECORD(statement, signature, BYTES),
};

static void
signed_digest(
    const char *label, const struct record_field *f, size_t n, const void *record, uint8_t out[32])
{
	uint8_t bytes[STATEMENT_PACKED];
	struct sink s = SINK_INTO(bytes);
	record_pack(f, n - 1, record, &s);
	digest_labelled(label, s.at, s.len, out);
}

RECORD_PAIR(print_key, unpack, PRINT_KEY)
RECORD_PAIR(statement, unpack, STATEMENT)

bool
print_key_sign(struct print_key *k, const uint8_t secret[P256_SECRET], struct sink *signature,
    struct fault *fault)
{
	uint8_t digest[32];
	size_t from = signature->len;
	signed_digest("akashi print key v1", PRINT_KEY, COUNT(PRINT_KEY), k, digest);
	if (!p256_sign(secret, digest, signature, fault))
		return false;
	k->signature = der_of(signature->at + from, signature->len - from);
	return true;
}

bool
statement_sign(struct statement *s, const uint8_t secret[P256_SECRET], struct sink *signature,
    struct fault *fault)
{
	uint8_t digest[32];
	size_t from = signature->len;
	signed_digest("akashi key statement v1", STATEMENT, COUNT(STATEMENT), s, digest);
	if (!p256_sign(secret, digest, signature, fault))
		return false;
	s->signature = der_of(signature->at + from, signature->len - from);
	return true;
}

static bool
print_key_check(const struct charter *c, struct der packed, enum print_letter letter,
    struct day day, struct print_key *k, struct fault *fault)
{
	uint8_t digest[32];
	if (!print_key_unpack(packed, k))
		return fault_refuse(
		    fault, &PRINT_KEY_FORM, "print", "印刷鍵の形が正しくありません。");
	if (memcmp(k->service, c->service, SERVICE_ID) != 0)
		return fault_refuse(
		    fault, &PRINT_KEY_SERVICE, "print", "別のサービスの印刷鍵です。");
	if (k->letter != letter)
		return fault_refuse(fault, &PRINT_KEY_LETTER, "print",
		    "印刷鍵の用途（PIN・パスワード）が違います。");
	if (day_cmp(k->day, day) != 0)
		return fault_refuse(fault, &PRINT_KEY_DAY, "print",
		    "印刷鍵が当日のものではありません。"
		    "akashi day open で新しい印刷日を開いてください。");
	const struct holder *h = charter_station(c, k->station);
	if (h == NULL)
		return fault_refuse(fault, &PRINT_KEY_STATION, "print",
		    "印刷局「%s」は今の憲章にありません。akashi staff add で登録してください。",
		    k->station);
	signed_digest("akashi print key v1", PRINT_KEY, COUNT(PRINT_KEY), k, digest);
	return p256_verify(h->point, digest, k->signature.p, k->signature.n) ||
	       fault_refuse(fault, &PRINT_KEY_SIGNATURE, "print",
		   "印刷鍵の署名が正しくありません。"
		   "印刷日を閉じ、akashi day open で開き直してください。");
}

bool
print_keys_check(const struct charter *c, const struct der print[PRINT_LETTERS], struct day day,
    struct fault *fault)
{
	struct print_key key[PRINT_LETTERS];
	for (int i = 0; i < PRINT_LETTERS; i++)
		if (!print_key_check(c, print[i], (enum print_letter)i, day, &key[i], fault))
			return false;
	return strcmp(key[PRINT_PIN].station, key[PRINT_PASSWORD].station) != 0 ||
	       fault_refuse(fault, &PRINT_KEY_SAME_STATION, "print",
		   "PIN とパスワードは別々の印刷局で印刷します。印刷局を二つ登録してください。");
}

/* Whether they pass depends on nothing but their bytes and the charter. */
static bool
print_check(const struct charter *c, const uint8_t charter[32], const struct statement *s,
    struct print_seen *seen, struct fault *fault)
{
	struct print_key first;
	const struct der print[PRINT_LETTERS] = { s->print[PRINT_PIN], s->print[PRINT_PASSWORD] };
	uint8_t of[32], pin[32], password[32];
	memcpy(of, charter, sizeof(of));
	digest_of(print[PRINT_PIN].p, print[PRINT_PIN].n, pin);
	digest_of(print[PRINT_PASSWORD].p, print[PRINT_PASSWORD].n, password);
	digest_chain(of, pin);
	digest_chain(of, password);
	if (seen != NULL && seen->any && memcmp(seen->digest, of, sizeof(of)) == 0)
		return true;
	if (!print_key_unpack(print[PRINT_PIN], &first))
		return fault_refuse(
		    fault, &PRINT_KEY_FORM, "print", "印刷鍵の形が正しくありません。");
	if (!print_keys_check(c, print, first.day, fault))
		return false;
	if (seen != NULL) {
		seen->any = true;
		memcpy(seen->digest, of, sizeof(of));
	}
	return true;
}

bool
statement_check(const struct charter *c, const uint8_t digest[32], const struct statement *s,
    const uint8_t warrant[32], const uint8_t spki[32], struct print_seen *seen, struct fault *fault)
{
	uint8_t over[32];
	if (memcmp(s->service, c->service, SERVICE_ID) != 0)
		return fault_refuse(
		    fault, &STATEMENT_SERVICE, "statement", "別のサービスの鍵生成記録です。");
	if (s->charter_number != c->number || memcmp(s->charter, digest, 32) != 0)
		return fault_refuse(fault, &STATEMENT_CHARTER, "statement",
		    "鍵生成記録の憲章が今の憲章ではありません。次の版で鍵を作り直してください。");
	if (memcmp(s->warrant, warrant, 32) != 0)
		return fault_refuse(fault, &STATEMENT_WARRANT, "statement",
		    "鍵は別の発行指示のために作られました。監査担当に知らせてください。");
	if (memcmp(s->spki, spki, 32) != 0)
		return fault_refuse(fault, &STATEMENT_SPKI, "statement",
		    "公開鍵が鍵生成記録のものではありません。監査担当に知らせてください。");
	signed_digest("akashi key statement v1", STATEMENT, COUNT(STATEMENT), s, over);
	if (!p256_verify_by(seen == NULL ? NULL : seen->keys, c->keymaker_point, over,
		s->signature.p, s->signature.n))
		return fault_refuse(fault, &STATEMENT_SIGNATURE, "statement",
		    "鍵生成記録の署名が正しくありません。監査担当に知らせてください。");
	return print_check(c, digest, s, seen, fault);
}
