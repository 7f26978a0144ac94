/*
 * base/day.h - civil days and instants: two types, so that the compiler refuses to mix them.
 *
 * A day is a page of the calendar in Japan; an instant is a moment. Japan has had one offset
 * since 1952, so JST is a constant and no time zone file is read. The clock is never asked here
 * except by instant_now, which only main() functions call.
 */
#ifndef AKASHI_BASE_DAY_H
#define AKASHI_BASE_DAY_H

#include "base/base.h"

struct day {
	int year, month, mday;
}; /* 1..9999, 1..12, 1..31; all 0 = none */
struct instant {
	int64_t sec;
}; /* since 1970-01-01T00:00:00Z */

enum { JST_OFFSET = 9 * 3600, DAY_SECONDS = 86400, DAY_TEXT = 16, INSTANT_TEXT = 40 };

int day_month_length(int year, int month);
bool day_exists(struct day);
int64_t day_number(struct day); /* days since 1970-01-01 */
struct day day_from_number(int64_t);
struct day day_plus(struct day, int64_t days);
int day_cmp(struct day, struct day); /* < 0, 0, > 0 */
int day_weekday(struct day); /* 0 = Sunday */

struct day instant_day(struct instant); /* the day in Japan */
struct instant day_start(struct day); /* 00:00:00 JST */
struct instant day_end(struct day); /* 23:59:59 JST, as AGR 12(1) prints it */
struct instant instant_now(void);

/* Whole strings only: YYYY-MM-DD; RFC 3339 with Z or an offset. False: not such a text. */
bool day_read(const char *, struct day *) MUST_USE;
bool instant_read(const char *, struct instant *) MUST_USE;
/* Return their first argument. An all-zero day prints as "". */
char *day_print(char out[DAY_TEXT], struct day);
char *instant_print(char out[INSTANT_TEXT], struct instant); /* 2026-06-09T23:59:59+09:00 */

#endif
