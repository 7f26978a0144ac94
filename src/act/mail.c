#include "act/mail.h"

#include <stdio.h>
#include <string.h>

#include "base/der.h"
#include "vault/secret.h"
#include "vault/seal.h"

const struct refusal MAIL_KIND = { "mail-kind", FAULT_BUG, "X-11" };

enum { VALUES_MOST = 64 << 10 };

static void
values_seal(const struct mail_ask *a, struct sink *plain, struct sink *sealed)
{
	size_t all = der_begin(plain, DER_SEQUENCE);
	for (size_t i = 0; i < a->values; i++) {
		const struct mail_value *v = &a->value[i];
		size_t one = der_begin(plain, DER_SEQUENCE);
		der_put_utf8(plain, v->name);
		der_put_utf8(plain, v->value);
		der_put_utf8(plain, v->en == NULL ? v->value : v->en);
		der_end(plain, one);
	}
	der_end(plain, all);
	seal_put("mail-values", a->service->contact_public, plain->at, plain->len, sealed);
}

bool
mail_add(struct tx *tx, const struct mail_ask *a, struct fault *fault)
{
	const struct mail_kind *kind = mail_kind(a->kind);
	struct mail_row row = { .dossier = a->dossier,
		.due = a->due.sec == 0 ? a->service->now.sec : a->due.sec,
		.created_at = a->service->now.sec };
	OWN_SINK plain = SINK_GROW(VALUES_MOST);
	OWN_SINK sealed = SINK_GROW(VALUES_MOST + 1024);
	bool added;
	if (kind == NULL)
		return fault_refuse(
		    fault, &MAIL_KIND, "kind", "「%s」というメールはありません。", a->kind);
	if (!mail_values_good(kind, a->value, a->values, fault))
		return false;
	values_seal(a, &plain, &sealed);
	if (plain.full || sealed.full)
		return fault_refuse(fault, &MAIL_VALUE, NULL, "メールの値が大きすぎます。");
	secret_random(row.id, sizeof(row.id));
	memcpy(row.policy, a->service->policy.digest, sizeof(row.policy));
	row.vals = (struct blob){ sealed.at, sealed.len };
	(void)snprintf(row.serial, sizeof(row.serial), "%s", a->serial == NULL ? "" : a->serial);
	(void)snprintf(row.kind, sizeof(row.kind), "%s", kind->name);
	(void)snprintf(row.key, sizeof(row.key), "%s", a->key == NULL ? "" : a->key);
	(void)snprintf(row.why, sizeof(row.why), "%s", a->why);
	(void)snprintf(row.state, sizeof(row.state), "queued");
	return mail_row_add(tx, &row, &added, fault);
}
