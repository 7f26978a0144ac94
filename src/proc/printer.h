/*
 * proc/printer.h - the printer itself: bytes over a raw port or into a device, no spooler, so that
 * nothing of a letter is kept anywhere on the way.
 */
#ifndef AKASHI_PROC_PRINTER_H
#define AKASHI_PROC_PRINTER_H

#include "base/fault.h"

extern const struct refusal PRINTER_NAME, PRINTER_AWAY;

/* "raw:ADDRESS:PORT" (an address in digits: no name is looked up) or "device:PATH". */
bool printer_open(const char *where, int *fd, struct fault *) MUST_USE;
/* All of it, or a fault after which nobody knows how much of the sheet came out. Closes fd. */
bool printer_send(int fd, const void *, size_t, struct fault *) MUST_USE;

#endif
