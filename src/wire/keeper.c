#include "wire/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire/child.h"
#include "wire/deadline.h"
#include "wire/signals.h"

enum { SECOND = 1000, PAUSE_MOST = 60, STEADY_MS = 60 * SECOND };

static void
signals_read(struct keeper *k)
{
	for (int came; (came = signals_next(k->signals)) != 0;)
		k->stopped = k->stopped || came != SIGCHLD;
}

static void
closed(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

static bool
start(struct keeper *k, size_t i, struct fault *fault)
{
	struct kept *c = &k->at[i];
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return fault_set(fault, FAULT_LATER, "パイプを作れません。");
	bool good = k->start(k->context, i, ends[1], &c->pid, fault);
	(void)close(ends[1]);
	c->since = deadline_now();
	c->up = false;
	if (good)
		c->ready = ends[0];
	else
		(void)close(ends[0]);
	return good;
}

/* It said that it is ready; or its end of the pipe closed since it died. */
static void
ready_read(struct keeper *k, size_t i)
{
	struct kept *c = &k->at[i];
	char word[16];
	c->up = read(c->ready, word, sizeof(word)) > 0 && word[0] == 'r';
	closed(&c->ready);
	if (c->up && c->said)
		k->tell(k->teller, i, -1, 0);
	c->said = c->said && !c->up;
}

static int
exit_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Whatever comes first: a signal, a word that one is ready, a question, the time. */
static void
round_wait(struct keeper *k, int ms)
{
	struct pollfd p[2 * KEEPER_MOST + 1];
	for (size_t i = 0; i < k->count; i++) {
		p[2 * i] = (struct pollfd){ .fd = k->at[i].ready, .events = POLLIN };
		p[2 * i + 1] = (struct pollfd){ .fd = k->at[i].ear, .events = POLLIN };
	}
	p[2 * k->count] = (struct pollfd){ .fd = k->signals, .events = POLLIN };
	if (poll(p, 2 * k->count + 1, ms) <= 0)
		return;
	for (size_t i = 0; i < k->count; i++) {
		if (p[2 * i].revents != 0)
			ready_read(k, i);
		if (p[2 * i + 1].revents != 0 && !k->hear(k->context, i, k->at[i].ear))
			closed(&k->at[i].ear);
	}
	if (p[2 * k->count].revents != 0)
		signals_read(k);
}

/* It is ready, or has ended, or we are to end. */
static bool
wait_ready(struct keeper *k, struct kept *c, struct fault *fault)
{
	int64_t until = deadline_now() + KEEPER_READY_MS, left;
	while (!k->stopped && c->ready != -1 && (left = until - deadline_now()) >= 0)
		round_wait(k, (int)left);
	if (k->stopped || c->up)
		return true;
	int status = child_end(c->pid, SECOND);
	c->pid = 0;
	return fault_set(fault, status == fault_exit(FAULT_LATER) ? FAULT_LATER : FAULT_OUTSIDE,
	    "プログラムを始められませんでした（%d）。上に出た理由を確かめてください。", status);
}

bool
keeper_begin(struct keeper *k, struct fault *fault)
{
	for (size_t i = 0; i < KEEPER_MOST; i++)
		k->at[i] = (struct kept){ .ear = -1, .ready = -1 };
	k->stopped = false;
	bool good =
	    signals_take((const int[]){ SIGINT, SIGTERM, SIGHUP, SIGCHLD, 0 }, &k->signals, fault);
	for (size_t i = 0; good && !k->stopped && i < k->count; i++)
		good = start(k, i, fault) && wait_ready(k, &k->at[i], fault);
	return good;
}

/* One that ran well for a while begins again with the shortest pause. */
static void
died(struct keeper *k, size_t i, int status)
{
	struct kept *c = &k->at[i];
	int64_t now = deadline_now();
	closed(&c->ready);
	closed(&c->ear);
	c->pid = 0;
	c->pause = now - c->since > STEADY_MS || c->pause == 0 ? 1
		   : c->pause * 2 > PAUSE_MOST		       ? PAUSE_MOST
							       : c->pause * 2;
	c->due = now + (int64_t)c->pause * SECOND;
	if (!c->said)
		k->tell(k->teller, i, status, c->pause);
	c->said = true;
}

static void
reap(struct keeper *k)
{
	int status;
	for (size_t i = 0; i < k->count; i++) {
		struct kept *c = &k->at[i];
		if (c->pid != 0 && waitpid(c->pid, &status, WNOHANG) == c->pid)
			died(k, i, exit_of(status));
	}
}

/* How long until the next start is due; -1: none is. */
static int
start_due(struct keeper *k)
{
	int64_t wait = -1, now = deadline_now();
	for (size_t i = 0; i < k->count; i++) {
		struct kept *c = &k->at[i];
		struct fault why = { 0 };
		if (c->pid == 0 && c->due <= now && !start(k, i, &why))
			died(k, i, fault_exit(why.code));
		if (c->pid == 0 && (wait == -1 || c->due - now < wait))
			wait = c->due > now ? c->due - now : 0;
	}
	return (int)wait;
}

void
keeper_run(struct keeper *k)
{
	while (!k->stopped) {
		reap(k);
		round_wait(k, start_due(k));
	}
}

void
keeper_end(struct keeper *k)
{
	int64_t until = deadline_now() + KEEPER_END_MS;
	for (size_t i = k->count; i-- > 0;) {
		struct kept *c = &k->at[i];
		closed(&c->ready);
		closed(&c->ear);
		if (c->pid == 0)
			continue;
		int64_t left = until - deadline_now();
		(void)kill(c->pid, SIGTERM);
		(void)child_end(c->pid, left < 0 ? 0 : (int)left);
		c->pid = 0;
	}
	closed(&k->signals);
}
