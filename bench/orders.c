#include "orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "act/keys.h"
#include "act/person.h"
#include "base/text.h"
#include "book/statement.h"
#include "book/warrant.h"
#include "rules/reference.h"
#include "store/key_set_row.h"
#include "store/payment_row.h"
#include "store/print_day_row.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"

enum { POOL = 8, PER_TX = 250, PACKAGE = 1900, LETTER = 700 };

struct copying {
	struct service *service;
	int64_t of;
	bool keys;
	struct person *screener, *approver;
	const struct charter *charter;
	uint8_t charter_digest[32];
	uint8_t *signer, *keymaker; /* locked: their secrets */
	struct dossier_row dossier;
	struct warrant_row warrant;
	struct payment_row paid;
	struct print_day_row day;
	struct sink plain; /* of the warrant */
	struct sink spki[POOL];
	long at, until;
	int64_t first;
};

static bool
payment_take(const void *row, void *context, struct fault *fault)
{
	struct copying *c = context;
	(void)fault;
	if (((const struct payment_row *)row)->dossier == c->of)
		c->paid = *(const struct payment_row *)row;
	return true;
}

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct copying *c = context;
	bool found, day;
	return dossier_load_in(tx, c->of, &c->dossier, fault) &&
	       warrant_of(
		   tx, "certificate", c->of, c->dossier.edition, &c->warrant, &found, fault) &&
	       found && tx_table(tx, &PAYMENT_TABLE, payment_take, c, fault) &&
	       print_day_open(tx, "", &c->day, &day, fault) &&
	       ((day && c->paid.dossier == c->of) ||
		   fault_set(fault, FAULT_STATE, "the order is not paid, or no print day is open"));
}

static bool
secret_open(struct service *s, const char *name, enum key_purpose purpose, uint8_t **out,
    struct fault *fault)
{
	char file[64], path[SERVICE_PATH];
	snprintf(file, sizeof(file), "rehearsal/keys/%s", name);
	struct sink to = { .at = *out = secret_new(KEY_PAIR_SECRET), .cap = KEY_PAIR_SECRET };
	return *out != NULL &&
	       keys_open(service_path(s, file, path), purpose, true, "", 0, &to, fault);
}

static bool
people_open(struct copying *c, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct service *s = c->service;
	return person_open(s, service_path(s, "rehearsal/keys/screening-1", path), "", 0,
		   &c->screener, fault) &&
	       person_open(s, service_path(s, "rehearsal/keys/approval-2", path), "", 0,
		   &c->approver, fault) &&
	       service_charter(s, &c->charter, c->charter_digest, fault) &&
	       secret_open(s, "signer", KEY_SIGNER, &c->signer, fault) &&
	       secret_open(s, "keymaker", KEY_KEYMAKER, &c->keymaker, fault);
}

static bool
begin(struct copying *c, struct fault *fault)
{
	char hex[DIGEST_HEX];
	struct blob wrapped = { 0 };
	c->plain = SINK_GROW(WARRANT_MOST);
	if (!people_open(c, fault) || !store_read(c->service->store, load, c, fault) ||
	    !keys_db_get(c->service->keys, "warrant-signer",
		hex_print(hex, c->warrant.digest, DIGEST), &wrapped, fault))
		return false;
	bool good = warrant_open(der_of(c->warrant.sealed.at, c->warrant.sealed.n),
	    der_of(wrapped.at, wrapped.n), c->signer + P256_SECRET, c->charter->signer_seal,
	    &c->plain, fault);
	blob_drop(&wrapped);
	for (int i = 0; good && c->keys && i < POOL; i++) {
		OWN_RSA key = NULL;
		c->spki[i] = SINK_GROW(RSA_SPKI_MOST);
		good = rsa_new(2048, &key, fault) && rsa_spki(key, &c->spki[i]);
	}
	return good;
}

/* The dossier's own edition of the warrant: packed, its digest, sealed, the key of the box wrapped. */
static bool
warrant_copy(struct copying *c, const struct dossier_row *d, struct warrant_row *row,
    struct sink *sealed, struct fault *fault)
{
	struct warrant w;
	uint8_t key[WARRANT_KEY], wrapped[WARRANT_WRAPPED];
	char hex[DIGEST_HEX];
	OWN_SINK packed = SINK_GROW(WARRANT_MOST);
	const struct {
		const char *kind;
		const uint8_t *public;
	} FOR[] = { { "warrant-signer", c->charter->signer_seal },
		{ "warrant-keymaker", c->charter->keymaker_seal },
		{ "warrant-dossier", d->public_key } };
	if (!warrant_unpack(der_of(c->plain.at, c->plain.len), &w, fault))
		return false;
	w.dossier = d->id;
	secret_random(w.salt, sizeof(w.salt));
	warrant_pack(&w, &packed);
	*row = c->warrant;
	row->dossier = d->id;
	warrant_digest(der_of(packed.at, packed.len), row->digest);
	secret_random(key, sizeof(key));
	warrant_seal(der_of(packed.at, packed.len), key, sealed);
	row->sealed = (struct blob){ sealed->at, sealed->len };
	for (size_t i = 0; i < COUNT(FOR); i++) {
		struct sink out = SINK_INTO(wrapped);
		warrant_wrap(key, FOR[i].public, &out);
		if (!keys_db_put(c->service->keys, FOR[i].kind, hex_print(hex, row->digest, DIGEST),
			out.at, out.len, fault))
			return false;
	}
	return true;
}

static bool
proof_copy(struct tx *tx, struct copying *c, const struct person *p, enum act_kind kind,
    const uint8_t digest[32], struct fault *fault)
{
	uint8_t bytes[ACT_PACKED];
	struct sink act = SINK_INTO(bytes);
	struct proof_row row = { .at = c->service->now.sec };
	struct instant at = { c->dossier.approved_at };
	if (!person_sign(p, kind, digest, at, &act, fault))
		return false;
	memcpy(row.digest, digest, 32);
	row.act = (struct blob){ act.at, act.len };
	snprintf(row.seat, sizeof(row.seat), "%s", kind == ACT_SCREEN ? "screen" : "approve");
	snprintf(row.person, sizeof(row.person), "%s", p->id);
	snprintf(row.surface, sizeof(row.surface), "%s", surface_name(p->surface));
	return proof_add(tx, &row, fault);
}

/* What the keymaker hands over, but for what is in it. */
static bool
key_set_copy(struct tx *tx, struct copying *c, const struct warrant_row *w, struct fault *fault)
{
	uint8_t package[PACKAGE], letter[2][LETTER], signature[80], secret[SEAL_SECRET];
	struct sink sign = SINK_INTO(signature), *spki = &c->spki[w->dossier % POOL];
	OWN_SINK packed = SINK_GROW(STATEMENT_PACKED);
	struct statement st = { .charter_number = c->charter->number,
		.print = { der_of(c->day.print_pin.at, c->day.print_pin.n),
		    der_of(c->day.print_password.at, c->day.print_password.n) } };
	memcpy(st.service, c->charter->service, SERVICE_ID);
	memcpy(st.charter, c->charter_digest, 32);
	memcpy(st.warrant, w->digest, 32);
	digest_of(spki->at, spki->len, st.spki);
	seal_pair(st.package_key, secret);
	secret_random(package, sizeof(package));
	digest_of(package, sizeof(package), st.package);
	for (int i = 0; i < 2; i++) {
		secret_random(letter[i], LETTER);
		digest_of(letter[i], LETTER, st.letter[i]);
	}
	if (!statement_sign(&st, c->keymaker, &sign, fault))
		return false;
	statement_pack(&st, &packed);
	struct key_set_row row = { .dossier = w->dossier,
		.edition = w->edition,
		.spki = { spki->at, spki->len },
		.statement = { packed.at, packed.len },
		.package = { package, PACKAGE },
		.letter_pin = { letter[0], LETTER },
		.letter_password = { letter[1], LETTER },
		.created_at = c->service->now.sec };
	snprintf(row.print_day, sizeof(row.print_day), "%s", c->day.day);
	return tx_insert(tx, &KEY_SET_TABLE, &row, NULL, fault);
}

static bool
copy_one(struct tx *tx, struct copying *c, struct fault *fault)
{
	struct dossier_row d = c->dossier;
	struct warrant_row w;
	struct payment_row paid = c->paid;
	struct event_row event;
	OWN_SINK sealed = SINK_GROW(WARRANT_MOST + 1024);
	if (!tx_next(tx, "dossier", &d.id, fault))
		return false;
	c->first = c->at == 0 ? d.id : c->first;
	secret_random(d.ref_digest, sizeof(d.ref_digest));
	secret_random(d.content_digest, sizeof(d.content_digest));
	snprintf(d.reference, sizeof(d.reference), "b%lld", (long long)d.id);
	paid.dossier = d.id;
	service_event(c->service, "approved", d.id, &event);
	return warrant_copy(c, &d, &w, &sealed, fault) &&
	       tx_insert(tx, &DOSSIER_TABLE, &d, NULL, fault) &&
	       tx_insert(tx, &PAYMENT_TABLE, &paid, NULL, fault) &&
	       tx_insert(tx, &WARRANT_TABLE, &w, NULL, fault) &&
	       proof_copy(tx, c, c->screener, ACT_SCREEN, w.digest, fault) &&
	       proof_copy(tx, c, c->approver, ACT_APPROVE, w.digest, fault) &&
	       (!c->keys || key_set_copy(tx, c, &w, fault)) && service_event_add(tx, &event, fault);
}

static bool
copy_some(struct tx *tx, void *context, struct fault *fault)
{
	struct copying *c = context;
	for (long i = 0; i < PER_TX && c->at < c->until; i++, c->at++)
		if (!copy_one(tx, c, fault))
			return false;
	return true;
}

bool
orders_copy(struct service *s, int64_t of, long n, bool keys, int64_t *first, struct fault *fault)
{
	struct copying c = { .service = s, .of = of, .keys = keys, .until = n };
	bool good = begin(&c, fault);
	while (good && c.at < n)
		good = store_write(s->store, NULL, copy_some, &c, fault);
	*first = c.first;
	for (int i = 0; i < POOL; i++)
		sink_drop(&c.spki[i]);
	sink_drop(&c.plain);
	dossier_drop(&c.dossier);
	warrant_drop(&c.warrant);
	print_day_drop(&c.day);
	person_free(c.screener);
	person_free(c.approver);
	secret_free(c.signer);
	secret_free(c.keymaker);
	return good;
}
