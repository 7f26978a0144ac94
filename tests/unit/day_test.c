/* base/day: every day follows the one before; texts go round. */
#include "test.h"

#include "base/day.h"

static void
every_day_of_300_years_follows_the_one_before(void **state)
{
	(void)state;
	struct day d = { 1900, 1, 1 };
	for (int64_t n = day_number(d); d.year < 2200; n++) {
		assert_int_equal(day_number(d), n);
		struct day back = day_from_number(n);
		assert_int_equal(day_cmp(back, d), 0);
		assert_true(day_exists(back));
		if (++d.mday > day_month_length(d.year, d.month)) {
			d.mday = 1;
			if (++d.month > 12) {
				d.month = 1;
				d.year++;
			}
		}
	}
}

static void
a_day_text_must_be_a_real_day(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
	} ROWS[] = { { "2024-02-29", true }, { "2026-02-29", false }, { "2026-13-01", false },
		{ "2026-00-10", false }, { "2026-1-01", false }, { "2026-01-01 ", false },
		{ "", false }, { "2026-01-0x", false }, { "0000-01-01", false } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct day d = { 1, 2, 3 };
		assert_int_equal(day_read(ROWS[i].text, &d), ROWS[i].good);
		if (!ROWS[i].good)
			assert_int_equal(d.mday, 3);
	}
}

static void
an_instant_belongs_to_its_day_in_japan(void **state)
{
	(void)state;
	static const struct {
		const char *text, *day, *print;
	} ROWS[] = {
		{ "2026-03-01T08:59:59+09:00", "2026-03-01", "2026-03-01T08:59:59+09:00" },
		{ "2026-02-28T23:59:59Z", "2026-03-01", "2026-03-01T08:59:59+09:00" },
		{ "2026-02-28T14:59:59Z", "2026-02-28", "2026-02-28T23:59:59+09:00" },
		{ "2026-02-28T15:00:00Z", "2026-03-01", "2026-03-01T00:00:00+09:00" },
		{ "1960-01-01T00:00:00-05:30", "1960-01-01", "1960-01-01T14:30:00+09:00" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct instant t;
		char day[DAY_TEXT], text[INSTANT_TEXT];
		assert_true(instant_read(ROWS[i].text, &t));
		assert_string_equal(day_print(day, instant_day(t)), ROWS[i].day);
		assert_string_equal(instant_print(text, t), ROWS[i].print);
	}
	struct instant t;
	assert_false(instant_read("2026-02-28T24:00:00Z", &t));
	assert_false(instant_read("2026-02-28T10:00:00", &t));
	assert_false(instant_read("2026-02-30T10:00:00Z", &t));
}

static void
weekdays_count_from_sunday(void **state)
{
	(void)state;
	assert_int_equal(day_weekday((struct day){ 2026, 11, 22 }), 0);
	assert_int_equal(day_weekday((struct day){ 2026, 11, 20 }), 5);
	assert_int_equal(day_weekday((struct day){ 1960, 2, 29 }), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_300_years_follows_the_one_before),
		cmocka_unit_test(a_day_text_must_be_a_real_day),
		cmocka_unit_test(an_instant_belongs_to_its_day_in_japan),
		cmocka_unit_test(weekdays_count_from_sunday),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
