/*
 * act/clocks.h - the clocks of table K act: each act once, on its day, missed days in their order
 * (docs/flows.md, Clocks).
 *
 * What is owed stands in `due` (store/due_row), planned dossier by dossier from the event log: an
 * act that changes a dossier leaves an event, and the next run plans that dossier anew. Then what is
 * due acts, by day; act, row and event are one transaction. Which clock does what is a row of
 * rules/running. Sees states, days and money, opens nothing.
 */
#ifndef AKASHI_ACT_CLOCKS_H
#define AKASHI_ACT_CLOCKS_H

#include "act/dossier.h"
#include "rules/running.h"
#include "store/cert_row.h"
#include "store/due_row.h"

/* A real service's day is not the calendar's yet. */
extern const struct refusal CLOCKS_FUTURE;

struct clocks_told {
	const struct due_row *row;
	const char *clause, *serial; /* serial: of the dossier's newest certificate; "": none */
	const struct fault *fault; /* NULL: done; else it was refused and waits */
};
typedef void clocks_tell(void *context, const struct clocks_told *);
struct clocks_ran {
	struct day day;
	int64_t acts, refused;
	int64_t list; /* task of a list that is due; 0: none */
};
/*
 * Everything due by that day. A rehearsal's day may lie ahead: its clock goes on with each day
 * there is something to do, and stands on that day afterwards.
 */
bool clocks_run(struct service *, struct day, clocks_tell *, void *, struct clocks_ran *,
    struct fault *) MUST_USE;

/* Since when the oldest event waits to be read by a run, or the oldest act to be done; 0: none does. */
bool clocks_late(struct tx *, const struct service *, int64_t *since, struct fault *) MUST_USE;

/* What stands on the lists, of one role or all (""), by day. */
bool clocks_list(
    struct service *, const char *role, clocks_tell *, void *, struct fault *) MUST_USE;

/* What the clocks of a dossier hang on; policy: the one it is pinned to. */
bool clocks_case(struct tx *, struct service *, const struct dossier_row *, struct running_case *,
    const struct policy **, struct fault *) MUST_USE;
/* Its rows of `due` as they must stand now; called by acts that cannot wait for the next run. */
bool clocks_plan(struct tx *, struct service *, int64_t dossier, struct fault *) MUST_USE;

#endif
