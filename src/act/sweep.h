/*
 * act/sweep.h - the signer's book and the store are compared, and what differs is resolved
 * (docs/flows.md, Sweep) [storage 4].
 *
 * Carried by whoever holds the crew, as a task "sweep": where `akashi serve` runs by its issuer, at
 * its start and every hour. What each difference means is a row of act/sweep.c; what needs people
 * is listed. Run again it says nothing of what is resolved.
 */
#ifndef AKASHI_ACT_SWEEP_H
#define AKASHI_ACT_SWEEP_H

#include "act/revoke_many.h"
#include "act/service.h"
#include "base/text.h"

struct sweep_row {
	const char *difference; /* name of its row; static */
	const char *say; /* what it means and what is to do; static */
	int64_t dossier, edition; /* 0: none */
	char serial[SERIAL_HEX], name[80]; /* "" none */
	bool done; /* resolved; false: it waits for people or for time */
	bool incident; /* the books contradict each other */
};
typedef void sweep_tell(void *context, const struct sweep_row *);
struct swept {
	int64_t count, open, incidents;
};
bool sweep_run(struct service *, sweep_tell *, void *, struct swept *, struct fault *) MUST_USE;

/* As many as nobody saw. */
extern const struct refusal SWEEP_COUNT;
/*
 * What the journal knows and the store does not (order-unknown), as the last sweep left it open: all
 * are revoked, by one officer or two, onto one list. count: so many they saw; another number is
 * refused. FAULT_SECOND: kept, a second one is due.
 */
struct sweep_revoked {
	int64_t proposed;
	struct revoked_many many;
};
bool sweep_revoke(struct service *, const struct revoke_request *, int64_t count,
    struct sweep_revoked *, struct fault *) MUST_USE;

/* Issuing has stopped: the last sweep found the books in contradiction (FAULT_BROKEN). */
extern const struct refusal SWEEP_INCIDENT;
struct tx;
bool sweep_allows(struct tx *, struct fault *) MUST_USE;
/* A task somebody who is gone had taken; the next sweep tells it. */
struct task_row;
bool sweep_task_left(struct tx *, const struct task_row *, int64_t now, struct fault *) MUST_USE;

#endif
