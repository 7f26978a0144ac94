/*
 * store/payment_row.h - which part of a bank line is whose: accounting's confirmations.
 *
 * One row per line and dossier. Asked for by one person and, where the rule wants two, waiting
 * (confirmed_at 0, amount 0) until a second says the same. Holds figures and staff ids, no payer.
 */
#ifndef AKASHI_STORE_PAYMENT_ROW_H
#define AKASHI_STORE_PAYMENT_ROW_H

#include "store/store.h"

struct payment_row {
	int64_t line, dossier;
	int64_t amount; /* yen given to the dossier; 0: waits for the second person */
	char first[64], second[64]; /* staff ids; second "": none was needed, or still waiting */
	struct blob first_proof, second_proof; /* the signed statements */
	int64_t asked_at, confirmed_at; /* confirmed_at 0: waits */
};
extern const struct table PAYMENT_TABLE;

bool payment_get(struct tx *, int64_t line, int64_t dossier, struct payment_row *, bool *found,
    struct fault *) MUST_USE;
bool payment_of_dossier(struct tx *, int64_t dossier, store_row *, void *, struct fault *) MUST_USE;
/* Yen confirmed for a dossier. */
bool payment_received(struct tx *, int64_t dossier, int64_t *, struct fault *) MUST_USE;
/* The second person's word; FAULT_STATE when it was confirmed meanwhile. */
bool payment_complete(struct tx *, const struct payment_row *, struct fault *) MUST_USE;
void payment_drop(struct payment_row *);

#endif
