/* The journal's lines: as the signer gives them, and as the store has copied them. */
#include "act/crew.h"

#include <stdio.h>
#include <string.h>

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
line_serial(const struct line *l, char out[41])
{
	static const uint8_t none[SERIAL];
	struct sink hex = { .at = (uint8_t *)out, .cap = 41 };
	if (memcmp(l->serial, none, SERIAL) != 0)
		sink_hex(&hex, l->serial, SERIAL);
	return sink_string(&hex);
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
struct chain {
	journal_each *each;
	void *context;
	struct journal at;
};

static bool
chain_line(struct chain *k, const struct line *l, struct der whole, struct fault *fault)
{
	return journal_follow(&k->at, l, whole, fault) && k->each(k->context, l, whole, fault);
}

static bool
chain_end(struct crew *c, const struct chain *k, struct fault *fault)
{
	c->stale = true;
	if (!crew_status(c, fault))
		return false;
	return (c->status.seq == k->at.seq && memcmp(c->status.last, k->at.last, 32) == 0) ||
	       fault_refuse(fault, &JOURNAL_CHAIN, NULL,
		   "台帳が %lld 行目で終わっています。署名プログラムは %lld 行目までと言います。",
		   (long long)k->at.seq, (long long)c->status.seq);
}

bool
crew_journal(struct crew *c, journal_each *each, void *context, struct fault *fault)
{
	struct chain k = { each, context, { .fd = -1 } };
	struct signer_lines at = { 1, 0, { NULL, 0 } };
	bool more = true;
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	while (more) {
		struct line l;
		struct der whole;
		if (!lines_ask(c, &at, &reply, &more, fault))
			return false;
		for (struct der d = at.bytes; line_take(&d, &l, &whole);)
			if (!chain_line(&k, &l, whole, fault))
				return false;
	}
	return chain_end(c, &k, fault);
}

enum { COPIES_PAGE = 2000 };
struct copies {
	struct chain chain;
	int64_t before;
};

/* The columns are the line's own. */
static bool
copy_row(const void *row, void *context, struct fault *fault)
{
	const struct line_row *r = row;
	struct copies *k = context;
	struct der d = der_of(r->bytes.at, r->bytes.n), whole;
	struct line l;
	char serial[sizeof(r->serial)];
	bool good = line_take(&d, &l, &whole) && der_done(&d) && l.seq == r->seq &&
		    l.at.sec == r->at && l.dossier == r->dossier && l.edition == r->edition &&
		    strcmp(line_name(l.kind), r->kind) == 0 &&
		    strcmp(line_serial(&l, serial), r->serial) == 0;
	return good ? chain_line(&k->chain, &l, whole, fault)
		    : fault_refuse(fault, &JOURNAL_CHAIN, NULL,
			  "台帳の写しの %lld 行目が壊れています。", (long long)k->chain.at.seq + 1);
}

static bool
copies_page(struct tx *tx, void *context, struct fault *fault)
{
	struct copies *k = context;
	int64_t from = k->chain.at.seq == 0 ? INT64_MIN : k->chain.at.seq + 1;
	return line_page(tx, from, COPIES_PAGE, copy_row, k, fault);
}

bool
crew_copies(struct crew *c, journal_each *each, void *context, struct fault *fault)
{
	struct copies k = { .chain = { each, context, { .fd = -1 } } };
	do {
		k.before = k.chain.at.seq;
		if (!store_read(c->service->store, copies_page, &k, fault))
			return false;
	} while (k.chain.at.seq > k.before);
	return chain_end(c, &k.chain, fault);
}
