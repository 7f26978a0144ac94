/*
 * paper/prose.h - a text in which every part knows what it is: a name, a sentence, something bold.
 *
 * Fixed room; what does not fit is remembered. Never holds a PIN or password.
 */
#ifndef AKASHI_PAPER_PROSE_H
#define AKASHI_PAPER_PROSE_H

#include "paper/face.h"

enum { PROSE_BYTES = 2048, PROSE_RUNS = 24 };

struct prose {
	char text[PROSE_BYTES];
	size_t len;
	struct prose_run {
		enum hand hand;
		size_t end;
	} run[PROSE_RUNS];
	size_t runs;
	bool full;
};

struct prose_value {
	const char *name; /* what stands between the braces */
	enum hand hand;
	const char *value;
};

void prose_add(struct prose *, enum hand, const char *);
/* "{name}" becomes its value in the value's own hand. */
void prose_fill(
    struct prose *, enum hand, const char *text, const struct prose_value *, size_t count);

#endif
