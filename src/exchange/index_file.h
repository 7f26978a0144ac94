/*
 * exchange/index_file.h - every certificate of a CA that "openssl ca" kept: its index.txt.
 *
 * One line each, parted by tabs: V, R or E; its end; when it was revoked, with the reason; its
 * serial in hex; the file's name; the subject. What it says beyond that is not looked at: the
 * subject is not even copied. A line of another form is refused with its number.
 */
#ifndef AKASHI_EXCHANGE_INDEX_FILE_H
#define AKASHI_EXCHANGE_INDEX_FILE_H

#include "base/day.h"
#include "base/fault.h"

struct index_row {
	int line; /* from 1 */
	bool revoked; /* else good or ended */
	struct instant not_after, revoked_at, invalid_since; /* .sec 0: not told */
	int reason; /* CRLReason; 0: none */
	uint8_t serial[20];
};
extern const struct refusal INDEX_FORM, INDEX_SERIAL, INDEX_STATE;

typedef bool index_each(void *context, const struct index_row *, struct fault *);
bool index_file_read(
    const char *bytes, size_t n, index_each *, void *context, struct fault *) MUST_USE;

#endif
