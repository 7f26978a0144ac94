/*
 * seeds DIR: what the kept corpus began with, packed by the writers beside the readers: DIR/READER/NAME.
 *
 * Keys are drawn, sign and are forgotten. Called by tests/fuzz/seeds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../shipped.h"
#include "act/outside.h"
#include "book/adopted.h"
#include "book/epoch.h"
#include "book/line.h"
#include "book/order.h"
#include "book/pack.h"
#include "rules/application.h"
#include "vault/digest.h"
#include "wire/agent.h"
#include "wire/keymaker.h"
#include "wire/print.h"
#include "wire/reader.h"
#include "wire/signer.h"
#include "wire/table.h"

#define TODAY ((struct day){ 2026, 11, 20 })
#define NOW ((struct instant){ 1795132800 })
enum { MOST = 1 << 20, ROWS = 400, STATIONS = STATIONS_MOST };

static const char *folder;

static void
must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "seeds: %s\n", what);
		exit(1);
	}
}

static void
put(const char *reader, const char *name, const struct sink *s)
{
	char path[4096];
	struct fault f = { 0 };
	must(!s->full, name);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, reader);
	must(file_folder(path, 0755, &f), path);
	(void)snprintf(path, sizeof(path), "%s/%s/%s", folder, reader, name);
	must(file_write(path, 0644, s->at, s->len, &f), path);
}

/* Whoever signs in the order. */
struct people {
	uint8_t screener[P256_SECRET], approver[P256_SECRET], custodian[2][P256_SECRET],
	    station[2][P256_SECRET], keymaker[P256_SECRET];
};

static void
holder_new(struct holder *h, const char *id, int64_t roles, enum surface surface,
    uint8_t secret[P256_SECRET])
{
	struct fault f = { 0 };
	uint8_t forgotten[P256_SECRET];
	(void)snprintf(h->id, sizeof(h->id), "%s", id);
	h->roles = roles;
	h->surface = surface;
	must(p256_new(secret == NULL ? forgotten : secret, h->point, &f), id);
}

static void
charter_new(struct charter *c, struct people *p)
{
	struct fault f = { 0 };
	char id[16];
	*c = (struct charter){ .service = { 1, 2, 3 },
		.rehearsal = true,
		.number = 1,
		.not_before = { NOW.sec - 86400 },
		.not_after = { NOW.sec + 30 * 86400 },
		.quorum = 2,
		.custodians = 2,
		.staffs = 2,
		.stations = STATIONS };
	holder_new(&c->staff[0], "sato", 1 << ROLE_SCREENING, 0, p->screener);
	holder_new(&c->staff[1], "mori", 1 << ROLE_APPROVAL, 1, p->approver);
	for (int i = 0; i < 2; i++) {
		(void)snprintf(id, sizeof(id), "custodian-%d", i);
		holder_new(&c->custodian[i], id, 1 << ROLE_CUSTODIAN, 0, p->custodian[i]);
	}
	for (int i = 0; i < STATIONS; i++) {
		(void)snprintf(id, sizeof(id), "station-%d", i);
		holder_new(&c->station[i], id, 0, 1, i < 2 ? p->station[i] : NULL);
	}
	must(p256_new(p->keymaker, c->keymaker_point, &f), "keymaker");
}

static struct der
der(const char *s)
{
	return der_of(s, strlen(s));
}

static void
warrants(const struct charter *c, struct sink *certificate)
{
	OWN_SINK fields = SINK_GROW(MOST);
	OWN_SINK way = SINK_GROW(MOST);
	OWN_SINK body = SINK_GROW(MOST);
	OWN_SINK out = SINK_GROW(MOST);
	struct warrant_field f[WARRANT_FIELDS] = { { PLACE_SUBJECT, "2.5.4.6", true, der("JP") },
		{ PLACE_SUBJECT, "2.5.4.3", false, der("YAMADA TARO") },
		{ PLACE_SUBJECT, "2.5.4.5", true, der("1") },
		{ PLACE_SUBJECT, WARRANT_MARK_OID, false, der(WARRANT_MARK_TEXT) } };
	struct delivery to = { ROUTE_HONNIN, false, der("山田太郎"), der("1000013"),
		der("東京都") };
	warrant_fields_pack(f, 4, &fields);
	delivery_pack(&to, &way);
	struct warrant_certificate w = { .product = "DL-B2",
		.profile = "basic",
		.vend_rule = "civil143",
		.lang = "ja",
		.years = 2,
		.email = der("taro@example.jp"),
		.subscriber = der("山田太郎"),
		.fields = der_of(fields.at, fields.len),
		.pin = der_of(way.at, way.len),
		.password = der_of(way.at, way.len) };
	struct warrant all = {
		.kind = WARRANT_CERTIFICATE, .dossier = 7, .edition = 1, .last_day = { 2026, 12, 1 }
	};
	memcpy(all.service, c->service, SERVICE_ID);
	warrant_certificate_pack(&w, &body);
	all.body = der_of(body.at, body.len);
	warrant_pack(&all, certificate);
	put("warrant", "certificate", certificate);

	/* as many fields as there may be */
	OWN_SINK many = SINK_GROW(MOST);
	OWN_SINK big = SINK_GROW(MOST);
	for (size_t i = 0; i < WARRANT_FIELDS; i++)
		f[i] = (struct warrant_field){ PLACE_SUBJECT, "2.5", false, der("") };
	warrant_fields_pack(f, WARRANT_FIELDS, &many);
	w.fields = der_of(many.at, many.len);
	warrant_certificate_pack(&w, &big);
	all.body = der_of(big.at, big.len);
	warrant_pack(&all, &out);
	put("warrant", "many-fields", &out);

	const struct warrant_revoke revoke = { { 0x5a }, "11-2", { 2026, 11, 1 }, { 9 } };
	out.len = body.len = 0;
	warrant_revoke_pack(&revoke, &body);
	all.kind = WARRANT_REVOKE;
	all.body = der_of(body.at, body.len);
	warrant_pack(&all, &out);
	put("warrant", "revoke", &out);

	out.len = 0;
	all.kind = WARRANT_VOID;
	all.body = der_of(NULL, 0);
	warrant_pack(&all, &out);
	put("warrant", "void", &out);

	const struct warrant_cacert ca = { der_of(fields.at, fields.len), der("key"), 20 };
	out.len = body.len = 0;
	warrant_cacert_pack(&ca, &body);
	all.kind = WARRANT_CACERT;
	all.body = der_of(body.at, body.len);
	warrant_pack(&all, &out);
	put("warrant", "cacert", &out);

	const struct warrant_adopt adopt = { .certificate = der("certificate"),
		.number = 42,
		.this_update = NOW,
		.next_update = NOW,
		.count = 2,
		.listed = 1,
		.parts = 1 };
	out.len = body.len = 0;
	warrant_adopt_pack(&adopt, &body);
	all.kind = WARRANT_ADOPT;
	all.body = der_of(body.at, body.len);
	warrant_pack(&all, &out);
	put("warrant", "adopt", &out);

	const uint8_t entry[] = { 0x30, 0x12, DER_INTEGER, 1, 2, DER_UTCTIME, 13, '2', '5', '0',
		'1', '0', '1', '0', '0', '0', '0', '0', '0', 'Z' };
	struct adopted one = { .serial = { 0x7f, [SERIAL - 1] = 1 }, .not_after = NOW };
	struct adopted two = { .serial = { [SERIAL - 1] = 2 },
		.not_after = NOW,
		.entry = der_of(entry, sizeof(entry)) };
	out.len = 0;
	adopted_put(&two, &out);
	adopted_put(&one, &out);
	put("adopted", "two", &out);
}

static void
act_new(enum act_kind kind, const char *person, const uint8_t *secret, const uint8_t digest[32],
    struct sink *out)
{
	struct act a = { .charter = 1, .at = NOW };
	struct fault f = { 0 };
	uint8_t bytes[P256_SIGNATURE_MOST];
	struct sink signature = SINK_INTO(bytes);
	(void)snprintf(a.person, sizeof(a.person), "%s", person);
	memcpy(a.subject, digest, 32);
	must(act_sign(&a, kind, secret, &signature, &f), person);
	act_pack(&a, out);
}

static void
statement_new(const struct charter *c, struct der charter, const struct people *p,
    const uint8_t warrant[32], const uint8_t spki[32], struct sink *out)
{
	struct statement s = { .charter_number = c->number };
	struct fault f = { 0 };
	uint8_t bytes[3][P256_SIGNATURE_MOST];
	OWN_SINK pin = SINK_GROW(4096);
	OWN_SINK password = SINK_GROW(4096);
	struct sink *packed[] = { &pin, &password };
	for (int i = 0; i < PRINT_LETTERS; i++) {
		struct print_key k = { .day = TODAY, .letter = (enum print_letter)i };
		struct sink signature = SINK_INTO(bytes[i]);
		memcpy(k.service, c->service, SERVICE_ID);
		(void)snprintf(k.station, sizeof(k.station), "station-%d", i);
		must(print_key_sign(&k, p->station[i], &signature, &f), "print key");
		print_key_pack(&k, packed[i]);
		s.print[i] = der_of(packed[i]->at, packed[i]->len);
	}
	memcpy(s.service, c->service, SERVICE_ID);
	charter_digest(charter, s.charter);
	memcpy(s.warrant, warrant, 32);
	memcpy(s.spki, spki, 32);
	struct sink signature = SINK_INTO(bytes[2]);
	must(statement_sign(&s, p->keymaker, &signature, &f), "statement");
	statement_pack(&s, out);
}

static void
order(const struct charter *c, struct der charter, const struct people *p, struct der warrant,
    struct der pack)
{
	uint8_t digest[32], spki[32];
	OWN_SINK acts = SINK_GROW(MOST);
	OWN_SINK statement = SINK_GROW(MOST);
	OWN_SINK out = SINK_GROW(MOST);
	warrant_digest(warrant, digest);
	digest_of("key", 3, spki);
	size_t list = der_begin(&acts, DER_SEQUENCE);
	act_new(ACT_SCREEN, "sato", p->screener, digest, &acts);
	act_new(ACT_APPROVE, "mori", p->approver, digest, &acts);
	der_end(&acts, list);
	statement_new(c, charter, p, digest, spki, &statement);
	const struct der part[] = { warrant, der_of(acts.at, acts.len), der("key"),
		der_of(statement.at, statement.len), charter, pack };
	for (size_t i = 0; i < COUNT(part); i++)
		der_put_octets(&out, part[i].p, part[i].n);
	put("order", "whole", &out);

	/* the same with the acts custodians sign */
	charter_digest(charter, digest);
	acts.len = out.len = 0;
	list = der_begin(&acts, DER_SEQUENCE);
	act_new(ACT_CHARTER, "custodian-0", p->custodian[0], digest, &acts);
	act_new(ACT_CHARTER, "custodian-1", p->custodian[1], digest, &acts);
	der_end(&acts, list);
	for (size_t i = 0; i < COUNT(part); i++)
		if (i == 1)
			der_put_octets(&out, acts.at, acts.len);
		else
			der_put_octets(&out, part[i].p, part[i].n);
	put("order", "quorum", &out);
}

/* As many rows as there may be, all empty. */
static void
pack_full(void)
{
	OWN_SINK out = SINK_GROW(MOST);
	size_t all = der_begin(&out, DER_SEQUENCE);
	der_put_utf8(&out, "akashi pack v1");
	for (int l = 0; l < 5; l++) {
		size_t list = der_begin(&out, DER_SEQUENCE);
		for (int i = 0; l == 4 && i < ROWS; i++) {
			size_t row = der_begin(&out, DER_SEQUENCE);
			for (int k = 0; k < 4; k++)
				der_put_utf8(&out, "");
			for (int k = 0; k < 6; k++)
				der_put_int(&out, 0);
			der_end(&out, row);
		}
		der_end(&out, list);
	}
	der_end(&out, all);
	put("pack", "many-rows", &out);
}

/* One row of each kind is enough. */
static void
pack_small(struct sink *out)
{
	struct policy policy, few;
	shipped(&policy);
	few = policy;
	few.profile_count = few.ground_count = 2;
	few.field_count = 4;
	pack_compile(&few, TODAY, NULL, out);
	put("pack", "few-rows", out);
	policy_free(&policy);
}

static void
journal(struct der charter, struct der pack)
{
	OWN_SINK all = SINK_GROW(MOST);
	struct line l = { .at = NOW,
		.dossier = 7,
		.edition = 1,
		.serial = { 0x5a },
		.not_before = NOW,
		.not_after = { NOW.sec + 86400 },
		.invalid_since = NOW,
		.ground = "11-2",
		.number = 1,
		.reason = 1 };
	for (int k = 0; k < LINES; k++) {
		OWN_SINK one = SINK_GROW(MOST);
		l.seq = k + 1;
		l.kind = (enum line_kind)k;
		l.body = k == LINE_GENESIS || k == LINE_CHARTER ? charter : der("certificate");
		l.extra = pack;
		line_pack(&l, &one);
		line_digest(der_of(one.at, one.len), l.previous);
		sink_bytes(&all, one.at, one.len);
		if (k == LINE_HEAD)
			put("journal", "head", &one);
	}
	put("journal", "every-kind", &all);
}

#define EMPTY(name)                                                                                \
	do {                                                                                       \
		struct name m;                                                                     \
		OWN_SINK out = SINK_GROW(MOST);                                                    \
		memset(&m, 0, sizeof(m));                                                          \
		name##_pack(&m, &out);                                                             \
		put("record", #name, &out);                                                        \
	} while (0)

static void
records(void)
{
	EMPTY(act);
	EMPTY(agent_about);
	EMPTY(agent_make);
	EMPTY(agent_sign);
	EMPTY(agent_unwrap);
	EMPTY(agent_uses);
	EMPTY(bank_error);
	EMPTY(cms_signature);
	EMPTY(keymaker_ask);
	EMPTY(keymaker_made);
	EMPTY(letter_text);
	EMPTY(mail_in);
	EMPTY(package);
	EMPTY(print_done);
	EMPTY(print_job);
	EMPTY(print_key);
	EMPTY(print_open);
	EMPTY(reader_ask);
	EMPTY(signer_booked);
	EMPTY(signer_document);
	EMPTY(signer_head);
	EMPTY(signer_end);
	EMPTY(signer_issue);
	EMPTY(signer_issued);
	EMPTY(signer_lines);
	EMPTY(signer_list);
	EMPTY(signer_list_part);
	EMPTY(signer_orders);
	EMPTY(signer_receipt);
	EMPTY(signer_status);
	EMPTY(statement);
	const struct epoch first = { .seq = 1 };
	OWN_SINK epoch = SINK_GROW(MOST);
	epoch_pack(&first, &epoch);
	put("record", "epoch", &epoch);
}

static void
frame_add(int64_t kind, const struct sink *body, struct sink *out)
{
	const struct frame f = { 1, kind, der_of(body->at, body->len) };
	frame_pack(&f, out);
}

static void
frames(void)
{
	OWN_SINK body = SINK_GROW(MOST);
	OWN_SINK out = SINK_GROW(MOST);
	struct fault f = { 0 };
	sink_text(&body, "answer");
	frame_add(FRAME_ANSWER, &body, &out);
	put("frame", "answer", &out);
	body.len = out.len = 0;
	(void)fault_refuse(&f, &READER_DIED, "field", "断りました。");
	fault_pack(&f, &body);
	frame_add(FRAME_FAULT, &body, &out);
	put("frame", "fault", &out);
}

static void
item_table(void)
{
	char *field[CSV_COLUMNS];
	OWN_SINK out = SINK_GROW(MOST);
	for (int way = 0; way < 3; way++) {
		OWN_SINK body = SINK_GROW(MOST);
		for (size_t i = 0; i < COUNT(field); i++)
			field[i] = i == 0 && way == 0 ? "ref" : "a";
		table_row_pack(field, way == 2 ? 0 : CSV_COLUMNS, way == 2 ? "torn" : "", &body);
		frame_add(way == 0 ? READER_HEAD : READER_ROW, &body, &out);
	}
	frame_add(FRAME_ANSWER, &(struct sink){ 0 }, &out);
	put("item", "table", &out);
}

static void
item_bank(void)
{
	OWN_SINK head = SINK_GROW(64);
	OWN_SINK row = SINK_GROW(4096);
	OWN_SINK error = SINK_GROW(4096);
	OWN_SINK out = SINK_GROW(MOST);
	const struct bank_line line = { .record = 1,
		.account = "9999-123-1234567",
		.booked = TODAY,
		.amount = 29040,
		.payer = "ﾔﾏﾀﾞ ﾀﾛｳ",
		.folded = "ヤマダタロウ",
		.number = "12345678" };
	const struct bank_error wrong = { .field = "金額", .say = "読めません。" };
	der_put_enum(&head, BANK_CSV);
	bank_line_pack(&line, &row);
	bank_error_pack(&wrong, &error);
	put("record", "bank_line", &row);
	frame_add(READER_HEAD, &head, &out);
	frame_add(READER_ROW, &row, &out);
	frame_add(READER_ERROR, &error, &out);
	frame_add(FRAME_ANSWER, &(struct sink){ 0 }, &out);
	put("item", "bank", &out);
}

static void
item_mail(void)
{
	OWN_SINK signature = SINK_GROW(4096);
	OWN_SINK mail = SINK_GROW(MOST);
	OWN_SINK out = SINK_GROW(MOST);
	const struct cms_signature s = { .form = CMS_SIGNED,
		.signers = 1,
		.method = "RSA with SHA-256",
		.permitted = true,
		.good = true,
		.signed_at = NOW,
		.serial = "5a",
		.certificate = der("certificate") };
	const struct mail_in m = {
		.kind = MAIL_IN_BOUNCE, .id = "1@a", .subject = "件名", .status = "5.1.1"
	};
	cms_signature_pack(&s, &signature);
	mail_in_pack(&m, &mail);
	frame_add(READER_ROW, &signature, &out);
	frame_add(READER_HEAD, &mail, &out);
	frame_add(FRAME_ANSWER, &(struct sink){ 0 }, &out);
	put("item", "mail", &out);
}

static void
values(void)
{
	OWN_SINK out = SINK_GROW(MOST);
	size_t all = der_begin(&out, DER_SEQUENCE);
	der_put_int(&out, -129);
	der_put_enum(&out, 3);
	der_put_bool(&out, true);
	der_put_utf8(&out, "証 akashi");
	der_put_octets(&out, "0123456789abcdef", 16);
	der_put_oid(&out, "1.2.840.113549");
	der_put_time(&out, NOW);
	size_t set = der_begin(&out, DER_SET);
	der_put_bits(&out, "bits", 4);
	der_put_octets(&out, out.at, 100 < out.len ? 100 : out.len);
	der_end(&out, set);
	der_end(&out, all);
	put("der", "every-kind", &out);
}

static void
tree(void)
{
	struct {
		int64_t older, size;
		uint8_t root[2][32], node[4][32];
	} head = { 3, 7, { { 1 }, { 2 } }, { { 3 } } };
	struct sink out = { .at = (uint8_t *)&head, .len = sizeof(head) };
	put("tree", "three-of-seven", &out);
}

static void
passkey(void)
{
	static const char CLIENT[] =
	    "{\"type\":\"webauthn.get\",\"challenge\":"
	    "\"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
	    "\"origin\":\"https://approve.example.jp\",\"crossOrigin\":false}";
	uint8_t secret[P256_SECRET], point[P256_POINT], data[37] = { 0 }, message[69], digest[32],
							bytes[72];
	struct fault f = { 0 };
	struct sink signature = SINK_INTO(bytes);
	OWN_SINK out = SINK_GROW(MOST);
	OWN_SINK spki = SINK_GROW(256);
	must(p256_new(secret, point, &f), "passkey");
	digest_of("approve.example.jp", 18, data);
	data[32] = 5;
	memcpy(message, data, 37);
	digest_of(CLIENT, strlen(CLIENT), message + 37);
	digest_of(message, sizeof(message), digest);
	must(p256_sign(secret, digest, &signature, &f), "passkey");
	p256_spki(point, &spki);
	put("key", "p256", &spki);
	der_put_octets(&out, data, sizeof(data));
	der_put_octets(&out, CLIENT, strlen(CLIENT));
	der_put_octets(&out, signature.at, signature.len);
	der_put_octets(&out, spki.at, spki.len);
	put("passkey", "assertion", &out);

	/* registered: credential id of 16, then the key as COSE writes it */
	static const uint8_t COSE[] = { 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20 },
			     Y[] = { 0x22, 0x58, 0x20 };
	OWN_SINK reg = SINK_GROW(512);
	data[32] = 0x45;
	sink_bytes(&reg, data, 37);
	sink_bytes(&reg, "authenticator...", 16);
	sink_bytes(&reg, "\0\20credential......", 18);
	sink_bytes(&reg, COSE, sizeof(COSE));
	sink_bytes(&reg, point + 1, 32);
	sink_bytes(&reg, Y, sizeof(Y));
	sink_bytes(&reg, point + 33, 32);
	out.len = 0;
	der_put_octets(&out, spki.at, spki.len);
	der_put_octets(&out, reg.at, reg.len);
	der_put_octets(&out, NULL, 0);
	der_put_octets(&out, NULL, 0);
	put("passkey", "registration", &out);
}

int
main(int argc, char **argv)
{
	struct people people;
	struct charter *c = calloc(1, sizeof(*c));
	OWN_SINK charter = SINK_GROW(MOST);
	OWN_SINK warrant = SINK_GROW(MOST);
	OWN_SINK pack = SINK_GROW(MOST);
	must(argc == 2 && c != NULL, "seeds DIR");
	folder = argv[1];
	pack_small(&pack);
	pack_full();
	charter_new(c, &people);
	charter_pack(c, &charter);
	put("charter", "eight-stations", &charter);
	warrants(c, &warrant);
	struct der packed = der_of(charter.at, charter.len);
	order(c, packed, &people, der_of(warrant.at, warrant.len), der_of(pack.at, pack.len));
	journal(packed, der_of(pack.at, pack.len));
	records();
	frames();
	item_table();
	item_bank();
	item_mail();
	values();
	tree();
	passkey();
	free(c);
	return 0;
}
