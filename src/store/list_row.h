/*
 * store/list_row.h - revocation lists that were published.
 */
#ifndef AKASHI_STORE_LIST_ROW_H
#define AKASHI_STORE_LIST_ROW_H

#include "store/store.h"

struct list_row {
	int64_t number;
	int64_t this_update, next_update, entries;
	uint8_t digest[32]; /* of the whole list */
	int64_t published_at;
};
extern const struct table LIST_TABLE;

/* All, in order. */
bool list_each(struct tx *, store_row *, void *, struct fault *) MUST_USE;
bool list_before(
    struct tx *, int64_t before, struct list_row *, bool *found, struct fault *) MUST_USE;

#endif
