#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>
#include "faults/next.h"

static struct shim *shim;
static struct {
	int (*clock_gettime)(clockid_t, struct timespec *);
	int (*adjtimex)(struct timex *);
	ssize_t (*getrandom)(void *, size_t, unsigned);
	int (*fsync)(int);
	ssize_t (*write)(int, const void *, size_t);
} real;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("AKASHI_SHIM");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *p = mmap(NULL, sizeof(*shim), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		_exit(99);
	(void)close(fd);
	*(void **)&real.clock_gettime = next_find("clock_gettime");
	*(void **)&real.adjtimex = next_find("adjtimex");
	*(void **)&real.getrandom = next_find("getrandom");
	*(void **)&real.fsync = next_find("fsync");
	*(void **)&real.write = next_find("write");
	shim = p;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	if (shim == NULL)
		return -1;
	int status = real.clock_gettime(clock, t);
	if (status == 0 && clock == CLOCK_REALTIME)
		t->tv_sec += shim->wall;
	return status;
}

int
adjtimex(struct timex *t)
{
	int status = real.adjtimex(t);
	if (shim->synchronised != SYNC_AS_IS && status != -1) {
		t->status &= ~STA_UNSYNC;
		t->status |= shim->synchronised == SYNC_NO ? STA_UNSYNC : 0;
		return shim->synchronised == SYNC_NO ? TIME_ERROR : TIME_OK;
	}
	return status;
}

ssize_t
getrandom(void *p, size_t n, unsigned flags)
{
	if (shim == NULL || shim->random == RANDOM_AS_IS)
		return real.getrandom == NULL ? -1 : real.getrandom(p, n, flags);
	if (shim->random == RANDOM_FAILS) {
		errno = EIO;
		return -1;
	}
	memset(p, 0x5a, n);
	return (ssize_t)n;
}

int
fsync(int fd)
{
	if (shim->fsync_fails > 1) {
		shim->fsync_fails--;
	} else if (shim->fsync_fails == 1) {
		errno = EIO;
		return -1;
	}
	return real.fsync(fd);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	if (shim->write_fails != 0 && shim->write_fails == fd) {
		errno = ENOSPC;
		return -1;
	}
	return real.write(fd, p, n);
}
