/*
 * act/publish.h - a new list: signed, checked, in its place (docs/flows.md, List).
 *
 * Readers of repository/ca.crl see the old list or the new one; every list is kept under
 * DIR/ca/crl/NUMBER.crl. A refused publication leaves the old one. With each list, and between
 * them, goes repository/checkpoint.der: the signer's receipt over the head of the event log.
 */
#ifndef AKASHI_ACT_PUBLISH_H
#define AKASHI_ACT_PUBLISH_H

#include "act/crew.h"
#include "book/line.h"
#include "wire/signer.h"

struct published {
	int64_t number, entries;
	struct instant this_update, next_update;
};
bool publish_run(struct service *, struct published *, struct fault *) MUST_USE;
/* The last one; number 0: none yet. */
bool publish_last(struct service *, struct published *, struct fault *) MUST_USE;

enum { CHECKPOINT_MOST = 16384 };
/* A checkpoint's receipt, and the HEAD line it is over; both borrowed. */
bool checkpoint_read(struct der, struct signer_receipt *, struct line *) MUST_USE;
/* Two issuers publish theirs: one whose line stands further down the journal is not replaced. */
bool checkpoint_put(struct service *, struct der receipt, struct fault *) MUST_USE;

#endif
