/*
 * paper/letter_text.h - what the two letters say. Braces: name, phone, reference ... of the letter.
 */
#ifndef AKASHI_PAPER_LETTER_TEXT_H
#define AKASHI_PAPER_LETTER_TEXT_H

#include "paper/letter.h"

enum letter_phrase {
	SAY_PROXY_WINDOW, /* seen through the window */
	SAY_PROXY, /* who took it out of the envelope reads this before unfolding it */
	SAY_DIRECT,
	SAY_TITLE,
	SAY_INTRO,
	SAY_TYPE,
	SAY_KEEP,
	SAY_STEP_1,
	SAY_STEP_2,
	SAY_STEP_3,
	SAY_URGENT,
	SAY_FINGERPRINT,
	SAY_PHONE,
	SAY_REFERENCE,
	LETTER_PHRASES
};

const char *letter_phrase(enum letter_kind, enum letter_phrase, enum letter_lang);

#endif
