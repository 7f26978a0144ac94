/*
 * Put before the calls of our programs: each file one of them opens, as a line "PROGRAM PATH" in the
 * file AKASHI_OPENED. Goes on into whatever they start.
 */
#undef _FILE_OFFSET_BITS /* both names of a call are given here */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults/next.h"

enum { MOST = 700 };

static char preload[MOST], told[MOST], program[MOST];
static const char *list; /* NULL: not one of our programs */

static int
open_really(const char *path, int flags, mode_t mode)
{
	int (*real)(const char *, int, ...);
	*(void **)&real = next_find("open64");
	return real(path, flags, mode);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("AKASHI_OPENED"), *self = getenv("LD_PRELOAD");
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (path == NULL || self == NULL || n <= 0)
		return;
	program[n] = '\0';
	memmove(program, strrchr(program, '/') + 1, strlen(strrchr(program, '/')));
	(void)snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", self);
	(void)snprintf(told, sizeof(told), "AKASHI_OPENED=%s", path);
	if (strncmp(program, "akashi", 6) == 0)
		list = told + strlen("AKASHI_OPENED=");
}

static void
note(const char *path)
{
	char line[2 * MOST];
	int n = snprintf(line, sizeof(line), "%s %s\n", program, path);
	/* none stays open: programs give numbers of their own to what they open */
	int out = list == NULL ? -1 : open_really(list, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
	if (out == -1)
		return;
	if (n > 0 && (size_t)n < sizeof(line))
		(void)!write(out, line, (size_t)n);
	(void)close(out);
}

static int
noted(const char *path, int flags, mode_t mode)
{
	note(path);
	return open_really(path, flags, mode);
}

static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(ap, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		va_list ap;                                                                        \
		va_start(ap, flags);                                                               \
		mode_t mode = mode_of(flags, ap);                                                  \
		va_end(ap);                                                                        \
		return noted(path, flags, mode);                                                   \
	}
int open(const char *, int, ...);
int open64(const char *, int, ...);
OPEN(open)
OPEN(open64)

/* The names a fortified call has where no mode is given. */
int __open_2(const char *, int);
int __open64_2(const char *, int);

int
__open_2(const char *path, int flags)
{
	return noted(path, flags, 0);
}

int
__open64_2(const char *path, int flags)
{
	return noted(path, flags, 0);
}

/* A call by folder is told as the path it comes to. */
static int
noted_at(int folder, const char *path, int flags, mode_t mode)
{
	char whole[MOST], link[64];
	int (*real)(int, const char *, int, ...);
	*(void **)&real = next_find("openat64");
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", folder);
	ssize_t n = path[0] == '/' || folder == AT_FDCWD ? 0 : readlink(link, whole, MOST / 2);
	(void)snprintf(whole + (n < 0 ? 0 : n), sizeof(whole) - (size_t)(n < 0 ? 0 : n), "%s%s",
	    n > 0 ? "/" : "", path);
	note(whole);
	return real(folder, path, flags, mode);
}

#define OPENAT(name)                                                                               \
	int name(int folder, const char *path, int flags, ...)                                     \
	{                                                                                          \
		va_list ap;                                                                        \
		va_start(ap, flags);                                                               \
		mode_t mode = mode_of(flags, ap);                                                  \
		va_end(ap);                                                                        \
		return noted_at(folder, path, flags, mode);                                        \
	}
int openat(int, const char *, int, ...);
int openat64(int, const char *, int, ...);
OPENAT(openat)
OPENAT(openat64)

FILE *
fopen(const char *path, const char *how)
{
	FILE *(*real)(const char *, const char *);
	*(void **)&real = next_find("fopen");
	note(path);
	return real(path, how);
}

/* Our programs are started without an environment. */
int
execve(const char *path, char *const argv[], char *const env[])
{
	int (*real)(const char *, char *const[], char *const[]);
	char *next[NEXT_ENVIRONMENT];
	*(void **)&real = next_find("execve");
	next_environment(env, preload, told, "AKASHI_OPENED=", next);
	return real(path, argv, next);
}
