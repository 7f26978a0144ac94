/*
 * rules/say.h - the texts people read: a row of policy/texts with its values filled in.
 */
#ifndef AKASHI_RULES_SAY_H
#define AKASHI_RULES_SAY_H

#include "base/sink.h"

struct say_value {
	const char *name; /* what stands between the braces: A, 書類 ... */
	const char *value;
};

/* "{A}" becomes its value; braces of a name that is not given stay as they are. */
void say_fill(struct sink *, const char *text, const struct say_value *, size_t);

#endif
