/*
 * act/crew.h - the CA room's programs, for the length of an act or of akashi-issuer.
 *
 * crew_start makes the caller their starter (act/starter.h): the key agent (a rehearsal's; a real
 * service's is its custodian's to open) and the signer with its two roads are its own, and end with
 * crew_end. crew_join asks a starter for one road: no key is seen there, not for a moment. Without
 * the CA key charters, checkpoints, revocations and voids go on; crew_ca asks for it. A second
 * signer on the journal is refused (FAULT_LATER).
 */
#ifndef AKASHI_ACT_CREW_H
#define AKASHI_ACT_CREW_H

#include "act/head.h"
#include "act/service.h"
#include "act/starter.h"
#include "book/charter.h"
#include "book/journal.h"
#include "wire/keymaker.h"
#include "wire/signer.h"

struct crew {
	struct service *service;
	unsigned lanes; /* of tasks that are ours to carry: enum task_lane */
	struct starter own; /* where asked is -1 */
	int asked; /* the starter's socket; -1: we are it */
	int road[ROADS]; /* to the signer; -1: not ours */
	struct started is; /* the signer at their end */
	struct sink status_bytes; /* owned; status borrows from it */
	struct signer_status status; /* of the last look */
	bool stale; /* the signer's book may have moved since */
	bool released; /* what others had taken was taken back */
	bool signer_gone; /* it ended by itself: nothing more can be asked */
	volatile bool *stop; /* of a standing crew: no further task is begun; NULL: one act's */
	struct head head; /* of the event log, as far as it was read */
};

/* The CA key is not open, or was closed. */
extern const struct refusal CREW_CA_SHUT;

bool crew_start(struct service *, struct crew *, struct fault *) MUST_USE;
/* starter: its socket, the caller's; it says which road that is. */
bool crew_join(
    struct service *, int starter, unsigned lanes, struct crew *, struct fault *) MUST_USE;
void crew_end(struct crew *);
/*
 * What was refused so may be asked once more: its head was overtaken, or the signer went and a starter
 * gives a road to the next one.
 */
bool crew_again(struct crew *, const struct fault *why) MUST_USE;
/* What was said of one order alone: where its key is away, crew_ca brings the signer another. */
void crew_told(struct crew *, const struct fault *why);
/* Before anything that the CA key must sign: one opened since is taken up by a new signer. */
bool crew_ca(struct crew *, struct fault *) MUST_USE;
/* What the signer says of its book; cached until we may have changed it. */
bool crew_status(struct crew *, struct fault *) MUST_USE;
/* The newest head of the event log, proven from the signer's last [design 4]; packed. */
bool crew_head(struct crew *, struct sink *, struct fault *) MUST_USE;
bool crew_ask(struct crew *, enum road, int64_t kind, struct der body, struct sink *reply,
    struct fault *) MUST_USE;
/* The issuer's road in two halves. More may be sent on it between them, but no other answer received; with
 * the road of a signer that went, its answers go. */
bool crew_send(struct crew *, int64_t kind, struct der body, int64_t *id, struct fault *) MUST_USE;
bool crew_receive(struct crew *, int64_t id, struct sink *reply, struct fault *) MUST_USE;
/* One key: a keymaker is started and asked, and is gone when it has answered on *fd (the caller's). */
bool crew_make(struct crew *, struct der ask, int *fd, int64_t *id, struct fault *) MUST_USE;
/* A document people signed, with the head; the reply is the signer's. */
bool crew_document(struct crew *, enum road, int64_t kind, struct der document, struct der extra,
    struct der acts, struct sink *reply, struct fault *) MUST_USE;

/* Where a reading of the journal stands: zeros at the beginning; read on from there for what is new. */
struct crew_place {
	struct journal chain;
	struct signer_lines at;
};
/*
 * Every line of the journal as the signer gives it. JOURNAL_CHAIN where one does not follow from
 * the one before, or the last is not the one the signer says is its last.
 */
bool crew_journal(
    struct crew *, struct crew_place *, journal_each *, void *context, struct fault *) MUST_USE;
/* The store's copies of them, made whole first, read the same way against the signer's last line. */
bool crew_copies(
    struct crew *, struct crew_place *, journal_each *, void *context, struct fault *) MUST_USE;
/* Copies the journal's new lines into the store; all that is missing. */
bool crew_copy_lines(struct crew *, struct fault *) MUST_USE;

#endif
