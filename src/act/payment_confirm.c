#include "act/payment_confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "act/mail_owed.h"
#include "act/payment_match.h"
#include "act/proofs.h"
#include "base/text.h"
#include "store/bank_row.h"
#include "store/card_row.h"
#include "store/payment_row.h"
#include "vault/digest.h"

const struct refusal PAYMENT_SECOND = { "second-person", FAULT_SECOND, "R-6.9" };
const struct refusal PAYMENT_NO_LINE = { "line-unknown", FAULT_MISSING, "R-6.8" };
const struct refusal PAYMENT_NO_DOSSIER = { "dossier-unknown", FAULT_MISSING, "R-6.8" };
const struct refusal PAYMENT_NOT_DEPOSIT = { "not-a-deposit", FAULT_STATE, "R-6.8" };
const struct refusal PAYMENT_USED = { "line-used", FAULT_STATE, "R-6.16" };
const struct refusal PAYMENT_NO_CASE = { "dossier-closed", FAULT_STATE, "R-6.20" };

struct confirming {
	struct service *service;
	int64_t line_id, dossier_id;
	struct bank_row line;
	struct dossier_row dossier;
	struct payment_row was; /* what stands in the book for the two */
	bool line_found, dossier_found, was_found;
	struct fee fee; /* before */
	int64_t amount; /* what the dossier will be given */
	const char *reason; /* why match proposed it; NULL: it did not */
	bool two; /* people are needed */
	const struct person *person;
	const struct charter *charter;
	uint8_t document[32]; /* digest of what they sign */
	size_t seats, others; /* taken; those of others whose word counts today */
	bool mine; /* a seat is this person's */
	struct proof_row proof; /* the new word */
	uint8_t act[ACT_PACKED];
	struct payment_row now;
	struct event_row event;
};

static void
rows_drop(struct confirming *c)
{
	if (c->line_found)
		bank_drop(&c->line);
	if (c->dossier_found)
		dossier_drop(&c->dossier);
	c->line_found = c->dossier_found = c->was_found = false;
}

static bool
rows_read(struct tx *tx, void *context, struct fault *fault)
{
	struct confirming *c = context;
	rows_drop(c); /* it may be run again */
	return bank_get(tx, c->line_id, &c->line, &c->line_found, fault) &&
	       dossier_get(tx, c->dossier_id, &c->dossier, &c->dossier_found, fault) &&
	       payment_get(tx, c->line_id, c->dossier_id, &c->was, &c->was_found, fault);
}

static bool
rows_exist(const struct confirming *c, struct fault *fault)
{
	if (!c->line_found)
		return fault_refuse(fault, &PAYMENT_NO_LINE, "LINE",
		    "入金 %lld はありません。akashi payment match で番号を確かめてください。",
		    (long long)c->line_id);
	if (!c->dossier_found)
		return fault_refuse(fault, &PAYMENT_NO_DOSSIER, "--dossier",
		    "案件 %lld はありません。番号を確かめてください。", (long long)c->dossier_id);
	return true;
}

static bool
rows_allow(const struct confirming *c, struct fault *fault)
{
	if (strcmp(c->line.entry, bank_entry_name(BANK_DEPOSIT)) != 0)
		return fault_refuse(fault, &PAYMENT_NOT_DEPOSIT, "LINE",
		    "明細 %lld は入金ではありません（%s）。入金の番号を指定してください。",
		    (long long)c->line_id, c->line.entry);
	if (c->line.remaining == 0)
		return fault_refuse(fault, &PAYMENT_USED, "LINE",
		    "入金 %lld は全額が割り当て済みです。"
		    "akashi payment match で残りのある入金を確かめてください。",
		    (long long)c->line_id);
	const enum state s = dossier_state(&c->dossier);
	return (STATES_CLOSED & 1 << s) == 0 ||
	       fault_refuse(fault, &PAYMENT_NO_CASE, "--dossier",
		   "案件 %lld は%sです。入金は返金の手続きに回してください。",
		   (long long)c->dossier_id, state_label(s));
}

/* How match explains the line for this dossier; joint: others have a part in it. */
static bool
proposal(struct confirming *c, bool *joint, struct fault *fault)
{
	struct payment_book *b;
	if (!payment_match(c->service, &b, fault))
		return false;
	*joint = false;
	for (size_t i = 0; i < b->candidate_count; i++) {
		const struct payment_candidate *k = &b->candidate[i];
		const struct payment_line *l = &b->line[k->line];
		if (l->line != c->line_id || k->dossier != c->dossier_id || !k->proposed)
			continue;
		c->reason = k->reason;
		*joint = strcmp(k->reason, match_reason_name(MATCH_JOINT)) == 0 ||
			 (strcmp(k->reason, match_reason_name(MATCH_NAME)) == 0 && l->count > 1);
	}
	payment_book_free(b);
	return true;
}

static bool
figure(const struct service *s, const char *name, int64_t *out, struct fault *fault)
{
	const char *value = policy_setting(&s->policy, name, s->today);
	if (value == NULL)
		return fault_set(fault, FAULT_BROKEN,
		    "規則に %s がありません。policy/settings.yaml を確かめてください。", name);
	*out = strtoll(value, NULL, 10);
	return true;
}

/*
 * What will be given, and by how many people. A small excess is the dossier's, to be offered back;
 * a large one stays on the line: it may be another case's.
 */
static bool
decide(struct confirming *c, struct fault *fault)
{
	int64_t limit = 0, over_by = 0;
	bool joint;
	if (!figure(c->service, "second_person_yen", &limit, fault) ||
	    !figure(c->service, "over_by", &over_by, fault) || !proposal(c, &joint, fault) ||
	    !fee_standing(c->service, &c->dossier, &c->fee, fault))
		return false;
	int64_t owed = c->fee.due - c->fee.received;
	c->amount =
	    payment_share(c->line.remaining, owed, joint || c->line.remaining - owed > over_by);
	c->two = c->reason == NULL || c->line.amount >= limit;
	return true;
}

void
payment_document(const uint8_t service[SERVICE_ID], const struct payment_row *p,
    const struct bank_row *line, const char *reference, uint8_t out[32])
{
	uint8_t bytes[256];
	struct sink s = SINK_INTO(bytes);
	size_t all = der_begin(&s, DER_SEQUENCE);
	der_put_octets(&s, service, SERVICE_ID);
	der_put_int(&s, p->line);
	der_put_octets(&s, line->digest, sizeof(line->digest));
	der_put_int(&s, p->dossier);
	der_put_utf8(&s, reference);
	der_put_int(&s, p->amount);
	der_end(&s, all);
	digest_labelled("akashi payment v1", s.at, s.len, out);
}

static void
document_digest(struct confirming *c)
{
	const struct payment_row is = {
		.line = c->line_id, .dossier = c->dossier_id, .amount = c->amount
	};
	payment_document(c->charter->service, &is, &c->line, c->dossier.reference, c->document);
}

/* A word said before counts while the charter still lets that person say it. */
static bool
proof_count(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct confirming *c = context;
	(void)fault;
	c->seats++;
	if (strcmp(p->person, c->person->id) == 0)
		c->mine = true;
	else if (proof_counts(p, c->charter, ACT_CONFIRM, c->document))
		c->others++;
	return true;
}

static bool
others_read(struct tx *tx, void *context, struct fault *fault)
{
	struct confirming *c = context;
	c->seats = c->others = 0;
	c->mine = false;
	return proof_each(tx, c->document, proof_count, c, fault);
}

static bool
sign(struct confirming *c, struct fault *fault)
{
	struct service *s = c->service;
	struct sink packed = SINK_INTO(c->act);
	if (!person_sign(c->person, ACT_CONFIRM, c->document, s->now, &packed, fault))
		return false;
	c->proof = (struct proof_row){ .act = { packed.at, packed.len }, .at = s->now.sec };
	memcpy(c->proof.digest, c->document, sizeof(c->document));
	snprintf(c->proof.seat, sizeof(c->proof.seat), "%zu", c->seats + 1);
	snprintf(c->proof.person, sizeof(c->proof.person), "%s", c->person->id);
	snprintf(c->proof.surface, sizeof(c->proof.surface), "%zu:%s", c->seats + 1,
	    surface_name(c->person->surface));
	return true;
}

/* The person's word, and the row that says so: new, or one that waits. */
static bool
row_write(struct confirming *c, struct tx *tx, struct fault *fault)
{
	bool inserted;
	if (!c->mine && !proof_add(tx, &c->proof, fault))
		return false;
	if (c->was_found)
		return payment_update(tx, &c->now, fault);
	return tx_insert(tx, &PAYMENT_TABLE, &c->now, &inserted, fault) &&
	       (inserted || fault_set(fault, FAULT_STATE,
				"この入金はほかの方が同時に確認しました。照合し直してください。"));
}

static bool
ask_book(struct tx *tx, void *context, struct fault *fault)
{
	struct confirming *c = context;
	return row_write(c, tx, fault) && service_event_add(tx, &c->event, fault);
}

/* Line, dossier, payment, card and event together: paid, or nothing happened. */
static bool
confirm_book(struct tx *tx, void *context, struct fault *fault)
{
	struct confirming *c = context;
	struct dossier_row d = { 0 };
	int64_t received;
	bool found;
	if (!dossier_get(tx, c->dossier_id, &d, &found, fault) ||
	    !payment_received(tx, c->dossier_id, &received, fault))
		return false;
	enum payment state = payment_of(received + c->amount, c->fee.due);
	snprintf(d.payment, sizeof(d.payment), "%s", payment_name(state));
	bool good =
	    (found && received == c->fee.received && strcmp(d.state, c->dossier.state) == 0) ||
	    fault_set(
		fault, FAULT_STATE, "この案件はほかの方が先に進めました。照合し直してください。");
	good = good && bank_take(tx, c->line_id, c->line.remaining, c->amount, fault) &&
	       row_write(c, tx, fault) && dossier_update(tx, &d, d.state, fault) &&
	       (!payment_settled(state) ||
		   card_destroy(tx, c->dossier_id, "payer", fault)) && /* [design 4] */
	       mail_of_payment(tx, c->service, c->dossier_id, c->line_id, received + c->amount,
		   c->fee.due, fault) &&
	       service_event_add(tx, &c->event, fault);
	dossier_drop(&d);
	return good;
}

static void
event_make(struct confirming *c, const char *kind, enum payment state)
{
	char hex[DIGEST_HEX];
	service_event(c->service, kind, c->dossier_id, &c->event);
	snprintf(c->event.actor, sizeof(c->event.actor), "%s", c->person->id);
	snprintf(c->event.detail, sizeof(c->event.detail),
	    "line=%lld amount=%lld due=%lld received=%lld payment=%s reason=%s document=%s",
	    (long long)c->line_id, (long long)c->amount, (long long)c->fee.due,
	    (long long)c->fee.received, payment_name(state),
	    c->reason == NULL ? "manual" : c->reason,
	    hex_print(hex, c->document, sizeof(c->document)));
}

/* Kept for the second person; the same first person again changes nothing. */
static bool
ask(struct confirming *c, struct fault *fault)
{
	bool again = c->mine && c->was_found &&
		     memcmp(c->was.document, c->document, sizeof(c->document)) == 0;
	event_make(c, "payment-asked", c->fee.state);
	if (!again && !store_write(c->service->store, c->event.act_id, ask_book, c, fault))
		return false;
	return fault_refuse(fault, &PAYMENT_SECOND, "--key",
	    "入金 %lld から案件 %lld への %lld 円を預かりました。"
	    "%s、もう一人の経理担当者が同じコマンドを実行すると確定します。",
	    (long long)c->line_id, (long long)c->dossier_id, (long long)c->amount,
	    c->reason == NULL ? "照合の提案にないため" : "金額が大きいため");
}

static bool
finish(struct confirming *c, struct payment_confirmed *out, struct fault *fault)
{
	struct fee fee = c->fee;
	fee.received += c->amount;
	fee.state = payment_of(fee.received, fee.due);
	c->now.confirmed_at = c->service->now.sec;
	event_make(c, "payment-confirmed", fee.state);
	if (!store_write(c->service->store, c->event.act_id, confirm_book, c, fault))
		return false;
	*out = (struct payment_confirmed){ c->amount, c->line.remaining - c->amount, fee, false };
	return true;
}

static bool
confirm_new(struct confirming *c, struct payment_confirmed *out, struct fault *fault)
{
	if (!rows_allow(c, fault) || !decide(c, fault))
		return false;
	document_digest(c);
	if (!store_read(c->service->store, others_read, c, fault) || !sign(c, fault))
		return false;
	c->now = (struct payment_row){ .line = c->line_id,
		.dossier = c->dossier_id,
		.amount = c->amount,
		.asked_at = c->was_found ? c->was.asked_at : c->service->now.sec };
	memcpy(c->now.document, c->document, sizeof(c->document));
	return c->two && c->others == 0 ? ask(c, fault) : finish(c, out, fault);
}

/* The same line and dossier again: what it came to then, and what stands now. */
static bool
confirmed_before(struct confirming *c, struct payment_confirmed *out, struct fault *fault)
{
	struct payment_confirmed is = { c->was.amount, c->line.remaining, { 0 }, true };
	if (!fee_standing(c->service, &c->dossier, &is.fee, fault))
		return false;
	*out = is;
	return true;
}

bool
payment_confirm(struct service *s, const struct person *person, int64_t line, int64_t dossier,
    struct payment_confirmed *out, struct fault *fault)
{
	struct confirming c = {
		.service = s, .person = person, .line_id = line, .dossier_id = dossier
	};
	bool good = person_may(person, ACT_CONFIRM, fault) &&
		    service_charter(s, &c.charter, NULL, fault) &&
		    store_read(s->store, rows_read, &c, fault) && rows_exist(&c, fault);
	if (good)
		good = c.was_found && c.was.confirmed_at != 0 ? confirmed_before(&c, out, fault)
							      : confirm_new(&c, out, fault);
	rows_drop(&c);
	return good;
}
