/*
 * rules/match.h - which deposit may be whose: proposals only, never a confirmation.
 *
 * Within one payer, of all ways to give deposits to cases the best have the most exact fits, then
 * the most fits; a case is what it is in all of them. The amount alone never claims.
 * Deposits of one amount, and cases of one fee, are interchangeable, so the search walks classes
 * and stays small whatever the number of lines. Pure.
 */
#ifndef AKASHI_RULES_MATCH_H
#define AKASHI_RULES_MATCH_H

#include "base/fault.h"
#include "rules/payer.h"

enum outcome {
	OUTCOME_NONE,
	OUTCOME_EXACT,
	OUTCOME_SHORT, /* less a bank's charge */
	OUTCOME_OVER,
	OUTCOME_SET, /* always exactly, but by different deposits */
	OUTCOME_AMBIGUOUS,
	OUTCOME_JOINT, /* one deposit for several cases */
	OUTCOMES
};
const char *outcome_name(enum outcome);

enum match_reason {
	MATCH_EXACT,
	MATCH_SHORT,
	MATCH_OVER,
	MATCH_JOINT,
	MATCH_REFERENCE,
	MATCH_NAME,
	MATCH_REASONS
};
const char *match_reason_name(enum match_reason);

struct match_case {
	int64_t dossier, fee;
	const char *payer; /* folded; borrowed */
	const char *reference; /* eight digits, or "" */
	enum outcome outcome; /* written */
};
struct match_line {
	int64_t line, amount;
	const char *payer; /* folded; borrowed */
	const char *number; /* what stood before the name */
};
/* One explanation: this line may be for that case. */
struct match_candidate {
	size_t line, kase; /* places in the arrays */
	int64_t difference; /* amount - fee; of a joint one: amount - the sum */
	enum match_reason reason;
};
struct match_figures {
	int64_t short_by, over_by; /* policy: 550 and 1000 */
};

typedef void match_tell(void *context, const struct match_candidate *);

/* Refused (FAULT_BUG) only for want of memory or above the limits. */
enum { MATCH_CASES = 100000, MATCH_LINES = 100000 };
bool match_all(const struct match_figures *, struct match_case *, size_t cases,
    const struct match_line *, size_t lines, match_tell *, void *context, struct fault *) MUST_USE;

#endif
