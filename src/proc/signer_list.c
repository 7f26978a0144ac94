/* The list: numbered, in order of revocation, streamed from revoked.der [R-10.13] [RFC5280 5]. */
#include "proc/signer.h"

#include <string.h>
#include <unistd.h>

#include "vault/digest.h"

enum { PART = 96 << 10, SECONDS_AN_HOUR = 3600 };

static struct listing *
list_slot(struct signer *s, int64_t number)
{
	return &s->listing[(uint64_t)number % SIGNER_LISTS];
}

bool
signer_entries(struct signer *s, const void *bytes, size_t n, struct fault *fault)
{
	const uint8_t *from = bytes;
	for (size_t at = 0; at < n;) {
		ssize_t k = write(SIGNER_REVOKED_FD, from + at, n - at);
		if (k <= 0) {
			s->journal.dead = true; /* built anew from the journal at the next start */
			return fault_refuse(fault, &JOURNAL_DEAD, NULL,
			    "失効の一覧に書けません。署名プログラムを止めます。");
		}
		at += (size_t)k;
	}
	s->revoked_bytes += n;
	return true;
}

/* Into the journal, then the finished entry into revoked.der, which only mirrors it. */
bool
signer_revoked(struct signer *s, struct line *line, struct fault *fault)
{
	uint8_t bytes[CRL_ENTRY_MOST];
	struct sink entry = SINK_INTO(bytes);
	if (!signer_line(s, line, fault) || !signer_sync(s, fault))
		return false;
	crl_entry(line->serial, line->at, (int)line->reason, line->invalid_since, &entry);
	return signer_entries(s, entry.at, entry.len, fault);
}

/* Bytes of revoked.der, all of them. */
static bool
entries_read(void *to, size_t n, uint64_t at, struct fault *fault)
{
	for (size_t got = 0; got < n;) {
		ssize_t k =
		    pread(SIGNER_REVOKED_READ_FD, (uint8_t *)to + got, n - got, (off_t)(at + got));
		if (k <= 0)
			return fault_set(fault, FAULT_STORE, "失効の一覧を読めません。");
		got += (size_t)k;
	}
	return true;
}

static bool
list_digest(const struct listing *l, uint8_t out[32], struct fault *fault)
{
	uint8_t part[8192];
	struct digest d;
	digest_begin(&d);
	digest_add(&d, l->prefix, l->prefix_n);
	for (uint64_t at = 0; at < l->head.entry_bytes; at += sizeof(part)) {
		uint64_t left = l->head.entry_bytes - at;
		size_t n = left < sizeof(part) ? (size_t)left : sizeof(part);
		if (!entries_read(part, n, at, fault))
			return false;
		digest_add(&d, part, n);
	}
	digest_add(&d, l->suffix, l->suffix_n);
	digest_end(&d, out);
	return true;
}

/*
 * From when on one that ended stays on the list: a CA of before may have left such entries out until
 * its last list (X.509, expiredCertsOnCRL).
 */
static struct instant
expired_since(const struct signer *s)
{
	return ledger_adopts(&s->ledger) ? s->ledger.adopted.as.this_update : s->ca.not_before;
}

/* Everything but the signature. nextUpdate by the second figure of K-17. */
static bool
list_compose(struct signer *s, struct instant now, struct listing *l, struct fault *fault)
{
	const struct clock *k = policy_clock(pack_policy(s->ledger.pack), "K-17", instant_day(now));
	struct sink prefix = SINK_INTO(l->prefix), suffix = SINK_INTO(l->suffix);
	if (k == NULL || k->figure_count < 2)
		return fault_set(fault, FAULT_BROKEN,
		    "規則に CRL の有効期間（K-17）がありません。clocks.yaml を確かめてください。");
	l->head = (struct crl_head){ .issuer = s->ca.subject,
		.this_update = now,
		.next_update = { now.sec + (int64_t)k->figures[1] * SECONDS_AN_HOUR },
		.number = (uint64_t)ledger_next_list(&s->ledger),
		.expired_since = expired_since(s),
		.entry_bytes = s->revoked_bytes };
	memcpy(l->head.issuer_key_id, s->ca.key_id, sizeof(s->ca.key_id));
	crl_prefix(&l->head, &prefix);
	crl_suffix(&l->head, &suffix);
	l->prefix_n = prefix.len;
	l->suffix_n = suffix.len;
	return (!prefix.full && !suffix.full) ||
	       fault_set(fault, FAULT_BUG, "CRL が大きすぎます。");
}

static bool
list_sign(struct signer *s, struct listing *l, struct line *line, struct fault *fault)
{
	uint8_t bytes[SIGNATURE_MOST];
	struct sink signature = SINK_INTO(bytes);
	struct sink before = SINK_INTO(l->before), after = SINK_INTO(l->after);
	if (!list_digest(l, line->tbs, fault) || !signer_line(s, line, fault) ||
	    !signer_sync(s, fault) ||
	    !signer_sign_digest(s, "LIST", s->ca.spki, line->tbs, &signature, fault))
		return false;
	crl_frame(&l->head, signature.len, &before, signature.at, &after);
	l->before_n = before.len;
	l->after_n = after.len;
	l->bytes = before.len + l->prefix_n + l->head.entry_bytes + l->suffix_n + after.len;
	return (!before.full && !after.full) || fault_set(fault, FAULT_BUG, "CRL が大きすぎます。");
}

bool
signer_list(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_head h;
	struct listing l = { 0 };
	struct line line = { .kind = LINE_LIST };
	OWN_SINK whole = SINK_GROW(4096);
	if (s->ca.spki.n == 0)
		return fault_refuse(fault, &SIGNER_NO_CERTIFICATE, NULL,
		    "認証局の証明書がまだありません。akashi ca certify を行ってください。");
	if (!signer_head(s, body, false, &h, fault) || !signer_lapse(s, h.now, fault) ||
	    !list_compose(s, h.now, &l, fault))
		return false;
	line.at = line.not_before = h.now;
	line.not_after = l.head.next_update;
	line.number = (int64_t)l.head.number;
	line.size = s->ledger.revoked;
	if (!list_sign(s, &l, &line, fault))
		return false;
	*list_slot(s, line.number) = l;
	line_pack(&line, &whole);
	struct signer_list out = { .number = line.number,
		.bytes = (int64_t)l.bytes,
		.line = der_of(whole.at, whole.len) };
	memcpy(out.tbs, line.tbs, 32);
	signer_list_pack(&out, reply);
	return true;
}

/* The list's pieces in order; the entries, which lie in the file, have no bytes here. */
struct piece {
	const uint8_t *bytes;
	uint64_t n;
};

/* Puts up to `most` octets of one piece from `at` on. */
static bool
piece_put(const struct piece *p, uint64_t at, size_t most, struct sink *reply, struct fault *fault)
{
	uint8_t part[8192];
	size_t n = p->n - at < most ? (size_t)(p->n - at) : most;
	if (p->bytes == NULL) {
		n = n < sizeof(part) ? n : sizeof(part);
		if (!entries_read(part, n, at, fault))
			return false;
	}
	sink_bytes(reply, p->bytes == NULL ? part : p->bytes + at, n);
	return true;
}

/* The list of that number, if the place asked for is in it or just behind it; else NULL. */
static const struct listing *
list_find(struct signer *s, const struct signer_list_part *p, struct fault *fault)
{
	const struct listing *l = list_slot(s, p->number);
	if (p->number < 1 || l->head.number != (uint64_t)p->number) {
		(void)fault_refuse(fault, &SIGNER_LIST_GONE, "number",
		    "失効リスト 第%lld号は署名プログラムの手元にありません。"
		    "akashi crl publish で次の号を作ってください。",
		    (long long)p->number);
		return NULL;
	}
	if (p->offset >= 0 && (uint64_t)p->offset <= l->bytes)
		return l;
	(void)fault_refuse(fault, &SIGNER_LIST_PLACE, "offset",
	    "失効リスト 第%lld号は %llu バイトです。そこから先はありません。", (long long)p->number,
	    (unsigned long long)l->bytes);
	return NULL;
}

bool
signer_list_part(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_list_part ask;
	if (!signer_list_part_read(body, &ask))
		return fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
	const struct listing *l = list_find(s, &ask, fault);
	if (l == NULL)
		return false;
	const struct piece piece[] = { { l->before, l->before_n }, { l->prefix, l->prefix_n },
		{ NULL, l->head.entry_bytes }, { l->suffix, l->suffix_n },
		{ l->after, l->after_n } };
	for (uint64_t from = (uint64_t)ask.offset; from < l->bytes && reply->len < PART;) {
		uint64_t at = from;
		size_t i = 0, before = reply->len;
		while (at >= piece[i].n)
			at -= piece[i++].n;
		if (!piece_put(&piece[i], at, PART - before, reply, fault))
			return false;
		from += reply->len - before;
	}
	return true;
}
