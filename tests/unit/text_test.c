/* base/text and base/csv. [RFC3629 4] [RFC4180 2] [RFC4648 4] [RFC4648 5] */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"
#include "folder.h"

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
hex_goes_round_and_nothing_else_is_read(void **state)
{
	(void)state;
	static const char *const BAD[] = { "", "00", "00ff1", "00ff1a2b", "00fg1a", "00 f1a" };
	const uint8_t bytes[] = { 0x00, 0xff, 0x1a };
	uint8_t got[3] = { 1, 2, 3 };
	char text[9] = "........";
	assert_ptr_equal(hex_print(text, bytes, sizeof(bytes)), text);
	assert_memory_equal(text, "00ff1a\0.", sizeof(text));
	assert_true(hex_read(text, got, sizeof(got)) && memcmp(got, bytes, sizeof(got)) == 0);
	assert_true(hex_read("00FF1a", got, sizeof(got)) && memcmp(got, bytes, sizeof(got)) == 0);
	for (size_t i = 0; i < COUNT(BAD); i++)
		assert_false(hex_read(BAD[i], got, sizeof(got)));
	assert_memory_equal(got, bytes, sizeof(got));
	assert_string_equal(hex_print(text, bytes, 0), "");
}

static void
base64_is_the_standards(void **state)
{
	(void)state;
	static const struct {
		const char *plain, *padded, *url;
	} ROWS[] = { { "", "", "" }, { "f", "Zg==", "Zg" }, { "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" }, { "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" }, { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xfb\xef\xbe\xff", "++++/w==", "----_w" } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char padded[16], url[16];
		struct sink one = SINK_INTO(padded), other = SINK_INTO(url);
		base64_put(&one, ROWS[i].plain, strlen(ROWS[i].plain));
		base64url_put(&other, ROWS[i].plain, strlen(ROWS[i].plain));
		assert_string_equal(sink_string(&one), ROWS[i].padded);
		assert_string_equal(sink_string(&other), ROWS[i].url);
	}
}

/* What a caller wrote reaches JSON and a terminal only as text, also where it had to be cut. */
static void
what_is_said_is_always_text(void **state)
{
	(void)state;
	struct fault torn = { 0 }, cut = { 0 };
	fault_set(&torn, FAULT_USAGE, "「%s」",
	    "\xff\xfe"
	    "a\033[2J\xe3\x81");
	assert_string_equal(torn.say, "「??a?[2J??」");
	fault_set(&cut, FAULT_USAGE, "%.4s", "ああ");
	assert_string_equal(cut.say, "あ?");
	struct fault whole = { 0 };
	char name[3 * 400 + 1] = "";
	for (size_t i = 0; i < 400; i++)
		memcpy(name + 3 * i, "あ", 4);
	fault_set(&whole, FAULT_MISSING, "a%s", name);
	fault_detail(&whole, "a%s", name);
	assert_true(utf8_valid(whole.say, strlen(whole.say)));
	assert_true(utf8_valid(whole.detail, strlen(whole.detail)));
}

/* Opening a pipe nobody writes to would hold the command, and what it holds, for ever. */
static void
a_pipe_is_refused_at_once(void **state)
{
	(void)state;
	struct fault fault = { 0 };
	uint8_t *bytes;
	size_t n;
	char path[TEST_PATH], pipe[TEST_PATH + 8];
	test_folder("pipe", path);
	snprintf(pipe, sizeof(pipe), "%s/p", path);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	(void)alarm(10);
	bool read = file_read(pipe, 100, &bytes, &n, &fault);
	(void)alarm(0);
	assert_int_equal(unlink(pipe) + rmdir(path), 0);
	assert_false(read);
	assert_int_equal(fault.code, FAULT_INPUT);
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
	assert_int_equal(csv.line, 2);
	assert_int_equal(csv.lines, 3);
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

/* Whoever typed a field has no row of their own in it, whatever is wrong with theirs. */
static void
csv_what_stands_in_quotes_of_a_refused_row_is_no_row(void **state)
{
	(void)state;
	static const struct {
		const char *text, *next; /* of column a, behind the refused row; NULL: none */
		int line; /* of the last row */
		const char *unread; /* NULL: one line only */
	} ROWS[] = {
		{ "a,b\n\"\xff\n3,4\n\",6\n7,8", "7", 5, "2 行目から 4 行目まで" },
		{ "a,b\n1,\"x \"\"y\"\"\n3,4\n\xff\"\n7,8", "7", 5, "2 行目から 4 行目まで" },
		{ "a,b\n\"1\"x,\"\n3,4\n\"\n7,8", "7", 5, "2 行目から 4 行目まで" },
		{ "a,b\n1\xff\"\n3,4\n", "3", 3, NULL },
		{ "a,b\n1,\"x\n3,4\n", NULL, 2, "2 行目から 3 行目まで" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct csv csv;
		struct fault fault = { 0 }, torn = { 0 };
		bool more;
		assert_true(csv_open(&csv, ROWS[i].text, strlen(ROWS[i].text), &fault));
		assert_false(csv_row(&csv, &more, &torn));
		assert_int_equal(strncmp(torn.say, "2 行目の", strlen("2 行目の")), 0);
		assert_int_equal(csv.line, 2);
		assert_int_equal(
		    strstr(torn.say, "読んでいません") != NULL, ROWS[i].unread != NULL);
		assert_non_null(strstr(torn.say, ROWS[i].unread != NULL ? ROWS[i].unread : "列"));
		assert_true(csv_row(&csv, &more, &fault));
		assert_int_equal(more, ROWS[i].next != NULL);
		if (more)
			assert_string_equal(csv_get(&csv, "a"), ROWS[i].next);
		assert_int_equal(csv.line, ROWS[i].line);
		csv_close(&csv);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_well_formed_utf8_is_valid),
		cmocka_unit_test(hex_goes_round_and_nothing_else_is_read),
		cmocka_unit_test(base64_is_the_standards),
		cmocka_unit_test(what_is_said_is_always_text),
		cmocka_unit_test(a_pipe_is_refused_at_once),
		cmocka_unit_test(the_bank_code_page_goes_round),
		cmocka_unit_test(csv_rows_keep_commas_quotes_and_lines),
		cmocka_unit_test(csv_what_stands_in_quotes_of_a_refused_row_is_no_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
