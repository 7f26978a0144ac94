/*
 * act/lapse.h - certificates nobody reported as received lapse: two officers, one list.
 *
 * The list is what the clocks put there: may from the limit told [K-12], must from the second [K-22].
 * The officers say how many they saw, after looking at the mail tray: another number is refused.
 * What was received meanwhile is not on the list any more. All go onto one revocation list.
 */
#ifndef AKASHI_ACT_LAPSE_H
#define AKASHI_ACT_LAPSE_H

#include "act/person.h"

/* As many as nobody saw. */
extern const struct refusal LAPSE_COUNT;

struct lapse_request {
	const struct person *first, *second; /* second: NULL */
	int64_t count; /* they saw on the list */
	bool must; /* only those that must be revoked */
};
struct lapse_row {
	int64_t dossier;
	const char *serial;
	bool must, done;
	struct fault fault; /* why not */
};
typedef void lapse_tell(void *context, const struct lapse_row *);
struct lapsed {
	int64_t done, waiting; /* waiting: for a second officer */
	int64_t list; /* number of the list that has them; 0: none */
};
bool lapse_run(struct service *, const struct lapse_request *, lapse_tell *, void *,
    struct lapsed *, struct fault *) MUST_USE;

#endif
