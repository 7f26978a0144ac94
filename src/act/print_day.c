#include "act/print_day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/dossier.h"
#include "act/download.h"
#include "act/letter.h"
#include "act/mark.h"
#include "act/station.h"
#include "base/array.h"
#include "store/cert_row.h"
#include "store/key_set_row.h"
#include "store/print_day_row.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"
#include "wire/child.h"

const struct refusal PRINT_DAY_STANDS = { "day-open", FAULT_STATE, "R-4.104" };
const struct refusal PRINT_DAY_NONE = { "day-none", FAULT_STATE, "R-4.104" };
const struct refusal PRINT_DAY_ENVELOPE = { "day-envelope", FAULT_STATE, "R-4.104" };
const struct refusal PRINT_DAY_ISSUING = { "day-issuing", FAULT_STATE, "R-4.104" };
const struct refusal PRINT_DAY_MUST = { "day-must", FAULT_STATE, "K-22" };

enum { PAGE = 500 };

struct blocks {
	struct print_day_block *at; /* owned */
	size_t count, room;
};

struct turning {
	struct service *service;
	const struct person *person;
	const struct charter *charter;
	struct print_day_row day;
	bool found;
	bool anew; /* the last round of the day lost its keys */
	struct print_day_closed *closed;
	struct blocks blocks;
	int64_t last; /* dossier looked at */
	size_t seen;
	struct proof_row proof;
	uint8_t act[ACT_PACKED];
	struct event_row event;
};

static void
turning_drop(struct turning *t)
{
	print_day_drop(&t->day);
	free(t->blocks.at);
}
#define OWN_TURNING __attribute__((cleanup(turning_drop))) struct turning

void
print_day_document(
    const struct charter *c, const char *word, const char *day, int64_t round, struct sink *out)
{
	static const char LABEL[] = "akashi day v1";
	sink_bytes(out, LABEL, sizeof(LABEL)); /* with its zero byte */
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_octets(out, c->service, SERVICE_ID);
	der_put_utf8(out, word);
	der_put_utf8(out, day);
	der_put_int(out, round);
	der_end(out, all);
}

static bool
sign(struct turning *t, const char *word, struct fault *fault)
{
	uint8_t bytes[128];
	struct sink s = SINK_INTO(bytes), packed = SINK_INTO(t->act);
	struct proof_row *p = &t->proof;
	print_day_document(t->charter, word, t->day.day, t->day.round, &s);
	digest_of(s.at, s.len, p->digest);
	if (!person_sign(t->person, ACT_DAY, p->digest, t->service->now, &packed, fault))
		return false;
	p->act = (struct blob){ packed.at, packed.len };
	p->at = t->service->now.sec;
	snprintf(p->seat, sizeof(p->seat), "1");
	snprintf(p->person, sizeof(p->person), "%s", t->person->id);
	snprintf(p->surface, sizeof(p->surface), "1:%s", surface_name(t->person->surface));
	return true;
}

static bool
stands(const char *day, struct fault *fault)
{
	return fault_refuse(fault, &PRINT_DAY_STANDS, NULL,
	    "印刷日 %s が開いています。akashi day close で閉じてから開いてください。", day);
}

/* Keys, row and what settles them: one at a time, so that no open day's keys are taken for left ones. */
static bool
day_lock(struct service *s, bool wait, int *lock, struct fault *fault)
{
	char path[SERVICE_PATH];
	service_path(s, PRINT_DAY_LOCK, path);
	return wait ? lock_wait(path, lock, fault) : lock_take(path, lock, fault);
}

/* None is open; or today's, whose keys are lost: it may be opened anew. */
static bool
may_begin(struct tx *tx, const char *today, bool *anew, struct fault *fault)
{
	struct print_day_row old = { 0 };
	bool open;
	if (!print_day_open(tx, "", &old, &open, fault))
		return false;
	*anew = open && print_day_is_lost(&old) && strcmp(old.day, today) == 0;
	bool good = !open || *anew || stands(old.day, fault);
	print_day_drop(&old);
	return good;
}

static bool
begin_look(struct tx *tx, void *context, struct fault *fault)
{
	struct turning *t = context;
	struct print_day_row old = { 0 };
	char today[DAY_TEXT];
	bool last;
	day_print(today, t->service->today);
	if (!may_begin(tx, today, &t->anew, fault) ||
	    !print_day_last(tx, today, &old, &last, fault))
		return false;
	snprintf(t->day.day, sizeof(t->day.day), "%s", today);
	t->day.round = last ? old.round + 1 : 1;
	print_day_drop(&old);
	return true;
}

/* Both stations' keys of today, by two stations of the charter. */
static bool
keys_take(struct turning *t, struct print_day_opened *out, struct fault *fault)
{
	struct service *s = t->service;
	struct station st[PRINT_LETTERS];
	struct der key[PRINT_LETTERS];
	struct blob *row[PRINT_LETTERS] = { &t->day.print_pin, &t->day.print_password };
	if (!stations_reach(s, st, fault))
		return false;
	bool good = true;
	for (int l = 0; good && l < PRINT_LETTERS; l++) {
		struct sink packed = SINK_GROW(PRINT_KEY_PACKED);
		good = station_open(&st[l], t->charter->service, s->today, &packed, fault);
		*row[l] = (struct blob){ packed.at, packed.len };
		key[l] = der_of(packed.at, packed.len);
	}
	stations_leave(st);
	good = good && print_keys_check(t->charter, key, s->today, fault);
	for (int l = 0; good && l < PRINT_LETTERS; l++) {
		struct print_key k;
		good = print_key_unpack(key[l], &k);
		snprintf(out->station[l], sizeof(out->station[l]), "%s", good ? k.station : "");
	}
	return good;
}

static bool
begin_write(struct tx *tx, void *context, struct fault *fault)
{
	struct turning *t = context;
	bool inserted, anew;
	if (!may_begin(tx, t->day.day, &anew, fault) ||
	    (anew &&
		!print_day_close(tx, t->day.day, t->day.round - 1, t->service->now.sec, fault)))
		return false;
	return tx_insert(tx, &PRINT_DAY_TABLE, &t->day, &inserted, fault) &&
	       (inserted || stands(t->day.day, fault)) && proof_add(tx, &t->proof, fault) &&
	       service_event_add(tx, &t->event, fault);
}

static bool
begin(struct turning *t, struct print_day_opened *out, struct fault *fault)
{
	struct service *s = t->service;
	if (!store_read(s->store, begin_look, t, fault) || !keys_take(t, out, fault) ||
	    !sign(t, "open", fault))
		return false;
	t->day.opened_at = s->now.sec;
	service_event(s, "day-opened", 0, &t->event);
	snprintf(t->event.detail, sizeof(t->event.detail), "day=%s round=%lld pin=%s password=%s",
	    t->day.day, (long long)t->day.round, out->station[PRINT_PIN],
	    out->station[PRINT_PASSWORD]);
	return store_write(s->store, t->event.act_id, begin_write, t, fault);
}

bool
print_day_begin(
    struct service *s, const struct person *p, struct print_day_opened *out, struct fault *fault)
{
	OWN_TURNING t = { .service = s, .person = p };
	struct print_day_opened opened = { 0 };
	int lock;
	if (!person_may(p, ACT_DAY, fault) || !service_charter(s, &t.charter, NULL, fault) ||
	    !day_lock(s, true, &lock, fault))
		return false;
	bool good = begin(&t, &opened, fault);
	(void)close(lock);
	if (!good)
		return false;
	memcpy(opened.day, t.day.day, sizeof(opened.day));
	opened.round = t.day.round;
	*out = opened;
	return true;
}

static struct print_day_block *
block_add(struct turning *t, struct fault *fault)
{
	struct blocks *b = &t->blocks;
	if (!ARRAY_ROOM(b->at, b->count, b->room, fault))
		return NULL;
	struct print_day_block *one = &b->at[b->count++];
	*one = (struct print_day_block){ 0 };
	return one;
}

/* What each note asks of whoever wants to close. */
static const struct {
	const char *note, *say;
} ENVELOPES[] = {
	{ "waiting", "印刷していません。akashi letter print で印刷するか、印刷鍵が失われたときは "
		     "akashi letter spoil で書損にしてください" },
	{ "printing",
	    "読み取っていません。封をして akashi letter done とするか、spoil としてください" },
	{ "done", "発送していません。akashi dispatch で追跡番号を読み取ってください" },
};

static bool
envelope_look(const void *row, void *context, struct fault *fault)
{
	const struct letter_row *l = row;
	struct turning *t = context;
	t->closed->sent += strcmp(l->note, "sent") == 0;
	t->closed->spoiled += strcmp(l->note, "spoiled") == 0;
	for (size_t i = 0; i < COUNT(ENVELOPES); i++) {
		if (strcmp(l->note, ENVELOPES[i].note) != 0)
			continue;
		struct print_day_block *b = block_add(t, fault);
		if (b == NULL)
			return false;
		b->row = &PRINT_DAY_ENVELOPE;
		b->dossier = l->dossier;
		memcpy(b->envelope, l->envelope, sizeof(b->envelope));
		memcpy(b->note, l->note, sizeof(b->note));
		snprintf(b->say, sizeof(b->say), "封筒「%s」（案件 %lld）を%s。", l->envelope,
		    (long long)l->dossier, ENVELOPES[i].say);
	}
	return true;
}

struct pairs {
	struct key_set_pair *at; /* owned */
	size_t count, room;
};

static bool
pair_keep(const void *row, void *context, struct fault *fault)
{
	struct pairs *p = context;
	if (!ARRAY_ROOM(p->at, p->count, p->room, fault))
		return false;
	p->at[p->count++] = *(const struct key_set_pair *)row;
	return true;
}

/* Its key is made, the signer may still be asked: the letters are sealed to this day's keys. */
static bool
issuing_look(struct tx *tx, struct turning *t, const struct key_set_pair *k, struct fault *fault)
{
	struct cert_row cert = { 0 };
	struct warrant_row warrant = { 0 };
	bool issued, order;
	if (!cert_of(tx, k->dossier, k->edition, &cert, &issued, fault))
		return false;
	cert_drop(&cert);
	if (issued)
		return true;
	if (!warrant_of(tx, "certificate", k->dossier, k->edition, &warrant, &order, fault))
		return false;
	warrant_drop(&warrant);
	if (!order || warrant.ended[0] != '\0')
		return true;
	struct print_day_block *b = block_add(t, fault);
	if (b == NULL)
		return false;
	b->row = &PRINT_DAY_ISSUING;
	b->dossier = k->dossier;
	snprintf(b->say, sizeof(b->say),
	    "案件 %lld 第 %lld 版は発行の途中です。"
	    "akashi issue %lld で終えるか、akashi warrant void %lld で取りやめてください。",
	    (long long)k->dossier, (long long)k->edition, (long long)k->dossier,
	    (long long)k->dossier);
	return true;
}

static bool
orders_look(struct tx *tx, struct turning *t, struct fault *fault)
{
	struct pairs p = { 0 };
	bool good = key_set_of_day(tx, t->day.day, pair_keep, &p, fault);
	for (size_t i = 0; good && i < p.count; i++)
		good = issuing_look(tx, t, &p.at[i], fault);
	free(p.at);
	return good;
}

/* [R-4.116 (iii)] nobody goes home while it is open. */
static bool
must_look(struct tx *tx, struct turning *t, const struct dossier_row *d, struct fault *fault)
{
	const struct policy *policy;
	struct day sent = instant_day((struct instant){ d->sent_at }), last;
	char text[DAY_TEXT];
	if (!service_policy_in(tx, t->service, d->policy, &policy, fault) ||
	    !mark_last_day(tx, policy, d->id, "K-22", sent, &last, fault))
		return false;
	if (day_cmp(t->service->today, last) <= 0)
		return true;
	struct print_day_block *b = block_add(t, fault);
	if (b == NULL)
		return false;
	b->row = &PRINT_DAY_MUST;
	b->dossier = d->id;
	snprintf(b->say, sizeof(b->say),
	    "案件 %lld は受領の期限（%s、発送から30日）を過ぎています。"
	    "akashi revoke で失効するか、届いている受領書を登録してください。",
	    (long long)d->id, day_print(text, last));
	return true;
}

struct page {
	struct dossier_row at[PAGE];
	size_t count;
};

static bool
page_keep(const void *row, void *context, struct fault *fault)
{
	struct page *p = context;
	(void)fault;
	p->at[p->count++] = *(const struct dossier_row *)row; /* its blobs are not looked at */
	return true;
}

static bool
state_look(struct tx *tx, struct turning *t, enum state state, struct page *p, struct fault *fault)
{
	int64_t after = 0;
	do {
		p->count = 0;
		if (!dossier_list(tx, state_name(state), after, PAGE, page_keep, p, fault))
			return false;
		for (size_t i = 0; i < p->count; i++)
			if (!must_look(tx, t, &p->at[i], fault))
				return false;
		after = p->count == 0 ? after : p->at[p->count - 1].id;
	} while (p->count == PAGE);
	return true;
}

/*
 * Every case that is out, which may be many: looked through before the transaction that closes, which
 * all others wait for. None is added before that: what is sent meanwhile is sent today.
 */
static bool
musts_find(struct tx *tx, struct turning *t, struct fault *fault)
{
	OWN_BYTES(page) = malloc(sizeof(struct page));
	if (page == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	return state_look(tx, t, STATE_DISPATCHED, page, fault) &&
	       state_look(tx, t, STATE_DOWNLOADED, page, fault);
}

static bool
blocks_find(struct tx *tx, struct turning *t, struct fault *fault)
{
	t->blocks.count = 0;
	t->closed->sent = t->closed->spoiled = 0;
	return letter_of_day(tx, t->day.day, envelope_look, t, fault) && orders_look(tx, t, fault);
}

static bool
end_look(struct tx *tx, void *context, struct fault *fault)
{
	struct turning *t = context;
	print_day_drop(&t->day);
	return print_day_open(tx, "", &t->day, &t->found, fault) &&
	       (!t->found || (blocks_find(tx, t, fault) && musts_find(tx, t, fault)));
}

static bool
blocks_refuse(const struct turning *t, struct fault *fault)
{
	const struct print_day_block *b = &t->blocks.at[0];
	return t->blocks.count == 0 || fault_refuse(fault, b->row, NULL, "%s", b->say);
}

static bool
end_write(struct tx *tx, void *context, struct fault *fault)
{
	struct turning *t = context;
	return blocks_find(tx, t, fault) && blocks_refuse(t, fault) &&
	       print_day_close(tx, t->day.day, t->day.round, t->service->now.sec, fault) &&
	       proof_add(tx, &t->proof, fault) && service_event_add(tx, &t->event, fault);
}

static bool settle(struct service *, int64_t *downloads, struct fault *);

static bool
none(struct service *s, struct fault *fault)
{
	int64_t downloads;
	return settle(s, &downloads, fault) &&
	       fault_refuse(fault, &PRINT_DAY_NONE, NULL,
		   "開いている印刷日がありません。閉じるものはありません。");
}

/* The row first: a key without its open day prints nothing, and is wiped by whoever settles. */
static bool
end_commit(struct turning *t, struct fault *fault)
{
	struct service *s = t->service;
	struct station st[PRINT_LETTERS];
	service_event(s, "day-closed", 0, &t->event);
	snprintf(t->event.detail, sizeof(t->event.detail),
	    "day=%s round=%lld sent=%lld spoiled=%lld", t->day.day, (long long)t->day.round,
	    (long long)t->closed->sent, (long long)t->closed->spoiled);
	if (!stations_reach(s, st, fault))
		return false;
	bool good = store_write(s->store, t->event.act_id, end_write, t, fault);
	for (int l = 0; good && l < PRINT_LETTERS; l++)
		good = station_close(&st[l], fault);
	stations_leave(st);
	return good;
}

static bool
end(struct turning *t, print_day_tell *tell, void *context, struct fault *fault)
{
	if (!store_read(t->service->store, end_look, t, fault))
		return false;
	if (!t->found)
		return none(t->service, fault);
	for (size_t i = 0; i < t->blocks.count; i++)
		tell(context, &t->blocks.at[i]);
	return blocks_refuse(t, fault) && sign(t, "close", fault) && end_commit(t, fault);
}

bool
print_day_end(struct service *s, const struct person *p, print_day_tell *tell, void *context,
    struct print_day_closed *out, struct fault *fault)
{
	struct print_day_closed closed = { 0 };
	OWN_TURNING t = { .service = s, .person = p, .closed = &closed };
	int lock;
	if (!person_may(p, ACT_DAY, fault) || !service_charter(s, &t.charter, NULL, fault) ||
	    !day_lock(s, true, &lock, fault))
		return false;
	bool good = end(&t, tell, context, fault);
	(void)close(lock);
	if (!good || !download_open_day(s, t.day.day, &closed.downloads, fault))
		return false;
	memcpy(closed.day, t.day.day, sizeof(closed.day));
	closed.round = t.day.round;
	*out = closed;
	return true;
}

static bool
settle_look(struct tx *tx, void *context, struct fault *fault)
{
	struct turning *t = context;
	print_day_drop(&t->day);
	return print_day_newest(tx, &t->day, &t->found, fault);
}

static bool
settle(struct service *s, int64_t *downloads, struct fault *fault)
{
	OWN_TURNING t = { .service = s };
	struct station st[PRINT_LETTERS];
	*downloads = 0;
	if (!store_read(s->store, settle_look, &t, fault))
		return false;
	if (!t.found || t.day.closed_at == 0)
		return true;
	if (!stations_reach(s, st, fault))
		return false;
	bool good = true;
	for (int l = 0; good && l < PRINT_LETTERS; l++)
		good = station_close(&st[l], fault);
	stations_leave(st);
	return good && download_open_day(s, t.day.day, downloads, fault);
}

bool
print_day_settle(struct service *s, int64_t *downloads, struct fault *fault)
{
	int lock;
	if (!day_lock(s, false, &lock, fault))
		return false;
	bool good = settle(s, downloads, fault);
	(void)close(lock);
	return good;
}
