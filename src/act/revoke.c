/* The request and its signatures; what the signer makes of it is revoke_errand.c. */
#include "act/revoke.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "act/errand.h"
#include "act/mail_owed.h"
#include "act/mark.h"
#include "act/proofs.h"
#include "act/publish.h"
#include "act/revoke_open.h"
#include "base/file.h"
#include "base/text.h"
#include "book/adopted.h"
#include "book/line.h"
#include "book/warrant.h"
#include "store/cert_row.h"
#include "store/line_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"
#include "vault/seal.h"

const struct refusal REVOKE_SERIAL = { "revoke-serial", FAULT_MISSING, "R-10.17" };
const struct refusal REVOKE_ON_LIST = { "revoke-on-list", FAULT_STATE, "R-10.15" };
const struct refusal REVOKE_GROUND = { "revoke-ground", FAULT_INPUT, "R-11.0" };
const struct refusal REVOKE_OTHER_GROUND = { "revoke-other-ground", FAULT_STATE, "R-11.0" };
const struct refusal REVOKE_FAX = { "revoke-fax", FAULT_STATE, "R-10.3" };
const struct refusal REVOKE_GRACE = { "revoke-grace", FAULT_STATE, "R-2.5" };
const struct refusal REVOKE_REASON = { "revoke-reason", FAULT_INPUT, "R-11.9" };

enum { WARRANT_DAYS = 30, REASON_LEAST = 20, REASON_MOST = 4000 };
static const char CONTENT_CHANGED[] = "11-1";
static const char OTHER_NEED[] = "11-9"; /* the one ground that must be told in words */

struct revoking {
	struct service *service;
	const struct revoke_request *request;
	const struct ground *ground;
	struct cert_row cert;
	struct dossier_row dossier;
	struct warrant_row warrant; /* there already, or to be added */
	struct warrant_row other; /* of another ground, gives way to it */
	bool found, has_warrant, open;
	struct task_row task;
	struct event_row event;
	int count;
	int64_t id;
};

static void
revoking_drop(struct revoking *r)
{
	cert_drop(&r->cert);
	dossier_drop(&r->dossier);
	warrant_drop(&r->warrant);
	warrant_drop(&r->other);
}

/* One that the CA had issued before it moved in: nobody's dossier, and ours to revoke. */
static bool
adopted_look(
    struct tx *tx, const char *serial, struct adopted *out, bool *found, struct fault *fault)
{
	struct line_row row = { 0 };
	struct line line;
	struct der whole;
	uint8_t number[SERIAL];
	bool part;
	*found = false;
	if (!line_adopted(tx, serial, &row, &part, fault))
		return false;
	struct der d = der_of(row.bytes.at, row.bytes.n);
	if (part && hex_read(serial, number, SERIAL) && line_take(&d, &line, &whole))
		while (!*found && adopted_take(&line.body, out))
			*found = memcmp(out->serial, number, SERIAL) == 0;
	out->entry.p = NULL; /* it ends with the row */
	line_drop(&row);
	return true;
}

/* What the signer knows and a store of before does not is revoked all the same [storage 4]. */
static bool
journal_only(struct tx *tx, struct revoking *r, struct fault *fault)
{
	struct line_row line = { 0 };
	struct adopted before;
	bool found, adopted = false;
	if (!line_of_serial(tx, r->request->serial, &line, &found, fault) ||
	    (!found && !adopted_look(tx, r->request->serial, &before, &adopted, fault)))
		return false;
	if (adopted && before.entry.n > 0)
		return fault_refuse(fault, &REVOKE_ON_LIST, "SERIAL",
		    "番号「%.41s」は引き継いだ失効リストに載っています。新しい失効はいりません。",
		    r->request->serial);
	if (adopted)
		snprintf(line.serial, sizeof(line.serial), "%s", r->request->serial);
	if (!found && !adopted)
		return fault_refuse(fault, &REVOKE_SERIAL, "SERIAL",
		    "番号「%.41s」の電子証明書はありません。番号を確かめてください。",
		    r->request->serial);
	r->cert = (struct cert_row){ .dossier = line.dossier, .edition = line.edition };
	snprintf(r->cert.serial, sizeof(r->cert.serial), "%s", line.serial);
	line_drop(&line);
	return true;
}

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct revoking *r = context;
	revoking_drop(r);
	bool dossier;
	if (!cert_get(tx, r->request->serial, &r->cert, &r->found, fault) ||
	    (!r->found && !journal_only(tx, r, fault)))
		return false;
	return dossier_get(tx, r->cert.dossier, &r->dossier, &dossier, fault) &&
	       warrant_of_serial(tx, r->cert.serial, &r->warrant, &r->has_warrant, fault) &&
	       (!r->has_warrant || revoke_open_is(tx, r->service, &r->warrant, &r->open, fault));
}

/* Own grounds alone come by FAX; from anybody else it is information. */
static bool
fax_check(const struct revoking *r, struct fault *fault)
{
	const struct day fax = r->request->fax;
	if (fax.year == 0)
		return true;
	if (strncmp(r->request->ground, "10-", 3) != 0)
		return fault_refuse(fault, &REVOKE_FAX, "--fax",
		    "FAXによる失効申請は加入者本人だけのものです（事由 10-1-1 から 10-1-4）。");
	return day_cmp(fax, r->service->today) <= 0 ||
	       fault_refuse(fault, &REVOKE_FAX, "--fax",
		   "FAXの日付が未来です。届いた日を指定してください。");
}

/* While a representative's change waits for its registration, only a reason overrides. */
static bool
grace_check(struct tx *tx, const struct revoking *r, struct fault *fault)
{
	struct marks m;
	if (strcmp(r->request->ground, CONTENT_CHANGED) != 0 || r->request->reason != NULL)
		return true;
	return marks_read(tx, r->cert.dossier, &m, fault) &&
	       (m.day[MARK_CHANGE].year == 0 || fault_refuse(fault, &REVOKE_GRACE, "--reason",
						    "代表者変更の猶予中です。それでも失効する場合は"
						    " --reason で理由を書いてください。"));
}

static bool
request_check(struct revoking *r, struct fault *fault)
{
	struct service *s = r->service;
	const struct revoke_request *q = r->request;
	size_t n = q->reason == NULL ? 0 : strlen(q->reason);
	r->ground = policy_ground(&s->policy, q->ground, s->today);
	if (r->ground == NULL)
		return fault_refuse(fault, &REVOKE_GROUND, "--ground",
		    "失効事由「%s」はありません。"
		    "10-1-1 から 10-1-4、11-1 から 11-11 を指定してください。",
		    q->ground);
	if (!fax_check(r, fault))
		return false;
	if (n > REASON_MOST || (strcmp(q->ground, OTHER_NEED) == 0 &&
				   (q->reason == NULL || utf8_count(q->reason) < REASON_LEAST)))
		return fault_refuse(fault, &REVOKE_REASON, "--reason",
		    "事由 11-9 には %d 文字以上の理由が必要です（%d バイトまで）。", REASON_LEAST,
		    REASON_MOST);
	return true;
}

static bool
reason_keep(struct revoking *r, const uint8_t digest[32], struct fault *fault)
{
	char name[128], path[SERVICE_PATH];
	OWN_SINK sealed = SINK_GROW(2 * REASON_MOST);
	struct sink hex = SINK_INTO(name);
	if (r->request->reason == NULL)
		return true;
	if (r->dossier.id == 0)
		return fault_refuse(fault, &REVOKE_REASON, "--reason",
		    "この案件の記録がないので、理由を保管できません。理由なしで申請してください。");
	sink_text(&hex, "files/reason-");
	sink_hex(&hex, digest, 32);
	(void)sink_string(&hex);
	seal_put("revocation-reason", r->dossier.public_key, r->request->reason,
	    strlen(r->request->reason), &sealed);
	return file_write(service_path(r->service, name, path), 0600, sealed.at, sealed.len, fault);
}

/* No names: the packed bytes stand in the clear. */
static bool
compose(struct revoking *r, struct fault *fault)
{
	struct service *s = r->service;
	const struct charter *c;
	struct day last = day_plus(s->today, WARRANT_DAYS);
	struct warrant w = { .kind = WARRANT_REVOKE, .dossier = r->cert.dossier, .last_day = last };
	struct warrant_revoke body = { .invalid_since = r->request->invalid_since };
	const char *reason = r->request->reason == NULL ? "" : r->request->reason;
	OWN_SINK packed = SINK_GROW(4096);
	uint8_t bytes[512];
	struct sink inner = SINK_INTO(bytes);
	char day[DAY_TEXT];
	if (!service_charter(s, &c, NULL, fault))
		return false;
	w.edition = r->cert.edition;
	memcpy(w.service, c->service, SERVICE_ID);
	secret_random(w.salt, sizeof(w.salt));
	if (!hex_read(r->cert.serial, body.serial, SERIAL))
		return fault_set(fault, FAULT_BROKEN, "電子証明書の番号の形が正しくありません。");
	snprintf(body.ground, sizeof(body.ground), "%s", r->request->ground);
	struct digest d;
	digest_begin(&d);
	digest_add(&d, w.salt, sizeof(w.salt));
	digest_add(&d, reason, strlen(reason));
	digest_end(&d, body.reason);
	warrant_revoke_pack(&body, &inner);
	w.body = der_of(inner.at, inner.len);
	warrant_pack(&w, &packed);
	r->warrant = (struct warrant_row){ .dossier = r->cert.dossier,
		.edition = r->cert.edition,
		.created_at = s->now.sec,
		.kind = "revoke" };
	snprintf(r->warrant.serial, sizeof(r->warrant.serial), "%s", r->cert.serial);
	snprintf(r->warrant.last_day, sizeof(r->warrant.last_day), "%s", day_print(day, last));
	warrant_digest(der_of(packed.at, packed.len), r->warrant.digest);
	r->warrant.sealed = (struct blob){ packed.at, packed.len };
	packed = (struct sink){ 0 };
	return reason_keep(r, r->warrant.digest, fault);
}

/* The request that stands, where it is for this ground; else a new one, if it gives way. */
static bool
ready(struct revoking *r, char gave_way[16], struct fault *fault)
{
	char ground[16];
	if (!r->has_warrant)
		return compose(r, fault);
	if (!revoke_open_ground(&r->warrant, ground, fault))
		return false;
	if (strcmp(ground, r->request->ground) == 0)
		return true;
	if (!r->open || r->cert.revoked_at != 0)
		return fault_refuse(fault, &REVOKE_OTHER_GROUND, "--ground",
		    "事由 %s の失効がもう申請されています。同じ事由で署名してください。", ground);
	r->other = r->warrant;
	r->warrant = (struct warrant_row){ .dossier = 0 };
	memcpy(gave_way, ground, sizeof(ground));
	return compose(r, fault);
}

/* What we looked at stands yet; what is to give way may still do so. */
static bool
as_seen(struct tx *tx, const struct revoking *r, bool gives_way, bool *is, struct fault *fault)
{
	struct warrant_row row = { 0 };
	bool good =
	    warrant_get(tx, gives_way ? r->other.digest : r->warrant.digest, &row, is, fault) &&
	    (!gives_way || !*is || revoke_open_is(tx, r->service, &row, is, fault));
	warrant_drop(&row);
	return good;
}

/* The row that is signed, where nobody was faster. */
static bool
request_put(struct tx *tx, struct revoking *r, struct fault *fault)
{
	const bool gives_way = r->other.sealed.n > 0;
	bool is = true;
	if (r->has_warrant && !as_seen(tx, r, gives_way, &is, fault))
		return false;
	if (is && gives_way &&
	    !revoke_open_withdraw(tx, r->service, &r->other, r->request->first, fault))
		return false;
	if (is && (gives_way || !r->has_warrant) &&
	    !tx_insert(tx, &WARRANT_TABLE, &r->warrant, &is, fault))
		return false;
	return is || fault_set(fault, FAULT_LATER,
			 "同じ電子証明書の失効の申請が、ほかの方の操作で同時に変わりました。"
			 "もう一度実行してください。");
}

/* The day of a FAX; news: it was not known so, and whose dossier it is hears of the paper. */
static bool
fax_put(struct tx *tx, const struct revoking *r, bool *news, struct fault *fault)
{
	const struct day fax = r->request->fax;
	struct marks m;
	if (fax.year == 0)
		return true;
	if (!marks_read(tx, r->cert.dossier, &m, fault))
		return false;
	*news = m.day[MARK_FAX].year == 0 || day_cmp(m.day[MARK_FAX], fax) != 0;
	return !*news || (mark_set(tx, r->cert.dossier, MARK_FAX, fax, r->service->today, fault) &&
			     (r->dossier.id == 0 || mail_of_fax(tx, r->service, &r->dossier,
							r->cert.serial, fax, fault)));
}

static bool
sign_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct revoking *r = context;
	const struct person *who[] = { r->request->first, r->request->second };
	char day[DAY_TEXT];
	bool added = false, any = false;
	r->id = 0;
	if (!grace_check(tx, r, fault) || !fax_put(tx, r, &any, fault) ||
	    !request_put(tx, r, fault))
		return false;
	for (size_t i = 0; i < COUNT(who) && who[i] != NULL; i++) {
		if (!proofs_sign(tx, r->service, who[i], ACT_REVOKE, r->warrant.digest, &r->count,
			&added, fault))
			return false;
		any = any || added;
	}
	struct sink detail = SINK_INTO(r->event.detail);
	sink_print(&detail, "serial=%s ground=%s signatures=%d", r->cert.serial, r->request->ground,
	    r->count);
	if (r->request->fax.year != 0)
		sink_print(&detail, " fax=%s", day_print(day, r->request->fax));
	(void)sink_string(&detail);
	if (any && !service_event_add(tx, &r->event, fault))
		return false;
	return r->count < r->ground->officers || r->cert.revoked_at != 0 ||
	       task_add(tx, &r->task, &r->id, fault);
}

static bool
sign(struct revoking *r, char gave_way[16], struct fault *fault)
{
	struct service *s = r->service;
	if (!ready(r, gave_way, fault))
		return false;
	r->task = (struct task_row){ .kind = "revoke",
		.dossier = r->cert.dossier,
		.edition = r->cert.edition,
		.created_at = s->now.sec };
	memcpy(r->task.digest, r->warrant.digest, 32);
	service_event(s, "revocation-requested", r->cert.dossier, &r->event);
	snprintf(r->event.actor, sizeof(r->event.actor), "%s", r->request->first->id);
	return store_write(s->store, r->event.act_id, sign_tx, r, fault);
}

static bool
carry(struct revoking *r, struct revoked *out, struct fault *fault)
{
	struct task_row ended, listed;
	struct published list;
	if (!errand_run(r->service, r->id, &ended, fault))
		return false;
	int64_t task = strtoll(ended.result, NULL, 10);
	if (task > 0 && !errand_run(r->service, task, &listed, fault))
		return false;
	if (!publish_last(r->service, &list, fault) ||
	    !store_read(r->service->store, load, r, fault))
		return false;
	out->done = true;
	out->list = list.number;
	out->at.sec = r->found ? r->cert.revoked_at : ended.done_at;
	return true;
}

/* Up to the task that carries it; done: there is nothing to carry. */
static bool
ask(struct revoking *r, struct revoked *out, struct fault *fault)
{
	if (!store_read(r->service->store, load, r, fault) || !request_check(r, fault))
		return false;
	snprintf(out->ground, sizeof(out->ground), "%s", r->request->ground);
	if (r->cert.revoked_at != 0 && !r->has_warrant) {
		*out =
		    (struct revoked){ .already = true, .done = true, .at = { r->cert.revoked_at } };
		snprintf(out->ground, sizeof(out->ground), "%s", r->cert.ground);
		return true;
	}
	if (!sign(r, out->gave_way, fault))
		return false;
	out->signatures = r->count;
	out->needed = r->ground->officers;
	if (r->cert.revoked_at != 0) { /* the second officer confirms, or asks again */
		out->done = out->already = true;
		out->at.sec = r->cert.revoked_at;
	}
	return true;
}

static bool
officers(const struct revoke_request *q, struct fault *fault)
{
	return person_may(q->first, ACT_REVOKE, fault) &&
	       (q->second == NULL || person_may(q->second, ACT_REVOKE, fault));
}

bool
revoke_ask(struct service *s, const struct revoke_request *q, struct revoked *out, int64_t *task,
    struct fault *fault)
{
	struct revoking r = { .service = s, .request = q };
	*out = (struct revoked){ 0 };
	bool good = officers(q, fault) && ask(&r, out, fault);
	*task = r.id;
	revoking_drop(&r);
	return good;
}

static bool
revoke_one(struct revoking *r, struct revoked *out, struct fault *fault)
{
	if (!ask(r, out, fault))
		return false;
	if (out->done)
		return true;
	if (r->id == 0)
		return fault_set(fault, FAULT_SECOND,
		    "失効の申請を記録しました（署名 %d/%d）。"
		    "もう一人の失効担当が同じ命令で署名してください。%s%s%s",
		    r->count, r->ground->officers, out->gave_way[0] == '\0' ? "" : "事由 ",
		    out->gave_way, out->gave_way[0] == '\0' ? "" : " の申請は取り下げました。");
	return carry(r, out, fault);
}

bool
revoke_run(
    struct service *s, const struct revoke_request *q, struct revoked *out, struct fault *fault)
{
	struct revoking r = { .service = s, .request = q };
	*out = (struct revoked){ 0 };
	if (!officers(q, fault))
		return false;
	bool good = revoke_one(&r, out, fault);
	revoking_drop(&r);
	return good;
}
