#include "act/batch.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "wire/frame.h"

enum { MAKERS_MOST = 4 };

void
batch_clear(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		carry_drop(&b->at[i]);
	sink_drop(&b->orders);
	b->n = 0;
	b->asked = false;
}

static bool
load_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct batch *b = context;
	for (size_t i = 0; i < b->n; i++) {
		struct carry *c = &b->at[i];
		c->why = (struct fault){ 0 };
		if (!carry_load(tx, c, &c->why) && c->why.code == FAULT_STORE) {
			*fault = c->why;
			return false;
		}
	}
	return true;
}

/* A fault of all is each one's. */
void
batch_fail(struct batch *b, const struct fault *why)
{
	for (size_t i = 0; i < b->n; i++)
		if (carry_unsigned(&b->at[i]))
			b->at[i].why = *why;
}

void
batch_load(struct batch *b)
{
	struct fault why = { 0 };
	if (!store_read(b->crew->service->store, load_tx, b, &why))
		batch_fail(b, &why);
	for (size_t i = 0; i < b->n; i++)
		if (carry_goes_on(&b->at[i]))
			(void)!carry_check(&b->at[i], &b->at[i].why);
}

/* The leases of all that are not ended, anew; whoever lost one goes no further with it. */
struct holding {
	struct batch *batch;
	struct carry *made; /* its keys are put in the same transaction; NULL: none */
	struct instant now;
	bool old; /* a lease has run for a while */
	bool lost[BATCH];
};

static bool
hold_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct holding *h = context;
	for (size_t i = 0; i < h->batch->n; i++) {
		struct carry *c = &h->batch->at[i];
		struct fault why = { 0 };
		h->lost[i] = false;
		if (!carry_goes_on(c) || errand_hold_in(tx, &c->task, h->now, &why))
			continue;
		h->lost[i] = why.row == &TASK_FENCE;
		if (!h->lost[i]) {
			*fault = why;
			return false;
		}
	}
	size_t made = h->made == NULL ? 0 : (size_t)(h->made - h->batch->at);
	return h->made == NULL || h->lost[made] || carry_key_put(tx, h->made, fault);
}

/* Whether they are still ours; writing is only needed where a lease has run for a while. */
static bool
look_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct holding *h = context;
	h->old = false;
	for (size_t i = 0; i < h->batch->n; i++) {
		struct carry *c = &h->batch->at[i];
		struct task_row now;
		bool found = false;
		h->lost[i] = false;
		if (!carry_goes_on(c))
			continue;
		if (!task_get(tx, c->task.id, &now, &found, fault))
			return false;
		h->lost[i] =
		    !found || now.fence != c->task.fence || strcmp(now.state, "taken") != 0;
		h->old = h->old || !errand_fresh(&now, h->now);
	}
	return true;
}

bool
batch_hold(struct batch *b, struct carry *made, struct fault *fault)
{
	struct service *service = b->crew->service;
	struct holding h = { .batch = b, .made = made, .old = true };
	if (!service_clock(service, &h.now, fault) ||
	    (made == NULL && !store_read(service->store, look_tx, &h, fault)) ||
	    (h.old && !store_write(service->store, NULL, hold_tx, &h, fault)))
		return false;
	for (size_t i = 0; i < b->n; i++)
		if (h.lost[i])
			(void)fault_refuse(&b->at[i].why, &TASK_FENCE, "task",
			    "この依頼はほかの発行係が引き継ぎました。結果はそちらが記録します。");
	return true;
}

/* Keymakers that run: one call each. */
struct making {
	struct carry *carry;
	int fd;
	int64_t id;
};

static size_t
makers_most(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n < 1 ? 1 : n > MAKERS_MOST ? MAKERS_MOST : (size_t)n;
}

static bool
making_begin(struct carry *c, struct making *m, struct fault *fault)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	m->carry = c;
	return crew_status(c->crew, fault) && carry_key_ask(c, &body, fault) &&
	       crew_make(c->crew, der_of(body.at, body.len), &m->fd, &m->id, fault);
}

static void
making_end(struct batch *b, struct making *m)
{
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	struct carry *c = m->carry;
	(void)!(frame_answer(m->fd, m->id, KEYMAKER_MS, &reply, &c->why) &&
		carry_key_made(c, der_of(reply.at, reply.len), &c->why) &&
		batch_hold(b, c, &c->why));
	(void)close(m->fd);
}

/* Whichever answers first; where none does in time, the first, which then says so. */
static size_t
making_next(const struct making *m, size_t n)
{
	struct pollfd p[MAKERS_MOST];
	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = m[i].fd, .events = POLLIN };
	(void)poll(p, n, KEYMAKER_MS);
	for (size_t i = 0; i < n; i++)
		if (p[i].revents != 0)
			return i;
	return 0;
}

static bool
needs_key(const struct carry *c)
{
	return carry_goes_on(c) && !c->has_keys && !c->has_cert;
}

void
batch_make_keys(struct batch *b)
{
	struct making m[MAKERS_MOST];
	size_t n = 0, next = 0, most = makers_most();
	for (;;) {
		for (; next < b->n && n < most; next++)
			if (needs_key(&b->at[next]))
				n += making_begin(&b->at[next], &m[n], &b->at[next].why);
		if (n == 0)
			return;
		size_t i = making_next(m, n);
		making_end(b, &m[i]);
		m[i] = m[--n];
	}
}

bool
batch_needs_keys(const struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (needs_key(&b->at[i]))
			return true;
	return false;
}
