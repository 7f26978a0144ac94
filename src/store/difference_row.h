/*
 * store/difference_row.h - differences between the two books that a sweep found [storage 4].
 *
 * Each once; found again it says which sweep saw it last and what is being done.
 */
#ifndef AKASHI_STORE_DIFFERENCE_ROW_H
#define AKASHI_STORE_DIFFERENCE_ROW_H

#include "base/text.h"
#include "store/store.h"

struct difference_row {
	char kind[32]; /* intent-unfinished ...: a row of act/sweep.c */
	int64_t dossier, edition; /* 0: none */
	char serial[SERIAL_HEX]; /* "" none */
	char name[80]; /* of a file, a key, a list; "" none */
	int64_t task; /* what was asked to resolve it; 0: nothing */
	int64_t sweep; /* task of the sweep that saw it last; 0: to be told by the next */
	int64_t found_at, done_at; /* instants; done_at 0: open */
};
extern const struct table DIFFERENCE_TABLE;

/* Inserted, or its task, sweep and done_at brought up to date. */
bool difference_put(struct tx *, const struct difference_row *, struct fault *) MUST_USE;
bool difference_of_sweep(struct tx *, int64_t sweep, store_row *, void *, struct fault *) MUST_USE;
/* Those that are open of a kind. */
bool difference_open(struct tx *, const char *kind, store_row *, void *, struct fault *) MUST_USE;
/* Those found between sweeps (sweep 0) are told by this one. */
bool difference_adopt(struct tx *, int64_t sweep, struct fault *) MUST_USE;
/* Every open one an older sweep saw: it is no more. *count of them. */
bool difference_close(
    struct tx *, int64_t sweep, int64_t now, int64_t *count, struct fault *) MUST_USE;

#endif
