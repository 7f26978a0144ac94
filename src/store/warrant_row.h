/*
 * store/warrant_row.h - one warrant: the exact bytes people sign for, sealed where they hold names.
 *
 * One per kind, dossier, edition and serial, for ever. sealed: the box of book/warrant.h; of kinds
 * that hold no names the packed bytes themselves. What stands here is never trusted: the signer
 * checks the bytes and the signatures over them [design 2].
 */
#ifndef AKASHI_STORE_WARRANT_ROW_H
#define AKASHI_STORE_WARRANT_ROW_H

#include "base/text.h"
#include "store/store.h"

struct warrant_row {
	uint8_t digest[32]; /* of the packed bytes */
	char kind[16]; /* warrant_kind_name */
	int64_t dossier, edition; /* 0 for the CA certificate */
	char serial[SERIAL_HEX]; /* in hex; "" unless a revocation */
	struct blob sealed;
	char last_day[16]; /* of use */
	int64_t created_at;
	char ended[16]; /* "" booked void expired done */
};
extern const struct table WARRANT_TABLE;
extern const struct refusal WARRANT_ENDED; /* it ended otherwise already */

bool warrant_get(struct tx *, const uint8_t digest[32], struct warrant_row *, bool *found,
    struct fault *) MUST_USE;
/* Of a kind without a serial. */
bool warrant_of(struct tx *, const char *kind, int64_t dossier, int64_t edition,
    struct warrant_row *, bool *found, struct fault *) MUST_USE;
/* The revocation of a certificate. */
bool warrant_of_serial(
    struct tx *, const char *serial, struct warrant_row *, bool *found, struct fault *) MUST_USE;
/* Those of a kind that have not ended. */
bool warrant_open_each(struct tx *, const char *kind, store_row *, void *, struct fault *) MUST_USE;
/* Once and for all; the same word again is fine. */
bool warrant_end(struct tx *, const uint8_t digest[32], const char *ended, struct fault *) MUST_USE;
/* One that nobody is to sign any more, as if it had never been; what ended stays. */
bool warrant_withdraw(struct tx *, const uint8_t digest[32], struct fault *) MUST_USE;
void warrant_drop(struct warrant_row *);

#endif
