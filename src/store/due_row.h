/*
 * store/due_row.h - what the clocks of table K owe, and what they did: one row per act.
 *
 * A row waits (acted_at 0) until its day, or goes when its clock stops; of a dossier's days to come
 * only the first stands here, the rest follows from the rules. Its key says from which day
 * its clock runs, so a clock that starts anew, or is extended, owes anew; the same act twice is
 * impossible. What was put on a list stands there (open) until its clock ends. Figures, no person.
 */
#ifndef AKASHI_STORE_DUE_ROW_H
#define AKASHI_STORE_DUE_ROW_H

#include "store/store.h"

struct due_row {
	int64_t dossier; /* 0: the service itself */
	char clock[8], word[24]; /* of rules/running.h */
	int64_t figure; /* -1: at the clock's end */
	char key[24]; /* "2026-11-20", extended by 10 days "2026-11-20+10" */
	char day[16]; /* on which it is due */
	char role[16]; /* whose list; "": nobody's */
	int64_t acted_at; /* 0: it waits */
	int64_t open; /* 1: on that list */
	char result[24]; /* how it left the list by a person's word; "": not so */
};
extern const struct table DUE_TABLE;

/* Nothing new where the same is known. */
bool due_add(struct tx *, const struct due_row *, struct fault *) MUST_USE;
/* All of one dossier, by day. */
bool due_of(struct tx *, int64_t dossier, store_row *, void *, struct fault *) MUST_USE;
/* The first that waits and is due by that day, behind `after`; after NULL: of all. */
bool due_next(struct tx *, const char *day, const struct due_row *after, struct due_row *,
    bool *found, struct fault *) MUST_USE;
/* Whether that very one waits still. */
bool due_waits(struct tx *, const struct due_row *, bool *, struct fault *) MUST_USE;
/* It is done: acted_at and open are written. FAULT_STATE where it was done meanwhile. */
bool due_act(struct tx *, const struct due_row *, struct fault *) MUST_USE;
/* It waits no more. */
bool due_drop(struct tx *, const struct due_row *, struct fault *) MUST_USE;
/* What that clock did there counts no more and may be owed anew; nothing where its `word` was not
 * among it. */
bool due_forget(struct tx *, int64_t dossier, const char *clock, const char *word, bool *forgot,
    struct fault *) MUST_USE;
/* It leaves its list; result as given. */
bool due_close(struct tx *, const struct due_row *, struct fault *) MUST_USE;
/* What stands on a role's list, "" any, by day and dossier, behind `after`; NULL: from the top. */
bool due_open(struct tx *, const char *role, const struct due_row *after, int64_t most, store_row *,
    void *, struct fault *) MUST_USE;

#endif
