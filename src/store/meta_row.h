/* store/meta_row.h - a few named values of the service, and its gapless counters. */
#ifndef AKASHI_STORE_META_ROW_H
#define AKASHI_STORE_META_ROW_H

#include "store/store.h"

struct meta_row {
	char name[64], value[512];
};
extern const struct table META_TABLE, COUNTER_TABLE;

bool meta_put(struct tx *, const char *name, const char *value, struct fault *) MUST_USE;
/* Where a counter stands; 0: never used. */
bool counter_get(struct tx *, const char *name, int64_t *, struct fault *) MUST_USE;
bool meta_get(
    struct tx *, const char *name, struct meta_row *, bool *found, struct fault *) MUST_USE;

#endif
