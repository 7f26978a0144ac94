/*
 * act/search_card.h - search cards: one per dossier, sealed to the index key [X-6] [design 4].
 *
 * A card is 512 octets, whatever the name: the name as it is written, folded name, kana, Roman name,
 * telephone's tail, e-mail and organisation. Nothing of it is stored in the open. The index key lies
 * in keys.db, sealed under the service's own; it is made anew with each destruction and every card is
 * sealed again, so that what an old copy of the store holds of a destroyed dossier opens no more
 * (docs/flows.md).
 */
#ifndef AKASHI_ACT_SEARCH_CARD_H
#define AKASHI_ACT_SEARCH_CARD_H

#include "act/service.h"
#include "rules/application.h"
#include "store/card_row.h"
#include "vault/seal.h"

enum { SEARCH_CARD = 512, SEARCH_NAME = 200, SEARCH_KEY_NAME = 24 };
/* What stands before each text of a card. */
enum search_field {
	SEARCH_END, /* nothing follows */
	SEARCH_WRITTEN, /* the name as it is written */
	SEARCH_NAMES,
	SEARCH_KANA,
	SEARCH_ROMAN,
	SEARCH_PHONE,
	SEARCH_EMAIL,
	SEARCH_ORGANISATION,
	SEARCH_FIELDS
};
const char *search_field_name(enum search_field); /* "name" "kana" ... */

/* The first index key of a service, at its beginning; meta "search_key" is to say its name. */
bool search_key_first(struct keys_db *, const uint8_t service_key[32], char name[SEARCH_KEY_NAME],
    struct fault *) MUST_USE;
/* The key of this moment, into locked memory. */
bool search_key_open(struct tx *, struct service *, char name[SEARCH_KEY_NAME],
    uint8_t key[BOX_KEY + 1], struct fault *) MUST_USE;
/* Each destruction calls it last: a new index key, all cards sealed to it, the old key destroyed. */
bool search_key_renew(struct service *, int64_t *cards, struct fault *) MUST_USE;
/* Index keys no card is sealed to; *gone of them are destroyed. Not while one is being renewed. */
bool search_keys_sweep(struct service *, int64_t *gone, struct fault *) MUST_USE;

/* Into locked memory; what does not fit is left out. */
void search_card_make(const struct application *, uint8_t card[SEARCH_CARD]);
/* Sealed to the index key of this moment, into the transaction of the dossier's act. */
bool search_card_add(struct tx *, struct service *, int64_t dossier,
    const uint8_t card[SEARCH_CARD], struct fault *) MUST_USE;
bool search_card_open(const struct card_row *, const uint8_t key[BOX_KEY],
    uint8_t card[SEARCH_CARD], struct fault *) MUST_USE;

#endif
