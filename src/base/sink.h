/*
 * base/sink.h - a writer that remembers it overflowed: print freely, check once at the end.
 *
 * A sink writes either into the caller's buffer (SINK_INTO) or into memory it grows up to a limit
 * (SINK_GROW; the caller frees with sink_drop or takes .at with TAKE). What it grows it wipes when it
 * leaves it, so names may pass through; keys stay in locked memory (vault/secret.h).
 */
#ifndef AKASHI_BASE_SINK_H
#define AKASHI_BASE_SINK_H

#include "base/base.h"

struct sink {
	uint8_t *at;
	size_t cap, len;
	size_t limit; /* 0: a fixed buffer; else grown by doubling, never beyond */
	bool full; /* something did not fit; nothing was written since */
};
#define SINK_INTO(buffer) ((struct sink){ .at = (uint8_t *)(buffer), .cap = sizeof(buffer) })
#define SINK_GROW(most) ((struct sink){ .limit = (most) })
#define OWN_SINK __attribute__((cleanup(sink_drop))) struct sink

void sink_bytes(struct sink *, const void *, size_t);
void sink_byte(struct sink *, uint8_t);
void sink_text(struct sink *, const char *); /* without its NUL */
void sink_print(struct sink *, const char *, ...) PRINTF(2, 3);
void sink_hex(struct sink *, const void *, size_t); /* lower case */
/* Puts n bytes at position `where`, moving what stands behind. */
void sink_insert(struct sink *, size_t where, const void *, size_t n);
/* A NUL behind the text (not counted); the text, or NULL when something did not fit. */
char *sink_string(struct sink *);
void sink_drop(struct sink *); /* wipes and frees a grown sink; leaves a caller's buffer alone */

#endif
