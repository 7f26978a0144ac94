#include "act/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "act/download.h"
#include "act/letter.h"
#include "act/mail_owed.h"
#include "act/mark.h"
#include "rules/clock.h"
#include "rules/postal.h"
#include "store/cert_row.h"
#include "store/key_set_row.h"

const struct refusal DISPATCH_NONE = { "dispatch-none", FAULT_MISSING, "R-4.92" };
const struct refusal DISPATCH_ENVELOPE = { "dispatch-envelope", FAULT_INPUT, "R-4.92" };
const struct refusal DISPATCH_UNSCANNED = { "dispatch-unscanned", FAULT_STATE, "R-4.92" };
const struct refusal DISPATCH_SPOILED = { "dispatch-spoiled", FAULT_STATE, "R-4.96" };
const struct refusal DISPATCH_SENT = { "dispatch-sent", FAULT_STATE, "R-4.92" };
const struct refusal DISPATCH_TRACKING = { "dispatch-tracking", FAULT_STATE, "R-4.101" };
const struct refusal DISPATCH_ENDED = { "dispatch-ended", FAULT_STATE, "R-4.92" };
const struct refusal DISPATCH_RETURNED = { "dispatch-returned", FAULT_STATE, "R-4.100" };
const struct refusal DISPATCH_LATE = { "dispatch-late", FAULT_STATE, "R-4.116" };

struct sending {
	struct service *service;
	const struct dispatch_request *request;
	struct dispatched *out;
	struct dossier_row dossier;
	struct cert_row cert;
	struct letter_list letters;
	struct letter_row *letter; /* among them */
	char tracking[TRACKING_TEXT];
	struct event_row event;
};

static void
rows_drop(struct sending *c)
{
	dossier_drop(&c->dossier);
	cert_drop(&c->cert);
	c->letters.count = 0;
}

static bool
is(const struct letter_row *l, const char *note)
{
	return strcmp(l->note, note) == 0;
}

static bool
rows_read(struct tx *tx, struct sending *c, struct fault *fault)
{
	int64_t id = c->request->dossier;
	bool cert;
	rows_drop(c);
	if (!dossier_load_in(tx, id, &c->dossier, fault) ||
	    !letter_of_dossier(tx, id, c->dossier.edition, letter_list_add, &c->letters, fault) ||
	    !cert_of(tx, id, c->dossier.edition, &c->cert, &cert, fault))
		return false;
	c->letter = NULL;
	for (size_t i = 0; i < c->letters.count; i++)
		if (strcmp(c->letters.at[i].letter, c->request->letter) == 0)
			c->letter = &c->letters.at[i];
	return (c->letter != NULL && cert) ||
	       fault_refuse(fault, &DISPATCH_NONE, "--letter",
		   "案件 %lld の最新の版（第 %lld 版）に %s の通知書はありません。", (long long)id,
		   (long long)c->dossier.edition, c->request->letter);
}

/* The barcode of the envelope in hand, not only of the case it is thought to be. */
static bool
envelope_check(const struct sending *c, struct fault *fault)
{
	return strcmp(c->letter->envelope, c->request->envelope) == 0 ||
	       fault_refuse(fault, &DISPATCH_ENVELOPE, "--envelope",
		   "封筒「%s」は、案件 %lld の %s の封筒（%s）ではありません。"
		   "手にしている封筒と案件の番号を読み直してください。",
		   c->request->envelope, (long long)c->request->dossier, c->request->letter,
		   c->letter->envelope);
}

/* Which note lets a letter go, and what the others ask for. */
static bool
note_allow(const struct sending *c, struct fault *fault)
{
	const struct letter_row *l = c->letter;
	for (size_t i = 0; i < c->letters.count; i++)
		if (is(&c->letters.at[i], "spoiled"))
			return fault_refuse(fault, &DISPATCH_SPOILED, "--letter",
			    "封筒「%s」が書損のため、この版は送れません。"
			    "失効して次の版を発行してください。",
			    c->letters.at[i].envelope);
	if (is(l, "sent"))
		return fault_refuse(fault, &DISPATCH_SENT, "--tracking",
		    "封筒「%s」は別の番号（%s）で発送済みです。", l->envelope, l->tracking);
	return is(l, "done") ||
	       fault_refuse(fault, &DISPATCH_UNSCANNED, "--letter",
		   "封筒「%s」はまだ封をして読み取っていません。akashi letter done が先です。",
		   l->envelope);
}

/* The post gives a number out again after years: within so many days it is read by mistake. */
static bool
tracking_free(struct tx *tx, const struct sending *c, struct fault *fault)
{
	const struct service *s = c->service;
	long days = policy_number(&s->policy, "tracking_days", s->today);
	struct letter_row other;
	bool found;
	return letter_by_tracking(tx, c->tracking, &other, &found, fault) &&
	       (!found || s->now.sec - other.sent_at >= days * DAY_SECONDS ||
		   fault_refuse(fault, &DISPATCH_TRACKING, "--tracking",
		       "番号 %s は封筒「%s」（案件 %lld）のものです。読み直してください。",
		       c->tracking, other.envelope, (long long)other.dossier));
}

/* The first sending moves the dossier; the second finds it moved. */
static bool
dossier_send(struct tx *tx, struct sending *c, struct fault *fault)
{
	struct dossier_row *d = &c->dossier;
	enum state state = dossier_state(d);
	char from[sizeof(d->state)];
	memcpy(from, d->state, sizeof(from));
	if (c->cert.revoked_at != 0 ||
	    (state != STATE_ISSUED && state != STATE_DISPATCHED && state != STATE_DOWNLOADED))
		return fault_refuse(fault, &DISPATCH_ENDED, "N",
		    "案件 %lld は「%s」の状態です。発送しないで、封筒を書損にしてください。",
		    (long long)d->id, state == STATES ? d->state : state_label(state));
	if (state != STATE_ISSUED)
		return true;
	d->sent_at = c->service->now.sec;
	return dossier_step(d, STEP_SEND, 0, c->service->today, fault) &&
	       dossier_update(tx, d, from, fault) &&
	       mark_unset(tx, d->id, MARK_RETURNED, fault) && /* of an edition before */
	       mark_unset(tx, d->id, MARK_RESENT, fault);
}

/* The chase and the post office's days begin anew; nothing waits once no letter is back. */
static bool
sent_again(struct tx *tx, const struct sending *c, struct fault *fault)
{
	const struct service *s = c->service;
	bool back = false;
	for (size_t i = 0; i < c->letters.count; i++)
		back = back || (is(&c->letters.at[i], "done") && c->letters.at[i].returns > 0);
	return (back || mark_unset(tx, c->dossier.id, MARK_RETURNED, fault)) &&
	       mark_set(tx, c->dossier.id, MARK_RESENT, s->today, s->today, fault);
}

static bool
again_allow(const struct sending *c, struct fault *fault)
{
	const struct service *s = c->service;
	long most = policy_number(&s->policy, "resends", s->today);
	return c->letter->returns <= most ||
	       fault_refuse(fault, &DISPATCH_RETURNED, "--letter",
		   "封筒「%s」は %lld 回戻りました。再送は %ld 回までです。"
		   "受領の期限が過ぎるのを待って失効の手続きをしてください。",
		   c->letter->envelope, (long long)c->letter->returns, most);
}

static bool
payload_delete(struct tx *tx, const struct sending *c, struct fault *fault)
{
	const struct letter_row *l = c->letter;
	return strcmp(l->letter, "pin") == 0
		   ? key_set_delete_pin(tx, l->dossier, l->edition, fault)
		   : key_set_delete_password(tx, l->dossier, l->edition, fault);
}

static bool
route_check(struct sending *c, struct fault *fault)
{
	enum route route;
	return (route_read(c->letter->route, &route) ||
		   fault_set(fault, FAULT_BROKEN, "封筒「%s」の送り方の記録が壊れています。",
		       c->letter->envelope)) &&
	       tracking_read(c->request->tracking, route, c->tracking, fault);
}

static bool
send_write(struct tx *tx, void *context, struct fault *fault)
{
	struct sending *c = context;
	if (!rows_read(tx, c, fault) || !envelope_check(c, fault) || !route_check(c, fault))
		return false;
	struct letter_row *l = c->letter;
	c->out->already = is(l, "sent") && strcmp(l->tracking, c->tracking) == 0;
	if (!c->out->already) {
		if (!note_allow(c, fault) || !again_allow(c, fault) ||
		    !tracking_free(tx, c, fault) || !dossier_send(tx, c, fault))
			return false;
		snprintf(l->note, sizeof(l->note), "sent");
		memcpy(l->tracking, c->tracking, sizeof(c->tracking));
		l->sent_at = c->service->now.sec;
		snprintf(c->event.detail, sizeof(c->event.detail),
		    "envelope=%s letter=%s edition=%lld tracking=%s route=%s returns=%lld",
		    l->envelope, l->letter, (long long)l->edition, l->tracking, l->route,
		    (long long)l->returns);
		if (!letter_move(tx, l, "done", fault) || !payload_delete(tx, c, fault) ||
		    (l->returns > 0 && !sent_again(tx, c, fault)) ||
		    !mail_of_sending(tx, c->service, c->cert.serial, &c->letters, fault) ||
		    !service_event_add(tx, &c->event, fault))
			return false;
	}
	c->out->row = *l;
	memcpy(c->out->state, c->dossier.state, sizeof(c->out->state));
	return true;
}

/* So many business days after issue, the time told to the subscriber is short. */
static void
late_tell(const struct sending *c)
{
	const struct service *s = c->service;
	const char *days = policy_setting(&s->policy, "send_business_days", s->today);
	struct day issued = instant_day((struct instant){ c->cert.not_before }), last;
	struct fault why = { 0 };
	char text[DAY_TEXT];
	if (days == NULL)
		return;
	if (!business_days_after(&s->policy, issued, (int)strtol(days, NULL, 10), &last, &why))
		snprintf(c->out->late, sizeof(c->out->late), "%.250s", why.say);
	else if (day_cmp(s->today, last) > 0)
		snprintf(c->out->late, sizeof(c->out->late),
		    "発行（%s）から %s 営業日を過ぎての発送です。"
		    "受領の期限までの日数が短くなります。",
		    day_print(text, issued), days);
}

bool
dispatch_run(struct service *s, const struct dispatch_request *request, struct dispatched *out,
    struct fault *fault)
{
	struct dispatched is = { 0 };
	struct sending c = { .service = s, .request = request, .out = &is };
	if (strcmp(request->letter, "pin") != 0 && strcmp(request->letter, "password") != 0)
		return fault_field(
		    fault, FAULT_USAGE, "--letter", "--letter は pin か password です。");
	service_event(s, "letter-sent", request->dossier, &c.event);
	bool good = store_write(s->store, c.event.act_id, send_write, &c, fault);
	if (good)
		late_tell(&c);
	int64_t edition = c.dossier.edition;
	rows_drop(&c);
	letter_list_drop(&c.letters);
	if (!good || !download_open(s, request->dossier, edition, &is.download, fault))
		return false;
	*out = is;
	return true;
}
