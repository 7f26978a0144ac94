/*
 * base/scan.h - where a short text stands in a long run of bytes, 32 at a time.
 *
 * The two rarest bytes of the text are compared at 32 places at once; what agrees is compared
 * whole. For runs of many megabytes: the search over opened cards.
 */
#ifndef AKASHI_BASE_SCAN_H
#define AKASHI_BASE_SCAN_H

#include "base/base.h"

/* The first place of the m > 0 bytes in the n; NULL: none. */
const uint8_t *scan_find(const uint8_t *in, size_t n, const void *what, size_t m);

#endif
