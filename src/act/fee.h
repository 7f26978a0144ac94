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

#endif
