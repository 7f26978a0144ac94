#include "wire/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FD_ABOVE = 64, CANNOT = 70, PATH = 600 };

static bool
program_path(const char *name, char *out, size_t size)
{
	char self[512];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return false;
	self[n] = '\0';
	char *slash = strrchr(self, '/');
	return slash != NULL &&
	       (size_t)snprintf(out, size, "%.*s/%s", (int)(slash - self), self, name) < size;
}

/* Its own user: no group of ours is left, and nothing gives them back. */
static void
leave(uid_t uid)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	(void)setrlimit(RLIMIT_MEMLOCK, &all); /* what it locks, root would have been allowed */
	if (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 ||
	    setresuid(uid, uid, uid) != 0)
		_exit(CANNOT);
}

/* Descriptors to their places from above, by numbers nobody has, so that none overwrites another. */
static void
places(const struct child *c)
{
	int above[CHILD_FDS];
	for (size_t i = 0; i < c->fd_count; i++)
		if ((above[i] = fcntl(c->fd[i], F_DUPFD, FD_ABOVE)) == -1)
			_exit(CANNOT);
	for (size_t i = 0; i < c->fd_count; i++)
		if (dup2(above[i], CHILD_FIRST_FD + (int)i) == -1)
			_exit(CANNOT);
	if (close_range((unsigned)(CHILD_FIRST_FD + (int)c->fd_count), ~0u, 0) != 0)
		_exit(CANNOT); /* whatever stayed open would be its to use */
}

/* Whoever has a user of its own may not find the way from the root: it starts in the folder. */
static const char *
own_user(const struct child *c, const char *path)
{
	char folder[PATH];
	const char *name = strrchr(path, '/') + 1;
	(void)snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
	if (chdir(folder) != 0)
		_exit(CANNOT);
	leave(c->uid);
	return name;
}

/* Whoever reads our output does not wait for it. */
static void
stay(void)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	(void)setsid();
	if (nothing == -1 || dup2(nothing, STDIN_FILENO) == -1 ||
	    dup2(nothing, STDOUT_FILENO) == -1)
		_exit(CANNOT);
}

/* In the child; what ties it to us is set behind its own user, which would undo it. */
static void
become(const struct child *c, const char *path, pid_t parent)
{
	const char *argv[CHILD_ARGS + 2] = { c->program };
	char *const none[] = { NULL };
	sigset_t no_signals;
	size_t n = 0;
	places(c);
	for (; c->argv != NULL && c->argv[n] != NULL && n < CHILD_ARGS; n++)
		argv[n + 1] = c->argv[n];
	if (c->uid != 0)
		path = own_user(c, path);
	if (c->stays)
		stay();
	else
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!c->stays && getppid() != parent)
		_exit(CANNOT);
	(void)sigemptyset(&no_signals);
	(void)sigprocmask(SIG_SETMASK, &no_signals, NULL);
	(void)execve(path, (char *const *)argv, none);
	(void)dprintf(STDERR_FILENO,
	    "akashi: 「%s」を利用者 %u では実行できません。"
	    "読み取りと実行の権限を確かめてください。\n",
	    c->program, (unsigned)getuid());
	_exit(CANNOT);
}

uid_t
child_uid(const char *const *users)
{
	const struct passwd *p = NULL;
	if (geteuid() != 0)
		return 0;
	for (size_t i = 0; p == NULL && users[i] != NULL; i++)
		p = getpwnam(users[i]);
	return p == NULL ? 0 : p->pw_uid;
}

bool
child_start(const struct child *c, pid_t *pid, struct fault *fault)
{
	char path[PATH];
	if (!program_path(c->program, path, sizeof(path)) || access(path, X_OK) != 0)
		return fault_set(fault, FAULT_BUG,
		    "プログラム「%s」がありません。make をやり直してください。", c->program);
	pid_t parent = getpid(), p = fork();
	if (p == 0)
		become(c, path, parent);
	if (p == -1)
		return fault_set(
		    fault, FAULT_LATER, "プログラム「%s」を始められません。", c->program);
	*pid = p;
	return true;
}

int
child_end(pid_t pid, int ms)
{
	int status = 0;
	const struct timespec nap = { 0, 2000000 };
	for (int waited = 0;; waited += 2) {
		if (waited >= ms)
			(void)kill(pid, SIGKILL);
		pid_t p = waitpid(pid, &status, waited < ms ? WNOHANG : 0);
		if (p == pid)
			break;
		if (p == -1 && errno != EINTR)
			return 127;
		(void)nanosleep(&nap, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
