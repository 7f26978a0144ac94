/* Which orders may be issued now, and the waiting for them. The carrying is issue_errand.c. */
#include "act/issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/approve.h"
#include "act/dossier.h"
#include "act/errand.h"
#include "act/fee.h"
#include "act/sweep.h"
#include "base/array.h"
#include "store/cert_row.h"
#include "store/warrant_row.h"

const struct refusal ISSUE_STATE = { "issue-state", FAULT_STATE, "R-4.90" };
const struct refusal ISSUE_UNPAID = { "issue-unpaid", FAULT_STATE, "R-6.10" };
const struct refusal ISSUE_APPROVAL = { "issue-approval-lapsed", FAULT_STATE, "K-8" };
const struct refusal ISSUE_LAST_DAY = { "issue-last-day", FAULT_STATE, "R-4.91" };
const struct refusal ISSUE_ENDED = { "issue-ended", FAULT_STATE, "design 2" };
const struct refusal ISSUE_MEDIA = { "media-not-made", FAULT_STATE, "R-4.103" };

static const char *const RESULTS[] = {
	[ISSUE_ISSUED] = "issued", [ISSUE_WAITING] = "waiting", [ISSUE_REFUSED] = "refused"
};
_Static_assert(COUNT(RESULTS) == ISSUE_RESULTS, "every result needs its name");

/* Where a dossier has no certificate to issue or to name: what is to be done with it. */
/* clang-format off */
static const char *const NEXT[] = {
	[STATE_PRINTED]      = "書類がまだ届いていません。届いたら akashi dossier arrive で登録してください。",
	[STATE_SCREENING]    = "akashi dossier screen で審査し、別の担当者が akashi approve で承認してから発行してください。",
	[STATE_DEFICIENT]    = "不備のない書類が届いたら akashi dossier arrive で登録してください。",
	[STATE_SCREENED]     = "審査した人とは別の担当者が akashi approve で承認してから発行してください。",
	[STATE_APPROVED]     = "発行指示が見つかりません。akashi sweep で確かめ、監査担当に知らせてください。",
	[STATE_ISSUED]       = "証明書が見つかりません。akashi sweep で確かめてください。",
	[STATE_DISPATCHED]   = "証明書が見つかりません。akashi sweep で確かめてください。",
	[STATE_DOWNLOADED]   = "証明書が見つかりません。akashi sweep で確かめてください。",
	[STATE_ACTIVE]       = "証明書が見つかりません。akashi sweep で確かめてください。",
	[STATE_REVOKED]      = "封筒の書損なら akashi dossier screen から、ほかは新しい申込みからやり直してください。",
	[STATE_EXPIRED]      = "有効期間が終わりました。新しい申込みを受け付けてください。",
	[STATE_REJECTED]     = "発行できません。新しい申込みを受け付けてください。",
	[STATE_WITHDRAWN]    = "発行できません。新しい申込みを受け付けてください。",
	[STATE_FORM_EXPIRED] = "発行できません。新しい申込書を受け付けてください。",
	[STATE_REFUNDED]     = "発行できません。新しい申込みを受け付けてください。",
};
/* clang-format on */
_Static_assert(COUNT(NEXT) == STATES, "every state needs its sentence");

/* Has the certificate of its edition, and it may still be good. */
static bool
is_out(enum state s)
{
	return s == STATE_ISSUED || s == STATE_DISPATCHED || s == STATE_DOWNLOADED ||
	       s == STATE_ACTIVE;
}

/* What passes without anybody signing anew. */
static const struct refusal *const WAITS[] = { &ISSUE_UNPAID, &ISSUE_MEDIA };

const char *
issue_result_name(enum issue_result r)
{
	return RESULTS[r];
}

static enum issue_result
result_of(const struct fault *why)
{
	for (size_t i = 0; i < COUNT(WAITS); i++)
		if (why->row == WAITS[i])
			return ISSUE_WAITING;
	return why->code == FAULT_LATER ? ISSUE_WAITING : ISSUE_REFUSED;
}

struct asking {
	struct service *service;
	struct issue_row *answer; /* its why: FAULT_NONE, or why the rest says nothing; borrowed */
	int64_t dossier;
	struct dossier_row row;
	struct warrant_row warrant;
	struct cert_row cert;
	struct fee fee; /* where it may be asked about at all */
	bool found, issued;
	int64_t task;
};

/* Approved, with a warrant. */
static bool
is_next(const struct asking *a)
{
	return dossier_state(&a->row) == STATE_APPROVED && a->found;
}

static bool
load(struct tx *tx, struct asking *a, struct fault *fault)
{
	bool cert;
	warrant_drop(&a->warrant);
	dossier_drop(&a->row);
	cert_drop(&a->cert);
	if (!sweep_allows(tx, fault) || !dossier_load_in(tx, a->dossier, &a->row, fault) ||
	    !warrant_of(
		tx, "certificate", a->dossier, a->row.edition, &a->warrant, &a->found, fault) ||
	    !cert_of(tx, a->dossier, a->row.edition, &a->cert, &cert, fault))
		return false;
	a->issued = cert && is_out(dossier_state(&a->row));
	return !is_next(a) || fee_standing_in(tx, a->service, &a->row, &a->fee, fault);
}

/* Each reason why not, before anything is asked of the CA room. */
static bool
may_issue(struct asking *a, struct fault *fault)
{
	struct service *s = a->service;
	const struct fee *fee = &a->fee;
	const struct policy *policy;
	struct day until, last;
	enum state state = dossier_state(&a->row);
	if (state == STATES)
		return fault_set(fault, FAULT_BROKEN,
		    "案件 %lld の状態「%s」は知られていません。"
		    "akashi audit verify で確かめてください。",
		    (long long)a->dossier, a->row.state);
	if (!is_next(a))
		return fault_refuse(fault, &ISSUE_STATE, "state", "案件 %lld は「%s」です。%s",
		    (long long)a->dossier, state_label(state), NEXT[state]);
	if (a->warrant.ended[0] != '\0')
		return fault_refuse(fault, &ISSUE_ENDED, "warrant",
		    "この版は終わっています（%s）。同じお二人が次の版に署名してください。",
		    a->warrant.ended);
	if (!service_policy(s, a->row.policy, &policy, fault) ||
	    !approve_last_day(s, &a->row, &until, fault))
		return false;
	const struct product *p = policy_product(policy, a->row.product, s->today);
	if (p == NULL || p->series == SERIES_CDR)
		return fault_refuse(fault, &ISSUE_MEDIA, "product",
		    "CD-R はまだ作成できません（media not yet made）。案件はこのまま待ちます。");
	if (fee->received < fee->due)
		return fault_refuse(fault, &ISSUE_UNPAID, "payment",
		    "入金が確認できていません（必要額 %lld円、入金 %lld円）。", (long long)fee->due,
		    (long long)fee->received);
	if (day_cmp(s->today, until) > 0)
		return fault_refuse(fault, &ISSUE_APPROVAL, "approval",
		    "承認の有効期間が過ぎています。同じお二人が次の版に署名してください。");
	return (day_read(a->warrant.last_day, &last) && day_cmp(s->today, last) <= 0) ||
	       fault_refuse(fault, &ISSUE_LAST_DAY, "warrant",
		   "発行指示の使用期限が過ぎています。同じお二人が次の版に署名してください。");
}

enum { GROUP = 64 };

/* Asked for together: one transaction for all of their tasks. */
struct group {
	size_t n;
	struct asking at[GROUP];
	bool wanted[GROUP];
};

/* A store that cannot be read is the fault of all. */
static bool
load_all(struct tx *tx, void *context, struct fault *fault)
{
	struct group *g = context;
	for (size_t i = 0; i < g->n; i++) {
		struct fault *why = &g->at[i].answer->why;
		*why = (struct fault){ 0 };
		if (!load(tx, &g->at[i], why) && why->code == FAULT_STORE) {
			*fault = *why;
			return false;
		}
	}
	return true;
}

static bool
add_tasks(struct tx *tx, void *context, struct fault *fault)
{
	struct group *g = context;
	for (size_t i = 0; i < g->n; i++) {
		struct asking *a = &g->at[i];
		struct task_row t = { .kind = "issue",
			.dossier = a->dossier,
			.edition = a->row.edition,
			.created_at = a->service->now.sec };
		memcpy(t.digest, a->warrant.digest, 32);
		if (g->wanted[i] && !task_add(tx, &t, &a->task, fault))
			return false;
	}
	return true;
}

/* *wanted: a task is to be added; else the row says what it is. */
static bool
ask_one(struct asking *a, bool *wanted, struct fault *fault)
{
	struct issue_row *row = a->answer;
	bool good = row->why.code == FAULT_NONE;
	*wanted = good && !a->issued && may_issue(a, &row->why);
	row->result = ISSUE_ISSUED;
	if (good && a->issued) {
		snprintf(row->serial, sizeof(row->serial), "%s", a->cert.serial);
		return true;
	}
	if (*wanted)
		return true;
	row->result = result_of(&row->why);
	if (row->why.code != FAULT_STORE)
		return true;
	*fault = row->why;
	return false;
}

/* task[i] 0: nothing to wait for; the row says why. */
static bool
ask_some(struct service *s, struct issue_row *row, int64_t *task, size_t n, struct fault *fault)
{
	struct group *g = calloc(1, sizeof(*g));
	bool any = false;
	bool good = g != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (; good && g->n < n; g->n++)
		g->at[g->n] = (struct asking){
			.service = s, .answer = &row[g->n], .dossier = row[g->n].dossier
		};
	good = good && store_read(s->store, load_all, g, fault);
	for (size_t i = 0; good && i < n; i++) {
		good = ask_one(&g->at[i], &g->wanted[i], fault);
		any = any || g->wanted[i];
	}
	good = good && (!any || store_write(s->store, NULL, add_tasks, g, fault));
	for (size_t i = 0; g != NULL && i < g->n; i++) {
		task[i] = good && g->wanted[i] ? g->at[i].task : 0;
		warrant_drop(&g->at[i].warrant);
		dossier_drop(&g->at[i].row);
		cert_drop(&g->at[i].cert);
	}
	free(g);
	return good;
}

struct numbers {
	int64_t *at;
	size_t n, room;
};

static bool
number_add(const void *row, void *context, struct fault *fault)
{
	const struct dossier_row *d = row;
	struct numbers *all = context;
	if (!ARRAY_ROOM(all->at, all->n, all->room, fault))
		return false;
	all->at[all->n++] = d->id;
	return true;
}

static bool
approved(struct tx *tx, void *context, struct fault *fault)
{
	struct numbers *all = context;
	all->n = 0;
	return dossier_list(tx, state_name(STATE_APPROVED), 0, INT32_MAX, number_add, all, fault);
}

struct run {
	struct service *service;
	size_t n, asked, done;
	struct issue_row *row; /* owned */
	int64_t *task; /* owned: of row[i], 0: none; asked: those that are waited for */
	int64_t *waits;
	issue_tell *tell;
	void *context;
};

static void
told(struct run *r, const struct issue_row *row)
{
	r->tell(r->context, row, ++r->done, r->n);
}

static void
ended(void *context, const struct task_row *t)
{
	struct run *r = context;
	for (size_t i = 0; i < r->n; i++) {
		struct issue_row *row = &r->row[i];
		if (r->task[i] != t->id)
			continue;
		if (errand_good(t, &row->why))
			snprintf(row->serial, sizeof(row->serial), "%.40s", t->result);
		else
			row->result = result_of(&row->why);
		told(r, row);
		r->task[i] = 0; /* asked for twice, it ends twice */
	}
}

/*
 * All are asked for before the first is waited for: the CA room starts once. Where an issuer stands,
 * it begins with the first of them meanwhile.
 */
static bool
run_all(struct run *r, const int64_t *dossiers, struct fault *fault)
{
	for (size_t i = 0; i < r->n; i++)
		r->row[i].dossier = dossiers[i];
	for (size_t i = 0; i < r->n; i += GROUP) {
		size_t n = r->n - i < GROUP ? r->n - i : GROUP;
		if (!ask_some(r->service, &r->row[i], &r->task[i], n, fault))
			return false;
		errand_ring(r->service);
	}
	for (size_t i = 0; i < r->n; i++)
		if (r->task[i] != 0)
			r->waits[r->asked++] = r->task[i];
		else
			told(r, &r->row[i]);
	return errand_each(r->service, r->waits, r->asked, ended, r, fault);
}

bool
issue_run(struct service *s, const int64_t *dossiers, size_t n, issue_tell *tell, void *context,
    struct fault *fault)
{
	struct numbers all = { 0 };
	if (dossiers == NULL && !store_read(s->store, approved, &all, fault)) {
		free(all.at);
		return false;
	}
	struct run r = {
		.service = s, .n = dossiers == NULL ? all.n : n, .tell = tell, .context = context
	};
	r.row = calloc(r.n + 1, sizeof(*r.row));
	r.task = calloc(r.n + 1, sizeof(*r.task));
	r.waits = calloc(r.n + 1, sizeof(*r.waits));
	bool good = (r.row != NULL && r.task != NULL && r.waits != NULL) ||
		    fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	good = good && run_all(&r, dossiers == NULL ? all.at : dossiers, fault);
	free(r.row);
	free(r.task);
	free(r.waits);
	free(all.at);
	return good;
}
