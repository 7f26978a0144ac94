/*
 * wire/signals.h - signals as a descriptor: no handler runs, so no global is needed to tell of one.
 */
#ifndef AKASHI_WIRE_SIGNALS_H
#define AKASHI_WIRE_SIGNALS_H

#include "base/fault.h"

/* These are held from now on and wait in *fd: never blocks, close-on-exec. The list ends with 0. */
bool signals_take(const int *signals, int *fd, struct fault *) MUST_USE;
/* The next that came; 0: none. */
int signals_next(int fd);

#endif
