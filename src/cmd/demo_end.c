/* akashi demo: downloads and receipts, what is chased, what is revoked, the lists. */
#include "cmd/demo.h"

#include <stdio.h>
#include <string.h>

#include "act/fetch.h"
#include "act/publish.h"
#include "act/receipt.h"
#include "act/revoke.h"
#include "act/show.h"
#include "base/file.h"
#include "rules/clock.h"
#include "vault/code.h"

/* The one that is in the subscriber's hands, or may come there. */
static const struct demo_cert *
cert_newest(const struct demo *d, int64_t dossier)
{
	for (size_t i = d->certs; i-- > 0;)
		if (d->cert[i].dossier == dossier)
			return &d->cert[i];
	return NULL;
}

static const struct demo_letter *
letter_newest(const struct demo *d, int64_t dossier, const char *which)
{
	for (size_t i = d->letters; i-- > 0;)
		if (d->letter[i].dossier == dossier && strcmp(d->letter[i].letter, which) == 0)
			return &d->letter[i];
	return NULL;
}

/* As the subscriber does it: the link of the mail, the password of the letter. */
static bool
fetch(struct demo *d, struct service *s, int64_t dossier, struct fault *fault)
{
	char path[SERVICE_PATH], out[SERVICE_PATH], password[CODE_TEXT];
	OWN_BYTES(token) = NULL;
	size_t n;
	struct fetched f;
	const struct demo_cert *c = cert_newest(d, dossier);
	const struct demo_letter *l = letter_newest(d, dossier, "password");
	if (c == NULL || l == NULL)
		return fault_set(
		    fault, FAULT_BUG, "案件 %lld の通知書がありません。", (long long)dossier);
	if (!demo_folder(s, fault) ||
	    !file_read(demo_token_path(s, dossier, path), TOKEN_TEXT, (uint8_t **)(void *)&token,
		&n, fault) ||
	    !demo_sheet(s, l->envelope, "code", password, sizeof(password), fault))
		return false;
	const struct fetch_request r = { token, password, demo_path(s, c->serial, "p12", out) };
	bool good = fetch_run(s, &r, &f, fault);
	explicit_bzero(password, sizeof(password));
	if (good)
		demo_say(d, "案件 %lld：%lld バイト", (long long)dossier, (long long)f.octets);
	return good;
}

bool
demo_fetch(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	(void)arg;
	for (size_t i = 0; i < d->cases; i++)
		if ((d->kase[i].fate & FATE_FETCH) != 0 && !fetch(d, s, d->kase[i].dossier, fault))
			return false;
	return true;
}

bool
demo_receipt(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_PERSON p = NULL;
	int64_t count = 0;
	(void)arg;
	if (!demo_person(s, "reception-1", &p, fault))
		return false;
	for (size_t i = 0; i < d->cases; i++) {
		const struct receipt_request r = { d->kase[i].dossier, p, s->today, NULL };
		struct received is;
		if ((d->kase[i].fate & FATE_RECEIPT) == 0)
			continue;
		if (!receipt_paper(s, &r, &is, fault))
			return false;
		count++;
	}
	demo_say(d, "受領 %lld 件。鍵の包みはもうありません", (long long)count);
	return true;
}

struct chasing {
	struct demo *demo;
	struct service *service;
};

static bool
chased(const struct dossier_row *row, void *context, struct fault *fault)
{
	const struct chasing *c = context;
	const struct policy *policy;
	struct day last, issued = instant_day((struct instant){ row->issued_at });
	char day[DAY_TEXT];
	enum state state = dossier_state(row);
	if (!service_policy(c->service, row->policy, &policy, fault) ||
	    !clock_named_last_day(policy, "K-12", issued, &last, fault))
		return false;
	demo_say(c->demo, "案件 %lld（%s）：受領の期限は %s", (long long)row->id,
	    state_label(state), day_print(day, last));
	return true;
}

bool
demo_chase(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	static const enum state WAITING[] = { STATE_DISPATCHED, STATE_DOWNLOADED };
	struct chasing c = { d, s };
	(void)arg;
	for (size_t i = 0; i < COUNT(WAITING); i++)
		if (!show_list(s, state_name(WAITING[i]), chased, &c, fault))
			return false;
	return true;
}

/* Two officers, one call. */
static bool
revoke(struct demo *d, struct service *s, unsigned fate, const char *ground, struct fault *fault)
{
	OWN_PERSON first = NULL;
	OWN_PERSON second = NULL;
	if (!demo_person(s, "revocation-1", &first, fault) ||
	    !demo_person(s, "revocation-2", &second, fault))
		return false;
	for (size_t i = 0; i < d->cases; i++) {
		const struct demo_cert *c = cert_newest(d, d->kase[i].dossier);
		struct revoke_request r = { .ground = ground, .first = first, .second = second };
		struct revoked is;
		if ((d->kase[i].fate & fate) == 0 || c == NULL)
			continue;
		r.serial = c->serial;
		if (!revoke_run(s, &r, &is, fault))
			return false;
		demo_say(d, "案件 %lld：%s（事由 %s、失効リスト %lld）",
		    (long long)d->kase[i].dossier, c->serial, is.ground, (long long)is.list);
	}
	return true;
}

bool
demo_spoiled(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	(void)arg;
	return revoke(d, s, FATE_SPOIL, "11-4", fault);
}

bool
demo_lapse(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	(void)arg;
	return revoke(d, s, FATE_LAPSE, "11-3", fault);
}

bool
demo_publish(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	struct published is;
	char until[INSTANT_TEXT];
	(void)arg;
	if (!publish_run(s, &is, fault))
		return false;
	demo_say(d, "失効リスト %lld（%lld 件）、次の更新期限 %s", (long long)is.number,
	    (long long)is.entries, instant_print(until, is.next_update));
	return true;
}
