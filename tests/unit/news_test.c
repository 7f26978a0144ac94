/* wire/news and wire/about: what the service says to the public site. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "folder.h"
#include "wire/about.h"
#include "wire/news.h"

static char path[TEST_PATH];

static int
fresh(void **state)
{
	(void)state;
	return close(test_file("news", path)) != 0 || unlink(path) != 0;
}

static int
gone(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

static char *
text(void)
{
	uint8_t *bytes;
	size_t n;
	struct fault fault = { 0 };
	assert_true(file_read(path, 1 << 20, &bytes, &n, &fault));
	return (char *)bytes;
}

static void
add(int64_t sec, enum news_kind kind, int64_t n)
{
	struct fault fault = { 0 };
	const struct news_item item = { { sec }, kind, n };
	assert_true(news_add_all(path, &item, 1, 0, &fault));
}

static void
a_line_goes_round(void **state)
{
	(void)state;
	struct news_line line[4];
	add(1795000000, NEWS_APPLIED, 24);
	add(1795000060, NEWS_CA, 0);
	OWN_BYTES(owned) = text();
	assert_int_equal(news_read(owned, line, 4), 2);
	assert_int_equal(line[0].at.sec, 1795000000);
	assert_string_equal(line[0].ja, "利用申込を24件受け付けました。");
	assert_string_equal(line[0].en, "Applications taken in: 24.");
	assert_string_equal(line[1].ja, "認証局の証明書を作りました。");
	assert_int_equal(news_read(owned, line, 1), 1);
	assert_int_equal(line[0].at.sec, 1795000060);
}

static void
every_kind_has_words_in_both_languages(void **state)
{
	(void)state;
	static struct news_line line[NEWS_MOST];
	for (int k = 0; k < NEWS_KINDS; k++)
		add(1795000000 + k, (enum news_kind)k, INT64_MAX);
	OWN_BYTES(owned) = text();
	assert_int_equal(news_read(owned, line, NEWS_MOST), NEWS_KINDS);
	for (int k = 0; k < NEWS_KINDS; k++) {
		assert_null(strchr(line[k].ja, '{'));
		assert_null(strchr(line[k].en, '{'));
	}
}

static void
the_oldest_lines_leave(void **state)
{
	(void)state;
	static struct news_line line[NEWS_MOST];
	for (int i = 0; i < NEWS_MOST + 5; i++)
		add(1795000000 + i, NEWS_LIST, i);
	OWN_BYTES(owned) = text();
	assert_int_equal(news_read(owned, line, NEWS_MOST), NEWS_MOST);
	assert_int_equal(line[0].at.sec, 1795000005);
}

static void
lines_that_are_no_news_are_skipped(void **state)
{
	(void)state;
	struct news_line line[4];
	static const char *const BAD[] = { "", "akashi news 2\n",
		"2026-11-20T09:00:00+09:00\tca\t0\tあ\ta\n" };
	for (size_t i = 0; i < COUNT(BAD); i++)
		assert_int_equal(news_read(BAD[i], line, 4), 0);
	assert_int_equal(news_read("akashi news 1\n"
				   "2026-11-20\tca\t0\tあ\ta\n"
				   "2026-11-20T09:00:00+09:00\tca\t0\t\xff\ta\n"
				   "2026-11-20T09:00:00+09:00\tca\t0\tあ\n"
				   "2026-11-20T09:00:00+09:00\tca\t0\tあ\ta\tb\n"
				   "2026-11-20T09:00:00+09:00\tca\t0\tあ\tb\n"
				   "2026-11-20T09:00:00+09:00\tca\t0\tあ\tc",
			     line, 4),
	    1);
	assert_string_equal(line[0].en, "b");
}

static void
who_we_are_goes_round_and_one_line_stays_one_line(void **state)
{
	(void)state;
	struct fault fault = { 0 };
	struct about about = { "あかし電子認証サービス", "Akashi", "あかし証明株式会社", "",
		"03-0000-0000" };
	struct about back;
	assert_true(about_write(path, &about, &fault));
	OWN_BYTES(owned) = text();
	about_read(owned, &back);
	assert_memory_equal(&about, &back, sizeof(about));
	about.phone[0] = '\n';
	assert_false(about_write(path, &about, &fault));
	assert_string_equal(fault.field, "phone");
	about_read("name\nnam\tx\nname\tあ\nphone", &back);
	assert_string_equal(back.name, "あ");
	assert_string_equal(back.phone, "");
}

static void
add_all(const struct news_item *item, size_t n, int64_t mark)
{
	struct fault fault = { 0 };
	int64_t now;
	assert_true(news_add_all(path, item, n, mark, &fault));
	assert_true(news_mark(path, &now, &fault));
	assert_int_equal(now, mark);
}

static void
what_counts_is_told_together_and_once(void **state)
{
	(void)state;
	struct news_line line[8];
	const struct news_item first[] = { { { 1795000000 }, NEWS_BEGUN, 1 },
		{ { 1795000060 }, NEWS_APPLIED, 1 }, { { 1795000060 }, NEWS_APPLIED, 1 } };
	const struct news_item second[] = { { { 1795000100 }, NEWS_APPLIED, 1 },
		{ { 1795000100 }, NEWS_LIST, 4 }, { { 1795000101 }, NEWS_LIST, 5 },
		{ { 1795000102 }, NEWS_APPLIED, 1 }, { { 1795000702 }, NEWS_APPLIED, 1 },
		{ { 1795001303 }, NEWS_APPLIED, 1 } };
	add_all(first, COUNT(first), 3);
	add_all(second, COUNT(second), 9);
	OWN_BYTES(owned) = text();
	assert_non_null(strstr(owned, "akashi news 1\nmark\t9\n"));
	assert_int_equal(news_read(owned, line, 8), 6);
	assert_non_null(strstr(owned, "\tbegun\t0\t"));
	assert_string_equal(line[1].en, "Applications taken in: 3.");
	assert_int_equal(line[1].at.sec, 1795000100);
	assert_string_equal(line[3].en, "Revocation list no. 5 was published.");
	assert_string_equal(line[4].en, "Applications taken in: 2."); /* ten minutes */
	assert_string_equal(line[5].en, "Applications taken in: 1."); /* and one second */
}

static void
what_counts_does_not_cross_midnight_in_japan(void **state)
{
	(void)state;
	struct news_line line[4];
	const int64_t midnight = 20820 * 86400LL - 9 * 3600;
	const struct news_item two[] = { { { midnight - 1 }, NEWS_ISSUED, 1 },
		{ { midnight }, NEWS_ISSUED, 1 } };
	add_all(two, 2, 2);
	OWN_BYTES(owned) = text();
	assert_int_equal(news_read(owned, line, 4), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_goes_round, fresh, gone),
		cmocka_unit_test_setup_teardown(
		    every_kind_has_words_in_both_languages, fresh, gone),
		cmocka_unit_test_setup_teardown(the_oldest_lines_leave, fresh, gone),
		cmocka_unit_test_setup_teardown(what_counts_is_told_together_and_once, fresh, gone),
		cmocka_unit_test_setup_teardown(
		    what_counts_does_not_cross_midnight_in_japan, fresh, gone),
		cmocka_unit_test(lines_that_are_no_news_are_skipped),
		cmocka_unit_test_setup_teardown(
		    who_we_are_goes_round_and_one_line_stays_one_line, fresh, gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
