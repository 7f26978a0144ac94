#include "act/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "base/scan.h"

bool
shelf_new(size_t cards, size_t octets, struct shelf *out, struct fault *fault)
{
	struct shelf s = { .room = octets, .card_room = cards };
	s.text = secret_new(octets);
	s.card = calloc(cards, sizeof(*s.card));
	if (s.text == NULL || s.card == NULL) {
		shelf_free(&s);
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	}
	*out = s;
	return true;
}

void
shelf_empty(struct shelf *s)
{
	if (s->len > 0)
		secret_wipe(s->text, s->len);
	s->len = s->cards = 0;
}

void
shelf_free(struct shelf *s)
{
	secret_free(s->text);
	free(s->card);
	*s = (struct shelf){ .room = 0 };
}

bool
shelf_put(struct shelf *s, int64_t dossier, const uint8_t card[SEARCH_CARD])
{
	size_t n = strnlen((const char *)card, SEARCH_CARD);
	if (s->cards == s->card_room || n + 1 > s->room - s->len)
		return false;
	s->card[s->cards++] = (struct shelf_card){ dossier, s->len };
	memcpy(s->text + s->len, card, n);
	s->text[s->len + n] = SEARCH_END;
	s->len += n + 1;
	return true;
}

/* Of the card that the place stands in. */
static size_t
card_at(const struct shelf *s, size_t place)
{
	size_t low = 0, high = s->cards;
	while (high - low > 1) {
		size_t mid = (low + high) / 2;
		if (s->card[mid].at <= place)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* The fields of one card that hold the text. */
static unsigned
fields_with(const uint8_t *text, size_t n, const char *what)
{
	unsigned fields = 0;
	size_t m = strlen(what);
	const uint8_t *end = text + n, *at = text;
	while (m > 0 && (at = scan_find(at, (size_t)(end - at), what, m)) != NULL) {
		const uint8_t *mark = at;
		while (*mark >= SEARCH_FIELDS)
			mark--;
		fields |= 1u << *mark;
		at++;
	}
	return fields;
}

struct scan {
	const struct shelf *shelf;
	const struct shelf_word *word;
	size_t words;
	shelf_hit *hit;
	void *context;
};

static bool
word_in(const struct scan *s, size_t i, const uint8_t *text, size_t n, unsigned *fields)
{
	unsigned found =
	    fields_with(text, n, s->word[i].plain) | fields_with(text, n, s->word[i].other);
	*fields |= found;
	return found != 0;
}

/* A place where one form of the first word stands; returns the place behind its card. */
static size_t
card_judge(const struct scan *s, size_t place, bool other)
{
	const struct shelf *shelf = s->shelf;
	size_t i = card_at(shelf, place), at = shelf->card[i].at;
	size_t end = i + 1 < shelf->cards ? shelf->card[i + 1].at : shelf->len;
	const uint8_t *text = shelf->text + at;
	size_t n = end - at - 1;
	unsigned fields = 0;
	if (other && fields_with(text, n, s->word[0].plain) != 0)
		return end; /* told already */
	for (size_t w = 0; w < s->words; w++)
		if (!word_in(s, w, text, n, &fields))
			return end;
	s->hit(s->context, shelf->card[i].dossier, fields, text, n);
	return end;
}

static void
form_scan(const struct scan *s, const char *what, bool other)
{
	const struct shelf *shelf = s->shelf;
	const uint8_t *at = shelf->text;
	size_t m = strlen(what);
	while (
	    m > 0 && (at = scan_find(at, shelf->len - (size_t)(at - shelf->text), what, m)) != NULL)
		at = shelf->text + card_judge(s, (size_t)(at - shelf->text), other);
}

void
shelf_scan(const struct shelf *shelf, const struct shelf_word *word, size_t words, shelf_hit *hit,
    void *context)
{
	struct scan s = { shelf, word, words, hit, context };
	form_scan(&s, word[0].plain, false);
	form_scan(&s, word[0].other, true);
}

struct filling {
	struct service *service;
	struct shelf *shelf;
	struct shelf_page page;
	uint8_t *key, *card; /* locked */
};

static bool
card_fill(const void *row, void *context, struct fault *fault)
{
	const struct card_row *r = row;
	struct filling *f = context;
	if (!search_card_open(r, f->key, f->card, fault))
		return false;
	f->page.after = r->dossier;
	f->page.more = true;
	return shelf_put(f->shelf, r->dossier, f->card) ||
	       fault_set(fault, FAULT_BUG, "検索の札が棚に入りません。");
}

static bool
fill_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct filling *f = context;
	char name[SEARCH_KEY_NAME];
	int64_t fit = (int64_t)(f->shelf->room / (SEARCH_CARD + 1));
	int64_t most = (int64_t)f->shelf->card_room < fit ? (int64_t)f->shelf->card_room : fit;
	shelf_empty(f->shelf);
	f->page.more = false;
	if (!search_key_open(tx, f->service, name, f->key, fault))
		return false;
	f->page.moved = f->page.key_name[0] != '\0' && strcmp(f->page.key_name, name) != 0;
	memcpy(f->page.key_name, name, sizeof(name));
	return f->page.moved || card_page(tx, "search", f->page.after, most, card_fill, f, fault);
}

bool
shelf_read(struct service *s, struct shelf *shelf, struct shelf_page *page, struct fault *fault)
{
	OWN_SECRET(key) = secret_new(BOX_KEY + 1);
	OWN_SECRET(card) = secret_new(SEARCH_CARD);
	struct filling f = { s, shelf, *page, key, card };
	if (key == NULL || card == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!store_read(s->store, fill_tx, &f, fault))
		return false;
	*page = f.page;
	return true;
}
