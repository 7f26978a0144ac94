/*
 * paper/letter.h - the PIN letter and the letter with the download password: one A4 sheet.
 *
 * Z-fold, printed on one side: the address looks out of the window of an envelope of form
 * 長形3号 (235 x 120 mm, window 90 x 45 mm, 22 mm from the left, 13 mm from the top) wherever
 * the sheet slides in it, and nothing else does; the code is on the inner panel, with printed
 * signs before and behind it. Envelope number as Code 128, the CA
 * certificate's fingerprint on each, the emergency number too. First everything is
 * checked: a name without its exact glyph, or a text without room, is refused and nothing drawn.
 *
 * Never keeps a code: it is drawn sign by sign from the caller's locked memory into the caller's
 * sink. Cairo holds the page on the heap meanwhile: draw in a process that ends, memory locked.
 */
#ifndef AKASHI_PAPER_LETTER_H
#define AKASHI_PAPER_LETTER_H

#include "base/sink.h"
#include "paper/face.h"
#include "rules/postal.h"

/* Where the folds are, mm from the top. */
enum { LETTER_FOLD_1 = 110, LETTER_FOLD_2 = 220, LETTER_PDF_MOST = 512 << 10 };

enum letter_kind { LETTER_PIN, LETTER_PASSWORD, LETTER_KINDS };
enum letter_lang { LETTER_JA, LETTER_EN, LETTER_LANGS };

extern const struct refusal LETTER_FIELD; /* missing or not of its form; the field is named */

/* All borrowed. UTF-8. */
struct letter {
	enum letter_kind kind;
	enum route route;
	enum letter_lang lang; /* stands first; the other language stands below it */
	bool rehearsal; /* 試験用, large */
	const char *to_name, *to_postcode, *to_address;
	/* Whose code it is, when the letter goes to a proxy, who must not open it; else NULL. */
	const char *subscriber;
	const char *code; /* XXXX-XXXX-XXXX-XXXX; in the caller's locked memory */
	const char *envelope; /* at most 12 ASCII signs */
	const char *service, *operator_name, *support_phone, *reference;
	const char *ca_fingerprint; /* SHA-256 as 64 hex digits */
	const char *limit[LETTER_LANGS]; /* text M-403 filled in; either may be NULL */
};

/* Would it be printed? Asked when an address is typed, with any code of the right form. */
bool letter_check(const struct faces *, const struct letter *, struct fault *) MUST_USE;
/* One page of PDF 1.5 behind what the sink holds. A refusal leaves the sink as it was, wiped. */
bool letter_draw(
    const struct faces *, const struct letter *, struct sink *pdf, struct fault *) MUST_USE;
/* What it says, each field once, for the JSON of a rehearsal; the code is among them. */
void letter_fields(
    const struct letter *, void (*say)(void *, const char *key, const char *value), void *);

#endif
