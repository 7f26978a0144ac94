/*
 * wire/deadline.h - until when a connection may live, whatever it says meanwhile.
 *
 * Limits on silence let a client that sends a byte a second sit for ever; these do not. Times are
 * milliseconds of a clock that is not set back.
 */
#ifndef AKASHI_WIRE_DEADLINE_H
#define AKASHI_WIRE_DEADLINE_H

#include "base/base.h"

enum { DEADLINE_FDS = 1024 };

struct deadlines {
	int64_t until[DEADLINE_FDS]; /* 0: none */
};
/* False: the descriptor is beyond our table; close it. */
bool deadline_set(struct deadlines *, int fd, int64_t until) MUST_USE;
void deadline_clear(struct deadlines *, int fd);
/* Shuts down what is past its time, so that its owner sees an end and closes it. How many. */
size_t deadline_cut(struct deadlines *, int64_t now);
/* Milliseconds until the next one, at most `most`. */
int deadline_wait(const struct deadlines *, int64_t now, int most);
int64_t deadline_now(void); /* the clock: for loops that wait, never for a rule */

#endif
