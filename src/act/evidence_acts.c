/* Who signed what: every act with the document it is over and the key its charter names. */
#include "act/evidence_in.h"

#include <stdio.h>
#include <string.h>

#include "act/print_day.h"
#include "base/array.h"
#include "store/letter_row.h"
#include "store/print_day_row.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"

/* The acts over one document. */
struct over {
	struct evidence *e;
	const char *prefix; /* "revoke": acts/revoke-1 ... */
	const char *document; /* its file */
	int count;
	bool seat; /* named by their seat: acts/screen, acts/approve */
};

/* The person's key in the charter the act names. */
static const struct holder *
holder_of(const struct evidence *e, const struct act *a)
{
	uint8_t digest[32];
	act_digest(a, digest);
	if (a->charter < 0 || a->charter >= (int64_t)e->charters)
		return NULL;
	const struct charter *c = e->charter[a->charter];
	const struct holder *h = charter_staff(c, a->person);
	if (h == NULL)
		h = charter_custodian(c, a->person);
	return h != NULL && p256_verify(h->point, digest, a->signature.p, a->signature.n) ? h
											  : NULL;
}

static bool
act_put(struct over *o, const struct act *a, const char *name, struct fault *fault)
{
	struct evidence *e = o->e;
	char file[EVIDENCE_NAME];
	uint8_t bytes[ACT_PACKED];
	struct sink tbs = SINK_INTO(bytes);
	const struct holder *h = holder_of(e, a);
	if (!ARRAY_ROOM(e->act, e->acts, e->act_room, fault))
		return false;
	if (h == NULL)
		return fault_set(fault, FAULT_BROKEN,
		    "%s の署名（%s）が憲章の鍵と合いません。監査担当に知らせてください。",
		    a->person, name);
	struct evidence_act *one = &e->act[e->acts++];
	*one = (struct evidence_act){ .act = *a };
	one->act.signature = der_of(NULL, 0);
	snprintf(one->name, sizeof(one->name), "%s", name);
	snprintf(one->document, sizeof(one->document), "%s", o->document);
	snprintf(file, sizeof(file), "acts/%s", name);
	act_signed(a, &tbs);
	return evidence_signed(e, file, der_of(tbs.at, tbs.len), a->signature, h->point, fault);
}

static bool
proof_put(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct over *o = context;
	struct act a;
	char name[32];
	if (!act_unpack(der_of(p->act.at, p->act.n), &a))
		return fault_set(fault, FAULT_BROKEN, "署名の記録が読めません。");
	snprintf(name, sizeof(name), "%s-%d", o->prefix, ++o->count);
	return act_put(o, &a, o->seat ? p->seat : name, fault);
}

/* A document in a file, and the acts over its SHA-256. */
static bool
document(struct evidence *e, const char *prefix, struct der bytes, const char *file, bool seat,
    struct fault *fault)
{
	uint8_t digest[32];
	struct over o = { e, prefix, file, 0, seat };
	digest_of(bytes.p, bytes.n, digest);
	return evidence_put(e, bytes, fault, "%s", file) &&
	       proof_each(e->tx, digest, proof_put, &o, fault);
}

static bool
charter_acts(struct evidence *e, struct fault *fault)
{
	for (size_t i = 1; i < e->charters; i++) {
		char prefix[32], file[EVIDENCE_NAME];
		uint8_t digest[32];
		struct over o = { e, prefix, file, 0, false };
		OWN_SINK packed = SINK_GROW(CHARTER_MOST);
		snprintf(prefix, sizeof(prefix), "charter-%zu", i);
		snprintf(file, sizeof(file), "charters/%zu.der", i);
		charter_pack(e->charter[i], &packed);
		charter_digest(der_of(packed.at, packed.len), digest);
		if (!proof_each(e->tx, digest, proof_put, &o, fault))
			return false;
	}
	return true;
}

/* Of the CA certificate and of a revocation: they hold no names and stand as they are. */
static bool
open_warrant(
    struct evidence *e, const struct warrant_row *w, const char *prefix, struct fault *fault)
{
	char file[EVIDENCE_NAME];
	snprintf(file, sizeof(file), "warrants/%s.der", prefix);
	return document(e, prefix, der_of(w->sealed.at, w->sealed.n), file, false, fault);
}

/* What the line of the revocation was ordered by: the store may have forgotten it, or have another that came
 * later, and the signer revokes by itself under the certificate's own. One that is only asked for is here too. */
static bool
revoke_warrant(struct evidence *e, struct warrant_row *out, bool *found, struct fault *fault)
{
	const struct line *revoked = evidence_revoked(e);
	if (revoked == NULL)
		return warrant_of_serial(e->tx, e->cert.serial, out, found, fault);
	if (!warrant_get(e->tx, revoked->warrant, out, found, fault))
		return false;
	*found = *found && strcmp(out->kind, warrant_kind_name(WARRANT_REVOKE)) == 0;
	return true;
}

static bool
warrants(struct evidence *e, struct fault *fault)
{
	struct warrant_row ca = { 0 }, revoke = { 0 };
	bool has_ca = false, has_revoke = false;
	bool good =
	    document(e, "", e->card->packed, "warrants/certificate.der", true, fault) &&
	    warrant_of(e->tx, warrant_kind_name(WARRANT_CACERT), 0, 0, &ca, &has_ca, fault) &&
	    (!has_ca || open_warrant(e, &ca, "cacert", fault)) &&
	    revoke_warrant(e, &revoke, &has_revoke, fault) &&
	    (!has_revoke || open_warrant(e, &revoke, "revoke", fault));
	warrant_drop(&ca);
	warrant_drop(&revoke);
	return good;
}

static bool
letter_day(const void *row, void *context, struct fault *fault)
{
	const struct letter_row *l = row;
	(void)fault;
	if (l->print_day[0] != '\0')
		memcpy(context, l->print_day, sizeof(l->print_day));
	return true;
}

/* Who opened and closed the print day of the letters. */
static bool
print_day(struct evidence *e, struct fault *fault)
{
	static const char *const WORDS[] = { "open", "close" };
	char day[16] = "";
	struct print_day_row row = { 0 };
	bool found = false, good = true;
	if (!letter_of_dossier(e->tx, e->dossier.id, e->cert.edition, letter_day, day, fault) ||
	    (day[0] != '\0' && !print_day_last(e->tx, day, &row, &found, fault)))
		return false;
	for (size_t i = 0; good && found && i < COUNT(WORDS); i++) {
		uint8_t bytes[160];
		char prefix[32], file[EVIDENCE_NAME];
		struct sink s = SINK_INTO(bytes);
		snprintf(prefix, sizeof(prefix), "day-%s", WORDS[i]);
		snprintf(file, sizeof(file), "warrants/day-%s", WORDS[i]);
		print_day_document(e->charter[0], WORDS[i], day, row.round, &s);
		if (i == 0 || row.closed_at != 0)
			good = document(e, prefix, der_of(s.at, s.len), file, false, fault);
	}
	print_day_drop(&row);
	return good;
}

bool
evidence_acts(struct evidence *e, struct fault *fault)
{
	return charter_acts(e, fault) && warrants(e, fault) && print_day(e, fault);
}
