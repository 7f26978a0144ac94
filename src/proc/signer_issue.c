/*
 * Issuing: checks, INTENT on disk, then the signature, read back before it leaves [design 3].
 *
 * A request brings several orders. Each passes alone or is refused alone; what is put on disk is put
 * there for several at once: the INTENTs of a group before the key is asked for its signatures, every
 * DONE before anything is answered. While the agent signs one group, the next is checked.
 */
#include "proc/signer.h"

#include <stdlib.h>
#include <string.h>

#include "book/order.h"
#include "pki/rsa.h"
#include "vault/digest.h"
#include "vault/seal.h"
#include "wire/agent.h"

/* One order on its way. */
struct issue {
	struct signer_issue ask;
	struct order order;
	const struct profile *profile;
	struct line intent;
	struct cert_field field[WARRANT_FIELDS];
	struct cert_body body;
	uint8_t statement[32]; /* digest of the key statement */
	bool again; /* the INTENT stood there already */
	struct sink tbs, whole; /* owned; whole: the certificate */
	struct sink issued; /* owned: what is answered, sealed already */
	struct fault why; /* code FAULT_NONE: it goes on */
};

/* What one request brought. */
struct batch {
	struct signer *signer;
	struct signer_head head;
	struct sink plain; /* over the signer's locked memory: the warrants, one behind the other */
	struct print_seen seen;
	struct rsa *ca; /* the CA certificate's key; owned, as the next */
	struct cert_reader *reader;
	size_t n;
	struct issue *at; /* owned */
};

static void
batch_drop(struct batch *b)
{
	for (size_t k = 0; b->at != NULL && k < b->n; k++) {
		sink_drop(&b->at[k].tbs);
		sink_drop(&b->at[k].whole);
		sink_drop(&b->at[k].issued);
	}
	free(b->at);
	p256_memo_free(b->seen.keys);
	cert_reader_free(b->reader);
	rsa_free(b->ca);
	secret_wipe(b->signer->warrant, SIGNER_WARRANTS);
}
#define OWN_BATCH __attribute__((cleanup(batch_drop))) struct batch

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
	struct line *l = &i->intent;
	if (g->revoked) /* not booked within a day: it stands on the list */
		return fault_refuse(fault, &SIGNER_LAPSED, "edition",
		    "この版は一日のうちに登録されず、失効リストに載りました。"
		    "次の版に署名してください。");
	if (!signer_line_at(s, &g->place, l, fault))
		return false;
	if (memcmp(l->warrant, o->digest, 32) != 0)
		return fault_refuse(fault, &SIGNER_EDITION_SEEN, "edition",
		    "この版は別の内容で署名済みです。次の版に署名してください。");
	if (memcmp(l->spki, o->spki_digest, 32) != 0 || memcmp(l->digest, i->statement, 32) != 0)
		return fault_refuse(fault, &SIGNER_OTHER_KEY, "spki",
		    "この版は別の鍵で署名が始まっています。前と同じ鍵を渡してください。");
	i->profile = policy_profile(pack, o->certificate.profile, instant_day(l->at));
	if (i->profile == NULL)
		return fault_refuse(fault, &ORDER_PROFILE, "profile",
		    "プロファイルが今の規則にありません。次の版を審査してください。");
	i->again = true;
	return true;
}

static bool
fresh(struct batch *b, struct issue *i, struct fault *fault)
{
	int bits;
	struct signer *s = b->signer;
	const struct grant *newest = ledger_newest(&s->ledger, i->order.warrant.dossier);
	if (newest != NULL && newest->edition >= i->order.warrant.edition)
		return fault_refuse(fault, &SIGNER_EDITION_SEEN, "edition",
		    "この案件は版 %lld まで署名か無効化が済んでいます。次の版に署名してください。",
		    (long long)newest->edition);
	if (!seal_public_good(i->order.certificate.dossier_key) ||
	    !seal_public_good(i->order.statement.package_key))
		return fault_refuse(fault, &SIGNER_SEAL, "key",
		    "案件か配布物の鍵が使えない値なので、電子証明書を封じられません。"
		    "次の版を審査してください。");
	if (!rsa_spki_read(i->order.spki, &bits, fault))
		return false;
	struct order_ground ground = { .charter = s->ledger.charter,
		.charter_digest = s->ledger.charter_digest,
		.pack = pack_policy(s->ledger.pack),
		.now = b->head.now,
		.ca_end = s->ca.not_after,
		.key_bits = bits,
		.seen = &b->seen };
	i->intent.not_before = b->head.now;
	return order_check(&i->order, &ground, &i->profile, &i->intent.not_after, fault) &&
	       signer_serial(s, i->intent.serial, fault);
}

static bool
order_open(struct batch *b, struct issue *i, struct fault *fault)
{
	const struct signer_issue *ask = &i->ask;
	size_t from = b->plain.len;
	if (ask->sealed.n > WARRANT_MOST)
		return fault_refuse(fault, &WARRANT_FORM, "warrant", "発行指示が大きすぎます。");
	digest_of(ask->statement.p, ask->statement.n, i->statement);
	return warrant_open(ask->sealed, ask->wrapped, b->signer->secret + P256_SECRET,
		   b->signer->ledger.charter->signer_seal, &b->plain, fault) &&
	       order_read(der_of(b->plain.at + from, b->plain.len - from), ask->acts, ask->spki,
		   ask->statement, &i->order, fault);
}

/* The INTENT is written; it counts once its group is on disk. */
static bool
intend(struct batch *b, struct issue *i, struct fault *fault)
{
	uint8_t digest[32];
	digest_of(i->tbs.at, i->tbs.len, digest);
	if (i->again)
		return memcmp(digest, i->intent.tbs, 32) == 0 ||
		       fault_refuse(fault, &SIGNER_REBUILT, NULL,
			   "台帳の内容から同じ証明書を作り直せません。"
			   "監査担当に知らせてください。");
	memcpy(i->intent.tbs, digest, 32);
	i->intent.kind = LINE_INTENT;
	i->intent.at = b->head.now;
	i->intent.dossier = i->order.warrant.dossier;
	i->intent.edition = i->order.warrant.edition;
	i->intent.size = b->head.size;
	memcpy(i->intent.root, b->head.root, 32);
	memcpy(i->intent.warrant, i->order.digest, 32);
	memcpy(i->intent.spki, i->order.spki_digest, 32);
	memcpy(i->intent.digest, i->statement, 32);
	return signer_line(b->signer, &i->intent, fault);
}

/* Everything that is checked, and what will be signed. */
static bool
prepare(struct batch *b, struct issue *i, struct fault *fault)
{
	struct signer *s = b->signer;
	if (!order_open(b, i, fault))
		return false;
	const struct grant *g =
	    ledger_find(&s->ledger, i->order.warrant.dossier, i->order.warrant.edition);
	bool live = g != NULL && g->state != GRANT_VOID;
	if (!(live ? seen(s, i, g, fault) : fresh(b, i, fault)))
		return false;
	body_of(s, i);
	if (!cert_body_check(&i->body, fault))
		return false;
	i->tbs = SINK_GROW(CERT_MOST);
	cert_tbs(&i->body, &i->tbs);
	if (i->tbs.full)
		return fault_set(fault, FAULT_BUG, "証明書が大きすぎます。");
	return intend(b, i, fault);
}

/* The certificate as OpenSSL reads it is the one that was meant; its DONE is written. */
static bool
finish(struct batch *b, struct issue *i, struct der signature, struct fault *fault)
{
	struct line done = { .at = b->head.now,
		.kind = LINE_DONE,
		.dossier = i->order.warrant.dossier,
		.edition = i->order.warrant.edition };
	if (!rsa_verify_by(b->ca, i->intent.tbs, signature.p, signature.n))
		return signer_agent_wrong(fault);
	i->whole = SINK_GROW(CERT_MOST);
	cert_wrap(der_of(i->tbs.at, i->tbs.len), signature.p, signature.n, &i->whole);
	struct der whole = der_of(i->whole.at, i->whole.len);
	if (i->whole.full)
		return fault_set(fault, FAULT_BUG, "証明書が大きすぎます。");
	if (!cert_parse_back_by(b->reader, whole, &i->body, fault))
		return false;
	memcpy(done.serial, i->intent.serial, SERIAL);
	digest_of(whole.p, whole.n, done.digest);
	const struct grant *g = ledger_find(&b->signer->ledger, done.dossier, done.edition);
	/* once, also where the same order stands twice in the batch */
	return (g != NULL && g->state != GRANT_INTENT) || signer_line(b->signer, &done, fault);
}

/* It is asked for again, and is the same one then. */
static bool
no_room(struct fault *fault)
{
	return fault_refuse(fault, &SIGNER_FULL, NULL,
	    "一度に答えられる大きさを超えました。もう一度実行してください。");
}

/* For the dossier and for the package, while the agent signs the next group. */
static bool
seal_both(struct issue *i, struct fault *fault)
{
	OWN_SINK dossier = SINK_GROW(2 * CERT_MOST);
	OWN_SINK package = SINK_GROW(2 * CERT_MOST);
	seal_put_public(
	    "certificate", i->order.certificate.dossier_key, i->whole.at, i->whole.len, &dossier);
	seal_put_public(
	    "certificate", i->order.statement.package_key, i->whole.at, i->whole.len, &package);
	struct signer_issued out = { .not_before = i->intent.not_before,
		.not_after = i->intent.not_after,
		.for_dossier = der_of(dossier.at, dossier.len),
		.for_package = der_of(package.at, package.len) };
	memcpy(out.serial, i->intent.serial, SERIAL);
	digest_of(i->whole.at, i->whole.len, out.digest);
	i->issued = SINK_GROW(5 * CERT_MOST);
	signer_issued_pack(&out, &i->issued);
	return !(dossier.full || package.full || i->issued.full) || no_room(fault);
}

_Static_assert((int)SIGNER_GROUP <= (int)AGENT_DIGESTS, "a group is one request");
_Static_assert((int)SIGNER_BATCH / (int)SIGNER_GROUP *
		       ((int)AGENT_MS + ((int)SIGNER_GROUP - 1) * (int)AGENT_EACH_MS) <
		   (int)SIGNER_MS,
    "whoever asks for a whole batch waits for all its groups");

/*
 * A group: what the agent is asked for in one request, as many as that takes: each costs a sync. Smaller ones
 * first and last, while which the agent has nothing to do, made nothing faster (bench/issue.sh).
 */
struct group {
	struct issue *order[SIGNER_GROUP];
	size_t n;
	int64_t id;
	struct fault why;
};

/* The next that pass, from *k on: their INTENTs are on disk before the key is asked for anything. */
static bool
group_begin(struct batch *b, size_t *k, struct group *g, struct fault *fault)
{
	uint8_t digests[SIGNER_GROUP * AGENT_DIGEST];
	*g = (struct group){ .n = 0 };
	for (; *k < b->n && g->n < SIGNER_GROUP; ++*k) {
		struct issue *i = &b->at[*k];
		if (!prepare(b, i, &i->why))
			continue;
		memcpy(digests + g->n * AGENT_DIGEST, i->intent.tbs, AGENT_DIGEST);
		g->order[g->n++] = i;
	}
	if (!signer_sync(b->signer, fault))
		return false;
	if (g->n > 0)
		(void)!signer_agent_ask(
		    "INTENT", der_of(digests, g->n * AGENT_DIGEST), &g->id, &g->why);
	return true;
}

static void
group_end(struct batch *b, struct group *g)
{
	uint8_t bytes[SIGNER_GROUP * SIGNATURE_MOST];
	struct sink all = SINK_INTO(bytes);
	if (g->n == 0)
		return;
	bool good = g->why.code == FAULT_NONE && signer_agent_answer(g->id, g->n, &all, &g->why) &&
		    ((!all.full && all.len % g->n == 0) || signer_agent_wrong(&g->why));
	size_t each = all.len / g->n;
	for (size_t k = 0; k < g->n; k++) {
		struct issue *i = g->order[k];
		if (good)
			(void)!(finish(b, i, der_of(all.at + k * each, each), &i->why) &&
				seal_both(i, &i->why));
		else
			i->why = g->why;
	}
}

static bool
groups_run(struct batch *b, struct fault *fault)
{
	struct group now = { .n = 0 }, next;
	bool good =
	    rsa_from_spki(b->signer->ca.spki, &b->ca, fault) && cert_reader_new(&b->reader, fault);
	b->seen.keys = p256_memo_new();
	for (size_t k = 0; good && k < b->n; now = next) {
		good = group_begin(b, &k, &next, fault);
		if (good)
			group_end(b, &now);
	}
	if (good)
		group_end(b, &now);
	/* on disk before the answer: the store never holds a certificate whose digest we forgot */
	return good && signer_sync(b->signer, fault);
}

static void
answer_good(const struct issue *i, struct sink *reply)
{
	struct signer_end end = { .issued = der_of(i->issued.at, i->issued.len) };
	signer_end_pack(&end, reply);
}

static void
answer_refused(const struct fault *why, struct sink *reply)
{
	uint8_t bytes[FAULT_PACKED];
	struct sink packed = SINK_INTO(bytes);
	fault_pack(why, &packed);
	struct signer_end end = { .fault = der_of(packed.at, packed.len) };
	signer_end_pack(&end, reply);
}

/* One whose answer finds no room beside the others gives way. */
static bool
answer_all(const struct batch *b, struct sink *reply, struct fault *fault)
{
	struct fault full = { 0 };
	(void)!no_room(&full);
	for (size_t k = 0; k < b->n; k++) {
		size_t from = reply->len, rest = (b->n - k - 1) * (FAULT_PACKED + 64);
		if (b->at[k].why.code != FAULT_NONE) {
			answer_refused(&b->at[k].why, reply);
			continue;
		}
		answer_good(&b->at[k], reply);
		if (!reply->full && reply->len + rest <= reply->cap)
			continue;
		reply->len = from;
		reply->full = false;
		answer_refused(&full, reply);
	}
	return !reply->full || fault_set(fault, FAULT_BUG, "答えが大きすぎます。");
}

/* The orders of a request, each in a place of its own. */
static bool
orders_take(struct batch *b, struct der orders, struct fault *fault)
{
	struct der whole;
	bool good = true;
	b->at = calloc(SIGNER_BATCH, sizeof(*b->at));
	if (b->at == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (; good && !der_done(&orders); b->n += good)
		good = b->n < SIGNER_BATCH && der_take_whole(&orders, DER_SEQUENCE, &whole) &&
		       signer_issue_read(whole, &b->at[b->n].ask);
	return (good && b->n > 0) ||
	       fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
}

bool
signer_issue(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_orders ask;
	OWN_BATCH b = { .signer = s, .plain = { .at = s->warrant, .cap = SIGNER_WARRANTS } };
	if (!signer_orders_read(body, &ask))
		return fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
	if (!orders_take(&b, ask.orders, fault))
		return false;
	if (s->ca.spki.n == 0 || s->ledger.pack == NULL)
		return fault_refuse(fault, &SIGNER_NO_CERTIFICATE, NULL,
		    "認証局の証明書がまだありません。akashi ca certify を行ってください。");
	return signer_head(s, ask.head, true, &b.head, fault) && groups_run(&b, fault) &&
	       answer_all(&b, reply, fault);
}

/* One that the store says it has. */
static bool
book(struct signer *s, const struct signer_head *head, const struct signer_booked *b,
    struct fault *fault)
{
	struct grant *g = ledger_find(&s->ledger, b->dossier, b->edition);
	if (g == NULL || g->state == GRANT_VOID)
		return fault_refuse(fault, &SIGNER_UNKNOWN, NULL,
		    "案件 %lld の版 %lld は台帳にありません。akashi sweep で確かめてください。",
		    (long long)b->dossier, (long long)b->edition);
	if (g->state == GRANT_BOOKED)
		return true;
	struct line line = {
		.at = head->now, .kind = LINE_BOOKED, .dossier = b->dossier, .edition = b->edition
	};
	memcpy(line.serial, g->serial, SERIAL);
	return signer_line(s, &line, fault);
}

/* Those that are known are booked, whatever the others are; the first that is not is told. */
bool
signer_booked(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_orders ask;
	struct signer_booked b[SIGNER_BATCH];
	struct signer_head head;
	struct der whole;
	size_t n = 0;
	bool good = signer_orders_read(body, &ask);
	(void)reply;
	for (; good && !der_done(&ask.orders); n += good)
		good = n < SIGNER_BATCH && der_take_whole(&ask.orders, DER_SEQUENCE, &whole) &&
		       signer_booked_read(whole, &b[n]);
	if (!good || n == 0)
		return fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
	if (!signer_head(s, ask.head, false, &head, fault))
		return false;
	for (size_t k = 0; k < n; k++) {
		struct fault why = { 0 };
		if (!book(s, &head, &b[k], &why) && fault->code == FAULT_NONE)
			*fault = why;
	}
	return signer_sync(s, fault) && fault->code == FAULT_NONE;
}

/* What was signed for, or may have been, and was not booked within a day counts as issued. */
bool
signer_lapse(struct signer *s, struct instant now, struct fault *fault)
{
	for (uint32_t i = 1; i <= s->ledger.grants && s->ledger.unbooked > 0; i++) {
		const struct grant *g = &s->ledger.grant[i];
		struct line intent, line = { .at = now, .kind = LINE_REVOKED, .reason = 4 };
		if ((g->state != GRANT_INTENT && g->state != GRANT_DONE) || g->revoked)
			continue;
		if (!signer_line_at(s, &g->place, &intent, fault))
			return false;
		if (now.sec - intent.at.sec <= DAY_SECONDS)
			continue;
		memcpy(line.serial, g->serial, SERIAL);
		memcpy(line.warrant, intent.warrant, 32);
		memcpy(line.ground, "unbooked", sizeof("unbooked"));
		if (!signer_revoked(s, &line, fault))
			return false;
	}
	return true;
}
