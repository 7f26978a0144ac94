/*
 * act/passphrase.h - the passphrase of a program's own key: DIR/keys/NAME.passphrase.
 *
 * A rehearsal's keys need none; where one does (its CA key lies in a token) it is
 * DIR/rehearsal/keys/NAME.passphrase. Read, handed on, wiped by the caller; never kept.
 */
#ifndef AKASHI_ACT_PASSPHRASE_H
#define AKASHI_ACT_PASSPHRASE_H

#include "act/service.h"

/* The caller wipes and frees *bytes; NULL and 0: a rehearsal's that has none. FAULT_LATER: there is
 * no file. */
bool passphrase_of(
    const struct service *, const char *name, uint8_t **bytes, size_t *n, struct fault *) MUST_USE;
/* The same, behind the reading end of a pipe, which the caller closes. */
bool passphrase_pipe(const struct service *, const char *name, int *fd, struct fault *) MUST_USE;

#endif
