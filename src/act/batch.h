/*
 * act/batch.h - orders that travel together: what stands of them, their leases, their keys. Included by
 * act/batch.c and act/issue_errand.c alone. [design 3, steps 2 and 3]
 *
 * A fault of all becomes each one's; whoever lost its task goes no further with it.
 */
#ifndef AKASHI_ACT_BATCH_H
#define AKASHI_ACT_BATCH_H

#include "act/carry.h"

enum { BATCH = SIGNER_BATCH };
struct batch {
	struct crew *crew;
	size_t n;
	struct carry at[BATCH];
	struct sink orders; /* owned: the request's, ready to be sent */
	int64_t id; /* of the request the signer has */
	bool asked; /* it has one */
};

void batch_clear(struct batch *);
/* Those that still need a certificate have that fault. */
void batch_fail(struct batch *, const struct fault *);
void batch_load(struct batch *);
/* Leases begin anew where they have run for a while; made: its keys are put with it, or NULL. */
bool batch_hold(struct batch *, struct carry *made, struct fault *) MUST_USE;
bool batch_needs_keys(const struct batch *);
/* As many keymakers at once as there are processors, four at most. */
void batch_make_keys(struct batch *);

#endif
