#include "act/payment_reverse.h"

#include <stdio.h>

#include "act/dossier.h"
#include "act/fee.h"
#include "store/bank_row.h"
#include "store/payment_row.h"
#include "store/refund_row.h"
#include "vault/code.h"

bool
payment_line_digest(const struct service *s, const struct bank_line *line, enum bank_entry entry,
    int64_t ordinal, uint8_t out[32], struct fault *fault)
{
	uint8_t bytes[1024];
	struct sink key = SINK_INTO(bytes);
	struct bank_line as = *line;
	as.entry = entry;
	as.ordinal = ordinal;
	bank_line_key(&as, &key);
	index_digest(s->index_key, "bank-line", key.at, key.len, out);
	return !key.full || fault_set(fault, FAULT_BUG, "入金の記録が大きすぎます。");
}

struct undoing {
	struct tx *tx;
	struct service *service;
	struct payment_reversal *is;
	int64_t remaining; /* of is->deposit */
};

/* One equal deposit: an untouched one before one that was given; one undone before is no more. */
static bool
deposit_weigh(struct undoing *u, int64_t id, struct fault *fault)
{
	struct bank_row row = { 0 };
	int64_t given;
	bool found;
	if (!bank_get(u->tx, id, &row, &found, fault))
		return false;
	bank_drop(&row);
	if (!payment_given(u->tx, id, &given, fault))
		return false;
	bool undone = row.remaining + given < row.amount;
	if (undone || (u->is->deposit != 0 && u->is->given <= given))
		return true;
	u->is->deposit = id;
	u->is->given = given;
	u->remaining = row.remaining;
	return true;
}

/* The equal deposits of one day stand one behind the other. */
static bool
day_search(struct undoing *u, const struct bank_line *as, struct fault *fault)
{
	for (int64_t ordinal = 0;; ordinal++) {
		uint8_t digest[32];
		int64_t id;
		if (!payment_line_digest(u->service, as, BANK_DEPOSIT, ordinal, digest, fault) ||
		    !bank_known(u->tx, digest, &id, fault))
			return false;
		if (id == 0)
			return true;
		if (!deposit_weigh(u, id, fault))
			return false;
	}
}

/* What waits to go back is no more than what is there. */
static bool
refund_restate(struct tx *tx, int64_t dossier, int64_t received, struct fault *fault)
{
	struct refund_row r;
	bool found;
	if (!refund_get(tx, dossier, &r, &found, fault))
		return false;
	r.amount = received;
	return !found || r.paid_at != 0 || refund_put(tx, &r, fault);
}

/* Before issue the dossier is unpaid again, after it it owes; either is the clocks' to ask. */
static bool
given_undo(const void *row, void *context, struct fault *fault)
{
	const struct payment_row *p = row;
	struct undoing *u = context;
	OWN_DOSSIER d = { 0 };
	struct event_row e;
	struct fee fee;
	if (p->confirmed_at == 0)
		return true;
	if (!payment_undo(u->tx, p, fault) || !dossier_load_in(u->tx, p->dossier, &d, fault) ||
	    !fee_restate(u->tx, u->service, &d, &fee, fault) ||
	    !refund_restate(u->tx, d.id, fee.received, fault))
		return false;
	service_event(u->service, "payment-reversed", d.id, &e);
	snprintf(e.detail, sizeof(e.detail), "line=%lld deposit=%lld amount=%lld payment=%s",
	    (long long)u->is->line, (long long)p->line, (long long)p->amount, d.payment);
	return service_event_add(u->tx, &e, fault);
}

bool
payment_reverse(struct tx *tx, struct service *s, const struct bank_line *line,
    struct payment_reversal *r, struct fault *fault)
{
	struct undoing u = { tx, s, r, 0 };
	int64_t days = policy_number(&s->policy, "reversal_days", s->today);
	struct bank_line as = *line;
	r->deposit = r->given = 0;
	for (int back = 0; back <= days && r->deposit == 0; back++) {
		as.booked = day_plus(line->booked, -back);
		if (!day_search(&u, &as, fault))
			return false;
	}
	if (r->deposit == 0)
		return true;
	return (u.remaining == 0 || bank_take(tx, r->deposit, u.remaining, u.remaining, fault)) &&
	       (r->given == 0 || payment_of_line(tx, r->deposit, given_undo, &u, fault));
}
