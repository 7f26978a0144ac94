/*
 * proc/front_cage.h - the rows of the public site's cage, where a test can lock itself in by them.
 */
#ifndef AKASHI_PROC_FRONT_CAGE_H
#define AKASHI_PROC_FRONT_CAGE_H

#include "proc/cage.h"

extern const struct cage_rule FRONT_CAGE[];
extern const size_t FRONT_CAGE_COUNT;

#endif
