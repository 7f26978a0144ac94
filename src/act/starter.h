/*
 * act/starter.h - who opens the signer's and the keymaker's keys, and starts them [design 1].
 *
 * `akashi serve` does it for its issuers: each asks over a socket of its own and gets a connected
 * descriptor, never a key. Where nobody serves, a command is its own starter. Between key file and
 * the program's pipe a secret stands in locked memory, for that moment only.
 *
 * A road outlives the issuer it was given to: the next one in its place gets the same.
 */
#ifndef AKASHI_ACT_STARTER_H
#define AKASHI_ACT_STARTER_H

#include "act/service.h"

/* From that place it may not be asked for. */
extern const struct refusal STARTER_PLACE;

enum road { ROAD_OFFICERS, ROAD_ISSUER, ROADS };
enum { STARTER_MAKERS = 8 };

/* A signer that was started. */
struct started {
	int64_t number; /* from 1: tells it from the one before */
	bool ca; /* the CA key's agent stands behind it */
};

struct starter {
	struct service *service;
	pid_t signer, key; /* 0: none; key: a rehearsal's own agent */
	pid_t agent; /* who holds the CA key that signer asks; 0: nobody, or that own one */
	struct started is;
	int road[ROADS]; /* our ends; -1 */
	int status; /* the last signer's exit status */
	pid_t maker[STARTER_MAKERS]; /* keymakers not yet seen to end; 0 */
};
void starter_begin(struct starter *, struct service *);
/* They end. Good for one that began nothing. */
void starter_end(struct starter *);
/* Those that have ended are let go. */
void starter_reap(struct starter *);

/*
 * A road to the signer, the caller's own descriptor. It is started where none runs; `other`: also
 * where that one runs and the CA key was opened since, which the new one takes up. 0: whichever runs.
 */
bool starter_signer(
    struct starter *, enum road, int64_t other, int *fd, struct started *, struct fault *) MUST_USE;
/* A keymaker for one call; it ends when that is answered or *fd closed. */
bool starter_keymaker(struct starter *, int *fd, struct fault *) MUST_USE;
extern const struct refusal STARTER_BUSY; /* another one's signer has the journal */
/* The road to that signer broke; if it did, it ends. False, with why, where that says more. */
bool starter_ended(struct starter *, int64_t number, struct fault *) MUST_USE;

/* Answers one request of the issuer at the other end. False: it is gone. */
bool starter_answer(struct starter *, int ear, enum road) MUST_USE;
/* The same three, asked by an issuer; its socket says which road is its own. */
bool starter_ask_signer(
    int starter, int64_t other, int *fd, struct started *, struct fault *) MUST_USE;
bool starter_ask_keymaker(int starter, int *fd, struct fault *) MUST_USE;
bool starter_ask_ended(int starter, int64_t number, struct fault *) MUST_USE;

#endif
