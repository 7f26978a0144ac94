/*
 * act/enact_in.h - how custodians sign a document, whatever it is: act/enact.c and act/epoch.c.
 */
#ifndef AKASHI_ACT_ENACT_IN_H
#define AKASHI_ACT_ENACT_IN_H

#include "act/enact.h"
#include "store/event_row.h"
#include "store/task_row.h"
#include "store/warrant_row.h"

/* One custodian's signature; with the quorum the task. */
struct enacting {
	struct service *service;
	const struct person *person;
	enum act_kind kind;
	const uint8_t *digest;
	const struct warrant_row *warrant; /* to be added; or NULL */
	const uint8_t *stale; /* digest of the one it takes the place of; or NULL */
	struct task_row task;
	struct event_row event;
	int64_t quorum, id;
	int count;
};
/* Below the quorum it is kept; with it the task has been carried out when this is true. */
bool enact_sign(struct enacting *, const char *task, const char *event, struct enacted *,
    struct fault *) MUST_USE;

/* The task of a CA's warrant of that digest waits or is taken: the signer may have begun it. */
bool enact_in_hand(struct tx *, const uint8_t digest[32], bool *is, struct fault *) MUST_USE;

/* What is in force ends so: its task, its event, and a list that follows. */
struct enact_end {
	struct service *service;
	const struct task_row *task;
	struct event_row event;
};
bool enact_end_tx(struct tx *, void *enact_end, struct fault *) MUST_USE;

/* The signatures a document has; bytes is the caller's to drop. */
struct enact_acts {
	const uint8_t *digest;
	struct sink bytes;
	int count;
};
bool enact_read(struct service *, struct enact_acts *, struct fault *) MUST_USE;

#endif
