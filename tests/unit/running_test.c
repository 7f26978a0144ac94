/* rules/running: which clocks of table K run where, from which day and until when.
 * [K-1] [K-2] [K-3] [K-4] [K-5] [K-6] [K-7] [K-8] [K-10] [K-11] [K-12] [K-15] [K-16] [K-19] [K-21] [K-22]
 * [R-4.24] [R-4.74] [R-4.75] [R-4.77] [R-4.91] [R-4.98] [R-4.114]
 * [R-12.3] [R-12.8] */
#include "test.h"

#include <stdlib.h>

#include "base/sink.h"
#include "rules/running.h"
#include "shipped.h"

/* Every day a clock starts from is known; what runs then hangs on the state alone. */
static const struct running_case ALL_KNOWN = {
	.is = { [IF_ANY] = true, [IF_DOWNLOAD] = true, [IF_CURRENT] = true, [IF_FREE] = true },
	.from = { [RUN_FORM] = { 2026, 10, 22 },
	    [RUN_ARRIVAL] = { 2026, 11, 9 },
	    [RUN_NOTICE] = { 2026, 11, 20 },
	    [RUN_DEFICIENCY] = { 2026, 11, 20 },
	    [RUN_APPROVAL] = { 2026, 11, 20 },
	    [RUN_UNPAID] = { 2026, 11, 20 },
	    [RUN_ISSUE] = { 2026, 11, 20 },
	    [RUN_SENDING] = { 2026, 11, 24 },
	    [RUN_SENT] = { 2026, 11, 24 },
	    [RUN_MAY] = { 2026, 11, 20 },
	    [RUN_STAY] = { 2027, 6, 30 },
	    [RUN_END] = { 2028, 12, 19 } }
};

/* "K-5=2027-02-20 ..." of the clocks that run, "!" behind those that are over. */
static const char *
told(const struct policy *p, const struct running_case *c, struct day today, char *out, size_t size)
{
	struct running at[RUNNING_MOST];
	struct sink text = { .at = (uint8_t *)out, .cap = size };
	size_t n = running_clocks(p, p, c, today, at);
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
		{ STATE_APPROVED, { RUN_ISSUE, RUN_FROMS }, false,
		    "K-5=2027-02-20 K-7=2026-11-27 K-8=2026-11-26" },
		/* again, after an edition that was spoiled */
		{ STATE_APPROVED, { RUN_FROMS }, false, "K-7=2026-11-27 K-8=2026-11-26" },
		{ STATE_ISSUED, { RUN_STAY, RUN_END, RUN_FROMS }, true,
		    "K-10=2026-12-20 K-12=2026-12-20 K-21=2031-11-19" },
		{ STATE_DISPATCHED, { RUN_STAY, RUN_END, RUN_FROMS }, true,
		    "K-9=2026-12-04 K-10=2026-12-20 K-11=2026-12-08 K-11r=2026-12-01 "
		    "K-12=2026-12-20 K-22=2026-12-24 K-21=2031-11-19" },
		{ STATE_ACTIVE, { RUN_FROMS }, true,
		    "K-15=2027-04-01 K-16=2028-09-20 K-21=2031-11-19" },
		{ STATE_ACTIVE, { RUN_STAY, RUN_END, RUN_FROMS }, true, "K-21=2031-11-19" },
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
		c.is[IF_PAID] = ROWS[i].paid;
		c.is[IF_UNPAID] = !ROWS[i].paid;
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
	struct running_case c = { .state = STATE_DEFICIENT, .is = { [IF_ANY] = true } };
	c.from[RUN_DEFICIENCY] = (struct day){ 2026, 11, 20 };
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
	struct running_case c = { .state = STATE_SCREENING, .is = { [IF_ANY] = true } };
	c.from[RUN_ARRIVAL] = day_plus(p.holidays_until, -3);
	assert_int_equal(running_clocks(&p, &p, &c, c.from[RUN_ARRIVAL], at), 1);
	assert_int_equal(at[0].last.year, 0);
	assert_false(at[0].over);
	policy_free(&p);
}

/* "WORD:FIGURE=DAY ..." of one clock, "end" for what is done at its end. */
static const char *
owes(
    const struct policy *p, const struct running_case *c, const char *clock, char *out, size_t size)
{
	struct owed at[OWED_MOST];
	struct sink text = { .at = (uint8_t *)out, .cap = size };
	size_t n = running_owed(p, p, c, at), told = 0;
	for (size_t i = 0; i < n; i++) {
		char day[DAY_TEXT], figure[24] = "end";
		if (strcmp(at[i].act->clock, clock) != 0)
			continue;
		if (at[i].figure >= 0)
			(void)snprintf(figure, sizeof(figure), "%d", at[i].figure);
		sink_print(&text, "%s%s:%s=%s", told++ == 0 ? "" : " ", at[i].act->word, figure,
		    day_print(day, at[i].day));
	}
	return told == 0 ? "" : sink_string(&text);
}

/* Requirements 0.1, WEND and DAYS, as the acts come by them: forwards, backwards, over month ends,
 * leap days and the New Year closure. [K-9] [K-13] [K-14] [K-17] [K-18] [K-20]
 * [R-4.100] [R-4.114] [R-4.116] [R-4.118] [R-5.1] [R-5.7]
 * [R-10.13] [R-12.8] */
static void
every_vector_comes_out_as_the_day_of_an_act(void **state)
{
	(void)state;
	static const struct {
		enum state state;
		enum running_from from;
		struct day start;
		const char *clock, *owed;
	} ROWS[] = {
		{ STATE_PRINTED, RUN_FORM, { 2025, 6, 12 }, "K-2", "form-expired:end=2026-06-13" },
		{ STATE_PRINTED, RUN_FORM, { 2024, 2, 29 }, "K-2", "form-expired:end=2025-03-01" },
		{ STATE_PRINTED, RUN_FORM, { 2024, 2, 28 }, "K-2", "form-expired:end=2025-03-01" },
		{ STATE_PRINTED, RUN_FORM, { 2027, 2, 28 }, "K-2", "form-expired:end=2028-03-01" },
		{ STATE_DEFICIENT, RUN_NOTICE, { 2026, 11, 29 }, "K-5", "refund:end=2027-03-01" },
		{ STATE_DEFICIENT, RUN_NOTICE, { 2026, 11, 30 }, "K-5", "refund:end=2027-03-01" },
		{ STATE_DEFICIENT, RUN_NOTICE, { 2026, 2, 28 }, "K-5", "refund:end=2026-06-01" },
		{ STATE_SCREENING, RUN_NOTICE, { 2026, 5, 31 }, "K-5",
		    "refund-decide:end=2026-09-01" },
		{ STATE_DEFICIENT, RUN_REFUND, { 2027, 2, 28 }, "K-5r",
		    "refund-reminder:30=2027-01-29 refund-reminder:14=2027-02-14 "
		    "refund-reminder:3=2027-02-25" },
		{ STATE_DEFICIENT, RUN_DEFICIENCY, { 2026, 12, 31 }, "K-6",
		    "deficiency-reminder:14=2027-01-14 deficiency-reminder:30=2027-01-30 "
		    "deficiency-reminder:60=2027-03-01" },
		{ STATE_APPROVED, RUN_APPROVAL, { 2026, 12, 25 }, "K-8",
		    "approval-lapsed:end=2026-12-31" },
		{ STATE_SCREENING, RUN_ARRIVAL, { 2026, 12, 25 }, "K-4",
		    "first-answer:end=2027-01-13" },
		{ STATE_DISPATCHED, RUN_SENT, { 2026, 11, 20 }, "K-11", "chase:end=2026-12-05" },
		{ STATE_DISPATCHED, RUN_SENT, { 2026, 11, 24 }, "K-11", "chase:end=2026-12-09" },
		{ STATE_DOWNLOADED, RUN_SENT, { 2026, 12, 15 }, "K-11", "chase:end=2026-12-30" },
		{ STATE_DISPATCHED, RUN_MAY, { 2026, 11, 20 }, "K-12",
		    "may-revoke:end=2026-12-21" },
		{ STATE_DISPATCHED, RUN_SENDING, { 2026, 11, 20 }, "K-22",
		    "must-revoke:end=2026-12-21" },
		{ STATE_DISPATCHED, RUN_SENDING, { 2026, 11, 24 }, "K-22",
		    "must-revoke:end=2026-12-25" },
		{ STATE_ISSUED, RUN_MAY, { 2026, 12, 15 }, "K-12", "may-revoke:end=2027-01-15" },
		{ STATE_DISPATCHED, RUN_SENDING, { 2026, 12, 15 }, "K-22",
		    "must-revoke:end=2027-01-15" },
		{ STATE_DISPATCHED, RUN_SENDING, { 2028, 2, 15 }, "K-11r",
		    "receipt-reminder:7=2028-02-22 receipt-reminder:14=2028-02-29 "
		    "receipt-reminder:21=2028-03-07 receipt-reminder:25=2028-03-11 "
		    "receipt-reminder:28=2028-03-14 receipt-reminder:30=2028-03-16" },
		{ STATE_DISPATCHED, RUN_SENT, { 2026, 11, 24 }, "K-9", "pick-up:end=2026-12-05" },
		{ STATE_ISSUED, RUN_ISSUE, { 2026, 11, 20 }, "K-10", "window-over:end=2026-12-21" },
		{ STATE_REVOKED, RUN_FAX, { 2026, 12, 24 }, "K-13",
		    "fax-reminder:7=2026-12-31 fax-reminder:14=2027-01-07 "
		    "fax-reminder:30=2027-01-23 "
		    "paper-missing:end=2027-01-24" },
		{ STATE_ACTIVE, RUN_REGISTERED, { 2026, 12, 25 }, "K-14",
		    "grace-over:end=2027-01-05" },
		{ STATE_ACTIVE, RUN_CHANGE, { 2026, 11, 20 }, "K-14a",
		    "grace-long:end=2027-01-20" },
		{ STATE_ACTIVE, RUN_CHANGE, { 2026, 11, 20 }, "K-14e",
		    "grace-escalated:end=2027-02-19" },
		{ STATE_ACTIVE, RUN_STAY, { 2027, 6, 30 }, "K-15",
		    "stay-reminder:90=2027-04-01 stay-reminder:30=2027-05-31 "
		    "stay-reminder:7=2027-06-23 stay-reminder:0=2027-06-30 "
		    "stay-over:end=2027-07-01" },
		{ STATE_ACTIVE, RUN_END, { 2026, 6, 9 }, "K-16",
		    "expiry-notice:90=2026-03-11 expiry-notice:60=2026-04-10 "
		    "expiry-notice:35=2026-05-05 expiry-notice:30=2026-05-10 "
		    "expiry-notice:14=2026-05-26 expiry-notice:7=2026-06-02 "
		    "expiry-notice:1=2026-06-08 expiry-notice:0=2026-06-09 "
		    "expired:end=2026-06-10" },
		{ STATES, RUN_LIST, { 2026, 12, 31 }, "K-17", "list:24=2027-01-01" },
		{ STATES, RUN_LIST, { 2026, 12, 31 }, "K-17a", "list-old:end=2027-01-03" },
		/* the day before abolition on 2027-03-31, 2027-04-01 and 2028-03-31 */
		{ STATE_ACTIVE, RUN_ABOLITION, { 2027, 3, 30 }, "K-18",
		    "abolition-notice:90=2026-12-30 abolition-unproven:end=2026-12-31" },
		{ STATE_ACTIVE, RUN_ABOLITION, { 2027, 3, 31 }, "K-18",
		    "abolition-notice:90=2026-12-31 abolition-unproven:end=2027-01-01" },
		{ STATE_ACTIVE, RUN_ABOLITION, { 2028, 3, 30 }, "K-18",
		    "abolition-notice:90=2027-12-31 abolition-unproven:end=2028-01-01" },
		{ STATE_EXPIRED, RUN_END, { 2026, 6, 9 }, "K-19", "destroy:end=2036-06-10" },
		{ STATE_REVOKED, RUN_END, { 2028, 2, 29 }, "K-19", "destroy:end=2038-03-01" },
		{ STATE_REFUNDED, RUN_ENDED, { 2027, 3, 1 }, "K-19", "destroy:end=2037-03-02" },
		{ STATES, RUN_ACCREDITED, { 2026, 4, 1 }, "K-20",
		    "destroy-facility:end=2031-04-02" },
		{ STATE_REFUNDED, RUN_ENDED, { 2027, 3, 1 }, "K-5", "refund-pay:end=2027-03-01" },
		{ STATE_APPROVED, RUN_UNPAID, { 2026, 11, 24 }, "K-7",
		    "payment-reminder:7=2026-12-01 payment-reminder:14=2026-12-08 "
		    "payment-reminder:30=2026-12-24" },
		{ STATE_ACTIVE, RUN_UNDONE, { 2026, 11, 24 }, "K-7", "debt:end=2026-11-24" },
		{ STATE_APPROVED, RUN_UNDONE, { 2026, 11, 24 }, "K-7", "" },
		{ STATE_ACTIVE, RUN_ISSUE, { 2026, 1, 31 }, "K-21", "" },
	};
	struct policy p;
	char text[1024];
	shipped(&p);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct running_case c = { .state = ROWS[i].state };
		for (int k = 0; k < IFS; k++)
			c.is[k] = k != IF_PAID;
		c.from[ROWS[i].from] = ROWS[i].start;
		assert_string_equal(owes(&p, &c, ROWS[i].clock, text, sizeof(text)), ROWS[i].owed);
	}
	policy_free(&p);
}

/* the first day is counted. */
static void
the_right_to_renew_online_ends_on_the_eve(void **state)
{
	(void)state;
	struct policy p;
	struct running at[RUNNING_MOST];
	shipped(&p);
	struct running_case c = { .state = STATE_ACTIVE, .is = { [IF_ANY] = true } };
	c.from[RUN_ISSUE] = (struct day){ 2026, 1, 31 };
	assert_int_equal(running_clocks(&p, &p, &c, c.from[RUN_ISSUE], at), 1);
	assert_int_equal(day_cmp(at[0].last, (struct day){ 2031, 1, 30 }), 0);
	policy_free(&p);
}

/* what could not be known in time is not caught up, a notice that must go is. */
static void
an_extension_moves_the_end_and_late_knowledge_no_reminder(void **state)
{
	(void)state;
	struct policy p;
	char text[1024];
	shipped(&p);
	struct running_case c = { .state = STATE_DISPATCHED, .is = { [IF_ANY] = true } };
	c.from[RUN_SENDING] = c.from[RUN_MAY] = (struct day){ 2026, 11, 20 };
	(void)snprintf(c.more[c.mores].clock, CLOCK_CODE, "K-12");
	c.more[c.mores++].days = 10;
	assert_string_equal(owes(&p, &c, "K-12", text, sizeof(text)), "may-revoke:end=2026-12-31");
	assert_string_equal(owes(&p, &c, "K-22", text, sizeof(text)), "must-revoke:end=2026-12-21");
	c.state = STATE_ACTIVE;
	c.from[RUN_STAY] = (struct day){ 2027, 6, 30 };
	c.known[RUN_STAY] = (struct day){ 2027, 6, 10 };
	assert_string_equal(owes(&p, &c, "K-15", text, sizeof(text)),
	    "stay-reminder:7=2027-06-23 stay-reminder:0=2027-06-30 stay-over:end=2027-07-01");
	c.from[RUN_ABOLITION] = (struct day){ 2027, 3, 30 };
	c.known[RUN_ABOLITION] = (struct day){ 2027, 3, 1 }; /* issued 30 days before */
	assert_string_equal(
	    owes(&p, &c, "K-18", text, sizeof(text)), "abolition-notice:90=2027-03-01");
	policy_free(&p);
}

/* A row of table K without an act says so here: K-1 (the store has no drafts), K-3 (judged when a
 * paper arrives), K-21 (only shown). */
static void
every_clock_of_table_k_has_its_row_and_all_but_three_act(void **state)
{
	(void)state;
	char silent[64];
	struct sink text = SINK_INTO(silent);
	for (int k = 1; k <= 22; k++) {
		char code[8];
		bool row = false, acts = false;
		(void)snprintf(code, sizeof(code), "K-%d", k);
		for (size_t i = 0; i < CLOCK_ACT_COUNT; i++) {
			if (strcmp(CLOCK_ACTS[i].clock, code) != 0)
				continue;
			row = true;
			acts = acts || CLOCK_ACTS[i].deed != DEED_NONE;
		}
		assert_true(row);
		if (!acts)
			sink_print(&text, "%s ", code);
	}
	assert_string_equal(sink_string(&text), "K-1 K-3 K-21 ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_has_its_clocks),
		cmocka_unit_test(of_reminders_the_next_is_told_and_past_the_last_that_it_is_over),
		cmocka_unit_test(every_vector_comes_out_as_the_day_of_an_act),
		cmocka_unit_test(the_right_to_renew_online_ends_on_the_eve),
		cmocka_unit_test(an_extension_moves_the_end_and_late_knowledge_no_reminder),
		cmocka_unit_test(every_clock_of_table_k_has_its_row_and_all_but_three_act),
		cmocka_unit_test(a_day_beyond_the_holiday_table_is_not_guessed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
