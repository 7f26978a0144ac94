/*
 * act/clock.h - what time it is for a service.
 *
 * A real service has the system's clock and no other. A rehearsal may be told the time; without
 * being told, its time goes on from the last that was told, and never backwards.
 */
#ifndef AKASHI_ACT_CLOCK_H
#define AKASHI_ACT_CLOCK_H

#include "base/day.h"
#include "base/fault.h"
#include "rules/policy.h"

/* told: --now, or NULL. path: DIR/rehearsal/clock, or NULL for a real service. */
bool clock_read(const char *path, const char *told, struct instant machine, struct instant *now,
    struct fault *) MUST_USE;

/* Whether the kernel says that its clock is kept by another's. */
bool clock_synchronised(void);
/* What every event of a real service carries; NULL: nothing. */
const char *clock_note(const struct policy *, struct day today);

#endif
