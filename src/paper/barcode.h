/*
 * paper/barcode.h - Code 128 [ISO/IEC 15417], set B: the number of an envelope for a scanner.
 */
#ifndef AKASHI_PAPER_BARCODE_H
#define AKASHI_PAPER_BARCODE_H

#include "base/sink.h"

enum { BARCODE_SIGNS = 12, BARCODE_MODULES = 11 * (BARCODE_SIGNS + 2) + 13 };

/*
 * Widths in modules as digits, bar and space in turn, a bar first and last. False: longer than
 * BARCODE_SIGNS, empty, or not printable ASCII.
 */
bool barcode_widths(const char *text, struct sink *widths) MUST_USE;

#endif
