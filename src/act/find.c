#include "act/find.h"

#include <stdio.h>
#include <string.h>

#include "act/cert.h"
#include "act/shelf.h"
#include "base/text.h"
#include "rules/fold.h"
#include "rules/reference.h"
#include "store/cert_row.h"
#include "store/letter_row.h"

const struct refusal FIND_SHORT = { "find-short", FAULT_INPUT, "X-6" };
const struct refusal FIND_LONG = { "find-long", FAULT_INPUT, "X-6" };

enum { PAGE = 1024, LEAST = 2, TRACKING = 16 };

struct find {
	struct service *service;
	struct shelf shelf;
	struct shelf_word *word; /* locked, SHELF_WORDS */
	size_t words;
	char whole[FIND_TEXT]; /* the text without blanks and hyphens: a number, perhaps */
	struct found_rows *out; /* locked */
	size_t by_card; /* rows the cards gave */
	int64_t card_total;
	struct event_row event;
};

static struct find_row *
row_of(struct found_rows *out, int64_t dossier)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->row[i].dossier == dossier)
			return &out->row[i];
	out->total++;
	if (out->count == FIND_MOST)
		return NULL;
	out->row[out->count] = (struct find_row){ .dossier = dossier };
	return &out->row[out->count++];
}

static void
matched_add(struct find_row *row, const char *what)
{
	size_t n = strlen(row->matched);
	if (strstr(row->matched, what) == NULL)
		snprintf(
		    row->matched + n, sizeof(row->matched) - n, "%s%s", n == 0 ? "" : " ", what);
}

/* The name as it is written stands first on its card. */
static void
name_keep(struct find_row *row, const uint8_t *text, size_t n)
{
	size_t len = 0;
	if (n == 0 || text[0] != SEARCH_WRITTEN)
		return;
	while (1 + len < n && text[1 + len] >= SEARCH_FIELDS)
		len++;
	snprintf(row->name, sizeof(row->name), "%.*s", (int)len, (const char *)text + 1);
}

static void
hit(void *context, int64_t dossier, unsigned fields, const uint8_t *text, size_t n)
{
	struct find *f = context;
	struct find_row *row = row_of(f->out, dossier);
	if (row == NULL)
		return;
	name_keep(row, text, n);
	for (int i = SEARCH_WRITTEN; i < SEARCH_FIELDS; i++)
		if ((fields & 1u << i) != 0)
			matched_add(row, search_field_name((enum search_field)i));
}

/* All cards, a shelf at a time; from the beginning where the index key was renewed meanwhile. */
static bool
cards_scan(struct find *f, struct fault *fault)
{
	struct shelf_page page = { .after = 0 };
	do {
		if (!shelf_read(f->service, &f->shelf, &page, fault))
			return false;
		if (page.moved) {
			secret_wipe(f->out, sizeof(*f->out));
			page = (struct shelf_page){ .more = true };
		} else
			shelf_scan(&f->shelf, f->word, f->words, hit, f);
	} while (page.more);
	return true;
}

/* Numbers stand in the open: what kind each is, and whose. */
typedef bool by_number(struct tx *, struct find *, struct fault *);

static void
number_hit(struct find *f, int64_t dossier, const char *what)
{
	struct find_row *row = row_of(f->out, dossier);
	if (row != NULL)
		matched_add(row, what);
}

static bool
by_reference(struct tx *tx, struct find *f, struct fault *fault)
{
	struct dossier_row d = { 0 };
	bool found;
	int64_t id = 0;
	if (!reference_good(f->whole))
		return true;
	for (int i = 0; i < 7; i++) /* the eighth is the check digit */
		id = id * 10 + f->whole[i] - '0';
	if (!dossier_get(tx, id, &d, &found, fault))
		return false;
	dossier_drop(&d);
	if (found)
		number_hit(f, id, "reference");
	return true;
}

static bool
by_tracking(struct tx *tx, struct find *f, struct fault *fault)
{
	struct letter_row l;
	bool found;
	if (f->whole[0] == '\0' || strlen(f->whole) >= TRACKING)
		return true;
	if (!letter_by_tracking(tx, f->whole, &l, &found, fault))
		return false;
	if (found)
		number_hit(f, l.dossier, "tracking");
	return true;
}

static bool
serial_hit(const void *row, void *context, struct fault *fault)
{
	const struct cert_row *c = row;
	struct find *f = context;
	(void)fault;
	if (strncmp(c->serial, f->whole, strlen(f->whole)) == 0)
		number_hit(f, c->dossier, "serial");
	return true;
}

/* Whole, or its first eight signs or more. */
static bool
by_serial(struct tx *tx, struct find *f, struct fault *fault)
{
	struct cert_row c = { 0 };
	size_t n = strlen(f->whole);
	bool found;
	if (n < 8 || n >= SERIAL_HEX || strspn(f->whole, "0123456789abcdef") != n)
		return true;
	if (!cert_get(tx, f->whole, &c, &found, fault))
		return false;
	if (found)
		number_hit(f, c.dossier, "serial");
	cert_drop(&c);
	return found || cert_list(tx, f->whole, FIND_MOST, serial_hit, f, fault);
}

static by_number *const NUMBERS[] = { by_reference, by_tracking, by_serial };

static bool
card_name(struct tx *tx, struct find *f, struct find_row *row, struct fault *fault)
{
	char name[SEARCH_KEY_NAME];
	struct card_row card = { 0 };
	bool found;
	OWN_SECRET(key) = secret_new(BOX_KEY + 1);
	OWN_SECRET(plain) = secret_new(SEARCH_CARD);
	if (key == NULL || plain == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!card_get(tx, row->dossier, "search", &card, &found, fault))
		return false;
	bool good = !found || (search_key_open(tx, f->service, name, key, fault) &&
				  search_card_open(&card, key, plain, fault));
	blob_drop(&card.card);
	if (good && found)
		name_keep(row, plain, strnlen(plain, SEARCH_CARD));
	return good;
}

static void
rows_sort(struct found_rows *out)
{
	for (size_t i = 1; i < out->count; i++)
		for (size_t j = i; j > 0 && out->row[j].dossier < out->row[j - 1].dossier; j--) {
			struct find_row swap = out->row[j];
			out->row[j] = out->row[j - 1];
			out->row[j - 1] = swap;
			explicit_bzero(&swap, sizeof(swap));
		}
}

static bool
row_finish(struct tx *tx, struct find *f, struct find_row *row, struct fault *fault)
{
	struct dossier_row d = { 0 };
	bool found;
	if (!dossier_get(tx, row->dossier, &d, &found, fault))
		return false;
	snprintf(row->reference, sizeof(row->reference), "%s", d.reference);
	snprintf(row->state, sizeof(row->state), "%s", d.state);
	dossier_drop(&d);
	return row->name[0] != '\0' || card_name(tx, f, row, fault);
}

/* By the numbers, beside what the cards gave; then what a line shows of each. */
static bool
lookup_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct find *f = context;
	f->out->count = f->by_card; /* it may be run again */
	f->out->total = f->card_total;
	for (size_t i = 0; i < COUNT(NUMBERS); i++)
		if (!NUMBERS[i](tx, f, fault))
			return false;
	for (size_t i = 0; i < f->out->count; i++)
		if (!row_finish(tx, f, &f->out->row[i], fault))
			return false;
	return true;
}

/* Nobody sees what was found before it stands in the log that he looked. */
static bool
rows_tell(struct find *f, struct fault *fault)
{
	f->by_card = f->out->count;
	f->card_total = f->out->total;
	if (!store_read(f->service->store, lookup_tx, f, fault))
		return false;
	rows_sort(f->out);
	snprintf(f->event.detail, sizeof(f->event.detail), "hits=%lld", (long long)f->out->total);
	return store_write(
	    f->service->store, f->event.act_id, service_event_once, &f->event, fault);
}

/* A word as it is looked for: a long number by its tail, as telephone numbers are kept. */
static bool
word_read(struct find *f, const char *text, size_t n, size_t *signs)
{
	char word[FIND_TEXT], tail[FOLD_TAIL];
	struct shelf_word *w = &f->word[f->words];
	struct sink plain = SINK_INTO(w->plain);
	struct sink other = SINK_INTO(w->other);
	if (n == 0)
		return true;
	if (f->words == SHELF_WORDS || n >= sizeof(word))
		return false;
	snprintf(word, sizeof(word), "%.*s", (int)n, text);
	fold_plain(word, &plain);
	explicit_bzero(word, sizeof(word));
	if (sink_string(&plain) == NULL)
		return false;
	if (plain.len > FOLD_TAIL && strspn(w->plain, "0123456789") == plain.len) {
		fold_tail(w->plain, tail);
		memcpy(w->plain, tail, sizeof(tail));
		explicit_bzero(tail, sizeof(tail));
	}
	fold_short(w->plain, &other);
	if (sink_string(&other) == NULL || utf8_count(w->other) < LEAST ||
	    strcmp(w->other, w->plain) == 0)
		w->other[0] = '\0';
	*signs += utf8_count(w->plain);
	f->words += w->plain[0] != '\0';
	return true;
}

/* A serial may be copied with its colons. */
static void
colons_drop(char *text)
{
	char *to = text;
	for (const char *at = text; *at != '\0'; at++)
		if (*at != ':')
			*to++ = *at;
	*to = '\0';
}

/* Words between blanks of either width. */
static bool
words_read(struct find *f, const char *text, struct fault *fault)
{
	size_t signs = 0;
	struct sink whole = SINK_INTO(f->whole);
	bool good = utf8_valid(text, strlen(text));
	const char *from = text, *at = text;
	while (good && *at != '\0') {
		const char *before = at;
		uint32_t c = utf8_next(&at);
		if (c != ' ' && c != 0x3000 && c != '\t')
			continue;
		good = word_read(f, from, (size_t)(before - from), &signs);
		from = at;
	}
	good = good && word_read(f, from, strlen(from), &signs);
	if (good)
		fold_plain(text, &whole);
	if (!good || sink_string(&whole) == NULL)
		return fault_refuse(fault, &FIND_LONG, "TEXT",
		    "検索の言葉が長すぎるか、読めません。8 語までで検索してください。");
	colons_drop(f->whole);
	return signs >= LEAST ||
	       fault_refuse(fault, &FIND_SHORT, "TEXT", "検索の言葉は 2 文字以上にしてください。");
}

static bool
find_all(struct find *f, const char *text, struct fault *fault)
{
	service_event(f->service, "dossier-searched", 0, &f->event);
	return words_read(f, text, fault) &&
	       shelf_new(PAGE, PAGE * (SEARCH_CARD + 1), &f->shelf, fault) &&
	       cards_scan(f, fault) && rows_tell(f, fault);
}

bool
find_run(struct service *s, const char *text, struct found_rows **out, struct fault *fault)
{
	OWN_SECRET(words) = secret_new(SHELF_WORDS * sizeof(struct shelf_word));
	struct find f = { .service = s, .word = words, .out = secret_new(sizeof(*f.out)) };
	bool good = (words != NULL && f.out != NULL) ||
		    fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	good = good && find_all(&f, text, fault);
	shelf_free(&f.shelf);
	explicit_bzero(f.whole, sizeof(f.whole));
	if (!good) {
		find_free(f.out);
		return false;
	}
	*out = f.out;
	return true;
}

void
find_free(struct found_rows *out)
{
	secret_free(out);
}
