#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A calendar of its own: days since 0000-03-01, by years that begin in March. */
static long
number_of(int y, int m, int d)
{
	static const int BEFORE[] = { 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275 };
	long year = m < 3 ? y - 1 : y;
	return 365 * year + year / 4 - year / 100 + year / 400 + BEFORE[m - 1] + d;
}

static int
month_length(int y, int m)
{
	return (int)(m == 12 ? 31 : number_of(y, m + 1, 1) - number_of(y, m, 1));
}

struct date {
	int y, m, d;
};

static struct date
date_of(long n)
{
	struct date at = { (int)(n / 366) - 1, 12, 31 };
	while (number_of(at.y + 1, 1, 1) <= n)
		at.y++;
	for (at.m = 12; number_of(at.y, at.m, 1) > n; at.m--)
		continue;
	at.d = (int)(n - number_of(at.y, at.m, 1)) + 1;
	return at;
}

/* 0: not known. */
static long
read_day(const char *text)
{
	int y, m, d;
	return text == NULL || sscanf(text, "%d-%d-%d", &y, &m, &d) != 3 ? 0 : number_of(y, m, d);
}

/*
 * The first day after "within n months": the first day is not counted, so the period begins on the
 * next; it ends with the eve of the day of that number, or with the month that has none.
 */
static long
after_months(long from, int months)
{
	struct date b = date_of(from + 1);
	int y = b.y + (b.m - 1 + months) / 12, m = (b.m - 1 + months) % 12 + 1;
	if (b.d > month_length(y, m))
		return number_of(y, m, month_length(y, m)) + 1;
	return number_of(y, m, b.d);
}

/* Public holidays by law, and the days the office of this test is closed at New Year. */
static bool
closed(long n)
{
	static const char *const DAYS[] = { "2026-09-21", "2026-09-22", "2026-09-23", "2026-10-12",
		"2026-11-03", "2026-11-23", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01",
		"2027-01-02", "2027-01-03", "2027-01-11", "2027-02-11", "2027-02-23", "2027-03-22",
		"2027-04-29", "2027-05-03", "2027-05-04", "2027-05-05", "2027-07-19", "2027-08-11",
		"2027-09-20", "2027-09-23", "2027-10-11" };
	long weekday = (n - number_of(2026, 11, 22)) % 7; /* a Sunday */
	weekday = weekday < 0 ? weekday + 7 : weekday;
	if (weekday == 0 || weekday == 6)
		return true;
	for (size_t i = 0; i < sizeof(DAYS) / sizeof(DAYS[0]); i++)
		if (read_day(DAYS[i]) == n)
			return true;
	return false;
}

static long
after_business_days(long from, int count)
{
	while (count > 0)
		count -= !closed(++from);
	return from + 1;
}

struct asking {
	long until;
	oracle_tell *tell;
	void *context;
};

static void
act(const struct asking *a, long day, const char *clock, const char *word, int figure)
{
	char text[32];
	struct date d = date_of(day);
	if (day > a->until)
		return;
	(void)snprintf(text, sizeof(text), "%04d-%02d-%02d", d.y, d.m, d.d);
	a->tell(a->context, text, clock, word, figure);
}

static void
each(const struct asking *a, long from, const int *days, int n, const char *clock, const char *word)
{
	for (int i = 0; i < n; i++)
		act(a, from + days[i], clock, word, days[i]);
}

static bool
is(const struct oracle_case *c, const char *state)
{
	return strcmp(c->state, state) == 0;
}

/* */
static void
before_issue(const struct asking *a, const struct oracle_case *c)
{
	static const int DEFICIENT[] = { 14, 30, 60 }, UNPAID[] = { 7, 14, 30 };
	static const int BACK[] = { 30, 14, 3 };
	long form = read_day(c->form), arrival = read_day(c->arrival), notice = read_day(c->notice);
	if (is(c, "printed") && arrival == 0) {
		act(a, after_months(form, 12), "K-2", "form-expired", -1);
		if (c->received)
			act(a, after_months(form, 12), "K-5", "refund-pay", -1);
	}
	if (is(c, "in_screening") && notice == 0)
		act(a, after_business_days(arrival, 10), "K-4", "first-answer", -1);
	if (is(c, "approved"))
		act(a, after_business_days(read_day(c->approval), 3), "K-8", "approval-lapsed", -1);
	if (is(c, "approved") && !c->paid)
		each(a, read_day(c->approval), UNPAID, 3, "K-7", "payment-reminder");
	if (is(c, "deficient"))
		each(a, read_day(c->deficiency), DEFICIENT, 3, "K-6", "deficiency-reminder");
	if (notice == 0)
		return;
	long refund = after_months(notice, 3) + c->more_refund;
	bool theirs = is(c, "deficient") || (is(c, "approved") && !c->paid);
	bool ours = is(c, "in_screening") || is(c, "screened") || (is(c, "approved") && c->paid);
	for (int i = 0; is(c, "deficient") && i < 3; i++)
		act(a, refund - 1 - BACK[i], "K-5r", "refund-reminder", BACK[i]);
	if (theirs)
		act(a, refund, "K-5", "refund", -1);
	if (theirs && c->received)
		act(a, refund, "K-5", "refund-pay", -1);
	if (ours)
		act(a, refund, "K-5", "refund-decide", -1);
}

/* */
static void
until_receipt(const struct asking *a, const struct oracle_service *s, const struct oracle_case *c)
{
	static const int REMINDERS[] = { 7, 14, 21, 25, 28, 30 };
	long issue = read_day(c->issue), sending = read_day(c->sending);
	bool sent = is(c, "dispatched"), got = is(c, "downloaded"), made = is(c, "issued");
	if (!sent && !got && !made)
		return;
	long may = s->from_sending ? sending : issue;
	if (may != 0)
		act(a, may + 31 + c->more_may, "K-12", "may-revoke", -1);
	if (!got && c->download)
		act(a, issue + 31, "K-10", "window-over", -1);
	if (made)
		return;
	long again = read_day(c->resent) != 0 ? read_day(c->resent) : sending;
	if (read_day(c->returned) != 0)
		act(a, read_day(c->returned), "K-9", "returned", -1);
	else if (sent)
		act(a, again + 11, "K-9", "pick-up", -1);
	act(a, again + 15, "K-11", "chase", -1);
	each(a, sending, REMINDERS, 6, "K-11r", "receipt-reminder");
	act(a, sending + 31 + c->more_must, "K-22", "must-revoke", -1);
}

/* */
static void
grace(const struct asking *a, const struct oracle_case *c)
{
	static const int REMINDERS[] = { 14, 28, 42, 56, 70, 84 };
	long change = read_day(c->change), registered = read_day(c->registered);
	if (read_day(c->lost) != 0)
		act(a, read_day(c->lost), "K-14", "grace-lost", -1);
	if (registered != 0)
		act(a, after_business_days(registered, 5), "K-14", "grace-over", -1);
	if (change == 0 || registered != 0)
		return;
	each(a, change, REMINDERS, 6, "K-14r", "grace-reminder");
	act(a, change + 61, "K-14a", "grace-long", -1);
	act(a, change + 91, "K-14e", "grace-escalated", -1);
}

/* */
static void
in_force(const struct asking *a, const struct oracle_service *s, const struct oracle_case *c)
{
	static const int NOTICES[] = { 90, 60, 35, 30, 14, 7, 1, 0 }, STAY[] = { 90, 30, 7, 0 };
	long end = read_day(c->end), stay = read_day(c->stay), begins = read_day(s->begins);
	long notice = read_day(s->abolition) - 91, issue = read_day(c->issue);
	if (!is(c, "issued") && !is(c, "dispatched") && !is(c, "downloaded") && !is(c, "active"))
		return;
	grace(a, c);
	for (int i = 0; !c->renewed && i < 8; i++)
		act(a, end - NOTICES[i], "K-16", "expiry-notice", NOTICES[i]);
	act(a, end + 1, "K-16", "expired", -1);
	for (int i = 0; stay != 0 && stay < end && i < 4; i++)
		if (stay - STAY[i] >= begins)
			act(a, stay - STAY[i], "K-15", "stay-reminder", STAY[i]);
	if (stay != 0 && stay < end)
		act(a, stay + 1, "K-15", "stay-over", -1);
	if (s->abolition != NULL && end >= notice)
		act(a, notice > issue ? notice : issue, "K-18", "abolition-notice", 90);
	if (s->abolition != NULL && end >= notice + 1)
		act(a, notice + 1, "K-18", "abolition-unproven", -1);
}

/* */
static void
after_the_end(const struct asking *a, const struct oracle_case *c)
{
	static const int PAPER[] = { 7, 14, 30 };
	long fax = read_day(c->fax), end = read_day(c->end), ended = read_day(c->ended);
	if (is(c, "revoked") && fax != 0 && read_day(c->paper) == 0) {
		each(a, fax, PAPER, 3, "K-13", "fax-reminder");
		act(a, fax + 31, "K-13", "paper-missing", -1);
	}
	if ((is(c, "revoked") || is(c, "expired")) && !c->held)
		act(a, after_months(end, 120), "K-19", "destroy", -1);
	if (ended != 0 && !c->held)
		act(a, after_months(ended, 120), "K-19", "destroy", -1);
}

void
oracle_acts(const struct oracle_service *s, const struct oracle_case *c, const char *until,
    oracle_tell *tell, void *context)
{
	const struct asking a = { read_day(until), tell, context };
	before_issue(&a, c);
	until_receipt(&a, s, c);
	in_force(&a, s, c);
	after_the_end(&a, c);
}

void
oracle_service_acts(
    const struct oracle_service *s, const char *until, oracle_tell *tell, void *context)
{
	const struct asking a = { read_day(until), tell, context };
	if (s->accredited != NULL) /* */
		act(&a, after_months(read_day(s->accredited), 60), "K-20", "destroy-facility", -1);
}
