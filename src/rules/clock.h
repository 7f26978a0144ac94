/*
 * rules/clock.h - when a clock of table K runs out, and business days.
 *
 * Figures are rows of policy/clocks; a day beyond the holiday table is an error, not a guess.
 */
#ifndef AKASHI_RULES_CLOCK_H
#define AKASHI_RULES_CLOCK_H

#include "rules/policy.h"

/* The n-th business day after `from` (which is not counted). */
bool business_days_after(
    const struct policy *, struct day from, int n, struct day *, struct fault *) MUST_USE;

/*
 * The last day of figure i of a clock that started (or, counted backwards, ends) on `from`:
 * days after, months by the civil code (of a term the first day counted), business days after, or
 * days that must lie before.
 * A clock in hours ends on a moment, not a day: FAULT_BUG.
 */
bool clock_last_day(const struct policy *, const struct clock *, size_t i, struct day from,
    struct day *, struct fault *) MUST_USE;
/* The same of a clock by its code, figure 0; FAULT_BROKEN where the policy has no such row. */
bool clock_named_last_day(const struct policy *, const char *code, struct day from, struct day *,
    struct fault *) MUST_USE;

#endif
