/*
 * rules/paper_kind.h - kinds of papers, the slots they fill and the questions to the clerk. Rows of policy/.
 */
#ifndef AKASHI_RULES_PAPER_KIND_H
#define AKASHI_RULES_PAPER_KIND_H

#include "rules/product.h"

/* What a paper's age is counted from [the D table of the requirements]. */
enum paper_base {
	BASE_ISSUE,
	BASE_STAMP,
	BASE_ACCEPTANCE,
	BASE_APPROVAL,
	BASE_FORM,
	BASE_TRANSFER,
	BASES
};
enum paper_form { FORM_ORIGINAL, FORM_COPY, FORM_EITHER, FORMS };
extern const char *const PAPER_BASE_NAMES[BASES]; /* "issue" ... */
extern const char *const PAPER_FORM_NAMES[FORMS]; /* "original" "copy" "either" */

struct paper_kind {
	const char *code; /* D-02 */
	const char *name_ja, *name_en;
	int months; /* age limit to arrival, counted as a window; 0: none */
	enum paper_base base;
	enum paper_form form; /* what is accepted */
	enum paper_form send; /* what the checklist asks for */
	bool submitted; /* due: receipt stamp, or the e-Tax notice */
	bool shared; /* one set serves colleagues in the same envelope */
	bool shows_representative; /* must name the representative */
	const char *clause;
	struct day from;
};

/* When a slot of papers is due. */
enum slot_when {
	SLOT_ALWAYS,
	SLOT_FORMER_NAME,
	SLOT_DELEGATE,
	SLOT_BY_POST,
	SLOT_MANDATE,
	SLOT_NO_MANDATE,
	SLOT_IN_PERSON,
	SLOT_WHENS
};

struct slot {
	const char *code; /* seal, residence, business-proof ... */
	unsigned kinds; /* 1u << KIND_... */
	enum slot_when when;
	bool judged; /* false: that none came is not told (D-01, D-05) */
	const char **papers; /* any one of these codes fills it */
	size_t paper_count;
	const char *missing; /* deficiency code: "D-02:missing", "proof:missing" */
	const char *message; /* message code, or NULL */
	const char *clause;
	struct day from;
};

/* A question the screening clerk answers. */
struct check {
	const char *code, *ja, *en;
	unsigned kinds;
	enum slot_when when;
	const char *clause;
	struct day from;
};

#endif
