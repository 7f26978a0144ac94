/* Issuing: checks, INTENT on disk, then the signature, read back before it leaves [design 3]. */
#include "proc/signer.h"

#include <string.h>

#include "book/order.h"
#include "pki/rsa.h"
#include "vault/digest.h"
#include "vault/seal.h"

/* One order on its way. */
struct issue {
	struct signer_issue ask;
	struct signer_head head;
	struct order order;
	const struct profile *profile;
	struct line intent;
	struct cert_field field[WARRANT_FIELDS];
	struct cert_body body;
	uint8_t statement[32]; /* digest of the key statement */
	bool again, done; /* the INTENT, the DONE stood there already */
};

static void
body_of(struct signer *s, struct issue *i)
{
	const struct order *o = &i->order;
	for (size_t k = 0; k < o->fields; k++)
		i->field[k] = (struct cert_field){ o->field[k].place, o->field[k].oid,
			o->field[k].printable, o->field[k].value };
	i->body = (struct cert_body){ .not_before = i->intent.not_before,
		.not_after = i->intent.not_after,
		.issuer = s->ca.subject,
		.spki = o->spki,
		.fields = i->field,
		.field_count = o->fields,
		.email = o->certificate.email,
		.policy_oid = i->profile->policy_oid,
		.cps_uri = i->profile->cps_uri,
		.crl_uri = i->profile->crl_uri };
	memcpy(i->body.serial, i->intent.serial, SERIAL);
	memcpy(i->body.issuer_key_id, s->ca.key_id, sizeof(s->ca.key_id));
}

/*
 * Asked again: the same warrant, key and statement give the same line; they were checked when it
 * was written. Anything else is refused, another package to seal the certificate to as well.
 */
static bool
seen(struct signer *s, struct issue *i, const struct grant *g, struct fault *fault)
{
	const struct order *o = &i->order;
	const struct policy *pack = pack_policy(s->ledger.pack);
	if (memcmp(g->warrant, o->digest, 32) != 0)
		return fault_refuse(fault, &SIGNER_EDITION_SEEN, "edition",
		    "この版は別の内容で署名済みです。次の版に署名してください。");
	if (memcmp(g->spki, o->spki_digest, 32) != 0 || memcmp(g->statement, i->statement, 32) != 0)
		return fault_refuse(fault, &SIGNER_OTHER_KEY, "spki",
		    "この版は別の鍵で署名が始まっています。前と同じ鍵を渡してください。");
	if (g->revoked) /* not booked within a day: it stands on the list */
		return fault_refuse(fault, &SIGNER_LAPSED, "edition",
		    "この版は一日のうちに登録されず、失効リストに載りました。次の版に署名してくださ"
		    "い。");
	i->profile = policy_profile(pack, o->certificate.profile, instant_day(g->at));
	if (i->profile == NULL)
		return fault_refuse(fault, &ORDER_PROFILE, "profile",
		    "プロファイルが今の規則にありません。次の版を審査してください。");
	i->intent.not_before = g->not_before;
	i->intent.not_after = g->not_after;
	memcpy(i->intent.serial, g->serial, SERIAL);
	memcpy(i->intent.tbs, g->tbs, 32);
	i->again = true;
	i->done = g->state != GRANT_INTENT;
	return true;
}

static bool
fresh(struct signer *s, struct issue *i, struct fault *fault)
{
	int bits;
	const struct grant *newest = ledger_newest(&s->ledger, i->order.warrant.dossier);
	if (newest != NULL && newest->edition >= i->order.warrant.edition)
		return fault_refuse(fault, &SIGNER_EDITION_SEEN, "edition",
		    "この案件は版 %lld まで署名か無効化が済んでいます。次の版に署名してください。",
		    (long long)newest->edition);
	if (!rsa_spki_read(i->order.spki, &bits, fault))
		return false;
	struct order_ground ground = { .charter = s->ledger.charter,
		.charter_digest = s->ledger.charter_digest,
		.pack = pack_policy(s->ledger.pack),
		.now = i->head.now,
		.ca_end = s->ca.not_after,
		.key_bits = bits };
	i->intent.not_before = i->head.now;
	return order_check(&i->order, &ground, &i->profile, &i->intent.not_after, fault) &&
	       signer_serial(s, i->intent.serial, fault);
}

static bool
read_ask(struct signer *s, struct der ask, struct issue *i, struct fault *fault)
{
	struct sink plain = { .at = s->warrant, .cap = WARRANT_MOST };
	if (!signer_issue_read(ask, &i->ask))
		return fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
	if (i->ask.sealed.n > WARRANT_MOST)
		return fault_refuse(fault, &WARRANT_FORM, "warrant", "発行指示が大きすぎます。");
	if (s->ca.spki.n == 0 || s->ledger.pack == NULL)
		return fault_refuse(fault, &SIGNER_NO_CERTIFICATE, NULL,
		    "認証局の証明書がまだありません。akashi ca certify を行ってください。");
	digest_of(i->ask.statement.p, i->ask.statement.n, i->statement);
	return signer_head(s, i->ask.head, true, &i->head, fault) &&
	       warrant_open(
		   i->ask.sealed, i->ask.wrapped, s->secret + P256_SECRET, &plain, fault) &&
	       order_read(der_of(plain.at, plain.len), i->ask.acts, i->ask.spki, i->ask.statement,
		   &i->order, fault);
}

/* The INTENT is on disk before the key is asked for anything. */
static bool
intend(struct signer *s, struct issue *i, struct der tbs, struct fault *fault)
{
	uint8_t digest[32];
	digest_of(tbs.p, tbs.n, digest);
	if (i->again)
		return memcmp(digest, i->intent.tbs, 32) == 0 ||
		       fault_refuse(fault, &SIGNER_REBUILT, NULL,
			   "台帳の内容から同じ証明書を作り直せません。監査担当に知らせてください"
			   "。");
	memcpy(i->intent.tbs, digest, 32);
	i->intent.kind = LINE_INTENT;
	i->intent.at = i->head.now;
	i->intent.dossier = i->order.warrant.dossier;
	i->intent.edition = i->order.warrant.edition;
	i->intent.size = i->head.size;
	memcpy(i->intent.root, i->head.root, 32);
	memcpy(i->intent.warrant, i->order.digest, 32);
	memcpy(i->intent.spki, i->order.spki_digest, 32);
	memcpy(i->intent.digest, i->statement, 32);
	return signer_line(s, &i->intent, fault) && signer_sync(s, fault);
}

static bool
finish(struct signer *s, struct issue *i, struct der certificate, struct sink *reply,
    struct fault *fault)
{
	OWN_SINK dossier = SINK_GROW(2 * CERT_MOST);
	OWN_SINK package = SINK_GROW(2 * CERT_MOST);
	struct line done = { .at = i->head.now,
		.kind = LINE_DONE,
		.dossier = i->order.warrant.dossier,
		.edition = i->order.warrant.edition };
	memcpy(done.serial, i->intent.serial, SERIAL);
	digest_of(certificate.p, certificate.n, done.digest);
	/* on disk before the answer: the store never holds a certificate whose digest we forgot */
	if (!i->done && (!signer_line(s, &done, fault) || !signer_sync(s, fault)))
		return false;
	seal_put("certificate", i->order.certificate.dossier_key, certificate.p, certificate.n,
	    &dossier);
	seal_put(
	    "certificate", i->order.statement.package_key, certificate.p, certificate.n, &package);
	struct signer_issued out = { .not_before = i->intent.not_before,
		.not_after = i->intent.not_after,
		.for_dossier = der_of(dossier.at, dossier.len),
		.for_package = der_of(package.at, package.len) };
	memcpy(out.serial, i->intent.serial, SERIAL);
	memcpy(out.digest, done.digest, 32);
	signer_issued_pack(&out, reply);
	return true;
}

static bool
issue_run(
    struct signer *s, struct der ask, struct issue *i, struct sink *reply, struct fault *fault)
{
	uint8_t tbs_bytes[CERT_MOST], signed_bytes[CERT_MOST], signature_bytes[SIGNATURE_MOST];
	struct sink tbs = SINK_INTO(tbs_bytes), whole = SINK_INTO(signed_bytes);
	struct sink signature = SINK_INTO(signature_bytes);
	if (!read_ask(s, ask, i, fault))
		return false;
	const struct grant *g =
	    ledger_find(&s->ledger, i->order.warrant.dossier, i->order.warrant.edition);
	bool live = g != NULL && g->state != GRANT_VOID;
	if (!(live ? seen(s, i, g, fault) : fresh(s, i, fault)))
		return false;
	body_of(s, i);
	if (!cert_body_check(&i->body, fault))
		return false;
	cert_tbs(&i->body, &tbs);
	struct der bytes = der_of(tbs.at, tbs.len);
	if (tbs.full)
		return fault_set(fault, FAULT_BUG, "証明書が大きすぎます。");
	if (!intend(s, i, bytes, fault) ||
	    !signer_sign(s, "INTENT", s->ca.spki, bytes, &signature, fault))
		return false;
	cert_wrap(bytes, signature.at, signature.len, &whole);
	return cert_parse_back(der_of(whole.at, whole.len), &i->body, fault) &&
	       finish(s, i, der_of(whole.at, whole.len), reply, fault);
}

bool
signer_issue(struct signer *s, struct der ask, struct sink *reply, struct fault *fault)
{
	_Static_assert(sizeof(struct issue) < 65536, "it lies on the stack");
	struct issue i = { 0 };
	bool good = issue_run(s, ask, &i, reply, fault);
	secret_wipe(s->warrant, WARRANT_MOST);
	return good;
}

bool
signer_booked(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_booked b;
	struct signer_head head;
	(void)reply;
	if (!signer_booked_read(body, &b))
		return fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
	struct grant *g = ledger_find(&s->ledger, b.dossier, b.edition);
	if (!signer_head(s, b.head, false, &head, fault))
		return false;
	if (g == NULL || g->state == GRANT_VOID)
		return fault_refuse(fault, &SIGNER_UNKNOWN, NULL,
		    "案件 %lld の版 %lld は台帳にありません。akashi sweep で確かめてください。",
		    (long long)b.dossier, (long long)b.edition);
	if (g->state == GRANT_BOOKED)
		return true;
	struct line line = {
		.at = head.now, .kind = LINE_BOOKED, .dossier = b.dossier, .edition = b.edition
	};
	memcpy(line.serial, g->serial, SERIAL);
	return signer_line(s, &line, fault) && signer_sync(s, fault);
}

/* What was signed for, or may have been, and was not booked within a day counts as issued. */
bool
signer_lapse(struct signer *s, struct instant now, struct fault *fault)
{
	for (uint32_t i = 1; i <= s->ledger.grants && s->ledger.unbooked > 0; i++) {
		const struct grant *g = &s->ledger.grant[i];
		if ((g->state != GRANT_INTENT && g->state != GRANT_DONE) || g->revoked ||
		    now.sec - g->at.sec <= DAY_SECONDS)
			continue;
		struct line line = { .at = now, .kind = LINE_REVOKED, .reason = 4 };
		memcpy(line.serial, g->serial, SERIAL);
		memcpy(line.warrant, g->warrant, 32);
		memcpy(line.ground, "unbooked", sizeof("unbooked"));
		if (!signer_revoked(s, &line, fault))
			return false;
	}
	return true;
}
