/*
 * act/mark.h - days of a dossier that clocks start from or end by, and how far they were extended.
 *
 * Written in the transaction of the act that learns of them, beside its event; read by the clocks
 * (act/clocks.h) and by every act that asks for a limit (mark_last_day).
 */
#ifndef AKASHI_ACT_MARK_H
#define AKASHI_ACT_MARK_H

#include "act/service.h"
#include "store/mark_row.h"

enum mark {
	MARK_STAY, /* the end of the period of stay */
	MARK_SPECIAL, /* the end of the special period after it */
	MARK_CHANGE, /* the representative changed: a grace runs */
	MARK_REGISTERED, /* that change was registered */
	MARK_GRACE_LOST, /* something else changed too */
	MARK_FAX, /* a revocation was asked for by FAX */
	MARK_FAX_PAPER, /* its paper came */
	MARK_RENEWED, /* by another certificate of the same person */
	MARK_HOLD, /* nothing is destroyed until that day's review, and while it stands */
	MARK_PROOF, /* the notice of the abolition reached the person */
	MARK_NOTICE, /* the last notice of a deficiency */
	MARK_RETURNED, /* a letter came back */
	MARK_RESENT, /* the newest sending after that */
	MARK_ENDED, /* a case without a certificate was decided */
	MARK_UNPAID, /* what was paid does not cover the fee any more */
	MARKS
};
const char *mark_name(enum mark);

struct marks {
	struct day day[MARKS], known[MARKS]; /* all 0: none */
	struct {
		char clock[8];
		int days;
	} more[16]; /* extensions */
	size_t mores;
};
bool marks_read(struct tx *, int64_t dossier, struct marks *, struct fault *) MUST_USE;
/* known: when somebody said so. */
bool mark_set(
    struct tx *, int64_t dossier, enum mark, struct day, struct day known, struct fault *) MUST_USE;
bool mark_unset(struct tx *, int64_t dossier, enum mark, struct fault *) MUST_USE;

/* The days a clock of that dossier was extended by; 0: none. */
bool mark_more(struct tx *, int64_t dossier, const char *clock, int *days, struct fault *) MUST_USE;
/* A clock's last day for a dossier, its extension with it. */
bool mark_last_day(struct tx *, const struct policy *, int64_t dossier, const char *clock,
    struct day from, struct day *, struct fault *) MUST_USE;

#endif
