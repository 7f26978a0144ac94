/* rules/payer, rules/reference, rules/postal: what people type at a bank or scan at a counter.
 * [R-6.7] [R-6.8] [R-4.92] [R-4.101] */
#include "test.h"

#include "rules/payer.h"
#include "rules/postal.h"

static void
spellings_of_one_payer_fold_to_one_text(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *folded, *number;
	} ROWS[] = {
		{ "ﾔﾏﾀﾞ ﾀﾛｳ", "ﾔﾏﾀﾞ ﾀﾛｳ", "" },
		{ "ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ", "" },
		{ "  ヤマダ 　 タロー ", "ﾔﾏﾀﾞ ﾀﾛ-", "" },
		{ "ｷｬﾉﾝ", "ｷﾔﾉﾝ", "" },
		{ "キャノン", "ｷﾔﾉﾝ", "" },
		{ "ヴァッパ", "ｳﾞｱﾂﾊﾟ", "" },
		{ "ｎｇｕｙｅｎ Van anh", "NGUYEN VAN ANH", "" },
		{ "12345674 ﾔﾏﾀﾞ ﾀﾛｳ", "ﾔﾏﾀﾞ ﾀﾛｳ", "12345674" },
		{ "ｶ)ﾀﾒｼﾌﾞﾂｻﾝ", "ｶ)ﾀﾒｼﾌﾞﾂｻﾝ", "" },
		{ "カブシキガイシャ　タメシブッサン", "ｶ)ﾀﾒｼﾌﾞﾂｻﾝ", "" },
		{ "ｶｸｳﾃﾞﾝｾﾂｶﾌﾞｼｷｶﾞｲｼﾔ", "ｶｸｳﾃﾞﾝｾﾂ(ｶ", "" },
		{ "ｺﾞｳﾄﾞｳｶﾞｲｼﾔﾐﾎﾝ", "ﾄﾞ)ﾐﾎﾝ", "" },
		{ "12345678901 ｱ", "12345678901 ｱ", "" },
		{ "", "", "" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char out[PAYER_TEXT], number[12];
		assert_true(payer_fold(ROWS[i].typed, out, number));
		assert_string_equal(out, ROWS[i].folded);
		assert_string_equal(number, ROWS[i].number);
	}
	char out[PAYER_TEXT] = "kept";
	assert_false(payer_fold("山田　太郎", out, NULL));
	char big[PAYER_TEXT * 4];
	memset(big, 'A', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	assert_false(payer_fold(big, out, NULL));
	assert_string_equal(out, "kept");
}

static void
a_name_cut_by_the_bank_is_still_its_payers(void **state)
{
	(void)state;
	const char *full = "ABCDEFGHIJKLMNOPQRSTUVWXYZABCD";
	assert_true(payer_same("ABCDEFGHIJKLMNOPQRSTUVWXYZ", full));
	assert_true(payer_same(full, full));
	assert_false(payer_same("ABCDEFGHIJKLMNOPQRSTUVWXY", full));
	assert_false(payer_same("BBCDEFGHIJKLMNOPQRSTUVWXYZ", full));
}

static void
a_reference_knows_a_mistyped_digit(void **state)
{
	(void)state;
	char text[REFERENCE_TEXT];
	for (int64_t n = 1; n < REFERENCE_MOST; n += 9973) {
		reference_print(text, n);
		assert_true(reference_good(text));
		for (int i = 0; i < 8; i++) {
			char wrong[REFERENCE_TEXT];
			memcpy(wrong, text, sizeof(wrong));
			wrong[i] = (char)(wrong[i] == '9' ? '0' : wrong[i] + 1);
			assert_false(reference_good(wrong));
		}
	}
	assert_false(reference_good("1234567"));
	assert_false(reference_good("123456789"));
	assert_false(reference_good("1234567x"));
	assert_false(reference_good(""));
}

static void
a_tracking_number_must_be_whole_right_and_of_its_route(void **state)
{
	(void)state;
	static const struct {
		const char *typed;
		enum route route;
		const struct refusal *row;
	} ROWS[] = {
		{ "112-60-00001-0", ROUTE_HONNIN, NULL },
		{ "11260000010", ROUTE_HONNIN, NULL },
		{ "312-60-00001-5", ROUTE_KANI, NULL },
		{ "131 12 38385 2", ROUTE_HONNIN, NULL },
		{ "112-60-00001-0", ROUTE_KANI, &TRACKING_CLASS },
		{ "312-60-00001-5", ROUTE_HONNIN, &TRACKING_CLASS },
		{ "112-60-00001-1", ROUTE_HONNIN, &TRACKING_CHECK },
		{ "112-60-0001-0", ROUTE_HONNIN, &TRACKING_FORM },
		{ "112-60-000010-0", ROUTE_HONNIN, &TRACKING_FORM },
		{ "112-6x-00001-0", ROUTE_HONNIN, &TRACKING_FORM },
		{ "", ROUTE_HONNIN, &TRACKING_FORM },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char out[TRACKING_TEXT] = "";
		struct fault fault = { 0 };
		assert_int_equal(
		    tracking_read(ROWS[i].typed, ROWS[i].route, out, &fault), ROWS[i].row == NULL);
		assert_ptr_equal(fault.row, ROWS[i].row);
		assert_int_equal(strlen(out), ROWS[i].row == NULL ? 11 : 0);
	}
	enum route r;
	assert_true(route_read("kani", &r) && r == ROUTE_KANI);
	assert_false(route_read("post", &r));
	assert_string_equal(route_name(ROUTE_HONNIN), "honnin");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_of_one_payer_fold_to_one_text),
		cmocka_unit_test(a_name_cut_by_the_bank_is_still_its_payers),
		cmocka_unit_test(a_reference_knows_a_mistyped_digit),
		cmocka_unit_test(a_tracking_number_must_be_whole_right_and_of_its_route),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
