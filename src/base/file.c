#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_PATH = 4096 };
#define ASIDE ".new."

static bool
read_all(int fd, uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t k = read(fd, p, n);
		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

bool
file_read(const char *path, size_t most, uint8_t **bytes, size_t *len, struct fault *fault)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a pipe holds nobody */
	if (fd == -1)
		return fault_set(fault,
		    errno == ENOENT || errno == ENOTDIR ? FAULT_MISSING : FAULT_OUTSIDE,
		    "ファイル「%s」を開けません（%s）。", path, strerror(errno));
	uint8_t *p = NULL;
	bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	size_t n = ok ? (size_t)st.st_size : 0;
	if (ok && n > most) {
		(void)close(fd);
		return fault_set(fault, FAULT_INPUT,
		    "ファイル「%s」は大きすぎます（上限 %zu バイト）。", path, most);
	}
	bool room = !ok || (p = malloc(n + 1)) != NULL;
	ok = ok && room && read_all(fd, p, n);
	(void)close(fd);
	if (!room)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (!ok) {
		free(p);
		return fault_set(fault, FAULT_INPUT, "ファイル「%s」を読めません。", path);
	}
	p[n] = '\0';
	*bytes = p;
	*len = n;
	return true;
}

static bool
write_all(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);
		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

bool
file_sync_folder(const char *path)
{
	char dir[FILE_PATH];
	const char *slash = strrchr(path, '/');
	int n = slash == NULL ? snprintf(dir, sizeof(dir), ".")
			      : snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path) + 1, path);
	if (n < 0 || (size_t)n >= sizeof(dir))
		return false;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd != -1 && fsync(fd) == 0;
	int why = errno;
	if (fd != -1)
		(void)close(fd);
	errno = why;
	return ok;
}

bool
file_folder(const char *path, int mode, struct fault *fault)
{
	if ((mkdir(path, (mode_t)mode) == 0 || errno == EEXIST) && file_sync_folder(path))
		return true;
	return fault_set(
	    fault, FAULT_OUTSIDE, "フォルダ「%s」を作れません（%s）。", path, strerror(errno));
}

bool
file_aside(const char *path, char *out, size_t size)
{
	int n = snprintf(out, size, "%s" ASIDE "%ld", path, (long)getpid());
	if (n >= 0 && (size_t)n < size)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

pid_t
file_writer(const char *name)
{
	const char *at = strstr(name, ASIDE);
	const char *digits = at == NULL ? "" : at + strlen(ASIDE);
	if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return 0;
	long pid = strtol(digits, NULL, 10);
	return pid <= INT_MAX ? (pid_t)pid : 0;
}

/* The bytes under a name nobody reads; false leaves nothing behind. */
static bool
put_aside(const char *aside, int mode, const void *p, size_t n)
{
	(void)unlink(aside);
	int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
	if (fd == -1)
		return false;
	bool ok = write_all(fd, p, n) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (!ok)
		(void)unlink(aside);
	return ok;
}

static bool
write_aside(
    const char *path, int mode, const void *p, size_t n, char aside[FILE_PATH], struct fault *fault)
{
	return (file_aside(path, aside, FILE_PATH) && put_aside(aside, mode, p, n)) ||
	       fault_set(
		   fault, FAULT_STORE, "ファイル「%s」に書けません（%s）。", path, strerror(errno));
}

bool
file_write(const char *path, int mode, const void *p, size_t n, struct fault *fault)
{
	char aside[FILE_PATH];
	if (!write_aside(path, mode, p, n, aside, fault))
		return false;
	if (rename(aside, path) == 0 && file_sync_folder(path))
		return true;
	(void)unlink(aside);
	return fault_set(fault, FAULT_STORE, "ファイル「%s」を置き換えられません（%s）。", path,
	    strerror(errno));
}

/* What lies aside gets its name, never over a file. FAT knows no link, some file systems no such rename. */
static bool
name_new(const char *aside, const char *path)
{
	if (renameat2(AT_FDCWD, aside, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return true;
	bool linked = (errno == EINVAL || errno == ENOSYS) && link(aside, path) == 0;
	int why = errno;
	(void)unlink(aside);
	errno = why;
	return linked;
}

bool
file_write_new(const char *path, int mode, const void *p, size_t n, struct fault *fault)
{
	char aside[FILE_PATH];
	if (!write_aside(path, mode, p, n, aside, fault))
		return false;
	bool named = name_new(aside, path);
	if (named && file_sync_folder(path))
		return true;
	int why = errno;
	if (!named && why == EEXIST)
		return fault_set(fault, FAULT_STATE,
		    "ファイル「%s」はもうあります。別の名前にしてください。", path);
	if (named)
		(void)unlink(path); /* refused: nobody is to find it */
	return fault_set(
	    fault, FAULT_STORE, "ファイル「%s」を作れません（%s）。", path, strerror(why));
}

bool
file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}
