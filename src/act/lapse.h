/*
 * act/lapse.h - certificates nobody reported as received lapse: two officers, one list.
 *
 * The list is what the clocks put there: may from the limit told [K-12], must from the second [K-22].
 * The officers say how many they saw and the list's word, after looking at the mail tray: another number or a list
 * of others is refused. What was received meanwhile is not on the list any more. All go onto one revocation list.
 */
#ifndef AKASHI_ACT_LAPSE_H
#define AKASHI_ACT_LAPSE_H

#include "act/clocks.h"
#include "act/revoke_many.h"

/* As many as nobody saw; others than they saw. */
extern const struct refusal LAPSE_COUNT, LAPSE_LIST;

/* Eight hex digits over every certificate of the list, and which of them must be revoked; "-": there is none. */
enum { LAPSE_WORD = 9 };
/* As clocks_list tells the officers' list, and its word. */
bool lapse_list(
    struct service *, clocks_tell *, void *, char word[LAPSE_WORD], struct fault *) MUST_USE;

struct lapse_request {
	const struct person *first, *second; /* second: NULL */
	int64_t count; /* they saw on the list */
	const char *word; /* of the list they saw */
	bool must; /* only those that must be revoked */
};
typedef void lapse_tell(void *context, const struct revoke_each *);
bool lapse_run(struct service *, const struct lapse_request *, lapse_tell *, void *,
    struct revoked_many *, struct fault *) MUST_USE;

#endif
