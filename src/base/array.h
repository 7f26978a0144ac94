/*
 * base/array.h - an array that grows by doubling, so that one more may be put behind what is there.
 *
 * The caller keeps array, count and room (both in elements), begins with NULL, 0 and 0, sets what it
 * adds, bounds how many it takes, and frees the array. It moves when it grows: no pointer into it is
 * kept. Never for keys: what it leaves behind when it moves is not wiped (vault/secret.h).
 */
#ifndef AKASHI_BASE_ARRAY_H
#define AKASHI_BASE_ARRAY_H

#include "base/fault.h"

/* Room for one more of an array's own elements; no memory: false (BUG), and all stays as it was. */
#define ARRAY_ROOM(array, count, room, fault)                                                      \
	array_room(&(array), count, &(room), sizeof(*(array)), fault)

/* at: the address of the pointer to elements of that size. */
bool array_room(void *at, size_t count, size_t *room, size_t size, struct fault *) MUST_USE;

#endif
