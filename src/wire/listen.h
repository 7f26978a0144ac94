/*
 * wire/listen.h - a listening TCP socket at a bare address.
 *
 * `akashi serve` opens it and hands it on, so a front that restarts loses no connection and a
 * program of its own uid may serve a low port.
 */
#ifndef AKASHI_WIRE_LISTEN_H
#define AKASHI_WIRE_LISTEN_H

#include "base/fault.h"

/*
 * HOST:PORT, a bare address ("localhost" is 127.0.0.1): names are not looked up. Close-on-exec,
 * never blocks. FAULT_LATER: somebody else listens there.
 */
bool listen_open(const char *address, int *fd, struct fault *) MUST_USE;

#endif
