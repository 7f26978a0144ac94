/*
 * act/epoch.h - custodians let a restored or second signer go on (docs/flows.md, Epoch) [design 2, 4].
 *
 * The draft names the journal as it is, its last head and the newest of its heads that the store's
 * log still reproduces: what lies between them is lost, and said. Signed by m of n it becomes an
 * EPOCH line; the folder leaves its waiting and the next list is published under the new number.
 */
#ifndef AKASHI_ACT_EPOCH_H
#define AKASHI_ACT_EPOCH_H

#include "act/enact.h"
#include "book/epoch.h"

struct epoch_told {
	struct epoch epoch;
	int64_t log; /* events the store has now */
	int64_t list; /* number of the published list it was held against */
	char words[WORDS_TEXT];
};

/* EPOCH_OWN: handed over was the folder's own checkpoint or list. */
extern const struct refusal EPOCH_OWN;

/* checkpoint, crl: as they lie outside. STANDBY_...: this journal cannot go on. */
bool epoch_draft(struct service *, const char *checkpoint, const char *crl, struct epoch_told *,
    struct fault *) MUST_USE;
/* One custodian's; with the quorum it is in force. enacted.number: the epoch. */
bool epoch_sign(struct service *, const struct person *, struct enacted *, struct fault *) MUST_USE;

#endif
