#include "act/revoke_many.h"

#include <stdlib.h>

#include "act/errand.h"
#include "act/publish.h"

struct carrying {
	struct revoke_each *each;
	size_t count;
	int64_t list; /* task of the last one's list */
};

static bool
ask_all(struct service *s, const struct revoke_request *q, const struct carrying *c,
    struct revoked_many *out, struct fault *fault)
{
	for (size_t i = 0; i < c->count; i++) {
		struct revoke_each *one = &c->each[i];
		struct revoke_request r = *q;
		struct revoked is;
		r.serial = one->serial;
		if (revoke_ask(s, &r, &is, &one->task, &one->fault)) {
			one->done = is.done;
			out->waiting += !is.done && one->task == 0;
		} else if (one->fault.code == FAULT_STORE || one->fault.code == FAULT_LATER) {
			*fault = one->fault;
			return false;
		}
	}
	return true;
}

static void
carried(void *context, const struct task_row *t)
{
	struct carrying *c = context;
	for (size_t i = 0; i < c->count; i++) {
		if (c->each[i].task != t->id)
			continue;
		c->each[i].done = errand_good(t, &c->each[i].fault);
		if (c->each[i].done)
			c->list = strtoll(t->result, NULL, 10);
	}
}

/* All revocations before the one list that has them. */
static bool
carry(struct service *s, struct carrying *c, struct revoked_many *out, struct fault *fault)
{
	OWN_BYTES(room) = calloc(c->count + 1, sizeof(int64_t));
	int64_t *task = room;
	struct task_row ended;
	struct published last;
	size_t n = 0;
	if (task == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (size_t i = 0; i < c->count; i++)
		if (c->each[i].task != 0)
			task[n++] = c->each[i].task;
	if (n == 0)
		return true;
	if (!errand_each(s, task, n, carried, c, fault) ||
	    (c->list != 0 && !errand_run(s, c->list, &ended, fault)) ||
	    !publish_last(s, &last, fault))
		return false;
	out->list = last.number;
	return true;
}

bool
revoke_many(struct service *s, const struct revoke_request *q, struct revoke_each *each, size_t n,
    struct revoked_many *out, struct fault *fault)
{
	struct carrying c = { .each = each, .count = n };
	*out = (struct revoked_many){ 0 };
	if (!ask_all(s, q, &c, out, fault) || !carry(s, &c, out, fault))
		return false;
	for (size_t i = 0; i < n; i++)
		out->done += each[i].done;
	return true;
}
