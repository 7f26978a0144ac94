/* What custodians and officers sign for: charters, the CA certificate, revocations, voids. */
#include "proc/signer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "book/epoch.h"
#include "book/order.h"
#include "pki/rsa.h"
#include "vault/digest.h"
#include "vault/seal.h"

bool
signer_document(struct signer *s, struct der body, bool issuing, struct signer_document *d,
    struct signer_head *h, struct fault *fault)
{
	if (!signer_document_read(body, d))
		return fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
	return signer_head(s, d->head, issuing, h, fault);
}

/* The keys it names as ours are ours, the pack is the one it names, and both fit a message. */
static bool
charter_ours(struct signer *s, const struct charter *c, struct der pack, struct fault *fault)
{
	uint8_t point[P256_POINT], seal[32], digest[32];
	struct pack *read;
	if (!p256_public(s->secret, point, fault))
		return false;
	seal_public(s->secret + P256_SECRET, seal);
	if (memcmp(point, c->signer_point, sizeof(point)) != 0 ||
	    memcmp(seal, c->signer_seal, sizeof(seal)) != 0)
		return fault_refuse(fault, &SIGNER_CHARTER_KEYS, "charter",
		    "憲章にある署名プログラムの鍵が、この署名プログラムの鍵と違います。"
		    "akashi staff add で登録し直してください。");
	digest_of(pack.p, pack.n, digest);
	if (memcmp(digest, c->pack, 32) != 0)
		return fault_refuse(fault, &SIGNER_PACK, "pack",
		    "プロファイルが憲章の指すものと違います。"
		    "akashi policy adopt からやり直してください。");
	if (!pack_read(pack, &read, fault))
		return false;
	pack_free(read);
	return true;
}

static bool
charter_take(struct signer *s, const struct signer_document *d, const struct signer_head *h,
    struct charter *next, struct sink *reply, struct fault *fault)
{
	struct line line = { .at = h->now, .kind = LINE_CHARTER };
	struct der now = der_of(s->ledger.charter_packed.at, s->ledger.charter_packed.len);
	charter_digest(d->document, line.digest);
	line.body = d->document;
	line.extra = d->extra;
	if (s->ledger.charter_line.seq != 0 &&
	    memcmp(line.digest, s->ledger.charter_digest, 32) == 0) { /* asked again */
		struct line first = s->ledger.charter_line;
		first.body = now;
		first.extra = der_of(s->ledger.pack_packed.at, s->ledger.pack_packed.len);
		return signer_receipt_put(s, &first, reply, fault);
	}
	if (!charter_unpack(d->document, next, fault) ||
	    !charter_follows(s->ledger.charter, now, next, fault) ||
	    !charter_ours(s, next, d->extra, fault) ||
	    !charter_quorum(s->ledger.charter, ACT_CHARTER, line.digest, d->acts, fault))
		return false;
	line.number = next->number;
	return signer_line(s, &line, fault) && signer_sync(s, fault) &&
	       signer_receipt_put(s, &line, reply, fault);
}

bool
signer_charter(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_document d;
	struct signer_head h;
	struct charter *next = calloc(1, sizeof(*next));
	bool good = next != NULL && signer_document(s, body, false, &d, &h, fault) &&
		    charter_take(s, &d, &h, next, reply, fault);
	free(next);
	return good;
}

/* The subject of a rehearsal's CA says so, and no other's does. */
static bool
ca_mark_check(struct signer *s, const struct warrant_field *f, size_t n, struct fault *fault)
{
	size_t marks = 0;
	for (size_t i = 0; i < n; i++)
		marks += warrant_field_marks(&f[i]);
	return marks == (s->ledger.rehearsal ? 1 : 0) ||
	       fault_refuse(fault, &SIGNER_CA_MARK, "name",
		   "認証局の名前の「試験用」の印が、サービスの種類と合いません。");
}

bool
signer_warrant(struct signer *s, struct der document, enum warrant_kind kind, struct warrant *w,
    struct fault *fault)
{
	if (!warrant_unpack(document, w, fault))
		return false;
	if (memcmp(w->service, s->ledger.service, SERVICE_ID) != 0)
		return fault_refuse(fault, &SIGNER_SERVICE, "warrant", "別のサービスの指示です。");
	if (w->kind != kind)
		return fault_refuse(fault, &SIGNER_KIND, "warrant", "別の種類の指示です。");
	return s->ledger.pack != NULL ||
	       fault_refuse(fault, &SIGNER_NO_CERTIFICATE, NULL,
		   "憲章 1 がまだありません。akashi charter sign で署名してください。");
}

bool
signer_in_time(const struct warrant *w, const struct signer_head *h, struct fault *fault)
{
	char day[DAY_TEXT];
	return day_cmp(instant_day(h->now), w->last_day) <= 0 ||
	       fault_refuse(fault, &SIGNER_WARRANT_LATE, "warrant",
		   "指示の使用期限（%s）が過ぎています。"
		   "akashi ca certify をもう一度行い、新しい指示に署名してください。"
		   "引き継ぎなら akashi ca adopt からやり直してください。",
		   day_print(day, w->last_day));
}

struct ca {
	struct warrant warrant;
	struct warrant_cacert body;
	struct warrant_field field[WARRANT_FIELDS];
	struct cert_field name[WARRANT_FIELDS];
	size_t fields;
	uint8_t digest[32];
	struct line intent;
	struct ca_body ca;
	uint8_t subject[2048];
};

static bool
ca_check(struct signer *s, const struct signer_document *d, const struct signer_head *h,
    struct ca *c, struct fault *fault)
{
	int bits;
	struct day today = instant_day(h->now);
	warrant_digest(d->document, c->digest);
	if (!signer_warrant(s, d->document, WARRANT_CACERT, &c->warrant, fault) ||
	    !warrant_cacert_unpack(c->warrant.body, &c->body, fault) ||
	    !warrant_fields_unpack(c->body.name, c->field, &c->fields, fault) ||
	    !ca_mark_check(s, c->field, c->fields, fault) ||
	    !charter_in_force(s->ledger.charter, h->now, fault))
		return false;
	if (c->body.years < 1 ||
	    c->body.years > policy_number(pack_policy(s->ledger.pack), "ca_years", today))
		return fault_refuse(fault, &SIGNER_CA_YEARS, "years",
		    "認証局証明書の年数が規則（ca_years）を越えます。短くしてください。");
	if (!rsa_spki_read(c->body.spki, &bits, fault))
		return false;
	if (bits < policy_number(pack_policy(s->ledger.pack), "ca_key_bits", today))
		return fault_refuse(fault, &SIGNER_CA_KEY, "key",
		    "認証局の鍵の長さ %d ビットが規則（ca_key_bits）に足りません。"
		    "鍵を作り直してください。",
		    bits);
	return charter_quorum(s->ledger.charter, ACT_CACERT, c->digest, d->acts, fault);
}

static bool
ca_intend(struct signer *s, const struct signer_head *h, struct ca *c, struct der tbs,
    struct fault *fault)
{
	digest_of(tbs.p, tbs.n, c->intent.tbs);
	if (c->intent.seq != 0) /* asked again after a crash */
		return memcmp(c->intent.tbs, s->ledger.ca_intent.tbs, 32) == 0 ||
		       fault_refuse(fault, &SIGNER_REBUILT, NULL,
			   "台帳の内容から同じ証明書を作り直せません。");
	c->intent.at = h->now;
	c->intent.kind = LINE_CAINTENT;
	memcpy(c->intent.warrant, c->digest, 32);
	digest_of(c->body.spki.p, c->body.spki.n, c->intent.spki);
	return signer_line(s, &c->intent, fault) && signer_sync(s, fault);
}

static bool
ca_begin(struct signer *s, const struct signer_head *h, struct ca *c, struct fault *fault)
{
	struct sink subject = SINK_INTO(c->subject);
	const struct line *old = &s->ledger.ca_intent;
	if (old->kind == LINE_CAINTENT && memcmp(old->warrant, c->digest, 32) == 0) {
		c->intent = *old;
	} else if (!signer_in_time(&c->warrant, h, fault)) {
		return false;
	} else {
		struct day end = instant_day(h->now);
		end = (struct day){ end.year + (int)c->body.years, end.month, end.mday };
		if (end.mday > day_month_length(end.year, end.month))
			end.mday = day_month_length(end.year, end.month);
		c->intent.not_before = h->now;
		c->intent.not_after = day_end(day_plus(end, -1));
		if (!signer_serial(s, c->intent.serial, fault))
			return false;
	}
	for (size_t i = 0; i < c->fields; i++)
		c->name[i] = (struct cert_field){ PLACE_SUBJECT, c->field[i].oid,
			c->field[i].printable, c->field[i].value };
	name_put(&subject, c->name, c->fields);
	c->ca = (struct ca_body){ .not_before = c->intent.not_before,
		.not_after = c->intent.not_after,
		.subject_name = der_of(subject.at, subject.len),
		.spki = c->body.spki };
	memcpy(c->ca.serial, c->intent.serial, SERIAL);
	return ca_body_check(&c->ca, fault);
}

static bool
ca_sign(struct signer *s, const struct signer_head *h, struct ca *c, struct sink *reply,
    struct fault *fault)
{
	uint8_t tbs_bytes[CERT_MOST], signature_bytes[SIGNATURE_MOST], whole_bytes[CERT_MOST];
	struct sink tbs = SINK_INTO(tbs_bytes), signature = SINK_INTO(signature_bytes);
	struct sink whole = SINK_INTO(whole_bytes);
	struct line line = { .at = h->now, .kind = LINE_CACERT };
	if (!ca_begin(s, h, c, fault))
		return false;
	ca_tbs(&c->ca, &tbs);
	if (tbs.full)
		return fault_set(fault, FAULT_BUG, "証明書が大きすぎます。");
	struct der bytes = der_of(tbs.at, tbs.len);
	if (!ca_intend(s, h, c, bytes, fault) ||
	    !signer_sign(s, "CACERT", c->body.spki, bytes, &signature, fault))
		return false;
	cert_wrap(bytes, signature.at, signature.len, &whole);
	line.body = der_of(whole.at, whole.len);
	digest_of(whole.at, whole.len, line.digest);
	memcpy(line.serial, c->intent.serial, SERIAL);
	if (!ca_parse_back(line.body, &c->ca, fault) || !signer_line(s, &line, fault) ||
	    !signer_sync(s, fault))
		return false;
	sink_bytes(reply, whole.at, whole.len);
	return cert_ca_read(
	    der_of(s->ledger.certificate.at, s->ledger.certificate.len), &s->ca, fault);
}

bool
signer_cacert(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_document d;
	struct signer_head h;
	struct ca c = { 0 };
	if (ledger_adopts(&s->ledger))
		return fault_refuse(fault, &SIGNER_CA_OTHER, "warrant",
		    "このサービスは前からの認証局を引き継ぎます（台帳の最初の行）。"
		    "akashi ca adopt を行ってください。");
	if (!signer_document(s, body, true, &d, &h, fault) || !ca_check(s, &d, &h, &c, fault))
		return false;
	if (s->ca.spki.n != 0) {
		if (s->ca.spki.n != c.body.spki.n ||
		    memcmp(s->ca.spki.p, c.body.spki.p, s->ca.spki.n) != 0)
			return fault_refuse(
			    fault, &SIGNER_CA_AGAIN, NULL, "認証局の証明書はもうあります。");
		sink_bytes(reply, s->ledger.certificate.at, s->ledger.certificate.len);
		return true;
	}
	return ca_sign(s, &h, &c, reply, fault);
}

enum { OFFICERS_MOST = 16 };

/*
 * Different officers, at least as many as the ground asks, whose acts over this warrant hold today
 * . More do no harm, nor one that holds no longer: of somebody who left while it waited.
 */
static bool
officers_check(
    struct signer *s, struct der acts, const uint8_t digest[32], int need, struct fault *fault)
{
	struct der list;
	struct act a[OFFICERS_MOST];
	struct fault why = { 0 }; /* of the first that does not hold */
	int n = 0;
	bool good = der_take(&acts, DER_SEQUENCE, &list) && der_done(&acts);
	while (good && !der_done(&list)) {
		good = n < OFFICERS_MOST && act_take(&list, &a[n]);
		if (!good || !charter_act(s->ledger.charter, &a[n], ACT_REVOKE, digest, &why))
			continue;
		for (int i = 0; i < n; i++)
			if (strcmp(a[i].person, a[n].person) == 0)
				return fault_refuse(fault, &SIGNER_OFFICERS, "act",
				    "失効には別々の担当者 2 人の署名が必要です。");
		n++;
	}
	if (!good)
		return fault_refuse(fault, &SIGNER_FORM, "act", "署名の形が正しくありません。");
	if (n < need && why.code != FAULT_NONE) {
		*fault = why;
		return false;
	}
	return n >= need || fault_refuse(fault, &SIGNER_OFFICERS, "act",
				"失効の担当者 %d 人の署名が必要です（今 %d 人）。", need, n);
}

static bool
revoke_line(struct signer *s, const struct warrant_revoke *r, const struct ground *ground,
    struct line *line, struct fault *fault)
{
	const struct adopted_row *a = adopted_find(&s->ledger.adopted, r->serial);
	const struct line_place *first = ledger_revocation(&s->ledger, r->serial);
	if (a == NULL && ledger_serial(&s->ledger, r->serial) == NULL)
		return fault_refuse(fault, &SIGNER_UNKNOWN, "serial",
		    "この番号の電子証明書は発行されていません。番号を確かめてください。");
	if (a != NULL && a->listed)
		return fault_refuse(fault, &SIGNER_ON_LIST, "serial",
		    "この番号は引き継いだ失効リストに載っています。新しい失効はいりません。");
	if (first != NULL) /* it stands */
		return signer_line_at(s, first, line, fault);
	line->kind = LINE_REVOKED;
	line->reason = ground->reason;
	memcpy(line->serial, r->serial, SERIAL);
	memcpy(line->ground, r->ground, sizeof(line->ground));
	if (r->invalid_since.year != 0)
		line->invalid_since = day_start(r->invalid_since);
	return signer_revoked(s, line, fault);
}

bool
signer_revoke(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_document d;
	struct signer_head h;
	struct warrant w;
	struct warrant_revoke r;
	struct line line = { 0 };
	if (!signer_document(s, body, false, &d, &h, fault) ||
	    !signer_warrant(s, d.document, WARRANT_REVOKE, &w, fault) ||
	    !warrant_revoke_unpack(w.body, &r, fault))
		return false;
	const struct ground *ground =
	    policy_ground(pack_policy(s->ledger.pack), r.ground, instant_day(h.now));
	if (ground == NULL)
		return fault_refuse(fault, &SIGNER_GROUND, "ground",
		    "失効事由「%s」は今の規則にありません。"
		    "akashi policy adopt で採用した規則の事由を指定してください。",
		    r.ground);
	line.at = h.now;
	warrant_digest(d.document, line.warrant);
	return officers_check(s, d.acts, line.warrant, ground->officers, fault) &&
	       revoke_line(s, &r, ground, &line, fault) &&
	       signer_receipt_put(s, &line, reply, fault);
}

/* One that holds is enough; whoever else asked for the same while it waited has signed too. */
static bool
void_acts_check(struct signer *s, struct der acts, const uint8_t digest[32], struct fault *fault)
{
	struct der list;
	struct act a;
	struct fault why = { 0 };
	bool held = false;
	bool good = der_take(&acts, DER_SEQUENCE, &list) && der_done(&acts) && !der_done(&list);
	while (good && !der_done(&list)) {
		good = act_take(&list, &a);
		enum act_kind kind = good && strcmp(a.role, role_name(ROLE_SCREENING)) == 0
					 ? ACT_VOID_SCREEN
					 : ACT_VOID;
		held = (good && charter_act(s->ledger.charter, &a, kind, digest, &why)) || held;
	}
	if (!good)
		return fault_refuse(fault, &SIGNER_FORM, "act", "署名の形が正しくありません。");
	if (!held)
		*fault = why;
	return held;
}

bool
signer_void(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_document d;
	struct signer_head h;
	struct warrant w;
	struct line line = { .kind = LINE_VOID };
	if (!signer_document(s, body, false, &d, &h, fault) ||
	    !signer_warrant(s, d.document, WARRANT_VOID, &w, fault))
		return false;
	warrant_digest(d.document, line.warrant);
	if (w.dossier < 1 || w.edition < 1)
		return fault_refuse(
		    fault, &SIGNER_FORM, "edition", "案件か版の番号が正しくありません。");
	if (!void_acts_check(s, d.acts, line.warrant, fault))
		return false;
	const struct grant *g = ledger_find(&s->ledger, w.dossier, w.edition);
	if (g != NULL && g->state != GRANT_VOID)
		return fault_refuse(fault, &SIGNER_ISSUED_ALREADY, "edition",
		    "この版は署名済みです。失効の手続きをしてください。");
	line.at = h.now;
	line.dossier = w.dossier;
	line.edition = w.edition;
	return signer_line(s, &line, fault) && signer_sync(s, fault) &&
	       signer_receipt_put(s, &line, reply, fault);
}

/* Whether it is for this signer, as it stands: what they looked at is this journal [storage 4]. */
static bool
epoch_ours(struct signer *s, const struct epoch *e, struct fault *fault)
{
	const struct ledger *l = &s->ledger;
	if (memcmp(e->service, l->service, SERVICE_ID) != 0)
		return fault_refuse(fault, &SIGNER_SERVICE, "epoch", "別のサービスの期です。");
	if (e->number <= l->epoch || e->number > EPOCH_MOST)
		return fault_refuse(fault, &EPOCH_LOWER, "epoch",
		    "期 %lld は今の期（%lld）より進んでいません。"
		    "akashi epoch draft からやり直してください。",
		    (long long)e->number, (long long)l->epoch);
	if (!signer_holds(s, e->seq, e->last, fault))
		return false;
	return !epoch_shortens(e) ||
	       (e->from == l->size && memcmp(e->from_root, l->root, 32) == 0) ||
	       fault_refuse(fault, &EPOCH_HEAD, "epoch",
		   "期の案が指す操作記録の末尾（%lld 件）が、台帳の最後の確認点（%lld "
		   "件）と違います。akashi epoch draft からやり直してください。",
		   (long long)e->from, (long long)l->size);
}

bool
signer_epoch(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_document d;
	struct signer_head h;
	struct epoch e;
	struct line line = { .kind = LINE_EPOCH };
	if (!signer_document(s, body, false, &d, &h, fault))
		return false;
	epoch_digest(d.document, line.digest);
	if (s->ledger.epoch_line.seq != 0 &&
	    memcmp(line.digest, s->ledger.epoch_line.digest, 32) == 0) { /* asked again */
		line = s->ledger.epoch_line;
		line.body = d.document;
		return signer_receipt_put(s, &line, reply, fault);
	}
	if (!epoch_unpack(d.document, &e, fault) ||
	    !charter_quorum(s->ledger.charter, ACT_EPOCH, line.digest, d.acts, fault) ||
	    !epoch_ours(s, &e, fault)) /* it reads the whole journal: for a quorum only */
		return false;
	bool shorter = epoch_shortens(&e);
	line.at = h.now;
	line.number = e.number;
	line.size = shorter ? e.to : s->ledger.size;
	memcpy(line.root, shorter ? e.to_root : s->ledger.root, 32);
	line.body = d.document;
	return signer_line(s, &line, fault) && signer_sync(s, fault) &&
	       signer_receipt_put(s, &line, reply, fault);
}
