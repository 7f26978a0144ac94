#undef _FILE_OFFSET_BITS /* both names of a call are given here */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
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
	ssize_t (*pwrite64)(int, const void *, size_t, off_t);
	int (*statfs64)(const char *, struct statfs64 *);
	int (*EVP_PKEY_verify)(
	    void *, const unsigned char *, size_t, const unsigned char *, size_t);
} real;

static struct shim own;

/* "full broken nfs wall=-3600" */
static void
own_read(const char *says)
{
	const char *wall = strstr(says, "wall=");
	own.full = strstr(says, "full") != NULL;
	own.broken = strstr(says, "broken") != NULL;
	own.nfs = strstr(says, "nfs") != NULL;
	own.wall = wall == NULL ? 0 : strtoll(wall + 5, NULL, 10);
	shim = &own;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("AKASHI_SHIM"), *says = getenv("AKASHI_SHIM_SAYS");
	*(void **)&real.clock_gettime = next_find("clock_gettime");
	*(void **)&real.adjtimex = next_find("adjtimex");
	*(void **)&real.getrandom = next_find("getrandom");
	*(void **)&real.fsync = next_find("fsync");
	*(void **)&real.write = next_find("write");
	*(void **)&real.pwrite64 = next_find("pwrite64");
	*(void **)&real.statfs64 = next_find("statfs64");
	*(void **)&real.EVP_PKEY_verify = next_find("EVP_PKEY_verify");
	if (says != NULL) {
		own_read(says);
		return;
	}
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *p = mmap(NULL, sizeof(*shim), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		_exit(99);
	(void)close(fd);
	shim = p;
}

/* Somebody sets the clock while the program is between two calls. */
static void
tick(void)
{
	if (shim->step_at == 0 || --shim->step_at != 0)
		return;
	shim->wall = shim->step_wall;
	shim->boot = shim->step_boot;
	shim->frozen = shim->step_frozen;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	if (shim == NULL)
		return -1;
	tick();
	int status = real.clock_gettime(clock, t);
	if (status == 0 && clock == CLOCK_REALTIME && shim->frozen != 0)
		*t = (struct timespec){ shim->frozen, 0 };
	if (status == 0 && clock == CLOCK_REALTIME)
		t->tv_sec += shim->wall;
	if (status == 0 && clock == CLOCK_BOOTTIME)
		t->tv_sec += shim->boot;
	return status;
}

int
adjtimex(struct timex *t)
{
	tick();
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
	tick();
	if (shim->fsync_fails > 1) {
		shim->fsync_fails--;
	} else if (shim->fsync_fails == 1) {
		errno = EIO;
		return -1;
	}
	return real.fsync(fd);
}

static bool
is_full(int fd)
{
	struct stat st;
	return shim->full && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	tick();
	if ((shim->write_fails != 0 && shim->write_fails == fd) || is_full(fd)) {
		errno = ENOSPC;
		return -1;
	}
	return real.write(fd, p, n);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	if (is_full(fd)) {
		errno = ENOSPC;
		return -1;
	}
	return real.pwrite64(fd, p, n, at);
}

ssize_t pwrite(int, const void *, size_t, off_t) __attribute__((alias("pwrite64")));

int
statfs64(const char *path, struct statfs64 *out)
{
	int status = real.statfs64(path, out);
	if (status == 0 && shim->nfs)
		out->f_type = 0x6969;
	return status;
}

int EVP_PKEY_verify(void *, const unsigned char *, size_t, const unsigned char *, size_t);
int
EVP_PKEY_verify(void *ctx, const unsigned char *sig, size_t n, const unsigned char *tbs, size_t m)
{
	return shim->broken ? 0 : real.EVP_PKEY_verify(ctx, sig, n, tbs, m);
}
