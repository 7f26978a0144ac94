#include "act/carry.h"

#include <stdio.h>
#include <string.h>

#include "act/approve.h"
#include "act/dossier.h"
#include "act/issue.h"
#include "act/proofs.h"
#include "act/sweep.h"
#include "book/warrant.h"
#include "rules/dispatch.h"
#include "rules/reference.h"
#include "store/letter_row.h"
#include "vault/digest.h"
#include "wire/frame.h"

const struct refusal ISSUE_DAY_CLOSED = { "print-day-closed", FAULT_LATER, "R-4.104" };

void
carry_begin(struct carry *c, struct crew *crew, const struct task_row *t)
{
	*c = (struct carry){ .crew = crew, .task = *t, .acts = SINK_GROW(8192) };
	hex_print(c->hex, t->digest, 32);
}

static void
rows_drop(struct carry *c)
{
	dossier_drop(&c->dossier);
	warrant_drop(&c->warrant);
	key_set_drop(&c->keys);
	print_day_drop(&c->day);
	cert_drop(&c->cert);
}

void
carry_drop(struct carry *c)
{
	rows_drop(c);
	key_set_drop(&c->made);
	sink_drop(&c->acts);
}

bool
carry_load(struct tx *tx, struct carry *c, struct fault *fault)
{
	const struct task_row *t = &c->task;
	bool warrant;
	int count;
	rows_drop(c);
	if (!sweep_allows(tx, fault) || !dossier_load_in(tx, t->dossier, &c->dossier, fault) ||
	    !warrant_get(tx, t->digest, &c->warrant, &warrant, fault) ||
	    !proofs_read(tx, t->digest, &c->acts, &count, fault) ||
	    !key_set_get(tx, t->dossier, t->edition, &c->keys, &c->has_keys, fault) ||
	    !print_day_open(tx, "", &c->day, &c->has_day, fault) ||
	    !cert_of(tx, t->dossier, t->edition, &c->cert, &c->has_cert, fault))
		return false;
	c->has_day = c->has_day && !print_day_is_lost(&c->day);
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

bool
carry_check(struct carry *c, struct fault *fault)
{
	struct service *s = c->crew->service;
	const struct policy *policy;
	struct day until;
	if (c->has_cert) /* booked, perhaps not yet BOOKED */
		return true;
	if (!service_policy(s, c->dossier.policy, &policy, fault) ||
	    !approve_last_day(s, &c->dossier, &until, fault))
		return false;
	if (day_cmp(s->today, until) > 0 && !c->has_keys)
		return fault_refuse(fault, &ISSUE_APPROVAL, "approval",
		    "承認の有効期間が過ぎています。同じお二人が次の版に署名してください。");
	if (!acts_in_order(&c->acts, fault))
		return false;
	return c->has_keys || c->has_day ||
	       fault_refuse(fault, &ISSUE_DAY_CLOSED, "day",
		   "印刷日が開いていません。akashi day open を行ってから発行してください。");
}

static bool
wrapped_get(struct carry *c, const char *kind, struct blob *out, struct fault *fault)
{
	return keys_db_get(c->crew->service->keys, kind, c->hex, out, fault);
}

bool
carry_key_ask(struct carry *c, struct sink *body, struct fault *fault)
{
	struct blob wrapped = { 0 };
	if (!wrapped_get(c, "warrant-keymaker", &wrapped, fault))
		return false;
	struct keymaker_ask ask = { .now = c->crew->service->now,
		.sealed = der_of(c->warrant.sealed.at, c->warrant.sealed.n),
		.wrapped = der_of(wrapped.at, wrapped.n),
		.charter = c->crew->status.charter_packed,
		.pack = c->crew->status.pack,
		.print = { der_of(c->day.print_pin.at, c->day.print_pin.n),
		    der_of(c->day.print_password.at, c->day.print_password.n) } };
	keymaker_ask_pack(&ask, body);
	blob_drop(&wrapped);
	return !body->full || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

static bool
blob_of(struct der d, struct blob *b)
{
	struct sink copy = SINK_GROW(STORE_BLOB_MOST);
	sink_bytes(&copy, d.p, d.n);
	*b = (struct blob){ copy.at, copy.len };
	return !copy.full;
}

bool
carry_key_made(struct carry *c, struct der reply, struct fault *fault)
{
	struct keymaker_made made;
	if (!keymaker_made_read(reply, &made))
		return fault_refuse(
		    fault, &FRAME_BROKEN, NULL, "鍵生成プログラムの答えが読めません。");
	struct key_set_row *row = &c->made;
	*row = (struct key_set_row){ .dossier = c->task.dossier,
		.edition = c->task.edition,
		.created_at = c->crew->service->now.sec };
	snprintf(row->print_day, sizeof(row->print_day), "%s", c->day.day);
	return (blob_of(made.spki, &row->spki) && blob_of(made.statement, &row->statement) &&
		   blob_of(made.package, &row->package) &&
		   blob_of(made.letter[0], &row->letter_pin) &&
		   blob_of(made.letter[1], &row->letter_password)) ||
	       fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

/* Whoever put one before has put ours. */
bool
carry_key_put(struct tx *tx, struct carry *c, struct fault *fault)
{
	if (!tx_insert(tx, &KEY_SET_TABLE, &c->made, NULL, fault))
		return false;
	key_set_drop(&c->keys);
	return key_set_get(tx, c->task.dossier, c->task.edition, &c->keys, &c->has_keys, fault);
}

bool
carry_order(struct carry *c, struct sink *order, struct fault *fault)
{
	struct blob wrapped = { 0 };
	if (!wrapped_get(c, "warrant-signer", &wrapped, fault))
		return false;
	struct signer_issue ask = { der_of(c->warrant.sealed.at, c->warrant.sealed.n),
		der_of(wrapped.at, wrapped.n), der_of(c->acts.at, c->acts.len),
		der_of(c->keys.spki.at, c->keys.spki.n),
		der_of(c->keys.statement.at, c->keys.statement.n) };
	signer_issue_pack(&ask, order);
	blob_drop(&wrapped);
	return true;
}

bool
carry_signed(struct carry *c, struct der bytes, struct fault *fault)
{
	struct service *s = c->crew->service;
	struct signer_issued *i = &c->issued;
	const struct policy *policy; /* found anew: another may have been adopted meanwhile */
	if (!service_policy(s, c->dossier.policy, &policy, fault))
		return false;
	if (!signer_issued_read(bytes, i))
		return fault_refuse(
		    fault, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。");
	c->cert = (struct cert_row){ .dossier = c->task.dossier,
		.edition = c->task.edition,
		.not_before = i->not_before.sec,
		.not_after = i->not_after.sec };
	hex_print(c->cert.serial, i->serial, sizeof(i->serial));
	memcpy(c->cert.digest, i->digest, 32);
	snprintf(c->cert.product, sizeof(c->cert.product), "%s", c->dossier.product);
	const char *rule = policy_setting(policy, "vend_rule", s->today);
	snprintf(c->cert.vend_rule, sizeof(c->cert.vend_rule), "%s", rule == NULL ? "" : rule);
	service_event(s, "issued", c->task.dossier, &c->event);
	snprintf(c->event.detail, sizeof(c->event.detail), "edition=%lld serial=%s warrant=%s",
	    (long long)c->task.edition, c->cert.serial, c->hex);
	bool good = blob_of(i->for_dossier, &c->cert.for_dossier) &&
		    blob_of(i->for_package, &c->cert.for_package);
	i->for_dossier = i->for_package = der_of(NULL, 0);
	return good || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

/* Two envelopes, by the dispatch matrix. */
static bool
letters_put(struct tx *tx, struct carry *c, struct fault *fault)
{
	static const char *const NAMES[DISPATCH_ITEMS] = { "pin", "password" };
	struct service *s = c->crew->service;
	const struct policy *policy;
	if (!service_policy_in(tx, s, c->dossier.policy, &policy, fault))
		return false;
	const struct product *p = policy_product(policy, c->dossier.product, s->today);
	const struct dispatch *d =
	    dispatch_of(p == NULL ? SERIES_DOWNLOAD : p->series, c->dossier.delegate != 0);
	for (int i = 0; i < DISPATCH_ITEMS; i++) {
		int64_t number;
		struct letter_row l = { .dossier = c->task.dossier,
			.edition = c->task.edition,
			.note = "waiting",
			.created_at = s->now.sec };
		if (!tx_next(tx, "envelope", &number, fault))
			return false;
		envelope_print(l.envelope, number);
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

bool
carry_store(struct tx *tx, struct carry *c, struct fault *fault)
{
	struct service *s = c->crew->service;
	OWN_DOSSIER d = { 0 };
	char from[sizeof(d.state)];
	bool inserted;
	if (!dossier_load_in(tx, c->task.dossier, &d, fault) ||
	    !tx_insert(tx, &CERT_TABLE, &c->cert, &inserted, fault))
		return false;
	if (!inserted) /* carried to here before */
		return errand_done(tx, &c->task, c->cert.serial, s->now.sec, fault);
	snprintf(from, sizeof(from), "%s", d.state);
	d.issued_at = c->issued.not_before.sec;
	return dossier_step(&d, STEP_ISSUE, FACT_PAID | FACT_PROFILE_CHECKED | FACT_MEDIA_MADE,
		   s->today, fault) &&
	       dossier_update(tx, &d, from, fault) && letters_put(tx, c, fault) &&
	       warrant_end(tx, c->task.digest, "booked", fault) &&
	       errand_done(tx, &c->task, c->cert.serial, s->now.sec, fault) &&
	       service_event_add(tx, &c->event, fault);
}
