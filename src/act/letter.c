#include "act/letter.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "store/cert_row.h"
#include "store/key_set_row.h"
#include "store/proof_row.h"
#include "vault/digest.h"

const struct refusal LETTER_UNKNOWN = { "letter-unknown", FAULT_MISSING, "R-4.92" };
const struct refusal LETTER_UNPRINTED = { "letter-unprinted", FAULT_STATE, "R-4.96" };
const struct refusal LETTER_SPOILED = { "letter-spoiled", FAULT_STATE, "R-4.96" };
const struct refusal LETTER_SENT = { "letter-sent", FAULT_STATE, "R-4.96" };
const struct refusal LETTER_WITNESSED = { "letter-witnessed", FAULT_STATE, "R-4.96" };

bool
letter_list_add(const void *row, void *list, struct fault *fault)
{
	struct letter_list *l = list;
	if (!ARRAY_ROOM(l->at, l->count, l->room, fault))
		return false;
	l->at[l->count++] = *(const struct letter_row *)row;
	return true;
}

/* Its number found, or LETTER_UNKNOWN. */
static bool
letter_find_in(struct tx *tx, const char *envelope, struct letter_row *row, struct fault *fault)
{
	bool found;
	return letter_get(tx, envelope, row, &found, fault) &&
	       (found ||
		   fault_refuse(fault, &LETTER_UNKNOWN, "ENVELOPE",
		       "封筒「%s」はありません。封筒のバーコードを読み直してください。", envelope));
}

static void
note_set(struct letter_row *l, const char *note)
{
	snprintf(l->note, sizeof(l->note), "%s", note);
}

static bool
is(const struct letter_row *l, const char *note)
{
	return strcmp(l->note, note) == 0;
}

struct doing {
	const char *envelope;
	struct letter_done *out;
	struct event_row event;
};

static bool
done_allow(const struct letter_row *l, struct fault *fault)
{
	if (is(l, "spoiled"))
		return fault_refuse(fault, &LETTER_SPOILED, "ENVELOPE",
		    "封筒「%s」は書損です。送らずに、立会人の前で破棄してください。", l->envelope);
	if (is(l, "printing") && l->printed_at == 0)
		return fault_refuse(fault, &LETTER_UNPRINTED, "ENVELOPE",
		    "封筒「%s」は印刷が途中で終わりました。"
		    "akashi letter spoil で書損にしてください。",
		    l->envelope);
	return !is(l, "waiting") ||
	       fault_refuse(fault, &LETTER_UNPRINTED, "ENVELOPE",
		   "封筒「%s」はまだ印刷していません。akashi letter print が先です。", l->envelope);
}

static bool
done_write(struct tx *tx, void *context, struct fault *fault)
{
	struct doing *d = context;
	struct letter_row *l = &d->out->row;
	if (!letter_find_in(tx, d->envelope, l, fault) || !done_allow(l, fault))
		return false;
	d->out->already = !is(l, "printing");
	if (d->out->already)
		return true;
	note_set(l, "done");
	d->event.dossier = l->dossier;
	snprintf(d->event.detail, sizeof(d->event.detail), "envelope=%s letter=%s edition=%lld",
	    l->envelope, l->letter, (long long)l->edition);
	return letter_move(tx, l, "printing", fault) && service_event_add(tx, &d->event, fault);
}

bool
letter_done(struct service *s, const char *envelope, struct letter_done *out, struct fault *fault)
{
	struct letter_done found = { 0 };
	struct doing d = { .envelope = envelope, .out = &found };
	service_event(s, "letter-done", 0, &d.event);
	if (!store_write(s->store, d.event.act_id, done_write, &d, fault))
		return false;
	*out = found;
	return true;
}

/* The edition's other letter; count 0: there is none. */
static bool
other_of(struct tx *tx, const struct letter_row *l, struct letter_row *other, bool *found,
    struct fault *fault)
{
	OWN_LETTERS both = { 0 };
	*found = false;
	if (!letter_of_dossier(tx, l->dossier, l->edition, letter_list_add, &both, fault))
		return false;
	for (size_t i = 0; i < both.count; i++)
		if (strcmp(both.at[i].envelope, l->envelope) != 0) {
			*other = both.at[i];
			*found = true;
		}
	return true;
}

bool
letter_spoil_in(struct tx *tx, struct letter_row *l, struct fault *fault)
{
	char from[sizeof(l->note)];
	struct letter_row other;
	bool two;
	memcpy(from, l->note, sizeof(from));
	note_set(l, "spoiled");
	if (!letter_move(tx, l, from, fault) || !other_of(tx, l, &other, &two, fault))
		return false;
	if (two && is(&other, "waiting")) {
		note_set(&other, "spoiled");
		if (!letter_move(tx, &other, "waiting", fault))
			return false;
	}
	return key_set_destroy(tx, l->dossier, l->edition, fault);
}

struct spoiling {
	const struct person *witness;
	struct service *service;
	const struct charter *charter;
	struct letter_spoiled *out;
	struct proof_row proof;
	uint8_t act[ACT_PACKED];
	struct event_row event;
};

static bool
witness_seen(const void *row, void *context, struct fault *fault)
{
	(void)row;
	(void)context;
	return fault_refuse(fault, &LETTER_WITNESSED, "ENVELOPE",
	    "この封筒の書損には、もう立会人の署名があります。");
}

static bool
cert_find(struct tx *tx, struct letter_spoiled *out, struct fault *fault)
{
	struct cert_row c = { 0 };
	bool found;
	if (!cert_of(tx, out->row.dossier, out->row.edition, &c, &found, fault))
		return false;
	snprintf(out->serial, sizeof(out->serial), "%s", found ? c.serial : "");
	cert_drop(&c);
	return true;
}

static bool
spoil_look(struct tx *tx, void *context, struct fault *fault)
{
	struct spoiling *c = context;
	struct letter_row *l = &c->out->row;
	char envelope[sizeof(l->envelope)];
	memcpy(envelope, l->envelope, sizeof(envelope));
	return letter_find_in(tx, envelope, l, fault) &&
	       (!is(l, "sent") ||
		   fault_refuse(fault, &LETTER_SENT, "ENVELOPE",
		       "封筒「%s」はもう郵便局に渡しました。戻ったら失効の手続きをしてください。",
		       l->envelope)) &&
	       cert_find(tx, c->out, fault);
}

/* What the witness signs: which envelope of which edition came to nothing. */
static void
spoil_digest(const struct spoiling *c, uint8_t out[32])
{
	uint8_t bytes[256];
	struct sink s = SINK_INTO(bytes);
	const struct letter_row *l = &c->out->row;
	size_t all = der_begin(&s, DER_SEQUENCE);
	der_put_octets(&s, c->charter->service, SERVICE_ID);
	der_put_utf8(&s, l->envelope);
	der_put_int(&s, l->dossier);
	der_put_int(&s, l->edition);
	der_put_utf8(&s, l->letter);
	der_end(&s, all);
	digest_labelled("akashi spoil v1", s.at, s.len, out);
}

static bool
spoil_sign(struct spoiling *c, struct fault *fault)
{
	struct service *s = c->service;
	struct sink packed = SINK_INTO(c->act);
	spoil_digest(c, c->proof.digest);
	if (!person_sign(c->witness, ACT_SPOIL, c->proof.digest, s->now, &packed, fault))
		return false;
	c->proof.act = (struct blob){ packed.at, packed.len };
	c->proof.at = s->now.sec;
	snprintf(c->proof.seat, sizeof(c->proof.seat), "1");
	snprintf(c->proof.person, sizeof(c->proof.person), "%s", c->witness->id);
	snprintf(
	    c->proof.surface, sizeof(c->proof.surface), "1:%s", surface_name(c->witness->surface));
	return true;
}

static bool
other_tell(struct tx *tx, struct letter_spoiled *out, struct fault *fault)
{
	struct letter_row other;
	bool two;
	out->other[0] = out->other_note[0] = '\0';
	if (!other_of(tx, &out->row, &other, &two, fault))
		return false;
	if (two) {
		memcpy(out->other, other.envelope, sizeof(out->other));
		memcpy(out->other_note, other.note, sizeof(out->other_note));
	}
	return true;
}

static bool
spoil_write(struct tx *tx, void *context, struct fault *fault)
{
	struct spoiling *c = context;
	struct letter_row *l = &c->out->row;
	if (!spoil_look(tx, c, fault) || !proof_each(tx, c->proof.digest, witness_seen, c, fault))
		return false;
	bool before = is(l, "spoiled");
	snprintf(c->event.detail, sizeof(c->event.detail),
	    "envelope=%s letter=%s edition=%lld was=%s witness=%s", l->envelope, l->letter,
	    (long long)l->edition, l->note, c->witness->id);
	return (before || letter_spoil_in(tx, l, fault)) && proof_add(tx, &c->proof, fault) &&
	       other_tell(tx, c->out, fault) && service_event_add(tx, &c->event, fault);
}

bool
letter_spoil(struct service *s, const struct person *witness, const char *envelope,
    struct letter_spoiled *out, struct fault *fault)
{
	struct letter_spoiled found = { 0 };
	struct spoiling c = { .witness = witness, .service = s, .out = &found };
	if (!person_may(witness, ACT_SPOIL, fault) || !service_charter(s, &c.charter, NULL, fault))
		return false;
	snprintf(found.row.envelope, sizeof(found.row.envelope), "%s", envelope);
	if (!store_read(s->store, spoil_look, &c, fault) || !spoil_sign(&c, fault))
		return false;
	service_event(s, "letter-spoiled", found.row.dossier, &c.event);
	if (!store_write(s->store, c.event.act_id, spoil_write, &c, fault))
		return false;
	*out = found;
	return true;
}
