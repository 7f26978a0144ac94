/* Waiting for tasks to end, whoever carries them: a standing issuer, or this program itself. */
#include "act/errand.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "wire/child.h"

/* Whoever carries one alone says first what the signer did not answer. */
enum { WAIT_MS = SIGNER_MS + 20000, LOOK_MS = 20, LOOK_SOON_MS = 2, SOON_MS = 200, LOOKS = 32 };

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

void
errand_ring(const struct service *s)
{
	ring(s, ERRAND_BELL);
	ring(s, ERRAND_REVOKE_BELL);
}

/* Tasks somebody waits for. */
struct waiting {
	const int64_t *task;
	int64_t *fence; /* owned: as it stood before; -1: told */
	size_t n;
	errand_tell *tell;
	void *context;
	bool begun;
	size_t at; /* the first that is looked at */
	struct task_row row[LOOKS]; /* it and those behind it */
	size_t looked;
};

/* Ended, or given back since we began to wait. */
static bool
over(const struct task_row *t, int64_t fence)
{
	return strcmp(t->state, "done") == 0 || strcmp(t->state, "refused") == 0 ||
	       (strcmp(t->state, "waiting") == 0 && t->fence > fence && t->exit != FAULT_NONE);
}

/* One look at many; once begun, up to the first that is not over. */
static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct waiting *w = context;
	bool on = true, found;
	for (w->looked = 0; on && w->looked < LOOKS && w->at + w->looked < w->n; w->looked++) {
		struct task_row *t = &w->row[w->looked];
		size_t i = w->at + w->looked;
		if (!task_get(tx, w->task[i], t, &found, fault))
			return false;
		if (!found)
			return fault_set(fault, FAULT_BROKEN, "頼んだ仕事の記録がありません。");
		on = !w->begun || over(t, w->fence[i]);
	}
	return true;
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
	for (int waited = 0, ms; waited < WAIT_MS; waited += ms) {
		ms = waited < SOON_MS ? LOOK_SOON_MS : LOOK_MS; /* most are over soon */
		const struct timespec nap = { 0, ms * 1000000L };
		*served = errand_served(s); /* first: what was done until then is seen */
		if (!store_read(s->store, look, w, fault))
			return false;
		for (size_t i = 0; i < w->looked; i++)
			if (over(&w->row[i], w->fence[w->at + i]))
				told(w, w->at + i, &w->row[i]);
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
	errand_ring(s);
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
						"頼んだ仕事がまだ終わっていません。"
						"もう一度実行してください。");
	return good;
}

/* Where each stands before we wait; what has ended already is told at once. */
static bool
begin(struct service *s, struct waiting *w, size_t *left, struct fault *fault)
{
	*left = 0;
	for (w->at = 0; w->at < w->n; w->at += w->looked) {
		if (!store_read(s->store, look, w, fault))
			return false;
		for (size_t i = 0; i < w->looked; i++) {
			const struct task_row *t = &w->row[i];
			w->fence[w->at + i] = t->fence;
			if (over(t, t->fence))
				told(w, w->at + i, t);
			else
				++*left;
		}
	}
	w->begun = true;
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
