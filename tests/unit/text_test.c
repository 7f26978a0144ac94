/* base/text and base/csv. [RFC3629 4] [RFC4180 2] */
#include "test.h"

#include "base/csv.h"
#include "base/text.h"

static void
only_well_formed_utf8_is_valid(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		bool good;
	} ROWS[] = { { "髙﨑𠮷葛󠄀城", true }, { "\xc0\xaf", false },
		{ "\xed\xa0\x80", false }, { "\xf4\x90\x80\x80", false }, { "\xe8\xa8", false },
		{ "\x80", false }, { "", true } };
	for (size_t i = 0; i < COUNT(ROWS); i++)
		assert_int_equal(utf8_valid(ROWS[i].s, strlen(ROWS[i].s)), ROWS[i].good);
	assert_false(utf8_valid("a\0b", 3));
	const char *at = "𠮷";
	assert_int_equal(utf8_next(&at), 0x20bb7);
	assert_int_equal(*at, 0);
	assert_int_equal(utf8_count("髙﨑𠮷"), 3);
	uint8_t buf[8];
	struct sink s = SINK_INTO(buf);
	utf8_put(&s, 0x20bb7);
	utf8_put(&s, 0x8a3c);
	assert_memory_equal(buf, "𠮷証", 7);
}

static void
the_bank_code_page_goes_round(void **state)
{
	(void)state;
	OWN_SINK out = SINK_GROW(4096);
	assert_true(cp932_print("髙ﾀｶﾊｼ～", &out));
	OWN_SINK back = SINK_GROW(4096);
	assert_true(cp932_read(out.at, out.len, &back));
	assert_string_equal(sink_string(&back), "髙ﾀｶﾊｼ～");
	OWN_SINK lost = SINK_GROW(4096);
	assert_false(cp932_print("𠮷", &lost));
	assert_false(cp932_read("\x81", 1, &lost));
}

static void
csv_rows_keep_commas_quotes_and_lines(void **state)
{
	(void)state;
	static const char TEXT[] = "\xef\xbb\xbf"
				   "a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n2,\n3\n4,ok";
	struct csv csv;
	struct fault fault = { 0 };
	bool more;
	assert_true(csv_open(&csv, TEXT, sizeof(TEXT) - 1, &fault));
	assert_true(csv_row(&csv, &more, &fault) && more);
	assert_string_equal(csv_get(&csv, "b"), "x, \"y\"\nz");
	assert_int_equal(csv.line, 3);
	assert_true(csv_row(&csv, &more, &fault) && more);
	assert_string_equal(csv_get(&csv, "b"), "");
	assert_null(csv_get(&csv, "c"));
	assert_false(csv_row(&csv, &more, &fault));
	assert_int_equal(fault.code, FAULT_INPUT);
	fault = (struct fault){ 0 };
	assert_true(csv_row(&csv, &more, &fault) && more);
	assert_string_equal(csv_get(&csv, "a"), "4");
	assert_true(csv_row(&csv, &more, &fault) && !more);
	csv_close(&csv);
	assert_false(csv_open(&csv, "a,\0b", 4, &fault));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_well_formed_utf8_is_valid),
		cmocka_unit_test(the_bank_code_page_goes_round),
		cmocka_unit_test(csv_rows_keep_commas_quotes_and_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
