#include "act/errand.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "act/standby.h"
#include "act/sweep.h"
#include "base/file.h"
#include "vault/secret.h"
#include "wire/child.h"

enum { WAIT_MS = 120000, LOOK_MS = 20, LEFT_MOST = 16 };

/* A lease outlasts the longest wait for another program, a step over whole books by far. */
enum { LEASE = 60 + KEYMAKER_MS / 1000, LEASE_BOOKS = 3600 };
_Static_assert((int)SIGNER_MS <= (int)KEYMAKER_MS, "the keymaker is the slowest to answer");
static const struct errand_kind {
	const char *kind;
	errand_handler *run;
	bool ca; /* the CA key must be open */
	int lease; /* seconds from errand_hold to errand_hold */
	bool standby; /* also where the folder waits for its epoch */
} KINDS_OF_TASK[] = {
	{ "charter", errand_charter, false, LEASE, false },
	{ "cacert", errand_cacert, true, LEASE, false },
	{ "issue", errand_issue, true, LEASE, false },
	{ "revoke", errand_revoke, false, LEASE, false },
	{ "void", errand_void, false, LEASE, false },
	{ "list", errand_list, true, LEASE, false },
	{ "head", errand_head, false, LEASE, false },
	{ "sweep", errand_sweep, false, LEASE_BOOKS, true },
	{ "audit", errand_audit, false, LEASE_BOOKS, true },
	{ "epoch", errand_epoch, false, LEASE, true },
};

static const struct errand_kind *
kind_of(const struct task_row *t)
{
	for (size_t i = 0; i < COUNT(KINDS_OF_TASK); i++)
		if (strcmp(KINDS_OF_TASK[i].kind, t->kind) == 0)
			return &KINDS_OF_TASK[i];
	return NULL;
}

bool
errand_served(const struct service *s)
{
	char path[SERVICE_PATH];
	return lock_held(service_path(s, "run/lock", path));
}

static void
ring(const struct service *s, const char *bell)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char path[SERVICE_PATH];
	service_path(s, bell, path);
	if (strlen(path) >= sizeof(a.sun_path))
		return;
	memcpy(a.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return;
	(void)sendto(fd, "!", 1, MSG_NOSIGNAL, (struct sockaddr *)&a, sizeof(a));
	(void)close(fd);
}

static void
bells_ring(const struct service *s)
{
	ring(s, ERRAND_BELL);
	ring(s, ERRAND_REVOKE_BELL);
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
	const struct errand_kind *k = kind_of(t);
	return task_hold(tx, t->id, t->fence, now.sec + (k == NULL ? LEASE : k->lease), fault);
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

struct taking {
	struct crew *crew;
	struct instant now; /* by which leases end */
	struct task_round round;
	struct task_row row;
	bool found;
	const struct fault *why;
	const char *state;
};

static bool
take(struct tx *tx, void *context, struct fault *fault)
{
	struct taking *t = context;
	char taker[64];
	snprintf(taker, sizeof(taker), "pid:%ld", (long)getpid());
	return task_take(tx, &t->round, taker, t->now.sec, LEASE, &t->row, &t->found, fault) &&
	       (!t->found || errand_hold_in(tx, &t->row, t->now, fault));
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
	if ((l->lanes >> t->lane & 1) != 0 && l->count < LEFT_MOST) /* one at a time is taken */
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

static bool
end_refused(struct tx *tx, void *context, struct fault *fault)
{
	struct taking *t = context;
	struct task_row *row = &t->row;
	const char *name = t->why->name[0] != '\0' ? t->why->name : fault_name(t->why->code);
	snprintf(
	    row->result, sizeof(row->result), "%s\t%s\t%.500s", name, t->why->clause, t->why->say);
	snprintf(row->state, sizeof(row->state), "%s", t->state);
	row->exit = t->why->code;
	return task_end(tx, row->id, row->fence, t->state, row->exit, row->result,
	    t->crew->service->now.sec, fault);
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
	struct taking *t = context;
	return task_get(tx, t->row.id, &t->row, &t->found, fault);
}

/* A copy that is not in service does nothing the world would see [storage 4]. */
static bool
in_service(const struct errand_kind *k, const struct service *s, struct fault *why)
{
	char path[SERVICE_PATH];
	return k->standby || !file_exists(service_path(s, STANDBY_MARK, path)) ||
	       fault_refuse(why, &STANDBY_WAITS, NULL,
		   "このフォルダは復元した写しで、まだ動いていません。akashi epoch draft と sign "
		   "で期を"
		   "始めてください。");
}

static bool
run_kind(const struct errand_kind *k, struct taking *t, struct fault *why)
{
	return in_service(k, t->crew->service, why) && (!k->ca || crew_ca(t->crew, why)) &&
	       k->run(t->crew, &t->row, why);
}

/* Its handler, once; a signer that went meanwhile is followed by the next, which is asked again. */
static bool
run_row(struct taking *t, struct fault *why)
{
	const struct errand_kind *k = kind_of(&t->row);
	if (k == NULL)
		return fault_set(why, FAULT_BUG, "「%s」という仕事はありません。", t->row.kind);
	if (run_kind(k, t, why))
		return true;
	if (why->row == &TASK_FENCE || why->code != FAULT_LATER || !crew_again(t->crew))
		return false;
	*why = (struct fault){ 0 };
	return run_kind(k, t, why);
}

static bool
run_one(struct taking *t, struct fault *fault)
{
	struct store *store = t->crew->service->store;
	struct fault why = { 0 };
	/* of one that was lost, whoever has it now tells the end */
	if (run_row(t, &why) || why.row == &TASK_FENCE)
		return store_read(store, look_again, t, fault);
	t->why = &why;
	t->state = passes(why.code) ? "waiting" : "refused";
	if (!store_write(store, NULL, end_refused, t, fault))
		return false;
	if (t->crew->signer_gone) { /* nothing more can be asked */
		*fault = why;
		return false;
	}
	return true;
}

bool
errand_all(struct crew *c, errand_tell *tell, void *context, int64_t *count, struct fault *fault)
{
	struct taking t = { .crew = c, .round = { .lanes = c->lanes } };
	*count = 0;
	if (!release(c, fault))
		return false;
	for (;;) {
		bool stop = c->stop != NULL && *c->stop;
		if (c->stop != NULL && !service_tick(c->service, fault))
			return false;
		if (!stop && (!service_clock(c->service, &t.now, fault) ||
				 !store_write(c->service->store, NULL, take, &t, fault)))
			return false;
		if (stop || !t.found)
			return *count == 0 || crew_copy_lines(c, fault);
		++*count;
		task_past(&t.round, &t.row);
		bool good = run_one(&t, fault);
		if (tell != NULL && t.row.state[0] != 't') /* not taken: ended or given back */
			tell(context, &t.row);
		if (!good)
			return false;
	}
}

/* Tasks somebody waits for. */
struct waiting {
	const int64_t *task;
	int64_t *fence; /* owned: as it stood before; -1: told */
	size_t n;
	errand_tell *tell;
	void *context;
	size_t at; /* the one that is looked at */
	struct task_row row;
	bool found;
};

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct waiting *w = context;
	return task_get(tx, w->task[w->at], &w->row, &w->found, fault) &&
	       (w->found || fault_set(fault, FAULT_BROKEN, "頼んだ仕事の記録がありません。"));
}

/* Ended, or given back since we began to wait. */
static bool
over(const struct task_row *t, int64_t fence)
{
	return strcmp(t->state, "done") == 0 || strcmp(t->state, "refused") == 0 ||
	       (strcmp(t->state, "waiting") == 0 && t->fence > fence && t->exit != FAULT_NONE);
}

static void
told(struct waiting *w, size_t i, const struct task_row *t)
{
	if (w->fence[i] == -1)
		return;
	w->fence[i] = -1;
	if (w->tell != NULL)
		w->tell(w->context, t);
}

static void
tell_ours(void *context, const struct task_row *t)
{
	struct waiting *w = context;
	for (size_t i = 0; i < w->n; i++)
		if (w->task[i] == t->id)
			told(w, i, t);
}

/* Until it is over, or nobody serves any more. */
static bool
wait_for(struct service *s, struct waiting *w, bool *served, struct fault *fault)
{
	const struct timespec nap = { 0, LOOK_MS * 1000000L };
	for (int waited = 0; waited < WAIT_MS; waited += LOOK_MS) {
		*served = errand_served(s); /* first: what was done until then is seen */
		if (!store_read(s->store, look, w, fault))
			return false;
		if (over(&w->row, w->fence[w->at]))
			told(w, w->at, &w->row);
		if (w->fence[w->at] == -1 || !*served)
			return true;
		(void)nanosleep(&nap, NULL);
	}
	return fault_set(fault, FAULT_LATER,
	    "発行プログラムがまだ終えていません。しばらくしてから結果を確かめてください。");
}

/* *left: how many are not over, since nobody serves any more. */
static bool
wait_all(struct service *s, struct waiting *w, size_t *left, struct fault *fault)
{
	bool served = true;
	bells_ring(s);
	*left = 0;
	for (w->at = 0; w->at < w->n; w->at++) {
		if (w->fence[w->at] != -1 && !wait_for(s, w, &served, fault))
			return false;
		*left += w->fence[w->at] != -1;
	}
	return true;
}

static bool
do_here(struct service *s, struct waiting *w, struct fault *fault)
{
	struct crew crew;
	int64_t count;
	if (!crew_start(s, &crew, fault))
		return false;
	bool good = errand_all(&crew, tell_ours, w, &count, fault);
	crew_end(&crew);
	for (size_t i = 0; good && i < w->n; i++)
		good = w->fence[i] == -1 || fault_set(fault, FAULT_LATER,
						"頼んだ仕事がまだ終わっていません。もう一度実行"
						"してください。");
	return good;
}

/* Where each stands before we wait; what has ended already is told at once. */
static bool
begin(struct service *s, struct waiting *w, size_t *left, struct fault *fault)
{
	*left = 0;
	for (w->at = 0; w->at < w->n; w->at++) {
		if (!store_read(s->store, look, w, fault))
			return false;
		w->fence[w->at] = w->row.fence;
		if (over(&w->row, w->row.fence))
			told(w, w->at, &w->row);
		else
			++*left;
	}
	return true;
}

bool
errand_each(struct service *s, const int64_t *task, size_t n, errand_tell *tell, void *context,
    struct fault *fault)
{
	size_t left;
	struct waiting w = { .task = task, .n = n, .tell = tell, .context = context };
	w.fence = calloc(n + 1, sizeof(*w.fence));
	bool good = (w.fence != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。")) &&
		    begin(s, &w, &left, fault);
	if (good && left > 0 && errand_served(s))
		good = wait_all(s, &w, &left, fault);
	if (good && left > 0)
		good = do_here(s, &w, fault);
	free(w.fence);
	return good;
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

static void
keep_row(void *context, const struct task_row *t)
{
	*(struct task_row *)context = *t;
}

bool
errand_run(struct service *s, int64_t task, struct task_row *row, struct fault *fault)
{
	return errand_each(s, &task, 1, keep_row, row, fault) && errand_good(row, fault);
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
