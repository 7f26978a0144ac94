/* The journal's lines: as the signer gives them, and as the store has copied them. */
#include "act/crew.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "book/line.h"
#include "store/line_row.h"
#include "store/meta_row.h"
#include "wire/frame.h"

struct copy {
	struct signer_lines got;
	struct meta_row place;
	bool found;
};

static bool
place_get(struct tx *tx, void *context, struct fault *fault)
{
	struct copy *c = context;
	return meta_get(tx, "journal_place", &c->place, &c->found, fault);
}

/* In hex; "": none. Returns out. */
static const char *
line_serial(const struct line *l, char out[SERIAL_HEX])
{
	static const uint8_t none[SERIAL];
	return hex_print(out, l->serial, memcmp(l->serial, none, SERIAL) != 0 ? SERIAL : 0);
}

static bool
lines_put(struct tx *tx, void *context, struct fault *fault)
{
	struct copy *c = context;
	struct der d = c->got.bytes, whole;
	struct line l;
	char place[64];
	while (line_take(&d, &l, &whole)) {
		struct line_row row = { .seq = l.seq,
			.at = l.at.sec,
			.dossier = l.dossier,
			.edition = l.edition,
			.bytes = { (uint8_t *)(uintptr_t)whole.p, whole.n } };
		(void)line_serial(&l, row.serial);
		snprintf(row.kind, sizeof(row.kind), "%s", line_name(l.kind));
		if (!tx_insert(tx, &LINE_TABLE, &row, NULL, fault))
			return false;
	}
	snprintf(
	    place, sizeof(place), "%lld %lld", (long long)c->got.segment, (long long)c->got.offset);
	return meta_put(tx, "journal_place", place, fault);
}

/* The next lines from *at on, which moves; *more: there were any, or a next segment. */
static bool
lines_ask(
    struct crew *c, struct signer_lines *at, struct sink *reply, bool *more, struct fault *fault)
{
	uint8_t bytes[64];
	struct sink ask = SINK_INTO(bytes);
	struct signer_lines got;
	reply->len = 0;
	signer_lines_pack(&(struct signer_lines){ at->segment, at->offset, { NULL, 0 } }, &ask);
	if (!crew_ask(c, ROAD_ISSUER, SIGNER_LINES, der_of(ask.at, ask.len), reply, fault))
		return false;
	if (!signer_lines_read(der_of(reply->at, reply->len), &got))
		return fault_refuse(
		    fault, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。");
	*more = got.segment != at->segment || got.offset != at->offset;
	*at = got;
	return true;
}

bool
crew_copy_lines(struct crew *c, struct fault *fault)
{
	struct copy copy = { 0 };
	long long segment = 1, offset = 0;
	bool more = true;
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	if (!store_read(c->service->store, place_get, &copy, fault))
		return false;
	if (copy.found)
		(void)sscanf(copy.place.value, "%lld %lld", &segment, &offset);
	copy.got = (struct signer_lines){ segment, offset, { NULL, 0 } };
	for (;;) {
		if (!lines_ask(c, &copy.got, &reply, &more, fault))
			return false;
		if (!more)
			return true;
		if (!store_write(c->service->store, NULL, lines_put, &copy, fault))
			return false;
	}
}

/* A chain as it is read. */
struct reading {
	struct crew *crew;
	struct crew_place *place;
	journal_each *each;
	void *context;
	struct sink reply; /* owned */
};

static bool
reading_line(struct reading *r, const struct line *l, struct der whole, struct fault *fault)
{
	return journal_follow(&r->place->chain, l, whole, fault) &&
	       r->each(r->context, l, whole, fault);
}

/* All that there is now. */
typedef bool reading_more(struct reading *, struct fault *);

/* The other road may add lines meanwhile: it is read on until the last is the signer's last. */
static bool
read_on(struct reading *r, reading_more *more, struct fault *fault)
{
	const struct journal *chain = &r->place->chain;
	const struct signer_status *s = &r->crew->status;
	for (;;) {
		r->crew->stale = true;
		if (!crew_status(r->crew, fault))
			return false;
		if (chain->seq >= s->seq)
			break;
		int64_t least = s->seq; /* what reads a line may ask anew: s moves */
		if (!more(r, fault))
			return false;
		if (chain->seq < least)
			break;
	}
	return (chain->seq == s->seq && memcmp(chain->last, s->last, sizeof(s->last)) == 0) ||
	       fault_refuse(fault, &JOURNAL_CHAIN, NULL,
		   "台帳が %lld 行目で終わっています。署名プログラムは %lld 行目までと言います。",
		   (long long)chain->seq, (long long)s->seq);
}

static bool
journal_more(struct reading *r, struct fault *fault)
{
	for (bool more = true; more;) {
		struct line l;
		struct der whole;
		if (!lines_ask(r->crew, &r->place->at, &r->reply, &more, fault))
			return false;
		for (struct der d = r->place->at.bytes; line_take(&d, &l, &whole);)
			if (!reading_line(r, &l, whole, fault))
				return false;
	}
	return true;
}

bool
crew_journal(struct crew *c, struct crew_place *place, journal_each *each, void *context,
    struct fault *fault)
{
	struct reading r = { c, place, each, context, SINK_GROW(FRAME_MOST) };
	if (place->at.segment == 0)
		place->at.segment = 1;
	bool good = read_on(&r, journal_more, fault);
	sink_drop(&r.reply);
	return good;
}

enum { COPIES_PAGE = 2000 };

/* The columns are the line's own. */
static bool
copy_row(const void *row, void *context, struct fault *fault)
{
	const struct line_row *r = row;
	struct reading *k = context;
	struct der d = der_of(r->bytes.at, r->bytes.n), whole;
	struct line l;
	char serial[sizeof(r->serial)];
	bool good = line_take(&d, &l, &whole) && der_done(&d) && l.seq == r->seq &&
		    l.at.sec == r->at && l.dossier == r->dossier && l.edition == r->edition &&
		    strcmp(line_name(l.kind), r->kind) == 0 &&
		    strcmp(line_serial(&l, serial), r->serial) == 0;
	return good ? reading_line(k, &l, whole, fault)
		    : fault_refuse(fault, &JOURNAL_CHAIN, NULL,
			  "台帳の写しの %lld 行目が壊れています。",
			  (long long)k->place->chain.seq + 1);
}

static bool
copies_page(struct tx *tx, void *context, struct fault *fault)
{
	struct reading *r = context;
	int64_t from = r->place->chain.seq == 0 ? INT64_MIN : r->place->chain.seq + 1;
	return line_page(tx, from, COPIES_PAGE, copy_row, r, fault);
}

static bool
copies_more(struct reading *r, struct fault *fault)
{
	int64_t before;
	if (!crew_copy_lines(r->crew, fault))
		return false;
	do {
		before = r->place->chain.seq;
		if (!store_read(r->crew->service->store, copies_page, r, fault))
			return false;
	} while (r->place->chain.seq > before);
	return true;
}

bool
crew_copies(struct crew *c, struct crew_place *place, journal_each *each, void *context,
    struct fault *fault)
{
	struct reading r = { .crew = c, .place = place, .each = each, .context = context };
	return read_on(&r, copies_more, fault);
}
