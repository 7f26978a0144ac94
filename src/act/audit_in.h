/*
 * act/audit_in.h - what the parts of an audit share; included by act/audit*.c alone.
 */
#ifndef AKASHI_ACT_AUDIT_IN_H
#define AKASHI_ACT_AUDIT_IN_H

#include "act/audit.h"
#include "book/ledger.h"
#include "book/tree.h"
#include "store/store.h"

enum { AUDIT_POINTS = 64 };
#define AUDIT_NONE INT64_MIN /* a place without a number */

/* A tree the signer has seen. */
struct checkpoint {
	int64_t size, seq; /* of the journal line that says so */
	uint8_t root[32];
};
/* A list it signed. */
struct listed {
	int64_t number, entries;
	struct instant this_update, next_update;
	bool published; /* an event says so */
	bool found; /* its row was read */
};

struct audit {
	struct crew *crew;
	struct audited out;
	bool broken;
	struct ledger ledger;
	struct checkpoint *checkpoint; /* owned, in order of size */
	size_t checkpoints, checkpoint_room;
	struct listed *list; /* owned; list[i] is number i + 1 */
	size_t lists, list_room;
	uint8_t (*line)[32]; /* owned: digest of each line of the journal */
	size_t lines, line_room;
	uint8_t (*step)[32]; /* owned: the log's root every HEAD_STEP events */
	size_t steps, step_room;
	uint8_t (*done)[32]; /* owned: per grant, the certificate's digest; zeros: none */
	uint8_t *has; /* owned: per grant, whether its certificate was read */
	size_t done_room;
	uint8_t point[AUDIT_POINTS][P256_POINT]; /* every receipt key there was */
	size_t points;
	struct holder *clerk; /* owned: every key of staff there ever was */
	size_t clerks, clerk_room;
	/* of the step that runs */
	struct tree tree;
	size_t at; /* next checkpoint */
	int64_t copied, counter, page;
	char last[41];
};

/* The first broken place is kept. Always true: the audit itself went well. */
bool audit_broken(struct audit *, const char *place, int64_t number, const char *say, ...)
    PRINTF(4, 5);

typedef bool audit_step(struct audit *, struct fault *);
audit_step audit_journal, audit_copies, audit_events, audit_frontiers; /* act/audit_log.c */
audit_step audit_certificates, audit_lists, audit_charter; /* act/audit_rest.c */
audit_step audit_payments; /* act/audit_paid.c */
/* Of a charter that came into force: whose signature counts. */
bool audit_clerks(struct audit *, const struct charter *, struct fault *);
/* Some key that had the role signed this act over this document. */
bool audit_signed(
    const struct audit *, const struct blob *act, enum act_kind, const uint8_t document[32]);

#endif
