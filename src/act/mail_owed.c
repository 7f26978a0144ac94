#include "act/mail_owed.h"

#include <stdio.h>
#include <string.h>

#include "act/mail.h"
#include "act/mark.h"
#include "act/revoke_open.h"
#include "rules/clock.h"

enum { LINES_MOST = 32 << 10, KEY = 48, YEN = 24 };

static bool
owe(struct tx *tx, const struct service *s, int64_t dossier, const char *serial, const char *kind,
    const char *key, const char *why, const struct mail_value *v, size_t n, struct fault *fault)
{
	const struct mail_ask ask = { .service = s,
		.dossier = dossier,
		.serial = serial,
		.kind = kind,
		.key = key,
		.why = why,
		.value = v,
		.values = n };
	return mail_add(tx, &ask, fault);
}

static bool
papers_bad(struct tx *tx, const struct service *s, const struct dossier_row *d,
    const struct judged *j, const char *key, struct fault *fault)
{
	OWN_SINK ja = SINK_GROW(LINES_MOST);
	OWN_SINK en = SINK_GROW(LINES_MOST);
	for (size_t i = 0; i < j->bad.count; i++) {
		sink_print(&ja, "%s・%s", i == 0 ? "" : "\n", j->bad.at[i].say);
		sink_print(&en, "%s- %s", i == 0 ? "" : "\n", j->bad.at[i].en);
	}
	const struct mail_value v[] = { { "不備", sink_string(&ja), sink_string(&en) } };
	return v[0].value != NULL && v[0].en != NULL
		   ? owe(tx, s, d->id, NULL, "deficient", key, "R-4.74", v, 1, fault)
		   : fault_set(fault, FAULT_BUG, "不備の一覧が長すぎます。");
}

static bool
form_late(struct tx *tx, const struct service *s, const struct dossier_row *d,
    const struct judged *j, struct fault *fault)
{
	char text[DAY_TEXT];
	struct day last;
	if (!clock_named_last_day(j->policy, "K-2", j->kase.form_date, &last, fault))
		return false;
	const struct mail_value v[] = { { "A", d->form_date, NULL },
		{ "B", day_print(text, last), NULL }, { "C", d->arrived, NULL } };
	return owe(tx, s, d->id, NULL, "form-late", NULL, "K-2 R-4.24", v, COUNT(v), fault);
}

/* K-4 counts from the arrival until the first notice; what came after that begins anew. */
static const char *
result_from(const struct dossier_row *d, const struct judged *j)
{
	const char *day = d->arrived;
	for (size_t i = 0; i < j->count && d->first_notice_at != 0; i++)
		if (strcmp(j->papers[i].arrived, day) > 0)
			day = j->papers[i].arrived;
	return day;
}

static bool
papers_good(struct tx *tx, const struct service *s, const struct dossier_row *d,
    const struct judged *j, const char *key, struct fault *fault)
{
	char count[YEN], last[DAY_TEXT];
	struct day arrived, until;
	if (!day_read(result_from(d, j), &arrived) ||
	    !clock_named_last_day(j->policy, "K-4", arrived, &until, fault))
		return fault_set(fault, FAULT_BROKEN, "到着日の記録が壊れています。");
	(void)snprintf(count, sizeof(count), "%zu", j->own);
	const struct mail_value v[] = { { "枚数", count, NULL },
		{ "目安", day_print(last, until), NULL } };
	return owe(tx, s, d->id, NULL, "arrived", key, "K-4 R-4.29", v, COUNT(v), fault);
}

/* Of a case that has ended, or is past its screening, nothing is promised or asked. */
bool
mail_of_papers(struct tx *tx, struct service *s, const struct dossier_row *d,
    const struct judged *j, struct fault *fault)
{
	char key[KEY];
	enum state state = dossier_state(d);
	bool late = false;
	(void)snprintf(key, sizeof(key), "papers=%zu deficiencies=%zu", j->own, j->bad.count);
	for (size_t i = 0; i < j->bad.count; i++)
		late = late || strcmp(j->bad.at[i].code, "form-expired") == 0;
	if (late)
		return state != STATE_FORM_EXPIRED || form_late(tx, s, d, j, fault);
	if (state != STATE_SCREENING && state != STATE_DEFICIENT)
		return true;
	return j->bad.count == 0 ? papers_good(tx, s, d, j, key, fault)
				 : papers_bad(tx, s, d, j, key, fault);
}

static const struct check *
check_of(const struct policy *p, const char *code)
{
	for (size_t i = 0; i < p->check_count; i++)
		if (strcmp(p->checks[i].code, code) == 0)
			return &p->checks[i];
	return NULL;
}

/* The clerk's note is for the file: it may speak of others. */
static bool
screened_bad(struct tx *tx, const struct service *s, const struct screening *r,
    const struct policy *p, const char *key, struct fault *fault)
{
	OWN_SINK ja = SINK_GROW(LINES_MOST);
	OWN_SINK en = SINK_GROW(LINES_MOST);
	for (size_t i = 0; i < r->entries; i++) {
		const struct check *c = check_of(p, r->entry[i].code);
		if (r->entry[i].answer != ANSWER_NG || c == NULL)
			continue;
		sink_print(&ja, "%s・確認できません：%s", ja.len == 0 ? "" : "\n", c->ja);
		sink_print(&en, "%s- not confirmed: %s", en.len == 0 ? "" : "\n", c->en);
	}
	const struct mail_value v[] = { { "不備", sink_string(&ja), sink_string(&en) } };
	return v[0].value != NULL && v[0].en != NULL
		   ? owe(tx, s, r->dossier, NULL, "deficient", key, "R-4.71 R-4.74", v, 1, fault)
		   : fault_set(fault, FAULT_BUG, "不備の一覧が長すぎます。");
}

bool
mail_of_screening(struct tx *tx, struct service *s, const struct screening *r, bool passed,
    const struct policy *p, struct fault *fault)
{
	char key[KEY];
	(void)snprintf(
	    key, sizeof(key), "edition=%lld at=%lld", (long long)r->edition, (long long)r->at.sec);
	return passed ? owe(tx, s, r->dossier, NULL, "passed", key, "R-4.71", NULL, 0, fault)
		      : screened_bad(tx, s, r, p, key, fault);
}

bool
mail_of_payment(struct tx *tx, struct service *s, int64_t dossier, int64_t line, int64_t received,
    int64_t due, struct fault *fault)
{
	char key[KEY], got[YEN], rest[YEN];
	int64_t off = received < due ? due - received : received - due;
	(void)snprintf(key, sizeof(key), "line=%lld", (long long)line);
	(void)snprintf(got, sizeof(got), "%lld", (long long)received);
	(void)snprintf(rest, sizeof(rest), "%lld", (long long)off);
	const struct mail_value under[] = { { "A", got, NULL }, { "B", rest, NULL } },
				over[] = { { "A", rest, NULL } };
	if (received < due)
		return owe(tx, s, dossier, NULL, "payment-under", key, "R-6.12", under, 2, fault);
	return received == due ||
	       owe(tx, s, dossier, NULL, "payment-over", key, "R-6.13", over, 1, fault);
}

bool
mail_of_sending(struct tx *tx, struct service *s, const char *serial, const struct letter_list *l,
    struct fault *fault)
{
	char key[KEY], numbers[256], day[DAY_TEXT];
	struct sink list = SINK_INTO(numbers);
	int64_t returns = 0;
	for (size_t i = 0; i < l->count; i++) {
		if (strcmp(l->at[i].note, "sent") != 0)
			return true;
		returns += l->at[i].returns;
		sink_print(&list, "%s%s", i == 0 ? "" : ", ", l->at[i].tracking);
	}
	(void)snprintf(
	    key, sizeof(key), "edition=%lld+%lld", (long long)l->at[0].edition, (long long)returns);
	const struct mail_value v[] = { { "A", sink_string(&list), NULL },
		{ "発送日", day_print(day, s->today), NULL } };
	return v[0].value == NULL
		   ? fault_set(fault, FAULT_BUG, "お問い合わせ番号が長すぎます。")
		   : owe(tx, s, l->at[0].dossier, serial, "sent", key, "R-4.100", v, 2, fault);
}

bool
mail_of_receipt(struct tx *tx, struct service *s, int64_t dossier, const char *serial,
    struct day day, struct fault *fault)
{
	char text[DAY_TEXT];
	const struct mail_value v[] = { { "受領日", day_print(text, day), NULL } };
	return owe(tx, s, dossier, serial, "received", serial, "R-4.112", v, 1, fault);
}

bool
mail_of_unconfirmed(struct tx *tx, struct service *s, int64_t dossier, const struct received *r,
    const char *code, const char *ja, const char *en, struct fault *fault)
{
	char key[KEY], day[DAY_TEXT], may[DAY_TEXT], must[DAY_TEXT];
	(void)snprintf(key, sizeof(key), "day=%s %s", day_print(day, s->today), code);
	const struct mail_value v[] = { { "理由", ja, en }, { "A", day_print(may, r->may), NULL },
		{ "B", day_print(must, r->must), NULL } };
	return owe(
	    tx, s, dossier, r->serial, "receipt-unconfirmed", key, "R-4.111", v, COUNT(v), fault);
}

bool
mail_of_fax(struct tx *tx, struct service *s, const struct dossier_row *d, const char *serial,
    struct day fax, struct fault *fault)
{
	const struct policy *p;
	struct day last;
	char key[DAY_TEXT], text[DAY_TEXT];
	if (!service_policy_in(tx, s, d->policy, &p, fault) ||
	    !mark_last_day(tx, p, d->id, "K-13", fax, &last, fault))
		return false;
	const struct mail_value v[] = { { "A", day_print(text, last), NULL } };
	return owe(tx, s, d->id, serial, "fax", day_print(key, fax), "K-13 R-10.4", v, 1, fault);
}

bool
mail_of_revocation(struct tx *tx, struct service *s, int64_t dossier, const char *serial,
    const char *ground, struct instant at, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	char day[DAY_TEXT];
	bool found;
	const struct ground *g = policy_ground(&s->policy, ground, s->today);
	day_print(day, instant_day(at));
	if (!dossier_get(tx, dossier, &d, &found, fault))
		return false;
	const struct mail_value v[] = { { "A", day, NULL },
		{ "理由", g == NULL ? ground : g->text_ja, g == NULL ? ground : g->text_en } };
	bool unreceived = strcmp(ground, NO_RECEIPT) == 0;
	return !found || owe(tx, s, dossier, serial, unreceived ? "revoked-unreceived" : "revoked",
			     serial, "R-10.10 R-11.12", v, unreceived ? 1 : 2, fault);
}
