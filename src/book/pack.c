#include "book/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const struct refusal PACK_FORM = { "pack-form", FAULT_BROKEN, "design 2" };

/* Settings the signer obeys; the others are none of its business. */
static const char *const SETTING_NAMES[] = { "vend_rule", "warrant_days", "clock_unsynchronised",
	"ca_years", "ca_key_bits", "subscriber_key_bits", "key_search", "pkcs12_iterations",
	"service_name", "operator", "support_phone" };
#define RULEBOOK "rulebook" /* the setting that is its digest */

enum { ROWS_MOST = 400, TEXT_MOST = 256, FIGURES = 2 /* of a clock, that a row carries */ };

/* One row of any table: its words and numbers, in the order the tables below say. */
struct row {
	char text[4][TEXT_MOST];
	int64_t number[6];
};
static const struct record_field ROW[] = {
	{ "a", RECORD_TEXT, offsetof(struct row, text[0]), TEXT_MOST, 0 },
	{ "b", RECORD_TEXT, offsetof(struct row, text[1]), TEXT_MOST, 0 },
	{ "c", RECORD_TEXT, offsetof(struct row, text[2]), TEXT_MOST, 0 },
	{ "d", RECORD_TEXT, offsetof(struct row, text[3]), TEXT_MOST, 0 },
	{ "e", RECORD_INT, offsetof(struct row, number[0]), 8, 0 },
	{ "f", RECORD_INT, offsetof(struct row, number[1]), 8, 0 },
	{ "g", RECORD_INT, offsetof(struct row, number[2]), 8, 0 },
	{ "h", RECORD_INT, offsetof(struct row, number[3]), 8, 0 },
	{ "i", RECORD_INT, offsetof(struct row, number[4]), 8, 0 },
	{ "j", RECORD_INT, offsetof(struct row, number[5]), 8, 0 },
};

static void
row_put(struct sink *out, const char *const text[4], const int64_t number[6])
{
	struct row r = { 0 };
	for (int i = 0; i < 4; i++)
		(void)snprintf(r.text[i], TEXT_MOST, "%s", text[i] == NULL ? "" : text[i]);
	memcpy(r.number, number, sizeof(r.number));
	record_pack(ROW, COUNT(ROW), &r, out);
}
#define TEXTS(...) ((const char *const[4]){ __VA_ARGS__ })
#define NUMBERS(...) ((const int64_t[6]){ __VA_ARGS__ })

static void
profiles_put(const struct policy *p, struct day day, struct sink *out)
{
	size_t list = der_begin(out, DER_SEQUENCE);
	for (size_t i = 0; i < p->profile_count; i++) {
		const struct profile *r = &p->profiles[i];
		if (policy_profile(p, r->code, day) == r)
			row_put(out, TEXTS(r->code, r->policy_oid, r->cps_uri, r->crl_uri),
			    NUMBERS(r->kind, r->mandate, r->key_bits));
	}
	der_end(out, list);
	list = der_begin(out, DER_SEQUENCE);
	for (size_t i = 0; i < p->field_count; i++) {
		const struct profile_field *f = &p->fields[i];
		row_put(out, TEXTS(f->profile, f->field, f->oid, f->ja),
		    NUMBERS(f->place, f->printable, f->limit, f->required, f->scope));
	}
	der_end(out, list);
}

static void
settings_put(const struct policy *p, struct day day, const uint8_t rulebook[32], struct sink *out)
{
	char hex[DIGEST_HEX];
	size_t list = der_begin(out, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT(SETTING_NAMES); i++)
		row_put(out, TEXTS(SETTING_NAMES[i], policy_setting(p, SETTING_NAMES[i], day)),
		    NUMBERS(0));
	if (rulebook != NULL)
		row_put(out, TEXTS(RULEBOOK, hex_print(hex, rulebook, 32)), NUMBERS(0));
	der_end(out, list);
}

void
pack_compile(const struct policy *p, struct day day, const uint8_t rulebook[32], struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, "akashi pack v1");
	profiles_put(p, day, out);
	size_t list = der_begin(out, DER_SEQUENCE);
	for (size_t i = 0; i < p->ground_count; i++) {
		const struct ground *g = &p->grounds[i];
		if (policy_ground(p, g->code, day) == g)
			row_put(out, TEXTS(g->code, g->text_ja, g->text_en, g->clause),
			    NUMBERS(g->reason, g->officers));
	}
	der_end(out, list);
	settings_put(p, day, rulebook, out);
	list = der_begin(out, DER_SEQUENCE);
	const struct clock *c = policy_clock(p, "K-17", day);
	if (c != NULL)
		row_put(out, TEXTS(c->code, c->name, c->name_ja, c->clause),
		    NUMBERS(c->unit, c->figure_count < FIGURES ? (int64_t)c->figure_count : FIGURES,
			c->figures[0], c->figures[1]));
	der_end(out, list);
	der_end(out, all);
}

struct pack {
	struct policy policy;
	struct row *rows; /* every text of the policy lies in one of these */
	size_t count;
};

const struct policy *
pack_policy(const struct pack *p)
{
	return &p->policy;
}

bool
pack_names(const struct pack *p, const uint8_t rulebook[32])
{
	char hex[DIGEST_HEX];
	(void)hex_print(hex, rulebook, 32);
	for (size_t i = 0; i < p->policy.setting_count; i++)
		if (strcmp(p->policy.settings[i].name, RULEBOOK) == 0)
			return strcmp(p->policy.settings[i].value, hex) == 0;
	return false;
}

void
pack_free(struct pack *p)
{
	if (p == NULL)
		return;
	free(p->policy.profiles);
	free(p->policy.fields);
	free(p->policy.grounds);
	free(p->policy.settings);
	free(p->policy.clocks);
	free(p->rows);
	free(p);
}

static void
profile_row(void *to, const struct row *r)
{
	*(struct profile *)to = (struct profile){ .code = r->text[0],
		.policy_oid = r->text[1],
		.cps_uri = r->text[2],
		.crl_uri = r->text[3],
		.kind = (enum kind)r->number[0],
		.mandate = r->number[1] != 0,
		.key_bits = (int)r->number[2],
		.clause = "" };
}

static void
field_row(void *to, const struct row *r)
{
	*(struct profile_field *)to = (struct profile_field){ .profile = r->text[0],
		.field = r->text[1],
		.oid = r->text[2],
		.ja = r->text[3],
		.en = r->text[1],
		.place = (enum profile_place)r->number[0],
		.printable = r->number[1] != 0,
		.limit = (int)r->number[2],
		.required = r->number[3] != 0,
		.scope = (enum profile_scope)r->number[4],
		.clause = "" };
}

static void
ground_row(void *to, const struct row *r)
{
	*(struct ground *)to = (struct ground){ .code = r->text[0],
		.text_ja = r->text[1],
		.text_en = r->text[2],
		.clause = r->text[3],
		.reason = (int)r->number[0],
		.officers = (int)r->number[1] };
}

static void
setting_row(void *to, const struct row *r)
{
	*(struct setting *)to =
	    (struct setting){ .name = r->text[0], .value = r->text[1], .clause = "" };
}

static void
clock_row(void *to, const struct row *r)
{
	*(struct clock *)to = (struct clock){ .code = r->text[0],
		.name = r->text[1],
		.name_ja = r->text[2],
		.name_en = r->text[1],
		.clause = r->text[3],
		.unit = (enum clock_unit)r->number[0],
		.figure_count = (size_t)r->number[1],
		.figures = { (int)r->number[2], (int)r->number[3] } };
}

static const struct list {
	size_t rows_at, count_at, row_size;
	void (*fill)(void *, const struct row *);
	int64_t most[COUNT(((struct row *)0)->number)]; /* of each number; none is below 0 */
} LISTS[] = {
	{ offsetof(struct policy, profiles), offsetof(struct policy, profile_count),
	    sizeof(struct profile), profile_row, { KINDS - 1, 1, INT32_MAX } },
	{ offsetof(struct policy, fields), offsetof(struct policy, field_count),
	    sizeof(struct profile_field), field_row, { PLACES - 1, 1, INT32_MAX, 1, SCOPES - 1 } },
	{ offsetof(struct policy, grounds), offsetof(struct policy, ground_count),
	    sizeof(struct ground), ground_row, { INT32_MAX, INT32_MAX } },
	{ offsetof(struct policy, settings), offsetof(struct policy, setting_count),
	    sizeof(struct setting), setting_row },
	{ offsetof(struct policy, clocks), offsetof(struct policy, clock_count),
	    sizeof(struct clock), clock_row, { UNITS - 1, FIGURES, INT32_MAX, INT32_MAX } },
};

static bool
row_take(struct der *list, const struct list *l, struct row *r)
{
	if (!record_take(ROW, COUNT(ROW), list, r))
		return false;
	for (size_t i = 0; i < COUNT(r->number); i++)
		if (r->number[i] < 0 || r->number[i] > l->most[i])
			return false;
	return true;
}

static bool
list_read(struct der *all, struct pack *p, const struct list *l)
{
	struct der list;
	size_t from = p->count;
	if (!der_take(all, DER_SEQUENCE, &list))
		return false;
	while (!der_done(&list))
		if (p->count >= ROWS_MOST || !row_take(&list, l, &p->rows[p->count++]))
			return false;
	size_t n = p->count - from;
	uint8_t *rows = calloc(n + 1, l->row_size);
	if (rows == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		l->fill(rows + i * l->row_size, &p->rows[from + i]);
	memcpy((uint8_t *)&p->policy + l->rows_at, &rows, sizeof(rows));
	memcpy((uint8_t *)&p->policy + l->count_at, &n, sizeof(n));
	return true;
}

bool
pack_read(struct der d, struct pack **out, struct fault *fault)
{
	struct der all;
	char word[32];
	struct pack *p = calloc(1, sizeof(*p));
	bool good = p != NULL && (p->rows = calloc(ROWS_MOST, sizeof(*p->rows))) != NULL &&
		    der_take(&d, DER_SEQUENCE, &all) && der_done(&d) &&
		    der_take_utf8(&all, word, sizeof(word)) && strcmp(word, "akashi pack v1") == 0;
	for (size_t i = 0; good && i < COUNT(LISTS); i++)
		good = list_read(&all, p, &LISTS[i]);
	if (good && der_done(&all)) {
		*out = p;
		return true;
	}
	pack_free(p);
	return fault_refuse(fault, &PACK_FORM, "pack", "プロファイルの形が正しくありません。");
}
