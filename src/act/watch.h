/*
 * act/watch.h - the published list, seen from another machine [R-10.13] [storage 4].
 *
 * Fetched, verified by the CA certificate that machine was given, held against the list it saw last
 * (kept whole in a file): the number may not fall, no entry may vanish, the next may not be late by
 * half the period, nor of a time to come. With the charter the checkpoint beside it is fetched too: receipted by the signer that
 * charter names, and it may not fall back either.
 */
#ifndef AKASHI_ACT_WATCH_H
#define AKASHI_ACT_WATCH_H

#include "base/day.h"
#include "base/fault.h"

/* What is wrong; tests look at these. */
extern const struct refusal WATCH_LATE, WATCH_EARLY, WATCH_FALLS, WATCH_VANISHED, WATCH_CHANGED,
    WATCH_CHECKPOINT, WATCH_STATE; /* the last: what it saw before cannot be read */

struct watched {
	int64_t number, entries;
	struct instant this_update, next_update;
	int64_t line, events; /* of the checkpoint; 0: there is none */
	struct instant at; /* when it was made */
};
struct watch {
	const char *url; /* of the list */
	const char *ca, *charter, *state; /* files; charter NULL: no checkpoint is looked at */
	struct instant now;
};
/* Refused with one of the rows above: an alarm. */
bool watch_run(const struct watch *, struct watched *, struct fault *) MUST_USE;

#endif
