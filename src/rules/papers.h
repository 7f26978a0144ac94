/*
 * rules/papers.h - which papers an application owes, and whether those that came will do.
 *
 * One engine for the applicant's checklist, the clerk's list and the verdict. A paper is
 * judged on the day it arrived itself [R-4.48] [G-3]; what was good then stays good. The papers
 * and limits are rows of policy/; here is only how they are walked. Pure.
 */
#ifndef AKASHI_RULES_PAPERS_H
#define AKASHI_RULES_PAPERS_H

#include "rules/policy.h"

/* What decides which papers are due. */
struct paper_case {
	enum kind kind;
	bool former_name, delegate, in_person, mandate;
	struct day form_date; /* of D-01; the rows in force on this day judge */
	int form_more; /* days its year was extended by */
};

/* Whether this application owes a paper of this slot. */
bool slot_due(const struct slot *, const struct paper_case *);
/* The same for a question to the clerk. */
bool check_due(const struct check *, const struct paper_case *);

enum paper_mark { MARK_ABSENT, MARK_YES, MARK_NO };

/* A paper as the reception registered it; the strings are borrowed. */
struct paper {
	const char *code; /* D-02 */
	struct day arrived;
	struct day issued; /* of issue, stamp, acceptance or approval, as its row says */
	bool copy;
	enum paper_mark stamp, representative;
	const char *notice, *print; /* e-Tax: date, time, number; "" where none */
	bool lent; /* sent for a colleague in the same envelope */
};

/* What is wrong with one paper: a set, by the rows of PAPER_FAULTS. */
enum paper_fault {
	PAPER_TOO_OLD,
	PAPER_ORIGINAL_NEEDED,
	PAPER_NO_STAMP,
	PAPER_ETAX_MISMATCH,
	PAPER_NO_REPRESENTATIVE,
	PAPER_FAULTS
};
const char *paper_fault_name(enum paper_fault); /* "too-old" ... */

struct paper_verdict {
	const struct paper_kind *kind;
	struct day last_good; /* of arrival; all 0: no limit */
	unsigned faults; /* 1u << PAPER_... */
	bool due; /* fills a slot of this application */
};

enum { DEFICIENCY_CODE = 48, DEFICIENCIES = 64, PAPERS_MOST = 200 };
struct deficiency {
	char code[DEFICIENCY_CODE]; /* D-03:missing, proof:missing, form-expired ... */
	const char *message; /* M-202 ...; NULL: none is written for it */
	const char *clause;
	char say[512], en[512]; /* for the applicant: what is wrong and what to send */
};
struct deficiencies {
	struct deficiency at[DEFICIENCIES];
	size_t count;
};

/*
 * Judges the papers of one application. verdict[] has n places. No deficiency: complete.
 * arrived: when the form came. Refused (FAULT_INPUT): a paper whose code has no row.
 */
bool papers_judge(const struct policy *, const struct paper_case *, struct day arrived,
    const struct paper *, size_t n, struct paper_verdict verdict[], struct deficiencies *,
    struct fault *) MUST_USE;

#endif
