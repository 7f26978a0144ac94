/*
 * proc/print_sheet.h - one sheet, drawn in a process that ends, into locked memory both share.
 */
#ifndef AKASHI_PROC_PRINT_SHEET_H
#define AKASHI_PROC_PRINT_SHEET_H

#include "paper/letter.h"

struct print_sheet {
	bool drawn;
	struct fault fault; /* the child's */
	size_t len;
	uint8_t pdf[LETTER_PDF_MOST];
};

/* Locked as far as the limit allows, not in any core; NULL: no memory. */
struct print_sheet *print_sheet_new(void);
void print_sheet_wipe(struct print_sheet *);
/* Nothing has been printed when it returns. */
bool print_sheet_draw(struct print_sheet *, const struct letter *, struct fault *) MUST_USE;

#endif
