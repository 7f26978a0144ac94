/*
 * store/frontier_row.h - the event log's Merkle tree as it stood every so many events, so that
 * nobody reads the log from its beginning to say how it ends.
 *
 * Derived from the events alone: a missing row costs time, a wrong one is found out by the signer's
 * last head, and by the audit.
 */
#ifndef AKASHI_STORE_FRONTIER_ROW_H
#define AKASHI_STORE_FRONTIER_ROW_H

#include "store/store.h"

struct frontier_row {
	int64_t size; /* events */
	struct blob nodes; /* as book/tree.h puts them */
};
extern const struct table FRONTIER_TABLE;

/* One of that size is replaced. */
bool frontier_put(struct tx *, const struct frontier_row *, struct fault *) MUST_USE;
/* The largest of at most `most` events. */
bool frontier_last(
    struct tx *, int64_t most, struct frontier_row *, bool *found, struct fault *) MUST_USE;
bool frontier_each(struct tx *, store_row *, void *, struct fault *) MUST_USE;
void frontier_drop(struct frontier_row *);

#endif
