/*
 * act/refund.h - money goes back: two people of accounting sign for one amount.
 *
 * A clock, or an act that ends a case, owes it (store/refund_row); the first one's word is kept, the
 * second's same call completes it. Whoever transfers it does so at the bank: no account is kept here.
 */
#ifndef AKASHI_ACT_REFUND_H
#define AKASHI_ACT_REFUND_H

#include "act/person.h"
#include "store/refund_row.h"

/* Nothing waits to go back; the case was opened again. */
extern const struct refusal REFUND_NONE, REFUND_OPEN;

enum { REFUND_PEOPLE = 2 };
struct refunded {
	struct refund_row row;
	int signatures;
	bool already; /* it was paid before */
};
/* second: NULL. FAULT_SECOND: kept, a second person is due. */
bool refund_run(struct service *, int64_t dossier, const struct person *first,
    const struct person *second, struct refunded *, struct fault *) MUST_USE;

/* Digest of what they sign. */
void refund_document(const uint8_t service[SERVICE_ID], const struct refund_row *, uint8_t out[32]);

#endif
