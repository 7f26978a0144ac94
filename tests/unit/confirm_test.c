/* act/payment_confirm: money given to dossiers by people who sign for it.
 * [R-6.2] [R-6.6] [R-6.9] [R-6.10] [R-6.12] [R-6.13] [R-6.14] [R-6.15] [R-6.16] [R-6.20] [G-7] */
#include "test.h"

#include "act/payment_confirm.h"
#include "act/payment_match.h"
#include "act/proofs.h"
#include "act/refund.h"
#include "people.h"
#include "rules/step.h"
#include "scene.h"
#include "store/bank_row.h"
#include "store/card_row.h"
#include "store/proof_row.h"

static const struct somebody PEOPLE[] = { { "a1", ROLE_ACCOUNTING }, { "a2", ROLE_ACCOUNTING },
	{ "a3", ROLE_ACCOUNTING }, { "s1", ROLE_SCREENING } };

struct bench {
	char dir[256];
	struct service *s;
	struct charter *charter;
	struct taken taken;
};

static void
bench_open(struct bench *b, int engine, const char *name, const struct scene *scene)
{
	*b = (struct bench){ 0 };
	b->s = made_service(engine, name, b->dir);
	b->charter = people_make(b->s, PEOPLE, COUNT(PEOPLE));
	scene_apply(b->s, scene, &b->taken);
	deposits_import(b->s, scene->in, DEPOSITS, &b->taken);
}

static void
bench_close(struct bench *b)
{
	service_close(b->s);
	free(b->charter);
}

struct found {
	int64_t dossier;
	struct dossier_row d;
	bool card;
	int64_t asked, confirmed, events; /* of all dossiers */
	char detail[600];
};

static bool
find_event(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct found *f = context;
	(void)fault;
	f->events++;
	f->asked += strcmp(e->kind, "payment-asked") == 0;
	if (strcmp(e->kind, "payment-confirmed") == 0) {
		f->confirmed++;
		snprintf(f->detail, sizeof(f->detail), "%s %s", e->actor, e->detail);
	}
	return true;
}

static bool
find_body(struct tx *tx, void *context, struct fault *fault)
{
	struct found *f = context;
	struct card_row card = { 0 };
	bool found;
	if (!dossier_get(tx, f->dossier, &f->d, &found, fault) ||
	    !card_get(tx, f->dossier, "payer", &card, &f->card, fault) ||
	    !event_each(tx, 1, find_event, f, fault))
		return false;
	blob_drop(&card.card);
	return true;
}

static struct found
find(struct service *s, int64_t dossier)
{
	struct found f = { .dossier = dossier };
	struct fault fault = { 0 };
	made_or_die(store_read(s->store, find_body, &f, &fault), &fault);
	dossier_drop(&f.d);
	return f;
}

static bool
confirm(struct service *s, const char *who, int64_t line, int64_t dossier,
    struct payment_confirmed *out, struct fault *fault)
{
	OWN_PERSON p = people_open(s, who);
	*fault = (struct fault){ 0 };
	return payment_confirm(s, p, line, dossier, out, fault);
}

/* One call and what it must come to. */
struct step_row {
	const char *who;
	int64_t line, dossier;
	const struct refusal *row; /* NULL: confirmed */
	int64_t amount, remaining;
	const char *payment;
	bool already;
};
struct play {
	struct scene scene;
	struct step_row step[8];
	const char *candidates; /* of match afterwards: "line>dossier reason ..." */
};

static void
plays_check(const struct play *p, struct bench *b)
{
	struct payment_book *book;
	struct fault fault = { 0 };
	char text[256];
	struct sink s = SINK_INTO(text);
	made_or_die(payment_match(b->s, &book, &fault), &fault);
	for (size_t i = 0; i < book->candidate_count; i++)
		sink_print(&s, "%s%lld>%lld %s", i == 0 ? "" : ", ",
		    (long long)book->line[book->candidate[i].line].line,
		    (long long)book->candidate[i].dossier, book->candidate[i].reason);
	assert_string_equal(sink_string(&s), p->candidates);
	payment_book_free(book);
}

static void
play(const struct play *p, int engine, const char *name)
{
	struct bench b;
	bench_open(&b, engine, name, &p->scene);
	for (size_t i = 0; i < COUNT(p->step) && p->step[i].who != NULL; i++) {
		const struct step_row *r = &p->step[i];
		struct payment_confirmed is = { .amount = -1 };
		struct fault fault;
		struct found before = find(b.s, r->dossier);
		bool good = confirm(b.s, r->who, r->line, r->dossier, &is, &fault);
		struct found after = find(b.s, r->dossier);
		if (fault.row != r->row)
			print_message("%s %zu: %s %s\n", p->scene.name, i, fault.name, fault.say);
		assert_ptr_equal(fault.row, r->row);
		assert_int_equal(good, r->row == NULL);
		if (!good) {
			assert_int_equal(is.amount, -1);
			assert_string_equal(after.d.payment, before.d.payment);
			assert_int_equal(
			    after.events, before.events + (after.asked - before.asked));
			continue;
		}
		assert_int_equal(is.amount, r->amount);
		assert_int_equal(is.remaining, r->remaining);
		assert_int_equal(is.already, r->already);
		assert_string_equal(payment_name(is.fee.state), r->payment);
		assert_string_equal(after.d.payment, r->payment);
		assert_int_equal(after.card, !payment_settled(is.fee.state));
		assert_int_equal(after.confirmed, before.confirmed + !r->already);
		assert_int_equal(after.events, before.events + !r->already);
	}
	plays_check(p, &b);
	bench_close(&b);
}

/* Requirements, acceptance checklist 5, as far as money and names go. */
static const struct play PLAYS[] = {
	{ { "exact, once", { { "DL-B2", "ｱｵｷ ﾊﾅ" }, { "DL-B2", "ｲﾄｳ ｹﾝ" } },
	      { { 19250, "ｱｵｷ ﾊﾅ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 1, NULL, 19250, 0, "paid", false },
		{ "a1", 1, 1, NULL, 19250, 0, "paid", true },
		{ "a2", 1, 1, NULL, 19250, 0, "paid", true },
		{ "a1", 1, 2, &PAYMENT_USED, 0, 0, "", false } },
	    "" },
	{ { "a yen less, then the yen", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	      { { 19249, "ｱｵｷ ﾊﾅ" }, { 1, "ｱｵｷ ﾊﾅ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 1, NULL, 19249, 0, "partial", false },
		{ "a1", 2, 1, NULL, 1, 0, "paid", false } },
	    "" },
	{ { "a yen more", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 19251, "ｱｵｷ ﾊﾅ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 1, NULL, 19251, 0, "over", false } }, "" },
	{ { "less a charge", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 18700, "ｱｵｷ ﾊﾅ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 1, NULL, 18700, 0, "partial", false } }, "" },
	{ { "double", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 19250, "#1 ｱｵｷ ﾊﾅ" }, { 19250, "#1 ｱｵｷ ﾊﾅ" } },
	      { 0 }, { 0 } },
	    { { "a1", 2, 1, NULL, 19250, 0, "paid", false } }, "1>1 double" },
	{ { "double, kept by two people", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	      { { 19250, "#1 ｱｵｷ ﾊﾅ" }, { 19250, "#1 ｱｵｷ ﾊﾅ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 1, NULL, 19250, 0, "paid", false },
		{ "a1", 2, 1, &PAYMENT_SECOND, 0, 0, "", false },
		{ "a2", 2, 1, NULL, 19250, 0, "over", false } },
	    "" },
	{ { "two for one", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 10000, "ｱｵｷ ﾊﾅ" }, { 9250, "ｱｵｷ ﾊﾅ" } },
	      { 0 }, { 0 } },
	    { { "a1", 1, 1, NULL, 10000, 0, "partial", false },
		{ "a2", 2, 1, NULL, 9250, 0, "paid", false } },
	    "" },
	{ { "one for three", { { "DL-B2", "ｶ)ﾐﾎﾝ" }, { "DL-B3", "ｶ)ﾐﾎﾝ" }, { "CD-B2", "ｶ)ﾐﾎﾝ" } },
	      { { 70675, "ｶ)ﾐﾎﾝ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 2, NULL, 28875, 41800, "paid", false },
		{ "a1", 1, 1, NULL, 19250, 22550, "paid", false },
		{ "a1", 1, 2, NULL, 28875, 22550, "paid", true },
		{ "a1", 1, 3, NULL, 22550, 0, "paid", false } },
	    "" },
	{ { "too little for two stays the payer's", { { "DL-B2", "ｶ)ﾐﾎﾝ" }, { "DL-B2", "ｶ)ﾐﾎﾝ" } },
	      { { 38000, "ｶ)ﾐﾎﾝ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 1, NULL, 19250, 18750, "paid", false } }, "1>2 name" },
	{ { "another's name, the right number", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	      { { 19250, "#1 ﾍﾞﾂﾉ ﾋﾄ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 1, NULL, 19250, 0, "paid", false } }, "" },
	{ { "another's name, a wrong digit: two people", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	      { { 19250, "!1 ﾍﾞﾂﾉ ﾋﾄ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 1, &PAYMENT_SECOND, 0, 0, "", false },
		{ "a1", 1, 1, &PAYMENT_SECOND, 0, 0, "", false },
		{ "a2", 1, 1, NULL, 19250, 0, "paid", false },
		{ "a1", 1, 1, NULL, 19250, 0, "paid", true } },
	    "" },
	{ { "the amount alone claims nothing", { { "CD-I2", "ｱｵｷ ﾊﾅ" }, { "DL-I2", "ｲﾄｳ ｹﾝ" } },
	      { { 26400, "ﾌﾒｲ ﾅﾋﾄ" } }, { 0 }, { 0 } },
	    { { "a1", 1, 2, &PAYMENT_SECOND, 0, 0, "", false } }, "" },
	{ { "99,999 yen is one person's", { { "DL-B3", "ｱｵｷ ﾊﾅ" } }, { { 99999, "ｱｵｷ ﾊﾅ" } }, { 0 },
	      { 0 } },
	    { { "a1", 1, 1, NULL, 28875, 71124, "paid", false } }, "" },
	{ { "100,000 yen are two people's", { { "DL-B3", "ｱｵｷ ﾊﾅ" } }, { { 100000, "ｱｵｷ ﾊﾅ" } },
	      { 0 }, { 0 } },
	    { { "a2", 1, 1, &PAYMENT_SECOND, 0, 0, "", false },
		{ "a1", 1, 1, NULL, 28875, 71125, "paid", false } },
	    "" },
	{ { "what is refused", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	      { { 19250, "ｱｵｷ ﾊﾅ" }, { -500, "ﾃｽｳﾘﾖｳ" } }, { 0 }, { 0 } },
	    { { "s1", 1, 1, &ACT_WRONG_ROLE, 0, 0, "", false },
		{ "a1", 2, 1, &PAYMENT_NOT_DEPOSIT, 0, 0, "", false },
		{ "a1", 3, 1, &PAYMENT_NO_LINE, 0, 0, "", false },
		{ "a1", 0, 1, &PAYMENT_NO_LINE, 0, 0, "", false },
		{ "a1", 1, 2, &PAYMENT_NO_DOSSIER, 0, 0, "", false } },
	    "1>1 exact" },
};

static void
every_confirmation_comes_to_what_the_rules_say(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (size_t i = 0; i < COUNT(PLAYS); i++) {
			char name[16];
			snprintf(name, sizeof(name), "play%zu", i);
			play(&PLAYS[i], engine, name);
		}
}

static const struct scene MANUAL = { "", { { "DL-B2", "ｱｵｷ ﾊﾅ" }, { "DL-B2", "ｲﾄｳ ｹﾝ" } },
	{ { 19250, "ﾍﾞﾂﾉ ﾋﾄ" }, { 50000, "ﾍﾞﾂﾉ ﾋﾄ" } }, { 0 }, { 0 } };

static void
tax_set(struct service *s, int percent)
{
	for (size_t i = 0; i < s->policy.rate_count; i++)
		s->policy.rates[i].percent = percent;
}

/* The tax rises between the two people: the same money is less of the fee. */
static void
a_tax_change_between_two_people_leaves_a_difference(void **state)
{
	(void)state;
	struct bench b;
	struct payment_confirmed is;
	struct fault fault;
	bench_open(&b, 0, "between", &MANUAL);
	assert_false(confirm(b.s, "a1", 1, 1, &is, &fault));
	tax_set(b.s, 12);
	assert_true(confirm(b.s, "a2", 1, 1, &is, &fault));
	assert_int_equal(is.amount, 19250);
	assert_int_equal(is.fee.due, 19600);
	assert_int_equal(is.fee.state, PAYMENT_PARTIAL);
	assert_true(find(b.s, 1).card);
	tax_set(b.s, 8); /* and falls again: nothing is owed */
	struct fee fee;
	struct dossier_row d = { .id = 1, .created_at = b.s->now.sec };
	snprintf(d.product, sizeof(d.product), "DL-B2");
	memcpy(d.policy, b.s->policy.digest, 32);
	made_or_die(fee_standing(b.s, &d, &fee, &fault), &fault);
	assert_int_equal(fee.state, PAYMENT_OVER);
	bench_close(&b);
}

/* What the first signed no longer fits: the second's word is a first one of its own. */
static void
two_people_sign_the_same_amount_or_neither_counts(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		struct payment_confirmed is;
		struct fault fault;
		bench_open(&b, engine, "amount", &MANUAL);
		assert_false(confirm(b.s, "a1", 2, 1, &is, &fault)); /* 19,250 of 50,000 */
		tax_set(b.s, 12);
		assert_false(confirm(b.s, "a2", 2, 1, &is, &fault)); /* 19,600 */
		assert_ptr_equal(fault.row, &PAYMENT_SECOND);
		assert_int_equal(find(b.s, 1).asked, 2);
		assert_int_equal(find(b.s, 1).confirmed, 0);
		assert_true(confirm(b.s, "a1", 2, 1, &is, &fault));
		assert_int_equal(is.amount, 19600);
		assert_int_equal(is.remaining, 30400);
		assert_int_equal(is.fee.state, PAYMENT_PAID);
		bench_close(&b);
	}
}

static void
a_first_word_of_somebody_who_left_does_not_count(void **state)
{
	(void)state;
	struct bench b;
	struct payment_confirmed is;
	struct fault fault;
	bench_open(&b, 0, "left", &MANUAL);
	assert_false(confirm(b.s, "a1", 1, 1, &is, &fault));
	b.charter->staff[0] = b.charter->staff[--b.charter->staffs];
	b.charter->number++;
	people_charter(b.s, b.charter);
	assert_false(confirm(b.s, "a2", 1, 1, &is, &fault));
	assert_ptr_equal(fault.row, &PAYMENT_SECOND);
	assert_true(confirm(b.s, "a3", 1, 1, &is, &fault));
	assert_int_equal(is.fee.state, PAYMENT_PAID);
	bench_close(&b);
}

struct moving {
	int64_t dossier;
	const char *to;
};

static bool
move(struct tx *tx, void *context, struct fault *fault)
{
	const struct moving *m = context;
	struct dossier_row d = { 0 };
	char from[24];
	bool found;
	if (!dossier_get(tx, m->dossier, &d, &found, fault))
		return false;
	snprintf(from, sizeof(from), "%s", d.state);
	snprintf(d.state, sizeof(d.state), "%s", m->to);
	bool good = dossier_update(tx, &d, from, fault);
	dossier_drop(&d);
	return good;
}

static bool
owe(struct tx *tx, void *context, struct fault *fault)
{
	const struct refund_row row = {
		.dossier = 1, .cause = "refund", .amount = 19250, .day = "2026-11-09"
	};
	(void)context;
	return refund_put(tx, &row, fault);
}

static bool
refund(struct service *s, const char *who, struct refunded *out, struct fault *fault)
{
	OWN_PERSON p = people_open(s, who);
	*fault = (struct fault){ 0 };
	return refund_run(s, 1, p, NULL, out, fault);
}

static void
a_refund_counts_nobody_who_left_or_changed_the_role(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (int left = 0; left < 2; left++) {
			struct bench b;
			struct refunded is = { 0 };
			struct moving m = { 1, state_name(STATE_REFUNDED) };
			struct fault fault = { 0 };
			bench_open(&b, engine, left == 1 ? "left" : "role", &MANUAL);
			made_or_die(store_write(b.s->store, NULL, move, &m, &fault), &fault);
			made_or_die(store_write(b.s->store, NULL, owe, NULL, &fault), &fault);
			assert_false(refund(b.s, "a1", &is, &fault));
			assert_int_equal(fault.code, FAULT_SECOND);
			if (left == 1)
				b.charter->staff[0] = b.charter->staff[--b.charter->staffs];
			else
				b.charter->staff[0].roles = 1 << ROLE_AUDIT;
			b.charter->number++;
			people_charter(b.s, b.charter);
			assert_false(refund(b.s, "a2", &is, &fault));
			assert_int_equal(fault.code, FAULT_SECOND);
			assert_true(refund(b.s, "a3", &is, &fault));
			assert_int_equal(is.signatures, REFUND_PEOPLE);
			assert_int_equal(is.row.amount, 19250);
			bench_close(&b);
		}
}

struct good_proofs {
	struct bench *bench;
	const uint8_t *document;
	int count;
};

static bool
good_proofs(struct tx *tx, void *context, struct fault *fault)
{
	struct good_proofs *g = context;
	return proofs_count(tx, g->bench->charter, ACT_REFUND, g->document, &g->count, fault);
}

/* A new key is the same person's: who signed with the old one says it again and is one of two, and
 * what stands in the old one's place holds by itself. */
static void
a_refund_counts_somebody_with_a_new_key_once_more(void **state)
{
	(void)state;
	struct bench b;
	struct refunded is = { 0 };
	struct moving m = { 1, state_name(STATE_REFUNDED) };
	struct fault fault = { 0 };
	uint8_t point[P256_POINT];
	bench_open(&b, 0, "newkey", &MANUAL);
	made_or_die(store_write(b.s->store, NULL, move, &m, &fault), &fault);
	made_or_die(store_write(b.s->store, NULL, owe, NULL, &fault), &fault);
	assert_false(refund(b.s, "a1", &is, &fault));
	memcpy(point, b.charter->staff[0].point, sizeof(point)); /* a1 takes over a3's key */
	memcpy(b.charter->staff[0].point, b.charter->staff[2].point, sizeof(point));
	memcpy(b.charter->staff[2].point, point, sizeof(point));
	b.charter->number++;
	people_charter(b.s, b.charter);
	assert_false(refund(b.s, "a2", &is, &fault));
	assert_int_equal(fault.code, FAULT_SECOND);
	assert_true(refund(b.s, "a3", &is, &fault)); /* whose key is a1's now */
	assert_int_equal(is.signatures, REFUND_PEOPLE);
	struct good_proofs all = { &b, is.row.document, 0 };
	made_or_die(store_read(b.s->store, good_proofs, &all, &fault), &fault);
	assert_int_equal(all.count, REFUND_PEOPLE);
	bench_close(&b);
}

static void
money_for_a_closed_dossier_goes_back(void **state)
{
	(void)state;
	static const enum state CLOSED[] = { STATE_WITHDRAWN, STATE_REJECTED, STATE_FORM_EXPIRED,
		STATE_REFUNDED };
	static const struct scene ONE = { "", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 19250, "ｱｵｷ ﾊﾅ" } },
		{ 0 }, { 0 } };
	struct bench b;
	bench_open(&b, 0, "closed", &ONE);
	for (size_t i = 0; i < COUNT(CLOSED); i++) {
		struct payment_confirmed is;
		struct moving m = { 1, state_name(CLOSED[i]) };
		struct fault fault = { 0 };
		made_or_die(store_write(b.s->store, NULL, move, &m, &fault), &fault);
		assert_false(confirm(b.s, "a1", 1, 1, &is, &fault));
		assert_ptr_equal(fault.row, &PAYMENT_NO_CASE);
	}
	struct payment_confirmed is;
	struct moving m = { 1, state_name(STATE_APPROVED) };
	struct fault fault = { 0 };
	made_or_die(store_write(b.s->store, NULL, move, &m, &fault), &fault);
	assert_true(confirm(b.s, "a1", 1, 1, &is, &fault));
	assert_string_equal(find(b.s, 1).d.state, "approved"); /* money moves no state */
	bench_close(&b);
}

static enum outcome
outcome_of(const struct payment_book *b, int64_t dossier)
{
	for (size_t i = 0; i < b->case_count; i++)
		if (b->kase[i].dossier == dossier)
			return b->kase[i].outcome;
	return OUTCOMES; /* it is not in the book */
}

/* The same person applies again and pays without a number; then for the closed one, with it. */
static void
a_closed_dossier_is_in_no_ones_way(void **state)
{
	(void)state;
	static const struct {
		enum state is;
		bool closed;
	} ROWS[] = { { STATE_WITHDRAWN, true }, { STATE_REJECTED, true }, { STATE_REFUNDED, true },
		{ STATE_FORM_EXPIRED, true }, { STATE_SCREENING, false } };
	static const struct scene TWICE = { "", { { "DL-B2", "ｱｵｷ ﾊﾅ" }, { "DL-B2", "ｱｵｷ ﾊﾅ" } },
		{ { 19250, "ｱｵｷ ﾊﾅ" }, { 10000, "#1 ｱｵｷ ﾊﾅ" } }, { 0 }, { 0 } };
	struct bench b;
	bench_open(&b, 0, "again", &TWICE);
	for (size_t i = 0; i < COUNT(ROWS); i++) { /* the last one: a late form that was let in */
		struct moving m = { 1, state_name(ROWS[i].is) };
		struct payment_book *book;
		struct fault fault = { 0 };
		made_or_die(store_write(b.s->store, NULL, move, &m, &fault), &fault);
		made_or_die(payment_match(b.s, &book, &fault), &fault);
		assert_int_equal(outcome_of(book, 1) == OUTCOMES, ROWS[i].closed);
		assert_int_equal(outcome_of(book, 2), OUTCOME_EXACT);
		assert_int_equal(book->line[0].count, ROWS[i].closed ? 1 : 2);
		const struct payment_line *l = &book->line[1];
		assert_int_equal(l->count, 1);
		assert_int_equal(book->candidate[l->first].dossier, 1);
		assert_int_equal(book->candidate[l->first].proposed, !ROWS[i].closed);
		assert_string_equal(book->candidate[l->first].reason,
		    ROWS[i].closed ? PAYMENT_CLOSED : match_reason_name(MATCH_REFERENCE));
		payment_book_free(book);
	}
	bench_close(&b);
}

/* Until the money went back, late papers may open it again. */
static void
a_case_whose_money_went_back_has_no_payer_card(void **state)
{
	(void)state;
	static const struct scene ONE = { "", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 10000, "ｱｵｷ ﾊﾅ" } },
		{ 0 }, { 0 } };
	struct bench b;
	struct payment_confirmed is;
	struct refunded back;
	struct moving m = { 1, state_name(STATE_REFUNDED) };
	struct fault fault = { 0 };
	bench_open(&b, 0, "went", &ONE);
	assert_true(confirm(b.s, "a1", 1, 1, &is, &fault));
	made_or_die(store_write(b.s->store, NULL, move, &m, &fault), &fault);
	made_or_die(store_write(b.s->store, NULL, owe, NULL, &fault), &fault);
	assert_false(refund(b.s, "a1", &back, &fault));
	assert_int_equal(fault.code, FAULT_SECOND);
	assert_true(find(b.s, 1).card);
	assert_true(refund(b.s, "a2", &back, &fault));
	assert_false(find(b.s, 1).card);
	bench_close(&b);
}

static bool
take_stale(struct tx *tx, void *context, struct fault *fault)
{
	(void)context;
	return bank_take(tx, 1, 19249, 1, fault);
}

static bool
count_proof(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct act act;
	(void)fault;
	assert_true(act_unpack(der_of(p->act.at, p->act.n), &act));
	assert_string_equal(act.act, act_name(ACT_CONFIRM));
	assert_string_equal(act.person, p->person);
	(*(int *)context)++;
	return true;
}

struct proofs {
	uint8_t document[32];
	int count;
};

static bool
proofs_of(struct tx *tx, void *context, struct fault *fault)
{
	struct proofs *p = context;
	return proof_each(tx, p->document, count_proof, &p->count, fault);
}

static void
the_event_names_the_document_both_signed(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		struct payment_confirmed is;
		struct proofs p = { 0 };
		struct fault fault;
		bench_open(&b, engine, "event", &MANUAL);
		assert_false(confirm(b.s, "a1", 1, 2, &is, &fault));
		assert_false(store_write(b.s->store, NULL, take_stale, NULL, &fault));
		assert_true(confirm(b.s, "a2", 1, 2, &is, &fault));
		char detail[600];
		snprintf(detail, sizeof(detail), "%s", find(b.s, 2).detail);
		char *hex = strstr(detail, " document=");
		assert_non_null(hex);
		for (int i = 0; i < 32; i++) {
			unsigned v;
			assert_int_equal(sscanf(hex + 10 + 2 * i, "%2x", &v), 1);
			p.document[i] = (uint8_t)v;
		}
		*hex = '\0';
		assert_string_equal(detail,
		    "a2 line=1 amount=19250 due=19250 received=0 payment=paid reason=manual");
		fault = (struct fault){ 0 };
		made_or_die(store_read(b.s->store, proofs_of, &p, &fault), &fault);
		assert_int_equal(p.count, 2);
		bench_close(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_confirmation_comes_to_what_the_rules_say),
		cmocka_unit_test(a_tax_change_between_two_people_leaves_a_difference),
		cmocka_unit_test(two_people_sign_the_same_amount_or_neither_counts),
		cmocka_unit_test(a_first_word_of_somebody_who_left_does_not_count),
		cmocka_unit_test(a_refund_counts_nobody_who_left_or_changed_the_role),
		cmocka_unit_test(a_refund_counts_somebody_with_a_new_key_once_more),
		cmocka_unit_test(money_for_a_closed_dossier_goes_back),
		cmocka_unit_test(a_closed_dossier_is_in_no_ones_way),
		cmocka_unit_test(a_case_whose_money_went_back_has_no_payer_card),
		cmocka_unit_test(the_event_names_the_document_both_signed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
