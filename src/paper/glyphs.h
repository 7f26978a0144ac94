/*
 * paper/glyphs.h - can this text be printed exactly? Asked before printing, and when it is typed.
 *
 * Pango drops a variation sequence its font lacks without a word and prints another form of the
 * name. So every cluster (a character, with its variation selector if it has one) is looked up
 * with HarfBuzz in the faces of paper/face.h; what none of them draws exactly is refused.
 */
#ifndef AKASHI_PAPER_GLYPHS_H
#define AKASHI_PAPER_GLYPHS_H

#include "paper/face.h"

extern const struct refusal GLYPH_MISSING; /* no face draws this cluster exactly */
extern const struct refusal GLYPH_CONTROL; /* it is no printable character at all */

struct cluster {
	const char *at; /* within the text */
	size_t bytes;
	enum face face; /* draws it */
};

/*
 * The cluster at *at, which must not be at its end; moves *at behind it. Refused with the cluster
 * and its code points in `say`; *at then stays.
 */
bool cluster_next(const struct faces *, enum hand, const char **at, struct cluster *,
    const char *field, struct fault *) MUST_USE;
/* The whole text. *missing (may be NULL) points at the first refused cluster. */
bool glyphs_check(const struct faces *, enum hand, const char *utf8, const char **missing,
    const char *field, struct fault *) MUST_USE;

#endif
