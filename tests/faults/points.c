#include "points.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 256 << 20 }; /* sparse */
enum { GONE_MS = 60000 }; /* what a loaded machine may take to end a program */

struct points *
points_open(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || fstat(fd, &st) != 0 || (st.st_size != SIZE && ftruncate(fd, SIZE) != 0))
		return NULL;
	void *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (p == MAP_FAILED)
		return NULL;
	struct points *points = p;
	points->size = SIZE - sizeof(*points);
	return points;
}

void
points_arm(struct points *p, int64_t target, enum points_mode mode, const char *leave_out)
{
	size_t size = p->size;
	memset(p, 0, sizeof(*p));
	p->size = size;
	p->mode = mode;
	(void)snprintf(
	    p->leave_out, sizeof(p->leave_out), "%s", leave_out == NULL ? "" : leave_out);
	p->target = target;
}

/* proc_pid_stat(5): the 22nd field; the second, its name, is in brackets and may hold anything. */
int64_t
points_began(pid_t p)
{
	char path[32], line[1024];
	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)p);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, line, sizeof(line) - 1);
	if (fd != -1)
		(void)close(fd);
	line[n < 0 ? 0 : n] = '\0';
	const char *at = strrchr(line, ')');
	for (int field = 3; at != NULL && field <= 22; field++)
		at = strchr(at + 1, ' ');
	return at == NULL ? 0 : strtoll(at, NULL, 10);
}

void
points_kill(struct points *p)
{
	for (int i = 0; i < p->pids && i < POINTS_PIDS; i++) {
		struct pollfd gone = { pidfd_open(p->pid[i], 0), POLLIN, 0 };
		if (gone.fd == -1)
			continue;
		if (points_began(p->pid[i]) == p->began[i] &&
		    pidfd_send_signal(gone.fd, SIGKILL, NULL, 0) == 0)
			(void)poll(&gone, 1, GONE_MS);
		(void)close(gone.fd);
	}
}

/* The very file under that name; -1: it is not there. */
static int
file_named(const struct points_undo *u, const char *path)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd != -1 && fstat(fd, &st) == 0 && st.st_ino == u->file && st.st_dev == u->device)
		return fd;
	if (fd != -1)
		(void)close(fd);
	return -1;
}

static bool
bytes_back(const struct points_undo *u)
{
	int fd = file_named(u, u->path);
	if (fd == -1)
		fd = file_named(u, u->from); /* it was renamed, and that was put back */
	if (fd == -1)
		return true; /* both names are gone, and it with them */
	bool good = (u->bytes == 0 || pwrite(fd, u + 1, u->bytes, u->at) == (ssize_t)u->bytes) &&
		    ftruncate(fd, u->size) == 0;
	return close(fd) == 0 && good;
}

static bool
name_back(const struct points_undo *u)
{
	if (u->from[0] == '\0')
		return unlink(u->path) == 0;
	if (rename(u->path, u->from) != 0)
		return false;
	return u->bytes == 0 || rename(u->kept, u->path) == 0;
}

/* The last first: each finds what its own call left. */
static bool
undo_from(const struct points *p, size_t at)
{
	const struct points_undo *u = (const void *)(p->log + at);
	if (at >= p->used)
		return true;
	if (!undo_from(p, u->next))
		return false;
	switch (u->kind) {
	case UNDO_BYTES:
		return bytes_back(u);
	case UNDO_NAME:
		return name_back(u);
	case UNDO_GONE:
		break;
	}
	return true;
}

bool
points_lose(struct points *p)
{
	return undo_from(p, 0);
}
