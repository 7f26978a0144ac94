/*
 * book/adopted.h - certificates of a CA that moved in: numbers that are taken, entries that stay.
 *
 * Custodians sign a warrant (WARRANT_ADOPT) that names the CA's certificate, its last list and the
 * digest of all parts; each part is the body of one ADOPTED line of the journal: certificates in
 * order of serial, with their end and, where the old list has one, their entry as it stood there,
 * byte for byte. adopted_begin, adopted_part ..., adopted_end: nothing counts before the end.
 * Never holds a name.
 */
#ifndef AKASHI_BOOK_ADOPTED_H
#define AKASHI_BOOK_ADOPTED_H

#include "book/line.h"
#include "vault/digest.h"

enum { ADOPTED_PART = 64 << 10, ADOPTED_ENTRY = 1024, ADOPTED_MOST = 2000000 };

/* What the warrant says. */
struct warrant_adopt {
	struct der certificate; /* of the CA */
	int64_t number; /* of its last list */
	struct instant this_update, next_update; /* of that list */
	uint8_t list[32], index[32]; /* SHA-256 of the two files it was made from */
	int64_t count, listed; /* certificates; those with an entry */
	int64_t parts;
	uint8_t digest[32]; /* of all parts, one behind the other */
};
void warrant_adopt_pack(const struct warrant_adopt *, struct sink *);
bool warrant_adopt_unpack(struct der, struct warrant_adopt *, struct fault *) MUST_USE;

/* One certificate, as it stands in a part. */
struct adopted {
	uint8_t serial[SERIAL];
	struct instant not_after;
	struct der entry; /* borrowed; n 0: it is not on the list */
};
void adopted_put(const struct adopted *, struct sink *);
/* Strict: a positive serial, and the entry is that serial's. */
bool adopted_take(struct der *, struct adopted *) MUST_USE;

struct adopted_row {
	uint8_t serial[SERIAL];
	bool listed, revoked; /* by the CA of before; by us */
	struct line_place place; /* of the line by which we did */
	struct instant not_after;
};

struct adopted_book {
	struct sink warrant; /* owned; empty: none begun */
	struct warrant_adopt as; /* borrowed from it */
	struct digest running;
	int64_t parts, listed;
	struct adopted_row *row; /* as.count of them; owned */
	int64_t rows;
	struct sink entries; /* of the list, in order of serial; owned */
	bool whole; /* in force */
};
extern const struct refusal ADOPTED_PARTS; /* not what was signed for */

/* Whatever was begun before is dropped. warrant: packed, of that kind. */
bool adopted_begin(struct adopted_book *, struct der warrant, struct fault *) MUST_USE;
/* Whether the part may come next: nothing changes. */
bool adopted_next(const struct adopted_book *, struct der part, struct fault *) MUST_USE;
bool adopted_part(struct adopted_book *, struct der part, struct fault *) MUST_USE;
/* Whether all that was signed for is there. */
bool adopted_all(const struct adopted_book *, struct fault *) MUST_USE;
/* In force, if the CA's certificate has that digest. */
bool adopted_end(struct adopted_book *, const uint8_t certificate[32], struct fault *) MUST_USE;
void adopted_free(struct adopted_book *);
/* NULL: there is none of that serial, or none yet. */
struct adopted_row *adopted_find(const struct adopted_book *, const uint8_t serial[SERIAL]);

#endif
