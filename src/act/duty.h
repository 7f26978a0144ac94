/*
 * act/duty.h - what the service owes by the clock while it stands: lists, checkpoints, sweeps.
 *
 * Adds tasks that have become due; carrying them out is the errand's. Clauses: K-17,
 * design 2: a list each quarter of its period, a checkpoint at most every ten minutes; [storage 4]:
 * a sweep at the beginning and every hour.
 */
#ifndef AKASHI_ACT_DUTY_H
#define AKASHI_ACT_DUTY_H

#include "act/crew.h"

enum { DUTY_SWEEP_SECONDS = 3600, DUTY_HEAD_SECONDS = 600, DUTY_AGAIN_SECONDS = 60 };
enum { DUTY_SWEEP, DUTY_LIST, DUTY_HEAD, DUTIES };

/* When each was last asked for, by the service's clock; zeros at the beginning. */
struct duty {
	struct instant asked[DUTIES];
};
bool duty_add(struct crew *, struct duty *, struct fault *) MUST_USE;

/* Whether a list is due; a service without a list owes none: the CA certificate brings the first. */
bool duty_list_due(const struct policy *, struct instant last, struct instant now) MUST_USE;

#endif
