/*
 * rules/fold_in.h - the table of forms, shared by rules/fold.c, rules/glyph.c and their test alone.
 */
#ifndef AKASHI_RULES_FOLD_IN_H
#define AKASHI_RULES_FOLD_IN_H

#include "base/base.h"

struct glyph {
	uint32_t from, to;
};
extern const struct glyph GLYPHS[];
extern const size_t GLYPH_COUNT;

#endif
