#include "act/compose.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/dispatch.h"

const struct refusal COMPOSE_FIELD = { "compose-field", FAULT_STATE, "R-4.91" };
const struct refusal COMPOSE_LONG = { "compose-long", FAULT_STATE, "R-4.4" };
const struct refusal COMPOSE_PRODUCT = { "compose-product", FAULT_BROKEN, "R-1.4" };

/* A former surname that was proven stands in the certificate instead. */
static const struct {
	enum application_field field, former;
} FORMER[] = {
	{ A_name, A_former_name },
	{ A_roman, A_former_roman },
};

static const char *
application_value(const struct application *a, const char *name)
{
	int f = 0;
	while (f < A_FIELDS && strcmp(application_field_name((enum application_field)f), name) != 0)
		f++;
	for (size_t i = 0; i < COUNT(FORMER); i++)
		if ((int)FORMER[i].field == f && a->text[FORMER[i].former][0] != '\0')
			f = (int)FORMER[i].former;
	return f == A_FIELDS ? NULL : a->text[f];
}

/* What the profile calls a field, from the application or from us; NULL: nobody knows it. */
static const char *
value_of(const struct compose *c, const char *name)
{
	if (strcmp(name, "country") == 0)
		return "JP";
	if (strcmp(name, "serial-number") == 0)
		return c->reference;
	return application_value(c->application, name);
}

static struct der
text_of(const char *s)
{
	return der_of(s, strlen(s));
}

/* false: left out, or refused. */
static bool
field_make(const struct compose *c, const struct profile_field *row, struct warrant_field *f,
    bool *there, struct fault *fault)
{
	const char *value = value_of(c, row->field);
	*there = value != NULL && value[0] != '\0';
	if (!*there)
		return !row->required ||
		       fault_refuse(fault, &COMPOSE_FIELD, row->field,
			   "証明書に必要な項目「%s」がありません。申込みの内容を確かめてください。",
			   row->ja);
	if (utf8_count(value) > (size_t)row->limit)
		return fault_refuse(fault, &COMPOSE_LONG, row->field,
		    "項目「%s」が %d 文字を超えています。申込みの内容を確かめてください。", row->ja,
		    row->limit);
	*f = (struct warrant_field){
		.place = row->place, .printable = row->printable, .value = text_of(value)
	};
	snprintf(f->oid, sizeof(f->oid), "%s", row->oid);
	return true;
}

/* Last of the subject's fields, so that every reader shows it. */
static void
mark_put(struct warrant_field f[WARRANT_FIELDS], size_t *n)
{
	size_t at = 0;
	for (size_t i = 0; i < *n; i++)
		if (f[i].place == PLACE_SUBJECT)
			at = i + 1;
	memmove(&f[at + 1], &f[at], (*n - at) * sizeof(*f));
	f[at] = (struct warrant_field){
		.place = PLACE_SUBJECT, .oid = WARRANT_MARK_OID, .value = text_of(WARRANT_MARK_TEXT)
	};
	++*n;
}

static bool
fields_make(const struct compose *c, const struct profile *profile,
    struct warrant_field f[WARRANT_FIELDS], size_t *n, struct fault *fault)
{
	*n = 0;
	for (size_t i = 0; i < c->policy->field_count; i++) {
		const struct profile_field *row = &c->policy->fields[i];
		bool there;
		if (strcmp(row->profile, profile->code) != 0)
			continue;
		if (*n == WARRANT_FIELDS - 1) /* one is the mark's */
			return fault_set(fault, FAULT_BROKEN, "プロファイルの項目が多すぎます。");
		if (!field_make(c, row, &f[*n], &there, fault))
			return false;
		*n += there;
	}
	if (c->charter->rehearsal)
		mark_put(f, n);
	return true;
}

static void
delivery_make(const struct application *a, const struct dispatch *row, enum dispatch_item item,
    struct sink *out)
{
	bool other = row->item[item].delegate;
	struct delivery d = { .route = row->item[item].route,
		.delegate = other,
		.name = text_of(a->text[other ? A_delegate_name : A_name]),
		.postcode = text_of(a->text[other ? A_delegate_postcode : A_postcode]),
		.address = text_of(a->text[other ? A_delegate_address : A_address]) };
	delivery_pack(&d, out);
}

struct parts {
	struct sink fields, delivery[DISPATCH_ITEMS];
};

static void
body_pack(const struct compose *c, const struct product *product, const struct profile *profile,
    const char *rule, const struct parts *p, struct sink *out)
{
	const struct application *a = c->application;
	struct warrant_certificate cert = { .years = product->years,
		.media = product->series == SERIES_CDR,
		.email = text_of(a->text[A_email]),
		.subscriber = text_of(a->text[A_name]),
		.fields = der_of(p->fields.at, p->fields.len),
		.pin = der_of(p->delivery[DISPATCH_PIN].at, p->delivery[DISPATCH_PIN].len),
		.password =
		    der_of(p->delivery[DISPATCH_OTHER].at, p->delivery[DISPATCH_OTHER].len) };
	snprintf(cert.product, sizeof(cert.product), "%s", product->code);
	snprintf(cert.profile, sizeof(cert.profile), "%s", profile->code);
	snprintf(cert.vend_rule, sizeof(cert.vend_rule), "%s", rule);
	snprintf(cert.lang, sizeof(cert.lang), "%s", a->text[A_lang]);
	memcpy(cert.dossier_key, c->dossier_key, 32);
	memcpy(cert.record, c->record, 32);
	memcpy(cert.screening, c->screening, 32);
	memcpy(cert.policy, c->policy->digest, 32);
	warrant_certificate_pack(&cert, out);
}

static bool
rows_find(const struct compose *c, const struct product **product, const struct profile **profile,
    const char **rule, struct fault *fault)
{
	const struct application *a = c->application;
	enum kind kind;
	*product = policy_product(c->policy, a->text[A_product], c->applied);
	*profile = NULL;
	if (*product != NULL && kind_read(a->text[A_kind], &kind))
		*profile = policy_profile_of(c->policy, kind, (*product)->mandate, c->applied);
	*rule = policy_setting(c->policy, "vend_rule", c->applied);
	return (*profile != NULL && *rule != NULL) ||
	       fault_refuse(fault, &COMPOSE_PRODUCT, "product",
		   "商品「%s」と種別「%s」のプロファイルか満了日の数え方が規則にありません。",
		   a->text[A_product], a->text[A_kind]);
}

static void
warrant_put(const struct compose *c, const struct sink *body, struct sink *out)
{
	struct warrant w = { .kind = WARRANT_CERTIFICATE,
		.dossier = c->dossier,
		.edition = c->edition,
		.last_day = c->last_day,
		.body = der_of(body->at, body->len) };
	memcpy(w.service, c->charter->service, sizeof(w.service));
	memcpy(w.salt, c->salt, sizeof(w.salt));
	warrant_pack(&w, out);
}

bool
compose_certificate(const struct compose *c, struct sink *out, struct fault *fault)
{
	const struct product *product;
	const struct profile *profile;
	const char *rule;
	struct warrant_field fields[WARRANT_FIELDS];
	size_t n;
	if (!rows_find(c, &product, &profile, &rule, fault) ||
	    !fields_make(c, profile, fields, &n, fault))
		return false;
	const struct dispatch *row =
	    dispatch_of(product->series, c->application->text[A_delegate_name][0] != '\0');
	struct parts p = { SINK_GROW(WARRANT_MOST),
		{ SINK_GROW(WARRANT_MOST), SINK_GROW(WARRANT_MOST) } };
	struct sink body = SINK_GROW(WARRANT_MOST);
	warrant_fields_pack(fields, n, &p.fields);
	for (int i = 0; i < DISPATCH_ITEMS; i++)
		delivery_make(c->application, row, (enum dispatch_item)i, &p.delivery[i]);
	body_pack(c, product, profile, rule, &p, &body);
	warrant_put(c, &body, out);
	bool full = p.fields.full || p.delivery[0].full || p.delivery[1].full || body.full;
	struct sink *const used[] = { &p.fields, &p.delivery[0], &p.delivery[1], &body };
	for (size_t i = 0; i < COUNT(used); i++)
		sink_drop(used[i]);
	return (!full && !out->full) || fault_set(fault, FAULT_BUG, "発行指示が大きすぎます。");
}
