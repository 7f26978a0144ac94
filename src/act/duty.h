/*
 * act/duty.h - what the service owes by the clock while it stands: lists and checkpoints.
 *
 * Adds tasks that have become due; carrying them out is the errand's. Clauses: K-17,
 * design 2: a list each quarter of its period, a checkpoint at most every ten minutes.
 */
#ifndef AKASHI_ACT_DUTY_H
#define AKASHI_ACT_DUTY_H

#include "act/crew.h"

enum { DUTY_HEAD_SECONDS = 600, DUTY_AGAIN_SECONDS = 60 };

/* When each was last asked for, by the service's clock; zeros at the beginning. */
struct duty {
	struct instant list, head;
};
bool duty_add(struct crew *, struct duty *, struct fault *) MUST_USE;

/* Whether a list is due; a service without a list owes none: the CA certificate brings the first. */
bool duty_list_due(const struct policy *, struct instant last, struct instant now) MUST_USE;

#endif
