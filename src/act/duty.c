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

/* Asked long enough ago to ask again; a rehearsal's clock may have been set. */
static bool
may_ask(struct instant asked, struct instant now, int64_t seconds)
{
	return now.sec - asked.sec >= seconds || now.sec < asked.sec;
}

static bool
list_add(struct service *s, struct duty *d, struct fault *fault)
{
	struct published last;
	int64_t task;
	if (!may_ask(d->list, s->now, DUTY_AGAIN_SECONDS))
		return true;
	if (!publish_last(s, &last, fault))
		return false;
	if (last.number == 0 || !duty_list_due(&s->policy, last.this_update, s->now))
		return true;
	d->list = s->now;
	return errand_new(s, "list", &task, fault);
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
head_add(struct crew *c, struct duty *d, struct fault *fault)
{
	struct service *s = c->service;
	struct newest n = { 0 };
	int64_t task;
	if (!may_ask(d->head, s->now, DUTY_HEAD_SECONDS))
		return true;
	if (!crew_status(c, fault) || !store_read(s->store, newest_tx, &n, fault))
		return false;
	if (!n.found || n.row.seq <= c->status.size)
		return true;
	d->head = s->now;
	return errand_new(s, "head", &task, fault);
}

bool
duty_add(struct crew *c, struct duty *d, struct fault *fault)
{
	return list_add(c->service, d, fault) && head_add(c, d, fault);
}
