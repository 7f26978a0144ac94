/*
 * rules/term.h - how long a certificate lives and how long a window stays open.
 *
 * The three kinds of period of the agreement: VEND (term_last_day), WEND (window_last_day) and
 * DAYS (days_last_day). Days of the calendar in Japan only; no clock is asked here.
 */
#ifndef AKASHI_RULES_TERM_H
#define AKASHI_RULES_TERM_H

#include "base/day.h"

/* The reading of a month without a matching day; pinned per certificate. */
enum vend_rule { VEND_CIVIL143, VEND_CLAMP, VEND_RULES };
bool vend_rule_read(const char *, enum vend_rule *) MUST_USE;

/*
 * Last day of a term of whole months, the first day counted [AGR 12(1)]: the eve of the matching
 * day; where that month has no such day, by VEND_CIVIL143 its own last day [CIVIL 143(2)].
 */
struct day term_last_day(struct day start, int months, enum vend_rule);

/* Months of a product of so many years: a year and a month more, counted whole. */
int term_months(int years);

/* The instant a certificate issued at `issued` ends: 23:59:59 JST. */
struct instant term_end(struct instant issued, int years, enum vend_rule);

/* Last good day of "within so many months", the first day not counted [CIVIL 140]. */
struct day window_last_day(struct day from, int months);

/* d + k calendar days; ends 24:00 JST of that day. */
struct day days_last_day(struct day, int k);
/* "By k days before d": k whole days lie between, so the latest day is d - (k + 1). */
struct day days_before(struct day, int k);

#endif
