/*
 * store/task_row.h - what the issuer is to do: one queue of intentions [design 3 step 2].
 *
 * An act that needs signer or keymaker writes one in its own transaction; the issuer takes them,
 * revocations and voids first, and ends each with its result. A lease is for liveness only: who
 * lost it finds the fence risen and changes nothing [storage 3].
 */
#ifndef AKASHI_STORE_TASK_ROW_H
#define AKASHI_STORE_TASK_ROW_H

#include "store/store.h"

/* What one issuer carries, the first before the second: revocations wait for nothing [design 1]. */
enum task_lane { TASK_REVOKES, TASK_LISTS, TASK_OTHERS, TASK_LANES };
/* Sets of them: of akashi-issuer --revoke, of the other one, of a command without either. */
enum {
	TASK_URGENT = 1 << TASK_REVOKES | 1 << TASK_LISTS,
	TASK_ORDINARY = 1 << TASK_OTHERS,
	TASK_ALL = TASK_URGENT | TASK_ORDINARY
};

struct task_row {
	int64_t id; /* from 1 */
	char kind[16]; /* issue revoke void list charter cacert epoch head sweep audit */
	uint8_t digest[32]; /* warrant or document; zeros for list and head */
	int64_t dossier, edition;
	int64_t lane; /* enum task_lane, by its kind */
	char state[16]; /* waiting taken done refused */
	char taker[64];
	int64_t fence; /* rises with each taking */
	int64_t until; /* the lease's end */
	char result[600]; /* serial; of a refusal its row's name, a space, its sentence */
	int64_t exit; /* enum fault_code */
	int64_t created_at, done_at; /* done_at 0: not yet */
};
extern const struct table TASK_TABLE;
extern const struct refusal TASK_FENCE; /* somebody else has taken it since */

/* Kind, digest, dossier, edition and created_at are given; one that is open already is found. */
bool task_add(struct tx *, const struct task_row *, int64_t *id, struct fault *) MUST_USE;
bool task_get(struct tx *, int64_t id, struct task_row *, bool *found, struct fault *) MUST_USE;
/* When the oldest was asked for that has not ended; 0: there is none. */
bool task_oldest(struct tx *, int64_t *created_at, struct fault *) MUST_USE;
/* The newest of a document and kind. */
bool task_last(struct tx *, const char *kind, const uint8_t digest[32], struct task_row *,
    bool *found, struct fault *) MUST_USE;
/* Where a round stands: which lanes it takes from, and what it has gone past in each. */
struct task_round {
	unsigned lanes;
	int64_t past[TASK_LANES];
};
/*
 * The next behind there that waits or whose lease has ended; taken until now + lease. Where kind is
 * not NULL and the next is another, none is found.
 */
bool task_take(struct tx *, const struct task_round *, const char *kind, const char *taker,
    int64_t now, int64_t lease, struct task_row *, bool *found, struct fault *) MUST_USE;
/* Past this one. */
void task_past(struct task_round *, const struct task_row *);
/* Those that are taken, of any lane. */
bool task_taken_each(struct tx *, store_row *, void *, struct fault *) MUST_USE;
/* Whoever alone may carry these lanes takes back what others left taken. */
bool task_release(struct tx *, unsigned lanes, struct fault *) MUST_USE;
/* The lease goes on; TASK_FENCE: it was lost. */
bool task_hold(struct tx *, int64_t id, int64_t fence, int64_t until, struct fault *) MUST_USE;
/* state: "done" or "refused"; or "waiting": given back. */
bool task_end(struct tx *, int64_t id, int64_t fence, const char *state, int64_t exit,
    const char *result, int64_t now, struct fault *) MUST_USE;

#endif
