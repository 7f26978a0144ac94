/*
 * act/sweep_in.h - what the parts of a sweep share; included by act/sweep*.c alone.
 */
#ifndef AKASHI_ACT_SWEEP_IN_H
#define AKASHI_ACT_SWEEP_IN_H

#include "act/crew.h"
#include "act/grants_said.h"
#include "base/text.h"
#include "store/difference_row.h"
#include "store/task_row.h"
#include "store/warrant_row.h"

/* Rows of the table in act/sweep.c. */
enum difference {
	UNFINISHED,
	UNKNOWN_ORDER,
	ENDED_ORDER,
	UNBOOKED,
	NO_LINE,
	REVOKED_BEHIND,
	REVOKED_AHEAD,
	UNDELIVERED,
	TASK_LEFT,
	LIST_BEHIND,
	LIST_FILE,
	KEY_LEFT,
	PRINT_KEY_LEFT,
	STRAY_FILE,
	COPIES_BROKEN,
	DIFFERENCES
};

/* One that was found. */
struct found {
	enum difference what;
	int64_t dossier, edition;
	char serial[SERIAL_HEX], name[80];
	uint32_t grant; /* place in the ledger; 0: none */
	uint8_t digest[32]; /* of the warrant, where one is asked for again */
	struct task_row follow; /* kind "": none; else asked for with it */
	bool done;
};

struct sweep {
	struct crew *crew;
	const struct task_row *task;
	struct crew_place place; /* in the lines it was read from */
	bool from_journal; /* the copies are broken */
	struct ledger ledger;
	struct grants_said said;
	struct found *found; /* owned */
	size_t count, room;
	/* of the scan that runs */
	char last[SERIAL_HEX];
	size_t page;
	uint8_t *has; /* owned: per grant, whether the store has its certificate */
};

/* NULL: no memory, and the fault says so. Valid until the next. */
struct found *sweep_add(struct sweep *, enum difference, struct fault *);
/* Whether the signer would answer that revocation or void: it has its signatures, and was not refused. */
bool sweep_answerable(
    struct sweep *, struct tx *, const struct warrant_row *, bool *yes, struct fault *) MUST_USE;
/* Asks for a task of that kind with it; digest NULL: of none. */
void sweep_follow(struct sweep *, struct found *, const char *kind, const uint8_t digest[32]);

/* Lines that came since the ledger was filled. */
bool sweep_read_on(struct sweep *, struct fault *) MUST_USE;

/* What they look for is told in found[]; they act at once where nobody else is to be asked. */
typedef bool sweep_scan(struct sweep *, struct fault *);
sweep_scan sweep_books, sweep_acts; /* act/sweep_books.c: look, then act on what was found */
sweep_scan sweep_warrants, sweep_lists, sweep_keys, sweep_print_keys, sweep_files;

#endif
