#include "book/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vault/digest.h"

#define ROW(NAME, text, clause) const struct refusal NAME = { text, FAULT_DENIED, clause }
ROW(ORDER_SERVICE, "order-service", "design 2");
ROW(ORDER_KIND, "order-kind", "design 2");
ROW(ORDER_EDITION, "order-edition", "design 2");
ROW(ORDER_ACTS, "order-acts", "R-4.90");
ROW(ORDER_SAME_PERSON, "order-same-person", "R-4.72");
ROW(ORDER_SAME_KEY, "order-same-key", "R-4.72");
ROW(ORDER_SAME_SURFACE, "order-same-surface", "design 2");
ROW(ORDER_CHARTER_EXPIRED, "order-charter-expired", "design 2");
ROW(ORDER_LAST_DAY, "order-last-day", "R-4.91");
ROW(ORDER_LAST_DAY_FAR, "order-last-day-far", "R-4.91");
ROW(ORDER_BEFORE_ACTS, "order-before-acts", "R-12.2");
ROW(ORDER_ACT_EARLY, "order-act-early", "R-4.91");
ROW(ORDER_PROFILE, "order-profile", "R-1.4");
ROW(ORDER_YEARS, "order-years", "R-12.4");
ROW(ORDER_VEND_RULE, "order-vend-rule", "R-12.5");
ROW(ORDER_FIELD_UNKNOWN, "order-field-unknown", "R-4.91");
ROW(ORDER_FIELD_TYPE, "order-field-type", "R-4.91");
ROW(ORDER_FIELD_LONG, "order-field-long", "R-4.4");
ROW(ORDER_FIELD_EMPTY, "order-field-empty", "R-4.91");
ROW(ORDER_FIELD_MISSING, "order-field-missing", "R-4.91");
ROW(ORDER_MARK_MISSING, "order-mark-missing", "R-0.6");
ROW(ORDER_MARK_MISPLACED, "order-mark-misplaced", "R-0.6");
ROW(ORDER_EMAIL, "order-email", "R-4.8");
ROW(ORDER_KEY_SHORT, "order-key-short", "R-12.18");
ROW(ORDER_BEYOND_CA, "order-beyond-ca", "R-12.6");
ROW(ORDER_MEDIA, "order-media", "R-4.103");

enum { ACT_EARLY = 60, KEY_LEAST = 2048 };

static bool
acts_read(struct der acts, struct order *o, struct fault *fault)
{
	struct der list;
	if (!der_take(&acts, DER_SEQUENCE, &list) || !der_done(&acts) ||
	    !act_take(&list, &o->screen) || !act_take(&list, &o->approve) || !der_done(&list))
		return fault_refuse(
		    fault, &ORDER_ACTS, "act", "審査と承認の署名が 1 つずつ必要です。");
	o->newest = o->screen.at.sec > o->approve.at.sec ? o->screen.at : o->approve.at;
	return true;
}

bool
order_read(struct der warrant, struct der acts, struct der spki, struct der statement,
    struct order *o, struct fault *fault)
{
	warrant_digest(warrant, o->digest);
	digest_of(spki.p, spki.n, o->spki_digest);
	o->spki = spki;
	if (!warrant_unpack(warrant, &o->warrant, fault))
		return false;
	if (o->warrant.kind != WARRANT_CERTIFICATE)
		return fault_refuse(
		    fault, &ORDER_KIND, "warrant", "電子証明書の発行指示ではありません。");
	if (!warrant_certificate_unpack(o->warrant.body, &o->certificate, fault) ||
	    !warrant_fields_unpack(o->certificate.fields, o->field, &o->fields, fault) ||
	    !acts_read(acts, o, fault))
		return false;
	return statement_unpack(statement, &o->statement) ||
	       fault_refuse(
		   fault, &STATEMENT_FORM, "statement", "鍵生成記録の形が正しくありません。");
}

/* Two people, two roles, two keys, two surfaces. */
static bool
people_check(const struct order *o, const struct order_ground *g, struct fault *fault)
{
	const struct charter *c = g->charter;
	struct p256_memo *memo = g->seen == NULL ? NULL : g->seen->keys;
	if (!charter_act_by(memo, c, &o->screen, ACT_SCREEN, o->digest, fault) ||
	    !charter_act_by(memo, c, &o->approve, ACT_APPROVE, o->digest, fault))
		return false;
	const struct holder *a = charter_staff(c, o->screen.person);
	const struct holder *b = charter_staff(c, o->approve.person);
	if (strcmp(a->id, b->id) == 0)
		return fault_refuse(fault, &ORDER_SAME_PERSON, "act",
		    "この案件を審査した方は承認できません。別の方が承認してください。");
	if (memcmp(a->point, b->point, P256_POINT) == 0)
		return fault_refuse(
		    fault, &ORDER_SAME_KEY, "act", "審査と承認が同じ鍵で署名されています。");
	return a->surface != b->surface ||
	       fault_refuse(fault, &ORDER_SAME_SURFACE, "act",
		   "審査と承認は別々の端末（desk と station）で署名してください。");
}

bool
charter_in_force(const struct charter *c, struct instant now, struct fault *fault)
{
	return (now.sec <= c->not_after.sec && now.sec >= c->not_before.sec) ||
	       fault_refuse(fault, &ORDER_CHARTER_EXPIRED, "charter",
		   "憲章の期間の外です。管理者が次の憲章に署名してください。");
}

/* Signing times are witnesses: the clock cannot be far from them [design 2]. */
static bool
times_check(const struct order *o, const struct order_ground *g, struct fault *fault)
{
	struct day today = instant_day(g->now);
	struct day far = days_last_day(
	    instant_day(o->newest), (int)policy_number(g->pack, "warrant_days", today));
	if (!charter_in_force(g->charter, g->now, fault))
		return false;
	if (g->now.sec < o->newest.sec - ACT_EARLY)
		return fault_refuse(fault, &ORDER_BEFORE_ACTS, "now",
		    "時計が承認の署名より前を指しています。時計を確かめてください。");
	if (o->approve.at.sec < o->screen.at.sec - ACT_EARLY)
		return fault_refuse(
		    fault, &ORDER_ACT_EARLY, "act", "承認の署名が審査より前になっています。");
	if (day_cmp(today, o->warrant.last_day) > 0)
		return fault_refuse(fault, &ORDER_LAST_DAY, "warrant",
		    "発行指示の使用期限が過ぎています。次の版に署名してください。");
	return day_cmp(o->warrant.last_day, far) <= 0 ||
	       fault_refuse(fault, &ORDER_LAST_DAY_FAR, "warrant",
		   "発行指示の使用期限が規則より先になっています。次の版に署名してください。");
}

/* A rehearsal's certificates say so, last in the subject; nobody else's do. */
static bool
mark_check(const struct order *o, bool rehearsal, struct fault *fault)
{
	size_t last = 0, marks = 0;
	bool placed = false;
	for (size_t i = 0; i < o->fields; i++) {
		if (o->field[i].place == PLACE_SUBJECT)
			last = i;
		marks += warrant_field_marks(&o->field[i]);
	}
	placed = o->fields > 0 && warrant_field_marks(&o->field[last]) &&
		 o->field[last].place == PLACE_SUBJECT &&
		 strcmp(o->field[last].oid, WARRANT_MARK_OID) == 0;
	if (rehearsal && marks == 0)
		return fault_refuse(fault, &ORDER_MARK_MISSING, "warrant",
		    "試験用サービスの証明書に「試験用」の印がありません。");
	return (rehearsal ? placed && marks == 1 : marks == 0) ||
	       fault_refuse(fault, &ORDER_MARK_MISPLACED, "warrant",
		   "「試験用」の印の場所が正しくありません。");
}

static bool
field_check(const struct warrant_field *f, const struct profile_field *row, struct fault *fault)
{
	if (f->printable != row->printable)
		return fault_refuse(fault, &ORDER_FIELD_TYPE, row->field,
		    "項目「%s」の文字の種類が規則と違います。", row->ja);
	if (f->value.n == 0)
		return fault_refuse(fault, &ORDER_FIELD_EMPTY, row->field,
		    "項目「%s」が空です。次の版を審査し直してください。", row->ja);
	char *text = strndup((const char *)f->value.p, f->value.n);
	bool fits = text != NULL && utf8_valid(text, f->value.n) &&
		    utf8_count(text) <= (size_t)row->limit && strlen(text) == f->value.n;
	free(text);
	return fits ||
	       fault_refuse(fault, &ORDER_FIELD_LONG, row->field,
		   "項目「%s」が %d 文字を超えるか、文字が正しくありません。", row->ja, row->limit);
}

/* The profile's fields, in its order; a required one that is left out is named. */
static bool
fields_check(
    const struct order *o, const struct policy *pack, const char *profile, struct fault *fault)
{
	size_t at = 0;
	for (size_t i = 0; i < pack->field_count; i++) {
		const struct profile_field *row = &pack->fields[i];
		if (strcmp(row->profile, profile) != 0)
			continue;
		while (at < o->fields && warrant_field_marks(&o->field[at]))
			at++;
		const struct warrant_field *f = at < o->fields ? &o->field[at] : NULL;
		if (f != NULL && f->place == row->place && strcmp(f->oid, row->oid) == 0) {
			if (!field_check(f, row, fault))
				return false;
			at++;
		} else if (row->required) {
			return fault_refuse(fault, &ORDER_FIELD_MISSING, row->field,
			    "必要な項目「%s」がありません。", row->ja);
		}
	}
	while (at < o->fields && warrant_field_marks(&o->field[at]))
		at++;
	return at == o->fields ||
	       fault_refuse(fault, &ORDER_FIELD_UNKNOWN, "warrant",
		   "プロファイルにない項目か、順序の違う項目（%s）があります。", o->field[at].oid);
}

static bool
profile_check(const struct order *o, const struct order_ground *g, const struct profile **out,
    struct fault *fault)
{
	struct day today = instant_day(g->now);
	const struct warrant_certificate *c = &o->certificate;
	const struct profile *p = policy_profile(g->pack, c->profile, today);
	const char *rule = policy_setting(g->pack, "vend_rule", today);
	if (p == NULL)
		return fault_refuse(fault, &ORDER_PROFILE, "profile",
		    "プロファイル「%s」は今の規則にありません。次の版を審査してください。",
		    c->profile);
	if (c->years < 2 || c->years > 3)
		return fault_refuse(fault, &ORDER_YEARS, "years", "有効期間は 2 年か 3 年です。");
	if (rule == NULL || strcmp(rule, c->vend_rule) != 0)
		return fault_refuse(fault, &ORDER_VEND_RULE, "vend_rule",
		    "満了日の数え方「%s」は今の規則にありません。次の版を審査してください。",
		    c->vend_rule);
	if (c->media)
		return fault_refuse(fault, &ORDER_MEDIA, "product",
		    "CD-R の作成はまだできません（media not yet made）。");
	if (g->key_bits < p->key_bits || g->key_bits < KEY_LEAST)
		return fault_refuse(fault, &ORDER_KEY_SHORT, "spki",
		    "鍵の長さ %d ビットが規則の %d ビットに足りません。", g->key_bits, p->key_bits);
	*out = p;
	return fields_check(o, g->pack, p->code, fault) &&
	       mark_check(o, g->charter->rehearsal, fault);
}

static bool
end_check(
    const struct order *o, const struct order_ground *g, struct instant *end, struct fault *fault)
{
	enum vend_rule rule;
	if (!vend_rule_read(o->certificate.vend_rule, &rule))
		return fault_refuse(fault, &ORDER_VEND_RULE, "vend_rule",
		    "満了日の数え方「%s」を知りません。", o->certificate.vend_rule);
	*end = term_end(g->now, (int)o->certificate.years, rule);
	return end->sec <= g->ca_end.sec || fault_refuse(fault, &ORDER_BEYOND_CA, "years",
						"電子証明書の満了が認証局証明書の満了を越えます。"
						"年数の短い商品にしてください。");
}

bool
order_check(const struct order *o, const struct order_ground *g, const struct profile **profile,
    struct instant *end, struct fault *fault)
{
	const struct der *mail = &o->certificate.email;
	if (memcmp(o->warrant.service, g->charter->service, SERVICE_ID) != 0)
		return fault_refuse(
		    fault, &ORDER_SERVICE, "warrant", "別のサービスの発行指示です。");
	if (o->warrant.dossier < 1 || o->warrant.edition < 1)
		return fault_refuse(
		    fault, &ORDER_EDITION, "warrant", "案件か版の番号が正しくありません。");
	if (mail->n < 3 || memchr(mail->p, '@', mail->n) == NULL)
		return fault_refuse(fault, &ORDER_EMAIL, "email", "メールアドレスがありません。");
	return people_check(o, g, fault) && times_check(o, g, fault) &&
	       profile_check(o, g, profile, fault) && end_check(o, g, end, fault) &&
	       statement_check(g->charter, g->charter_digest, &o->statement, o->digest,
		   o->spki_digest, g->seen, fault);
}
