#include "wire/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

bool
signals_take(const int *signals, int *fd, struct fault *fault)
{
	sigset_t set;
	(void)sigemptyset(&set);
	for (size_t i = 0; signals[i] != 0; i++)
		(void)sigaddset(&set, signals[i]);
	*fd = sigprocmask(SIG_BLOCK, &set, NULL) == 0
		  ? signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)
		  : -1;
	return *fd != -1 || fault_set(fault, FAULT_BUG, "シグナルを受け取れません。");
}

int
signals_next(int fd)
{
	struct signalfd_siginfo s;
	return read(fd, &s, sizeof(s)) == (ssize_t)sizeof(s) ? (int)s.ssi_signo : 0;
}
