/*
 * act/health.h - is the service well? Each question a row, with its figure and the limit it must keep.
 *
 * Reads only. Limits are policy's: K-17 for lists, backup_minutes, a quarter of keys_copy_days, queue_minutes
 * (also for lines of the journal that have no copy, for the mailbox and for mail that is due), disk_free_percent,
 * charter_days_left [R-10.13] [X-7] [design 2].
 */
#ifndef AKASHI_ACT_HEALTH_H
#define AKASHI_ACT_HEALTH_H

#include "act/service.h"

struct health_row {
	const char *name; /* "list"; static */
	bool good;
	int64_t value, limit; /* in the row's own unit */
	const char *unit; /* "seconds" ... */
	const char *say; /* what it is, and what to do; static */
};
typedef void health_tell(void *context, const struct health_row *);
/* *bad: how many are not as they should be. */
bool health_run(struct service *, health_tell *, void *context, int *bad, struct fault *) MUST_USE;

#endif
