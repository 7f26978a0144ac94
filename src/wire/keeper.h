/*
 * wire/keeper.h - programs kept running: started in order, started again when they die, ended
 * together.
 *
 * keeper_begin, keeper_run, keeper_end. What is kept, and what is said of it, is the caller's: this
 * room knows pids, pauses and signals. From keeper_begin on SIGINT, SIGTERM and SIGHUP end
 * keeper_run instead of the process.
 */
#ifndef AKASHI_WIRE_KEEPER_H
#define AKASHI_WIRE_KEEPER_H

#include "base/fault.h"

#include <stdint.h>
#include <sys/types.h>

enum {
	KEEPER_MOST = 9,
	KEEPER_READY_MS = 60000, /* from its start to its word */
	KEEPER_END_MS = 3000, /* for all of them; then they are killed */
};

/* Starts one; it says that it is ready by writing to `ready`, which is its first descriptor. */
typedef bool keeper_start(
    void *context, size_t place, int ready, pid_t *pid, struct fault *) MUST_USE;
/* It ended with status and is started again after so many seconds; or (status -1) is back. */
typedef void keeper_tell(void *context, size_t place, int status, int pause);

/* It asks something over its ear. False: it is gone. */
typedef bool keeper_hear(void *context, size_t place, int ear);

struct kept {
	pid_t pid; /* 0: it does not run */
	int ear; /* where it may ask us, set by its start; closed when it ends; -1: nowhere */
	int ready; /* -1: said, or not started */
	bool up; /* it said that it is ready */
	int pause; /* seconds before the next start; grows */
	bool said; /* that it died; once until it is back */
	int64_t due, since; /* ms of the machine: of the next start, of the last */
};

struct keeper {
	size_t count;
	keeper_start *start;
	keeper_tell *tell;
	keeper_hear *hear; /* NULL: nobody has an ear */
	void *context, *teller; /* of start and hear; of tell */
	struct kept at[KEEPER_MOST];
	int signals; /* a signalfd */
	bool stopped;
};

/* All of them in order, each when the one before is ready. The fault is the first one's to fail. */
bool keeper_begin(struct keeper *, struct fault *) MUST_USE;
/* Until a signal ends it. */
void keeper_run(struct keeper *);
/* The last first. Good for a keeper of any state. */
void keeper_end(struct keeper *);

#endif
