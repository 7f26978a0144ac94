/*
 * store/refund_row.h - money that goes back: owed since when, why, how much, and when it was paid.
 *
 * One per dossier. It waits (paid_at 0) until two people of accounting have signed its document
 * (store/proof_row). Holds figures, no person and no account.
 */
#ifndef AKASHI_STORE_REFUND_ROW_H
#define AKASHI_STORE_REFUND_ROW_H

#include "store/store.h"

struct refund_row {
	int64_t dossier;
	char cause[24]; /* the act that owes it: "refund" "form-expired" */
	int64_t amount; /* yen; 0: the bank took back what was to go back */
	char day[16]; /* owed since */
	uint8_t document[32]; /* digest of what its people sign; zeros before */
	int64_t paid_at; /* 0: waits */
};
extern const struct table REFUND_TABLE;

/* Takes the place of one that waits. */
bool refund_put(struct tx *, const struct refund_row *, struct fault *) MUST_USE;
bool refund_get(
    struct tx *, int64_t dossier, struct refund_row *, bool *found, struct fault *) MUST_USE;
/* At most so many that were paid, behind that dossier. */
bool refund_page(
    struct tx *, int64_t after, int64_t most, store_row *, void *, struct fault *) MUST_USE;
/* Writes document and paid_at of one that waits; FAULT_STATE otherwise. */
bool refund_pay(struct tx *, const struct refund_row *, struct fault *) MUST_USE;

#endif
