/*
 * act/errand.h - what the CA room is asked to do: written as a task, carried out, its end known.
 *
 * An act writes its task in its own transaction. errand_run then waits for the standing issuers
 * where `akashi serve` runs (DIR/run/lock), of which one has only revocations, voids and lists, or starts the programs for its own length; either way
 * it comes back with the task's end, and a refusal is the caller's fault. What a kind of task does
 * is a row of a table. Leases: [storage 3].
 */
#ifndef AKASHI_ACT_ERRAND_H
#define AKASHI_ACT_ERRAND_H

#include "act/crew.h"
#include "store/task_row.h"

/* Ends the task within the handler's own transaction, guarded by its fence. */
bool errand_done(
    struct tx *, const struct task_row *, const char *result, int64_t now, struct fault *) MUST_USE;

/*
 * Between the steps of long work: the lease begins anew. Refused (TASK_FENCE): another has the task
 * now; nothing more of it is ours to do or to end [storage 3].
 */
bool errand_hold(struct service *, const struct task_row *, struct fault *) MUST_USE;
/* Its lease has most of its time before it: need not be held anew yet. */
bool errand_fresh(const struct task_row *, struct instant now);
/* errand_hold within a transaction that writes what only the holder may. */
bool errand_hold_in(
    struct tx *, const struct task_row *, struct instant now, struct fault *) MUST_USE;

/* One kind of task; the handler ends it (errand_done) in the transaction of its last change. */
typedef bool errand_handler(struct crew *, const struct task_row *, struct fault *);
errand_handler errand_charter, errand_cacert, errand_revoke, errand_void, errand_list, errand_head,
    errand_sweep, errand_audit, errand_epoch;

/*
 * A kind whose tasks travel together: the handler gets the first, takes more of them as it goes, and
 * tells of each when it is over. False: nothing more can be asked of anybody.
 */
struct errand_queue;
typedef bool errand_stream(
    struct crew *, struct errand_queue *, const struct task_row *first, struct fault *);
errand_stream errand_issue;
/* The next of the kind, one behind the other; *n 0: another kind's turn, or none is left. */
bool errand_more(
    struct errand_queue *, struct task_row *out, size_t most, size_t *n, struct fault *) MUST_USE;
/* why of FAULT_NONE: it has ended. What passes by itself is given back, the rest is refused. */
bool errand_over(
    struct errand_queue *, struct task_row *, const struct fault *why, struct fault *) MUST_USE;

/* The same of one whose errand_done we have seen committed. */
void errand_told(struct errand_queue *, struct task_row *, const char *result);

/* Told of each task as it ends or is given back. */
typedef void errand_tell(void *context, const struct task_row *);
/*
 * Takes tasks, also those somebody who is gone had taken, until each was tried once; a refusal ends
 * its task, what must wait is given back and holds up no other. *count: how many were taken.
 */
bool errand_all(
    struct crew *, errand_tell *, void *context, int64_t *count, struct fault *) MUST_USE;
/* Until each of these has ended or was given back; whatever the end. tell may be NULL. */
bool errand_each(struct service *, const int64_t *task, size_t n, errand_tell *, void *context,
    struct fault *) MUST_USE;
/* What an end means: false with the FAULT it was refused or given back with. */
bool errand_good(const struct task_row *, struct fault *) MUST_USE;
/* Both for one. row: as it ended. */
bool errand_run(struct service *, int64_t task, struct task_row *, struct fault *) MUST_USE;
/* A task of its own, without a document: a list, a checkpoint. */
bool errand_new(struct service *, const char *kind, int64_t *task, struct fault *) MUST_USE;
/* Whoever carries them looks at once; waiting rings by itself. */
void errand_ring(const struct service *);
/* Whether a standing issuer serves this service. */
bool errand_served(const struct service *);
/* What wakes the two of them; they also look once a second. */
#define ERRAND_BELL "run/issuer.bell"
#define ERRAND_REVOKE_BELL "run/revoker.bell"

#endif
