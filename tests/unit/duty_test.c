/* act/duty and act/news: what the clock asks for, what an event is to the public. */
#include "test.h"

#include "act/duty.h"
#include "act/news.h"

static void
a_list_is_due_when_a_quarter_of_its_period_has_passed(void **state)
{
	(void)state;
	struct clock k17 = { .code = "K-17", .figures = { 24, 96 }, .figure_count = 2 };
	struct policy p = { .clocks = &k17, .clock_count = 1 };
	const struct instant last = { 1795132800 };
	static const struct {
		int64_t after;
		bool due;
	} ROWS[] = { { 0, false }, { 6 * 3600 - 1, false }, { 6 * 3600, true }, { 96 * 3600, true },
		{ -1, false } };
	for (size_t i = 0; i < COUNT(ROWS); i++)
		assert_int_equal(
		    duty_list_due(&p, last, (struct instant){ last.sec + ROWS[i].after }),
		    ROWS[i].due);
	k17.figures[0] = 4;
	assert_true(duty_list_due(&p, last, (struct instant){ last.sec + 3600 }));
	p.clock_count = 0;
	assert_false(duty_list_due(&p, last, (struct instant){ last.sec + 999999 }));
}

static void
an_event_is_told_by_its_row_or_not_at_all(void **state)
{
	(void)state;
	static const struct {
		const char *kind, *detail;
		enum news_kind news; /* NEWS_KINDS: nothing is told */
		int64_t n;
	} ROWS[] = {
		{ "list-published", "number=42 entries=3", NEWS_LIST, 42 },
		{ "charter-in-force", "number=2", NEWS_CHARTER, 2 },
		{ "issued", "serial=00ff edition=1", NEWS_ISSUED, 1 },
		{ "revoked", "serial=00ff ground=11-3 line=9", NEWS_LAPSED, 1 },
		{ "revoked", "serial=00ff ground=10-1-2 line=9", NEWS_REVOKED, 1 },
		{ "revoked", "serial=00ff ground=11-10 line=9", NEWS_REVOKED, 1 },
		{ "screened-deficient", "", NEWS_DEFICIENT, 1 },
		{ "charter-signed", "signatures=1 quorum=2", NEWS_KINDS, 0 },
		{ "revocation-requested", "serial=00ff", NEWS_KINDS, 0 },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct event_row e = { .at = 7 };
		struct news_item item = { .kind = NEWS_KINDS };
		(void)snprintf(e.kind, sizeof(e.kind), "%s", ROWS[i].kind);
		(void)snprintf(e.detail, sizeof(e.detail), "%s", ROWS[i].detail);
		assert_int_equal(news_of_event(&e, &item), ROWS[i].news != NEWS_KINDS);
		assert_int_equal(item.kind, ROWS[i].news);
		assert_int_equal(item.n, ROWS[i].n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_due_when_a_quarter_of_its_period_has_passed),
		cmocka_unit_test(an_event_is_told_by_its_row_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
