/*
 * book/words.h - a digest as eight words a person can say: 80 bits, ten a word.
 *
 * A word is two of 32 syllables, so no list is needed: "kano-mesu-...". The same everywhere.
 */
#ifndef AKASHI_BOOK_WORDS_H
#define AKASHI_BOOK_WORDS_H

#include "base/base.h"

enum { WORDS_TEXT = 64 };
/* The first ten octets of a digest. Returns out. */
char *words_print(char out[WORDS_TEXT], const uint8_t digest[32]);

#endif
