/* exchange/policy_file, rules/policy: the shipped rules, and every way to write them wrongly.
 * [RFC5280 5.3.1] [R-4.3] [R-4.17] [R-6.1] [R-6.2] [R-6.4] [R-10.14] [G-36] [X-4] */
#include "test.h"

#include "shipped.h"

static const struct day TODAY = { 2026, 11, 20 };

static void
the_shipped_policy_has_every_row(void **state)
{
	(void)state;
	struct policy p;
	shipped(&p);
	assert_int_equal(p.product_count, 10);
	assert_int_equal(p.paper_count, 32);
	assert_int_equal(
	    p.clock_count, 29); /* K-1 ... K-22, and seven reminders and limits beside them */
	assert_int_equal(p.ground_count, 15);
	assert_int_equal(p.text_count, 36);
	assert_int_equal(p.profile_count, 7);
	assert_int_equal(policy_list(&p, "prefectures")->count, 47);
	assert_int_equal(policy_ground(&p, "11-9", TODAY)->reason, 0);
	assert_int_equal(policy_ground(&p, "10-1-2", TODAY)->reason, 1);
	assert_int_equal(policy_ground(&p, "11-2", TODAY)->officers, 1);
	for (size_t i = 0; i < p.ground_count; i++) /* 7 is unused, 8 is removeFromCRL */
		assert_true(p.grounds[i].reason != 7 && p.grounds[i].reason != 8);
	assert_string_equal(policy_setting(&p, "vend_rule", TODAY), "civil143");
	assert_null(policy_setting(&p, "no_such", TODAY));
	assert_null(policy_text(&p, "M-999", TODAY));
	assert_string_equal(policy_text(&p, "M-602", TODAY)->ja,
	    "この案件を審査した方は承認できません。別の方が承認してください。");
	for (int k = 0; k < KINDS; k++)
		assert_non_null(policy_profile_of(&p, (enum kind)k, false, TODAY));
	assert_string_equal(
	    policy_profile_of(&p, KIND_EMPLOYEE, true, TODAY)->code, "employee-mandate");
	assert_null(policy_profile_of(&p, KIND_REPRESENTATIVE, true, TODAY));
	policy_free(&p);
}

static void
ten_products_are_sold_at_their_prices_and_no_other(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		int64_t at8, at10, at12;
		const char *kinds; /* who may have it, in the order of KINDS */
	} ROWS[] = {
		{ "DL-B2", 18900, 19250, 19600, "xxxxx." },
		{ "DL-B3", 28350, 28875, 29400, "xxxxx." },
		{ "DL-I2", 25920, 26400, 26880, "....x." },
		{ "DL-I3", 30240, 30800, 31360, "....x." },
		{ "DL-G2", 18900, 19250, 19600, ".....x" },
		{ "DL-G3", 28350, 28875, 29400, ".....x" },
		{ "CD-B2", 22140, 22550, 22960, "xxxxx." },
		{ "CD-B3", 30780, 31350, 31920, "xxxxx." },
		{ "CD-I2", 28512, 29040, 29568, "....x." },
		{ "CD-I3", 32184, 32780, 33376, "....x." },
	};
	struct policy p;
	shipped(&p);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct product *r = policy_product(&p, ROWS[i].code, TODAY);
		assert_non_null(r);
		assert_int_equal(fee_gross(r->price, 8), ROWS[i].at8);
		assert_int_equal(fee_gross(r->price, 10), ROWS[i].at10);
		assert_int_equal(fee_gross(r->price, 12), ROWS[i].at12);
		for (int k = 0; k < KINDS; k++)
			assert_int_equal((r->kinds >> k & 1u) != 0, ROWS[i].kinds[k] == 'x');
		assert_int_equal(r->mandate, ROWS[i].code[3] == 'I');
	}
	assert_null(policy_product(&p, "CD-G2", TODAY));
	assert_int_equal(fee_gross(26255, 8), 28355); /* down to the yen, once */
	policy_free(&p);
}

static void
a_row_is_in_force_from_its_day(void **state)
{
	(void)state;
	struct policy p;
	shipped(&p);
	assert_int_equal(policy_tax(&p, (struct day){ 2019, 9, 30 })->percent, 8);
	assert_int_equal(policy_tax(&p, (struct day){ 2019, 10, 1 })->percent, 10);
	assert_null(policy_tax(&p, (struct day){ 2014, 3, 31 }));
	policy_free(&p);
}

#define TAX "- { percent: 8, clause: R-6.2, from: 2014-04-01 }\n"

static void
each_fault_is_named_where_it_stands(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int line, column;
		const char *say; /* part of the sentence */
		size_t count;
	} ROWS[] = {
		{ TAX "- { percent: 8, clause: R-6.2, from: 2014-04-01 }\n", 2, 3, "同じ日から二つ",
		    1 },
		{ TAX "- { percent: 10, percnet: 3, clause: R-6.2, from: 2019-10-01 }\n", 2, 18,
		    "percnet", 1 },
		{ TAX "- { percent: 10, percent: 3, clause: R-6.2, from: 2019-10-01 }\n", 2, 18,
		    NULL, 1 },
		{ TAX "- { percent: 10, clause: R-6.2 }\n", 2, 3, "「from」がありません", 1 },
		{ TAX "- { percent: ten, clause: R-6.2, from: 2019-10-01 }\n", 2, 14,
		    "「percent」の値", 1 },
		{ TAX "- { percent: 101, clause: R-6.2, from: 2019-10-01 }\n", 2, 14,
		    "「percent」の値", 1 },
		{ TAX "- { percent: 10, clause: R-6.2, from: 2019-02-29 }\n", 2, 39, "「from」の値",
		    1 },
		{ TAX "- { percent: [10], clause: R-6.2, from: 2019-10-01 }\n", 2, 14, "ひとつだけ",
		    1 },
		{ TAX "- { percent: &a 10, clause: R-6.2, from: 2019-10-01 }\n", 2, 17, "別名", 1 },
		{ TAX "- { percent: !!int 10, clause: R-6.2, from: 2019-10-01 }\n", 2, 20, "別名",
		    1 },
		{ TAX "- percent\n", 2, 3, "各行は", 1 },
		{ "percent: 8\n", 1, 1, "一覧", 1 },
		{ TAX "- { percent: 10, clause: R-6.2, from: 2019-13-01, x: 1 }\n- { percent: 500 "
		      "}\n",
		    2, 39, "「from」の値", 5 },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct policy p = { 0 };
		static struct policy_errors errors;
		bool good = shipped_with("tax.yaml", ROWS[i].text, &p, &errors);
		if (good || errors.count != ROWS[i].count || errors.at[0].line != ROWS[i].line ||
		    (ROWS[i].say != NULL && strstr(errors.at[0].say, ROWS[i].say) == NULL))
			print_message("%zu: %d %zu %d:%d %s\n", i, good, errors.count,
			    errors.at[0].line, errors.at[0].column, errors.at[0].say);
		assert_false(good);
		assert_int_equal(errors.count, ROWS[i].count);
		assert_string_equal(errors.at[0].file, "tax.yaml");
		assert_int_equal(errors.at[0].line, ROWS[i].line);
		assert_true(ROWS[i].say == NULL || errors.at[0].column == ROWS[i].column);
		assert_true(ROWS[i].say == NULL || strstr(errors.at[0].say, ROWS[i].say) != NULL);
		assert_null(p.rates);
	}
}

static void
a_code_that_no_row_has_is_refused(void **state)
{
	(void)state;
	struct policy p;
	static struct policy_errors errors;
	assert_false(shipped_with("slots.yaml",
	    "- { code: a, kinds: [employee], when: always, judged: yes, papers: [D-02, D-99], "
	    "missing: \"x\", message: M-999, clause: R-1, from: 2024-01-01 }\n",
	    &p, &errors));
	assert_int_equal(errors.count, 2);
	assert_non_null(strstr(errors.at[0].say, "D-99"));
	assert_non_null(strstr(errors.at[1].say, "M-999"));
	assert_false(shipped_with("slots.yaml", "- [\n", &p, &errors));
	assert_true(errors.count > 0);
	assert_false(shipped_with("slots.yaml", "\xff\xfe", &p, &errors));
	assert_int_equal(errors.count, 1);
}

/* Mails name texts: of a text that could not be read nothing is asked. */
static void
a_row_that_could_not_be_read_is_not_looked_into(void **state)
{
	(void)state;
	struct policy p;
	static struct policy_errors errors;
	static const char *const TEXTS[] = {
		"- { cod: M-105, ja: a, en: a, clause: R-1, from: 2024-01-01 }\n",
		"- { code: M-401, en: a, clause: R-1, from: 2024-01-01 }\n",
	};
	static const char MAIL[] =
	    "- { code: refused, subject_ja: a, subject_en: a, ja: \"{M-401}\", "
	    "en: \"{M-401}\", clause: R-1, from: 2024-01-01 }\n";
	for (size_t i = 0; i < COUNT(TEXTS); i++) {
		assert_false(shipped_with("texts.yaml", TEXTS[i], &p, &errors));
		assert_true(errors.count > 0);
		for (size_t k = 0; k < errors.count && k < POLICY_ERRORS; k++)
			assert_string_equal(errors.at[k].file, "texts.yaml");
	}
	assert_false(shipped_with("mails.yaml", MAIL, &p, &errors));
	assert_string_equal(errors.at[0].file, "mails.yaml");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_policy_has_every_row),
		cmocka_unit_test(ten_products_are_sold_at_their_prices_and_no_other),
		cmocka_unit_test(a_row_is_in_force_from_its_day),
		cmocka_unit_test(each_fault_is_named_where_it_stands),
		cmocka_unit_test(a_code_that_no_row_has_is_refused),
		cmocka_unit_test(a_row_that_could_not_be_read_is_not_looked_into),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
