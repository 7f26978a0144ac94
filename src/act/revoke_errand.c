/* The signer's answer to a revocation or a void: a receipt, and what the store makes of it. */
#include "act/revoke.h"

#include <stdio.h>
#include <string.h>

#include "act/dossier.h"
#include "act/errand.h"
#include "act/mail_owed.h"
#include "act/proofs.h"
#include "base/text.h"
#include "book/line.h"
#include "store/cert_row.h"
#include "store/download_row.h"
#include "store/key_set_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"
#include "wire/frame.h"

const struct refusal REVOKE_RECEIPT = { "revoke-receipt", FAULT_BROKEN, "design 2" };

struct answered {
	struct crew *crew;
	const struct task_row *task;
	struct warrant_row warrant;
	struct sink acts, reply; /* owned */
	struct line line;
	struct task_row list;
	struct event_row event;
	int count;
	bool found;
};

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct answered *a = context;
	warrant_drop(&a->warrant);
	return warrant_get(tx, a->task->digest, &a->warrant, &a->found, fault) &&
	       (a->found || fault_set(fault, FAULT_BROKEN, "失効の指示がありません。")) &&
	       proofs_read(tx, a->task->digest, &a->acts, &a->count, fault);
}

/* A line about another certificate or edition is somebody else's receipt. */
static bool
is_about(const struct line *l, const struct warrant_row *w)
{
	char hex[SERIAL_HEX];
	if (l->kind == LINE_VOID)
		return l->dossier == w->dossier && l->edition == w->edition;
	return strcmp(hex_print(hex, l->serial, SERIAL), w->serial) == 0;
}

/* The receipt is the signer's own, over a line about what this warrant is for. */
static bool
receipt_check(struct answered *a, enum line_kind kind, struct fault *fault)
{
	struct signer_receipt r;
	struct der whole, bytes;
	const struct charter *c;
	uint8_t digest[32];
	if (!signer_receipt_read(der_of(a->reply.at, a->reply.len), &r))
		return fault_refuse(
		    fault, &REVOKE_RECEIPT, NULL, "署名プログラムの受領書が読めません。");
	bytes = r.line;
	line_receipt_digest(r.line, digest);
	return service_charter(a->crew->service, &c, NULL, fault) &&
	       ((line_take(&bytes, &a->line, &whole) && a->line.kind == kind &&
		    is_about(&a->line, &a->warrant) &&
		    p256_verify(c->signer_point, digest, r.signature.p, r.signature.n)) ||
		   fault_refuse(fault, &REVOKE_RECEIPT, NULL,
		       "署名プログラムの受領書が正しくありません。監査担当に知らせてください。"));
}

static bool
ask(struct answered *a, int64_t kind, enum line_kind line, struct fault *fault)
{
	return store_read(a->crew->service->store, load, a, fault) &&
	       crew_document(a->crew, ROAD_OFFICERS, kind,
		   der_of(a->warrant.sealed.at, a->warrant.sealed.n), der_of(NULL, 0),
		   der_of(a->acts.at, a->acts.len), &a->reply, fault) &&
	       receipt_check(a, line, fault);
}

/* The dossier of that certificate. One that an older store has lost moves none: who has its number now
 * may have a newer edition, or be somebody else; the signer knows it all the same. */
static bool
step_tx(struct tx *tx, struct service *s, const char *serial, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	struct cert_row c = { 0 };
	char from[sizeof(d.state)];
	struct fault none = { 0 };
	bool found;
	if (!cert_get(tx, serial, &c, &found, fault))
		return false;
	cert_drop(&c);
	if (!found)
		return true;
	if (!dossier_get(tx, c.dossier, &d, &found, fault))
		return false;
	snprintf(from, sizeof(from), "%s", d.state);
	if (!found || d.edition != c.edition || !dossier_step(&d, STEP_REVOKE, 0, s->today, &none))
		return true;
	return dossier_update(tx, &d, from, fault);
}

/* Nobody fetches it any more. */
static bool
package_end(struct tx *tx, const char *serial, int64_t now, struct fault *fault)
{
	struct cert_row c = { 0 };
	bool found;
	if (!cert_get(tx, serial, &c, &found, fault))
		return false;
	cert_drop(&c);
	return !found || (key_set_destroy(tx, c.dossier, c.edition, fault) &&
			     download_close(tx, c.dossier, c.edition, now, fault));
}

static bool
revoked_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct answered *a = context;
	const struct blob receipt = { a->reply.at, a->reply.len };
	int64_t now = a->crew->service->now.sec, list;
	char result[32];
	if (!task_add(tx, &a->list, &list, fault))
		return false;
	snprintf(result, sizeof(result), "%lld", (long long)list);
	return cert_revoked(tx, a->warrant.serial, a->line.at.sec, a->line.ground, a->line.reason,
		   &receipt, fault) &&
	       package_end(tx, a->warrant.serial, now, fault) &&
	       step_tx(tx, a->crew->service, a->warrant.serial, fault) &&
	       mail_of_revocation(tx, a->crew->service, a->task->dossier, a->warrant.serial,
		   a->line.ground, a->line.at, fault) &&
	       warrant_end(tx, a->task->digest, "done", fault) &&
	       errand_done(tx, a->task, result, now, fault) &&
	       service_event_add(tx, &a->event, fault);
}

struct behind {
	struct service *service;
	const char *serial;
	const struct line *line;
	int64_t dossier;
	struct event_row event;
};

static bool
behind_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct behind *b = context;
	const struct blob none = { 0 };
	return cert_revoked(tx, b->serial, b->line->at.sec, b->line->ground, b->line->reason, &none,
		   fault) &&
	       package_end(tx, b->serial, b->service->now.sec, fault) &&
	       step_tx(tx, b->service, b->serial, fault) &&
	       mail_of_revocation(
		   tx, b->service, b->dossier, b->serial, b->line->ground, b->line->at, fault) &&
	       service_event_add(tx, &b->event, fault);
}

bool
revoke_behind(struct service *s, const char *serial, const struct line *line, int64_t dossier,
    struct fault *fault)
{
	struct behind b = { .service = s, .serial = serial, .line = line, .dossier = dossier };
	service_event(s, "revoked", dossier, &b.event);
	snprintf(b.event.detail, sizeof(b.event.detail), "serial=%s ground=%s line=%lld copied=1",
	    serial, line->ground, (long long)line->seq);
	return store_write(s->store, b.event.act_id, behind_tx, &b, fault);
}

bool
revoke_in_hand(struct tx *tx, const char *serial, bool *out, struct fault *fault)
{
	struct warrant_row w = { 0 };
	struct task_row t;
	bool found, asked = false;
	if (!warrant_of_serial(tx, serial, &w, &found, fault))
		return false;
	bool good = !found || task_last(tx, "revoke", w.digest, &t, &asked, fault);
	warrant_drop(&w);
	*out = asked && strcmp(t.state, "taken") == 0;
	return good;
}

static void
answered_drop(struct answered *a)
{
	warrant_drop(&a->warrant);
	sink_drop(&a->acts);
	sink_drop(&a->reply);
}

bool
errand_revoke(struct crew *c, const struct task_row *t, struct fault *fault)
{
	struct answered a = { .crew = c,
		.task = t,
		.acts = SINK_GROW(8192),
		.reply = SINK_GROW(8192),
		.list = { .kind = "list", .created_at = c->service->now.sec } };
	bool good = ask(&a, SIGNER_REVOKE, LINE_REVOKED, fault);
	if (good) {
		service_event(c->service, "revoked", t->dossier, &a.event);
		snprintf(a.event.detail, sizeof(a.event.detail), "serial=%s ground=%s line=%lld",
		    a.warrant.serial, a.line.ground, (long long)a.line.seq);
		good = store_write(c->service->store, a.event.act_id, revoked_tx, &a, fault);
	}
	answered_drop(&a);
	return good;
}

struct voiding {
	struct answered answered;
	struct warrant_row ended; /* the edition's own */
	bool found;
};

static bool
void_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct voiding *v = context;
	struct answered *a = &v->answered;
	warrant_drop(&v->ended);
	return warrant_of(tx, "certificate", a->task->dossier, a->task->edition, &v->ended,
		   &v->found, fault) &&
	       (!v->found || warrant_end(tx, v->ended.digest, "void", fault)) &&
	       warrant_end(tx, a->task->digest, "done", fault) &&
	       errand_done(tx, a->task, "void", a->crew->service->now.sec, fault) &&
	       service_event_add(tx, &a->event, fault);
}

/* Nobody will open the warrant any more [design 4]. */
static bool
void_forget(const struct voiding *v, struct fault *fault)
{
	struct keys_db *keys = v->answered.crew->service->keys;
	char hex[DIGEST_HEX];
	hex_print(hex, v->ended.digest, sizeof(v->ended.digest));
	return !v->found || (keys_db_destroy(keys, "warrant-signer", hex, fault) &&
				keys_db_destroy(keys, "warrant-keymaker", hex, fault));
}

bool
errand_void(struct crew *c, const struct task_row *t, struct fault *fault)
{
	struct voiding v = { .answered = { .crew = c,
				 .task = t,
				 .acts = SINK_GROW(8192),
				 .reply = SINK_GROW(8192) } };
	struct answered *a = &v.answered;
	bool good = ask(a, SIGNER_VOID, LINE_VOID, fault);
	if (good) {
		service_event(c->service, "edition-void", t->dossier, &a->event);
		snprintf(a->event.detail, sizeof(a->event.detail), "edition=%lld line=%lld",
		    (long long)t->edition, (long long)a->line.seq);
		good = store_write(c->service->store, a->event.act_id, void_tx, &v, fault) &&
		       void_forget(&v, fault);
	}
	warrant_drop(&v.ended);
	answered_drop(a);
	return good;
}
