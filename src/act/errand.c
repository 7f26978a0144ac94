#include "act/errand.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/standby.h"
#include "act/sweep.h"

enum { LEFT_MOST = 4 * SIGNER_BATCH };

/*
 * Seconds. Fresh is what has more before it than two waits for the signer: of the batch before, and of its
 * own. A lease outlasts the keymaker's besides; a step over whole books by far.
 */
enum { FRESH = 2 * SIGNER_MS / 1000, LEASE = FRESH + KEYMAKER_MS / 1000 + 60, LEASE_BOOKS = 3600 };
_Static_assert((int)SIGNER_MS <= (int)KEYMAKER_MS, "the keymaker is the slowest to answer");
static const struct errand_kind {
	const char *kind;
	errand_handler *run;
	errand_stream *stream; /* instead: they travel together */
	bool ca; /* the CA key must be open */
	int lease; /* seconds from errand_hold to errand_hold */
	bool standby; /* also where the folder waits for its epoch */
} KINDS_OF_TASK[] = {
	{ "charter", errand_charter, NULL, false, LEASE, true },
	{ "cacert", errand_cacert, NULL, true, LEASE, false },
	{ "issue", NULL, errand_issue, true, LEASE, false },
	{ "revoke", errand_revoke, NULL, false, LEASE, false },
	{ "void", errand_void, NULL, false, LEASE, false },
	{ "list", errand_list, NULL, true, LEASE, false },
	{ "head", errand_head, NULL, false, LEASE, false },
	{ "sweep", errand_sweep, NULL, false, LEASE_BOOKS, true },
	{ "audit", errand_audit, NULL, false, LEASE_BOOKS, true },
	{ "epoch", errand_epoch, NULL, false, LEASE, true },
};

static const struct errand_kind *
kind_of(const struct task_row *t)
{
	for (size_t i = 0; i < COUNT(KINDS_OF_TASK); i++)
		if (strcmp(KINDS_OF_TASK[i].kind, t->kind) == 0)
			return &KINDS_OF_TASK[i];
	return NULL;
}

static int
lease_of(const struct task_row *t)
{
	const struct errand_kind *k = kind_of(t);
	return k == NULL ? LEASE : k->lease;
}

bool
errand_done(
    struct tx *tx, const struct task_row *t, const char *result, int64_t now, struct fault *fault)
{
	return task_end(tx, t->id, t->fence, "done", FAULT_NONE, result, now, fault);
}

bool
errand_hold_in(struct tx *tx, const struct task_row *t, struct instant now, struct fault *fault)
{
	return task_hold(tx, t->id, t->fence, now.sec + lease_of(t), fault);
}

bool
errand_fresh(const struct task_row *t, struct instant now)
{
	return t->until - now.sec > FRESH;
}

struct holding {
	const struct task_row *task;
	struct instant now;
};

static bool
hold(struct tx *tx, void *context, struct fault *fault)
{
	const struct holding *h = context;
	return errand_hold_in(tx, h->task, h->now, fault);
}

bool
errand_hold(struct service *s, const struct task_row *t, struct fault *fault)
{
	struct holding h = { .task = t };
	return service_clock(s, &h.now, fault) && store_write(s->store, NULL, hold, &h, fault);
}

/* The round of one errand_all. */
struct errand_queue {
	struct crew *crew;
	errand_tell *tell;
	void *context;
	int64_t count; /* taken */
	struct task_round round;
	const char *kind; /* of what travels together; NULL: any */
};

struct taking {
	struct errand_queue *queue;
	struct instant now; /* by which leases end */
	struct task_round round;
	struct task_row *row;
	size_t most, n;
};

static bool
take(struct tx *tx, void *context, struct fault *fault)
{
	struct taking *t = context;
	char taker[64];
	bool found = true;
	snprintf(taker, sizeof(taker), "pid:%ld", (long)getpid());
	t->round = t->queue->round;
	for (t->n = 0; t->n < t->most; t->n++) {
		struct task_row *row = &t->row[t->n];
		if (!task_take(tx, &t->round, t->queue->kind, taker, t->now.sec, LEASE, row, &found,
			fault))
			return false;
		if (!found)
			break;
		if (lease_of(row) != LEASE && !errand_hold_in(tx, row, t->now, fault))
			return false;
		task_past(&t->round, row);
	}
	return true;
}

/* None once a standing crew is to stop. */
bool
errand_more(
    struct errand_queue *q, struct task_row *out, size_t most, size_t *n, struct fault *fault)
{
	struct taking t = { .queue = q, .row = out, .most = most };
	struct crew *c = q->crew;
	*n = 0;
	if (c->stop != NULL && (*c->stop || !service_tick(c->service, fault)))
		return *c->stop;
	if (!service_clock(c->service, &t.now, fault) ||
	    !store_write(c->service->store, NULL, take, &t, fault))
		return false;
	q->round = t.round;
	q->count += (int64_t)t.n;
	*n = t.n;
	return true;
}

/* What somebody took who is gone. */
struct left {
	unsigned lanes;
	struct task_row row[LEFT_MOST];
	size_t count;
};

static bool
left_row(const void *row, void *context, struct fault *fault)
{
	struct left *l = context;
	const struct task_row *t = row;
	(void)fault;
	if ((l->lanes >> t->lane & 1) != 0 && l->count < LEFT_MOST) /* three batches at most */
		l->row[l->count++] = *t;
	return true;
}

static bool
release_tx(struct tx *tx, void *context, struct fault *fault)
{
	const struct crew *c = context;
	struct left left = { .lanes = c->lanes };
	if (!task_taken_each(tx, left_row, &left, fault))
		return false;
	for (size_t i = 0; i < left.count; i++)
		if (!sweep_task_left(tx, &left.row[i], c->service->now.sec, fault))
			return false;
	return left.count == 0 || task_release(tx, c->lanes, fault);
}

/* These lanes are ours alone, so whoever had taken a task is gone; the fence says so to them. */
static bool
release(struct crew *c, struct fault *fault)
{
	if (!c->released && !store_write(c->service->store, NULL, release_tx, c, fault))
		return false;
	c->released = true;
	return true;
}

struct ending {
	struct crew *crew;
	struct task_row *row;
	const struct fault *why;
	const char *state;
};

static bool
end_refused(struct tx *tx, void *context, struct fault *fault)
{
	struct ending *e = context;
	struct task_row *row = e->row;
	const char *name = e->why->name[0] != '\0' ? e->why->name : fault_name(e->why->code);
	snprintf(
	    row->result, sizeof(row->result), "%s\t%s\t%.500s", name, e->why->clause, e->why->say);
	snprintf(row->state, sizeof(row->state), "%s", e->state);
	row->exit = e->why->code;
	return task_end(tx, row->id, row->fence, e->state, row->exit, row->result,
	    e->crew->service->now.sec, fault);
}

/* What will pass by itself is given back; what a rule refuses is ended. */
static bool
passes(enum fault_code code)
{
	return code == FAULT_LATER || code == FAULT_STORE;
}

static bool
look_again(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *row = context;
	bool found;
	return task_get(tx, row->id, row, &found, fault);
}

bool
errand_over(
    struct errand_queue *q, struct task_row *row, const struct fault *why, struct fault *fault)
{
	struct store *store = q->crew->service->store;
	struct ending e = { q->crew, row, why, passes(why->code) ? "waiting" : "refused" };
	struct fault inner = { 0 };
	/* of one that was lost, also just now, whoever has it now tells the end */
	bool look = why->code == FAULT_NONE || why->row == &TASK_FENCE;
	if (!look && !store_write(store, NULL, end_refused, &e, &inner)) {
		look = inner.row == &TASK_FENCE;
		if (!look && fault->code == FAULT_NONE)
			*fault = inner;
		if (!look)
			return false;
	}
	if (look && !store_read(store, look_again, row, fault))
		return false;
	if (q->tell != NULL && row->state[0] != 't') /* not taken: ended or given back */
		q->tell(q->context, row);
	return true;
}

void
errand_told(struct errand_queue *q, struct task_row *row, const char *result)
{
	snprintf(row->state, sizeof(row->state), "done");
	snprintf(row->result, sizeof(row->result), "%s", result);
	row->exit = FAULT_NONE;
	if (q->tell != NULL)
		q->tell(q->context, row);
}

static bool
in_service(const struct errand_kind *k, const struct service *s, struct fault *why)
{
	return k->standby || standby_over(s, why);
}

static bool
run_kind(const struct errand_kind *k, struct crew *c, const struct task_row *t, struct fault *why)
{
	return in_service(k, c->service, why) && (!k->ca || crew_ca(c, why)) && k->run(c, t, why);
}

/* Its handler, once; a signer that went meanwhile is followed by the next, which is asked again, as is one
 * whose head was overtaken. */
static bool
run_row(const struct errand_kind *k, struct crew *c, const struct task_row *t, struct fault *why)
{
	if (k == NULL)
		return fault_set(why, FAULT_BUG, "「%s」という仕事はありません。", t->kind);
	if (run_kind(k, c, t, why))
		return true;
	if (why->row == &TASK_FENCE || !crew_again(c, why))
		return false;
	*why = (struct fault){ 0 };
	return run_kind(k, c, t, why);
}

static bool
run_one(struct errand_queue *q, struct task_row *t, struct fault *fault)
{
	struct fault why = { 0 };
	const struct errand_kind *k = kind_of(t);
	if (k != NULL && k->stream != NULL && in_service(k, q->crew->service, &why)) {
		q->kind = k->kind;
		bool good = k->stream(q->crew, q, t, fault);
		q->kind = NULL;
		return good;
	}
	bool good = why.code == FAULT_NONE && run_row(k, q->crew, t, &why);
	if (k != NULL && k->lease == LEASE_BOOKS) /* the room both books took, back to the system */
		(void)malloc_trim(0);
	if (!errand_over(q, t, &why, fault))
		return false;
	if (!good && q->crew->signer_gone) { /* nothing more can be asked */
		*fault = why;
		return false;
	}
	return true;
}

bool
errand_all(struct crew *c, errand_tell *tell, void *context, int64_t *count, struct fault *fault)
{
	struct errand_queue q = {
		.crew = c, .tell = tell, .context = context, .round = { .lanes = c->lanes }
	};
	struct task_row row;
	bool good = release(c, fault);
	size_t n = 1;
	while (good && n > 0)
		good = errand_more(&q, &row, 1, &n, fault) && (n == 0 || run_one(&q, &row, fault));
	*count = q.count;
	return good && (q.count == 0 || crew_copy_lines(c, fault));
}

/* "NAME TAB CLAUSE TAB sentence" back into the fault it was. */
bool
errand_good(const struct task_row *t, struct fault *fault)
{
	const char *clause = strchr(t->result, '\t');
	const char *say = clause == NULL ? NULL : strchr(clause + 1, '\t');
	enum fault_code code =
	    t->exit > FAULT_NONE && t->exit < FAULT_CODES ? (enum fault_code)t->exit : FAULT_BUG;
	if (strcmp(t->state, "done") == 0)
		return true;
	if (say == NULL)
		return fault_set(fault, FAULT_BROKEN, "仕事の結果を読めません。");
	fault_set(fault, code, "%s", say + 1);
	snprintf(fault->name, sizeof(fault->name), "%.*s", (int)(clause - t->result), t->result);
	snprintf(fault->clause, sizeof(fault->clause), "%.*s", (int)(say - clause - 1), clause + 1);
	return false;
}

struct adding {
	struct task_row row;
	int64_t id;
};

static bool
add(struct tx *tx, void *context, struct fault *fault)
{
	struct adding *a = context;
	return task_add(tx, &a->row, &a->id, fault);
}

bool
errand_new(struct service *s, const char *kind, int64_t *task, struct fault *fault)
{
	struct adding a = { .row = { .created_at = s->now.sec } };
	snprintf(a.row.kind, sizeof(a.row.kind), "%s", kind);
	if (!store_write(s->store, NULL, add, &a, fault))
		return false;
	*task = a.id;
	return true;
}
