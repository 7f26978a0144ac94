/* Carrying one approved order: keymaker, signer, store, BOOKED [design 3, steps 2 to 6]. */
#include "act/issue.h"

#include <stdio.h>
#include <string.h>

#include "act/approve.h"
#include "act/dossier.h"
#include "act/errand.h"
#include "act/proofs.h"
#include "act/sweep.h"
#include "book/warrant.h"
#include "rules/dispatch.h"
#include "rules/reference.h"
#include "store/cert_row.h"
#include "store/key_set_row.h"
#include "store/letter_row.h"
#include "store/print_day_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"
#include "wire/frame.h"

const struct refusal ISSUE_DAY_CLOSED = { "print-day-closed", FAULT_LATER, "R-4.104" };

struct carry {
	struct crew *crew;
	const struct task_row *task;
	struct dossier_row dossier;
	struct warrant_row warrant;
	struct key_set_row keys, made; /* made: to be put, once */
	struct print_day_row day;
	struct cert_row cert;
	bool has_keys, has_day, has_cert;
	struct sink acts, issued_bytes; /* owned */
	struct signer_issued issued;
	const struct policy *policy;
	struct instant kept; /* when the keys were; the lease goes on from there */
	char hex[65]; /* of the warrant: whose wrapped keys */
	struct event_row event;
};

static void
carry_drop(struct carry *c)
{
	dossier_drop(&c->dossier);
	warrant_drop(&c->warrant);
	key_set_drop(&c->keys);
	print_day_drop(&c->day);
	cert_drop(&c->cert);
	sink_drop(&c->acts);
	sink_drop(&c->issued_bytes);
}

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct carry *c = context;
	bool warrant;
	int count;
	dossier_drop(&c->dossier);
	warrant_drop(&c->warrant);
	key_set_drop(&c->keys);
	print_day_drop(&c->day);
	cert_drop(&c->cert);
	if (!sweep_allows(tx, fault) ||
	    !dossier_load_in(tx, c->task->dossier, &c->dossier, fault) ||
	    !warrant_get(tx, c->task->digest, &c->warrant, &warrant, fault) ||
	    !proofs_read(tx, c->task->digest, &c->acts, &count, fault) ||
	    !key_set_get(tx, c->task->dossier, c->task->edition, &c->keys, &c->has_keys, fault) ||
	    !print_day_open(tx, "", &c->day, &c->has_day, fault) ||
	    !cert_of(tx, c->task->dossier, c->task->edition, &c->cert, &c->has_cert, fault))
		return false;
	return warrant || fault_set(fault, FAULT_BROKEN, "発行指示がありません。");
}

/* The proofs stand by seat ("approve" before "screen"); the signer wants the screening first. */
static bool
acts_in_order(struct sink *acts, struct fault *fault)
{
	struct der d = der_of(acts->at, acts->len), list;
	struct act first, second;
	if (!der_take(&d, DER_SEQUENCE, &list) || !act_take(&list, &first) ||
	    !act_take(&list, &second) || !der_done(&list))
		return fault_refuse(
		    fault, &ISSUE_STATE, "approval", "審査と承認の署名がそろっていません。");
	bool swap = strcmp(first.act, act_name(ACT_APPROVE)) == 0;
	struct sink out = SINK_GROW(4096);
	size_t all = der_begin(&out, DER_SEQUENCE);
	act_pack(swap ? &second : &first, &out);
	act_pack(swap ? &first : &second, &out);
	der_end(&out, all);
	sink_drop(acts);
	*acts = out;
	return !out.full || fault_set(fault, FAULT_BUG, "署名が大きすぎます。");
}

static bool
wrapped_get(struct carry *c, const char *kind, struct blob *out, struct fault *fault)
{
	return keys_db_get(c->crew->service->keys, kind, c->hex, out, fault);
}

static bool
keys_put(struct tx *tx, void *context, struct fault *fault)
{
	struct carry *c = context;
	if (!errand_hold_in(tx, c->task, c->kept, fault) ||
	    !tx_insert(tx, &KEY_SET_TABLE, &c->made, NULL, fault))
		return false;
	key_set_drop(&c->keys);
	return key_set_get(tx, c->task->dossier, c->task->edition, &c->keys, &c->has_keys, fault);
}

static bool
blob_of(struct der d, struct blob *b)
{
	struct sink copy = SINK_GROW(STORE_BLOB_MOST);
	sink_bytes(&copy, d.p, d.n);
	*b = (struct blob){ copy.at, copy.len };
	return !copy.full;
}

/* The row is durable before the signer hears of the key [design 3 step 3]. */
static bool
keys_keep(struct carry *c, const struct keymaker_made *made, struct fault *fault)
{
	struct service *s = c->crew->service;
	struct key_set_row row = {
		.dossier = c->task->dossier, .edition = c->task->edition, .created_at = s->now.sec
	};
	snprintf(row.print_day, sizeof(row.print_day), "%s", c->day.day);
	bool good = blob_of(made->spki, &row.spki) && blob_of(made->statement, &row.statement) &&
		    blob_of(made->package, &row.package) &&
		    blob_of(made->letter[0], &row.letter_pin) &&
		    blob_of(made->letter[1], &row.letter_password);
	c->made = row;
	good = good ? service_clock(s, &c->kept, fault) &&
			  store_write(s->store, NULL, keys_put, c, fault)
		    : fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	key_set_drop(&c->made);
	return good;
}

static bool
make_keys(struct carry *c, struct fault *fault)
{
	struct service *s = c->crew->service;
	struct blob wrapped = { 0 };
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	struct keymaker_made made;
	if (c->has_keys)
		return true;
	if (!c->has_day)
		return fault_refuse(fault, &ISSUE_DAY_CLOSED, "day",
		    "印刷日が開いていません。akashi day open を行ってから発行してください。");
	if (!crew_status(c->crew, fault) || !wrapped_get(c, "warrant-keymaker", &wrapped, fault))
		return false;
	struct keymaker_ask ask = { .now = s->now,
		.sealed = der_of(c->warrant.sealed.at, c->warrant.sealed.n),
		.wrapped = der_of(wrapped.at, wrapped.n),
		.charter = c->crew->status.charter_packed,
		.pack = c->crew->status.pack,
		.print = { der_of(c->day.print_pin.at, c->day.print_pin.n),
		    der_of(c->day.print_password.at, c->day.print_password.n) } };
	bool good = crew_make(c->crew, &ask, &reply, fault);
	blob_drop(&wrapped);
	if (!good)
		return false;
	return keymaker_made_read(der_of(reply.at, reply.len), &made)
		   ? keys_keep(c, &made, fault)
		   : fault_refuse(
			 fault, &FRAME_BROKEN, NULL, "鍵生成プログラムの答えが読めません。");
}

static bool
ask_signer(struct carry *c, struct fault *fault)
{
	struct blob wrapped = { 0 };
	OWN_SINK head = SINK_GROW(16384);
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	if (!wrapped_get(c, "warrant-signer", &wrapped, fault))
		return false;
	bool good = crew_head(c->crew, &head, fault);
	struct signer_issue ask = { der_of(head.at, head.len),
		der_of(c->warrant.sealed.at, c->warrant.sealed.n), der_of(wrapped.at, wrapped.n),
		der_of(c->acts.at, c->acts.len), der_of(c->keys.spki.at, c->keys.spki.n),
		der_of(c->keys.statement.at, c->keys.statement.n) };
	signer_issue_pack(&ask, &body);
	c->issued_bytes = SINK_GROW(FRAME_MOST);
	good = good && errand_hold(c->crew->service, c->task, fault) &&
	       crew_ask(c->crew, ROAD_ISSUER, SIGNER_ISSUE, der_of(body.at, body.len),
		   &c->issued_bytes, fault);
	blob_drop(&wrapped);
	return good &&
	       (signer_issued_read(der_of(c->issued_bytes.at, c->issued_bytes.len), &c->issued) ||
		   fault_refuse(fault, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。"));
}

/* Two envelopes, by the dispatch matrix. */
static bool
letters_put(struct tx *tx, struct carry *c, struct fault *fault)
{
	static const char *const NAMES[DISPATCH_ITEMS] = { "pin", "password" };
	struct service *s = c->crew->service;
	const struct product *p = policy_product(c->policy, c->dossier.product, s->today);
	const struct dispatch *d =
	    dispatch_of(p == NULL ? SERIES_DOWNLOAD : p->series, c->dossier.delegate != 0);
	for (int i = 0; i < DISPATCH_ITEMS; i++) {
		int64_t number;
		struct letter_row l = { .dossier = c->task->dossier,
			.edition = c->task->edition,
			.note = "waiting",
			.created_at = s->now.sec };
		if (!tx_next(tx, "envelope", &number, fault))
			return false;
		reference_print(l.envelope, number);
		snprintf(l.letter, sizeof(l.letter), "%s", NAMES[i]);
		snprintf(l.recipient, sizeof(l.recipient), "%s",
		    d->item[i].delegate ? "delegate" : "subscriber");
		snprintf(l.route, sizeof(l.route), "%s", route_name(d->item[i].route));
		snprintf(l.print_day, sizeof(l.print_day), "%s", c->keys.print_day);
		if (!tx_insert(tx, &LETTER_TABLE, &l, NULL, fault))
			return false;
	}
	return true;
}

static bool
booked_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct carry *c = context;
	struct service *s = c->crew->service;
	OWN_DOSSIER d = { 0 };
	char from[sizeof(d.state)];
	bool inserted;
	if (!dossier_load_in(tx, c->task->dossier, &d, fault) ||
	    !tx_insert(tx, &CERT_TABLE, &c->cert, &inserted, fault))
		return false;
	if (!inserted) /* carried to here before */
		return errand_done(tx, c->task, c->cert.serial, s->now.sec, fault);
	snprintf(from, sizeof(from), "%s", d.state);
	d.issued_at = c->issued.not_before.sec;
	return dossier_step(&d, STEP_ISSUE, FACT_PAID | FACT_PROFILE_CHECKED | FACT_MEDIA_MADE,
		   s->today, fault) &&
	       dossier_update(tx, &d, from, fault) && letters_put(tx, c, fault) &&
	       warrant_end(tx, c->task->digest, "booked", fault) &&
	       errand_done(tx, c->task, c->cert.serial, s->now.sec, fault) &&
	       service_event_add(tx, &c->event, fault);
}

static bool
book(struct carry *c, struct fault *fault)
{
	struct service *s = c->crew->service;
	const struct signer_issued *i = &c->issued;
	struct sink hex = SINK_INTO(c->cert.serial);
	c->cert = (struct cert_row){ .dossier = c->task->dossier,
		.edition = c->task->edition,
		.not_before = i->not_before.sec,
		.not_after = i->not_after.sec };
	sink_hex(&hex, i->serial, sizeof(i->serial));
	(void)sink_string(&hex);
	memcpy(c->cert.digest, i->digest, 32);
	snprintf(c->cert.product, sizeof(c->cert.product), "%s", c->dossier.product);
	const char *rule = policy_setting(c->policy, "vend_rule", s->today);
	snprintf(c->cert.vend_rule, sizeof(c->cert.vend_rule), "%s", rule == NULL ? "" : rule);
	if (!blob_of(i->for_dossier, &c->cert.for_dossier) ||
	    !blob_of(i->for_package, &c->cert.for_package))
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	service_event(s, "issued", c->task->dossier, &c->event);
	snprintf(c->event.detail, sizeof(c->event.detail), "edition=%lld serial=%s warrant=%s",
	    (long long)c->task->edition, c->cert.serial, c->hex);
	return store_write(s->store, c->event.act_id, booked_tx, c, fault);
}

bool
issue_booked(struct crew *crew, int64_t dossier, int64_t edition, struct fault *fault)
{
	OWN_SINK head = SINK_GROW(16384);
	OWN_SINK body = SINK_GROW(32768);
	if (!crew_head(crew, &head, fault))
		return false;
	struct signer_booked b = { der_of(head.at, head.len), dossier, edition };
	signer_booked_pack(&b, &body);
	return crew_ask(crew, ROAD_ISSUER, SIGNER_BOOKED, der_of(body.at, body.len), NULL, fault);
}

/* What only the signing needed is gone with it [design 4]. */
static bool
forget(struct carry *c, struct fault *fault)
{
	struct keys_db *keys = c->crew->service->keys;
	return issue_booked(c->crew, c->task->dossier, c->task->edition, fault) &&
	       keys_db_destroy(keys, "warrant-signer", c->hex, fault) &&
	       keys_db_destroy(keys, "warrant-keymaker", c->hex, fault);
}

static bool
carry_run(struct carry *c, struct fault *fault)
{
	struct service *s = c->crew->service;
	struct sink hex = SINK_INTO(c->hex);
	struct day until;
	sink_hex(&hex, c->task->digest, 32);
	(void)sink_string(&hex);
	if (!store_read(s->store, load, c, fault))
		return false;
	if (c->has_cert) { /* booked, perhaps not yet BOOKED */
		c->issued = (struct signer_issued){ 0 };
		return store_write(s->store, NULL, booked_tx, c, fault) && forget(c, fault);
	}
	if (!service_policy(s, c->dossier.policy, &c->policy, fault) ||
	    !approve_last_day(s, &c->dossier, &until, fault))
		return false;
	if (day_cmp(s->today, until) > 0 && !c->has_keys)
		return fault_refuse(fault, &ISSUE_APPROVAL, "approval",
		    "承認の有効期間が過ぎています。同じお二人が次の版に署名してください。");
	return acts_in_order(&c->acts, fault) && make_keys(c, fault) && ask_signer(c, fault) &&
	       book(c, fault) && forget(c, fault);
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

static bool
end_edition(struct tx *tx, void *context, struct fault *fault)
{
	const struct task_row *t = context;
	return warrant_end(tx, t->digest, "expired", fault);
}

bool
errand_issue(struct crew *crew, const struct task_row *t, struct fault *fault)
{
	struct carry c = { .crew = crew, .task = t, .acts = SINK_GROW(8192) };
	struct fault ending = { 0 };
	bool good = carry_run(&c, fault);
	carry_drop(&c);
	if (!good && never_again(fault->name) &&
	    !store_write(crew->service->store, NULL, end_edition, (void *)(uintptr_t)t, &ending))
		*fault = ending;
	return good;
}
