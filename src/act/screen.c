#include "act/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/approve.h"
#include "act/compose.h"
#include "act/letter_fit.h"
#include "act/mail_owed.h"
#include "act/show.h"
#include "base/text.h"
#include "store/line_row.h"
#include "store/letter_row.h"
#include "store/proof_row.h"
#include "store/task_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"
#include "vault/seal.h"

const struct refusal SCREEN_OK_REAL = { "screen-ok-real", FAULT_DENIED, "R-4.70" };
const struct refusal SCREEN_LIVE = { "screen-live", FAULT_STATE, "R-4.91" };
const struct refusal SCREEN_ISSUING = { "screen-issuing", FAULT_STATE, "R-4.91" };

struct screen {
	struct service *service;
	const struct screen_request *request;
	const struct policy *policy; /* the dossier's own */
	const struct charter *charter;
	struct dossier_row dossier; /* as it was, but for its new state */
	char from[24];
	struct warrant_row old, warrant; /* old: empty where there is none */
	bool has_old, issuing, spoiled; /* spoiled: a letter of the edition before */
	struct line_seen seen; /* by the signer, also what a restored store has lost */
	struct proof_row proof;
	struct event_row event;
	struct sink record, sealed_record, packed, sealed, act; /* record: the screening */
	uint8_t digest[32]; /* of what is signed */
	bool passed;
};

static void
screen_clear(struct screen *c)
{
	struct sink *const sinks[] = { &c->record, &c->sealed_record, &c->packed, &c->sealed,
		&c->act };
	for (size_t i = 0; i < COUNT(sinks); i++)
		sink_drop(sinks[i]);
	dossier_drop(&c->dossier);
	warrant_drop(&c->old);
}
#define OWN_SCREEN __attribute__((cleanup(screen_clear))) struct screen

static bool
letter_look(const void *row, void *context, struct fault *fault)
{
	struct screen *c = context;
	(void)fault;
	c->spoiled = c->spoiled || strcmp(((const struct letter_row *)row)->note, "spoiled") == 0;
	return true;
}

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct screen *c = context;
	struct task_row task;
	bool asked;
	dossier_drop(&c->dossier);
	warrant_drop(&c->old);
	c->spoiled = false;
	if (!dossier_load_in(tx, c->request->dossier, &c->dossier, fault) ||
	    !letter_of_dossier(tx, c->dossier.id, c->dossier.edition, letter_look, c, fault) ||
	    !warrant_of(tx, warrant_kind_name(WARRANT_CERTIFICATE), c->dossier.id,
		c->dossier.edition, &c->old, &c->has_old, fault) ||
	    !line_seen(tx, c->dossier.id, &c->seen, fault))
		return false;
	if (!c->has_old)
		return true;
	if (!task_last(tx, "issue", c->old.digest, &task, &asked, fault))
		return false;
	c->issuing =
	    asked && (strcmp(task.state, "waiting") == 0 || strcmp(task.state, "taken") == 0);
	return true;
}

/* Whether nobody may issue by it any more: its day, or K-8 of its approval, is past. */
static bool
old_lapsed(struct screen *c, bool *lapsed, struct fault *fault)
{
	struct day last, until;
	*lapsed = c->old.ended[0] != '\0' ||
		  c->seen.revoked >= c->dossier.edition || /* the store forgot that it was issued */
		  (day_read(c->old.last_day, &last) && day_cmp(c->service->today, last) > 0);
	if (*lapsed || strcmp(c->from, state_name(STATE_APPROVED)) != 0)
		return true;
	if (!approve_last_day(c->service, &c->dossier, &until, fault))
		return false;
	*lapsed = day_cmp(c->service->today, until) > 0;
	return true;
}

/* One above every edition either book knows [storage 4]. */
static int64_t
next_edition(const struct screen *c)
{
	return (c->seen.edition > c->dossier.edition ? c->seen.edition : c->dossier.edition) + 1;
}

/* An edition that was screened or approved, or came to nothing in print, goes back first. */
static bool
resubmit(struct screen *c, struct fault *fault)
{
	bool lapsed;
	enum state state = dossier_state(&c->dossier);
	if (state != STATE_SCREENED && state != STATE_APPROVED && state != STATE_REVOKED)
		return true;
	if (c->issuing)
		return fault_refuse(fault, &SCREEN_ISSUING, "dossier",
		    "この案件は発行の途中です。akashi issue の結果を見てから審査してください。");
	if (!old_lapsed(c, &lapsed, fault))
		return false;
	if (state == STATE_APPROVED && !lapsed)
		return fault_refuse(fault, &SCREEN_LIVE, "dossier",
		    "第 %lld 版は承認済みで、まだ発行できます。審査し直せません。",
		    (long long)c->dossier.edition);
	return dossier_step(
	    &c->dossier, STEP_RESUBMIT, c->spoiled ? FACT_SPOILED : 0, c->service->today, fault);
}

/* Every check that is due is answered, then the dossier moves. */
static bool
judge(struct screen *c, struct fault *fault)
{
	const struct check *due[SHOW_CHECKS];
	char failed[8];
	size_t n;
	struct screening *s = c->request->screening;
	struct service *service = c->service;
	if (!service_policy(service, c->dossier.policy, &c->policy, fault) ||
	    !show_checks(c->policy, &c->dossier, due, &n, fault))
		return false;
	if (s->all_ok && !service->rehearsal)
		return fault_refuse(fault, &SCREEN_OK_REAL, "--ok",
		    "--ok は試験用のサービスだけで使えます。結果を --result で渡してください。");
	if (s->all_ok)
		screening_all_ok(s, due, n, service->today);
	snprintf(c->from, sizeof(c->from), "%s", c->dossier.state);
	if (!resubmit(c, fault))
		return false;
	c->passed = true; /* a wrong moment is told before a wrong file */
	struct dossier_row probe = c->dossier;
	if (!dossier_step(&probe, STEP_PASS, 0, service->today, fault) ||
	    !screening_complete(s, due, n, service->today, fault))
		return false;
	c->passed = screening_failed(s, failed, sizeof(failed)) == 0;
	return dossier_step(
	    &c->dossier, c->passed ? STEP_PASS : STEP_DEFICIENCY, 0, service->today, fault);
}

static bool
record_make(struct screen *c, struct fault *fault)
{
	struct screening *s = c->request->screening;
	secret_random(s->salt, sizeof(s->salt));
	s->dossier = c->dossier.id;
	s->edition = c->passed ? next_edition(c) : c->dossier.edition;
	s->at = c->service->now;
	snprintf(s->person, sizeof(s->person), "%s", c->request->person->id);
	screening_pack(s, &c->record);
	seal_put(
	    "screening", c->dossier.public_key, c->record.at, c->record.len, &c->sealed_record);
	digest_of(c->record.at, c->record.len, c->digest);
	return (!c->record.full && !c->sealed_record.full) ||
	       fault_set(fault, FAULT_INPUT, "審査の記録が大きすぎます。理由を短くしてください。");
}

static bool
warrant_days(const struct screen *c, int64_t *days, struct fault *fault)
{
	long n = policy_number(&c->service->policy, "warrant_days", c->service->today);
	*days = n;
	return (n >= 1 && n <= 30) || fault_set(fault, FAULT_BROKEN,
					  "規則 warrant_days は 1 から 30 です（settings.yaml）。");
}

static bool
warrant_compose(struct screen *c, const struct application *a, struct fault *fault)
{
	const struct dossier_row *d = &c->dossier;
	int64_t days;
	OWN_SINK record = SINK_GROW(DOSSIER_RECORD_MOST);
	struct compose m = { .charter = c->charter,
		.policy = c->policy,
		.application = a,
		.applied = instant_day((struct instant){ d->created_at }),
		.dossier = d->id,
		.edition = next_edition(c),
		.reference = d->reference };
	if (!warrant_days(c, &days, fault))
		return false;
	m.last_day = day_plus(c->service->today, days);
	secret_random(m.salt, sizeof(m.salt));
	memcpy(m.dossier_key, d->public_key, 32);
	memcpy(m.screening, c->digest, 32);
	application_pack(a, &record);
	digest_of(record.at, record.len, m.record);
	if (!compose_certificate(&m, &c->packed, fault))
		return false;
	warrant_digest(der_of(c->packed.at, c->packed.len), c->digest);
	day_print(c->warrant.last_day, m.last_day);
	return true;
}

/* Who may open a warrant. */
static const char *const WRAPS[] = { "warrant-signer", "warrant-keymaker", "warrant-dossier" };

/* The key of the box, wrapped for each; on disk before the rows [flows]. */
static bool
keys_put(struct screen *c, const uint8_t key[WARRANT_KEY], struct fault *fault)
{
	const uint8_t *const public[] = { c->charter->signer_seal, c->charter->keymaker_seal,
		c->dossier.public_key };
	char owner[DIGEST_HEX];
	for (size_t i = 0; i < COUNT(WRAPS); i++) {
		uint8_t wrapped[WARRANT_WRAPPED];
		struct sink out = SINK_INTO(wrapped);
		warrant_wrap(key, public[i], &out);
		if (out.full)
			return fault_set(fault, FAULT_BUG, "発行指示の鍵を包めません。");
		if (!keys_db_put(c->service->keys, WRAPS[i], hex_print(owner, c->digest, DIGEST),
			out.at, out.len, fault))
			return false;
	}
	return true;
}

static bool
keys_note(struct tx *tx, struct screen *c, struct fault *fault)
{
	char owner[DIGEST_HEX];
	hex_print(owner, c->digest, DIGEST);
	for (size_t i = 0; i < COUNT(WRAPS); i++)
		if (!keys_db_note(c->service->keys, tx, WRAPS[i], owner, fault))
			return false;
	return true;
}

static void
refuse_unfit(void *context, enum application_field f, const struct fault *why)
{
	struct fault *first = context;
	(void)fault_refuse(first, why->row, application_field_name(f), "%s", why->say);
}

/* No key is made for a letter that could not be printed. */
static bool
letters_check(const struct screen *c, const struct application *a, struct fault *fault)
{
	OWN_FACES faces = NULL;
	return faces_open(&faces, fault) &&
	       letter_fit(c->service, faces, a, refuse_unfit, fault, fault) &&
	       fault->code == FAULT_NONE;
}

static bool
warrant_make(struct screen *c, struct fault *fault)
{
	struct application a;
	OWN_SECRET(key) = secret_new(WARRANT_KEY);
	if (key == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!dossier_open(c->service, &c->dossier, "screen", &a, fault))
		return false;
	bool good = letters_check(c, &a, fault) && warrant_compose(c, &a, fault);
	application_free(&a);
	if (!good)
		return false;
	secret_random(key, WARRANT_KEY);
	warrant_seal(der_of(c->packed.at, c->packed.len), key, &c->sealed);
	if (c->sealed.full)
		return fault_set(fault, FAULT_BUG, "発行指示が大きすぎます。");
	memcpy(c->warrant.digest, c->digest, 32);
	snprintf(
	    c->warrant.kind, sizeof(c->warrant.kind), "%s", warrant_kind_name(WARRANT_CERTIFICATE));
	c->warrant.dossier = c->dossier.id;
	c->warrant.edition = next_edition(c);
	c->warrant.sealed = (struct blob){ c->sealed.at, c->sealed.len };
	c->warrant.created_at = c->service->now.sec;
	return keys_put(c, key, fault);
}

/* The clerk's signature over the warrant; where there is none, over the record of the reasons. */
static bool
sign(struct screen *c, struct fault *fault)
{
	const struct person *p = c->request->person;
	if (!person_sign(p, ACT_SCREEN, c->digest, c->service->now, &c->act, fault))
		return false;
	memcpy(c->proof.digest, c->digest, 32);
	snprintf(c->proof.seat, sizeof(c->proof.seat), "screen");
	snprintf(c->proof.person, sizeof(c->proof.person), "%s", p->id);
	snprintf(c->proof.surface, sizeof(c->proof.surface), "%s", surface_name(p->surface));
	c->proof.act = (struct blob){ c->act.at, c->act.len };
	c->proof.at = c->service->now.sec;
	return true;
}

static void
event_make(struct screen *c)
{
	struct screening *s = c->request->screening;
	char hex[DIGEST_HEX], failed[256];
	struct event_row *e = &c->event;
	const char *ok = s->all_ok ? " ok=rehearsal" : "";
	service_event(c->service, c->passed ? "screened" : "screened-deficient", c->dossier.id, e);
	hex_print(hex, c->digest, 32);
	(void)screening_failed(s, failed, sizeof(failed));
	if (c->passed)
		snprintf(e->detail, sizeof(e->detail), "edition=%lld warrant=%s%s",
		    (long long)c->warrant.edition, hex, ok);
	else
		snprintf(e->detail, sizeof(e->detail), "screening=%s checks=%s", hex, failed);
}

/* Whatever else changed meanwhile stays: only what screening decides is written. */
static bool
row_update(struct tx *tx, struct screen *c, struct fault *fault)
{
	struct dossier_row d = { 0 };
	if (!dossier_load_in(tx, c->dossier.id, &d, fault))
		return false;
	bool good =
	    (strcmp(d.state, c->from) == 0 && d.edition == c->dossier.edition) ||
	    fault_set(fault, FAULT_STATE,
		"この案件はほかの方が先に進めました。表示し直してからもう一度実行してください。");
	blob_drop(&d.screening);
	d.screening = (struct blob){ c->sealed_record.at, c->sealed_record.len };
	snprintf(d.state, sizeof(d.state), "%s", c->dossier.state);
	d.edition = c->passed ? c->warrant.edition : d.edition;
	d.approved_at = 0;
	if (d.first_notice_at == 0) /* the first result they are told */
		d.first_notice_at = c->service->now.sec;
	good = good && dossier_update(tx, &d, c->from, fault);
	d.screening = (struct blob){ 0 };
	dossier_drop(&d);
	return good;
}

static bool
write_all(struct tx *tx, void *context, struct fault *fault)
{
	struct screen *c = context;
	bool inserted = true;
	if (c->has_old && c->old.ended[0] == '\0' &&
	    !warrant_end(tx, c->old.digest, "expired", fault))
		return false;
	if (c->passed && (!keys_note(tx, c, fault) ||
			     !tx_insert(tx, &WARRANT_TABLE, &c->warrant, &inserted, fault)))
		return false;
	return (inserted || fault_set(fault, FAULT_STATE,
				"この案件はほかの方が先に審査しました。表示し直してください。")) &&
	       proof_add(tx, &c->proof, fault) && row_update(tx, c, fault) &&
	       mail_of_screening(
		   tx, c->service, c->request->screening, c->passed, c->policy, fault) &&
	       service_event_add(tx, &c->event, fault);
}

/* Nobody opens an ended edition any more but the dossier's own readers [design 4]. */
static bool
old_keys_destroy(struct screen *c, struct fault *fault)
{
	char owner[DIGEST_HEX];
	if (!c->has_old)
		return true;
	hex_print(owner, c->old.digest, DIGEST);
	return keys_db_destroy(c->service->keys, "warrant-signer", owner, fault) &&
	       keys_db_destroy(c->service->keys, "warrant-keymaker", owner, fault);
}

static void
tell(const struct screen *c, struct screened *out)
{
	*out = (struct screened){ .passed = c->passed, .edition = c->warrant.edition };
	snprintf(out->state, sizeof(out->state), "%s", c->dossier.state);
	(void)screening_failed(c->request->screening, out->failed, sizeof(out->failed));
	if (!c->passed)
		return;
	memcpy(out->digest, c->digest, 32);
	words_print(out->words, c->digest);
	if (!day_read(c->warrant.last_day, &out->last_day))
		out->last_day = (struct day){ 0 };
}

bool
screen_run(struct service *s, const struct screen_request *request, struct screened *out,
    struct fault *fault)
{
	OWN_SCREEN c = { .service = s,
		.request = request,
		.record = SINK_GROW(SCREENING_MOST),
		.sealed_record = SINK_GROW(SCREENING_MOST + 1024),
		.packed = SINK_GROW(WARRANT_MOST),
		.sealed = SINK_GROW(WARRANT_MOST + 1024),
		.act = SINK_GROW(ACT_PACKED) };
	if (!person_may(request->person, ACT_SCREEN, fault) ||
	    !service_charter(s, &c.charter, NULL, fault) ||
	    !store_read(s->store, load, &c, fault) || !judge(&c, fault) ||
	    !record_make(&c, fault) || (c.passed && !warrant_make(&c, fault)) || !sign(&c, fault))
		return false;
	event_make(&c);
	if (!store_write(s->store, c.event.act_id, write_all, &c, fault) ||
	    !old_keys_destroy(&c, fault))
		return false;
	tell(&c, out);
	return true;
}
