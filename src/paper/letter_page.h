/*
 * paper/letter_page.h - where everything stands on the sheet of a letter. Run twice: once to
 * measure, once to draw (paper/sheet.h).
 */
#ifndef AKASHI_PAPER_LETTER_PAGE_H
#define AKASHI_PAPER_LETTER_PAGE_H

#include "paper/letter.h"
#include "paper/sheet.h"

bool letter_page(const struct sheet *, const struct letter *, struct fault *) MUST_USE;

#endif
