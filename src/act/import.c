#include "act/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/letter_fit.h"
#include "act/mark.h"
#include "act/search_card.h"
#include "base/text.h"
#include "rules/payer.h"
#include "rules/reference.h"
#include "rules/step.h"
#include "store/card_row.h"
#include "store/line_row.h"
#include "vault/code.h"
#include "vault/seal.h"
#include "wire/table.h"

struct import {
	struct service *service;
	struct dossier_row dossier;
	struct card_row payer, contact; /* [design 4] */
	struct day stay; /* its period of stay ends; all 0: it has none */
	struct event_row event;
	const uint8_t *search; /* its search card, opened */
	bool known, taken; /* by the same content, by another */
	bool others; /* whoever has it has another key pair than ours */
};

/* What this reference is already; also whose key pair it has. */
static bool
import_look(struct tx *tx, void *context, struct fault *fault)
{
	struct import *m = context;
	struct dossier_row old = { 0 };
	bool found;
	if (!dossier_by_ref(tx, m->dossier.ref_digest, &old, &found, fault))
		return false;
	m->known = found && memcmp(old.content_digest, m->dossier.content_digest, 32) == 0;
	m->taken = found && !m->known;
	m->others = found && memcmp(old.public_key, m->dossier.public_key, 32) != 0;
	if (!found)
		return true;
	m->dossier.id = old.id;
	snprintf(m->dossier.reference, sizeof(m->dossier.reference), "%s", old.reference);
	m->dossier.fee_gross = old.fee_gross;
	dossier_drop(&old);
	return true;
}

/* A number no dossier ever had: one that an older store has lost is in the signer's lines yet, and
 * what is done about its certificate must reach nobody else. */
static bool
dossier_number(struct tx *tx, int64_t *id, struct fault *fault)
{
	struct line_seen seen = { .edition = 1 };
	while (seen.edition > 0)
		if (!tx_next(tx, "dossier", id, fault) || !line_seen(tx, *id, &seen, fault))
			return false;
	return true;
}

static bool
import_store(struct tx *tx, void *context, struct fault *fault)
{
	struct import *m = context;
	bool inserted;
	char owner[DIGEST_HEX];
	if (!import_look(tx, m, fault))
		return false;
	if (m->known || m->taken)
		return true;
	if (!dossier_number(tx, &m->dossier.id, fault))
		return false;
	reference_print(m->dossier.reference, m->dossier.id);
	m->payer.dossier = m->contact.dossier = m->event.dossier = m->dossier.id;
	return keys_db_note(m->service->keys, tx, "dossier",
		   hex_print(owner, m->dossier.public_key, SEAL_PUBLIC), fault) &&
	       tx_insert(tx, &DOSSIER_TABLE, &m->dossier, &inserted, fault) &&
	       search_card_add(tx, m->service, m->dossier.id, m->search, fault) &&
	       tx_insert(tx, &CARD_TABLE, &m->payer, NULL, fault) &&
	       tx_insert(tx, &CARD_TABLE, &m->contact, NULL, fault) &&
	       (m->stay.year == 0 ||
		   mark_set(tx, m->dossier.id, MARK_STAY, m->stay, m->service->today, fault)) &&
	       service_event_add(tx, &m->event, fault) &&
	       (inserted || fault_set(fault, FAULT_BUG, "案件の番号が重なりました。"));
}

/* A key pair of its own: destroying the wrapped half destroys the record [design promise 3]. */
static bool
dossier_key(struct import *m, struct fault *fault)
{
	char owner[DIGEST_HEX];
	uint8_t wrapped[256];
	struct sink out = SINK_INTO(wrapped);
	OWN_SECRET(secret) = secret_new(SEAL_SECRET);
	if (!m->service->archive_known)
		return fault_set(fault, FAULT_STATE,
		    "保管鍵がまだ登録されていません。最初の憲章（akashi charter sign）が先です。");
	if (secret == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	seal_pair(m->dossier.public_key, secret);
	seal_put("dossier-key", m->service->archive_public, secret, SEAL_SECRET, &out);
	return keys_db_put(m->service->keys, "dossier",
	    hex_print(owner, m->dossier.public_key, SEAL_PUBLIC), out.at, out.len, fault);
}

/* Somebody else imported the same reference between our look and our write. */
static bool
key_unused(struct import *m, struct fault *fault)
{
	char owner[DIGEST_HEX];
	return !m->others || keys_db_destroy(m->service->keys, "dossier",
				 hex_print(owner, m->dossier.public_key, SEAL_PUBLIC), fault);
}

static void
digests(struct import *m, const struct application *a, const struct sink *record)
{
	const uint8_t *key = m->service->index_key;
	struct dossier_row *d = &m->dossier;
	index_digest(key, "ref", a->text[A_ref], strlen(a->text[A_ref]), d->ref_digest);
	index_digest(key, "content", record->at, record->len, d->content_digest);
	if (a->text[A_corporate_number][0] != '\0')
		index_digest(key, "organisation", a->text[A_corporate_number],
		    strlen(a->text[A_corporate_number]), d->organisation);
}

static void
plain_fields(struct import *m, const struct application *a)
{
	struct service *s = m->service;
	struct dossier_row *d = &m->dossier;
	const struct product *p = policy_product(&s->policy, a->text[A_product], s->today);
	const struct tax_rate *tax = policy_tax(&s->policy, s->today);
	snprintf(d->product, sizeof(d->product), "%s", a->text[A_product]);
	snprintf(d->kind, sizeof(d->kind), "%s", a->text[A_kind]);
	snprintf(d->state, sizeof(d->state), "%s", state_name(STATE_PRINTED));
	snprintf(d->payment, sizeof(d->payment), "unpaid");
	snprintf(d->form_date, sizeof(d->form_date), "%s", a->text[A_form_date]);
	d->delegate = a->text[A_delegate_name][0] != '\0';
	d->former_name = a->text[A_former_name][0] != '\0';
	d->in_person = strcmp(a->text[A_channel], "in-person") == 0;
	d->fee_gross = p == NULL || tax == NULL ? 0 : fee_gross(p->price, tax->percent);
	d->created_at = s->now.sec;
	if (!day_read(a->text[A_stay_until], &m->stay)) /* none, or indefinite */
		m->stay = (struct day){ 0 };
	memcpy(d->policy, s->policy.digest, 32);
}

/* What payments are matched by: opened by accounting, destroyed when paid [design 4]. */
static bool
payer_card(
    const struct import *m, const struct application *a, struct sink *out, struct fault *fault)
{
	char folded[PAYER_TEXT], number[12];
	if (!payer_fold(a->text[A_payer], folded, number))
		return fault_field(fault, FAULT_INPUT, "payer",
		    "振込名義「%s」は銀行の文字で書けません。カナで入力してください。",
		    a->text[A_payer]);
	uint8_t bytes[PAYER_TEXT + 128];
	struct sink plain = SINK_INTO(bytes);
	size_t all = der_begin(&plain, DER_SEQUENCE);
	der_put_utf8(&plain, folded);
	der_put_utf8(&plain, a->text[A_ref]); /* what accounting calls the application */
	der_end(&plain, all);
	bool fits = !plain.full;
	if (fits)
		seal_put("payer-card", m->service->accounting_public, plain.at, plain.len, out);
	explicit_bzero(bytes, sizeof(bytes));
	return fits || fault_set(fault, FAULT_BUG, "振込名義の札が長すぎます。");
}

static void
contact_card(const struct import *m, const struct application *a, struct sink *out)
{
	uint8_t bytes[1024];
	struct sink plain = SINK_INTO(bytes);
	size_t all = der_begin(&plain, DER_SEQUENCE);
	der_put_utf8(&plain, a->text[A_email]);
	der_put_utf8(&plain, a->text[A_lang]);
	der_end(&plain, all);
	seal_put("contact-card", m->service->contact_public, plain.at, plain.len, out);
	explicit_bzero(bytes, sizeof(bytes));
}

/* A row nobody has brought before: its key first, then everything in one transaction. */
static bool
import_new(
    struct import *m, const struct application *a, const struct sink *record, struct fault *fault)
{
	OWN_SINK sealed = SINK_GROW(64 << 10);
	OWN_SINK payer = SINK_GROW(4096);
	OWN_SINK contact = SINK_GROW(4096);
	OWN_SECRET(search) = secret_new(SEARCH_CARD);
	if (search == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	search_card_make(a, search);
	m->search = search;
	if (!payer_card(m, a, &payer, fault) || !dossier_key(m, fault))
		return false;
	seal_put("application", m->dossier.public_key, record->at, record->len, &sealed);
	if (record->full || sealed.full)
		return fault_set(fault, FAULT_BUG, "申込みの記録が大きすぎます。");
	m->dossier.record = (struct blob){ sealed.at, sealed.len };
	contact_card(m, a, &contact);
	m->payer = (struct card_row){ 0, "payer", { payer.at, payer.len } };
	m->contact = (struct card_row){ 0, "contact", { contact.at, contact.len } };
	service_event(m->service, "dossier-imported", 0, &m->event);
	snprintf(m->event.detail, sizeof(m->event.detail), "product=%s kind=%s fee=%lld",
	    m->dossier.product, m->dossier.kind, (long long)m->dossier.fee_gross);
	return store_write(m->service->store, m->event.act_id, import_store, m, fault) &&
	       key_unused(m, fault);
}

/* One accepted application into the books. */
static bool
import_one(struct import *m, const struct application *a, struct fault *fault)
{
	OWN_SINK record = SINK_GROW(64 << 10);
	application_pack(a, &record);
	plain_fields(m, a);
	digests(m, a, &record);
	return store_read(m->service->store, import_look, m, fault) &&
	       (m->known || m->taken || import_new(m, a, &record, fault));
}

static void
ref_taken(struct findings *f)
{
	struct finding *one = application_find(f, A_ref, "ref-taken", "R-4.28", false);
	snprintf(one->say, sizeof(one->say),
	    "この受付番号は別の内容で登録されています。番号か内容を確かめてください。");
}

/* Taken in all the same: a certificate may hold what a letter does not show. */
static void
warn_unfit(void *findings, enum application_field f, const struct fault *why)
{
	struct finding *one = application_find(findings, f, why->row->name, why->row->clause, true);
	snprintf(one->say, sizeof(one->say), "%s", why->say);
}

static bool
import_row(struct service *s, const struct faces *faces, const struct table_in *csv,
    struct import_row *row, struct findings *findings, struct fault *fault)
{
	const char *typed[A_FIELDS];
	struct application a;
	struct import m = { .service = s };
	for (int f = 0; f < A_FIELDS; f++)
		typed[f] = table_get(csv, application_field_name((enum application_field)f));
	*row = (struct import_row){ .ref = typed[A_ref], .findings = findings };
	if (!application_check(&s->policy, typed, s->today, &a, findings))
		return true;
	bool good =
	    letter_fit(s, faces, &a, warn_unfit, findings, fault) && import_one(&m, &a, fault);
	application_free(&a);
	if (!good)
		return false;
	if (m.taken)
		ref_taken(findings);
	row->accepted = !m.taken;
	row->known = m.known;
	row->dossier = m.taken ? 0 : m.dossier.id;
	row->fee_gross = m.taken ? 0 : m.dossier.fee_gross;
	snprintf(row->reference, sizeof(row->reference), "%s", m.taken ? "" : m.dossier.reference);
	return true;
}

static bool
columns_there(const struct table_in *csv, struct fault *fault)
{
	for (int f = 0; f < A_FIELDS; f++)
		if (table_column(csv, application_field_name((enum application_field)f)) == -1)
			return fault_field(fault, FAULT_INPUT,
			    application_field_name((enum application_field)f),
			    "申込みのファイルに「%s」の列がありません。"
			    "見出しの行を確かめてください。",
			    application_field_name((enum application_field)f));
	return true;
}

/* A row the reader could not split is told like any other bad row. */
static void
torn_row(const struct fault *torn, struct import_row *row, struct findings *f)
{
	*f = (struct findings){ 0 };
	struct finding *one = findings_add(f, 0, "row", "csv", "R-4.28", false);
	snprintf(one->say, sizeof(one->say), "%.500s", torn->say);
	text_clean(one->say);
	*row = (struct import_row){ .ref = "", .findings = f };
}

bool
import_run(struct service *s, const void *bytes, size_t n, import_tell *tell, void *context,
    bool *all, struct fault *fault)
{
	struct table_in csv;
	bool more = true, good = true;
	OWN_FACES faces = NULL;
	struct findings *findings = calloc(1, sizeof(*findings));
	if (findings == NULL || !faces_open(&faces, fault) || !table_open(&csv, bytes, n, fault)) {
		free(findings);
		return false;
	}
	*all = true;
	good = columns_there(&csv, fault);
	while (good && more) {
		struct import_row row;
		struct fault torn = { 0 };
		good = table_row(&csv, &more, &torn, fault);
		if (!good || !more)
			break;
		if (torn.code != FAULT_NONE)
			torn_row(&torn, &row, findings);
		else
			good = import_row(s, faces, &csv, &row, findings, fault);
		if (good)
			tell(context, &row);
		*all = *all && good && row.accepted;
	}
	table_close(&csv);
	free(findings);
	return good;
}
