#include "act/errand.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "vault/secret.h"
#include "wire/child.h"

enum { WAIT_MS = 120000, LOOK_MS = 20 };

static const struct {
	const char *kind;
	errand_handler *run;
} KINDS_OF_TASK[] = {
	{ "charter", errand_charter },
	{ "cacert", errand_cacert },
	{ "issue", errand_issue },
	{ "revoke", errand_revoke },
	{ "void", errand_void },
	{ "list", errand_list },
	{ "head", errand_head },
};

bool
errand_served(const struct service *s)
{
	char path[SERVICE_PATH];
	return lock_held(service_path(s, "run/lock", path));
}

void
errand_bell(const struct service *s)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char path[SERVICE_PATH];
	service_path(s, "run/issuer.bell", path);
	if (strlen(path) >= sizeof(a.sun_path))
		return;
	memcpy(a.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return;
	(void)sendto(fd, "!", 1, MSG_NOSIGNAL, (struct sockaddr *)&a, sizeof(a));
	(void)close(fd);
}

bool
errand_done(
    struct tx *tx, const struct task_row *t, const char *result, int64_t now, struct fault *fault)
{
	return task_end(tx, t->id, t->fence, "done", FAULT_NONE, result, now, fault);
}

struct taking {
	struct crew *crew;
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
	return task_take(
	    tx, taker, t->crew->service->now.sec, TASK_LEASE, &t->row, &t->found, fault);
}

static bool
end_refused(struct tx *tx, void *context, struct fault *fault)
{
	struct taking *t = context;
	char result[600];
	const char *name = t->why->name[0] != '\0' ? t->why->name : fault_name(t->why->code);
	snprintf(result, sizeof(result), "%s\t%s\t%.500s", name, t->why->clause, t->why->say);
	return task_end(tx, t->row.id, t->row.fence, t->state, t->why->code, result,
	    t->crew->service->now.sec, fault);
}

/* What will pass by itself is given back; what a rule refuses is ended. */
static bool
passes(enum fault_code code)
{
	return code == FAULT_LATER || code == FAULT_STORE;
}

static bool
run_one(struct taking *t, struct fault *fault)
{
	struct fault why = { 0 };
	for (size_t i = 0; i < COUNT(KINDS_OF_TASK); i++)
		if (strcmp(KINDS_OF_TASK[i].kind, t->row.kind) == 0) {
			if (KINDS_OF_TASK[i].run(t->crew, &t->row, &why))
				return true;
			break;
		}
	if (why.code == FAULT_NONE)
		fault_set(&why, FAULT_BUG, "「%s」という仕事はありません。", t->row.kind);
	t->why = &why;
	t->state = passes(why.code) ? "waiting" : "refused";
	bool ended = store_write(t->crew->service->store, NULL, end_refused, t, fault);
	if (ended && passes(why.code)) {
		*fault = why;
		return false;
	}
	return ended;
}

bool
errand_all(struct crew *c, int64_t *count, struct fault *fault)
{
	*count = 0;
	for (;;) {
		struct taking t = { .crew = c };
		if (!store_write(c->service->store, NULL, take, &t, fault))
			return false;
		if (!t.found)
			return *count == 0 || crew_copy_lines(c, fault);
		++*count;
		if (!run_one(&t, fault))
			return false;
	}
}

struct looking {
	int64_t id;
	struct task_row row;
	bool found;
};

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct looking *l = context;
	return task_get(tx, l->id, &l->row, &l->found, fault);
}

static bool
ended(struct service *s, struct looking *l, bool *out, struct fault *fault)
{
	if (!store_read(s->store, look, l, fault))
		return false;
	*out =
	    l->found && (strcmp(l->row.state, "done") == 0 || strcmp(l->row.state, "refused") == 0);
	return l->found || fault_set(fault, FAULT_BROKEN, "頼んだ仕事の記録がありません。");
}

static bool
wait_for(struct service *s, struct looking *l, bool *over, struct fault *fault)
{
	const struct timespec nap = { 0, LOOK_MS * 1000000L };
	errand_bell(s);
	for (int waited = 0; waited < WAIT_MS && !*over; waited += LOOK_MS) {
		(void)nanosleep(&nap, NULL);
		if (!ended(s, l, over, fault))
			return false;
	}
	return *over ||
	       fault_set(fault, FAULT_LATER,
		   "発行プログラムがまだ終えていません。しばらくしてから結果を確かめてください。");
}

static bool
do_here(struct service *s, struct looking *l, bool *over, struct fault *fault)
{
	struct crew crew;
	int64_t count;
	if (!crew_start(s, &crew, fault))
		return false;
	bool good = errand_all(&crew, &count, fault);
	crew_end(&crew);
	if (!good || !ended(s, l, over, fault))
		return false;
	return *over || fault_set(fault, FAULT_LATER, "ほかのプログラムがこの仕事をしています。");
}

/* "NAME TAB CLAUSE TAB sentence" back into the fault it was. */
static bool
refused(const struct task_row *t, struct fault *fault)
{
	const char *clause = strchr(t->result, '\t');
	const char *say = clause == NULL ? NULL : strchr(clause + 1, '\t');
	enum fault_code code =
	    t->exit > FAULT_NONE && t->exit < FAULT_CODES ? (enum fault_code)t->exit : FAULT_BUG;
	if (say == NULL)
		return fault_set(fault, FAULT_BROKEN, "仕事の結果を読めません。");
	fault_set(fault, code, "%s", say + 1);
	snprintf(fault->name, sizeof(fault->name), "%.*s", (int)(clause - t->result), t->result);
	snprintf(fault->clause, sizeof(fault->clause), "%.*s", (int)(say - clause - 1), clause + 1);
	return false;
}

bool
errand_run(struct service *s, int64_t task, struct task_row *row, struct fault *fault)
{
	struct looking l = { .id = task };
	bool over = false;
	if (!ended(s, &l, &over, fault))
		return false;
	if (!over &&
	    !(errand_served(s) ? wait_for(s, &l, &over, fault) : do_here(s, &l, &over, fault)))
		return false;
	*row = l.row;
	return strcmp(l.row.state, "done") == 0 || refused(&l.row, fault);
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
