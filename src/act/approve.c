#include "act/approve.h"

#include <stdio.h>
#include <string.h>

#include "act/dossier.h"
#include "base/text.h"
#include "rules/clock.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"

const struct refusal APPROVE_LATE = { "approve-late", FAULT_STATE, "R-4.91" };
const struct refusal APPROVE_UNSCREENED = { "approve-unscreened", FAULT_DENIED, "R-4.72" };
const struct refusal APPROVE_EDITION = { "approve-edition", FAULT_STATE, "design 2" };

struct approving {
	struct service *service;
	const struct person *person;
	const struct card *card;
	const struct charter *charter;
	bool screened;
	struct proof_row proof;
	struct event_row event;
	struct day until;
};

bool
approve_last_day(
    struct service *s, const struct dossier_row *d, struct day *out, struct fault *fault)
{
	const struct policy *policy;
	struct day from = instant_day((struct instant){ d->approved_at });
	if (!service_policy(s, d->policy, &policy, fault))
		return false;
	const struct clock *k8 = policy_clock(policy, "K-8", from);
	return k8 == NULL
		   ? fault_set(fault, FAULT_BROKEN, "期限 K-8 が規則（clocks.yaml）にありません。")
		   : clock_last_day(policy, k8, 0, from, out, fault);
}

/* The same person, the same surface: told before anything is signed. */
static bool
different(const struct approving *a, const struct proof_row *p, struct fault *fault)
{
	const struct service *s = a->service;
	const struct text *t = policy_text(&s->policy, "M-602", s->today);
	if (strcmp(p->person, a->person->id) == 0)
		return fault_refuse(fault, &PROOF_PERSON, "key", "%s",
		    t != NULL ? t->ja
			      : "この案件を審査した方は承認できません。別の方が承認してください。");
	return strcmp(p->surface, surface_name(a->person->surface)) != 0 ||
	       fault_refuse(fault, &PROOF_SURFACE, "key",
		   "審査と同じ場所（%s）の鍵です。承認は別の場所の鍵で行ってください。",
		   p->surface);
}

/* The clerk's signature holds by the charter in force. */
static bool
screening_check(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct approving *a = context;
	struct act act;
	if (strcmp(p->seat, "screen") != 0)
		return true;
	if (!act_unpack(der_of(p->act.at, p->act.n), &act))
		return fault_refuse(fault, &APPROVE_UNSCREENED, "warrant",
		    "審査の署名の形が正しくありません。承認しないで管理者に知らせてください。");
	if (!charter_act(a->charter, &act, ACT_SCREEN, a->card->digest, fault) ||
	    !different(a, p, fault))
		return false;
	a->screened = true;
	return true;
}

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct approving *a = context;
	return proof_each(tx, a->card->digest, screening_check, a, fault) &&
	       (a->screened ||
		   fault_refuse(fault, &APPROVE_UNSCREENED, "warrant",
		       "この発行指示には審査の署名がありません。先に審査してください。"));
}

static bool
still_open(
    struct tx *tx, const struct approving *a, const struct dossier_row *d, struct fault *fault)
{
	struct warrant_row w = { 0 };
	bool found;
	if (!warrant_get(tx, a->card->digest, &w, &found, fault))
		return false;
	warrant_drop(&w);
	if (!found || d->edition != a->card->warrant.edition)
		return fault_refuse(fault, &APPROVE_EDITION, "warrant",
		    "第 %lld 版は最新ではありません。表示し直してください。",
		    (long long)a->card->warrant.edition);
	return w.ended[0] == '\0' ||
	       fault_refuse(fault, &WARRANT_ENDED, "warrant",
		   "第 %lld 版はもう終わっています。審査からやり直してください。",
		   (long long)w.edition);
}

static bool
write_all(struct tx *tx, void *context, struct fault *fault)
{
	struct approving *a = context;
	struct dossier_row d = { 0 };
	char from[sizeof(d.state)];
	if (!dossier_load_in(tx, a->card->warrant.dossier, &d, fault))
		return false;
	snprintf(from, sizeof(from), "%s", d.state);
	d.approved_at = a->service->now.sec;
	bool good = still_open(tx, a, &d, fault) &&
		    dossier_step(&d, STEP_APPROVE, 0, a->service->today, fault) &&
		    proof_add(tx, &a->proof, fault) && dossier_update(tx, &d, from, fault) &&
		    service_event_add(tx, &a->event, fault);
	dossier_drop(&d);
	return good;
}

static void
event_make(struct approving *a)
{
	char hex[DIGEST_HEX], day[DAY_TEXT];
	const struct warrant *w = &a->card->warrant;
	service_event(a->service, "approved", w->dossier, &a->event);
	snprintf(a->event.detail, sizeof(a->event.detail), "edition=%lld warrant=%s until=%s",
	    (long long)w->edition, hex_print(hex, a->card->digest, 32), day_print(day, a->until));
}

static bool
until_find(struct approving *a, struct fault *fault)
{
	struct dossier_row d = { .approved_at = a->service->now.sec };
	memcpy(d.policy, a->card->certificate.policy, 32);
	return approve_last_day(a->service, &d, &a->until, fault);
}

bool
approve_run(struct service *s, const struct person *p, const struct card *card,
    struct approved *out, struct fault *fault)
{
	uint8_t bytes[ACT_PACKED];
	struct sink act = SINK_INTO(bytes);
	struct approving a = { .service = s, .person = p, .card = card };
	if (!person_may(p, ACT_APPROVE, fault) || !service_charter(s, &a.charter, NULL, fault))
		return false;
	if (day_cmp(s->today, card->warrant.last_day) > 0)
		return fault_refuse(fault, &APPROVE_LATE, "warrant",
		    "発行指示の期限が過ぎています。審査し直して、次の版を承認してください。");
	if (!store_read(s->store, look, &a, fault) || !until_find(&a, fault) ||
	    !person_sign(p, ACT_APPROVE, card->digest, s->now, &act, fault))
		return false;
	memcpy(a.proof.digest, card->digest, 32);
	snprintf(a.proof.seat, sizeof(a.proof.seat), "approve");
	snprintf(a.proof.person, sizeof(a.proof.person), "%s", p->id);
	snprintf(a.proof.surface, sizeof(a.proof.surface), "%s", surface_name(p->surface));
	a.proof.act = (struct blob){ act.at, act.len };
	a.proof.at = s->now.sec;
	event_make(&a);
	if (!store_write(s->store, a.event.act_id, write_all, &a, fault))
		return false;
	*out = (struct approved){ s->now, a.until };
	return true;
}
