/*
 * base/csv.h - comma-separated values [RFC4180 2]: rows over bytes in memory, header by name.
 *
 * csv_open reads the header; csv_row each row. Fields are decoded into one buffer the reader
 * owns and stay valid until the next row. A byte order mark is passed over. Never guesses: an
 * unclosed quote, a row with another number of fields, or bytes that are not UTF-8 are refused
 * with their line.
 */
#ifndef AKASHI_BASE_CSV_H
#define AKASHI_BASE_CSV_H

#include "base/fault.h"

enum { CSV_COLUMNS = 64, CSV_ROW_BYTES = 65536 };

struct csv {
	const char *at, *end; /* borrowed: the bytes of csv_open */
	int line; /* the last row began here, from 1 */
	int lines; /* up to its end */
	int columns;
	char *header[CSV_COLUMNS];
	char *field[CSV_COLUMNS];
	char *names, *row; /* owned */
};

bool csv_open(struct csv *, const void *, size_t, struct fault *) MUST_USE;
/* *more is false behind the last row. A refused row is passed over, with what stands in its
 * quotes: read on. */
bool csv_row(struct csv *, bool *more, struct fault *) MUST_USE;
/* The field of the column so named; NULL when the file has none. */
const char *csv_get(const struct csv *, const char *column);
int csv_column(const struct csv *, const char *column); /* -1: none */
void csv_close(struct csv *);

#endif
