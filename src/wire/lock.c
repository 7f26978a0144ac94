/* A file of its own: the signer locks its journal and must not link what starts programs. */
#include "wire/child.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { LOOKS = 50, LOOK_NS = 1000000 }; /* so often, a millisecond apart */

static bool
lock_at(int fd, int how)
{
	bool got;
	do
		got = flock(fd, how) == 0;
	while (!got && errno == EINTR);
	return got;
}

/* Who only looks (lock_held) has it for a moment and is no holder: it is tried again. */
static bool
lock_now(int fd)
{
	const struct timespec moment = { 0, LOOK_NS };
	for (int i = 0; i < LOOKS; i++) {
		if (lock_at(fd, LOCK_EX | LOCK_NB))
			return true;
		if (!lock_at(fd, LOCK_SH | LOCK_NB) || !lock_at(fd, LOCK_UN))
			return false;
		(void)nanosleep(&moment, NULL);
	}
	errno = EWOULDBLOCK;
	return false;
}

static bool
lock_get(const char *path, bool wait, int *out, struct fault *fault)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd != -1 && (wait ? lock_at(fd, LOCK_EX) : lock_now(fd))) {
		*out = fd;
		return true;
	}
	int why = errno;
	if (fd != -1)
		(void)close(fd);
	if (fd == -1 || why != EWOULDBLOCK)
		return fault_set(fault, FAULT_STORE,
		    "「%s」を開けません（%s）。空き容量と権限を確かめてください。", path,
		    strerror(why));
	return fault_set(fault, FAULT_LATER,
	    "ほかのプログラムが使っています（%s）。終わるのを待ってからもう一度実行してください。",
	    path);
}

bool
lock_take(const char *path, int *fd, struct fault *fault)
{
	return lock_get(path, false, fd, fault);
}

bool
lock_wait(const char *path, int *fd, struct fault *fault)
{
	return lock_get(path, true, fd, fault);
}

bool
lock_held(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return false;
	bool held = flock(fd, LOCK_SH | LOCK_NB) != 0; /* who else only asks is no holder */
	(void)close(fd);
	return held;
}
