/* rules/running: which clocks of table K run where, from which day and until when.
 * [K-2] [K-4] [K-5] [K-6] [K-7] [K-8] [K-10] [K-11] [K-12] [K-15] [K-16] [K-19] [K-21] [K-22]
 * [R-4.24] [R-4.74] [R-4.75] [R-4.77] [R-4.91] [R-4.98] [R-4.114]
 * [R-12.3] [R-12.8] */
#include "test.h"

#include <stdlib.h>

#include "base/sink.h"
#include "rules/running.h"
#include "shipped.h"

/* Every day a clock starts from is known; what runs then hangs on the state alone. */
static const struct running_case ALL_KNOWN = { .download = true,
	.from = { [RUN_FORM] = { 2026, 10, 22 },
	    [RUN_ARRIVAL] = { 2026, 11, 9 },
	    [RUN_NOTICE] = { 2026, 11, 20 },
	    [RUN_APPROVAL] = { 2026, 11, 20 },
	    [RUN_ISSUE] = { 2026, 11, 20 },
	    [RUN_SENDING] = { 2026, 11, 24 },
	    [RUN_STAY] = { 2027, 6, 30 },
	    [RUN_END] = { 2028, 12, 19 } } };

/* "K-5=2027-02-20 ..." of the clocks that run, "!" behind those that are over. */
static const char *
told(const struct policy *p, const struct running_case *c, struct day today, char *out, size_t size)
{
	struct running at[RUNNING_MOST];
	struct sink text = { .at = (uint8_t *)out, .cap = size };
	size_t n = running_clocks(p, c, today, at);
	for (size_t i = 0; i < n; i++) {
		char last[DAY_TEXT];
		sink_print(&text, "%s%s=%s%s", i == 0 ? "" : " ", at[i].clock->code,
		    day_print(last, at[i].last), at[i].over ? "!" : "");
	}
	return sink_string(&text);
}

static void
each_state_has_its_clocks(void **state)
{
	(void)state;
	static const struct {
		enum state state;
		enum running_from unknown[3]; /* RUN_FROMS: nothing more */
		bool paid;
		const char *clocks;
	} ROWS[] = {
		{ STATE_PRINTED, { RUN_ARRIVAL, RUN_FROMS }, false, "K-2=2027-10-22" },
		{ STATE_PRINTED, { RUN_FROMS }, false, "" },
		{ STATE_SCREENING, { RUN_NOTICE, RUN_FROMS }, false, "K-4=2026-11-24" },
		{ STATE_SCREENING, { RUN_ISSUE, RUN_FROMS }, false, "K-5=2027-02-20" },
		{ STATE_DEFICIENT, { RUN_ISSUE, RUN_FROMS }, false,
		    "K-5=2027-02-20 K-6=2026-12-04" },
		{ STATE_APPROVED, { RUN_ISSUE, RUN_NOTICE, RUN_FROMS }, false,
		    "K-7=2026-11-27 K-8=2026-11-26" },
		{ STATE_APPROVED, { RUN_ISSUE, RUN_NOTICE, RUN_FROMS }, true, "K-8=2026-11-26" },
		{ STATE_ISSUED, { RUN_STAY, RUN_END, RUN_FROMS }, true,
		    "K-10=2026-12-20 K-12=2026-12-20 K-21=2031-11-20" },
		{ STATE_DISPATCHED, { RUN_STAY, RUN_END, RUN_FROMS }, true,
		    "K-10=2026-12-20 K-11=2026-12-08 K-12=2026-12-20 K-22=2026-12-24 "
		    "K-21=2031-11-20" },
		{ STATE_ACTIVE, { RUN_FROMS }, true,
		    "K-15=2027-03-31 K-16=2028-09-19 K-21=2031-11-20" },
		{ STATE_ACTIVE, { RUN_STAY, RUN_END, RUN_FROMS }, true, "K-21=2031-11-20" },
		{ STATE_REVOKED, { RUN_FROMS }, true, "K-19=2038-12-19" },
		{ STATE_EXPIRED, { RUN_END, RUN_FROMS }, true, "" },
		{ STATE_REFUNDED, { RUN_FROMS }, true, "" },
		{ STATE_FORM_EXPIRED, { RUN_FROMS }, false, "" },
	};
	struct policy p;
	char text[512];
	shipped(&p);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct running_case c = ALL_KNOWN;
		c.state = ROWS[i].state;
		c.paid = ROWS[i].paid;
		for (size_t k = 0; k < 3 && ROWS[i].unknown[k] != RUN_FROMS; k++)
			c.from[ROWS[i].unknown[k]] = (struct day){ 0 };
		assert_string_equal(
		    told(&p, &c, (struct day){ 2026, 11, 20 }, text, sizeof(text)), ROWS[i].clocks);
	}
	policy_free(&p);
}

static void
of_reminders_the_next_is_told_and_past_the_last_that_it_is_over(void **state)
{
	(void)state;
	static const struct {
		struct day today;
		const char *clocks;
	} ROWS[] = {
		{ { 2026, 12, 4 }, "K-5=2027-02-20 K-6=2026-12-04" },
		{ { 2026, 12, 5 }, "K-5=2027-02-20 K-6=2026-12-20" },
		{ { 2027, 1, 19 }, "K-5=2027-02-20 K-6=2027-01-19" },
		{ { 2027, 1, 20 }, "K-5=2027-02-20 K-6=2027-01-19!" },
		{ { 2027, 2, 21 }, "K-5=2027-02-20! K-6=2027-01-19!" },
	};
	struct policy p;
	char text[512];
	shipped(&p);
	struct running_case c = { .state = STATE_DEFICIENT };
	c.from[RUN_NOTICE] = (struct day){ 2026, 11, 20 };
	for (size_t i = 0; i < COUNT(ROWS); i++)
		assert_string_equal(
		    told(&p, &c, ROWS[i].today, text, sizeof(text)), ROWS[i].clocks);
	policy_free(&p);
}

static void
a_day_beyond_the_holiday_table_is_not_guessed(void **state)
{
	(void)state;
	struct policy p;
	struct running at[RUNNING_MOST];
	shipped(&p);
	struct running_case c = { .state = STATE_SCREENING };
	c.from[RUN_ARRIVAL] = day_plus(p.holidays_until, -3);
	assert_int_equal(running_clocks(&p, &c, c.from[RUN_ARRIVAL], at), 1);
	assert_int_equal(at[0].last.year, 0);
	assert_false(at[0].over);
	policy_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_has_its_clocks),
		cmocka_unit_test(of_reminders_the_next_is_told_and_past_the_last_that_it_is_over),
		cmocka_unit_test(a_day_beyond_the_holiday_table_is_not_guessed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
