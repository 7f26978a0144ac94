/*
 * cmd/passphrase.h - a passphrase from a file, a descriptor or the terminal; never argv or env.
 *
 * --passphrase-file F reads F whole (also /dev/fd/N or a pipe), less one line end. Without it the
 * terminal is asked, without echo, and twice where a new key is made.
 */
#ifndef AKASHI_CMD_PASSPHRASE_H
#define AKASHI_CMD_PASSPHRASE_H

#include "base/fault.h"
#include "base/sink.h"

enum passphrase_way { PASSPHRASE_OPEN, PASSPHRASE_NEW };

/* file: of --passphrase-file, or NULL. Into the sink over locked memory. */
bool passphrase_take(const char *file, enum passphrase_way, struct sink *, struct fault *) MUST_USE;

#endif
