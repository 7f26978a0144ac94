/* rules/papers, rules/clock: the samples' verdicts and last good days; 32 papers at their limits.
 * [R-4.21] [R-4.24] [R-4.40] [R-4.41] [R-4.42] [R-4.43] [R-4.44] [R-4.47] [R-4.48] [R-4.49] [R-4.50] [R-4.59] [G-3]
 * [K-1] [M-201] [M-202] [M-203] [M-204] [M-210] */
#include "test.h"

#include "base/text.h"
#include "rules/application.h"
#include "rules/clock.h"
#include "rules/papers.h"
#include "rules/term.h"
#include "samples.h"
#include "shipped.h"

enum { MOST = 400 };
struct sent {
	char ref[16], envelope[16], code[8], notice[64], print[64], number[16];
	struct paper paper;
};
struct office {
	struct policy policy;
	struct sent sent[MOST];
	size_t count;
	char ref[MOST][16], number[MOST][16], envelope[MOST][16], papers[MOST][128],
	    last[MOST][256];
	struct paper_case kase[MOST];
	bool accepted[MOST];
	size_t cases, complete;
};

static void
take_application(const struct csv *csv, void *context)
{
	struct office *o = context;
	size_t i = o->cases++;
	struct paper_case *c = &o->kase[i];
	snprintf(o->ref[i], 16, "%s", csv_get(csv, "ref"));
	snprintf(o->number[i], 16, "%s", csv_get(csv, "corporate_number"));
	assert_true(kind_read(csv_get(csv, "kind"), &c->kind));
	c->former_name = *csv_get(csv, "former_name") != '\0';
	c->delegate = *csv_get(csv, "delegate_name") != '\0';
	c->mandate = *csv_get(csv, "authority") != '\0';
	c->in_person = strcmp(csv_get(csv, "channel"), "in-person") == 0;
	assert_true(day_read(csv_get(csv, "form_date"), &c->form_date));
}

static enum paper_mark
mark(const char *s)
{
	return *s == '\0' ? MARK_ABSENT : *s == 'y' ? MARK_YES : MARK_NO;
}

static void
take_paper(const struct csv *csv, void *context)
{
	struct office *o = context;
	struct sent *s = &o->sent[o->count++];
	snprintf(s->ref, 16, "%s", csv_get(csv, "ref"));
	snprintf(s->envelope, 16, "%s", csv_get(csv, "envelope"));
	snprintf(s->code, 8, "%s", csv_get(csv, "paper"));
	snprintf(s->notice, 64, "%s", csv_get(csv, "etax_notice"));
	snprintf(s->print, 64, "%s", csv_get(csv, "etax_form"));
	s->paper = (struct paper){ .code = s->code, .notice = s->notice, .print = s->print };
	s->paper.copy = strcmp(csv_get(csv, "form"), "copy") == 0;
	s->paper.stamp = mark(csv_get(csv, "receipt_stamp"));
	s->paper.representative = mark(csv_get(csv, "shows_representative"));
	assert_true(day_read(csv_get(csv, "arrived"), &s->paper.arrived));
	assert_true(day_read(csv_get(csv, "issued"), &s->paper.issued));
}

static void
take_expected(const struct csv *csv, void *context)
{
	struct office *o = context;
	for (size_t i = 0; i < o->cases; i++)
		if (strcmp(o->ref[i], csv_get(csv, "ref")) == 0) {
			snprintf(o->papers[i], 128, "%s", csv_get(csv, "papers"));
			snprintf(o->last[i], 256, "%s", csv_get(csv, "last_good"));
			o->accepted[i] = strcmp(csv_get(csv, "import_result"), "accepted") == 0;
		}
}

/* Whether the list (split by sep) has exactly these words, in any order. */
static void
assert_set(const char *ref, const char *list, char sep, const char *const *words, size_t n)
{
	size_t have = *list == '\0' ? 0 : 1;
	for (const char *p = list; *p != '\0'; p++)
		have += *p == sep;
	if (have != n)
		print_message("%s: want %s, %zu found\n", ref, list, n);
	assert_int_equal(have, n);
	for (size_t i = 0; i < n; i++)
		assert_non_null(strstr(list, words[i]));
}

static void
judge(struct office *o, size_t i)
{
	struct paper papers[PAPERS_MOST];
	struct paper_verdict verdict[PAPERS_MOST];
	struct deficiencies bad;
	struct fault fault = { 0 };
	size_t n = 0;
	struct day arrived = { 0 };
	const char *envelope = "";
	for (size_t k = 0; k < o->count; k++)
		if (strcmp(o->sent[k].ref, o->ref[i]) == 0) {
			papers[n++] = o->sent[k].paper;
			arrived = o->sent[k].paper.arrived;
			envelope = o->sent[k].envelope;
		}
	size_t own = n;
	for (size_t k = 0; k < o->count; k++) {
		const struct paper_kind *kind =
		    policy_paper(&o->policy, o->sent[k].code, o->kase[i].form_date);
		size_t c = 0;
		while (c < o->cases && strcmp(o->ref[c], o->sent[k].ref) != 0)
			c++;
		if (kind->shared && strcmp(o->sent[k].envelope, envelope) == 0 && c != i &&
		    strcmp(o->number[c], o->number[i]) == 0) {
			papers[n] = o->sent[k].paper;
			papers[n++].lent = true;
		}
	}
	assert_true(
	    papers_judge(&o->policy, &o->kase[i], arrived, papers, n, verdict, &bad, &fault));
	const char *codes[DEFICIENCIES];
	for (size_t k = 0; k < bad.count; k++) {
		codes[k] = bad.at[k].code;
		assert_true(bad.at[k].say[0] != '\0' && strchr(bad.at[k].say, '{') == NULL);
	}
	o->complete += bad.count == 0;
	if (bad.count == 0)
		assert_string_equal(o->papers[i], "complete");
	else
		assert_set(o->ref[i], o->papers[i], ';', codes, bad.count);
	static char line[PAPERS_MOST][32];
	const char *lines[PAPERS_MOST];
	for (size_t k = 0; k < own; k++) {
		char day[DAY_TEXT];
		snprintf(
		    line[k], 32, "%s=%s", papers[k].code, day_print(day, verdict[k].last_good));
		lines[k] = line[k];
	}
	assert_set(o->ref[i], o->last[i], ' ', lines, own);
}

static void
the_fortnights_papers_are_judged_as_their_key_says(void **state)
{
	(void)state;
	static struct office o;
	shipped(&o.policy);
	sample_each("applications.csv", take_application, &o);
	sample_each("papers.csv", take_paper, &o);
	sample_each("expected.csv", take_expected, &o);
	for (size_t i = 0; i < o.cases; i++)
		if (o.accepted[i])
			judge(&o, i);
	assert_true(o.complete > 50);
	policy_free(&o.policy);
}

/* Judges one paper alone; the faults it has. */
static unsigned
alone(const struct policy *policy, struct paper paper)
{
	const struct paper_case c = { .kind = KIND_SOLE_PROPRIETOR, .form_date = { 2026, 11, 1 } };
	struct paper_verdict v;
	struct deficiencies bad;
	struct fault fault = { 0 };
	assert_true(papers_judge(policy, &c, paper.arrived, &paper, 1, &v, &bad, &fault));
	return v.faults;
}

static void
thirty_two_papers_at_their_limits(void **state)
{
	(void)state;
	struct policy p;
	shipped(&p);
	const struct day issued = { 2026, 8, 22 };
	for (size_t i = 0; i < p.paper_count; i++) {
		const struct paper_kind *k = &p.papers[i];
		struct paper paper = { .code = k->code,
			.issued = issued,
			.stamp = MARK_YES,
			.notice = "",
			.print = "",
			.representative = MARK_YES };
		struct day last =
		    k->months == 0 ? day_plus(issued, 4000) : window_last_day(issued, k->months);
		paper.arrived = last;
		assert_int_equal(alone(&p, paper), 0);
		paper.arrived = day_plus(last, 1);
		assert_int_equal(alone(&p, paper), k->months == 0 ? 0 : 1u << PAPER_TOO_OLD);
		paper.arrived = last;
		paper.copy = true;
		bool group1 = strcmp(k->code, "D-10") >= 0 && strcmp(k->code, "D-28") <= 0;
		bool copy = group1 || strcmp(k->code, "D-05") == 0;
		assert_int_equal(alone(&p, paper), copy ? 0 : 1u << PAPER_ORIGINAL_NEEDED);
		paper.copy = copy;
		paper.stamp = MARK_NO;
		bool due = group1 && (strcmp(k->code, "D-19") <= 0 || strcmp(k->code, "D-27") == 0);
		assert_int_equal(alone(&p, paper), due ? 1u << PAPER_NO_STAMP : 0);
		paper.notice = paper.print = "2026-08-22 10:15 5915302215533981";
		assert_int_equal(alone(&p, paper), 0);
		paper.print = "2026-08-22 10:15 5915302215533982";
		assert_int_equal(alone(&p, paper), due ? 1u << PAPER_ETAX_MISMATCH : 0);
	}
	policy_free(&p);
}

static void
a_form_is_taken_for_a_year(void **state)
{
	(void)state;
	struct policy p;
	struct deficiencies bad;
	struct fault fault = { 0 };
	shipped(&p);
	const struct paper_case c = {
		.kind = KIND_INDIVIDUAL_BASIC, .form_date = { 2025, 6, 12 }, .in_person = true
	};
	const struct paper home = { .code = "D-03",
		.arrived = { 2026, 6, 12 },
		.issued = { 2026, 6, 1 },
		.notice = "",
		.print = "" };
	struct paper_verdict v;
	assert_true(papers_judge(&p, &c, (struct day){ 2026, 6, 12 }, &home, 1, &v, &bad, &fault));
	assert_int_equal(bad.count, 0);
	assert_true(papers_judge(&p, &c, (struct day){ 2026, 6, 13 }, &home, 1, &v, &bad, &fault));
	assert_int_equal(bad.count, 1);
	assert_string_equal(bad.at[0].code, "form-expired");
	assert_string_equal(bad.at[0].say,
	    "申込日 2025-06-12 の利用申込書の受付期限は 2026-06-12 でした（到着 "
	    "2026-06-13）。入力内容を使って新しい申込書を作成できます。");
	const struct paper odd = { .code = "D-99", .notice = "", .print = "" };
	assert_false(papers_judge(&p, &c, home.arrived, &odd, 1, &v, &bad, &fault));
	assert_string_equal(fault.field, "paper");
	policy_free(&p);
}

/* The form itself: the signed original, in time; that none came is nobody's to tell. */
static void
a_form_that_came_is_judged(void **state)
{
	(void)state;
	static const struct {
		struct day arrived; /* the form; the other paper came on the first of June */
		bool copy, again; /* a good one came as well */
		int more; /* its year was extended by */
		const char *code; /* NULL: complete */
	} ROWS[] = {
		{ { 2026, 6, 1 }, false, false, 0, NULL },
		{ { 2026, 6, 1 }, true, false, 0, "D-01:original-needed" },
		{ { 2026, 6, 1 }, true, true, 0, NULL },
		{ { 2026, 6, 12 }, false, false, 0, NULL },
		{ { 2026, 6, 13 }, false, false, 0, "D-01:too-old" },
		{ { 2026, 6, 15 }, false, false, 3, NULL },
		{ { 2026, 6, 16 }, false, false, 3, "D-01:too-old" },
	};
	struct policy p;
	shipped(&p);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct day first = { 2026, 6, 1 }, dated = { 2025, 6, 12 };
		const struct paper_case c = { .kind = KIND_INDIVIDUAL_BASIC,
			.form_date = dated,
			.form_more = ROWS[i].more,
			.in_person = true };
		const struct paper papers[] = {
			{ "D-03", first, first, .notice = "", .print = "" },
			{ "D-01", ROWS[i].arrived, dated, ROWS[i].copy, .notice = "", .print = "" },
			{ "D-01", first, dated, .notice = "", .print = "" },
		};
		struct paper_verdict v[COUNT(papers)];
		struct deficiencies bad;
		struct fault fault = { 0 };
		assert_true(
		    papers_judge(&p, &c, first, papers, ROWS[i].again ? 3 : 2, v, &bad, &fault));
		assert_int_equal(bad.count, ROWS[i].code != NULL);
		if (ROWS[i].code != NULL)
			assert_string_equal(bad.at[0].code, ROWS[i].code);
	}
	/* all came too late: told once */
	const struct paper late = { "D-01", { 2026, 6, 13 }, { 2025, 6, 12 }, .notice = "",
		.print = "" };
	const struct paper_case c = { .kind = KIND_INDIVIDUAL_BASIC, .form_date = { 2025, 6, 12 } };
	struct paper_verdict v;
	struct deficiencies bad;
	struct fault fault = { 0 };
	assert_true(papers_judge(&p, &c, late.arrived, &late, 1, &v, &bad, &fault));
	assert_int_equal(bad.count, 3); /* and the two that are missing */
	assert_string_equal(bad.at[0].code, "form-expired");
	assert_string_equal(bad.at[1].code, "D-02:missing");
	policy_free(&p);
}

static void
clocks_run_by_their_rows(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		size_t figure;
		struct day from;
		const char *last;
	} ROWS[] = {
		{ "K-11", 0, { 2026, 11, 20 }, "2026-12-04" },
		{ "K-12", 0, { 2026, 11, 20 }, "2026-12-20" },
		{ "K-22", 0, { 2026, 11, 24 }, "2026-12-24" },
		{ "K-5", 0, { 2026, 11, 29 }, "2027-02-28" },
		{ "K-2", 0, { 2024, 2, 29 }, "2025-02-28" },
		{ "K-18", 0, { 2027, 3, 31 }, "2026-12-30" },
		{ "K-16", 3, { 2026, 6, 10 }, "2026-05-10" },
		{ "K-8", 0, { 2026, 11, 20 }, "2026-11-26" },
		{ "K-8", 0, { 2026, 12, 31 }, "2027-01-06" },
		{ "K-19", 0, { 2028, 2, 29 }, "2038-02-28" },
	};
	struct policy p;
	struct fault fault = { 0 };
	struct day d;
	char text[DAY_TEXT];
	shipped(&p);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct clock *c =
		    policy_clock(&p, ROWS[i].code, (struct day){ 2026, 11, 20 });
		assert_true(clock_last_day(&p, c, ROWS[i].figure, ROWS[i].from, &d, &fault));
		assert_string_equal(day_print(text, d), ROWS[i].last);
	}
	assert_false(business_days_after(&p, (struct day){ 2030, 12, 30 }, 3, &d, &fault));
	assert_int_equal(fault.code, FAULT_STATE);
	fault = (struct fault){ 0 };
	const struct day first = { 2026, 1, 1 };
	assert_false(clock_last_day(&p, policy_clock(&p, "K-17", first), 0, first, &d, &fault));
	assert_int_equal(fault.code, FAULT_BUG);
	policy_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fortnights_papers_are_judged_as_their_key_says),
		cmocka_unit_test(thirty_two_papers_at_their_limits),
		cmocka_unit_test(a_form_is_taken_for_a_year),
		cmocka_unit_test(a_form_that_came_is_judged),
		cmocka_unit_test(clocks_run_by_their_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
