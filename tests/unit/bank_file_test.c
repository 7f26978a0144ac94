/* exchange/bank_file: three formats, one truth; nothing is given out of a file that does not add up.
 * [R-6.8] */
#include "test.h"

#include "exchange/bank_file.h"

#include "samples.h"

static const struct day TODAY = { 2026, 11, 20 };
static const char ACCOUNT[] = "9999-123-1234567";

static bool
reads(const uint8_t *p, size_t n, struct bank_file *file)
{
	struct fault fault = { 0 };
	bool good = bank_file_read(p, n, ACCOUNT, TODAY, file, &fault);
	assert_int_equal(good, fault.code == FAULT_NONE);
	assert_true(good || (file->error_count > 0 && file->count == 0 && file->line == NULL));
	return good;
}

static void
the_same_deposits_have_the_same_keys_in_every_format(void **state)
{
	(void)state;
	static const char *const NAMES[] = { "bank-zengin03.dat", "bank-zengin01a.dat",
		"bank.csv" };
	struct bank_file file[3];
	for (int f = 0; f < 3; f++) {
		uint8_t *bytes;
		size_t len;
		sample_read(NAMES[f], &bytes, &len);
		assert_true(reads(bytes, len, &file[f]));
		free(bytes);
		assert_int_equal(file[f].count, 41);
		assert_int_equal(file[f].format, f == 2 ? BANK_CSV : f);
	}
	for (size_t i = 0; i < 41; i++)
		for (int f = 0; f < 3; f++) {
			uint8_t a[512], b[512];
			struct sink x = SINK_INTO(a), y = SINK_INTO(b);
			bank_line_key(&file[0].line[i], &x);
			bank_line_key(&file[f].line[i], &y);
			assert_false(x.full);
			assert_int_equal(x.len, y.len);
			assert_memory_equal(a, b, x.len);
			assert_string_equal(file[f].line[i].account, ACCOUNT);
		}
	for (int f = 0; f < 3; f++)
		bank_file_free(&file[f]);
}

static void
a_fixed_file_cut_anywhere_gives_nothing(void **state)
{
	(void)state;
	static const char *const NAMES[] = { "bank-zengin03.dat", "bank-zengin01a.dat" };
	for (int f = 0; f < 2; f++) {
		uint8_t *bytes;
		size_t len;
		struct bank_file file;
		sample_read(NAMES[f], &bytes, &len);
		size_t whole = f == 0 ? len - 2 : len;
		for (size_t n = 0; n < whole; n += n % 200 < 3 || n > whole - 3 ? 1 : 13)
			assert_false(reads(bytes, n, &file));
		assert_true(reads(bytes, whole, &file));
		bank_file_free(&file);
		free(bytes);
	}
}

/* Writes over the sample and asserts the field that is named. */
static void
planted(const char *name, size_t record, size_t position, const char *text, const char *field)
{
	uint8_t *bytes;
	size_t len;
	struct bank_file file;
	sample_read(name, &bytes, &len);
	size_t size = strstr(name, "03") != NULL ? 202 : 200;
	memcpy(bytes + (record - 1) * size + position - 1, text, strlen(text));
	bool good = reads(bytes, len, &file);
	assert_int_equal(good, field == NULL);
	if (field != NULL)
		assert_string_equal(file.error[0].field, field);
	bank_file_free(&file);
	free(bytes);
}

static void
each_planted_fault_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		size_t record, position;
		const char *text, *field;
	} ROWS[] = {
		{ "bank-zengin03.dat", 2, 36, "1", "入金額合計" },
		{ "bank-zengin03.dat", 2, 36, "x", "金額" },
		{ "bank-zengin03.dat", 43, 20, "9", "入金額合計" },
		{ "bank-zengin03.dat", 43, 7, "2", "入金件数" },
		{ "bank-zengin03.dat", 43, 61, "2", "データ件数" },
		{ "bank-zengin03.dat", 44, 11, "9", "レコード総件数" },
		{ "bank-zengin03.dat", 44, 11, "3", NULL }, /* not counting itself */
		{ "bank-zengin03.dat", 2, 10, "081332", "勘定日" },
		{ "bank-zengin03.dat", 2, 22, "3", "入払区分" },
		{ "bank-zengin03.dat", 2, 82, "\x81", "振込依頼人名" },
		{ "bank-zengin03.dat", 1, 4, "1", "種別コード" },
		{ "bank-zengin03.dat", 1, 2, "04", "種別コード" },
		{ "bank-zengin03.dat", 1, 63, "6", "預金種目" },
		{ "bank-zengin03.dat", 2, 1, "5", "データ区分" },
		{ "bank-zengin03.dat", 2, 1, "1", "種別コード" },
		{ "bank-zengin03.dat", 2, 22, "2",
		    "入金件数" }, /* a deposit turned into a withdrawal */
		{ "bank-zengin01a.dat", 2, 29, "1", "入金額合計" },
		{ "bank-zengin01a.dat", 2, 128, "1", "入金件数" },
		{ "bank-zengin01a.dat", 43, 19, "9", "入金額合計" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++)
		planted(
		    ROWS[i].file, ROWS[i].record, ROWS[i].position, ROWS[i].text, ROWS[i].field);
}

static void
format_b_is_told_by_its_sum(void **state)
{
	(void)state;
	uint8_t *bytes;
	size_t len;
	struct bank_file file;
	sample_read("bank-zengin01a.dat", &bytes, &len);
	for (size_t r = 1; r <= 41; r++) {
		memset(bytes + r * 200 + 128, '0', 24);
		memcpy(bytes + r * 200 + 128 + 2, bytes + r * 200 + 19, 10);
		memset(bytes + r * 200 + 19, '0', 10);
	}
	assert_true(reads(bytes, len, &file));
	assert_int_equal(file.format, BANK_ZENGIN_01B);
	assert_int_equal(file.line[0].amount, 29040);
	bank_file_free(&file);
	bytes[200 + 128 + 11] = '1';
	assert_false(reads(bytes, len, &file));
	free(bytes);
}

static void
a_table_with_a_row_missing_or_changed_gives_nothing(void **state)
{
	(void)state;
	static const char HEAD[] = "勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n";
	static const struct {
		const char *rows, *field;
		int line;
	} ROWS[] = {
		{ "2026/11/09,,100,1100,振込,A\n2026/11/10,50,,1050,出金,B\n", NULL, 0 },
		{ "20261109,,100,1100,振込,A\n081110,,100,1200,訂正,B\n", NULL, 0 },
		{ "2026/11/09,,100,1100,振込,A\n2026/11/10,,50,1250,振込,B\n", "残高(円)", 3 },
		{ "2026/11/09,,1o0,1100,振込,A\n", "金額", 2 },
		{ "2026/11/09,100,100,1100,振込,A\n", "金額", 2 },
		{ "2026/11/09,,,1100,振込,A\n", "金額", 2 },
		{ "2026/13/09,,100,1100,振込,A\n", "勘定日", 2 },
		{ "2026/11/09,,100\n", "行", 2 },
		{ "2026/11/09,,100,1100,振込,\"A\n2026/11/09,,100,1200,振込,B\n", "行", 2 },
		{ "2026/11/09,,1o0,1100,振込,\"A\nB\"\n", "金額", 2 },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char text[1024];
		struct bank_file file;
		int n = snprintf(text, sizeof(text), "%s%s", HEAD, ROWS[i].rows);
		assert_int_equal(reads((uint8_t *)text, (size_t)n, &file), ROWS[i].field == NULL);
		if (ROWS[i].field != NULL) {
			assert_string_equal(file.error[0].field, ROWS[i].field);
			assert_int_equal(file.error[0].record, ROWS[i].line);
		}
		bank_file_free(&file);
	}
	struct bank_file file;
	assert_false(reads((const uint8_t *)"a,b\n1,2\n", 8, &file));
	assert_int_equal(file.error_count, 6);
	assert_false(reads((const uint8_t *)"\xf1\xf0\xf3\xf0", 4, &file));
	assert_string_equal(file.error[0].field, "コード区分");
}

static void
equal_deposits_of_one_day_stay_two(void **state)
{
	(void)state;
	static const char TEXT[] = "勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n"
				   "2026/11/09,,100,1100,振込,A\n2026/11/09,,100,1200,振込,A\n";
	struct bank_file file;
	assert_true(reads((const uint8_t *)TEXT, sizeof(TEXT) - 1, &file));
	assert_int_equal(file.line[0].ordinal, 0);
	assert_int_equal(file.line[1].ordinal, 1);
	bank_file_free(&file);
}

/* What a person calls two deposits must never become one, however the payer is spelt. */
static void
deposits_that_differ_only_in_spelling_or_number_keep_keys_of_their_own(void **state)
{
	(void)state;
	static const char TEXT[] = "勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n"
				   "2026/11/09,,100,1100,振込,ﾔﾏﾀﾞ ﾀﾛｳ\n"
				   "2026/11/09,,100,1200,振込,ヤマダ　タロウ\n"
				   "2026/11/09,,100,1300,振込,12345674 ﾔﾏﾀﾞ ﾀﾛｳ\n"
				   "2026/11/09,,100,1400,振込,山田太郎\n"
				   "2026/11/09,,100,1500,振込,山田太郎\n";
	static const int ORDINAL[] = { 0, 1, 0, 0, 1 };
	uint8_t key[COUNT(ORDINAL)][512];
	struct bank_file file;
	assert_true(reads((const uint8_t *)TEXT, sizeof(TEXT) - 1, &file));
	assert_int_equal(file.count, COUNT(ORDINAL));
	for (size_t i = 0; i < file.count; i++) {
		struct sink k = SINK_INTO(key[i]);
		assert_int_equal(file.line[i].ordinal, ORDINAL[i]);
		bank_line_key(&file.line[i], &k);
		memset(key[i] + k.len, 0, sizeof(key[i]) - k.len);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(key[i], key[j], sizeof(key[i]));
	}
	assert_string_equal(file.line[2].number, "12345674");
	assert_string_equal(file.line[2].folded, file.line[0].folded);
	assert_string_equal(file.line[3].folded, "");
	bank_file_free(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_deposits_have_the_same_keys_in_every_format),
		cmocka_unit_test(a_fixed_file_cut_anywhere_gives_nothing),
		cmocka_unit_test(each_planted_fault_is_named),
		cmocka_unit_test(format_b_is_told_by_its_sum),
		cmocka_unit_test(a_table_with_a_row_missing_or_changed_gives_nothing),
		cmocka_unit_test(equal_deposits_of_one_day_stay_two),
		cmocka_unit_test(
		    deposits_that_differ_only_in_spelling_or_number_keep_keys_of_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
