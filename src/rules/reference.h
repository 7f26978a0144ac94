/*
 * rules/reference.h - the eight digits a payer puts before the name.
 *
 * Seven digits of a number and a check digit (Luhn), so that a mistyped one is no other case's. An envelope's
 * number is another count's: it begins with a letter, so that nobody takes the one for the other.
 */
#ifndef AKASHI_RULES_REFERENCE_H
#define AKASHI_RULES_REFERENCE_H

#include "base/base.h"

enum { REFERENCE_TEXT = 9, ENVELOPE_TEXT = 10, REFERENCE_MOST = 9999999 };

/* number: 1...REFERENCE_MOST. Returns out. */
char *reference_print(char out[REFERENCE_TEXT], int64_t number);
/* "E" and as above. */
char *envelope_print(char out[ENVELOPE_TEXT], int64_t number);
/* Eight digits with a right check digit. */
bool reference_good(const char *);

#endif
