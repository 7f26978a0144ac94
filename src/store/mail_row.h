/*
 * store/mail_row.h - mail to be sent and what became of it: when and what, never to whom.
 *
 * An act adds one within its own transaction; the same dossier, kind and key again is nothing new
 * . What the text says is sealed to the contact key, the address is in a card of the
 * dossier's. The courier takes rows under a lease, as tasks are taken [storage 3].
 */
#ifndef AKASHI_STORE_MAIL_ROW_H
#define AKASHI_STORE_MAIL_ROW_H

#include "store/store.h"

enum { MAIL_ID = 16, MAIL_KEY = 48, MAIL_WHY = 48, MAIL_LEASE = 120 };

struct mail_row {
	uint8_t id[MAIL_ID]; /* also the Message-ID: sent twice it is one mail */
	int64_t dossier;
	char serial[48]; /* "": no certificate's */
	char kind[32]; /* a row of rules/mail.h */
	char key[MAIL_KEY]; /* which of that kind: "edition=1", "day=14" */
	char why[MAIL_WHY]; /* clock and clause */
	uint8_t policy[32]; /* whose words, of the day it was added */
	struct blob vals; /* sealed; empty once nobody will ask for them */
	char state[16]; /* queued sent accepted bounced given-up */
	int64_t due; /* not before */
	int64_t tries;
	char taker[64];
	int64_t fence, until; /* of the lease */
	int64_t created_at, sent_at, accepted_at, failed_at; /* 0: not yet */
	char status[64]; /* what the other side said: "250", "4.2.2", "outbox" */
	int64_t letter_at; /* failed: the same words lie in outbox/ as a letter; 0: not yet */
	int64_t followed_at; /* failed: somebody wrote or called; 0: not yet */
};
extern const struct table MAIL_TABLE;
extern const struct refusal MAIL_FENCE; /* somebody else has taken it since */

/* added: it was new. */
bool mail_row_add(struct tx *, const struct mail_row *, bool *added, struct fault *) MUST_USE;
/* found: the caller owns its blob (mail_row_drop). */
bool mail_row_get(struct tx *, const uint8_t id[MAIL_ID], struct mail_row *, bool *found,
    struct fault *) MUST_USE;
/* Of one dossier, in the order they were added. */
bool mail_row_of(struct tx *, int64_t dossier, store_row *, void *, struct fault *) MUST_USE;
/* Of one state, the oldest first, at most `most`. */
bool mail_row_in(
    struct tx *, const char *state, int64_t most, store_row *, void *, struct fault *) MUST_USE;
/* Failed, and nobody has followed it up yet. */
bool mail_row_failed(struct tx *, int64_t most, store_row *, void *, struct fault *) MUST_USE;
/* One that failed and whose letter is not written. */
bool mail_row_unwritten(struct tx *, struct mail_row *, bool *found, struct fault *) MUST_USE;
/* Since when the first to take is due; 0: there is none. */
bool mail_row_due(struct tx *, int64_t now, int64_t *since, struct fault *) MUST_USE;
/* The first that is due and nobody has in hand; taken until now + MAIL_LEASE. */
bool mail_row_take(struct tx *, const char *taker, int64_t now, struct mail_row *, bool *found,
    struct fault *) MUST_USE;
/* Writes all that may change, under the row's fence, which rises by one. */
bool mail_row_move(struct tx *, const struct mail_row *, struct fault *) MUST_USE;
/* What mail said that was accepted, or followed up, before `before` is forgotten. */
bool mail_row_forget(struct tx *, int64_t before, int64_t *count, struct fault *) MUST_USE;
void mail_row_drop(struct mail_row *);

#endif
