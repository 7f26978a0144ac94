/*
 * rules/letters.h - which characters may stand in a certificate, and plain changes of width.
 *
 * Names are never normalised: what is recordable is recorded as it came.
 */
#ifndef AKASHI_RULES_LETTERS_H
#define AKASHI_RULES_LETTERS_H

#include "base/sink.h"

/* The first character of a UTF-8 text that cannot be recorded; 0: none. */
uint32_t letters_refused(const char *);
/* Half-width kana to full width, voiced signs joined; an ASCII space among kana to U+3000. */
void letters_widen(const char *, bool spaces, struct sink *);
/* Full-width ASCII to ASCII, U+3000 to a space. */
void letters_narrow(const char *, struct sink *);
/* Katakana, the long mark, the middle dot and U+3000 only. */
bool letters_kana(const char *);
/*
 * Twelve digits of either width whose check digit is a My Number's: one group, or several
 * with one sign between them, whatever groups stand beside.
 */
bool letters_my_number(const char *);
/* Thirteen digits with a right check digit, the first not 0. */
bool letters_corporate_number(const char *);

#endif
