/*
 * rules/payer.h - the name of a payer as banks write it, folded so that two spellings compare.
 *
 * Half-width kana with dakuten apart, no small kana, "-" for the long mark, capitals, one space,
 * legal forms as their marks. Only for comparing: what arrived is stored as it came.
 */
#ifndef AKASHI_RULES_PAYER_H
#define AKASHI_RULES_PAYER_H

#include "base/sink.h"
#include "rules/reference.h"

enum { PAYER_TEXT = 256 };

/*
 * Folds UTF-8. A number of up to ten digits before the name goes to `number` ("" where none).
 * False: the text does not fit or holds what no bank letter stands for (kanji).
 */
bool payer_fold(const char *name, char out[PAYER_TEXT], char number[12]) MUST_USE;

/* Both folded. Equal, or `seen` was cut by the bank at 26 or 48 signs and begins `full`. */
bool payer_same(const char *seen, const char *full);

#endif
