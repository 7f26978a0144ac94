/*
 * rules/fold.h - texts folded so that the spellings of one name compare, for searching alone.
 *
 * fold_plain: one form for old and new glyphs, no variation selectors, katakana of full width with
 * large letters, lower-case Latin without marks, no blanks, hyphens or middle dots; for 取消 the word
 * of today, 失効. fold_short goes on from there: long vowels are short (タロー, タロウ; Ohno,
 * Ōno, Oono). Nothing that is stored or printed is ever changed by it.
 */
#ifndef AKASHI_RULES_FOLD_H
#define AKASHI_RULES_FOLD_H

#include "base/sink.h"

/* Valid UTF-8. */
void fold_plain(const char *, struct sink *);
/* Of what fold_plain gave. */
void fold_short(const char *folded, struct sink *);
/* The last eight digits of a telephone number, of either width; fewer where it has fewer. */
enum { FOLD_TAIL = 9 };
void fold_tail(const char *, char out[FOLD_TAIL]);

#endif
