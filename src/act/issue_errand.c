/*
 * Carrying approved orders, several together: keymaker, signer, store, BOOKED (docs/flows.md, Issue).
 *
 * While the signer has one batch, the one before it is written and the next is taken: three are on
 * their way at most. Each order passes, is refused or is lost alone.
 */
#include "act/issue.h"

#include <stdlib.h>
#include <string.h>

#include "act/batch.h"
#include "vault/digest.h"
#include "wire/frame.h"

const struct refusal ISSUE_HELD = { "issue-held", FAULT_LATER, "design 3" };

enum { ORDERS_BYTES = FRAME_BODY_MOST - (20 << 10), FORGET_MOST = 4 * BATCH, SIGNERS_MOST = 8 };

struct stream {
	struct crew *crew;
	struct errand_queue *queue;
	size_t most; /* in a batch; fewer, once the answer has had no room for all */
	struct batch *now; /* being made ready */
	struct batch *asked; /* the signer has them */
	struct batch *stored; /* in the store, not yet BOOKED */
	int64_t told; /* those, by this request, which has no answer yet; 0: not told */
	char forget[FORGET_MOST][DIGEST_HEX]; /* BOOKED: warrants whose wrapped keys go */
	size_t forgets;
	struct fault gone; /* why nothing can be asked any more */
};

/* As many orders as one request holds; the rest is asked for behind it. One that none holds is refused by itself. */
static void
orders_put(struct batch *b)
{
	sink_drop(&b->orders);
	b->orders = SINK_GROW(FRAME_MOST);
	for (size_t i = 0; i < b->n; i++) {
		struct carry *c = &b->at[i];
		size_t from = b->orders.len;
		c->asked = carry_unsigned(c) && carry_order(c, &b->orders, &c->why);
		if (!c->asked || (!b->orders.full && b->orders.len <= ORDERS_BYTES))
			continue;
		b->orders.len = from;
		b->orders.full = c->asked = false;
		if (from > 0)
			return;
		fault_set(
		    &c->why, FAULT_BUG, "発行の依頼が大きすぎます。担当者に知らせてください。");
	}
}

/* Held, and ready to be sent as soon as the signer is free. */
static bool
batch_ready(struct batch *b, struct fault *fault)
{
	if (!batch_hold(b, NULL, fault))
		return false;
	orders_put(b);
	return true;
}

static bool
batch_ask(struct stream *s, struct batch *b, struct fault *fault)
{
	OWN_SINK head = SINK_GROW(20 << 10);
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	b->asked = false;
	if (b->orders.len == 0)
		return true;
	if (!crew_ca(s->crew, fault) || !crew_head(s->crew, &head, fault))
		return false;
	struct signer_orders ask = { der_of(head.at, head.len),
		der_of(b->orders.at, b->orders.len) };
	signer_orders_pack(&ask, &body);
	b->asked = crew_send(s->crew, SIGNER_ISSUE, der_of(body.at, body.len), &b->id, fault);
	return b->asked;
}

static bool
answer_take(struct carry *c, struct der *ends)
{
	struct der whole;
	struct signer_end end;
	c->asked = false;
	if (!der_take_whole(ends, DER_SEQUENCE, &whole) || !signer_end_read(whole, &end))
		return fault_refuse(
		    &c->why, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。");
	return end.fault.n > 0 ? fault_unpack(end.fault, &c->why)
			       : carry_signed(c, end.issued, &c->why);
}

/* Those that found no room beside others are asked for behind them; the next do not come in such a number. */
static void
no_room(struct stream *s, struct batch *b, size_t answered, size_t asked)
{
	size_t none = 0;
	for (size_t i = 0; answered > 0 && i < b->n; i++) {
		if (strcmp(b->at[i].why.name, SIGNER_NO_ROOM) != 0)
			continue;
		b->at[i].why = (struct fault){ 0 };
		none++;
	}
	if (none > 0 && asked - none < s->most)
		s->most = asked - none;
}

static bool
batch_answer(struct stream *s, struct batch *b, struct fault *fault)
{
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	if (!b->asked)
		return true;
	b->asked = false;
	if (!crew_receive(s->crew, b->id, &reply, fault))
		return false;
	struct der ends = der_of(reply.at, reply.len);
	size_t answered = 0, asked = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (!b->at[i].asked)
			continue;
		asked++;
		answered += answer_take(&b->at[i], &ends);
		crew_told(s->crew, &b->at[i].why);
	}
	no_room(s, b, answered, asked);
	return true;
}

static bool
any_unsigned(const struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (carry_unsigned(&b->at[i]))
			return true;
	return false;
}

/*
 * What the signer says of all that were to be signed. A signer that went meanwhile is followed by
 * the next, which is asked again, once; so is one whose head was overtaken, and so are those that found
 * no room in the first request.
 */
static void
batch_finish(struct stream *s, struct batch *b)
{
	struct fault why = { 0 };
	bool good = batch_answer(s, b, &why), again = true;
	while (any_unsigned(b)) {
		if (!good && !(again && crew_again(s->crew, &why)))
			break;
		s->told = 0; /* its answer went with the signer, or is passed over */
		again = good;
		why = (struct fault){ 0 };
		good = batch_ready(b, &why) && batch_ask(s, b, &why) && batch_answer(s, b, &why);
	}
	if (good)
		return;
	batch_fail(b, &why);
	s->gone = why;
}

static bool
store_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct batch *b = context;
	for (size_t i = 0; i < b->n; i++)
		if (carry_goes_on(&b->at[i]) && !carry_store(tx, &b->at[i], fault))
			return false;
	return true;
}

static bool
store_one(struct tx *tx, void *context, struct fault *fault)
{
	return carry_store(tx, context, fault);
}

/* Of the last of them: where it stands, all do. NULL: there is nothing new. */
static const uint8_t *
last_act(const struct batch *b)
{
	for (size_t i = b->n; i-- > 0;)
		if (carry_goes_on(&b->at[i]) && !b->at[i].has_cert)
			return b->at[i].event.act_id;
	return NULL;
}

/* All at once; where one of them cannot be written, each by itself. */
static void
batch_store(struct stream *s, struct batch *b)
{
	struct store *store = s->crew->service->store;
	struct fault why = { 0 };
	bool all = store_write(store, last_act(b), store_tx, b, &why);
	for (size_t i = 0; i < b->n; i++) {
		struct carry *c = &b->at[i];
		c->stored = carry_goes_on(c) &&
			    (all || store_write(store, c->has_cert ? NULL : c->event.act_id,
					store_one, c, &c->why));
	}
}

/* Refused for good: the edition ends, so that the same two may sign the next [storage 4]. */
static bool
never_again(const char *name)
{
	static const char *const NAMES[] = { "statement-charter", "order-last-day",
		"signer-edition-seen", "signer-other-key", "signer-lapsed", "keymaker-past" };
	for (size_t i = 0; i < COUNT(NAMES); i++)
		if (strcmp(NAMES[i], name) == 0)
			return true;
	return false;
}

struct ending {
	const struct carry *carry;
	struct instant now;
};

static bool
end_tx(struct tx *tx, void *context, struct fault *fault)
{
	const struct ending *e = context;
	return errand_hold_in(tx, &e->carry->task, e->now, fault) &&
	       warrant_end(tx, e->carry->task.digest, "expired", fault);
}

/* By whoever has the task: another who has it by now may find that it is not past. */
static bool
end_edition(const struct carry *c, struct fault *fault)
{
	struct ending e = { .carry = c };
	struct service *service = c->crew->service;
	return service_clock(service, &e.now, fault) &&
	       store_write(service->store, NULL, end_tx, &e, fault);
}

/* Each task has ended, or is ended or given back now. */
static bool
batch_over(struct stream *s, struct batch *b, struct fault *fault)
{
	for (size_t i = 0; i < b->n; i++) {
		struct carry *c = &b->at[i];
		struct fault ending = { 0 };
		if (!carry_goes_on(c) && never_again(c->why.name) && !end_edition(c, &ending))
			c->why = ending;
		if (c->stored)
			errand_told(s->queue, &c->task, c->cert.serial);
		else if (!errand_over(s->queue, &c->task, &c->why, fault))
			return false;
	}
	return true;
}

/* No line of BOOKED names a head: the empty log's says all that is needed, the day of a rehearsal. */
static void
booked_pack(const struct crew *crew, const struct signer_booked *b, size_t n, struct sink *body)
{
	struct signer_head of_nothing = { .now = crew->service->now };
	OWN_SINK head = SINK_GROW(1024);
	OWN_SINK pairs = SINK_GROW(FRAME_MOST);
	digest_of("", 0, of_nothing.root);
	signer_head_pack(&of_nothing, &head);
	for (size_t i = 0; i < n; i++)
		signer_booked_pack(&b[i], &pairs);
	struct signer_orders ask = { der_of(head.at, head.len), der_of(pairs.at, pairs.len) };
	signer_orders_pack(&ask, body);
}

bool
issue_booked(struct crew *crew, const struct signer_booked *b, size_t n, struct fault *fault)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	booked_pack(crew, b, n, &body);
	return crew_ask(crew, ROAD_ISSUER, SIGNER_BOOKED, der_of(body.at, body.len), NULL, fault);
}

static size_t
stored_pairs(const struct batch *stored, struct signer_booked b[BATCH])
{
	size_t n = 0;
	for (size_t i = 0; i < stored->n; i++)
		if (stored->at[i].stored)
			b[n++] = (struct signer_booked){ stored->at[i].task.dossier,
				stored->at[i].task.edition };
	return n;
}

/* Tells the signer, as soon as it has answered what it works at, that the store has them. */
static void
tell(struct stream *s)
{
	struct signer_booked b[BATCH] = { 0 };
	struct fault none = { 0 };
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	size_t n = stored_pairs(s->stored, b);
	s->told = 0;
	if (n == 0)
		return;
	booked_pack(s->crew, b, n, &body);
	/* not by the crew, which would close the road of one that ended, with what it has answered */
	if (!frame_ask(s->crew->road[ROAD_ISSUER], SIGNER_BOOKED, der_of(body.at, body.len),
		&s->told, &none))
		s->told = 0;
}

/* The signer knows that the store has them; the next one is told, where it went meanwhile, of several. */
static bool
booked(struct stream *s, struct fault *fault)
{
	struct signer_booked b[BATCH];
	struct fault why = { 0 };
	size_t n = stored_pairs(s->stored, b);
	bool good = n == 0 || (s->told != 0 ? crew_receive(s->crew, s->told, NULL, &why)
					    : issue_booked(s->crew, b, n, &why));
	s->told = 0;
	for (int i = 0; !good && i < SIGNERS_MOST && crew_again(s->crew, &why); i++)
		good = issue_booked(s->crew, b, n, &why);
	if (!good)
		*fault = why;
	return good;
}

static bool
keys_forget(struct stream *s, struct fault *fault)
{
	struct keys_db *keys = s->crew->service->keys;
	bool good = keys_db_begin(keys, fault);
	for (size_t i = 0; good && i < s->forgets; i++)
		good = keys_db_destroy(keys, "warrant-signer", s->forget[i], fault) &&
		       keys_db_destroy(keys, "warrant-keymaker", s->forget[i], fault);
	s->forgets = 0;
	return keys_db_end(keys, good, fault);
}

/*
 * What only the signing needed is gone with it [design 4]: good: they are BOOKED. They are no longer
 * on their way. The keys of several batches go in one commit, the last of them before the end.
 */
static bool
forget(struct stream *s, bool good, bool now, struct fault *fault)
{
	struct batch *b = s->stored;
	for (size_t i = 0; good && i < b->n; i++)
		if (b->at[i].stored)
			memcpy(s->forget[s->forgets++], b->at[i].hex, sizeof(s->forget[0]));
	batch_clear(b);
	now = now || s->forgets + BATCH > FORGET_MOST;
	return good && (!now || s->forgets == 0 || keys_forget(s, fault));
}

/* What the signer answered is written, and becomes what is not yet BOOKED. */
static bool
asked_store(struct stream *s, struct fault *fault)
{
	struct batch *b = s->asked;
	batch_store(s, b);
	s->asked = s->stored;
	s->stored = b;
	tell(s);
	return batch_over(s, b, fault);
}

/* Nothing stays on its way, whatever was in the way of it. */
static bool
drain(struct stream *s, struct fault *fault)
{
	bool good = true;
	batch_finish(s, s->asked);
	for (int i = 0; i < 2; i++) {
		good = forget(s, booked(s, fault), true, fault) && good;
		good = asked_store(s, fault) && good;
	}
	if (good && s->crew->signer_gone)
		*fault = s->gone;
	return good && !s->crew->signer_gone;
}

/* The keymaker's request tells what the signer said of itself; the CA key is there before a key is. */
static bool
keys_ready(struct stream *s, struct fault *fault)
{
	struct fault why = { 0 };
	if (crew_ca(s->crew, &why) && crew_status(s->crew, &why))
		return true;
	if (crew_again(s->crew, &why))
		return crew_ca(s->crew, fault) && crew_status(s->crew, fault);
	*fault = why;
	return false;
}

/* While a key is made nothing else is on its way: it may take as long as a lease. */
static bool
keys_round(struct stream *s, struct batch *b, struct fault *fault)
{
	struct fault why = { 0 };
	if (!batch_needs_keys(b))
		return true;
	if (!drain(s, fault))
		return false;
	if (keys_ready(s, &why))
		batch_make_keys(b);
	else
		batch_fail(b, &why);
	return true;
}

/* Nothing is asked while those before are not BOOKED: what refused them refuses none of these. */
static void
give_back(struct batch *b)
{
	struct fault why = { 0 };
	fault_refuse(&why, &ISSUE_HELD, NULL,
	    "先に進めていた発行を終えられなかったため、この依頼はまだ進めていません。"
	    "もう一度実行してください。");
	batch_fail(b, &why);
}

/* One batch further: it goes to the signer, what the signer had into the store. */
static bool
advance(struct stream *s, struct fault *fault)
{
	struct batch *next = s->now;
	struct fault why = { 0 };
	batch_load(next);
	bool good = keys_round(s, next, fault), ready = batch_ready(next, &why);
	batch_finish(s, s->asked);
	good = booked(s, fault) && good;
	if (!good)
		give_back(next);
	else if (!(ready && batch_ask(s, next, &why)) && why.code != FAULT_LATER)
		batch_fail(next, &why);
	good = forget(s, good, false, fault);
	good = asked_store(s, fault) && good;
	s->now = s->asked; /* empty by now */
	s->asked = next;
	return good;
}

static bool
take(struct stream *s, const struct task_row *first, bool *more, struct fault *fault)
{
	struct batch *b = s->now;
	struct task_row *rows = calloc(BATCH, sizeof(*rows));
	size_t n = 0, from = first == NULL ? 0 : 1;
	bool good = rows != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (good && first != NULL)
		rows[0] = *first;
	good = good && errand_more(s->queue, rows + from, s->most - from, &n, fault);
	b->n = good ? from + n : 0;
	for (size_t i = 0; i < b->n; i++)
		carry_begin(&b->at[i], s->crew, &rows[i]);
	*more = b->n > 0;
	free(rows);
	return good;
}

bool
errand_issue(struct crew *crew, struct errand_queue *queue, const struct task_row *first,
    struct fault *fault)
{
	struct batch *at = calloc(3, sizeof(*at));
	struct stream *s = calloc(1, sizeof(*s));
	bool more = true;
	bool good =
	    (at != NULL && s != NULL) || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (good) {
		*s = (struct stream){ crew, queue, BATCH, at, at + 1, at + 2 };
		at[0].crew = at[1].crew = at[2].crew = crew;
		good = take(s, first, &more, fault);
		while (good && more)
			good = advance(s, fault) && take(s, NULL, &more, fault);
		good = drain(s, fault) && good;
		for (size_t i = 0; i < 3; i++)
			batch_clear(&at[i]);
	}
	free(s);
	free(at);
	return good;
}
