/*
 * exchange/charset.h - the character sets that mail comes in, to UTF-8.
 *
 * All converters are opened at once, before a program locks itself in: glibc loads each from a file
 * when it is first asked for. Kept open, GMime's own conversions find them loaded too.
 */
#ifndef AKASHI_EXCHANGE_CHARSET_H
#define AKASHI_EXCHANGE_CHARSET_H

#include "base/fault.h"
#include "base/sink.h"

struct charsets;
bool charsets_open(struct charsets **, struct fault *) MUST_USE;
/* What cannot be read becomes "?"; an unknown name is read as UTF-8. */
void charset_read(struct charsets *, const char *name, const void *, size_t, struct sink *);

#endif
