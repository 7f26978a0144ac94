/*
 * act/approve.h - the second person signs the very bytes the card was decoded from.
 *
 * Another person, another role and another surface than the screening's [M-602]; the screening's
 * own signature is verified first. An approval counts for so many business days [K-8]; the signer
 * asks for the warrant's last day besides.
 */
#ifndef AKASHI_ACT_APPROVE_H
#define AKASHI_ACT_APPROVE_H

#include "act/card.h"
#include "act/person.h"

/* The warrant's last day is past; not screened by anybody who counts; not the newest edition. */
extern const struct refusal APPROVE_LATE, APPROVE_UNSCREENED, APPROVE_EDITION;

struct approved {
	struct instant at;
	struct day until; /* the last day of K-8 */
};
bool approve_run(struct service *, const struct person *, const struct card *, struct approved *,
    struct fault *) MUST_USE;

/* The last day on which an approval given that day may still be acted on [K-8]. */
bool approve_last_day(
    struct service *, const struct dossier_row *, struct day *, struct fault *) MUST_USE;

#endif
