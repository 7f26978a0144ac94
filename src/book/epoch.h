/*
 * book/epoch.h - what custodians sign so that a signer goes on with a restored log, or a second one
 * takes over [design 2, 4].
 *
 * It names a line of the journal they looked at, the last head of the event log that journal
 * remembers, and the head from which the log goes on. A list's number is epoch * 2^32 + counter, so
 * whoever is left behind in an older epoch can never again be ahead.
 */
#ifndef AKASHI_BOOK_EPOCH_H
#define AKASHI_BOOK_EPOCH_H

#include "book/charter.h"

enum { EPOCH_PACKED = 512, EPOCH_MOST = INT32_MAX };
#define EPOCH_LISTS (INT64_C(1) << 32) /* numbers of lists in one epoch */

struct epoch {
	uint8_t service[SERVICE_ID];
	int64_t number; /* above every one before */
	int64_t seq; /* a line of the journal, from 1 ... */
	uint8_t last[32]; /* ... and its digest */
	int64_t from; /* leaves of the event log, as last journaled */
	uint8_t from_root[32];
	int64_t to; /* as it goes on; the same: nothing was lost */
	uint8_t to_root[32];
};
extern const struct refusal EPOCH_FORM, EPOCH_LOWER, EPOCH_JOURNAL, EPOCH_HEAD;

void epoch_pack(const struct epoch *, struct sink *);
bool epoch_unpack(struct der, struct epoch *, struct fault *) MUST_USE;
void epoch_digest(struct der packed, uint8_t out[32]);
/* Some of the log is given up; what is unpacked never makes it longer. */
bool epoch_shortens(const struct epoch *);

#endif
