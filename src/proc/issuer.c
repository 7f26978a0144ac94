/*
 * akashi-issuer: carries what was approved between store, keymaker and signer [design 1].
 *
 * akashi-issuer --dir DIR [--revoke]
 * Joins the service's crew; takes tasks when DIR/run/issuer.bell rings and once a second, and adds
 * lists and checkpoints as they fall due. Says "ready" on descriptor 3 when it listens; asks for
 * signer and keymakers over descriptor 4, and never opens a key of theirs. --revoke: the second one,
 * with a road of its own to the signer, which carries revocations, voids and lists. A failure is said
 * once and tried again with growing pauses; SIGTERM ends it within a second, what it had in hand is
 * taken up by the next. Holds nothing worth stealing.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/duty.h"
#include "act/errand.h"
#include "act/repository.h"
#include "wire/child.h"
#include "wire/serve.h"

enum { READY_FD = 3, STARTER_FD, LOOK_MS = 1000, PAUSE_MOST_MS = 60000, END_SECONDS = 1 };

/* The two of them. */
static const struct part {
	const char *name, *bell, *lock;
	unsigned lanes;
} ISSUER = { "akashi-issuer", ERRAND_BELL, "run/issuer.lock", TASK_ORDINARY },
  REVOKER = { "akashi-issuer --revoke", ERRAND_REVOKE_BELL, "run/revoker.lock", TASK_URGENT };

struct issuer {
	const struct part *part;
	struct service *service; /* NULL: to be opened again */
	struct crew crew;
	bool crew_up;
	struct duty duty;
	int bell, lock;
	int pause; /* ms until the next look */
	bool gave_back; /* a task of this round must wait for something */
	struct fault said; /* the last failure; code FAULT_NONE: all is well */
};

static volatile bool stopped;

/* Whatever holds it up: what is in hand is safe to drop. */
static void
stop(int signal)
{
	(void)signal;
	stopped = true;
	(void)alarm(END_SECONDS);
}

static void
signals_set(void)
{
	sigset_t ours;
	(void)sigemptyset(&ours);
	(void)sigaddset(&ours, SIGTERM);
	(void)sigaddset(&ours, SIGINT);
	(void)sigprocmask(SIG_UNBLOCK, &ours, NULL);
	(void)signal(SIGTERM, stop);
	(void)signal(SIGINT, stop);
	(void)signal(SIGALRM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static void
let_go(struct issuer *i)
{
	if (i->crew_up)
		crew_end(&i->crew);
	i->crew_up = false;
	service_close(i->service);
	i->service = NULL;
}

static void
note_end(void *context, const struct task_row *t)
{
	struct issuer *i = context;
	i->gave_back = i->gave_back || strcmp(t->state, "waiting") == 0;
}

static bool
crew_ready(struct issuer *i, struct fault *fault)
{
	if (i->crew_up)
		return true;
	i->crew_up = crew_join(i->service, STARTER_FD, i->part->lanes, &i->crew, fault);
	i->crew.stop = &stopped;
	return i->crew_up;
}

/* One of them is enough to tell the public what happened. */
static bool
tell(struct issuer *i, struct fault *fault)
{
	return i->part != &ISSUER || repository_tell(i->service, fault);
}

static bool
round_run(struct issuer *i, const char *dir, struct fault *fault)
{
	int64_t count;
	i->gave_back = false;
	if (i->service == NULL && !service_open(dir, NULL, &i->service, fault))
		return false;
	return service_tick(i->service, fault) && tell(i, fault) && crew_ready(i, fault) &&
	       duty_add(&i->crew, &i->duty, fault) &&
	       errand_all(&i->crew, note_end, i, &count, fault) && (count == 0 || tell(i, fault));
}

/* Each kind of failure once, until it passes. */
static void
say(struct issuer *i, const struct fault *why)
{
	bool same = why->code == i->said.code && strcmp(why->name, i->said.name) == 0 &&
		    strcmp(why->say, i->said.say) == 0;
	if (!same && why->code == FAULT_NONE)
		fprintf(stderr, "%s: 再び続けられるようになりました。\n", i->part->name);
	else if (!same)
		fprintf(stderr, "%s: %s%s%s%s\n", i->part->name, why->say,
		    why->detail[0] == '\0' ? "" : "（", why->detail,
		    why->detail[0] == '\0' ? "" : "）");
	i->said = *why;
}

static void
pause_set(struct issuer *i, bool good)
{
	if (good && !i->gave_back)
		i->pause = LOOK_MS;
	else
		i->pause = i->pause * 2 > PAUSE_MOST_MS ? PAUSE_MOST_MS : i->pause * 2;
}

/* The bell ends any pause but one after a failure, which only time heals. */
static void
wait_bell(struct issuer *i, bool good)
{
	char bytes[64];
	struct pollfd p = { .fd = i->bell, .events = POLLIN };
	int n = poll(&p, good ? 1 : 0, i->pause);
	while (n == 1 && recv(i->bell, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		i->pause = LOOK_MS;
}

static void
loop(struct issuer *i, const char *dir)
{
	i->pause = LOOK_MS;
	while (!stopped) {
		struct fault why = { 0 };
		bool good = round_run(i, dir, &why);
		if (stopped)
			break;
		say(i, &why);
		if (!good)
			let_go(i);
		pause_set(i, good);
		wait_bell(i, good);
	}
}

/* Whoever starts signer and keymakers is at its other end. */
static bool
starter_there(struct fault *fault)
{
	int type;
	socklen_t n = sizeof(type);
	return (getsockopt(STARTER_FD, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
		   type == SOCK_SEQPACKET && fcntl(STARTER_FD, F_SETFD, FD_CLOEXEC) == 0) ||
	       fault_set(fault, FAULT_USAGE,
		   "署名プログラムを始める相手がいません。akashi serve から始めてください。");
}

static bool
begin(struct issuer *i, const char *dir, struct fault *fault)
{
	char path[SERVICE_PATH];
	if (!service_open(dir, NULL, &i->service, fault) ||
	    !lock_take(service_path(i->service, i->part->lock, path), &i->lock, fault) ||
	    !socket_bell(service_path(i->service, i->part->bell, path), &i->bell, fault) ||
	    !starter_there(fault))
		return false;
	if (fcntl(READY_FD, F_GETFD) != -1) {
		(void)!write(READY_FD, "ready\n", 6);
		(void)close(READY_FD);
	}
	return true;
}

int
main(int argc, char **argv)
{
	static struct issuer issuer = { .bell = -1, .lock = -1 };
	struct fault fault = { 0 };
	const struct rlimit none = { 0, 0 };
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)umask(022); /* who may read a file is said where it is written */
	signals_set();
	/* where nobody started us, nothing of ours may land on these descriptors */
	for (int fd = READY_FD; fd <= STARTER_FD; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			(void)!open("/dev/null", O_RDWR | O_CLOEXEC);
	issuer.part = argc == 4 ? &REVOKER : &ISSUER;
	bool named = argc >= 3 && argc <= 4 && strcmp(argv[1], "--dir") == 0 &&
		     (argc == 3 || strcmp(argv[3], "--revoke") == 0);
	bool good = named || fault_set(&fault, FAULT_USAGE, "--dir DIR が必要です。");
	good = good && begin(&issuer, argv[2], &fault);
	if (good)
		loop(&issuer, argv[2]);
	let_go(&issuer);
	if (!good)
		fprintf(stderr, "%s: %s\n", issuer.part->name, fault.say);
	return fault_exit(fault.code);
}
