/*
 * store/bank_row.h - one line of a bank's statement, taken in once whatever the format.
 *
 * Money and days in clear; who paid is sealed to accounting. Lines are only added; `remaining` is
 * what no dossier has been given yet: 0 for everything but deposits.
 */
#ifndef AKASHI_STORE_BANK_ROW_H
#define AKASHI_STORE_BANK_ROW_H

#include "store/store.h"

struct bank_row {
	int64_t id; /* from 1 */
	uint8_t digest[32]; /* keyed: what makes the line the same line in every format */
	char account[32], booked[16],
	    entry[16]; /* entry: deposit withdrawal correction cancelled */
	int64_t amount, remaining; /* yen */
	struct blob payer; /* as it came, sealed to accounting */
	int64_t imported_at;
};
extern const struct table BANK_TABLE;

/* *id: the line of that digest; 0: none. */
bool bank_known(struct tx *, const uint8_t digest[32], int64_t *id, struct fault *) MUST_USE;
bool bank_get(struct tx *, int64_t id, struct bank_row *, bool *found, struct fault *) MUST_USE;
/* Those with something remaining, in order of their numbers. */
bool bank_open_each(struct tx *, store_row *, void *, struct fault *) MUST_USE;
/* Takes amount of what remains, provided that is still `was`; FAULT_STATE otherwise. */
bool bank_take(struct tx *, int64_t id, int64_t was, int64_t amount, struct fault *) MUST_USE;
void bank_drop(struct bank_row *);

#endif
