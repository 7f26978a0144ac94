/*
 * store/change_row.h - what every write left of every row: a log beside the rows [X-1] [design 4].
 *
 * The store adds to it by itself, in the transaction that writes: table, key and digest of each row
 * as it then stands, or that it went. Each batch's head covers the one before, each event says the
 * head it was written at, so the signer's checkpoint of the events covers every row of every table.
 * Only a sentence of a table's own list is noted, and tx_insert's: whoever changes a row in another
 * way leaves no entry, and that is what an audit finds. Holds digests and keys, no contents.
 */
#ifndef AKASHI_STORE_CHANGE_ROW_H
#define AKASHI_STORE_CHANGE_ROW_H

#include "base/der.h"
#include "store/store.h"

struct change_row {
	int64_t seq; /* from 1 */
	struct blob rows; /* changes, one behind the other */
	uint8_t head[32]; /* of this batch and all before */
};
extern const struct table CHANGE_TABLE;

/* One row, borrowed from its batch. */
struct change {
	struct der table; /* its name */
	struct der key; /* packed */
	struct der digest; /* of the row; empty: it is gone */
};
bool change_take(struct der *rows, struct change *) MUST_USE;
/* What stands there now, to be compared: packed like a batch of one. */
void change_of(const struct table *, const void *row, struct sink *);
/* "17 2": for people. */
void change_key_print(const struct table *, struct der key, struct sink *);
/* head becomes that of the batch behind it. */
void change_fold(uint8_t head[32], const struct blob *rows);

/* Writes what the transaction noted so far; where the log then ends. */
bool change_flush(struct tx *, int64_t *seq, uint8_t head[32], struct fault *) MUST_USE;
/* Where the log ends; 0: it is empty. */
bool change_last(struct tx *, int64_t *seq, struct fault *) MUST_USE;
/* The next `most` batches from seq on. */
bool change_page(
    struct tx *, int64_t from, int64_t most, store_row *, void *, struct fault *) MUST_USE;

/* For store.c: the table whose own sentence this is and that it writes; NULL: none. */
const struct table *change_table(const struct sql *);
void change_note(struct tx *, const struct table *, const void *row, bool gone);

#endif
