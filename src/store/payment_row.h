/*
 * store/payment_row.h - which part of a bank line is whose: accounting's confirmations.
 *
 * One row per line and dossier. Where the rule wants two people it waits (confirmed_at 0) until a
 * second has signed the same document (store/proof_row); so does, for good, what the bank took back,
 * since nothing of its line remains. Holds figures, no person.
 */
#ifndef AKASHI_STORE_PAYMENT_ROW_H
#define AKASHI_STORE_PAYMENT_ROW_H

#include "store/store.h"

struct payment_row {
	int64_t line, dossier;
	int64_t amount; /* yen for the dossier */
	uint8_t document[32]; /* digest of what its people signed */
	int64_t asked_at, confirmed_at; /* confirmed_at 0: waits */
};
extern const struct table PAYMENT_TABLE;

bool payment_get(struct tx *, int64_t line, int64_t dossier, struct payment_row *, bool *found,
    struct fault *) MUST_USE;
/* At most so many confirmed ones behind that one, by line and dossier. */
bool payment_page(struct tx *, const struct payment_row *after, int64_t most, store_row *, void *,
    struct fault *) MUST_USE;
/* Yen confirmed for a dossier. */
bool payment_received(struct tx *, int64_t dossier, int64_t *, struct fault *) MUST_USE;
/* What stands in the book for a line, waiting ones too; yen confirmed of it. */
bool payment_of_line(struct tx *, int64_t line, store_row *, void *, struct fault *) MUST_USE;
bool payment_given(struct tx *, int64_t line, int64_t *, struct fault *) MUST_USE;
/* Writes all but line and dossier of one that waits; FAULT_STATE when it was confirmed meanwhile. */
bool payment_update(struct tx *, const struct payment_row *, struct fault *) MUST_USE;
/* It is confirmed no more. */
bool payment_undo(struct tx *, const struct payment_row *, struct fault *) MUST_USE;

#endif
