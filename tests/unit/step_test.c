/* rules/step: the whole table as a picture, its clocks, its facts. [AGR 4(2)] [AGR 4(4)] [AGR 4(5)]
 * [AGR 4(6)] [AGR 10] [AGR 11(3)] [AGR 12(1)] */
#include "test.h"

#include "rules/step.h"

/* Rows: the state a dossier is in; columns: the events in their order; the letter: where it gets. */
static const char LETTER[] = "PCDSAIXLVREJWFM";

static void
the_table_is_this_picture(void **state)
{
	(void)state;
	static const char *const ROWS[STATES] = {
		/* C D F P A R I S D R m M R T f j w c */
		[STATE_PRINTED] = "CDF...........MJWW",
		[STATE_SCREENING] = "CD.S..........MJWW",
		[STATE_DEFICIENT] = "CD............MJWW",
		[STATE_SCREENED] = "....AC........MJWW",
		[STATE_APPROVED] = ".....CI.......MJWW",
		[STATE_ISSUED] = ".......X..R.RE....",
		[STATE_DISPATCHED] = "........LVRRRE....",
		[STATE_DOWNLOADED] = ".........VRRRE....",
		[STATE_ACTIVE] = "............RE....",
		[STATE_REVOKED] = ".....C............",
		[STATE_EXPIRED] = "..................",
		[STATE_REJECTED] = "..................",
		[STATE_WITHDRAWN] = "C.................",
		[STATE_FORM_EXPIRED] = "CD................",
		[STATE_REFUNDED] = "C.................",
	};
	for (int s = 0; s < STATES; s++) {
		char row[STEP_EVENTS + 1] = { 0 };
		for (int e = 0; e < STEP_EVENTS; e++) {
			const struct step *step = step_find((enum state)s, (enum step_event)e);
			row[e] = step == NULL ? '.' : LETTER[step->to];
		}
		assert_string_equal(row, ROWS[s]);
	}
}

static void
may_counts_from_issue_and_must_from_sending(void **state)
{
	(void)state;
	const struct day origin[ORIGINS] = {
		[FROM_ISSUE] = { 2026, 11, 20 }, [FROM_SENDING] = { 2026, 11, 24 }
	};
	static const struct {
		enum step_event on;
		struct day today;
		bool allowed;
	} ROWS[] = {
		{ STEP_LAPSE_MAY, { 2026, 12, 20 }, false },
		{ STEP_LAPSE_MAY, { 2026, 12, 21 }, true },
		{ STEP_LAPSE_MUST, { 2026, 12, 24 }, false },
		{ STEP_LAPSE_MUST, { 2026, 12, 25 }, true },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct fault fault = { 0 };
		enum state to = STATES;
		assert_int_equal(
		    step_allow(STATE_DISPATCHED, ROWS[i].on, 0, origin, ROWS[i].today, &to, &fault),
		    ROWS[i].allowed);
		assert_int_equal(to, ROWS[i].allowed ? STATE_REVOKED : STATES);
		if (!ROWS[i].allowed)
			assert_non_null(strstr(fault.say, "AGR"));
	}
}

static void
nothing_is_issued_unpaid_and_refunds_wait_three_months(void **state)
{
	(void)state;
	const struct day origin[ORIGINS] = { [FROM_FIRST_NOTICE] = { 2026, 11, 30 } };
	struct day today = { 2027, 2, 28 };
	struct fault fault = { 0 };
	enum state to = STATES;
	assert_false(step_allow(STATE_APPROVED, STEP_ISSUE, FACT_PROFILE_CHECKED | FACT_MEDIA_MADE,
	    origin, today, &to, &fault));
	assert_non_null(strstr(fault.say, "入金"));
	fault = (struct fault){ 0 };
	assert_false(
	    step_allow(STATE_DEFICIENT, STEP_REFUND, FACT_PAID, origin, today, &to, &fault));
	assert_true(step_allow(STATE_DEFICIENT, STEP_REFUND, FACT_PAID, origin,
	    (struct day){ 2027, 3, 1 }, &to, &fault));
	assert_int_equal(to, STATE_REFUNDED);
	fault = (struct fault){ 0 };
	const struct day none[ORIGINS] = { 0 };
	assert_false(step_allow(STATE_DEFICIENT, STEP_REFUND, FACT_PAID, none, today, &to, &fault));
}

/* nobody else's revoked certificate comes to life again. */
static void
only_what_was_spoiled_goes_back_from_revoked(void **state)
{
	(void)state;
	const struct day none[ORIGINS] = { 0 }, today = { 2026, 11, 24 };
	struct fault fault = { 0 };
	enum state to = STATES;
	assert_false(step_allow(STATE_REVOKED, STEP_RESUBMIT, FACT_PAID, none, today, &to, &fault));
	assert_non_null(strstr(fault.say, "R-4.96"));
	assert_int_equal(to, STATES);
	fault = (struct fault){ 0 };
	assert_true(
	    step_allow(STATE_REVOKED, STEP_RESUBMIT, FACT_SPOILED, none, today, &to, &fault));
	assert_int_equal(to, STATE_SCREENING);
}

static void
names_go_round(void **state)
{
	(void)state;
	for (int s = 0; s < STATES; s++) {
		enum state back;
		assert_true(state_read(state_name((enum state)s), &back));
		assert_int_equal(back, s);
	}
	enum state kept = STATE_ACTIVE;
	assert_false(state_read("Active", &kept));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_this_picture),
		cmocka_unit_test(may_counts_from_issue_and_must_from_sending),
		cmocka_unit_test(nothing_is_issued_unpaid_and_refunds_wait_three_months),
		cmocka_unit_test(only_what_was_spoiled_goes_back_from_revoked),
		cmocka_unit_test(names_go_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
