#include "wire/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

/* In the child: descriptors to their places from above, so that none overwrites another. */
static void
become(const struct child *c, const char *path)
{
	const char *argv[16] = { c->program };
	char *const none[] = { NULL };
	size_t n = 0;
	for (size_t i = 0; i < c->fd_count; i++)
		if (dup2(c->fd[i], 64 + (int)i) == -1)
			_exit(70);
	for (size_t i = 0; i < c->fd_count; i++)
		if (dup2(64 + (int)i, CHILD_FIRST_FD + (int)i) == -1)
			_exit(70);
	(void)close_range((unsigned)(CHILD_FIRST_FD + (int)c->fd_count), ~0u, 0);
	for (; c->argv != NULL && c->argv[n] != NULL && n < COUNT(argv) - 2; n++)
		argv[n + 1] = c->argv[n];
	if (c->stays)
		(void)setsid();
	else
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)execve(path, (char *const *)argv, none);
	_exit(70);
}

bool
child_start(const struct child *c, pid_t *pid, struct fault *fault)
{
	char path[600];
	if (!program_path(c->program, path, sizeof(path)) || access(path, X_OK) != 0)
		return fault_set(fault, FAULT_BUG,
		    "プログラム「%s」がありません。make をやり直してください。", c->program);
	pid_t parent = getpid(), p = fork();
	if (p == -1)
		return fault_set(
		    fault, FAULT_LATER, "プログラム「%s」を始められません。", c->program);
	if (p == 0) {
		if (!c->stays && getppid() != parent)
			_exit(70);
		become(c, path);
	}
	*pid = p;
	return true;
}

int
child_end(pid_t pid, int ms)
{
	int status = 0;
	const struct timespec nap = { 0, 2000000 };
	for (int waited = 0;; waited += 2) {
		pid_t p = waitpid(pid, &status, waited < ms ? WNOHANG : 0);
		if (p == pid)
			break;
		if (p == -1 && errno != EINTR)
			return 127;
		if (waited >= ms)
			(void)kill(pid, SIGKILL);
		(void)nanosleep(&nap, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
