/* A file of its own: the signer locks its journal and must not link what starts programs. */
#include "wire/child.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static bool
lock_get(const char *path, int how, int *out, struct fault *fault)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	bool got = false;
	if (fd != -1)
		do
			got = flock(fd, how) == 0;
		while (!got && errno == EINTR);
	if (got) {
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
	return lock_get(path, LOCK_EX | LOCK_NB, fd, fault);
}

bool
lock_wait(const char *path, int *fd, struct fault *fault)
{
	return lock_get(path, LOCK_EX, fd, fault);
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
