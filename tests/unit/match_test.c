/* rules/match: the samples' answer key, small sets by exhaustion, and large ones in no time.
 * [R-6.6] */
#include "test.h"

#include "rules/match.h"

#include <stdlib.h>

#include "exchange/bank_file.h"
#include "samples.h"

static const struct match_figures FIGURES = { 550, 1000 };

struct told {
	struct match_candidate at[4000];
	size_t count;
};

static void
keep(void *context, const struct match_candidate *c)
{
	struct told *t = context;
	assert_true(t->count < COUNT(t->at));
	t->at[t->count++] = *c;
}

enum { MOST = 200 };
struct book {
	struct match_case at[MOST];
	char ref[MOST][16], payer[MOST][PAYER_TEXT], want[MOST][16], fee[MOST][16];
	size_t count, expected;
};

static void
take_application(const struct csv *csv, void *context)
{
	struct book *b = context;
	snprintf(b->ref[b->count], 16, "%s", csv_get(csv, "ref"));
	assert_true(payer_fold(csv_get(csv, "payer"), b->payer[b->count], NULL));
	b->count++;
}

static void
take_expected(const struct csv *csv, void *context)
{
	struct book *b = context;
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->ref[i], csv_get(csv, "ref")) == 0) {
			snprintf(b->want[i], 16, "%s", csv_get(csv, "payment"));
			snprintf(b->fee[i], 16, "%s", csv_get(csv, "fee_gross"));
			b->expected++;
		}
}

static void
samples_match(const char *bank)
{
	static struct book b;
	static struct told told;
	static char payer[MOST][PAYER_TEXT];
	struct match_line lines[MOST];
	uint8_t *bytes;
	size_t len, cases = 0, at[MOST];
	struct bank_file file;
	struct fault fault = { 0 };
	b = (struct book){ 0 };
	told.count = 0;
	sample_each("applications.csv", take_application, &b);
	sample_each("expected.csv", take_expected, &b);
	assert_int_equal(b.count, b.expected);
	for (size_t i = 0; i < b.count; i++)
		if (b.fee[i][0] != '\0') {
			b.at[cases] =
			    (struct match_case){ (int64_t)i, atoll(b.fee[i]), b.payer[i], "", 0 };
			at[cases++] = i;
		}
	sample_read(bank, &bytes, &len);
	assert_true(bank_file_read(
	    bytes, len, "9999-123-1234567", (struct day){ 2026, 11, 20 }, &file, &fault));
	for (size_t i = 0; i < file.count; i++) {
		assert_true(payer_fold(file.line[i].payer, payer[i], NULL));
		lines[i] = (struct match_line){ (int64_t)i, file.line[i].amount, payer[i], "" };
	}
	assert_true(match_all(&FIGURES, b.at, cases, lines, file.count, keep, &told, &fault));
	for (size_t i = 0; i < cases; i++) {
		if (strcmp(outcome_name(b.at[i].outcome), b.want[at[i]]) != 0)
			print_message("%s %s\n", bank, b.ref[at[i]]);
		assert_string_equal(outcome_name(b.at[i].outcome), b.want[at[i]]);
	}
	for (size_t i = 0; i < told.count; i++) /* nobody's deposit is nobody's */
		assert_string_not_equal(lines[told.at[i].line].payer, "ﾌﾒｲ ﾅﾋﾄ");
	bank_file_free(&file);
	free(bytes);
}

static void
the_samples_answer_key_comes_out_of_each_format(void **state)
{
	(void)state;
	samples_match("bank-zengin03.dat");
	samples_match("bank-zengin01a.dat");
	samples_match("bank.csv");
}

/* The rule said again in the plainest way: try every assignment. */
struct plain {
	const int64_t *fee, *amount;
	size_t cases, lines;
	int taken[8]; /* the line of each case, -1: none */
	long best;
	unsigned seen[8]; /* outcomes in the best */
	unsigned by[8]; /* lines in the best */
};

static int
plain_fit(int64_t amount, int64_t fee)
{
	return amount == fee ? 1 : amount == fee - 550 ? 2 : amount == fee + 1000 ? 3 : 0;
}

static void
plain_try(struct plain *p, size_t c, unsigned used, long value)
{
	if (c == p->cases) {
		if (value > p->best) {
			p->best = value;
			memset(p->seen, 0, sizeof(p->seen));
			memset(p->by, 0, sizeof(p->by));
		}
		for (size_t i = 0; value == p->best && i < p->cases; i++) {
			int l = p->taken[i];
			p->seen[i] |= 1u << (l < 0 ? 0 : plain_fit(p->amount[l], p->fee[i]));
			p->by[i] |= l < 0 ? 0 : 1u << l;
		}
		return;
	}
	p->taken[c] = -1;
	plain_try(p, c + 1, used, value);
	for (size_t l = 0; l < p->lines; l++) {
		int fit = plain_fit(p->amount[l], p->fee[c]);
		if (fit == 0 || (used & 1u << l) != 0)
			continue;
		p->taken[c] = (int)l;
		plain_try(p, c + 1, used | 1u << l, value + (fit == 1 ? 101 : 1));
	}
	p->taken[c] = -1;
}

static void
random_sets_agree_with_trying_everything(void **state)
{
	(void)state;
	static const int64_t FEES[] = { 19250, 20250, 19800, 18700, 21250 };
	uint32_t seed = 20261120;
	for (int round = 0; round < 3000; round++) {
		int64_t fee[5], amount[5];
		struct match_case cases[5];
		struct match_line lines[5];
		static struct told told;
		struct fault fault = { 0 };
		struct plain p = { fee, amount, 0, 0, { 0 }, -1, { 0 }, { 0 } };
		p.cases = 1 + (seed = seed * 1103515245 + 12345) % 4;
		p.lines = (seed = seed * 1103515245 + 12345) / 65536 % 5;
		for (size_t i = 0; i < p.cases; i++) {
			fee[i] = FEES[(seed = seed * 1103515245 + 12345) / 65536 % COUNT(FEES)];
			cases[i] = (struct match_case){ (int64_t)i, fee[i], "A", "", 0 };
		}
		for (size_t i = 0; i < p.lines; i++) {
			amount[i] = FEES[(seed = seed * 1103515245 + 12345) / 65536 % COUNT(FEES)];
			lines[i] = (struct match_line){ (int64_t)i, amount[i], "A", "" };
		}
		told.count = 0;
		plain_try(&p, 0, 0, 0);
		assert_true(
		    match_all(&FIGURES, cases, p.cases, lines, p.lines, keep, &told, &fault));
		for (size_t i = 0; i < p.cases; i++) {
			static const enum outcome ONE[] = { OUTCOME_NONE, OUTCOME_EXACT,
				OUTCOME_SHORT, OUTCOME_OVER };
			unsigned s = p.seen[i];
			enum outcome want =
			    (s & (s - 1)) != 0 ? OUTCOME_AMBIGUOUS : ONE[__builtin_ctz(s)];
			if (want == OUTCOME_EXACT && (p.by[i] & (p.by[i] - 1)) != 0)
				want = OUTCOME_SET;
			assert_int_equal(cases[i].outcome, want);
		}
	}
}

static void
one_deposit_for_several_cases_is_a_split(void **state)
{
	(void)state;
	struct told told = { 0 };
	struct fault fault = { 0 };
	struct match_case cases[] = { { 1, 19250, "A", "", 0 }, { 2, 28875, "A", "", 0 },
		{ 3, 26400, "A", "", 0 } };
	struct match_line three = { 1, 74525, "A", "" }, two = { 1, 48125, "A", "" };
	assert_true(match_all(&FIGURES, cases, 3, &three, 1, keep, &told, &fault));
	for (int i = 0; i < 3; i++)
		assert_int_equal(cases[i].outcome, OUTCOME_JOINT);
	assert_true(match_all(&FIGURES, cases, 3, &two, 1, keep, &told, &fault));
	assert_int_equal(cases[0].outcome, OUTCOME_JOINT);
	assert_int_equal(cases[2].outcome, OUTCOME_NONE);
	struct match_case equal[] = { { 1, 19250, "A", "", 0 }, { 2, 19250, "A", "", 0 },
		{ 3, 19250, "A", "", 0 } };
	struct match_line pair = { 1, 38500, "A", "" };
	assert_true(match_all(&FIGURES, equal, 3, &pair, 1, keep, &told, &fault));
	for (int i = 0; i < 3; i++)
		assert_int_equal(equal[i].outcome, OUTCOME_AMBIGUOUS);
}

static void
ignore(void *context, const struct match_candidate *c)
{
	(void)context;
	(void)c;
}

static void
a_reference_claims_its_case_whoever_pays(void **state)
{
	(void)state;
	struct told told = { 0 };
	struct fault fault = { 0 };
	char mine[REFERENCE_TEXT];
	reference_print(mine, 1234567);
	struct match_case cases[] = { { 1, 19250, "A", mine, 0 }, { 2, 19250, "A", "", 0 } };
	struct match_line lines[] = { { 1, 19250, "B", mine }, { 2, 19250, "C", "12345678" } };
	assert_true(match_all(&FIGURES, cases, 2, lines, 2, keep, &told, &fault));
	assert_int_equal(cases[0].outcome, OUTCOME_EXACT);
	assert_int_equal(cases[1].outcome, OUTCOME_NONE);
	assert_int_equal(told.count, 1);
	assert_string_equal(match_reason_name(told.at[0].reason), "reference");
	struct match_line twice[] = { { 1, 19250, "B", mine }, { 2, 19250, "B", mine } };
	assert_true(match_all(&FIGURES, cases, 2, twice, 2, keep, &told, &fault));
	assert_int_equal(cases[0].outcome, OUTCOME_AMBIGUOUS);
}

/* Neither the deposit has a name nor the case a payer: that they are alike says nothing. */
static void
a_deposit_without_a_name_claims_no_case_without_a_payer(void **state)
{
	(void)state;
	struct told told = { 0 };
	struct fault fault = { 0 };
	struct match_case cases[] = { { 1, 19250, "", "", 0 }, { 2, 19250, "A", "", 0 } };
	struct match_line line = { 1, 19250, "", "" };
	assert_true(match_all(&FIGURES, cases, 2, &line, 1, keep, &told, &fault));
	assert_int_equal(cases[0].outcome, OUTCOME_NONE);
	assert_int_equal(cases[1].outcome, OUTCOME_NONE);
	assert_int_equal(told.count, 0);
}

static void
hundreds_of_equal_deposits_cost_nothing(void **state)
{
	(void)state;
	enum { N = 60 };
	struct match_case cases[N];
	struct match_line lines[N];
	static struct told told;
	struct fault fault = { 0 };
	told.count = 0;
	for (int i = 0; i < N; i++) {
		cases[i] = (struct match_case){ i, 19250, "A", "", 0 };
		lines[i] = (struct match_line){ i, i % 2 != 0 ? 19250 : 20250, "A", "" };
	}
	assert_true(match_all(&FIGURES, cases, N, lines, N, keep, &told, &fault));
	for (int i = 0; i < N; i++)
		assert_int_equal(cases[i].outcome, OUTCOME_AMBIGUOUS);
	assert_int_equal(told.count, N * N);
}

/* A claim is found among many, and a hundred thousand of them are no wait. */
static void
every_reference_finds_its_own_case_among_many(void **state)
{
	(void)state;
	enum { N = 50000 };
	struct match_case *cases = calloc(N, sizeof(*cases));
	struct match_line *lines = calloc(N, sizeof(*lines));
	char(*reference)[REFERENCE_TEXT] = calloc(N, sizeof(*reference));
	struct fault fault = { 0 };
	for (int i = 0; i < N; i++) {
		reference_print(reference[i], N - i);
		cases[i] = (struct match_case){ N - i, 19250 + i, "A", reference[i], 0 };
		lines[N - 1 - i] = (struct match_line){ i, 19250 + i, "B", reference[i] };
	}
	assert_true(match_all(&FIGURES, cases, N, lines, N, ignore, NULL, &fault));
	for (int i = 0; i < N; i++)
		assert_int_equal(cases[i].outcome, OUTCOME_EXACT);
	free(cases);
	free(lines);
	free(reference);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_samples_answer_key_comes_out_of_each_format),
		cmocka_unit_test(random_sets_agree_with_trying_everything),
		cmocka_unit_test(one_deposit_for_several_cases_is_a_split),
		cmocka_unit_test(a_reference_claims_its_case_whoever_pays),
		cmocka_unit_test(every_reference_finds_its_own_case_among_many),
		cmocka_unit_test(a_deposit_without_a_name_claims_no_case_without_a_payer),
		cmocka_unit_test(hundreds_of_equal_deposits_cost_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
