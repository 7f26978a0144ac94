#include "act/receipt.h"

#include <stdio.h>
#include <string.h>

#include "act/dossier.h"
#include "act/mail_owed.h"
#include "act/mark.h"
#include "act/revoke_open.h"
#include "base/text.h"
#include "rules/say.h"
#include "store/card_row.h"
#include "store/cert_row.h"
#include "store/download_row.h"
#include "store/key_set_row.h"
#include "store/proof_row.h"
#include "vault/digest.h"
#include "vault/seal.h"

const struct refusal RECEIPT_NONE = { "receipt-none", FAULT_STATE, "R-4.111" };
const struct refusal RECEIPT_EARLY = { "receipt-early", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_FUTURE = { "receipt-future", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_LATE = { "receipt-late", FAULT_STATE, "G-1" };
const struct refusal RECEIPT_KNOWN = { "receipt-known", FAULT_STATE, "R-4.111" };
const struct refusal RECEIPT_REVOKED = { "M-505", FAULT_STATE, "R-4.115" };
const struct refusal RECEIPT_EDITION = { "receipt-mail-edition", FAULT_INPUT, "R-4.111" };

enum { RECORD_MOST = 1024 };

static const char *const TIME[] = { [RECEIPT_IN_TIME] = "in-time",
	[RECEIPT_AFTER_MAY] = "after-may",
	[RECEIPT_AFTER_MUST] = "after-must" };
_Static_assert(COUNT(TIME) == RECEIPT_TIMES, "every time needs its name");

const char *
receipt_time_name(enum receipt_time t)
{
	return TIME[t];
}

struct receiving {
	struct service *service;
	const struct receipt_request *request;
	const struct charter *charter;
	struct received *out;
	struct dossier_row dossier;
	struct cert_row cert;
	uint8_t sealed[RECORD_MOST + 256];
	struct sink letter; /* sealed */
	struct card_row record, kept; /* */
	struct proof_row proof;
	uint8_t act[ACT_PACKED];
	struct event_row event;
};

static void
rows_drop(struct receiving *c)
{
	dossier_drop(&c->dossier);
	cert_drop(&c->cert);
}

static void
receiving_drop(struct receiving *c)
{
	sink_drop(&c->letter);
	rows_drop(c);
}
#define OWN_RECEIVING __attribute__((cleanup(receiving_drop))) struct receiving

static bool
revoked(const struct receiving *c, struct fault *fault)
{
	const struct service *s = c->service;
	const struct text *t = policy_text(&s->policy, "M-505", s->today);
	char day[DAY_TEXT], text[512];
	struct sink say = SINK_INTO(text);
	const struct say_value v[] = { { "A",
	    day_print(day, instant_day((struct instant){ c->cert.revoked_at })) } };
	say_fill(&say, t == NULL ? "この電子証明書は {A} に失効しています。" : t->ja, v, COUNT(v));
	const char *message = sink_string(&say);
	return fault_refuse(fault, &RECEIPT_REVOKED, "N", "%s", message == NULL ? "" : message);
}

static bool
state_allow(const struct receiving *c, bool cert, struct fault *fault)
{
	const struct dossier_row *d = &c->dossier;
	if (cert && c->cert.revoked_at != 0)
		return revoked(c, fault);
	if (d->receipt_at != 0 && dossier_state(d) == STATE_ACTIVE) {
		char day[DAY_TEXT];
		return fault_refuse(fault, &RECEIPT_KNOWN, "N",
		    "案件 %lld の受領は登録済みです（%s）。", (long long)d->id,
		    day_print(day, instant_day((struct instant){ d->receipt_at })));
	}
	return (cert && d->sent_at != 0) ||
	       fault_refuse(fault, &RECEIPT_NONE, "N",
		   "案件 %lld はまだ発送していません。受領書の案件番号を確かめてください。",
		   (long long)d->id);
}

/* With what an approver extended them by. */
static bool
limits(struct tx *tx, struct service *s, const struct dossier_row *d, const struct cert_row *cert,
    struct received *out, struct fault *fault)
{
	const struct policy *p;
	struct day issued = instant_day((struct instant){ cert->not_before }),
		   sent = instant_day((struct instant){ d->sent_at });
	return service_policy_in(tx, s, d->policy, &p, fault) &&
	       mark_last_day(tx, p, d->id, "K-12", issued, &out->may, fault) &&
	       mark_last_day(tx, p, d->id, "K-22", sent, &out->must, fault);
}

/* The newest edition's certificate, not one that was voided before. */
static bool
signer_allow(const struct receiving *c, bool cert, struct fault *fault)
{
	const struct receipt_letter *l = c->request->letter;
	return l == NULL || !cert || strcmp(l->serial, c->cert.serial) == 0 ||
	       fault_refuse(fault, &RECEIPT_EDITION, "FILE",
		   "前の電子証明書による署名です。"
		   "新しい電子証明書で署名して送り直す必要があります。");
}

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct receiving *c = context;
	bool cert;
	rows_drop(c);
	return dossier_load_in(tx, c->request->dossier, &c->dossier, fault) &&
	       cert_of(tx, c->dossier.id, c->dossier.edition, &c->cert, &cert, fault) &&
	       signer_allow(c, cert, fault) && state_allow(c, cert, fault) &&
	       limits(tx, c->service, &c->dossier, &c->cert, c->out, fault);
}

bool
receipt_awaited(struct tx *tx, struct service *s, int64_t dossier, struct received *out,
    bool *awaited, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	struct cert_row cert = { 0 };
	struct received r = { 0 };
	bool found;
	if (!dossier_load_in(tx, dossier, &d, fault) ||
	    !cert_of(tx, d.id, d.edition, &cert, &found, fault))
		return false;
	*awaited = found && cert.revoked_at == 0 && d.sent_at != 0 &&
		   step_find(dossier_state(&d), STEP_RECEIPT) != NULL;
	bool good = !*awaited || limits(tx, s, &d, &cert, &r, fault);
	r.edition = d.edition;
	memcpy(r.serial, cert.serial, sizeof(r.serial));
	memcpy(r.state, d.state, sizeof(r.state));
	cert_drop(&cert);
	if (good)
		*out = r;
	return good;
}

static bool
reason_good(const char *reason)
{
	size_t n = reason == NULL ? 0 : strlen(reason);
	return n > 0 && n < RECEIPT_REASON && utf8_valid(reason, n);
}

static bool
day_allow(struct receiving *c, struct fault *fault)
{
	const struct service *s = c->service;
	struct received *r = c->out;
	struct day day = c->request->day,
		   sent = instant_day((struct instant){ c->dossier.sent_at });
	char text[DAY_TEXT];
	if (day_cmp(day, sent) < 0)
		return fault_refuse(fault, &RECEIPT_EARLY, "--date",
		    "受領書の日付が発送日（%s）より前です。届いた日を確かめてください。",
		    day_print(text, sent));
	if (day_cmp(day, s->today) > 0)
		return fault_refuse(fault, &RECEIPT_FUTURE, "--date",
		    "受領書の日付が未来です。届いた日を確かめてください。");
	r->time = day_cmp(day, r->must) > 0  ? RECEIPT_AFTER_MUST
		  : day_cmp(day, r->may) > 0 ? RECEIPT_AFTER_MAY
					     : RECEIPT_IN_TIME;
	if (c->request->reason != NULL && !reason_good(c->request->reason))
		return fault_field(fault, FAULT_INPUT, "--reason",
		    "理由は1文字から %d バイトまでで書いてください。", RECEIPT_REASON - 1);
	return r->time != RECEIPT_AFTER_MUST ||
	       (c->request->reason != NULL && c->request->person != NULL) ||
	       fault_refuse(fault, &RECEIPT_LATE, "--reason",
		   "受領の期限（%s、発送から30日）を過ぎています。"
		   "失効していないため受け付けることはできますが、"
		   "--reason で理由を書き、担当者の --key で署名してください。",
		   day_print(text, r->must));
}

/* What the person signs: that this edition's receipt arrived on that day. */
static bool
sign(struct receiving *c, struct fault *fault)
{
	uint8_t bytes[256];
	char day[DAY_TEXT];
	struct sink s = SINK_INTO(bytes), packed = SINK_INTO(c->act);
	struct proof_row *p = &c->proof;
	const struct person *person = c->request->person;
	if (person == NULL)
		return true;
	size_t all = der_begin(&s, DER_SEQUENCE);
	der_put_octets(&s, c->charter->service, SERVICE_ID);
	der_put_int(&s, c->dossier.id);
	der_put_int(&s, c->dossier.edition);
	der_put_utf8(&s, day_print(day, c->request->day));
	der_end(&s, all);
	digest_labelled("akashi acquisition v1", s.at, s.len, p->digest);
	if (!person_sign(person, ACT_RECEIPT, p->digest, c->service->now, &packed, fault))
		return false;
	p->act = (struct blob){ packed.at, packed.len };
	p->at = c->service->now.sec;
	snprintf(p->seat, sizeof(p->seat), "1");
	snprintf(p->person, sizeof(p->person), "%s", person->id);
	snprintf(p->surface, sizeof(p->surface), "1:%s", surface_name(person->surface));
	return true;
}

static const char *
channel(const struct receiving *c)
{
	return c->request->letter == NULL ? "paper" : "mail";
}

/* The mail itself, beside its record. */
static bool
letter_seal(struct receiving *c, struct fault *fault)
{
	const struct receipt_letter *l = c->request->letter;
	if (l == NULL)
		return true;
	c->letter = SINK_GROW(l->n + 1024);
	seal_put("receipt-mail", c->dossier.public_key, l->bytes, l->n, &c->letter);
	c->kept =
	    (struct card_row){ c->dossier.id, "receipt-mail", { c->letter.at, c->letter.len } };
	return !c->letter.full || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

/* The stored record: edition, channel, day, time, who, why; sealed to the dossier. */
static void
record_make(struct receiving *c)
{
	const struct person *person = c->request->person;
	uint8_t bytes[RECORD_MOST];
	char day[DAY_TEXT];
	struct sink s = SINK_INTO(bytes), sealed = SINK_INTO(c->sealed);
	size_t all = der_begin(&s, DER_SEQUENCE);
	der_put_int(&s, c->dossier.edition);
	der_put_utf8(&s, channel(c));
	der_put_utf8(&s, day_print(day, c->request->day));
	der_put_utf8(&s, receipt_time_name(c->out->time));
	der_put_utf8(&s, person == NULL ? "" : person->id);
	der_put_utf8(&s, c->request->reason == NULL ? "" : c->request->reason);
	der_end(&s, all);
	seal_put("receipt", c->dossier.public_key, s.at, s.len, &sealed);
	explicit_bzero(bytes, sizeof(bytes));
	c->record = (struct card_row){ c->dossier.id, "receipt", { sealed.at, sealed.len } };
}

static bool
write_all(struct tx *tx, void *context, struct fault *fault)
{
	struct receiving *c = context;
	struct dossier_row *d = &c->dossier;
	char from[sizeof(d->state)];
	if (!look(tx, c, fault))
		return false;
	if (d->edition != c->out->edition)
		return fault_set(
		    fault, FAULT_STATE, "この案件は次の版に進みました。表示し直してください。");
	memcpy(from, d->state, sizeof(from));
	d->receipt_at = day_start(c->request->day).sec;
	return dossier_step(d, STEP_RECEIPT, 0, c->service->today, fault) &&
	       dossier_update(tx, d, from, fault) &&
	       card_destroy(tx, d->id, "receipt", fault) && /* of an edition before */
	       card_destroy(tx, d->id, "receipt-mail", fault) &&
	       tx_insert(tx, &CARD_TABLE, &c->record, NULL, fault) &&
	       (c->request->letter == NULL || tx_insert(tx, &CARD_TABLE, &c->kept, NULL, fault)) &&
	       key_set_destroy(tx, d->id, d->edition, fault) &&
	       download_close(tx, d->id, d->edition, c->service->now.sec, fault) &&
	       revoke_open_received(tx, c->service, c->cert.serial, c->request->person, fault) &&
	       mail_of_receipt(tx, c->service, d->id, c->cert.serial, c->request->day, fault) &&
	       (c->request->person == NULL || proof_add(tx, &c->proof, fault)) &&
	       service_event_add(tx, &c->event, fault);
}

static void
event_make(struct receiving *c)
{
	char day[DAY_TEXT];
	service_event(c->service, "receipt-recorded", c->dossier.id, &c->event);
	struct sink detail = SINK_INTO(c->event.detail);
	sink_print(&detail, "edition=%lld channel=%s day=%s time=%s package=destroyed",
	    (long long)c->dossier.edition, channel(c), day_print(day, c->request->day),
	    receipt_time_name(c->out->time));
	if (c->request->letter != NULL) {
		sink_text(&detail, " mail=");
		sink_hex(&detail, c->request->letter->digest, sizeof(c->request->letter->digest));
	}
	(void)sink_string(&detail);
}

bool
receipt_record(struct service *s, const struct receipt_request *request, struct received *out,
    struct fault *fault)
{
	struct received r = { 0 };
	OWN_RECEIVING c = { .service = s, .request = request, .out = &r };
	if ((request->person != NULL || request->letter == NULL) &&
	    !person_may(request->person, ACT_RECEIPT, fault))
		return false;
	if (!service_charter(s, &c.charter, NULL, fault) ||
	    !store_read(s->store, look, &c, fault) || !day_allow(&c, fault) || !sign(&c, fault) ||
	    !letter_seal(&c, fault))
		return false;
	r.edition = c.dossier.edition;
	r.never_downloaded = dossier_state(&c.dossier) == STATE_DISPATCHED;
	record_make(&c);
	event_make(&c);
	if (!store_write(s->store, c.event.act_id, write_all, &c, fault))
		return false;
	snprintf(r.serial, sizeof(r.serial), "%s", c.cert.serial);
	snprintf(r.state, sizeof(r.state), "%s", c.dossier.state);
	*out = r;
	return true;
}
