/*
 * act/arrive.h - papers that arrived are registered and judged (docs/flows.md, Arrival).
 *
 * One transaction per envelope, whose colleagues share the company's papers. The same
 * file again changes nothing. Nothing sealed is opened. A row that cannot be read holds back only
 * its own application's papers of that envelope: nobody is judged on half a list.
 */
#ifndef AKASHI_ACT_ARRIVE_H
#define AKASHI_ACT_ARRIVE_H

#include "act/judge.h"

struct arrive_row {
	const char *ref; /* as typed */
	int64_t dossier; /* 0: none */
	const char *state; /* "" where none */
	const struct judged *judged; /* NULL: not judged */
	const struct findings *errors;
};
typedef void arrive_tell(void *context, const struct arrive_row *);

/* of one application, over all its envelopes */
enum { ARRIVE_FILE_MOST = 64 << 20, ARRIVE_PAPERS_MOST = 100 };

/* *all: every row was taken in. What is told is on disk. */
bool arrive_run(struct service *, const void *csv, size_t, arrive_tell *, void *context, bool *all,
    struct fault *) MUST_USE;

#endif
