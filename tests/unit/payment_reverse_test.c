/* act/payment_reverse: what the bank takes back is no dossier's to have. */
#include "test.h"

#include <stdlib.h>

#include "act/clocks.h"
#include "act/payment_confirm.h"
#include "act/payment_match.h"
#include "people.h"
#include "scene.h"
#include "store/refund_row.h"

enum shape { AS_NOTICE, AS_STATEMENT, AS_TABLE, SHAPES };
static const char *const SHAPE[] = { "notice", "statement", "table" };

struct movement {
	const char *day; /* "1119" */
	int64_t amount; /* below 0: out */
	bool correction;
};

static void
put(char *record, int at, int width, int64_t value)
{
	char digits[24];
	snprintf(digits, sizeof(digits), "%0*lld", width, (long long)value);
	memcpy(record + at - 1, digits, (size_t)width);
}

static void
put_text(char *record, int at, const char *text)
{
	memcpy(record + at - 1, text, strlen(text));
}

static void
trailer_put(char *r, enum shape f, const int64_t *count, const int64_t *sum)
{
	const bool notice = f == AS_NOTICE;
	put_text(r, 1, "8");
	put(r, 2, 6, count[0]);
	put(r, 8, notice ? 12 : 13, sum[0]);
	put(r, notice ? 20 : 21, 6, count[1]);
	put(r, notice ? 26 : 27, notice ? 12 : 13, sum[1]);
	if (!notice)
		put(r, 55, 7, count[0] + count[1]);
}

static size_t
fixed_put(char *out, enum shape f, const struct movement *m, size_t n)
{
	const bool notice = f == AS_NOTICE;
	int64_t count[2] = { 0 }, sum[2] = { 0 };
	memset(out, ' ', (n + 3) * 200);
	put_text(out, 1, notice ? "1010" : "1030");
	put_text(out, 23, "9999");
	put_text(out, 42, "123");
	put_text(out, notice ? 60 : 63, notice ? "11234567" : "10001234567");
	for (size_t i = 0; i < n; i++) {
		char *r = out + (i + 1) * 200;
		bool back = m[i].amount < 0;
		put_text(r, 1, "2");
		put_text(r, notice ? 8 : 10, "08");
		put_text(r, notice ? 10 : 12, m[i].day);
		put(r, notice ? 20 : 25, notice ? 10 : 12, llabs(m[i].amount));
		put_text(r, notice ? 50 : 82, "YAMADA TARO");
		if (notice)
			put_text(r, 128, back ? "1" : " ");
		else {
			put_text(r, 22, back ? "2" : "1");
			put_text(r, 23, m[i].correction ? "19" : "11");
		}
		count[back]++;
		sum[back] += llabs(m[i].amount);
	}
	trailer_put(out + (n + 1) * 200, f, count, sum);
	put_text(out + (n + 2) * 200, 1, "9");
	put(out + (n + 2) * 200, 2, 10, (int64_t)n + 3);
	put(out + (n + 2) * 200, 12, 5, 1);
	return (n + 3) * 200;
}

static size_t
table_put(char *out, size_t cap, const struct movement *m, size_t n)
{
	struct sink s = { .at = (uint8_t *)out, .cap = cap };
	int64_t balance = 100000;
	sink_text(&s, "勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n");
	for (size_t i = 0; i < n; i++) {
		balance += m[i].amount;
		sink_print(&s, "2026%s,%lld,%lld,%lld,%s,YAMADA TARO\n", m[i].day,
		    m[i].amount < 0 ? (long long)-m[i].amount : 0,
		    m[i].amount > 0 ? (long long)m[i].amount : 0, (long long)balance,
		    m[i].correction ? "振込訂正" : "振込");
	}
	assert_false(s.full);
	return s.len;
}

static struct payment_imported
take_in(struct service *s, enum shape f, const struct movement *m, size_t n)
{
	char bytes[4096];
	struct payment_imported im;
	struct fault fault = { 0 };
	size_t len =
	    f == AS_TABLE ? table_put(bytes, sizeof(bytes), m, n) : fixed_put(bytes, f, m, n);
	made_or_die(payment_import(s, bytes, len, NULL, &im, &fault), &fault);
	return im;
}

static size_t
open_lines(struct service *s)
{
	struct payment_book *b;
	struct fault fault = { 0 };
	made_or_die(payment_match(s, &b, &fault), &fault);
	size_t n = b->line_count;
	payment_book_free(b);
	return n;
}

static void
told(struct payment_imported *im, int64_t line, int64_t deposit, int64_t given)
{
	assert_int_equal(im->reversals, 1);
	assert_int_equal(im->reversal[0].line, line);
	assert_int_equal(im->reversal[0].amount, 19250);
	assert_int_equal(im->reversal[0].deposit, deposit);
	assert_int_equal(im->reversal[0].given, given);
	payment_imported_free(im);
}

/* Two equal deposits, of which one is taken back: in the same file, in a later one, in each form. */
static void
a_deposit_the_bank_took_back_is_offered_no_more(void **state)
{
	(void)state;
	static const struct movement ALL[] = { { "1119", 19250, false }, { "1119", 19250, false },
		{ "1119", -19250, true } },
				     LATER[] = { { "1124", -19250, true } };
	for (int engine = 0; engine < ENGINES; engine++)
		for (int f = 0; f < SHAPES; f++)
			for (int later = 0; later < 2; later++) {
				char dir[256], name[24];
				struct payment_imported im;
				snprintf(name, sizeof(name), "%s%d", SHAPE[f], later);
				struct service *s = made_service(engine, name, dir);
				im = take_in(s, (enum shape)f, ALL, later == 1 ? 2 : 3);
				if (later == 1) {
					assert_int_equal(im.reversals, 0);
					assert_int_equal(open_lines(s), 2);
					im = take_in(s, (enum shape)f, LATER, 1);
				}
				told(&im, 3, 1, 0);
				assert_int_equal(open_lines(s), 1);
				for (int again = 0; again < SHAPES;
				     again++) { /* another form, too */
					im = later == 1 ? take_in(s, (enum shape)again, LATER, 1)
							: take_in(s, (enum shape)again, ALL, 3);
					assert_int_equal(im.added, 0);
					assert_int_equal(im.reversals, 0);
				}
				assert_int_equal(open_lines(s), 1);
				service_close(s);
			}
}

static void
what_takes_nothing_back_undoes_nothing(void **state)
{
	(void)state;
	static const struct movement DEPOSIT[] = { { "1119", 19250, false } },
				     IN[] = { { "1120", 19250, true } },
				     OUT[] = { { "1120", -19250, false } },
				     OTHER[] = { { "1120", -19251, true } },
				     BEFORE[] = { { "1118", -19250, true } };
	for (int f = AS_STATEMENT; f < SHAPES; f++) {
		char dir[256];
		struct payment_imported im;
		struct service *s = made_service(0, SHAPE[f], dir);
		take_in(s, (enum shape)f, DEPOSIT, 1);
		assert_int_equal(take_in(s, (enum shape)f, IN, 1).reversals, 0);
		assert_int_equal(take_in(s, (enum shape)f, OUT, 1).reversals, 0);
		im = take_in(s, (enum shape)f, OTHER, 1);
		assert_int_equal(im.reversals, 1);
		assert_int_equal(im.reversal[0].deposit, 0); /* told, for people to look at */
		payment_imported_free(&im);
		im = take_in(s, (enum shape)f, BEFORE, 1);
		told(&im, 5, 0, 0);
		assert_int_equal(open_lines(s), 1);
		service_close(s);
	}
}

/* policy/settings.yaml: reversal_days, 62 of them. */
static void
a_deposit_is_looked_for_as_far_back_as_the_rule_says(void **state)
{
	(void)state;
	static const struct movement BACK[] = { { "1120", -19250, true } },
				     DEPOSIT[][1] = { { { "0919", 19250, false } },
					     { { "0918", 19250, false } } };
	for (int64_t far = 0; far < 2; far++) {
		char dir[256], name[24];
		snprintf(name, sizeof(name), "far%d", (int)far);
		struct service *s = made_service(0, name, dir);
		take_in(s, AS_TABLE, DEPOSIT[far], 1);
		struct payment_imported im = take_in(s, AS_TABLE, BACK, 1);
		told(&im, 2, 1 - far, 0);
		service_close(s);
	}
}

struct heard {
	int count;
	int64_t dossier;
	char detail[512];
};

static bool
hear(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct heard *h = context;
	(void)fault;
	if (strcmp(e->kind, "payment-reversed") == 0) {
		h->count++;
		h->dossier = e->dossier;
		snprintf(h->detail, sizeof(h->detail), "%s", e->detail);
	}
	return true;
}

static bool
hear_all(struct tx *tx, void *context, struct fault *fault)
{
	*(struct heard *)context = (struct heard){ 0 };
	return event_each(tx, 1, hear, context, fault);
}

struct moving {
	int64_t dossier;
	enum state to;
};

/* Approved, issued or refunded on the day of the service. */
static bool
move(struct tx *tx, void *context, struct fault *fault)
{
	const struct moving *m = context;
	OWN_DOSSIER d = { 0 };
	const struct refund_row back = {
		.dossier = m->dossier, .cause = "refund", .amount = 19250, .day = "2026-11-20"
	};
	char from[24];
	if (!dossier_load_in(tx, m->dossier, &d, fault))
		return false;
	memcpy(from, d.state, sizeof(from));
	snprintf(d.state, sizeof(d.state), "%s", state_name(m->to));
	d.approved_at = d.created_at;
	d.issued_at = m->to == STATE_ACTIVE ? d.created_at : 0;
	return dossier_update(tx, &d, from, fault) &&
	       (m->to != STATE_REFUNDED || refund_put(tx, &back, fault));
}

struct acts {
	char text[256]; /* "day clock act; " */
};

static void
act_told(void *context, const struct clocks_told *c)
{
	struct acts *a = context;
	size_t n = strlen(a->text);
	if (c->row->dossier == 1 && strcmp(c->row->clock, "K-8") != 0)
		snprintf(a->text + n, sizeof(a->text) - n, "%s %s %s; ", c->row->day, c->row->clock,
		    c->row->word);
}

static struct acts
acts_until(struct service *s, struct day day)
{
	struct clocks_ran ran;
	struct acts a = { "" };
	struct fault fault = { 0 };
	made_or_die(clocks_run(s, day, act_told, &a, &ran, &fault), &fault);
	return a;
}

struct dossiers_is {
	int64_t id;
	struct dossier_row row;
	struct refund_row back;
	bool refund;
};

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct dossiers_is *is = context;
	return dossier_load_in(tx, is->id, &is->row, fault) &&
	       refund_get(tx, is->id, &is->back, &is->refund, fault);
}

static struct dossiers_is
seen(struct service *s, int64_t id, struct fee *fee)
{
	struct dossiers_is is = { .id = id };
	struct fault fault = { 0 };
	made_or_die(store_read(s->store, look, &is, &fault), &fault);
	made_or_die(fee_standing(s, &is.row, fee, &fault), &fault);
	dossier_drop(&is.row);
	return is;
}

static const struct somebody PEOPLE[] = { { .id = "a1", .role = ROLE_ACCOUNTING } };
static const struct movement TWO[] = { { "1119", 19250, false }, { "1119", 19250, false } },
			     BACK[] = { { "1124", -19250, true }, { "1124", -19250, true } };

/* Two cases of one payer, each paid. */
static struct service *
two_paid(int engine, const char *name, enum state state)
{
	static const struct scene BOTH = { "",
		{ { "DL-B2", "YAMADA TARO" }, { "DL-B2", "YAMADA TARO" } }, { { 0 } }, { 0 },
		{ 0 } };
	char dir[256];
	struct taken t = { 0 };
	struct fault fault = { 0 };
	struct moving m = { 1, state };
	struct service *s = made_service(engine, name, dir);
	free(people_make(s, PEOPLE, COUNT(PEOPLE)));
	scene_apply(s, &BOTH, &t);
	take_in(s, AS_STATEMENT, TWO, 2);
	struct person *p = people_open(s, "a1");
	for (int64_t i = 1; i <= 2; i++) {
		struct payment_confirmed is;
		made_or_die(payment_confirm(s, p, i, i, &is, &fault), &fault);
	}
	person_free(p);
	made_or_die(store_write(s->store, NULL, move, &m, &fault), &fault);
	return s;
}

/* Before issue it is asked for, after it it is a debt. */
static void
what_the_bank_took_back_is_owed_again(void **state)
{
	(void)state;
	static const struct {
		enum state is;
		const char *acts; /* until 31 days after */
	} ROWS[] = {
		{ STATE_APPROVED, "2026-12-01 K-7 payment-reminder; 2026-12-08 K-7 "
				  "payment-reminder; 2026-12-24 K-7 payment-reminder; " },
		{ STATE_ACTIVE, "2026-11-24 K-7 debt; " },
		{ STATE_REFUNDED, "" },
	};
	for (int engine = 0; engine < ENGINES; engine++)
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			struct payment_imported im;
			struct fee fee;
			struct heard h;
			struct fault fault = { 0 };
			struct service *s = two_paid(engine, state_name(ROWS[i].is), ROWS[i].is);
			if (ROWS[i].is != STATE_REFUNDED)
				assert_string_equal(
				    acts_until(s, (struct day){ 2026, 11, 24 }).text, "");
			im = take_in(s, AS_STATEMENT, BACK, 1);
			told(&im, 3, 1, 19250);
			struct dossiers_is one = seen(s, 1, &fee);
			assert_string_equal(one.row.payment, "unpaid");
			assert_string_equal(one.row.state, state_name(ROWS[i].is));
			assert_int_equal(fee.received, 0); /* issue refuses by this */
			assert_int_equal(fee.due, 19250);
			assert_int_equal(one.refund, ROWS[i].is == STATE_REFUNDED);
			assert_int_equal(one.back.amount, 0); /* nothing is there to go back */
			made_or_die(store_read(s->store, hear_all, &h, &fault), &fault);
			assert_int_equal(h.count, 1);
			assert_int_equal(h.dossier, 1);
			assert_string_equal(
			    h.detail, "line=3 deposit=1 amount=19250 payment=unpaid");
			assert_string_equal(
			    acts_until(s, (struct day){ 2026, 12, 25 }).text, ROWS[i].acts);
			im = take_in(s, AS_STATEMENT, BACK, 1); /* again: nothing */
			assert_int_equal(im.reversals, 0);
			made_or_die(store_read(s->store, hear_all, &h, &fault), &fault);
			assert_int_equal(h.count, 1);
			seen(s, 2, &fee);
			assert_int_equal(fee.state, PAYMENT_PAID); /* another's stays */
			service_close(s);
		}
}

static void
each_that_is_taken_back_is_another_deposit(void **state)
{
	(void)state;
	struct fee fee;
	struct service *s = two_paid(0, "both", STATE_APPROVED);
	struct payment_imported im = take_in(s, AS_STATEMENT, BACK, 2);
	assert_int_equal(im.reversals, 2);
	for (int64_t i = 0; i < 2; i++) {
		assert_int_equal(im.reversal[i].deposit, i + 1);
		assert_int_equal(im.reversal[i].given, 19250);
		seen(s, i + 1, &fee);
		assert_int_equal(fee.state, PAYMENT_UNPAID);
	}
	payment_imported_free(&im);
	service_close(s);
}

/* The evening's file begins behind the noon's and holds an equal transfer. */
static void
a_second_equal_transfer_of_a_day_is_told_until_the_whole_day_comes(void **state)
{
	(void)state;
	static const struct movement NOON[] = { { "1118", 30800, false },
		{ "1119", 19250, false } },
				     EVENING[] = { { "1119", 26400, false },
					     { "1119", 19250, false } },
				     WHOLE[] = { { "1118", 30800, false }, { "1119", 19250, false },
					     { "1119", 26400, false }, { "1119", 19250, false } };
	for (int engine = 0; engine < ENGINES; engine++)
		for (int f = 0; f < SHAPES; f++) {
			char dir[256], name[24];
			struct payment_imported im;
			snprintf(name, sizeof(name), "day%s", SHAPE[f]);
			struct service *s = made_service(engine, name, dir);
			im = take_in(s, (enum shape)f, NOON, 2);
			assert_int_equal(im.repeats, 0);
			im = take_in(s, (enum shape)f, EVENING, 2);
			assert_int_equal(im.added, 1);
			assert_int_equal(im.repeats, 1);
			assert_int_equal(im.repeat[0].line, 2);
			assert_int_equal(im.repeat[0].amount, 19250);
			assert_string_equal(im.repeat[0].booked, "2026-11-19");
			payment_imported_free(&im);
			im = take_in(
			    s, (enum shape)f, EVENING, 2); /* known whole: nothing to tell */
			assert_int_equal(im.repeats, 0);
			im = take_in(s, (enum shape)f, WHOLE, 4);
			assert_int_equal(
			    im.added, 1); /* 1118's day is not told: nothing new of it */
			assert_int_equal(im.repeats, 2);
			payment_imported_free(&im);
			assert_int_equal(open_lines(s), 4);
			service_close(s);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deposit_the_bank_took_back_is_offered_no_more),
		cmocka_unit_test(what_takes_nothing_back_undoes_nothing),
		cmocka_unit_test(a_deposit_is_looked_for_as_far_back_as_the_rule_says),
		cmocka_unit_test(
		    a_second_equal_transfer_of_a_day_is_told_until_the_whole_day_comes),
		cmocka_unit_test(what_the_bank_took_back_is_owed_again),
		cmocka_unit_test(each_that_is_taken_back_is_another_deposit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
