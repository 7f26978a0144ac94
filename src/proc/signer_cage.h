/* proc/signer_cage.h - the signer's own rows, apart so that a test can lock itself in by them. */
#ifndef AKASHI_PROC_SIGNER_CAGE_H
#define AKASHI_PROC_SIGNER_CAGE_H

#include "proc/cage.h"

extern const struct cage_rule SIGNER_CAGE[];
extern const size_t SIGNER_CAGE_COUNT;

#endif
