#include "act/card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "base/text.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"
#include "vault/secret.h"

const struct refusal CARD_FIELD = { "card-field", FAULT_BROKEN, "R-0.3" };
const struct refusal CARD_TEXT = { "card-text", FAULT_BROKEN, "design 2" };
const struct refusal CARD_OTHER = { "card-other", FAULT_BROKEN, "design 2" };
const struct refusal CARD_DIGEST = { "card-digest", FAULT_BROKEN, "design 2" };
const struct refusal CARD_NONE = { "card-none", FAULT_STATE, "R-4.70" };

static const char *const PLACE[] = {
	[PLACE_SUBJECT] = "subject",
	[PLACE_SUBSCRIBER] = "subscriber",
	[PLACE_MANDATOR] = "mandator",
};
static const char *const SCOPE[] = {
	[SCOPE_OUTSIDE] = "outside",
	[SCOPE_SIGNATURE] = "signature",
	[SCOPE_MANDATE] = "mandate",
};
_Static_assert(COUNT(PLACE) == PLACES && COUNT(SCOPE) == SCOPES, "every one has its word");

/* What a terminal obeys or shows elsewhere than it stands: controls, directions, tags. */
static bool
deceives(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       c == 0x61c || (c >= 0xe0000 && c < 0xe0080);
}

static bool
text_good(struct der d, const char *what, struct fault *fault)
{
	OWN_BYTES(copy) = malloc(d.n + 1);
	const char *at = copy;
	bool good = copy != NULL && utf8_valid((const char *)d.p, d.n);
	if (good) {
		memcpy(copy, d.p, d.n);
		((char *)copy)[d.n] = '\0';
	}
	while (good && *at != '\0')
		good = !deceives(utf8_next(&at));
	return good || fault_refuse(fault, &CARD_TEXT, what,
			   "発行指示の「%s」に画面に出せない文字があります。"
			   "承認しないで管理者に知らせてください。",
			   what);
}

static bool
is_mark(const struct warrant_field *f)
{
	return f->place == PLACE_SUBJECT && strcmp(f->oid, WARRANT_MARK_OID) == 0 &&
	       warrant_field_marks(f);
}

/* Its label and scope, by profile, place and OID. */
static bool
field_label(const struct policy *policy, const char *profile, const struct warrant_field *f,
    struct card_field *out, struct fault *fault)
{
	*out = (struct card_field){ .place = PLACE[f->place], .value = f->value };
	snprintf(out->oid, sizeof(out->oid), "%s", f->oid);
	if (is_mark(f)) {
		out->ja = "試験用の印";
		out->en = "mark of a rehearsal";
		out->scope = "mark";
		return true;
	}
	for (size_t i = 0; i < policy->field_count; i++) {
		const struct profile_field *row = &policy->fields[i];
		if (strcmp(row->profile, profile) != 0 || row->place != f->place ||
		    strcmp(row->oid, f->oid) != 0)
			continue;
		out->ja = row->ja;
		out->en = row->en;
		out->scope = SCOPE[row->scope];
		return text_good(f->value, row->ja, fault);
	}
	return fault_refuse(fault, &CARD_FIELD, "warrant",
	    "発行指示に規則にない項目（%s）があります。承認しないで管理者に知らせてください。",
	    f->oid);
}

/* The decoded tree, written again: any byte not decoded would be missing. */
static bool
same_again(struct der packed, const struct card *c, const struct warrant_field *fields,
    struct fault *fault)
{
	OWN_SINK list = SINK_GROW(WARRANT_MOST);
	OWN_SINK pin = SINK_GROW(WARRANT_MOST);
	OWN_SINK other = SINK_GROW(WARRANT_MOST);
	OWN_SINK body = SINK_GROW(WARRANT_MOST);
	OWN_SINK all = SINK_GROW(WARRANT_MOST);
	struct warrant w = c->warrant;
	struct warrant_certificate cert = c->certificate;
	warrant_fields_pack(fields, c->fields, &list);
	delivery_pack(&c->delivery[DISPATCH_PIN], &pin);
	delivery_pack(&c->delivery[DISPATCH_OTHER], &other);
	cert.fields = der_of(list.at, list.len);
	cert.pin = der_of(pin.at, pin.len);
	cert.password = der_of(other.at, other.len);
	warrant_certificate_pack(&cert, &body);
	w.body = der_of(body.at, body.len);
	warrant_pack(&w, &all);
	bool same = !all.full && all.len == packed.n && memcmp(all.at, packed.p, packed.n) == 0;
	return same || fault_set(fault, FAULT_BROKEN,
			   "発行指示に読み取れないバイトがあります。"
			   "承認しないで管理者に知らせてください。");
}

static bool
texts_good(const struct card *c, struct fault *fault)
{
	const struct warrant_certificate *cert = &c->certificate;
	const struct {
		const char *what;
		struct der text;
	} ROWS[] = {
		{ "メールアドレス", cert->email },
		{ "加入者の氏名", cert->subscriber },
		{ "商品", der_of(cert->product, strlen(cert->product)) },
		{ "プロファイル", der_of(cert->profile, strlen(cert->profile)) },
		{ "満了日の数え方", der_of(cert->vend_rule, strlen(cert->vend_rule)) },
		{ "言語", der_of(cert->lang, strlen(cert->lang)) },
		{ "宛名", c->delivery[0].name },
		{ "郵便番号", c->delivery[0].postcode },
		{ "宛先", c->delivery[0].address },
		{ "宛名", c->delivery[1].name },
		{ "郵便番号", c->delivery[1].postcode },
		{ "宛先", c->delivery[1].address },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++)
		if (!text_good(ROWS[i].text, ROWS[i].what, fault))
			return false;
	return true;
}

static void
card_product(const struct policy *policy, struct card *c)
{
	c->product_ja = c->product_en = "";
	for (size_t i = 0; i < policy->product_count; i++)
		if (strcmp(policy->products[i].code, c->certificate.product) == 0) {
			c->product_ja = policy->products[i].name_ja;
			c->product_en = policy->products[i].name_en;
		}
}

bool
card_read(struct der packed, const struct charter *charter, const struct policy *policy,
    struct card *out, struct fault *fault)
{
	struct card c = { .rehearsal = charter->rehearsal };
	struct warrant_field fields[WARRANT_FIELDS];
	warrant_digest(packed, c.digest);
	words_print(c.words, c.digest);
	if (!warrant_unpack(packed, &c.warrant, fault))
		return false;
	if (c.warrant.kind != WARRANT_CERTIFICATE ||
	    memcmp(c.warrant.service, charter->service, SERVICE_ID) != 0)
		return fault_refuse(fault, &CARD_OTHER, "warrant",
		    "このサービスの証明書の発行指示ではありません。承認しないでください。");
	if (!warrant_certificate_unpack(c.warrant.body, &c.certificate, fault) ||
	    !warrant_fields_unpack(c.certificate.fields, fields, &c.fields, fault) ||
	    !delivery_unpack(c.certificate.pin, &c.delivery[DISPATCH_PIN], fault) ||
	    !delivery_unpack(c.certificate.password, &c.delivery[DISPATCH_OTHER], fault) ||
	    !same_again(packed, &c, fields, fault) || !texts_good(&c, fault))
		return false;
	if (memcmp(c.certificate.policy, policy->digest, 32) != 0)
		return fault_refuse(fault, &CARD_OTHER, "policy",
		    "発行指示は案件とは別の版の規則によるものです。"
		    "承認しないで管理者に知らせてください。");
	for (size_t i = 0; i < c.fields; i++)
		if (!field_label(policy, c.certificate.profile, &fields[i], &c.field[i], fault))
			return false;
	card_product(policy, &c);
	c.plain = out->plain; /* these four are not the bytes' */
	c.seats = out->seats;
	memcpy(c.seat, out->seat, sizeof(c.seat));
	memcpy(c.ended, out->ended, sizeof(c.ended));
	*out = c;
	return true;
}

struct opening {
	int64_t id, edition; /* 0: the newest */
	struct dossier_row dossier;
	struct warrant_row warrant;
	bool found;
	struct card *card;
};

static bool
seat_keep(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct card *c = context;
	if (c->seats == CARD_SEATS)
		return fault_set(fault, FAULT_BROKEN, "署名の数が多すぎます。");
	struct card_seat *s = &c->seat[c->seats++];
	snprintf(s->seat, sizeof(s->seat), "%s", p->seat);
	snprintf(s->person, sizeof(s->person), "%s", p->person);
	snprintf(s->surface, sizeof(s->surface), "%s", p->surface);
	s->at = (struct instant){ p->at };
	return true;
}

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct opening *o = context;
	dossier_drop(&o->dossier);
	warrant_drop(&o->warrant);
	o->card->seats = 0;
	if (!dossier_load_in(tx, o->id, &o->dossier, fault) ||
	    !warrant_of(tx, warrant_kind_name(WARRANT_CERTIFICATE), o->id,
		o->edition != 0 ? o->edition : o->dossier.edition, &o->warrant, &o->found, fault))
		return false;
	if (!o->found)
		return fault_refuse(fault, &CARD_NONE, "dossier",
		    "案件 %lld にはまだ発行指示がありません。"
		    "先に審査（akashi dossier screen）してください。",
		    (long long)o->id);
	snprintf(o->card->ended, sizeof(o->card->ended), "%s", o->warrant.ended);
	return proof_each(tx, o->warrant.digest, seat_keep, o->card, fault);
}

/* The warrant's bytes into card->plain, by the key that was wrapped for the dossier. */
static bool
unseal(struct service *s, const struct opening *o, const char *reason, struct sink *plain,
    struct fault *fault)
{
	char owner[DIGEST_HEX];
	struct blob wrapped = { 0 };
	OWN_SECRET(key) = secret_new(WARRANT_KEY + 1);
	struct sink out = { .at = key, .cap = WARRANT_KEY + 1 };
	if (key == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!keys_db_get(s->keys, "warrant-dossier", hex_print(owner, o->warrant.digest, 32),
		&wrapped, fault))
		return false;
	bool good = service_open_sealed(
	    s, &o->dossier, "warrant-key", der_of(wrapped.at, wrapped.n), reason, &out, fault);
	blob_drop(&wrapped);
	if (!good)
		return false;
	return (out.len == WARRANT_KEY ||
		   fault_set(fault, FAULT_BROKEN, "発行指示の鍵の大きさが違います。")) &&
	       warrant_unseal(der_of(o->warrant.sealed.at, o->warrant.sealed.n), key, plain, fault);
}

/* What was opened is what its row and its dossier say it is. */
static bool
read_opened(struct service *s, const struct opening *o, struct der packed, struct fault *fault)
{
	const struct charter *charter;
	const struct policy *policy;
	uint8_t digest[32];
	warrant_digest(packed, digest);
	if (memcmp(digest, o->warrant.digest, 32) != 0)
		return fault_refuse(fault, &CARD_DIGEST, "warrant",
		    "発行指示の中身が記録された要約と合いません。"
		    "承認しないで管理者に知らせてください。");
	if (!service_charter(s, &charter, NULL, fault) ||
	    !service_policy(s, o->dossier.policy, &policy, fault) ||
	    !card_read(packed, charter, policy, o->card, fault))
		return false;
	const struct warrant *w = &o->card->warrant;
	return (w->dossier == o->id && w->edition == o->warrant.edition &&
		   memcmp(o->card->certificate.dossier_key, o->dossier.public_key, 32) == 0) ||
	       fault_refuse(fault, &CARD_OTHER, "warrant",
		   "別の案件か別の版の発行指示です。承認しないで管理者に知らせてください。");
}

bool
card_open(struct service *s, int64_t id, const char *reason, struct card **out, struct fault *fault)
{
	return card_open_edition(s, id, 0, reason, out, fault);
}

bool
card_open_edition(struct service *s, int64_t id, int64_t edition, const char *reason,
    struct card **out, struct fault *fault)
{
	OWN_CARD c = calloc(1, sizeof(*c));
	struct opening o = { .id = id, .edition = edition, .card = c };
	if (c == NULL || (c->plain = secret_new(WARRANT_MOST)) == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	struct sink plain = { .at = c->plain, .cap = WARRANT_MOST };
	bool good = store_read(s->store, load, &o, fault) && unseal(s, &o, reason, &plain, fault) &&
		    read_opened(s, &o, der_of(plain.at, plain.len), fault);
	dossier_drop(&o.dossier);
	warrant_drop(&o.warrant);
	if (!good)
		return false;
	c->packed = der_of(plain.at, plain.len);
	*out = TAKE(c);
	return true;
}

void
card_free(struct card *c)
{
	if (c == NULL)
		return;
	secret_free(c->plain);
	explicit_bzero(c, sizeof(*c));
	free(c);
}
