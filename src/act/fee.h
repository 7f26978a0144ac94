/*
 * act/fee.h - what a dossier owes today, and what has come in for it.
 *
 * [G-7] the price of its application (the policy it is pinned to), the tax of the day the
 * certificate is issued: until then, of today. So a change of the rate makes a paid dossier partial
 * again, and the difference is asked. Never opens anything sealed.
 */
#ifndef AKASHI_ACT_FEE_H
#define AKASHI_ACT_FEE_H

#include "act/service.h"
#include "rules/payment.h"

struct fee {
	int64_t due, received; /* yen */
	enum payment state;
};

/* due only; no transaction may be open. */
bool fee_due(struct service *, const struct dossier_row *, int64_t *due, struct fault *) MUST_USE;
/* The whole standing; no transaction may be open. */
bool fee_standing(
    struct service *, const struct dossier_row *, struct fee *, struct fault *) MUST_USE;
bool fee_standing_in(struct tx *, struct service *, const struct dossier_row *, struct fee *,
    struct fault *) MUST_USE;
/*
 * Its standing is said anew in its row, after a rise of the tax or of money the bank took back: who
 * owes again is marked, for the clocks to ask.
 */
bool fee_restate(
    struct tx *, struct service *, struct dossier_row *, struct fee *, struct fault *) MUST_USE;
/* The day from which what was paid in full does not suffice, by the rates known; all 0: none. */
bool fee_rises(struct tx *, const struct service *, const struct policy *pinned,
    const struct dossier_row *, struct day *, struct fault *) MUST_USE;

#endif
