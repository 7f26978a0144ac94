#include "act/arrive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/arrive_file.h"
#include "act/etax.h"
#include "act/mail_owed.h"
#include "act/mark.h"
#include "base/array.h"
#include "store/due_row.h"
#include "store/refund_row.h"
#include "vault/code.h"

/* One application of an envelope. */
struct arrival {
	const struct sent *sent;
	size_t count;
	bool readable; /* every row of its own */
	bool added; /* a paper that was not there */
	struct dossier_row dossier; /* id 0: none such */
	struct judged judged;
	struct findings errors;
};
struct envelope {
	struct service *service;
	struct arrival *at; /* owned */
	size_t count;
	uint8_t act[ACT_ID];
	bool act_used;
};

static void
error_add(
    struct findings *f, const char *field, const char *code, const char *clause, const char *say)
{
	struct finding *one = findings_add(f, (int)f->count, field, code, clause, false);
	snprintf(one->say, sizeof(one->say), "%s", say);
}

static bool
paper_known(const struct arrival *a, const struct paper_row *p)
{
	for (size_t i = 0; i < a->judged.own; i++) {
		const struct paper_row *o = &a->judged.papers[i];
		if (strcmp(o->code, p->code) == 0 && strcmp(o->arrived, p->arrived) == 0 &&
		    strcmp(o->issued, p->issued) == 0 && o->copy == p->copy &&
		    o->stamp == p->stamp && o->representative == p->representative &&
		    strcmp(o->notice, p->notice) == 0 && strcmp(o->print, p->print) == 0)
			return true;
	}
	return false;
}

static bool
papers_add(struct tx *tx, const struct envelope *e, struct arrival *a, struct fault *fault)
{
	const uint8_t *key = e->service->index_key;
	for (size_t i = 0; i < a->count; i++) {
		struct paper_row p = a->sent[i].paper;
		bool inserted;
		if (paper_known(a, &p))
			continue;
		p.dossier = a->dossier.id;
		memcpy(p.organisation, a->dossier.organisation, sizeof(p.organisation));
		index_digest(
		    key, "envelope", a->sent[i].envelope, strlen(a->sent[i].envelope), p.envelope);
		if (a->dossier.arrived[0] == '\0' || strcmp(p.arrived, a->dossier.arrived) < 0)
			snprintf(a->dossier.arrived, sizeof(a->dossier.arrived), "%s", p.arrived);
		if (!tx_next(tx, "paper", &p.id, fault) ||
		    !tx_insert(tx, &PAPER_TABLE, &p, &inserted, fault))
			return false;
		a->added = a->added || inserted;
		if (a->sent[i].notice[0] != '\0' || a->sent[i].print[0] != '\0')
			if (!etax_keep(
				tx, &a->dossier, p.id, a->sent[i].notice, a->sent[i].print, fault))
				return false;
	}
	return true;
}

static bool
refund_paid(struct tx *tx, int64_t dossier, bool *paid, struct fault *fault)
{
	struct refund_row r;
	bool found;
	if (!refund_get(tx, dossier, &r, &found, fault))
		return false;
	*paid = found && r.paid_at != 0;
	return true;
}

/* Once its money went back nothing more is taken in for a case. */
static bool
refund_check(struct tx *tx, struct arrival *a, struct fault *fault)
{
	bool paid, new = false;
	if (!refund_paid(tx, a->dossier.id, &paid, fault))
		return false;
	for (size_t i = 0; i < a->count; i++)
		new = new || !paper_known(a, &a->sent[i].paper);
	if (paid && new)
		error_add(&a->errors, "ref", "refunded", "R-4.79",
		    "この申込みは返金を済ませて終了しました。再開できません。"
		    "新しい申込書と書類でお申し込みいただくよう、ご案内ください。");
	a->readable = a->errors.count == 0;
	return true;
}

/* A kind of paper that has no row holds back the list it stands on. */
static void
kinds_check(struct arrival *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (policy_paper(
			a->judged.policy, a->sent[i].paper.code, a->judged.kase.form_date) == NULL)
			error_add(&a->errors, "paper", "unknown-paper", "R-4.40",
			    "書類の表にない種類です。D-02 のような番号を入れてください。");
	if (a->judged.own + a->count > ARRIVE_PAPERS_MOST)
		error_add(&a->errors, "paper", "too-many", "R-4.28",
		    "この申込みの書類が多すぎます（100 件まで）。封筒の一覧を確かめてください。");
	a->readable = a->errors.count == 0;
}

static bool
arrival_find(struct tx *tx, struct envelope *e, struct arrival *a, struct fault *fault)
{
	uint8_t digest[32];
	bool found;
	dossier_drop(&a->dossier);
	a->dossier = (struct dossier_row){ 0 };
	a->errors = (struct findings){ 0 };
	a->added = false;
	for (size_t i = 0; i < a->count; i++)
		if (a->sent[i].error.field != NULL)
			error_add(&a->errors, a->sent[i].error.field, a->sent[i].error.code,
			    a->sent[i].error.clause, a->sent[i].error.say);
	a->readable = a->errors.count == 0;
	if (!a->readable)
		return true;
	index_digest(e->service->index_key, "ref", a->sent[0].ref, strlen(a->sent[0].ref), digest);
	if (!dossier_by_ref(tx, digest, &a->dossier, &found, fault))
		return false;
	a->readable = found;
	if (!found) {
		error_add(&a->errors, "ref", "unknown-ref", "R-4.28",
		    "この受付番号の申込みは登録されていません。"
		    "番号を確かめるか、先に申込みを登録してください。");
		return true;
	}
	if (!judge_load(tx, e->service, &a->dossier, &a->judged, fault))
		return false;
	kinds_check(a);
	return refund_check(tx, a, fault);
}

/* What the refund's clock ended had come by its last day: it ends anew, unless it goes on. */
static bool
refund_undo(struct tx *tx, const struct arrival *a, bool *in_time, struct fault *fault)
{
	const struct dossier_row *d = &a->dossier;
	const struct judged *j = &a->judged;
	const struct day notice = instant_day((struct instant){ d->first_notice_at });
	struct day last;
	char text[DAY_TEXT];
	if (!mark_last_day(tx, j->policy, d->id, "K-5", notice, &last, fault))
		return false;
	day_print(text, last);
	for (size_t i = 0; i < j->count; i++)
		*in_time = *in_time && strcmp(j->papers[i].arrived, text) <= 0;
	return !*in_time || due_forget(tx, d->id, "K-5", "refund", in_time, fault);
}

/* A backlog ends no case: what came in time goes on, unless the money went back. */
static bool
in_time(struct tx *tx, const struct arrival *a, unsigned *facts, struct fault *fault)
{
	const enum state state = dossier_state(&a->dossier);
	bool paid;
	if (!refund_paid(tx, a->dossier.id, &paid, fault))
		return false;
	bool good = !paid;
	if (good && (state == STATE_REFUNDED || state == STATE_WITHDRAWN) &&
	    !refund_undo(tx, a, &good, fault))
		return false;
	*facts = good ? FACT_IN_TIME : 0;
	return true;
}

/* Where the verdict leads; a dossier already past that point stays where it is. */
static bool
state_move(struct tx *tx, const struct service *s, struct arrival *a, struct fault *fault)
{
	bool late = false;
	unsigned facts;
	struct dossier_row *d = &a->dossier;
	for (size_t i = 0; i < a->judged.bad.count; i++)
		late = late || strcmp(a->judged.bad.at[i].code, "form-expired") == 0;
	enum step_event on = late			? STEP_FORM_LATE
			     : a->judged.bad.count == 0 ? STEP_COMPLETE
							: STEP_DEFICIENCY;
	if (dossier_state(d) == STATES || step_find(dossier_state(d), on) == NULL)
		return true;
	if (!in_time(tx, a, &facts, fault))
		return false;
	if ((step_find(dossier_state(d), on)->need & ~facts) != 0)
		return true;
	if (on == STEP_DEFICIENCY && d->first_notice_at == 0)
		d->first_notice_at = s->now.sec; /* the refund clock begins */
	return dossier_step(d, on, facts, s->today, fault);
}

static bool
event_put(struct tx *tx, struct envelope *e, const struct arrival *a, struct fault *fault)
{
	struct event_row event;
	service_event(e->service, "papers-arrived", a->dossier.id, &event);
	if (!e->act_used)
		memcpy(event.act_id, e->act, ACT_ID);
	e->act_used = true;
	snprintf(event.detail, sizeof(event.detail), "papers=%zu deficiencies=%zu state=%s",
	    a->judged.own, a->judged.bad.count, a->dossier.state);
	return service_event_add(tx, &event, fault);
}

/* To its sender a number is told as it was typed just now. */
static void
typed_reveal(struct arrival *a)
{
	for (size_t i = 0; a->readable && i < a->count; i++)
		etax_reveal(&a->judged.bad, &a->sent[i].paper, a->sent[i].notice, a->sent[i].print);
}

/* Only what a new paper may have changed is judged again: screening may have said more since. */
static bool
arrival_judge(
    struct tx *tx, struct envelope *e, struct arrival *a, bool changed, struct fault *fault)
{
	char from[sizeof(a->dossier.state)];
	memcpy(from, a->dossier.state, sizeof(from));
	if (!judge_load(tx, e->service, &a->dossier, &a->judged, fault))
		return false;
	if (!changed)
		return true;
	typed_reveal(a);
	return judge_store(tx, &a->judged, fault) && state_move(tx, e->service, a, fault) &&
	       dossier_update(tx, &a->dossier, from, fault) &&
	       mail_of_papers(tx, e->service, &a->dossier, &a->judged, fault) &&
	       event_put(tx, e, a, fault);
}

static bool
colleagues(const struct dossier_row *a, const struct dossier_row *b)
{
	static const uint8_t none[32];
	return memcmp(a->organisation, b->organisation, 32) == 0 &&
	       memcmp(a->organisation, none, 32) != 0;
}

struct others {
	const struct envelope *envelope;
	int64_t *dossier; /* owned */
	size_t count, room;
};

static bool
other_keep(const void *row, void *context, struct fault *fault)
{
	struct others *o = context;
	int64_t id = ((const struct paper_row *)row)->dossier;
	for (size_t i = 0; i < o->envelope->count; i++)
		if (o->envelope->at[i].dossier.id == id)
			return true;
	for (size_t i = 0; i < o->count; i++)
		if (o->dossier[i] == id)
			return true;
	if (!ARRAY_ROOM(o->dossier, o->count, o->room, fault))
		return false;
	o->dossier[o->count++] = id;
	return true;
}

/* Colleagues of this envelope whose papers were typed another time gain by it too. */
static bool
others_judge(struct tx *tx, struct envelope *e, const struct arrival *lender, struct fault *fault)
{
	struct others o = { .envelope = e };
	uint8_t digest[32];
	index_digest(e->service->index_key, "envelope", lender->sent[0].envelope,
	    strlen(lender->sent[0].envelope), digest);
	struct arrival *a = calloc(1, sizeof(*a));
	bool good = a != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	good = good &&
	       paper_of_envelope(tx, digest, lender->dossier.organisation, other_keep, &o, fault);
	for (size_t i = 0; good && i < o.count; i++) {
		dossier_drop(&a->dossier);
		good = dossier_load_in(tx, o.dossier[i], &a->dossier, fault) &&
		       (!colleagues(&a->dossier, &lender->dossier) ||
			   arrival_judge(tx, e, a, true, fault));
	}
	if (a != NULL)
		dossier_drop(&a->dossier);
	free(a);
	free(o.dossier);
	return good;
}

/* All papers of the envelope first: a colleague may have sent what another owes. */
static bool
envelope_store(struct tx *tx, void *context, struct fault *fault)
{
	struct envelope *e = context;
	e->act_used = false;
	for (size_t i = 0; i < e->count; i++)
		if (!arrival_find(tx, e, &e->at[i], fault) ||
		    (e->at[i].readable && !papers_add(tx, e, &e->at[i], fault)))
			return false;
	for (size_t i = 0; i < e->count; i++) {
		struct arrival *a = &e->at[i];
		bool changed = a->added;
		for (size_t k = 0; k < e->count && !changed; k++)
			changed = e->at[k].added && colleagues(&e->at[k].dossier, &a->dossier);
		if ((a->readable && !arrival_judge(tx, e, a, changed, fault)) ||
		    (a->added && !others_judge(tx, e, a, fault)))
			return false;
	}
	return true;
}

/* Splits the envelope's rows by application. */
static bool
envelope_open(
    struct service *s, const struct sent *sent, size_t n, struct envelope *e, struct fault *fault)
{
	*e = (struct envelope){ .service = s };
	secret_random(e->act, sizeof(e->act));
	for (size_t i = 0; i < n; i++)
		e->count += i == 0 || strcmp(sent[i].ref, sent[i - 1].ref) != 0;
	e->at = calloc(e->count, sizeof(*e->at));
	if (e->at == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	struct arrival *a = e->at;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && strcmp(sent[i].ref, sent[i - 1].ref) != 0)
			a++;
		a->sent = a->count == 0 ? &sent[i] : a->sent;
		a->count++;
	}
	return true;
}

static void
envelope_close(struct envelope *e)
{
	for (size_t i = 0; e->at != NULL && i < e->count; i++)
		dossier_drop(&e->at[i].dossier);
	free(e->at);
}

static bool
envelope_run(struct service *s, const struct sent *sent, size_t n, arrive_tell *tell, void *context,
    bool *all, struct fault *fault)
{
	struct envelope e;
	bool good = envelope_open(s, sent, n, &e, fault) &&
		    store_write(s->store, e.act, envelope_store, &e, fault);
	for (size_t i = 0; good && i < e.count; i++) {
		struct arrival *a = &e.at[i];
		typed_reveal(a);
		const struct arrive_row row = { a->sent[0].ref, a->dossier.id, a->dossier.state,
			a->readable ? &a->judged : NULL, &a->errors };
		*all = *all && a->readable;
		tell(context, &row);
	}
	envelope_close(&e);
	return good;
}

bool
arrive_run(struct service *s, const void *csv, size_t n, arrive_tell *tell, void *context,
    bool *all, struct fault *fault)
{
	struct sent_list l;
	bool good = true;
	if (!arrive_file_read(csv, n, s->today, &l, fault))
		return false;
	for (size_t i = 0; i < l.count; i++) {
		etax_mask(s->index_key, l.at[i].notice, l.at[i].paper.notice);
		etax_mask(s->index_key, l.at[i].print, l.at[i].paper.print);
	}
	*all = true;
	for (size_t from = 0, to; good && from < l.count; from = to) {
		for (to = from; to < l.count && sent_together(&l.at[from], &l.at[to]); to++)
			continue;
		good = envelope_run(s, &l.at[from], to - from, tell, context, all, fault);
	}
	sent_list_free(&l);
	return good;
}
