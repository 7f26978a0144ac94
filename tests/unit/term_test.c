/* rules/term: the vectors of the requirements (0.1) and their properties. [AGR 12(1)] [CIVIL 140]
 * [CIVIL 143(2)] */
#include "test.h"

#include <stdlib.h>
#include <time.h>

#include "rules/term.h"

static struct day
day(const char *s)
{
	struct day d;
	assert_true(day_read(s, &d));
	return d;
}

static void
validity_ends_as_the_agreement_prints_it(void **state)
{
	(void)state;
	static const struct {
		const char *issue, *two, *clamp2, *three, *clamp3;
	} ROWS[] = {
		{ "2024-05-10", "2026-06-09", "2026-06-09", "2027-06-09", "2027-06-09" },
		{ "2024-01-31", "2026-02-28", "2026-02-27", "2027-02-28", "2027-02-27" },
		{ "2026-01-01", "2028-01-31", "2028-01-31", "2029-01-31", "2029-01-31" },
		{ "2026-01-28", "2028-02-27", "2028-02-27", "2029-02-27", "2029-02-27" },
		{ "2026-01-29", "2028-02-28", "2028-02-28", "2029-02-28", "2029-02-27" },
		{ "2026-01-30", "2028-02-29", "2028-02-28", "2029-02-28", "2029-02-27" },
		{ "2026-01-31", "2028-02-29", "2028-02-28", "2029-02-28", "2029-02-27" },
		{ "2027-01-29", "2029-02-28", "2029-02-27", "2030-02-28", "2030-02-27" },
		{ "2027-01-30", "2029-02-28", "2029-02-27", "2030-02-28", "2030-02-27" },
		{ "2027-01-31", "2029-02-28", "2029-02-27", "2030-02-28", "2030-02-27" },
		{ "2028-02-29", "2030-03-28", "2030-03-28", "2031-03-28", "2031-03-28" },
		{ "2026-03-31", "2028-04-30", "2028-04-29", "2029-04-30", "2029-04-29" },
		{ "2026-05-31", "2028-06-30", "2028-06-29", "2029-06-30", "2029-06-29" },
		{ "2026-08-31", "2028-09-30", "2028-09-29", "2029-09-30", "2029-09-29" },
		{ "2026-10-31", "2028-11-30", "2028-11-29", "2029-11-30", "2029-11-29" },
		{ "2026-11-30", "2028-12-29", "2028-12-29", "2029-12-29", "2029-12-29" },
		{ "2026-12-31", "2029-01-30", "2029-01-30", "2030-01-30", "2030-01-30" },
		{ "2047-12-01", "2049-12-31", "2049-12-31", "2050-12-31", "2050-12-31" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const char *want[] = { ROWS[i].two, ROWS[i].clamp2, ROWS[i].three, ROWS[i].clamp3 };
		for (int k = 0; k < 4; k++) {
			char got[DAY_TEXT];
			struct day end = term_last_day(day(ROWS[i].issue), term_months(2 + k / 2),
			    k % 2 == 0 ? VEND_CIVIL143 : VEND_CLAMP);
			assert_string_equal(day_print(got, end), want[k]);
		}
	}
}

static void
windows_do_not_count_their_first_day(void **state)
{
	(void)state;
	static const struct {
		const char *from;
		int months;
		const char *last;
	} ROWS[] = {
		{ "2026-08-22", 3, "2026-11-22" },
		{ "2025-11-27", 3, "2026-02-27" },
		{ "2025-11-28", 3, "2026-02-28" },
		{ "2025-11-29", 3, "2026-02-28" },
		{ "2025-11-30", 3, "2026-02-28" },
		{ "2027-11-29", 3, "2028-02-29" },
		{ "2027-11-30", 3, "2028-02-29" },
		{ "2026-02-28", 3, "2026-05-31" },
		{ "2026-05-31", 3, "2026-08-31" },
		{ "2025-06-12", 12, "2026-06-12" },
		{ "2024-02-29", 12, "2025-02-28" },
		{ "2024-02-28", 12, "2025-02-28" },
		{ "2027-02-28", 12, "2028-02-29" },
		{ "2021-11-22", 60, "2026-11-22" },
		{ "2026-11-29", 3, "2027-02-28" },
		{ "2026-11-30", 3, "2027-02-28" },
		{ "2026-06-09", 120, "2036-06-09" },
		{ "2028-02-29", 120, "2038-02-28" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char got[DAY_TEXT];
		day_print(got, window_last_day(day(ROWS[i].from), ROWS[i].months));
		assert_string_equal(got, ROWS[i].last);
	}
}

static void
days_forwards_and_backwards(void **state)
{
	(void)state;
	char got[DAY_TEXT];
	assert_string_equal(day_print(got, days_last_day(day("2026-11-20"), 14)), "2026-12-04");
	assert_string_equal(day_print(got, days_last_day(day("2026-11-20"), 30)), "2026-12-20");
	assert_string_equal(day_print(got, days_last_day(day("2026-12-15"), 30)), "2027-01-14");
	/* An end at 24:00 of day e counts as e + 1. */
	assert_string_equal(
	    day_print(got, days_before(day_plus(day("2026-06-09"), 1), 30)), "2026-05-10");
	assert_string_equal(day_print(got, days_before(day("2027-03-31"), 90)), "2026-12-30");
	assert_string_equal(day_print(got, days_before(day("2027-04-01"), 90)), "2026-12-31");
	assert_string_equal(day_print(got, days_before(day("2028-03-31"), 90)), "2027-12-31");
}

static void
every_issue_day_to_2060_is_monotonic_and_the_readings_differ_on_250(void **state)
{
	(void)state;
	for (int years = 2; years <= 3; years++) {
		int differ = 0, days = 0;
		struct day last = { 2000, 1, 1 };
		for (struct day d = { 2024, 1, 1 }; d.year <= 2060; d = day_plus(d, 1), days++) {
			struct day end = term_last_day(d, term_months(years), VEND_CIVIL143);
			struct day clamp = term_last_day(d, term_months(years), VEND_CLAMP);
			assert_true(day_cmp(end, last) >= 0);
			assert_true(day_number(end) - day_number(clamp) <= 1);
			assert_true(day_cmp(clamp, end) <= 0);
			differ += day_cmp(end, clamp) != 0;
			last = end;
			assert_true(day_cmp(window_last_day(d, 3),
					window_last_day(day_plus(d, 1), 3)) <= 0);
		}
		assert_int_equal(days, 13515);
		assert_int_equal(differ, 250);
	}
}

/* G5: ten years of days, six instants around both midnights, three time zones. */
static void
the_hour_and_the_time_zone_of_the_machine_change_nothing(void **state)
{
	(void)state;
	static const char *const ZONES[] = { "UTC", "Asia/Tokyo", "America/New_York" };
	static const int SECONDS[] = { 0, 1, 8 * 3600 + 3599, 9 * 3600, 9 * 3600 + 1, 86399 };
	for (size_t z = 0; z < COUNT(ZONES); z++) {
		assert_int_equal(setenv("TZ", ZONES[z], 1), 0);
		tzset();
		for (struct day d = { 2024, 1, 1 }; d.year < 2034; d = day_plus(d, 1)) {
			for (int years = 2; years <= 3; years++) {
				struct day end = term_last_day(d, years * 12 + 1, VEND_CIVIL143);
				for (size_t s = 0; s < COUNT(SECONDS); s++) {
					struct instant t = { day_start(d).sec + SECONDS[s] };
					struct instant e = term_end(t, years, VEND_CIVIL143);
					assert_int_equal(e.sec, day_start(end).sec + 86399);
					assert_int_equal(e.sec % 86400, 14 * 3600 + 59 * 60 + 59);
				}
			}
		}
	}
}

static void
a_reading_has_a_name_and_nothing_else_has(void **state)
{
	(void)state;
	enum vend_rule rule = VEND_CIVIL143;
	assert_true(vend_rule_read("clamp", &rule));
	assert_int_equal(rule, VEND_CLAMP);
	assert_false(vend_rule_read("Clamp", &rule));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(validity_ends_as_the_agreement_prints_it),
		cmocka_unit_test(windows_do_not_count_their_first_day),
		cmocka_unit_test(days_forwards_and_backwards),
		cmocka_unit_test(
		    every_issue_day_to_2060_is_monotonic_and_the_readings_differ_on_250),
		cmocka_unit_test(the_hour_and_the_time_zone_of_the_machine_change_nothing),
		cmocka_unit_test(a_reading_has_a_name_and_nothing_else_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
