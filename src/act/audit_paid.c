/* Payments: each stands on the signature of somebody in accounting, each refund on two
 * [R-6.10] [R-6.20]. */
#include "act/audit_in.h"

#include <stdlib.h>
#include <string.h>

#include "act/payment_confirm.h"
#include "act/refund.h"
#include "base/array.h"
#include "store/dossier_row.h"
#include "store/proof_row.h"

enum { PAGE = 200 };

struct paid {
	struct audit *audit;
	struct payment_row row[PAGE], last;
	size_t rows;
	uint8_t document[32]; /* of the row that is looked at */
	bool known, signed_for;
};

bool
audit_clerks(struct audit *a, const struct charter *c, struct fault *fault)
{
	for (size_t i = 0; i < c->staffs; i++) {
		bool had = false;
		for (size_t k = 0; k < a->clerks && !had; k++)
			had = memcmp(&a->clerk[k], &c->staff[i], sizeof(c->staff[i])) == 0;
		if (had)
			continue;
		if (!ARRAY_ROOM(a->clerk, a->clerks, a->clerk_room, fault))
			return false;
		a->clerk[a->clerks++] = c->staff[i];
	}
	return true;
}

bool
audit_signed(const struct audit *a, const struct blob *packed, enum act_kind kind,
    const uint8_t document[32])
{
	struct act act;
	uint8_t digest[32];
	bool good = false;
	enum role role = act_role(kind);
	if (!act_unpack(der_of(packed->at, packed->n), &act) ||
	    strcmp(act.act, act_name(kind)) != 0 || strcmp(act.role, role_name(role)) != 0 ||
	    memcmp(act.subject, document, 32) != 0)
		return false;
	act_digest(&act, digest);
	for (size_t i = 0; i < a->clerks && !good; i++)
		good = strcmp(a->clerk[i].id, act.person) == 0 &&
		       (a->clerk[i].roles & 1 << role) != 0 &&
		       p256_verify(a->clerk[i].point, digest, act.signature.p, act.signature.n);
	return good;
}

static bool
proof_meet(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct paid *is = context;
	(void)fault;
	is->signed_for =
	    is->signed_for || audit_signed(is->audit, &p->act, ACT_CONFIRM, is->document);
	return true;
}

/* What had to be signed for the row, from what stands there now. */
static bool
document_make(struct tx *tx, const struct payment_row *p, struct paid *is, struct fault *fault)
{
	struct bank_row line = { 0 };
	struct dossier_row d = { 0 };
	bool has_line, has_dossier = false;
	bool good = bank_get(tx, p->line, &line, &has_line, fault) &&
		    dossier_get(tx, p->dossier, &d, &has_dossier, fault);
	is->known = good && has_line && has_dossier;
	if (is->known)
		payment_document(is->audit->ledger.service, p, &line, d.reference, is->document);
	bank_drop(&line);
	dossier_drop(&d);
	return good;
}

static bool
row_keep(const void *row, void *context, struct fault *fault)
{
	struct paid *is = context;
	(void)fault;
	is->row[is->rows++] = *(const struct payment_row *)row;
	return true;
}

static bool
page_meet(struct tx *tx, void *context, struct fault *fault)
{
	struct paid *is = context;
	is->rows = 0;
	if (!payment_page(tx, &is->last, PAGE, row_keep, is, fault))
		return false;
	for (size_t i = 0; i < is->rows && !is->audit->broken; i++) {
		const struct payment_row *p = &is->row[i];
		is->signed_for = false;
		if (!document_make(tx, p, is, fault) ||
		    (is->known && !proof_each(tx, is->document, proof_meet, is, fault)))
			return false;
		if (!is->signed_for)
			audit_broken(is->audit, "payment", p->line,
			    "案件 %lld への入金に、経理担当の正しい署名がありません。",
			    (long long)p->dossier);
		is->last = *p;
	}
	return true;
}

bool
audit_payments(struct audit *a, struct fault *fault)
{
	struct paid *is = calloc(1, sizeof(*is));
	bool good = is != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (good)
		is->audit = a;
	do
		good = good && store_read(a->crew->service->store, page_meet, is, fault);
	while (good && is->rows > 0 && !a->broken);
	free(is);
	return good;
}

struct back {
	struct audit *audit;
	struct refund_row row[PAGE];
	size_t rows;
	int64_t last;
	uint8_t document[32];
	int hands;
};

static bool
hand_meet(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row; /* one person, one proof of a document */
	struct back *is = context;
	(void)fault;
	is->hands += audit_signed(is->audit, &p->act, ACT_REFUND, is->document);
	return true;
}

static bool
refund_keep(const void *row, void *context, struct fault *fault)
{
	struct back *is = context;
	(void)fault;
	is->row[is->rows++] = *(const struct refund_row *)row;
	return true;
}

static bool
refunds_meet(struct tx *tx, void *context, struct fault *fault)
{
	struct back *is = context;
	is->rows = 0;
	if (!refund_page(tx, is->last, PAGE, refund_keep, is, fault))
		return false;
	for (size_t i = 0; i < is->rows && !is->audit->broken; i++) {
		const struct refund_row *r = &is->row[i];
		is->hands = 0;
		refund_document(is->audit->ledger.service, r, is->document);
		if (!proof_each(tx, is->document, hand_meet, is, fault))
			return false;
		if (is->hands < REFUND_PEOPLE)
			audit_broken(is->audit, "refund", r->dossier,
			    "案件 %lld の返金に、経理担当二人の正しい署名がありません。",
			    (long long)r->dossier);
		is->last = r->dossier;
	}
	return true;
}

bool
audit_refunds(struct audit *a, struct fault *fault)
{
	OWN_BYTES(room) = calloc(1, sizeof(struct back));
	struct back *is = room;
	if (is == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	is->audit = a;
	do {
		if (!store_read(a->crew->service->store, refunds_meet, is, fault))
			return false;
	} while (is->rows > 0 && !a->broken);
	return true;
}
