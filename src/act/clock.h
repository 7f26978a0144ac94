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

/* told: --now, or NULL. path: DIR/rehearsal/clock, or NULL for a real service. */
bool clock_read(const char *path, const char *told, struct instant machine, struct instant *now,
    struct fault *) MUST_USE;

#endif
