/*
 * store/mark_row.h - days of a dossier that clocks start from or end by, and their extensions.
 *
 * What the rows of the acts themselves do not say: the end of a stay, a FAX and its paper, a grace,
 * a hold, a notice. One of a name per dossier (act/mark.h); a code of table K is an extension of
 * that clock by `value` days. Days and figures, no person.
 */
#ifndef AKASHI_STORE_MARK_ROW_H
#define AKASHI_STORE_MARK_ROW_H

#include "store/store.h"

struct mark_row {
	int64_t dossier;
	char name[24];
	char day[16];
	int64_t value;
	char known[16]; /* the day somebody said so */
};
extern const struct table MARK_TABLE;

/* Takes the place of the one before. */
bool mark_put(struct tx *, const struct mark_row *, struct fault *) MUST_USE;
bool mark_get(struct tx *, int64_t dossier, const char *name, struct mark_row *, bool *found,
    struct fault *) MUST_USE;
bool mark_of(struct tx *, int64_t dossier, store_row *, void *, struct fault *) MUST_USE;
bool mark_drop(struct tx *, int64_t dossier, const char *name, struct fault *) MUST_USE;

#endif
