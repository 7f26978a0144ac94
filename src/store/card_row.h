/*
 * store/card_row.h - small sealed cards that other programs than the desk may open [design 4].
 *
 * "payer": DER{expected payer, folded; ref of the import file}, sealed to accounting; destroyed when
 * paid, or when the money went back.
 * "contact": e-mail and language, sealed to the contact key. "etax-N": the e-Tax numbers on paper N,
 * sealed to the dossier. "search": the folded name and the like, sealed to the index key. One of a
 * kind per dossier.
 */
#ifndef AKASHI_STORE_CARD_ROW_H
#define AKASHI_STORE_CARD_ROW_H

#include "store/store.h"

struct card_row {
	int64_t dossier;
	char kind[16];
	struct blob card;
};
extern const struct table CARD_TABLE;

bool card_each(struct tx *, const char *kind, store_row *, void *, struct fault *) MUST_USE;
/* The next `most` of a kind behind a dossier. */
bool card_page(struct tx *, const char *kind, int64_t after, int64_t most, store_row *, void *,
    struct fault *) MUST_USE;
/* The same kind's of the same dossier, sealed anew. */
bool card_replace(struct tx *, const struct card_row *, struct fault *) MUST_USE;
bool card_get(struct tx *, int64_t dossier, const char *kind, struct card_row *, bool *found,
    struct fault *) MUST_USE;
bool card_destroy(struct tx *, int64_t dossier, const char *kind, struct fault *) MUST_USE;

#endif
