/*
 * base/room.h - memory for libraries that say something untrue, or crash, where they get none; and for
 * texts of our own that would be told too long.
 */
#ifndef AKASHI_BASE_ROOM_H
#define AKASHI_BASE_ROOM_H

/* p; where it is NULL the program says so on standard error and ends with FAULT_BUG's exit. */
void *room_or_end(void *p);

#endif
