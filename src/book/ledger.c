#include "book/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "book/epoch.h"
#include "vault/digest.h"
#include "vault/secret.h"

enum { ROOM_LEAST = 1024, A_BUCKET = 8, DRAWS = 4 };
_Static_assert(sizeof(struct grant) == 64, "a million of them, with their buckets, in 64 MB");

static uint32_t
dossier_bucket(const struct ledger *l, int64_t dossier)
{
	return (uint32_t)((uint64_t)dossier * 0x9e3779b97f4a7c15u >> 32) & (l->buckets - 1);
}

static uint32_t
serial_bucket(const struct ledger *l, const uint8_t *serial)
{
	uint32_t v;
	memcpy(&v, serial + SERIAL - sizeof(v), sizeof(v));
	return v & (l->buckets - 1);
}

static void
grant_link(struct ledger *l, uint32_t i)
{
	struct grant *g = &l->grant[i];
	uint32_t *d = &l->by_dossier[dossier_bucket(l, g->dossier)];
	uint32_t *s = &l->by_serial[serial_bucket(l, g->serial)];
	g->next_dossier = *d;
	*d = i;
	if (g->state == GRANT_VOID) /* it has no serial */
		return;
	g->next_serial = *s;
	*s = i;
}

/* Room for one more, and buckets enough that chains stay short. Pages of the room that no grant has
 * touched take no memory. */
static bool
grow(struct ledger *l, struct fault *fault)
{
	if (l->grants + 1 < l->room)
		return true;
	uint32_t room = l->room == 0 ? ROOM_LEAST : l->room * 2, buckets = room / A_BUCKET;
	struct grant *g = realloc(l->grant, room * sizeof(*g));
	uint32_t *d = calloc(buckets, sizeof(*d)), *s = calloc(buckets, sizeof(*s));
	if (g != NULL)
		l->grant = g;
	if (g == NULL || d == NULL || s == NULL) {
		free(d);
		free(s);
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	}
	free(l->by_dossier);
	free(l->by_serial);
	l->by_dossier = d;
	l->by_serial = s;
	l->room = room;
	l->buckets = buckets;
	for (uint32_t i = 1; i <= l->grants; i++)
		grant_link(l, i);
	return true;
}

struct grant *
ledger_newest(const struct ledger *l, int64_t dossier)
{
	struct grant *best = NULL;
	if (l->buckets == 0)
		return NULL;
	for (uint32_t i = l->by_dossier[dossier_bucket(l, dossier)]; i != 0;
	     i = l->grant[i].next_dossier)
		if (l->grant[i].dossier == dossier &&
		    (best == NULL || l->grant[i].edition > best->edition))
			best = &l->grant[i];
	return best;
}

struct grant *
ledger_find(const struct ledger *l, int64_t dossier, int64_t edition)
{
	if (l->buckets == 0)
		return NULL;
	for (uint32_t i = l->by_dossier[dossier_bucket(l, dossier)]; i != 0;
	     i = l->grant[i].next_dossier)
		if (l->grant[i].dossier == dossier && l->grant[i].edition == edition)
			return &l->grant[i];
	return NULL;
}

struct grant *
ledger_serial(const struct ledger *l, const uint8_t serial[SERIAL])
{
	if (l->buckets == 0)
		return NULL;
	for (uint32_t i = l->by_serial[serial_bucket(l, serial)]; i != 0;
	     i = l->grant[i].next_serial)
		if (memcmp(l->grant[i].serial, serial, SERIAL) == 0)
			return &l->grant[i];
	return NULL;
}

static bool
keep(struct sink *to, struct der from, struct fault *fault)
{
	sink_drop(to);
	*to = SINK_GROW(LINE_MOST);
	sink_bytes(to, from.p, from.n);
	return !to->full || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

static bool
charter_line(struct ledger *l, struct der packed, struct fault *fault)
{
	if (l->charter == NULL && (l->charter = calloc(1, sizeof(*l->charter))) == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	memset(l->charter, 0, sizeof(*l->charter));
	charter_digest(packed, l->charter_digest);
	return charter_unpack(packed, l->charter, fault) && keep(&l->charter_packed, packed, fault);
}

static bool
genesis_line(struct ledger *l, const struct line *line, struct fault *fault)
{
	if (!charter_line(l, line->body, fault))
		return false;
	memcpy(l->service, l->charter->service, SERVICE_ID);
	l->rehearsal = l->charter->rehearsal;
	memcpy(l->adopts, l->charter->pack, sizeof(l->adopts));
	digest_of("", 0, l->root); /* of the empty log */
	return true;
}

static bool
next_charter_line(struct ledger *l, const struct line *line, struct fault *fault)
{
	struct pack *pack;
	if (!charter_line(l, line->body, fault) || !pack_read(line->extra, &pack, fault))
		return false;
	pack_free(l->pack);
	l->pack = pack;
	l->charter_line = *line;
	l->charter_line.body = l->charter_line.extra = der_of(NULL, 0);
	return keep(&l->pack_packed, line->extra, fault);
}

static bool
grant_line(struct ledger *l, const struct line *line, enum grant_state state, struct fault *fault)
{
	if (!grow(l, fault))
		return false;
	struct grant *g = &l->grant[++l->grants];
	*g = (struct grant){ .dossier = line->dossier,
		.edition = line->edition,
		.place = line->place,
		.state = state };
	memcpy(g->serial, line->serial, SERIAL);
	grant_link(l, l->grants);
	l->issued += state == GRANT_INTENT;
	l->unbooked += state == GRANT_INTENT;
	if (state == GRANT_INTENT) {
		l->size = line->size;
		memcpy(l->root, line->root, 32);
	}
	return true;
}

static bool
state_line(struct ledger *l, const struct line *line, enum grant_state state, struct fault *fault)
{
	struct grant *g = ledger_find(l, line->dossier, line->edition);
	if (g == NULL || g->state == GRANT_VOID)
		return fault_refuse(fault, &JOURNAL_CHAIN, NULL,
		    "台帳の %lld 行目に、始まりの行がありません。", (long long)line->seq);
	l->unbooked -= state == GRANT_BOOKED && g->state != GRANT_BOOKED;
	if (g->state < state)
		g->state = state;
	return true;
}

/* Once: the first line stands. */
static void
revoked_line(struct ledger *l, const struct line *line)
{
	struct grant *g = ledger_serial(l, line->serial);
	struct adopted_row *a = g == NULL ? adopted_find(&l->adopted, line->serial) : NULL;
	l->revoked++;
	if (g != NULL && !g->revoked) {
		g->revoked = true;
		g->place = line->place;
	}
	if (a != NULL && !a->revoked) {
		a->revoked = true;
		a->place = line->place;
	}
}

const struct line_place *
ledger_revocation(const struct ledger *l, const uint8_t serial[SERIAL])
{
	const struct grant *g = ledger_serial(l, serial);
	const struct adopted_row *a = adopted_find(&l->adopted, serial);
	if (g != NULL)
		return g->revoked ? &g->place : NULL;
	return a != NULL && a->revoked ? &a->place : NULL;
}

bool
ledger_serial_taken(const struct ledger *l, const uint8_t serial[SERIAL])
{
	return ledger_serial(l, serial) != NULL || adopted_find(&l->adopted, serial) != NULL ||
	       memcmp(serial, l->ca_serial, SERIAL) == 0;
}

bool
ledger_draw(const struct ledger *l, uint8_t serial[SERIAL])
{
	for (int i = 0; i < DRAWS; i++) {
		secret_random(serial, SERIAL);
		serial[0] &= 0x7f; /* positive: 159 bits live [RFC5280 4.1.2.2] */
		if (serial[0] != 0 && !ledger_serial_taken(l, serial))
			return true;
	}
	return false;
}

bool
ledger_adopts(const struct ledger *l)
{
	static const uint8_t NONE[32];
	return memcmp(l->adopts, NONE, sizeof(NONE)) != 0;
}

void
ledger_take_entries(struct ledger *l, struct sink *out)
{
	struct sink *entries = &l->adopted.entries;
	if (!l->adopted.whole)
		return;
	sink_bytes(out, entries->at, entries->len);
	sink_drop(entries);
}

/* Begun anew where one was not ended. */
static bool
adoption_line(struct ledger *l, const struct line *line, struct fault *fault)
{
	if (!ledger_adopts(l) || l->adopted.whole)
		return fault_refuse(fault, &JOURNAL_CHAIN, NULL,
		    "台帳の %lld 行目に、始められない引き継ぎがあります。", (long long)line->seq);
	return adopted_begin(&l->adopted, line->body, fault);
}

/* A CA of before goes on where its last list stood: number, entries, epoch. */
static bool
adoption_end(struct ledger *l, const struct line *line, struct fault *fault)
{
	if (!adopted_end(&l->adopted, line->digest, fault))
		return false;
	l->list = l->adopted.as.number;
	l->list_at = l->adopted.as.this_update;
	if (l->epoch < l->list / EPOCH_LISTS) /* an epoch may have come before it */
		l->epoch = l->list / EPOCH_LISTS;
	l->revoked += l->adopted.listed;
	return true;
}

static bool
cacert_line(struct ledger *l, const struct line *line, struct fault *fault)
{
	if (ledger_adopts(l) && !adoption_end(l, line, fault))
		return false;
	l->ca_intent = (struct line){ 0 };
	memcpy(l->ca_serial, line->serial, SERIAL);
	return keep(&l->certificate, line->body, fault);
}

static bool
epoch_line(struct ledger *l, const struct line *line, struct fault *fault)
{
	if (line->number <= l->epoch || line->number > EPOCH_MOST)
		return fault_refuse(fault, &EPOCH_LOWER, NULL,
		    "台帳の %lld 行目の期（%lld）が前の期より進んでいません。",
		    (long long)line->seq, (long long)line->number);
	l->epoch = line->number;
	l->epoch_line = *line;
	l->epoch_line.body = l->epoch_line.extra = der_of(NULL, 0);
	l->size = line->size;
	memcpy(l->root, line->root, 32);
	return true;
}

bool
ledger_line(struct ledger *l, const struct line *line, struct fault *fault)
{
	switch (line->kind) {
	case LINE_GENESIS:
		return genesis_line(l, line, fault);
	case LINE_CHARTER:
		return next_charter_line(l, line, fault);
	case LINE_CAINTENT:
		l->ca_intent = *line;
		l->ca_intent.body = l->ca_intent.extra = der_of(NULL, 0);
		return true;
	case LINE_CACERT:
		return cacert_line(l, line, fault);
	case LINE_ADOPTION:
		return adoption_line(l, line, fault);
	case LINE_ADOPTED:
		return adopted_part(&l->adopted, line->body, fault);
	case LINE_INTENT:
		return grant_line(l, line, GRANT_INTENT, fault);
	case LINE_DONE:
		return state_line(l, line, GRANT_DONE, fault);
	case LINE_BOOKED:
		return state_line(l, line, GRANT_BOOKED, fault);
	case LINE_REVOKED:
		revoked_line(l, line);
		return true;
	case LINE_VOID: /* once more changes nothing */
		return ledger_find(l, line->dossier, line->edition) != NULL ||
		       grant_line(l, line, GRANT_VOID, fault);
	case LINE_LIST:
		l->list = line->number;
		l->list_at = line->not_before;
		return true;
	case LINE_HEAD:
		l->size = line->size;
		memcpy(l->root, line->root, 32);
		return true;
	case LINE_EPOCH:
		return epoch_line(l, line, fault);
	case LINES:
		break;
	}
	return fault_refuse(fault, &JOURNAL_CHAIN, NULL, "台帳に知らない行があります。");
}

int64_t
ledger_next_list(const struct ledger *l)
{
	int64_t begin = l->epoch * EPOCH_LISTS;
	return (l->list > begin ? l->list : begin) + 1;
}

void
ledger_free(struct ledger *l)
{
	free(l->charter);
	sink_drop(&l->charter_packed);
	sink_drop(&l->pack_packed);
	sink_drop(&l->certificate);
	pack_free(l->pack);
	adopted_free(&l->adopted);
	free(l->grant);
	free(l->by_dossier);
	free(l->by_serial);
	*l = (struct ledger){ 0 };
}
