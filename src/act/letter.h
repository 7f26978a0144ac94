/*
 * act/letter.h - envelopes by their number: scanned when sealed, spoiled before a witness.
 *
 * A spoiled letter is never printed again: its edition's package and letters are destroyed with it,
 * its certificate must be revoked, and the next edition gets a new key. What was spoiled unseen
 * (a printer that stopped) still owes its witness; the same call records him.
 */
#ifndef AKASHI_ACT_LETTER_H
#define AKASHI_ACT_LETTER_H

#include "act/person.h"
#include "base/text.h"
#include "store/letter_row.h"

/* No such number; its sheet has not come out; it is spoiled; it is sent; it has its witness. */
extern const struct refusal LETTER_UNKNOWN, LETTER_UNPRINTED, LETTER_SPOILED, LETTER_SENT,
    LETTER_WITNESSED;

/* Grown rows; the caller frees `at`. */
struct letter_list {
	struct letter_row *at;
	size_t count, room;
};
/* A store_row that keeps them, context the list. */
bool letter_list_add(const void *row, void *list, struct fault *) MUST_USE;
static inline void
letter_list_drop(struct letter_list *l)
{
	bytes_drop(&l->at);
}
#define OWN_LETTERS __attribute__((cleanup(letter_list_drop))) struct letter_list

struct letter_done {
	struct letter_row row; /* as it stands now */
	bool already; /* it was scanned before: nothing changed */
};
bool letter_done(
    struct service *, const char *envelope, struct letter_done *, struct fault *) MUST_USE;

struct letter_spoiled {
	struct letter_row row;
	char serial[SERIAL_HEX]; /* of the certificate to revoke */
	char other[24], other_note[16]; /* the edition's other letter, as it stands now; or "" */
};
bool letter_spoil(struct service *, const struct person *witness, const char *envelope,
    struct letter_spoiled *, struct fault *) MUST_USE;

/* Within an act's transaction: this letter is spoiled, and with it what the edition holds. An
 * other letter that still waits is spoiled too: there is no sheet of it to shred. */
bool letter_spoil_in(struct tx *, struct letter_row *, struct fault *) MUST_USE;

#endif
