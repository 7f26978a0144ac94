/*
 * vault/entropy.h - that the kernel's randomness is not plainly broken, before a key is made.
 *
 * The two continuous tests of SP 800-90B 4.4 for octets of full entropy: they find a source that
 * sticks or that favours a value, nothing finer. A false alarm comes once in four million calls.
 */
#ifndef AKASHI_VAULT_ENTROPY_H
#define AKASHI_VAULT_ENTROPY_H

#include "base/fault.h"

enum { ENTROPY_WINDOW = 512, ENTROPY_REPEATS = 5, ENTROPY_SHARE = 16 };

extern const struct refusal ENTROPY; /* */

/* n: whole windows. */
bool entropy_good(const uint8_t *, size_t n);
/* Draws two windows and judges them. */
bool entropy_test(struct fault *) MUST_USE;

#endif
