#include "rules/running.h"

#include "rules/clock.h"

#define IN(s) (1u << (STATE_##s))
#define OUT (IN(DISPATCHED) | IN(DOWNLOADED))
#define LIVE (IN(ISSUED) | OUT | IN(ACTIVE))
#define OPEN (IN(SCREENING) | IN(DEFICIENT) | IN(SCREENED) | IN(APPROVED))

enum only { ALL, UNPAID, DOWNLOAD };

/* clang-format off */
static const struct row {
	const char *clock;
	unsigned states;
	enum running_from from;
	enum running_from until; /* not once this has happened; RUN_FROMS: none */
	enum only only;
	const char *clause;
} ROWS[] = {
	{ "K-2",  IN(PRINTED),         RUN_FORM,     RUN_ARRIVAL, ALL,      "R-4.24" },
	{ "K-4",  IN(SCREENING),       RUN_ARRIVAL,  RUN_NOTICE,  ALL,      "R-4.77" },
	{ "K-5",  OPEN,                RUN_NOTICE,   RUN_ISSUE,   ALL,      "R-4.75" },
	{ "K-6",  IN(DEFICIENT),       RUN_NOTICE,   RUN_FROMS,   ALL,      "R-4.74" },
	{ "K-7",  IN(APPROVED),        RUN_APPROVAL, RUN_ISSUE,   UNPAID,   "R-6.12" },
	{ "K-8",  IN(APPROVED),        RUN_APPROVAL, RUN_ISSUE,   ALL,      "R-4.91" },
	{ "K-10", IN(ISSUED) | OUT,    RUN_ISSUE,    RUN_FROMS,   DOWNLOAD, "R-4.98" },
	{ "K-11", OUT,                 RUN_SENDING,  RUN_FROMS,   ALL,      "R-4.114" },
	{ "K-12", IN(ISSUED) | OUT,    RUN_ISSUE,    RUN_FROMS,   ALL,      "R-4.116" },
	{ "K-22", OUT,                 RUN_SENDING,  RUN_FROMS,   ALL,      "R-4.116" },
	{ "K-15", LIVE,                RUN_STAY,     RUN_FROMS,   ALL,      "R-2.13" },
	{ "K-16", LIVE,                RUN_END,      RUN_FROMS,   ALL,      "R-12.3" },
	{ "K-21", LIVE,                RUN_ISSUE,    RUN_FROMS,   ALL,      "R-5.1" },
	{ "K-19", IN(REVOKED) | IN(EXPIRED), RUN_END, RUN_FROMS,  ALL,      "R-12.8" },
};
/* clang-format on */
_Static_assert(COUNT(ROWS) <= RUNNING_MOST, "every row may run");

static bool
runs(const struct row *r, const struct running_case *c)
{
	const bool holds[] = { [ALL] = true, [UNPAID] = !c->paid, [DOWNLOAD] = c->download };
	return (r->states & 1u << c->state) != 0 && c->from[r->from].year != 0 &&
	       (r->until == RUN_FROMS || c->from[r->until].year == 0) && holds[r->only];
}

/* The first figure that is not past; the last when all are. */
static struct day
next_day(const struct policy *policy, const struct clock *k, struct day from, struct day today)
{
	struct day last = { 0 };
	for (size_t i = 0; i < k->figure_count; i++) {
		struct fault beyond = { 0 };
		if (!clock_last_day(policy, k, i, from, &last, &beyond))
			return (struct day){ 0 };
		if (day_cmp(today, last) <= 0)
			break;
	}
	return last;
}

size_t
running_clocks(const struct policy *policy, const struct running_case *c, struct day today,
    struct running out[RUNNING_MOST])
{
	size_t n = 0;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct clock *k = policy_clock(policy, ROWS[i].clock, today);
		if (k == NULL || !runs(&ROWS[i], c))
			continue;
		struct running *r = &out[n++];
		*r = (struct running){ .clock = k, .from = c->from[ROWS[i].from] };
		r->last = next_day(policy, k, r->from, today);
		r->over = r->last.year != 0 && day_cmp(today, r->last) > 0;
	}
	return n;
}
