/*
 * act/revoke.h - a certificate is revoked: officers sign, the signer answers with a receipt, the
 * new list contains it (docs/flows.md, Revocation).
 *
 * The first officer's request is kept; where two are due the second's same call completes it. Until
 * then one for another ground takes its place (act/revoke_open.h); then no other is taken. A
 * revocation is never undone. A void ends an approved edition that must not be issued.
 */
#ifndef AKASHI_ACT_REVOKE_H
#define AKASHI_ACT_REVOKE_H

#include "act/person.h"

extern const struct refusal REVOKE_SERIAL, REVOKE_GROUND, REVOKE_OTHER_GROUND, REVOKE_REASON,
    REVOKE_ON_LIST, REVOKE_RECEIPT, VOID_NOTHING;
/* A FAX is the subscriber's own way; a grace runs. */
extern const struct refusal REVOKE_FAX, REVOKE_GRACE;

struct tx;
/* An issuer has it in hand: the two books may differ for a moment. */
bool revoke_in_hand(struct tx *, const char *serial, bool *, struct fault *) MUST_USE;

struct revoke_request {
	const char *serial, *ground;
	const char *reason; /* or NULL; sealed to the dossier; ground 11-9 demands it */
	struct day invalid_since; /* all 0: not known */
	struct day fax; /* it was asked for by FAX that day; all 0: not so */
	const struct person *first, *second; /* second: NULL */
};
struct revoked {
	int signatures, needed;
	bool done, already; /* already: by an earlier request */
	struct instant at;
	int64_t list; /* number of the list that contains it */
	char ground[16];
	char gave_way[16]; /* ground of a request that was open and is withdrawn for it; "" none */
};
/* FAULT_SECOND: kept, a second officer is due. */
bool revoke_run(
    struct service *, const struct revoke_request *, struct revoked *, struct fault *) MUST_USE;

/* The same without carrying it: task 0: a second officer is due, or it is revoked already. */
bool revoke_ask(struct service *, const struct revoke_request *, struct revoked *, int64_t *task,
    struct fault *) MUST_USE;

/* The store copies what the journal says was revoked, where there is no warrant to ask with. */
struct line;
bool revoke_behind(struct service *, const char *serial, const struct line *, int64_t dossier,
    struct fault *) MUST_USE;

struct voided {
	int64_t edition;
	bool already;
};
/* Either role's; the dossier's newest edition can never be issued. */
bool void_run(struct service *, const struct person *, int64_t dossier, struct voided *,
    struct fault *) MUST_USE;

#endif
