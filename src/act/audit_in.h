/*
 * act/audit_in.h - what the parts of an audit share; included by act/audit*.c and their test alone.
 */
#ifndef AKASHI_ACT_AUDIT_IN_H
#define AKASHI_ACT_AUDIT_IN_H

#include "act/audit.h"
#include "act/grants_said.h"
#include "base/text.h"
#include "book/tree.h"
#include "store/store.h"
#include "wire/agent.h"

enum { AUDIT_POINTS = 64, AUDIT_EVENTS = 2000 };
#define AUDIT_NONE INT64_MIN /* a place without a number */

/* A tree the signer has seen. */
struct checkpoint {
	int64_t size, seq; /* of the journal line that says so */
	uint8_t root[32];
};
/* Where the log of changes stood when an event was written. */
struct audit_mark {
	int64_t event, changes;
	uint8_t head[32];
};
struct audit_rows;
/* A list it signed. */
struct listed {
	int64_t number, entries;
	uint8_t tbs[32];
	struct instant this_update, next_update;
	bool published; /* an event says so */
	bool found; /* its row was read */
};

struct audit {
	struct crew *crew;
	struct audited out;
	bool broken;
	struct crew_place place; /* in the journal */
	struct ledger ledger;
	struct grants_said said;
	struct checkpoint *checkpoint; /* owned, in order of size */
	size_t checkpoints, checkpoint_room;
	struct listed *list; /* owned, in order of number */
	size_t lists, list_room;
	int64_t next_list; /* number of the list after the line before */
	uint32_t given_up; /* grants before the last epoch that made the log shorter */
	/* Owned: grants BOOKED behind the last checkpoint; the first `lost` of them before an epoch,
	 * whose store may be one from before them. */
	uint32_t *late;
	size_t lates, lost, late_room;
	struct sink entries; /* owned: of every revocation, as ca/revoked.der has them */
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
	uint8_t (
	    *announced)[32]; /* owned: what the CA key was to sign, as the journal said before */
	size_t announcements, announced_room;
	struct agent_uses uses; /* as the agent that is open remembers them; or none */
	int64_t uses_end; /* so far the log is read */
	/* of the step that runs */
	struct audit_rows *rows; /* owned; act/audit_rows.c */
	struct audit_mark mark[AUDIT_EVENTS]; /* of the page of events that is read */
	size_t marks, mark_at;
	int64_t changes; /* of the event before */
	int64_t epochs, begun; /* as the journal and the events say */
	/* Changes until the last began: a copy of the keys may have been older. */
	int64_t given_keys;
	struct tree tree;
	size_t at; /* next checkpoint */
	int64_t copied, counter, page;
	char last[SERIAL_HEX];
	/* owned: serials revoked in the journal, in the store not yet */
	char (*behind)[SERIAL_HEX];
	size_t behinds, behind_room;
};

/* The first broken place is kept. Always true: the audit itself went well. */
bool audit_broken(struct audit *, const char *place, int64_t number, const char *say, ...)
    PRINTF(4, 5);

/* A list of the journal; NULL: not there. */
struct listed *audit_list(const struct audit *, int64_t number);

typedef bool audit_step(struct audit *, struct fault *);
/* What the other issuer added to the journal since it was read. */
audit_step audit_read_on;
/* The journal's next line, a journal_each: context is the audit. */
bool audit_line(void *context, const struct line *, struct der whole, struct fault *);
audit_step audit_journal, audit_copies, audit_events, audit_frontiers; /* act/audit_log.c */
audit_step audit_certificates; /* act/audit_rest.c */
audit_step audit_keys; /* act/audit_keys.c */
audit_step audit_schema; /* act/audit_rows.c */
audit_step audit_lists, audit_files; /* act/audit_files.c */
audit_step audit_payments, audit_refunds; /* act/audit_paid.c */
/* Within the transaction that reads the events: before them, after each page, after them all. */
bool audit_rows_begin(struct audit *, struct fault *);
bool audit_rows_page(struct tx *, struct audit *, struct fault *);
bool audit_rows_end(struct tx *, struct audit *, struct fault *);
void audit_rows_free(struct audit *);
audit_step audit_uses_now, audit_uses; /* act/audit_uses.c: before the journal is read, and after */
/* The line says what the CA key will sign. */
bool audit_announce(struct audit *, const struct line *, struct fault *);
/* Of a charter that came into force: whose signature counts. */
bool audit_clerks(struct audit *, const struct charter *, struct fault *);
/* Some key that had the role signed this act over this document. */
bool audit_signed(
    const struct audit *, const struct blob *act, enum act_kind, const uint8_t document[32]);

#endif
