/*
 * act/revoke_open.h - a request for a revocation that waits for its second officer.
 *
 * One stands for a certificate at a time. While fewer signatures count than its ground asks and no
 * issuer is asked, nobody is bound by it: another ground may take its place, and a
 * receipt ends one that said there was none. Withdrawn, its row is gone and its event
 * stays. The signatures stay too: for the signer they are as few as they were, and nobody adds one.
 */
#ifndef AKASHI_ACT_REVOKE_OPEN_H
#define AKASHI_ACT_REVOKE_OPEN_H

#include "act/person.h"
#include "store/warrant_row.h"

#define NO_RECEIPT "11-3" /* the receipt did not come in time */

/* What it asks for. */
bool revoke_open_ground(const struct warrant_row *, char ground[16], struct fault *) MUST_USE;
/* Officers by the rules of today; of what is no ground any more two. */
int revoke_open_need(const struct service *, const struct warrant_row *);
/* *out: it may still be withdrawn. */
bool revoke_open_is(
    struct tx *, struct service *, const struct warrant_row *, bool *out, struct fault *) MUST_USE;
/* With its event, by that person or, NULL, by nobody's word; only what is open. */
bool revoke_open_withdraw(struct tx *, const struct service *, const struct warrant_row *,
    const struct person *, struct fault *) MUST_USE;
/* The certificate's receipt came: one for want of it is withdrawn where it is open. */
bool revoke_open_received(struct tx *, struct service *, const char *serial, const struct person *,
    struct fault *) MUST_USE;

#endif
