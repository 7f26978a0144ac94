#include "act/duty.h"

#include "act/errand.h"
#include "act/publish.h"
#include "store/event_row.h"

enum { HOUR = 3600, QUARTERS = 4 };

bool
duty_list_due(const struct policy *p, struct instant last, struct instant now)
{
	const struct clock *c = policy_clock(p, "K-17", instant_day(now));
	return c != NULL && c->figure_count > 0 &&
	       now.sec - last.sec >= (int64_t)c->figures[0] * HOUR / QUARTERS;
}

static bool
sweep_due(struct crew *c, bool *due, struct fault *fault)
{
	(void)c;
	(void)fault;
	*due = true;
	return true;
}

static bool
list_due(struct crew *c, bool *due, struct fault *fault)
{
	struct service *s = c->service;
	struct published last;
	if (!publish_last(s, &last, fault))
		return false;
	*due = last.number != 0 && duty_list_due(&s->policy, last.this_update, s->now);
	return true;
}

struct newest {
	struct event_row row;
	bool found;
};

static bool
newest_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct newest *n = context;
	return event_last(tx, &n->row, &n->found, fault);
}

/* Nothing new since the last is no news for the journal. */
static bool
head_due(struct crew *c, bool *due, struct fault *fault)
{
	struct newest n = { 0 };
	if (!crew_status(c, fault) || !store_read(c->service->store, newest_tx, &n, fault))
		return false;
	*due = n.found && n.row.seq > c->status.size;
	return true;
}

/* clang-format off */
static const struct duty_row {
	const char *task;
	enum task_lane lane; /* of whoever asks for it */
	int64_t seconds; /* at least, between two */
	bool (*due)(struct crew *, bool *, struct fault *);
} ROWS[DUTIES] = {
	[DUTY_SWEEP] = { "sweep", TASK_OTHERS, DUTY_SWEEP_SECONDS, sweep_due },
	[DUTY_LIST]  = { "list",  TASK_LISTS,	DUTY_AGAIN_SECONDS, list_due },
	[DUTY_HEAD]  = { "head",  TASK_OTHERS, DUTY_HEAD_SECONDS,  head_due },
};
/* clang-format on */

bool
duty_add(struct crew *c, struct duty *d, struct fault *fault)
{
	const struct instant now = c->service->now;
	for (size_t i = 0; i < DUTIES; i++) {
		int64_t passed = now.sec - d->asked[i].sec, task;
		bool due;
		if ((c->lanes >> ROWS[i].lane & 1) == 0)
			continue;
		if (passed >= 0 &&
		    passed < ROWS[i].seconds) /* a rehearsal's clock may be set back */
			continue;
		if (!ROWS[i].due(c, &due, fault))
			return false;
		if (due && !errand_new(c->service, ROWS[i].task, &task, fault))
			return false;
		if (due)
			d->asked[i] = now;
	}
	return true;
}
