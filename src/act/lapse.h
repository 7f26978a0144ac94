/*
 * act/lapse.h - certificates nobody reported as received lapse: two officers, one list.
 *
 * The list is what the clocks put there: may from the limit told [K-12], must from the second [K-22].
 * The officers say how many they saw, after looking at the mail tray: another number is refused.
 * What was received meanwhile is not on the list any more. All go onto one revocation list.
 */
#ifndef AKASHI_ACT_LAPSE_H
#define AKASHI_ACT_LAPSE_H

#include "act/revoke_many.h"

/* As many as nobody saw. */
extern const struct refusal LAPSE_COUNT;

struct lapse_request {
	const struct person *first, *second; /* second: NULL */
	int64_t count; /* they saw on the list */
	bool must; /* only those that must be revoked */
};
typedef void lapse_tell(void *context, const struct revoke_each *);
bool lapse_run(struct service *, const struct lapse_request *, lapse_tell *, void *,
    struct revoked_many *, struct fault *) MUST_USE;

#endif
