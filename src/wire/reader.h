/*
 * wire/reader.h - bytes of other parties, read by akashi-reader: a fresh process for each input.
 *
 * reading_start, reading_next until there is no more, reading_end. The input goes over as a sealed
 * descriptor, what is found comes back as items, each one frame; the last frame says that all was
 * read, or why not. A reader that dies, stalls, says more than its input can hold or blames anything
 * but its input is a refused input (READER_DIED), never the caller's end. What an item holds is for
 * the caller to check: it comes from a process that may have been taken over.
 */
#ifndef AKASHI_WIRE_READER_H
#define AKASHI_WIRE_READER_H

#include "base/record.h"
#include "base/fault.h"

enum { READER_PEER_FD = 3, READER_INPUT_FD = 4 };
enum { READER_INPUT_MOST = 64 << 20, READER_MS = 60000 };
enum reader_kind { READER_TABLE = 110, READER_BANK, READER_MAIL };
/* What an item is: a table's head or row; a bank file's head, line, error; a mail, its signature. */
enum reader_item { READER_HEAD = 120, READER_ROW, READER_ERROR };

extern const struct refusal READER_DIED;

struct reader_ask {
	char account[32]; /* of a bank's table, which names none */
	struct day today;
};
RECORD_DOOR(reader_ask, read);

struct reading;
/* The bytes are copied. The caller ends what was started, whatever became of it. */
bool reading_start(enum reader_kind, const void *, size_t, const struct reader_ask *,
    struct reading **, struct fault *) MUST_USE;
/* The body is good until the next call. *more false: all was read. */
bool reading_next(
    struct reading *, bool *more, enum reader_item *, struct der *body, struct fault *) MUST_USE;
void reading_end(struct reading *);
/* Refuses the input: an item has not the form it must have. */
bool reader_broken(struct fault *);

#endif
