/*
 * cmd/progress.h - how far long work has come: count, rate and time left, on a terminal only.
 *
 * One line on standard error, written over itself; nothing where standard error is no terminal.
 */
#ifndef AKASHI_CMD_PROGRESS_H
#define AKASHI_CMD_PROGRESS_H

#include "base/base.h"

struct progress {
	bool shown; /* standard error is a terminal */
	double began; /* seconds; 0: nothing told yet */
	double last;
};
void progress_begin(struct progress *);
/* done of all; at most ten times a second, and the last. */
void progress_tell(struct progress *, size_t done, size_t all);
void progress_end(struct progress *); /* takes the line away */

#endif
