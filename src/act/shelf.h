/*
 * act/shelf.h - opened search cards in locked memory, where they are scanned [X-6] [design 4].
 *
 * Filled from the store page by page; whoever has no room for all of them scans, empties and fills
 * again. Wiped when emptied and when freed. Writes nothing.
 */
#ifndef AKASHI_ACT_SHELF_H
#define AKASHI_ACT_SHELF_H

#include "act/search_card.h"

/* Opened cards, one behind the other without their ends. */
struct shelf {
	uint8_t *text; /* owned, locked */
	size_t len, room;
	struct shelf_card {
		int64_t dossier;
		size_t at;
	} * card; /* owned */
	size_t cards, card_room;
};
bool shelf_new(size_t cards, size_t octets, struct shelf *, struct fault *) MUST_USE;
void shelf_empty(struct shelf *); /* wiped, to be filled again */
void shelf_free(struct shelf *);
/* False: no room for one more. */
bool shelf_put(struct shelf *, int64_t dossier, const uint8_t card[SEARCH_CARD]);
/* One word, folded; `other` is its short form, "" where that is the same. */
enum { SHELF_WORD = 256, SHELF_WORDS = 8 };
struct shelf_word {
	char plain[SHELF_WORD], other[SHELF_WORD];
};
/* Every card that holds each word. fields: a set of 1u << SEARCH_...; text: the card's, to its end. */
typedef void shelf_hit(
    void *context, int64_t dossier, unsigned fields, const uint8_t *text, size_t n);
void shelf_scan(
    const struct shelf *, const struct shelf_word *, size_t words, shelf_hit *, void *context);

/* The next cards behind `after` from the store, opened, as many as fit; *moved: the index key is
 * another than at the first page, begin again. key_name "": at the first. */
struct shelf_page {
	int64_t after;
	char key_name[SEARCH_KEY_NAME];
	bool moved, more;
};
bool shelf_read(struct service *, struct shelf *, struct shelf_page *, struct fault *) MUST_USE;

#endif
