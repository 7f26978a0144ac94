/*
 * tests/thief.h - what somebody with the whole database in hand may do to it, and undo: the log's end
 * cut off with all that tells of it, yesterday's database put back, an index dropped. No program of
 * ours is asked, none is told.
 */
#ifndef AKASHI_TESTS_THIEF_H
#define AKASHI_TESTS_THIEF_H

#include "act/service.h"

/* Every table as it stands, kept in the database itself under that name; put back; no more. */
void thief_keep(struct store *, const char *as);
void thief_back(struct store *, const char *as);
void thief_forget(struct store *, const char *as);
/* Events behind that one, their log of rows, frontiers and counters. */
void thief_cut(struct store *, int64_t event);
/* The index whose sentence this is. */
void thief_drop_index(struct store *, const char *sentence);
void thief_say(struct store *, const char *sentence, ...) PRINTF(2, 3);
/* So many acts more: a row and its event each. */
void thief_grow(struct service *, int64_t events);

#endif
