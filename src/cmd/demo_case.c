/* akashi demo: rules and keys come into force; applications, papers, screening, approval, money. */
#include "cmd/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/approve.h"
#include "act/arrive.h"
#include "act/draft.h"
#include "act/enact.h"
#include "act/import.h"
#include "act/payment_confirm.h"
#include "act/payment_import.h"
#include "act/payment_match.h"
#include "act/screen.h"
#include "act/show.h"
#include "base/file.h"

bool
demo_adopt(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	struct charter *c;
	bool fresh;
	uint8_t policy[32];
	(void)arg;
	if (!draft_read(s, &c, &fresh, fault))
		return false;
	bool good = draft_adopt(s, c, policy, fault) && draft_write(s, c, fault);
	if (good)
		demo_say(d, "憲章 %lld の案：職員の鍵 %zu 個、印刷局 %zu か所",
		    (long long)c->number, c->staffs, c->stations);
	free(c);
	return good;
}

typedef bool enact_act(struct service *, const struct person *, struct enacted *, struct fault *);

static bool
enact(const struct demo *d, struct service *s, const char *name, enact_act *act, const char *what,
    struct fault *fault)
{
	OWN_PERSON p = NULL;
	struct enacted e = { 0 };
	if (!demo_person(s, name, &p, fault) || !act(s, p, &e, fault))
		return false;
	demo_say(d, "%s：署名 %d/%lld%s", what, e.signatures, (long long)e.quorum,
	    e.done ? "。有効になりました" : "");
	return true;
}

bool
demo_charter(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	return enact(d, s, arg, enact_charter, "憲章", fault);
}

bool
demo_certify(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	return enact(d, s, arg, enact_certificate, "認証局の証明書", fault);
}

/* Of the samples; of what came later where arg says so. */
static bool
file_open(const struct demo *d, const char *arg, const char *name, void **bytes, size_t *n,
    struct fault *fault)
{
	char path[SERVICE_PATH + 64];
	snprintf(
	    path, sizeof(path), "%s/%s", strcmp(arg, "later") == 0 ? d->later : d->samples, name);
	return file_read(path, IMPORT_FILE_MOST, (uint8_t **)bytes, n, fault);
}

struct importing {
	struct demo *demo;
	int64_t accepted, refused;
};

static void
imported(void *context, const struct import_row *r)
{
	struct importing *i = context;
	struct demo *d = i->demo;
	*(r->accepted ? &i->accepted : &i->refused) += 1;
	for (size_t k = 0; k < r->findings->count && !r->accepted; k++)
		if (!r->findings->at[k].warning)
			demo_say(d, "%s：受け付けません［%s］", r->ref, r->findings->at[k].field);
	for (size_t k = 0; k < d->cases && r->accepted; k++)
		if (strcmp(d->kase[k].ref, r->ref) == 0)
			d->kase[k].dossier = r->dossier;
}

bool
demo_import(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	struct importing i = { .demo = d };
	size_t n;
	bool all;
	if (!file_open(d, arg, "applications.csv", &bytes, &n, fault) ||
	    !import_run(s, bytes, n, imported, &i, &all, fault))
		return false;
	demo_say(d, "受付 %lld 件、書き直しを頼む申込 %lld 件", (long long)i.accepted,
	    (long long)i.refused);
	return true;
}

struct arriving {
	int64_t complete, deficient;
};

static void
arrived(void *context, const struct arrive_row *r)
{
	struct arriving *a = context;
	if (r->judged != NULL)
		*(strcmp(r->judged->text, "complete") == 0 ? &a->complete : &a->deficient) += 1;
}

bool
demo_arrive(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	struct arriving a = { 0 };
	size_t n;
	bool all;
	if (!file_open(d, arg, "papers.csv", &bytes, &n, fault) ||
	    !arrive_run(s, bytes, n, arrived, &a, &all, fault))
		return false;
	demo_say(d, "書類がそろった申込 %lld 件、不足のある申込 %lld 件", (long long)a.complete,
	    (long long)a.deficient);
	return true;
}

/* Every check that is due, found good; of a gyoseishoshi with the federation's (made-up) answer. */
static bool
answers_fill(struct service *s, int64_t dossier, struct screening *out, struct fault *fault)
{
	OWN_DOSSIER row = { 0 };
	const struct policy *policy;
	const struct check *due[SHOW_CHECKS];
	size_t n;
	if (!dossier_load(s, dossier, &row, fault) ||
	    !service_policy(s, row.policy, &policy, fault) ||
	    !show_checks(policy, &row, due, &n, fault))
		return false;
	*out = (struct screening){ .entries = n };
	for (size_t i = 0; i < n; i++) {
		snprintf(out->entry[i].code, sizeof(out->entry[i].code), "%s", due[i]->code);
		out->entry[i].answer = ANSWER_OK;
		if (strcmp(due[i]->code, "federation") != 0)
			continue;
		out->federation.day = s->today;
		snprintf(out->federation.number, sizeof(out->federation.number), "試験-%lld",
		    (long long)dossier);
	}
	return true;
}

/* Whose turn it is: of the first day, or of the second with what was spoiled. */
static bool
turn(const struct demo_case *c, const char *arg)
{
	unsigned which = strcmp(arg, "later") == 0 ? FATE_LATER | FATE_SPOIL : FATE_SCREEN;
	return c->dossier != 0 && (c->fate & which) != 0;
}

bool
demo_screen(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_PERSON p = NULL;
	OWN_BYTES(screening) = calloc(1, sizeof(struct screening));
	struct screening *answers = screening;
	if (answers == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (!demo_person(s, "screening-1", &p, fault))
		return false;
	for (size_t i = 0; i < d->cases; i++) {
		const struct demo_case *c = &d->kase[i];
		const struct screen_request request = { c->dossier, p, answers };
		struct screened r;
		if (!turn(c, arg))
			continue;
		if (!answers_fill(s, c->dossier, answers, fault) ||
		    !screen_run(s, &request, &r, fault))
			return false;
		demo_say(d, "案件 %lld（%s）：合格、第 %lld 版", (long long)c->dossier, c->ref,
		    (long long)r.edition);
	}
	return true;
}

bool
demo_approve(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_PERSON p = NULL;
	if (!demo_person(s, "approval-2", &p, fault))
		return false;
	for (size_t i = 0; i < d->cases; i++) {
		const struct demo_case *c = &d->kase[i];
		OWN_CARD card = NULL;
		struct approved a;
		if (!turn(c, arg))
			continue;
		if (!card_open(s, c->dossier, "approve", &card, fault) ||
		    !approve_run(s, p, card, &a, fault))
			return false;
		demo_say(d, "案件 %lld：%s", (long long)c->dossier, card->words);
	}
	return true;
}

bool
demo_bank(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	struct payment_imported im;
	size_t n;
	const char *name = strcmp(arg, "later") == 0 ? "bank.csv" : arg;
	if (!file_open(d, arg, name, &bytes, &n, fault) ||
	    !payment_import(s, bytes, n, NULL, &im, fault))
		return false;
	payment_imported_free(&im);
	demo_say(
	    d, "新しい行 %lld、入金の合計 %lld 円", (long long)im.added, (long long)im.deposits);
	return true;
}

static bool
clear_outcome(const struct payment_book *b, int64_t dossier)
{
	for (size_t i = 0; i < b->case_count; i++) {
		enum outcome o = b->kase[i].outcome;
		if (b->kase[i].dossier == dossier)
			return o == OUTCOME_EXACT || o == OUTCOME_SET || o == OUTCOME_JOINT;
	}
	return false;
}

/* The first line whose deposit is proposed, without any doubt, for a case; line 0: none. */
static const struct payment_candidate *
next_clear(const struct payment_book *b, int64_t *line)
{
	for (size_t i = 0; i < b->line_count; i++) {
		const struct payment_line *l = &b->line[i];
		for (size_t k = l->first; k < l->first + l->count; k++) {
			const struct payment_candidate *c = &b->candidate[k];
			bool exact =
			    strcmp(c->reason, "exact") == 0 || strcmp(c->reason, "joint") == 0;
			if (c->proposed && exact && c->difference == 0 &&
			    clear_outcome(b, c->dossier)) {
				*line = l->line;
				return c;
			}
		}
	}
	return NULL;
}

/* Large sums are two people's: the second says the same. */
static bool
confirm(struct service *s, int64_t line, int64_t dossier, struct payment_confirmed *out,
    struct fault *fault)
{
	static const char *const NAMES[] = { "accounting-1", "accounting-2" };
	for (size_t i = 0; i < COUNT(NAMES); i++) {
		OWN_PERSON p = NULL;
		struct fault why = { 0 };
		if (!demo_person(s, NAMES[i], &p, fault))
			return false;
		if (payment_confirm(s, p, line, dossier, out, &why))
			return true;
		if (why.row != &PAYMENT_SECOND || i + 1 == COUNT(NAMES)) {
			*fault = why;
			return false;
		}
	}
	return false;
}

bool
demo_confirm(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	int64_t count = 0;
	size_t left = 0;
	(void)arg;
	for (;;) {
		struct payment_book *b = NULL;
		struct payment_confirmed is;
		int64_t line = 0, dossier = 0;
		if (!payment_match(s, &b, fault))
			return false;
		const struct payment_candidate *c = next_clear(b, &line);
		dossier = c == NULL ? 0 : c->dossier;
		left = b->line_count;
		payment_book_free(b);
		if (dossier == 0)
			break;
		if (!confirm(s, line, dossier, &is, fault))
			return false;
		count++;
	}
	demo_say(
	    d, "確認 %lld 件。人が見てから決める入金が %zu 行残っています", (long long)count, left);
	return true;
}
