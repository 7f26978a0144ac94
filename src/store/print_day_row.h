/*
 * store/print_day_row.h - a print day: its two print keys, when it was opened and closed.
 */
#ifndef AKASHI_STORE_PRINT_DAY_ROW_H
#define AKASHI_STORE_PRINT_DAY_ROW_H

#include "store/store.h"

struct print_day_row {
	char day[16];
	int64_t round; /* a day may be opened again after its close */
	struct blob print_pin,
	    print_password; /* signed print keys; empty: a station lost its secret half */
	int64_t opened_at, closed_at; /* closed_at 0: open */
};
extern const struct table PRINT_DAY_TABLE;

bool print_day_open(
    struct tx *, const char *any, struct print_day_row *, bool *found, struct fault *) MUST_USE;
bool print_day_last(
    struct tx *, const char *day, struct print_day_row *, bool *found, struct fault *) MUST_USE;
/* The newest of all. */
bool print_day_newest(struct tx *, struct print_day_row *, bool *found, struct fault *) MUST_USE;
bool print_day_close(
    struct tx *, const char *day, int64_t round, int64_t at, struct fault *) MUST_USE;
/* An open one stays open without its keys: nothing more is sealed to them. */
bool print_day_lose(struct tx *, const char *day, int64_t round, struct fault *) MUST_USE;
static inline bool
print_day_is_lost(const struct print_day_row *r)
{
	return r->print_pin.n == 0;
}
void print_day_drop(struct print_day_row *);

#endif
