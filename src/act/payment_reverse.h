/*
 * act/payment_reverse.h - a deposit the bank took back: cancelled, or corrected by an outgoing line.
 *
 * Nothing is deleted: the deposit stays in the book with nothing remaining. Part of the
 * transaction that books the bank's line. What dossiers have been given of it they have no more, with
 * an event for each: before issue they are unpaid again and are asked, after it they owe, which
 * stands on accounting's list and revokes nothing; of a refund that waits as much is taken off. Opens
 * no payer: the equal deposit is found by the keyed digest its line would have.
 */
#ifndef AKASHI_ACT_PAYMENT_REVERSE_H
#define AKASHI_ACT_PAYMENT_REVERSE_H

#include "act/service.h"
#include "exchange/bank_file.h"

struct payment_reversal {
	int64_t line; /* the bank's, that takes back */
	int64_t amount;
	char booked[16];
	int64_t deposit; /* the line that was undone; 0: no equal one is there */
	int64_t given; /* yen of it that dossiers had */
	size_t at; /* its place in the file */
};

/* The digest a line is stored under; entry and ordinal in place of its own. */
bool payment_line_digest(const struct service *, const struct bank_line *, enum bank_entry,
    int64_t ordinal, uint8_t out[32], struct fault *) MUST_USE;
/* Fills deposit and given of *r, whose other fields stand. */
bool payment_reverse(struct tx *, struct service *, const struct bank_line *,
    struct payment_reversal *r, struct fault *) MUST_USE;

#endif
