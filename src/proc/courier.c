/*
 * akashi-courier: the clocks of table K act, and mail that is due goes to the relay, or into the
 * outbox [design 1].
 *
 * akashi-courier --dir DIR [--once | --inbox]
 * Looks into the store every other second, runs the clocks at its start, at each midnight in Japan
 * and every hour; with --once until nothing is due, then says what it did on descriptor 3. Says
 * "ready" there, where there is one, when it begins to stand. A failure is said once and tried again
 * with growing pauses; a store that is lost ends it (exit 75), so that whoever keeps it starts one that
 * opens it anew; SIGTERM ends it between two mails. Holds the contact key and the relay's
 * password; starts no program, writes outside its folder nothing (Landlock), and reads no bytes from
 * outside but the relay's replies.
 *
 * With --inbox it is another process, without contact key and relay: every five minutes it takes in
 * what lies in the mailbox (act/mail_in) and starts akashi-reader for it; SIGTERM ends it anywhere.
 */
#include <fcntl.h>
#include <linux/landlock.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "act/clocks.h"
#include "act/courier.h"
#include "act/mail_in.h"
#include "wire/signals.h"

enum { SAY_FD = 3, LOOK_MS = 2000, PAUSE_MOST_MS = 60000, INBOX_MS = 300000 };

/* Nothing is written but in the service's own folder and /dev/null; starts: else nothing is executed. */
static bool
shut_in(const char *dir, bool starts, struct fault *fault)
{
	const uint64_t every = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
	const uint64_t free = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
			      (starts ? LANDLOCK_ACCESS_FS_EXECUTE : 0);
	const struct landlock_ruleset_attr all = { .handled_access_fs = every & ~free };
	int set = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (set == -1)
		return true; /* a kernel without: nothing to be had */
	const char *const where[] = { dir, "/dev/null" };
	bool good = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	for (size_t i = 0; i < COUNT(where); i++) {
		struct landlock_path_beneath_attr rule = { .parent_fd =
							       open(where[i], O_PATH | O_CLOEXEC) };
		if (rule.parent_fd == -1)
			(void)fault_set(fault, FAULT_MISSING,
			    "「%s」がありません。--dir を確かめてください。", where[i]);
		rule.allowed_access = i == 0 ? all.handled_access_fs & ~LANDLOCK_ACCESS_FS_EXECUTE
					     : LANDLOCK_ACCESS_FS_WRITE_FILE;
		good = good && syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH,
				   &rule, 0) == 0;
		(void)close(rule.parent_fd);
	}
	good = good && syscall(SYS_landlock_restrict_self, set, 0) == 0;
	(void)close(set);
	return good ||
	       fault_set(fault, FAULT_BUG, "書き込めるファイルをサービスのフォルダに限れません。");
}

/* Each kind of failure once, until it passes; a relay's has passed when it took a mail, not when
 * none was due. */
static void
say(struct fault *said, const struct fault *why, bool accepted)
{
	if (why->code == said->code && strcmp(why->say, said->say) == 0)
		return;
	if (why->code == FAULT_NONE && said->code == FAULT_OUTSIDE && !accepted)
		return;
	if (why->code == FAULT_NONE)
		fprintf(stderr, "akashi-courier: 再び動いています。\n");
	else
		fprintf(stderr, "akashi-courier: %s%s%s%s\n", why->say,
		    why->detail[0] == '\0' ? "" : "（", why->detail,
		    why->detail[0] == '\0' ? "" : "）");
	*said = *why;
}

/* When the clocks of table K were last run, by the service's own time. */
struct ticking {
	struct day day;
	int64_t at;
};
enum { CLOCKS_SECONDS = 3600 };

static void
clocks_told_nobody(void *context, const struct clocks_told *c)
{
	(void)context;
	if (c->fault != NULL)
		fprintf(stderr, "akashi-courier: %s %s 案件 %lld：%s\n", c->row->clock,
		    c->row->word, (long long)c->row->dossier, c->fault->say);
}

/* At the beginning, at each midnight in Japan and every hour; a list that is due is the issuer's. */
static bool
clocks_tick(struct service *s, struct ticking *t, struct fault *fault)
{
	struct clocks_ran ran;
	int64_t passed = s->now.sec - t->at;
	if (day_cmp(t->day, s->today) == 0 && passed >= 0 && passed < CLOCKS_SECONDS)
		return true;
	if (!clocks_run(s, s->today, clocks_told_nobody, NULL, &ran, fault))
		return false;
	t->day = s->today;
	t->at = s->now.sec;
	return true;
}

/* A relay that takes nothing for now is a failure too, to whoever reads the log. A clock that fails
 * holds up no mail. */
static bool
round_run(struct courier *c, struct ticking *t, struct courier_done *done, struct fault *why)
{
	struct fault clocks = { 0 };
	if (!service_tick(c->service, why))
		return false;
	bool ticked = clocks_tick(c->service, t, &clocks);
	if (!courier_run(c, done, why))
		return false;
	if (!ticked) {
		*why = clocks;
		return false;
	}
	if (done->later == 0 || done->why[0] == '\0')
		return true;
	(void)fault_set(why, FAULT_OUTSIDE,
	    "メールの中継（mail_relay）が受け取りません。あとでもう一度送ります。");
	fault_detail(why, "%s", done->why);
	return false;
}

static bool
loop(struct courier *c, struct fault *fault)
{
	struct fault said = { 0 };
	struct ticking ticking = { .at = 0 };
	int pause = LOOK_MS;
	struct pollfd p = { .fd = c->stop, .events = POLLIN };
	for (;;) {
		struct courier_done done = { 0 };
		struct fault why = { 0 };
		bool good = round_run(c, &ticking, &done, &why) || why.code == FAULT_OUTSIDE;
		if (c->stopped)
			return true;
		if (!good && store_lost(c->service->store)) {
			*fault = why;
			return false;
		}
		say(&said, &why, done.accepted > 0);
		pause = good ? LOOK_MS : pause * 2 > PAUSE_MOST_MS ? PAUSE_MOST_MS : pause * 2;
		if (poll(&p, 1, pause) == 1)
			return true;
	}
}

static bool
once(struct courier *c, struct fault *fault)
{
	struct courier_done d;
	if (!courier_run(c, &d, fault))
		return false;
	(void)dprintf(SAY_FD, "%lld %lld %lld %lld\n", (long long)d.accepted, (long long)d.later,
	    (long long)d.failed, (long long)d.letters);
	return true;
}

static void
say_ready(void)
{
	(void)!write(SAY_FD, "ready\n", 6);
	(void)close(SAY_FD);
}

static bool
stand(struct courier *c, struct fault *fault)
{
	say_ready();
	if (c->relay.url == NULL && !c->service->rehearsal)
		fprintf(stderr, "akashi-courier: mail_relay が outbox です。"
				"メールは outbox/ に置くだけで、送りません。\n");
	return loop(c, fault);
}

/* What each was is in the log of the service. */
static void
mail_told_nobody(void *context, const struct mail_in_told *mail)
{
	(void)context;
	(void)mail;
}

/* Until a signal ends the process, or its store is lost: a fetch that falls anywhere loses no mail. */
static bool
inbox_stand(struct service *s, struct fault *fault)
{
	struct fault said = { 0 };
	say_ready();
	for (;;) {
		struct fault why = { 0 };
		bool good = service_tick(s, &why) && mail_in_run(s, mail_told_nobody, NULL, &why);
		if (!good && store_lost(s->store)) {
			*fault = why;
			return false;
		}
		say(&said, &why, true);
		(void)poll(NULL, 0, INBOX_MS);
	}
}

/* Closed to everybody before it holds anything. */
static bool
begin(const char *dir, bool starts, struct service **s, struct fault *fault)
{
	const struct rlimit none = { 0, 0 };
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
	/* where nobody waits, nothing of ours may land on that descriptor */
	if (fcntl(SAY_FD, F_GETFD) == -1)
		(void)!open("/dev/null", O_WRONLY | O_CLOEXEC);
	return shut_in(dir, starts, fault) && service_open(dir, NULL, s, fault);
}

static bool
courier_do(struct service *s, bool one, struct fault *fault)
{
	struct courier courier = { .stop = -1 };
	bool good = courier_open(s, &courier, fault) &&
		    signals_take((const int[]){ SIGTERM, SIGINT, 0 }, &courier.stop, fault);
	if (good && one)
		good = once(&courier, fault);
	else if (good)
		good = stand(&courier, fault);
	courier_close(&courier);
	return good;
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SERVICE s = NULL;
	bool one = argc == 4 && strcmp(argv[3], "--once") == 0;
	bool inbox = argc == 4 && strcmp(argv[3], "--inbox") == 0;
	bool good = ((argc == 3 || one || inbox) && strcmp(argv[1], "--dir") == 0) ||
		    fault_set(&fault, FAULT_USAGE, "--dir DIR が必要です。");
	good = good && begin(argv[2], inbox, &s, &fault);
	if (good)
		good = inbox ? inbox_stand(s, &fault) : courier_do(s, one, &fault);
	if (!good)
		say(&(struct fault){ 0 }, &fault, true);
	return fault_exit(fault.code);
}
