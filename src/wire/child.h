/*
 * wire/child.h - starting our own programs: with named descriptors, nothing else, and no
 * environment; they end when we do. And the lock that says who runs.
 */
#ifndef AKASHI_WIRE_CHILD_H
#define AKASHI_WIRE_CHILD_H

#include "base/fault.h"

#include <sys/types.h>

enum { CHILD_FDS = 8, CHILD_FIRST_FD = 3, CHILD_ARGS = 22 };

struct child {
	const char *program; /* akashi-key; found beside our own binary */
	const char *const *argv; /* behind the name, NULL-ended; never a secret */
	int fd[CHILD_FDS]; /* become 3, 4 ... in the child */
	size_t fd_count;
	bool stays; /* outlives us: a key agent */
	uid_t uid; /* its own, with a group of the same number beside no other; 0: ours */
};
bool child_start(const struct child *, pid_t *, struct fault *) MUST_USE;
/* The first of these users (NULL-ended) that exists; 0: none does, or we are not root. */
uid_t child_uid(const char *const *users);
/* Its exit status; 128 + n when signal n ended it. After `ms` it is killed. */
int child_end(pid_t, int ms);

/* FAULT_LATER: somebody else holds it. The lock lasts as long as *fd stays open. */
bool lock_take(const char *path, int *fd, struct fault *) MUST_USE;
/* Waits for whoever holds it: of locks held for one short piece of work, each freed with its holder. */
bool lock_wait(const char *path, int *fd, struct fault *) MUST_USE;
bool lock_held(const char *path);

#endif
