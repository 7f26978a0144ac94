/*
 * act/card.h - the approval card: what stands in these very bytes, for a person to read.
 *
 * Decoded from the packed warrant and nothing else; labels and scope marks are
 * rows of the policy the warrant names. What was decoded is encoded again and must be the same
 * bytes, so nothing in them is unseen; a text that could deceive a screen (control or direction
 * characters) is refused. Never asks what the desk says of the dossier.
 */
#ifndef AKASHI_ACT_CARD_H
#define AKASHI_ACT_CARD_H

#include "act/service.h"
#include "book/warrant.h"
#include "book/words.h"
#include "rules/dispatch.h"

enum { CARD_SEATS = 4 };

struct card_field {
	const char *place; /* "subject" "subscriber" "mandator" */
	char oid[32];
	const char *ja, *en; /* labels */
	const char *scope; /* "signature" "mandate" "outside"; of the rehearsal's mark "mark" */
	struct der value; /* UTF-8, no NUL behind */
};

struct card_seat {
	char seat[16], person[ACT_PERSON], surface[24];
	struct instant at;
};

struct card {
	uint8_t digest[32];
	char words[WORDS_TEXT]; /* of the digest */
	bool rehearsal;
	struct warrant warrant;
	struct warrant_certificate certificate;
	const char *product_ja, *product_en; /* "" where the policy does not know it */
	struct card_field field[WARRANT_FIELDS];
	size_t fields;
	struct delivery delivery[DISPATCH_ITEMS];
	char ended[16]; /* of its row: "" booked void expired */
	struct card_seat seat[CARD_SEATS]; /* who has signed it so far */
	size_t seats;
	struct der packed; /* the bytes themselves, where it was opened */
	uint8_t *plain; /* owned, locked: all der above is borrowed from it */
};

/* Bytes that say more than was decoded; a field no profile has; a text that deceives; not it. */
extern const struct refusal CARD_FIELD, CARD_TEXT, CARD_OTHER, CARD_DIGEST, CARD_NONE;

/* Of packed bytes, which the caller keeps; *out is filled on success alone. */
bool card_read(struct der packed, const struct charter *, const struct policy *, struct card *,
    struct fault *) MUST_USE;
/* A dossier's newest warrant, opened through the archive key's agent. The caller frees *out. */
bool card_open(struct service *, int64_t dossier, const char *reason, struct card **out,
    struct fault *) MUST_USE;
/* The same of one edition. */
bool card_open_edition(struct service *, int64_t dossier, int64_t edition, const char *reason,
    struct card **out, struct fault *) MUST_USE;
void card_free(struct card *);
static inline void
card_drop(struct card **c)
{
	card_free(*c);
}
#define OWN_CARD __attribute__((cleanup(card_drop))) struct card *

/* As people read it. */
void card_print(const struct card *, struct sink *);

#endif
