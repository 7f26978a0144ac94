/*
 * rules/finding.h - what was found wrong or questionable in something typed; all of it, not the first.
 */
#ifndef AKASHI_RULES_FINDING_H
#define AKASHI_RULES_FINDING_H

#include "base/fault.h"

enum { FINDINGS = 48 };

struct finding {
	const char *field; /* column name; static */
	const char *code; /* M-101 ..., or a short name such as "too-long"; static */
	const char *clause; /* static */
	bool warning; /* accepted all the same */
	char say[512]; /* Japanese: what, why, what to do */
	int column; /* by which they stand */
};
struct findings {
	struct finding at[FINDINGS];
	size_t count, errors;
};

/* In its place by column, behind those of the same; the caller writes `say`. The last gives way
 * where there is no room. */
struct finding *findings_add(struct findings *, int column, const char *field, const char *code,
    const char *clause, bool warning);

#endif
