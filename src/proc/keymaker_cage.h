/*
 * proc/keymaker_cage.h - the rows of the keymaker's cage, and its descriptors.
 *
 * One socket to answer on, nothing else: its secrets come through a pipe that is closed before the
 * lock. A test locks itself in by the same rows [design 1].
 */
#ifndef AKASHI_PROC_KEYMAKER_CAGE_H
#define AKASHI_PROC_KEYMAKER_CAGE_H

#include "proc/cage.h"

enum { KEYMAKER_PEER_FD = 3, KEYMAKER_SECRETS_FD = 4 };

extern const struct cage_rule KEYMAKER_CAGE[];
extern const size_t KEYMAKER_CAGE_COUNT;

#endif
