#include "rules/running.h"

#include <string.h>

#include "rules/clock.h"
#include "rules/term.h"

enum { DAY_HOURS = 24 };

#define IN(s) (1u << (STATE_##s))
#define OUT (IN(DISPATCHED) | IN(DOWNLOADED))
#define SOLD (IN(ISSUED) | OUT)
#define LIVE (SOLD | IN(ACTIVE))
#define SOLD_ONCE (LIVE | IN(REVOKED) | IN(EXPIRED))
#define OURS (IN(SCREENING) | IN(SCREENED))
#define OPEN (IN(PRINTED) | IN(DEFICIENT) | OURS | IN(APPROVED))
#define CLOSED STATES_CLOSED
#define ALWAYS RUN_FROMS
#define NOBODY ROLES

/* clang-format off */
const struct clock_act CLOCK_ACTS[] = {
	/* clock   where             from            until           only         when        deed               word                   mail                   role             more   clause */
	{ "K-1",   0,                RUN_NONE,       ALWAYS,         IF_ANY,      WHEN_SHOWN, DEED_NONE,         NULL,                  NULL,                  NOBODY,          false, "R-4.1" },
	{ "K-2",   IN(PRINTED),      RUN_FORM,       RUN_ARRIVAL,    IF_ANY,      WHEN_END,   DEED_FORM_EXPIRED, "form-expired",        "form-expired",        NOBODY,          true,  "R-4.24" },
	{ "K-3",   0,                RUN_NONE,       ALWAYS,         IF_ANY,      WHEN_SHOWN, DEED_NONE,         NULL,                  NULL,                  NOBODY,          false, "R-4.47" },
	{ "K-4",   IN(SCREENING),    RUN_ARRIVAL,    RUN_NOTICE,     IF_ANY,      WHEN_END,   DEED_TASK,         "first-answer",        NULL,                  ROLE_SCREENING,  false, "R-4.77" },
	{ "K-5",   IN(DEFICIENT),    RUN_NOTICE,     RUN_ISSUE,      IF_ANY,      WHEN_END,   DEED_REFUND,       "refund",              "refund",              ROLE_ACCOUNTING, true,  "R-4.75" },
	{ "K-5",   IN(APPROVED),     RUN_NOTICE,     RUN_ISSUE,      IF_UNPAID,   WHEN_END,   DEED_REFUND,       "refund",              "refund",              ROLE_ACCOUNTING, true,  "R-4.75" },
	{ "K-5",   IN(APPROVED),     RUN_NOTICE,     RUN_ISSUE,      IF_PAID,     WHEN_END,   DEED_TASK,         "refund-decide",       NULL,                  ROLE_APPROVAL,   true,  "R-4.75" },
	{ "K-5",   OURS,             RUN_NOTICE,     RUN_ISSUE,      IF_ANY,      WHEN_END,   DEED_TASK,         "refund-decide",       NULL,                  ROLE_APPROVAL,   true,  "R-4.75" },
	{ "K-5",   CLOSED,           RUN_ENDED,      ALWAYS,         IF_REFUND,   WHEN_AT_ONCE, DEED_TASK,       "refund-pay",          NULL,                  ROLE_ACCOUNTING, false, "R-6.20" },
	{ "K-5r",  IN(DEFICIENT),    RUN_REFUND,     RUN_ISSUE,      IF_ANY,      WHEN_EACH,  DEED_MAIL,         "refund-reminder",     "refund-coming",       NOBODY,          false, "R-4.76" },
	{ "K-6",   IN(DEFICIENT),    RUN_DEFICIENCY, ALWAYS,         IF_ANY,      WHEN_EACH,  DEED_MAIL,         "deficiency-reminder", "deficiency-reminder", NOBODY,          false, "R-4.74" },
	{ "K-7",   IN(APPROVED),     RUN_UNPAID,     ALWAYS,         IF_UNPAID,   WHEN_EACH,  DEED_MAIL,         "payment-reminder",    "payment-due",         NOBODY,          false, "R-6.12" },
	{ "K-7",   OPEN,             RUN_TAX,        RUN_ISSUE,      IF_PAID,     WHEN_AT_ONCE, DEED_TAX,        "tax-difference",      "payment-tax",         NOBODY,          false, "R-6.2" },
	{ "K-7",   SOLD_ONCE,        RUN_UNDONE,     ALWAYS,         IF_UNPAID,   WHEN_AT_ONCE, DEED_TASK,       "debt",                NULL,                  ROLE_ACCOUNTING, false, "R-6.19" },
	{ "K-8",   IN(APPROVED),     RUN_APPROVAL,   ALWAYS,         IF_ANY,      WHEN_END,   DEED_TASK,         "approval-lapsed",     NULL,                  ROLE_SCREENING,  false, "R-4.91" },
	{ "K-9",   IN(DISPATCHED),   RUN_SENT,       RUN_RETURNED,   IF_ANY,      WHEN_END,   DEED_TASK,         "pick-up",             NULL,                  ROLE_DISPATCH,   false, "R-4.100" },
	{ "K-9",   OUT,              RUN_RETURNED,   ALWAYS,         IF_ANY,      WHEN_AT_ONCE, DEED_TASK,       "returned",            NULL,                  ROLE_DISPATCH,   false, "R-9.3" },
	{ "K-10",  IN(ISSUED) | IN(DISPATCHED), RUN_ISSUE, ALWAYS,   IF_DOWNLOAD, WHEN_END,   DEED_WINDOW,       "window-over",         "download-over",       ROLE_REVOCATION, true,  "R-4.98" },
	{ "K-10",  IN(DOWNLOADED),   RUN_ISSUE,      ALWAYS,         IF_DOWNLOAD, WHEN_SHOWN, DEED_NONE,         NULL,                  NULL,                  NOBODY,          true,  "R-4.98" },
	{ "K-11",  OUT,              RUN_SENT,       ALWAYS,         IF_ANY,      WHEN_END,   DEED_TASK,         "chase",               "receipt-chase",       ROLE_RECEPTION,  true,  "R-4.114" },
	{ "K-11r", OUT,              RUN_SENDING,    ALWAYS,         IF_ANY,      WHEN_EACH,  DEED_MAIL,         "receipt-reminder",    "receipt-due",         NOBODY,          false, "R-4.118" },
	{ "K-12",  SOLD,             RUN_MAY,        ALWAYS,         IF_ANY,      WHEN_END,   DEED_TASK,         "may-revoke",          NULL,                  ROLE_REVOCATION, true,  "R-4.116" },
	{ "K-22",  OUT,              RUN_SENDING,    ALWAYS,         IF_ANY,      WHEN_END,   DEED_TASK,         "must-revoke",         NULL,                  ROLE_REVOCATION, true,  "R-4.116" },
	{ "K-13",  IN(REVOKED),      RUN_FAX,        RUN_FAX_PAPER,  IF_ANY,      WHEN_EACH,  DEED_MAIL,         "fax-reminder",        "fax-reminder",        NOBODY,          false, "R-10.4" },
	{ "K-13",  IN(REVOKED),      RUN_FAX,        RUN_FAX_PAPER,  IF_ANY,      WHEN_END,   DEED_TASK,         "paper-missing",       NULL,                  ROLE_AUDIT,      false, "R-10.4" },
	{ "K-14",  LIVE,             RUN_REGISTERED, ALWAYS,         IF_ANY,      WHEN_END,   DEED_TASK,         "grace-over",          NULL,                  ROLE_REVOCATION, false, "R-2.5" },
	{ "K-14",  LIVE,             RUN_GRACE_LOST, ALWAYS,         IF_ANY,      WHEN_AT_ONCE, DEED_TASK,       "grace-lost",          NULL,                  ROLE_REVOCATION, false, "R-2.5" },
	{ "K-14r", LIVE,             RUN_CHANGE,     RUN_REGISTERED, IF_ANY,      WHEN_EACH,  DEED_MAIL,         "grace-reminder",      "grace",               NOBODY,          false, "R-2.5" },
	{ "K-14a", LIVE,             RUN_CHANGE,     RUN_REGISTERED, IF_ANY,      WHEN_END,   DEED_TASK,         "grace-long",          NULL,                  ROLE_AUDIT,      false, "R-2.7" },
	{ "K-14e", LIVE,             RUN_CHANGE,     RUN_REGISTERED, IF_ANY,      WHEN_END,   DEED_TASK,         "grace-escalated",     NULL,                  ROLE_REVOCATION, false, "R-2.7" },
	{ "K-15",  LIVE,             RUN_STAY,       ALWAYS,         IF_ANY,      WHEN_EACH,  DEED_MAIL,         "stay-reminder",       "stay",                NOBODY,          false, "R-2.13" },
	{ "K-15",  LIVE,             RUN_STAY,       ALWAYS,         IF_ANY,      WHEN_OVER,  DEED_TASK,         "stay-over",           NULL,                  ROLE_REVOCATION, false, "R-2.13" },
	{ "K-16",  LIVE,             RUN_END,        ALWAYS,         IF_CURRENT,  WHEN_EACH,  DEED_MAIL,         "expiry-notice",       "expiry",              NOBODY,          false, "R-5.1" },
	{ "K-16",  LIVE,             RUN_END,        ALWAYS,         IF_ANY,      WHEN_OVER,  DEED_TERM_END,     "expired",             NULL,                  NOBODY,          false, "R-12.3" },
	{ "K-17",  CLOCK_SERVICE,    RUN_LIST,       ALWAYS,         IF_ANY,      WHEN_FIRST, DEED_LIST,         "list",                NULL,                  NOBODY,          false, "R-10.13" },
	{ "K-17a", CLOCK_SERVICE,    RUN_LIST,       ALWAYS,         IF_ANY,      WHEN_END,   DEED_TASK,         "list-old",            NULL,                  ROLE_CUSTODIAN,  false, "R-10.13" },
	{ "K-18",  LIVE,             RUN_ABOLITION,  ALWAYS,         IF_ANY,      WHEN_FIRST, DEED_MAIL,         "abolition-notice",    "abolition",           NOBODY,          false, "R-13.1" },
	{ "K-18",  LIVE,             RUN_ABOLITION,  ALWAYS,         IF_UNPROVEN, WHEN_END,   DEED_TASK,         "abolition-unproven",  NULL,                  ROLE_CUSTODIAN,  false, "R-13.1" },
	{ "K-19",  IN(REVOKED) | IN(EXPIRED), RUN_END, ALWAYS,       IF_FREE,     WHEN_END,   DEED_TASK,         "destroy",             NULL,                  ROLE_AUDIT,      false, "R-12.8" },
	{ "K-19",  CLOSED,           RUN_ENDED,      ALWAYS,         IF_FREE,     WHEN_END,   DEED_TASK,         "destroy",             NULL,                  ROLE_AUDIT,      false, "R-12.11" },
	{ "K-20",  CLOCK_SERVICE,    RUN_ACCREDITED, ALWAYS,         IF_FREE,     WHEN_END,   DEED_TASK,         "destroy-facility",    NULL,                  ROLE_AUDIT,      false, "R-12.9" },
	{ "K-21",  LIVE,             RUN_ISSUE,      ALWAYS,         IF_ANY,      WHEN_SHOWN, DEED_NONE,         NULL,                  NULL,                  NOBODY,          false, "R-5.7" },
};
/* clang-format on */
const size_t CLOCK_ACT_COUNT = COUNT(CLOCK_ACTS);

static bool
runs(const struct clock_act *a, const struct running_case *c)
{
	return (a->states & 1u << c->state) != 0 && c->from[a->from].year != 0 &&
	       (a->until == RUN_FROMS || c->from[a->until].year == 0) && c->is[a->only];
}

int
running_more(const struct running_case *c, const char *clock)
{
	for (size_t i = 0; i < c->mores; i++)
		if (strcmp(c->more[i].clock, clock) == 0)
			return c->more[i].days;
	return 0;
}

bool
running_last_day(const struct policy *policy, const struct policy *calendar, const struct clock *k,
    size_t i, const struct running_case *c, struct day from, struct day *out, struct fault *fault)
{
	struct day last;
	if (k->unit == UNIT_BUSINESS_DAYS)
		policy = calendar;
	if (k->unit == UNIT_HOURS) {
		*out = days_last_day(from, k->figures[i] / DAY_HOURS);
		return true;
	}
	if (k->unit == UNIT_DAYS_BEFORE) /* an end at 24:00 of a day counts as the day after */
		from = day_plus(from, 1);
	if (!clock_last_day(policy, k, i, from, &last, fault))
		return false;
	*out = day_plus(last, running_more(c, k->code));
	return true;
}

/* The first figure that is not past; the last when all are. */
static struct day
next_day(const struct policy *policy, const struct policy *calendar, const struct clock *k,
    const struct running_case *c, struct day from, struct day today)
{
	struct day last = { 0 };
	for (size_t i = 0; i < k->figure_count; i++) {
		struct fault beyond = { 0 };
		if (!running_last_day(policy, calendar, k, i, c, from, &last, &beyond))
			return (struct day){ 0 };
		if (day_cmp(today, last) <= 0)
			break;
	}
	return last;
}

size_t
running_clocks(const struct policy *policy, const struct policy *calendar,
    const struct running_case *c, struct day today, struct running out[RUNNING_MOST])
{
	size_t n = 0;
	for (size_t i = 0; i < CLOCK_ACT_COUNT && n < RUNNING_MOST; i++) {
		const struct clock_act *a = &CLOCK_ACTS[i];
		const struct clock *k = policy_clock(policy, a->clock, today);
		if (k == NULL || !runs(a, c) || a->when == WHEN_AT_ONCE ||
		    (n > 0 && out[n - 1].clock == k))
			continue;
		struct running *r = &out[n++];
		*r = (struct running){ .clock = k, .from = c->from[a->from] };
		r->last = next_day(policy, calendar, k, c, r->from, today);
		r->over = r->last.year != 0 && day_cmp(today, r->last) > 0;
	}
	return n;
}

/* When the i-th figure's act is done. False: never, its day had passed before anybody knew. */
static bool
figure_day(const struct policy *policy, const struct policy *calendar, const struct clock *k,
    size_t i, const struct running_case *c, struct owed *o)
{
	struct fault beyond = { 0 };
	const struct day known = c->known[o->act->from];
	if (!running_last_day(policy, calendar, k, i, c, o->from, &o->day, &beyond))
		o->day = calendar->holidays_until;
	bool late = known.year != 0 && day_cmp(o->day, known) < 0;
	switch (o->act->when) {
	case WHEN_FIRST:
		o->figure = k->figures[i];
		o->day = late ? known : o->day;
		return i == 0;
	case WHEN_EACH:
		o->figure = k->figures[i];
		return !late;
	case WHEN_END:
		o->day = day_plus(o->day, 1);
		return i == k->figure_count - 1;
	case WHEN_OVER:
		o->day = day_plus(o->from, 1);
		return i == 0;
	case WHEN_AT_ONCE:
		o->day = o->from;
		return i == 0;
	case WHEN_SHOWN:
	case WHENS:
		break;
	}
	return false;
}

static struct day
later(struct day a, struct day b)
{
	return day_cmp(a, b) < 0 ? b : a;
}

size_t
running_owed(const struct policy *policy, const struct policy *calendar,
    const struct running_case *c, struct owed out[OWED_MOST])
{
	size_t n = 0;
	for (size_t i = 0; i < CLOCK_ACT_COUNT; i++) {
		const struct clock_act *a = &CLOCK_ACTS[i];
		if (!runs(a, c))
			continue;
		struct owed o = { .act = a,
			.from = c->from[a->from],
			.more = running_more(c, a->clock),
			.moved = c->moved[a->from] };
		const struct clock *k = policy_clock(policy, a->clock, later(o.from, c->since));
		for (size_t f = 0; k != NULL && f < k->figure_count && n < OWED_MOST; f++) {
			o.figure = -1;
			if (figure_day(policy, calendar, k, f, c, &o))
				out[n++] = o;
		}
	}
	return n;
}
