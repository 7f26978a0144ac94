/* Search cards: how one is made and sealed, and how all are sealed again. */
#include "act/search_card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "rules/fold.h"
#include "store/meta_row.h"
#include "wire/child.h"

enum { RENEW_PAGE = 1000 };
static const char META[] = "search_key", KIND[] = "search", CARD[] = "search-card";

/* The texts of a card, the shortest first: what a long one pushes out is an organisation's end. */
static const struct {
	enum search_field field;
	enum application_field of;
} TEXTS[] = {
	{ SEARCH_NAMES, A_name },
	{ SEARCH_NAMES, A_former_name },
	{ SEARCH_KANA, A_kana },
	{ SEARCH_ROMAN, A_roman },
	{ SEARCH_PHONE, A_phone },
	{ SEARCH_EMAIL, A_email },
	{ SEARCH_ORGANISATION, A_organisation },
	{ SEARCH_ORGANISATION, A_trade_name },
};

static const char *const NAMES[] = { [SEARCH_END] = "",
	[SEARCH_WRITTEN] = "name",
	[SEARCH_NAMES] = "name",
	[SEARCH_KANA] = "kana",
	[SEARCH_ROMAN] = "roman",
	[SEARCH_PHONE] = "phone",
	[SEARCH_EMAIL] = "email",
	[SEARCH_ORGANISATION] = "organisation" };
_Static_assert(COUNT(NAMES) == SEARCH_FIELDS, "every field has its name");

const char *
search_field_name(enum search_field f)
{
	return NAMES[f];
}

/* Its mark and as much of it as fits, at most that many octets, no half character. */
static void
text_put(struct sink *card, enum search_field f, const char *text, size_t n, size_t most)
{
	size_t room = card->cap - card->len;
	if (n == 0 || room < 2)
		return;
	most = most < room - 1 ? most : room - 1;
	if (n > most)
		for (n = most; n > 0 && ((uint8_t)text[n] & 0xc0) == 0x80;)
			n--;
	sink_byte(card, (uint8_t)f);
	sink_bytes(card, text, n);
}

static void
folded_put(struct sink *card, enum search_field f, const char *text)
{
	char tail[FOLD_TAIL];
	OWN_SINK plain = SINK_GROW(1 << 16);
	OWN_SINK shorter = SINK_GROW(1 << 16);
	if (f == SEARCH_PHONE) {
		fold_tail(text, tail);
		text_put(card, f, tail, strlen(tail), SEARCH_CARD);
		explicit_bzero(tail, sizeof(tail));
		return;
	}
	fold_plain(text, &plain);
	const char *folded = sink_string(&plain);
	if (folded == NULL)
		return;
	text_put(card, f, folded, plain.len, SEARCH_CARD);
	if (f != SEARCH_KANA && f != SEARCH_ROMAN)
		return;
	fold_short(folded, &shorter);
	if (shorter.len != plain.len)
		text_put(card, f, (const char *)shorter.at, shorter.len, SEARCH_CARD);
}

void
search_card_make(const struct application *a, uint8_t bytes[SEARCH_CARD])
{
	struct sink card = { .at = bytes, .cap = SEARCH_CARD };
	memset(bytes, 0, SEARCH_CARD);
	text_put(&card, SEARCH_WRITTEN, a->text[A_name], strlen(a->text[A_name]), SEARCH_NAME - 1);
	for (size_t i = 0; i < COUNT(TEXTS); i++)
		folded_put(&card, TEXTS[i].field, a->text[TEXTS[i].of]);
}

static bool
key_make(struct keys_db *keys, const uint8_t service_key[32], const char *name, struct fault *fault)
{
	uint8_t bytes[256];
	struct sink boxed = SINK_INTO(bytes);
	OWN_SECRET(key) = secret_new(BOX_KEY);
	if (key == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	secret_random(key, BOX_KEY);
	box_put("search-key", service_key, key, BOX_KEY, &boxed);
	return keys_db_put(keys, KIND, name, boxed.at, boxed.len, fault);
}

/* A name nobody else gives, so that a renewal that fell leaves nothing in the next one's way. */
static void
key_name(char name[SEARCH_KEY_NAME])
{
	uint8_t random[8];
	secret_random(random, sizeof(random));
	hex_print(name, random, sizeof(random));
}

bool
search_key_first(struct keys_db *keys, const uint8_t service_key[32], char name[SEARCH_KEY_NAME],
    struct fault *fault)
{
	key_name(name);
	return key_make(keys, service_key, name, fault);
}

static bool
key_get(const struct service *s, const char *name, uint8_t key[BOX_KEY + 1], struct fault *fault)
{
	struct blob boxed = { 0 };
	struct sink out = { .at = key, .cap = BOX_KEY + 1 };
	if (!keys_db_get(s->keys, KIND, name, &boxed, fault))
		return false;
	bool good = box_open("search-key", s->index_key, boxed.at, boxed.n, &out, fault);
	blob_drop(&boxed);
	return good &&
	       (out.len == BOX_KEY || fault_set(fault, FAULT_BROKEN, "検索鍵の大きさが違います。"));
}

/* The name of the key of this moment. */
static bool
current_name(struct tx *tx, char name[SEARCH_KEY_NAME], struct fault *fault)
{
	struct meta_row row;
	bool found;
	if (!meta_get(tx, META, &row, &found, fault))
		return false;
	if (!found)
		return fault_set(fault, FAULT_BROKEN,
		    "検索鍵の記録がありません。akashi audit verify で確かめてください。");
	snprintf(name, SEARCH_KEY_NAME, "%.*s", SEARCH_KEY_NAME - 1, row.value);
	return true;
}

bool
search_key_open(struct tx *tx, struct service *s, char name[SEARCH_KEY_NAME],
    uint8_t key[BOX_KEY + 1], struct fault *fault)
{
	return current_name(tx, name, fault) && key_get(s, name, key, fault);
}

bool
search_card_open(const struct card_row *row, const uint8_t key[BOX_KEY], uint8_t card[SEARCH_CARD],
    struct fault *fault)
{
	return box_open_fixed(CARD, key, row->card.at, row->card.n, card, SEARCH_CARD, fault);
}

bool
search_card_add(struct tx *tx, struct service *s, int64_t dossier, const uint8_t card[SEARCH_CARD],
    struct fault *fault)
{
	char name[SEARCH_KEY_NAME];
	uint8_t bytes[SEARCH_CARD + 128];
	struct sink boxed = SINK_INTO(bytes);
	OWN_SECRET(key) = secret_new(BOX_KEY + 1);
	if (key == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!search_key_open(tx, s, name, key, fault))
		return false;
	box_put(CARD, key, card, SEARCH_CARD, &boxed);
	struct card_row row = { dossier, "search", { boxed.at, boxed.len } };
	return tx_insert(tx, &CARD_TABLE, &row, NULL, fault);
}

struct renewal {
	struct service *service;
	const char *name; /* of the new key */
	uint8_t *from, *to, *plain; /* locked */
	char old[SEARCH_KEY_NAME];
	struct tx *tx;
	struct card_row *page;
	size_t count;
	int64_t last, cards;
	struct event_row event;
};

static bool
reseal(struct renewal *r, const struct card_row *row, struct fault *fault)
{
	uint8_t bytes[SEARCH_CARD + 128];
	struct sink boxed = SINK_INTO(bytes);
	if (!search_card_open(row, r->from, r->plain, fault))
		return false;
	box_put(CARD, r->to, r->plain, SEARCH_CARD, &boxed);
	struct card_row next = *row;
	next.card = (struct blob){ boxed.at, boxed.len };
	return card_replace(r->tx, &next, fault);
}

static bool
page_keep(const void *at, void *context, struct fault *fault)
{
	const struct card_row *row = at;
	struct renewal *r = context;
	struct card_row *kept = &r->page[r->count];
	*kept = *row;
	kept->card.at = malloc(row->card.n);
	if (kept->card.at == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	memcpy(kept->card.at, row->card.at, row->card.n);
	r->last = row->dossier;
	r->count++;
	return true;
}

static void
page_drop(struct renewal *r)
{
	while (r->count > 0)
		blob_drop(&r->page[--r->count].card);
}

/* Read whole before the first is written: no statement walks what another changes. */
static bool
page_renew(struct renewal *r, struct fault *fault)
{
	page_drop(r);
	if (!card_page(r->tx, "search", r->last, RENEW_PAGE, page_keep, r, fault))
		return false;
	for (size_t i = 0; i < r->count; i++)
		if (!reseal(r, &r->page[i], fault))
			return false;
	r->cards += (int64_t)r->count;
	return true;
}

static bool
renew_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct renewal *r = context;
	r->tx = tx;
	r->last = r->cards = 0;
	if (!search_key_open(tx, r->service, r->old, r->from, fault))
		return false;
	do
		if (!page_renew(r, fault))
			return false;
	while (r->count == RENEW_PAGE);
	snprintf(r->event.detail, sizeof(r->event.detail), "cards=%lld", (long long)r->cards);
	return meta_put(tx, META, r->name, fault) && service_event_add(tx, &r->event, fault);
}

/* Held while a key stands in keys.db that no card is sealed to yet. */
static const char LOCK[] = "run/search.lock";

static bool
renew_locked(struct service *s, int64_t *cards, struct fault *fault)
{
	char name[SEARCH_KEY_NAME];
	OWN_SECRET(from) = secret_new(BOX_KEY + 1);
	OWN_SECRET(to) = secret_new(BOX_KEY + 1);
	OWN_SECRET(plain) = secret_new(SEARCH_CARD);
	struct renewal r = { .service = s, .name = name, .from = from, .to = to, .plain = plain };
	r.page = calloc(RENEW_PAGE, sizeof(*r.page));
	bool good = (from != NULL && to != NULL && plain != NULL && r.page != NULL) ||
		    fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	key_name(name);
	service_event(s, "search-key-renewed", 0, &r.event);
	good = good && key_make(s->keys, s->index_key, name, fault) &&
	       key_get(s, name, to, fault) &&
	       store_write(s->store, r.event.act_id, renew_tx, &r, fault);
	page_drop(&r);
	free(r.page);
	if (!good)
		return false;
	*cards = r.cards;
	return keys_db_destroy(s->keys, KIND, r.old, fault);
}

bool
search_key_renew(struct service *s, int64_t *cards, struct fault *fault)
{
	char path[SERVICE_PATH];
	int lock;
	if (!lock_wait(service_path(s, LOCK, path), &lock, fault))
		return false;
	bool good = renew_locked(s, cards, fault);
	(void)close(lock);
	return good;
}

struct leftovers {
	struct service *service;
	char name[SEARCH_KEY_NAME]; /* of the key in use */
	int64_t gone;
};

static bool
current_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct leftovers *l = context;
	return current_name(tx, l->name, fault);
}

static bool
left_key(void *context, const char *owner, struct fault *fault)
{
	struct leftovers *l = context;
	if (strcmp(owner, l->name) == 0)
		return true;
	l->gone++;
	return keys_db_destroy(l->service->keys, KIND, owner, fault);
}

bool
search_keys_sweep(struct service *s, int64_t *gone, struct fault *fault)
{
	struct leftovers l = { .service = s };
	char path[SERVICE_PATH];
	struct fault busy = { 0 };
	int lock;
	if (!lock_take(service_path(s, LOCK, path), &lock, &busy)) {
		if (busy.code != FAULT_LATER) {
			*fault = busy;
			return false;
		}
		*gone = 0; /* it is being renewed */
		return true;
	}
	bool good = store_read(s->store, current_tx, &l, fault) &&
		    keys_db_each(s->keys, KIND, left_key, &l, fault);
	(void)close(lock);
	if (good)
		*gone = l.gone;
	return good;
}
