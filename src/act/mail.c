#include "act/mail.h"

#include <stdio.h>
#include <string.h>

#include "base/der.h"
#include "base/text.h"
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

void
mail_event(
    const struct service *s, const char *kind, const struct mail_row *m, struct event_row *out)
{
	char id[MAIL_ID_TEXT];
	service_event(s, kind, m->dossier, out);
	(void)snprintf(out->detail, sizeof(out->detail), "mail=%s kind=%s key=%s status=%s",
	    hex_print(id, m->id, MAIL_ID), m->kind, m->key, m->status);
}

/* What somebody says of one mail. */
struct saying {
	struct service *service;
	const uint8_t *id;
	const char *status; /* it bounced with; NULL: it was followed up */
	uint8_t act[ACT_ID];
	struct mail_row row;
};

static bool
bounce(struct saying *y, struct fault *fault)
{
	struct mail_row *m = &y->row;
	if (m->sent_at == 0)
		return fault_set(fault, FAULT_STATE, "このメールはまだ送っていません。");
	(void)snprintf(m->state, sizeof(m->state), "bounced");
	(void)snprintf(m->status, sizeof(m->status), "%.60s", y->status);
	m->failed_at = y->service->now.sec;
	return true;
}

static bool
follow(struct saying *y, struct fault *fault)
{
	struct mail_row *m = &y->row;
	m->followed_at = y->service->now.sec;
	return strcmp(m->state, "bounced") == 0 || strcmp(m->state, "given-up") == 0 ||
	       fault_set(fault, FAULT_STATE,
		   "このメールは届かなかったとはされていません。手紙や電話の記録は要りません。");
}

static bool
said(const struct saying *y)
{
	return y->status != NULL ? strcmp(y->row.state, "bounced") == 0 : y->row.followed_at != 0;
}

static bool
say_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct saying *y = context;
	struct event_row event;
	bool found;
	mail_row_drop(&y->row);
	if (!mail_row_get(tx, y->id, &y->row, &found, fault))
		return false;
	if (!found)
		return fault_set(fault, FAULT_MISSING, "その番号のメールはありません。");
	if (said(y))
		return true;
	if (y->status != NULL ? !bounce(y, fault) : !follow(y, fault))
		return false;
	mail_event(
	    y->service, y->status != NULL ? "mail-bounced" : "mail-followed", &y->row, &event);
	memcpy(event.act_id, y->act, ACT_ID);
	return mail_row_move(tx, &y->row, fault) && service_event_add(tx, &event, fault);
}

static bool
say(struct saying *y, struct mail_row *after, struct fault *fault)
{
	secret_random(y->act, sizeof(y->act));
	bool good = store_write(y->service->store, y->act, say_tx, y, fault);
	mail_row_drop(&y->row);
	if (good)
		*after = y->row;
	return good;
}

bool
mail_bounced(struct service *s, const uint8_t id[MAIL_ID], const char *status,
    struct mail_row *after, struct fault *fault)
{
	struct saying y = { .service = s, .id = id, .status = status };
	if (status[0] == '\0' || strspn(status, "0123456789. ") != strlen(status) ||
	    strlen(status) >= sizeof(y.row.status))
		return fault_field(fault, FAULT_INPUT, "status",
		    "状態コードは 5.1.1 のような数字で書いてください。");
	return say(&y, after, fault);
}

bool
mail_follow(
    struct service *s, const uint8_t id[MAIL_ID], struct mail_row *after, struct fault *fault)
{
	struct saying y = { .service = s, .id = id };
	return say(&y, after, fault);
}

struct listing {
	const char *state;
	int64_t dossier;
	store_row *each;
	void *context;
};

static bool
list_tx(struct tx *tx, void *context, struct fault *fault)
{
	const struct listing *l = context;
	if (l->state[0] == '\0')
		return mail_row_of(tx, l->dossier, l->each, l->context, fault);
	if (strcmp(l->state, "failed") == 0)
		return mail_row_failed(tx, MAIL_LIST, l->each, l->context, fault);
	return mail_row_in(tx, l->state, MAIL_LIST, l->each, l->context, fault);
}

bool
mail_list(struct service *s, const char *state, int64_t dossier, store_row *each, void *context,
    struct fault *fault)
{
	struct listing l = { state, dossier, each, context };
	return store_read(s->store, list_tx, &l, fault);
}
