/* akashi demo: downloads and receipts, what is chased, what is revoked, the lists. */
#include "cmd/demo.h"

#include <stdio.h>
#include <string.h>

#include "act/clocks.h"
#include "act/errand.h"
#include "act/fetch.h"
#include "act/lapse.h"
#include "act/publish.h"
#include "act/receipt.h"
#include "act/revoke.h"
#include "base/file.h"
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
		if (!receipt_record(s, &r, &is, fault))
			return false;
		count++;
	}
	demo_say(d, "受領 %lld 件。鍵の包みはもうありません", (long long)count);
	return true;
}

/* What each clock did today and before, by its name. */
struct acting {
	struct due_row row[24]; /* the first of each */
	int64_t count[24];
	size_t words;
};

static void
acted(void *context, const struct clocks_told *c)
{
	struct acting *a = context;
	size_t i = 0;
	while (i < a->words && strcmp(a->row[i].word, c->row->word) != 0)
		i++;
	if (i == COUNT(a->row))
		return;
	a->words += i == a->words;
	a->row[i] = *c->row;
	a->count[i]++;
}

/* As akashi-courier does it each midnight; here nobody else makes the list that is due. */
bool
demo_clocks(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	struct acting a = { .words = 0 };
	struct clocks_ran ran;
	struct task_row ended;
	(void)arg;
	if (!clocks_run(s, s->today, acted, &a, &ran, fault) ||
	    (ran.list != 0 && !errand_run(s, ran.list, &ended, fault)))
		return false;
	for (size_t i = 0; i < a.words; i++) {
		const struct clock *k = policy_clock(&s->policy, a.row[i].clock, s->today);
		demo_say(d, "%s %s（%s）：%lld 件", a.row[i].clock, k == NULL ? "" : k->name_ja,
		    a.row[i].word, (long long)a.count[i]);
	}
	return true;
}

struct chasing {
	struct demo *demo;
	struct service *service;
};

static void
chased(void *context, const struct clocks_told *c)
{
	const struct chasing *is = context;
	if (strcmp(c->row->word, "chase") == 0)
		demo_say(is->demo, "案件 %lld：受領の連絡がありません（%s から）",
		    (long long)c->row->dossier, c->row->day);
}

bool
demo_chase(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	struct chasing c = { d, s };
	(void)arg;
	return demo_clocks(d, s, NULL, fault) &&
	       clocks_list(s, role_name(ROLE_RECEPTION), chased, &c, fault);
}

/* Two officers, one call. */
bool
demo_spoiled(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_PERSON first = NULL;
	OWN_PERSON second = NULL;
	(void)arg;
	if (!demo_person(s, "revocation-1", &first, fault) ||
	    !demo_person(s, "revocation-2", &second, fault))
		return false;
	for (size_t i = 0; i < d->cases; i++) {
		const struct demo_cert *c = cert_newest(d, d->kase[i].dossier);
		struct revoke_request r = { .ground = "11-4", .first = first, .second = second };
		struct revoked is;
		if ((d->kase[i].fate & FATE_SPOIL) == 0 || c == NULL)
			continue;
		r.serial = c->serial;
		if (!revoke_run(s, &r, &is, fault))
			return false;
		demo_say(d, "案件 %lld：%s（事由 %s、失効リスト %lld）",
		    (long long)d->kase[i].dossier, c->serial, is.ground, (long long)is.list);
	}
	return true;
}

static void
count_listed(void *context, const struct clocks_told *c)
{
	int64_t *count = context;
	*count += strcmp(c->row->word, "must-revoke") == 0;
}

static void
lapsed(void *context, const struct revoke_each *r)
{
	demo_say(context, "案件 %lld：%s（事由 11-3）%s", (long long)r->dossier, r->serial,
	    r->fault.say);
}

/* What the clocks put on the must list, as two officers saw it there. */
bool
demo_lapse(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_PERSON first = NULL;
	OWN_PERSON second = NULL;
	char word[LAPSE_WORD];
	struct lapse_request r = { .must = true, .word = word };
	struct revoked_many is;
	(void)arg;
	if (!demo_clocks(d, s, NULL, fault) ||
	    !lapse_list(s, count_listed, &r.count, word, fault) ||
	    !demo_person(s, "revocation-1", &first, fault) ||
	    !demo_person(s, "revocation-2", &second, fault))
		return false;
	r.first = first;
	r.second = second;
	if (!lapse_run(s, &r, lapsed, d, &is, fault))
		return false;
	demo_say(
	    d, "%lld 枚を失効リスト %lld に載せました", (long long)is.done, (long long)is.list);
	return true;
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
