/* Certificates and revocations, each against its line of the journal. */
#include "act/audit_in.h"

#include <stdio.h>
#include <string.h>

#include "act/revoke.h"
#include "base/array.h"
#include "base/text.h"
#include "store/cert_row.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"

enum { PAGE = 500 };

static bool
cert_broken(struct audit *a, const char *serial, const char *say)
{
	char place[AUDIT_PLACE];
	snprintf(place, sizeof(place), "certificate %s", serial);
	return audit_broken(a, place, AUDIT_NONE, "%s", say);
}

/* The signer's own signature over the line that revoked it. */
static bool
receipt_good(const struct audit *a, const struct cert_row *c, const struct line *revoked)
{
	struct signer_receipt r;
	struct der bytes, whole;
	struct line l;
	uint8_t digest[32];
	if (c->receipt.n == 0)
		return true; /* the journal's line was copied without one */
	if (!signer_receipt_read(der_of(c->receipt.at, c->receipt.n), &r))
		return false;
	bytes = r.line;
	if (!line_take(&bytes, &l, &whole) || l.seq != revoked->seq)
		return false;
	line_receipt_digest(r.line, digest);
	for (size_t i = 0; i < a->points; i++)
		if (p256_verify(a->point[i], digest, r.signature.p, r.signature.n))
			return true;
	return false;
}

/* Perhaps it is on its way from one book to the other: that is looked at when all are read. */
static bool
behind_keep(struct audit *a, const struct cert_row *c, struct fault *fault)
{
	if (!ARRAY_ROOM(a->behind, a->behinds, a->behind_room, fault))
		return false;
	snprintf(a->behind[a->behinds++], sizeof(*a->behind), "%s", c->serial);
	return true;
}

static bool
revocation_meet(struct audit *a, const struct cert_row *c, size_t place, struct fault *fault)
{
	if (!a->ledger.grant[place].revoked && c->revoked_at != 0 && !audit_read_on(a, fault))
		return false;
	const struct grant *g = &a->ledger.grant[place]; /* they move when there are more */
	if (!g->revoked)
		return c->revoked_at == 0 ||
		       cert_broken(a, c->serial, "台帳にない失効があります。");
	const struct line *l = grants_said_revocation(&a->said, &a->ledger, g);
	if (c->revoked_at == 0)
		return behind_keep(a, c, fault);
	if (c->revoked_at != l->at.sec || strcmp(c->ground, l->ground) != 0 ||
	    c->reason != l->reason)
		return cert_broken(a, c->serial, "失効の日時か事由が台帳と違います。");
	return receipt_good(a, c, l) ||
	       cert_broken(a, c->serial, "失効の受領書が正しくありません。");
}

static bool
cert_meet(const void *row, void *context, struct fault *fault)
{
	const struct cert_row *c = row;
	struct audit *a = context;
	uint8_t serial[SERIAL];
	snprintf(a->last, sizeof(a->last), "%s", c->serial);
	a->page++;
	const struct grant *g =
	    hex_read(c->serial, serial, SERIAL) ? ledger_serial(&a->ledger, serial) : NULL;
	if (g == NULL)
		return cert_broken(a, c->serial, "台帳にない電子証明書です。");
	size_t place = (size_t)(g - a->ledger.grant);
	a->has[place] = 1;
	const struct grant_said *said = grants_said_of(&a->said, &a->ledger, g);
	if (g->dossier != c->dossier || g->edition != c->edition ||
	    said->not_before.sec != c->not_before || said->not_after.sec != c->not_after)
		return cert_broken(a, c->serial, "案件か有効期間が台帳と違います。");
	if (memcmp(a->done[place], c->digest, sizeof(c->digest)) != 0)
		return cert_broken(a, c->serial, "電子証明書の要約が台帳と違います。");
	return revocation_meet(a, c, place, fault);
}

static bool
certs_page(struct tx *tx, void *context, struct fault *fault)
{
	struct audit *a = context;
	return cert_list(tx, a->last, PAGE, cert_meet, a, fault);
}

struct warrant_look {
	const struct audit *audit;
	const struct grant *grant;
	const uint8_t *warrant; /* digest, as the line names it */
	bool good, screened, approved;
};

static bool
proof_look(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct warrant_look *w = context;
	(void)fault;
	w->screened = w->screened || audit_signed(w->audit, &p->act, ACT_SCREEN, w->warrant);
	w->approved = w->approved || audit_signed(w->audit, &p->act, ACT_APPROVE, w->warrant);
	return true;
}

/* What was signed for is kept, under the order it was for, with the signatures of both. */
static bool
warrant_look(struct tx *tx, void *context, struct fault *fault)
{
	struct warrant_look *w = context;
	struct warrant_row row = { 0 };
	bool found;
	if (!warrant_get(tx, w->warrant, &row, &found, fault))
		return false;
	w->good = found && strcmp(row.kind, "certificate") == 0 &&
		  row.dossier == w->grant->dossier && row.edition == w->grant->edition;
	warrant_drop(&row);
	return proof_each(tx, w->warrant, proof_look, w, fault);
}

/* An epoch gave up the log it was in, or went on from a store in which it was not yet. */
static bool
may_be_lost(const struct audit *a, uint32_t place)
{
	bool lost = place <= a->given_up;
	for (size_t i = 0; !lost && i < a->lost; i++)
		lost = a->late[i] == place;
	return lost;
}

/* Every one the store said it had (BOOKED) is still there, with its warrant, or was lost at an epoch,
 * and revoked [storage 4]. */
static bool
booked_meet(struct audit *a, struct fault *fault)
{
	for (uint32_t i = 1; i <= a->ledger.grants && !a->broken; i++) {
		const struct grant *g = &a->ledger.grant[i];
		struct warrant_look w = { .audit = a,
			.grant = g,
			.warrant = grants_said_of(&a->said, &a->ledger, g)->warrant };
		char serial[SERIAL_HEX];
		hex_print(serial, g->serial, SERIAL);
		if (g->state == GRANT_BOOKED && !a->has[i] && !(g->revoked && may_be_lost(a, i)))
			return cert_broken(a, serial, "台帳にある電子証明書がありません。");
		if (!a->has[i])
			continue;
		if (!store_read(a->crew->service->store, warrant_look, &w, fault))
			return false;
		if (!w.good)
			return cert_broken(a, serial, "署名のもとになった発行指示がありません。");
		if (!w.screened || !w.approved)
			return cert_broken(a, serial, "審査と承認の正しい署名がそろっていません。");
	}
	return true;
}

/* One that was behind, looked at again. */
struct behind {
	const char *serial;
	struct cert_row cert;
	bool found, in_hand;
};

static bool
behind_look(struct tx *tx, void *context, struct fault *fault)
{
	struct behind *b = context;
	cert_drop(&b->cert);
	return cert_get(tx, b->serial, &b->cert, &b->found, fault) &&
	       revoke_in_hand(tx, b->serial, &b->in_hand, fault);
}

static bool
behind_meet(struct audit *a, struct fault *fault)
{
	bool good = true;
	for (size_t i = 0; good && i < a->behinds && !a->broken; i++) {
		struct behind b = { .serial = a->behind[i] };
		good = store_read(a->crew->service->store, behind_look, &b, fault);
		if (good && b.cert.revoked_at == 0 && !b.in_hand)
			cert_broken(a, b.serial,
			    "台帳にある失効がありません。akashi sweep を行ってください。");
		else if (good && b.cert.revoked_at != 0)
			good = cert_meet(&b.cert, a, fault);
		cert_drop(&b.cert);
	}
	return good;
}

bool
audit_certificates(struct audit *a, struct fault *fault)
{
	do {
		a->page = 0;
		if (!store_read(a->crew->service->store, certs_page, a, fault))
			return false;
	} while (a->page > 0 && !a->broken);
	return behind_meet(a, fault) && booked_meet(a, fault);
}
