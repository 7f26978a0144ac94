/*
 * act/receipt.h - a receipt is recorded, and the package is gone (docs/flows.md).
 *
 * On paper, which reception signs for, or as a signed mail (act/receipt_mail.h), which proves itself.
 * The day it arrived decides: in time until the limit told [K-12], late but
 * accepted until the must day [K-22], after that only with a reason, which is sealed to the dossier
 * [G-1]. Receipt, package destroyed, download closed, event: one transaction.
 */
#ifndef AKASHI_ACT_RECEIPT_H
#define AKASHI_ACT_RECEIPT_H

#include "act/person.h"
#include "base/text.h"

/* No certificate of the newest edition; before it was sent; in the future; after the must day
 * without a reason; recorded already; revoked already [M-505]; signed by another edition's
 * certificate. */
extern const struct refusal RECEIPT_NONE, RECEIPT_EARLY, RECEIPT_FUTURE, RECEIPT_LATE,
    RECEIPT_KNOWN, RECEIPT_REVOKED, RECEIPT_EDITION;

enum { RECEIPT_REASON = 512 };
enum receipt_time { RECEIPT_IN_TIME, RECEIPT_AFTER_MAY, RECEIPT_AFTER_MUST, RECEIPT_TIMES };
const char *receipt_time_name(enum receipt_time); /* "in-time" "after-may" "after-must" */

/* A mail that act/receipt_mail.h found good; it is kept, sealed to the dossier. */
struct receipt_letter {
	char serial[SERIAL_HEX]; /* of the certificate that signed it */
	const void *bytes;
	size_t n;
	uint8_t digest[32]; /* under the service's index key: nothing of the mail is guessed back */
};
struct receipt_request {
	int64_t dossier;
	const struct person *person; /* who signs for it; NULL: a mail in time needs nobody */
	struct day day; /* it arrived */
	const char *reason; /* or NULL */
	const struct receipt_letter *letter; /* NULL: on paper */
};
struct received {
	int64_t edition;
	char serial[SERIAL_HEX], state[24];
	enum receipt_time time;
	struct day may, must; /* last days */
	bool never_downloaded; /* a receipt of what was never fetched */
};
/*
 * Whether the subscriber of the newest edition still owes a receipt: sent, not received, not
 * revoked; then edition, serial, state and the two last days are written.
 */
bool receipt_awaited(struct tx *, struct service *, int64_t dossier, struct received *,
    bool *awaited, struct fault *) MUST_USE;
bool receipt_record(
    struct service *, const struct receipt_request *, struct received *, struct fault *) MUST_USE;

#endif
