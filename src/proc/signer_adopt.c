/* A CA of before moves in: its certificate, the numbers it gave, its list (docs/flows.md, Adoption). */
#include "proc/signer.h"

#include <string.h>

#include "book/order.h"
#include "vault/digest.h"

struct adoption {
	struct warrant warrant;
	struct warrant_adopt body;
	struct cert_ca ca;
	uint8_t digest[32]; /* of the warrant: what custodians and the CA key sign */
};

/* The CA is the one the first line names, signed itself, is good today and of our kind. */
static bool
ca_good(struct signer *s, const struct signer_head *h, struct adoption *a, struct fault *fault)
{
	uint8_t certificate[32];
	digest_of(a->body.certificate.p, a->body.certificate.n, certificate);
	if (memcmp(certificate, s->ledger.adopts, 32) != 0)
		return fault_refuse(fault, &SIGNER_CA_OTHER, "certificate",
		    "台帳の最初の行が引き継ぐと言う認証局の証明書ではありません。"
		    "akashi init に渡したものを使ってください。");
	if (!cert_ca_read(a->body.certificate, &a->ca, fault))
		return false;
	if (!a->ca.self_issued || h->now.sec < a->ca.not_before.sec ||
	    h->now.sec > a->ca.not_after.sec)
		return fault_refuse(fault, &SIGNER_CA_OTHER, "certificate",
		    "認証局の証明書が自己署名でないか、今は有効期間の外です。"
		    "この認証局は引き継げません。");
	return warrant_name_marks(a->ca.subject) == (s->ledger.rehearsal ? 1 : 0) ||
	       fault_refuse(fault, &SIGNER_CA_MARK, "certificate",
		   "認証局の名前の「試験用」の印が、サービスの種類と合いません。");
}

static bool
adoption_check(struct signer *s, const struct signer_document *d, const struct signer_head *h,
    struct adoption *a, struct fault *fault)
{
	warrant_digest(d->document, a->digest);
	return signer_warrant(s, d->document, WARRANT_ADOPT, &a->warrant, fault) &&
	       warrant_adopt_unpack(a->warrant.body, &a->body, fault) &&
	       charter_in_force(s->ledger.charter, h->now, fault) && ca_good(s, h, a, fault) &&
	       charter_quorum(s->ledger.charter, ACT_CACERT, a->digest, d->acts, fault);
}

/* What is begun too late would go on from a list that no reader believes any more. */
static bool
adoption_in_time(const struct signer_head *h, const struct adoption *a, struct fault *fault)
{
	if (!signer_in_time(&a->warrant, h, fault))
		return false;
	return h->now.sec < a->body.next_update.sec ||
	       fault_refuse(fault, &SIGNER_ADOPT_LATE, "next_update",
		   "引き継ぐ失効リストの次回更新を過ぎています。"
		   "前の認証局の新しい失効リストで akashi ca adopt からやり直してください。");
}

/* That this warrant is the one the last ADOPTION line was for. */
static bool
is_ours(const struct signer *s, const struct adoption *a)
{
	const struct sink *w = &s->ledger.adopted.warrant;
	uint8_t digest[32];
	warrant_digest(der_of(w->at, w->len), digest);
	return w->len > 0 && memcmp(digest, a->digest, 32) == 0;
}

/* Announced, then the CA key shows that it is the certificate's: it signs the warrant's digest. */
bool
signer_adopt(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_document d;
	struct signer_head h;
	struct adoption a;
	uint8_t bytes[SIGNATURE_MOST];
	struct sink signature = SINK_INTO(bytes);
	struct line line = { .kind = LINE_ADOPTION };
	if (!signer_document(s, body, true, &d, &h, fault) || !adoption_check(s, &d, &h, &a, fault))
		return false;
	if (s->ca.spki.n != 0) {
		if (!is_ours(s, &a))
			return fault_refuse(
			    fault, &SIGNER_CA_AGAIN, NULL, "認証局の証明書はもうあります。");
		sink_bytes(reply, s->ledger.certificate.at, s->ledger.certificate.len);
		return true;
	}
	if (!adoption_in_time(&h, &a, fault))
		return false;
	line.at = h.now;
	line.number = a.body.number;
	line.body = d.document;
	memcpy(line.tbs, a.digest, 32);
	return signer_line(s, &line, fault) && signer_sync(s, fault) &&
	       signer_sign_digest(s, "ADOPTION", a.ca.spki, a.digest, &signature, fault);
}

/* The ADOPTION line stood there before the key was asked, and stayed where it refused. */
static bool
key_shown(struct signer *s, struct der spki, struct fault *fault)
{
	uint8_t bytes[SIGNATURE_MOST], digest[32];
	struct sink signature = SINK_INTO(bytes);
	const struct sink *warrant = &s->ledger.adopted.warrant;
	warrant_digest(der_of(warrant->at, warrant->len), digest);
	return signer_sign_digest(s, "ADOPTION", spki, digest, &signature, fault);
}

/* All parts are there: from this line on it is our CA. */
static bool
adoption_end(struct signer *s, struct instant now, struct sink *reply, struct fault *fault)
{
	struct der certificate = s->ledger.adopted.as.certificate;
	struct line line = { .at = now, .kind = LINE_CACERT, .body = certificate };
	struct cert_ca ca;
	struct sink *entries = &s->ledger.adopted.entries;
	if (!adopted_all(&s->ledger.adopted, fault) || !cert_ca_read(certificate, &ca, fault) ||
	    !key_shown(s, ca.spki, fault))
		return false;
	digest_of(certificate.p, certificate.n, line.digest);
	memcpy(line.serial, ca.serial, SERIAL);
	if (!signer_line(s, &line, fault) || !signer_sync(s, fault))
		return false;
	if (!signer_entries(s, entries->at, entries->len, fault))
		return false;
	sink_drop(entries);
	certificate = der_of(s->ledger.certificate.at, s->ledger.certificate.len);
	sink_bytes(reply, certificate.p, certificate.n);
	return cert_ca_read(certificate, &s->ca, fault);
}

bool
signer_adopted(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_document d;
	struct signer_head h;
	struct adopted first;
	struct line line = { .kind = LINE_ADOPTED };
	if (!signer_document(s, body, true, &d, &h, fault))
		return false;
	if (d.extra.n == 0)
		return adoption_end(s, h.now, reply, fault);
	struct der part = d.extra;
	if (!adopted_next(&s->ledger.adopted, d.extra, fault) || !adopted_take(&part, &first))
		return false;
	line.at = h.now;
	line.number = s->ledger.adopted.parts + 1;
	line.body = d.extra;
	memcpy(line.serial, first.serial, SERIAL);
	return signer_line(s, &line, fault); /* synced by the last */
}
