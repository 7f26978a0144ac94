/*
 * act/payment_confirm.h - accounting says whose a deposit is (docs/flows.md, Payment).
 *
 * The person signs line, dossier and amount; the share given follows rules/payment. Two people are
 * needed from a policy figure on, and wherever payment_match did not propose it: the first
 * one's word is kept (FAULT_SECOND), the second's same call completes it. When nothing is owed any
 * more the payer card is destroyed. Line, dossier, payment, card and event: one transaction.
 */
#ifndef AKASHI_ACT_PAYMENT_CONFIRM_H
#define AKASHI_ACT_PAYMENT_CONFIRM_H

#include "act/fee.h"
#include "act/person.h"
#include "store/bank_row.h"
#include "store/payment_row.h"

extern const struct refusal PAYMENT_SECOND, /* kept; waits for another person */
    PAYMENT_NO_LINE, PAYMENT_NO_DOSSIER, PAYMENT_NOT_DEPOSIT, PAYMENT_USED, /* nothing remains */
    PAYMENT_NO_CASE; /* withdrawn, refused, refunded: the money goes back */

struct payment_confirmed {
	int64_t amount; /* given to the dossier from this line */
	int64_t remaining; /* of the line */
	struct fee fee; /* the dossier's standing now */
	bool already; /* it was confirmed before: nothing changed */
};

/* The person's role is accounting. No transaction may be open. */
bool payment_confirm(struct service *, const struct person *, int64_t line, int64_t dossier,
    struct payment_confirmed *out, struct fault *) MUST_USE;

/* What its people sign, by line, dossier and amount of the row: whose which money is. */
void payment_document(const uint8_t service[SERVICE_ID], const struct payment_row *,
    const struct bank_row *, const char *reference, uint8_t out[32]);

#endif
