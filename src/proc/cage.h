/*
 * proc/cage.h - what a program may still ask of the kernel once it holds its keys [design 1].
 *
 * A seccomp filter whose default is death by SIGSYS. A program's own table is const and stands in
 * a file of its own, so that a test can lock itself in by the very same rows. Several rows of one
 * call are alternatives; within a row every argument must fit. Memory, randomness, the clock and
 * ending are allowed to all (no executable memory, only anonymous mappings); everything that
 * touches a descriptor must be a row of the program's. After the lock: no stdio, no assert, no
 * abort, no file. Never undone.
 */
#ifndef AKASHI_PROC_CAGE_H
#define AKASHI_PROC_CAGE_H

#include <sys/syscall.h>

#include "base/fault.h"

/* Tests see the lower 32 bits: all that the kernel takes of a descriptor, of flags, of a mode. */
enum cage_test {
	CAGE_ANY,
	CAGE_IS, /* equal */
	CAGE_AT_MOST, /* unsigned */
	CAGE_NONE_OF, /* none of these bits */
	CAGE_ALL_OF /* all of these bits */
};
enum { CAGE_ARGUMENTS = 2 };

struct cage_rule {
	int call; /* SYS_... */
	struct {
		int index; /* 0 ... 5 */
		enum cage_test test;
		uint32_t value;
	} argument[CAGE_ARGUMENTS];
};
/* For a call that is about one descriptor, its first argument. */
#define CAGE_FD(call, fd)                                                                          \
	{                                                                                          \
		(call),                                                                            \
		{                                                                                  \
			{                                                                          \
				0, CAGE_IS, (fd)                                                   \
			}                                                                          \
		}                                                                                  \
	}

/* No core, not dumpable, no new privileges, then the filter. From here on one thread for ever. */
bool cage_lock(const struct cage_rule *, size_t, struct fault *) MUST_USE;

#endif
