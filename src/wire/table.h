/*
 * wire/table.h - a table (CSV) that akashi-reader reads: header by name, row by row.
 *
 * To its user it is base/csv without the bytes: the same rows, the same refusals, the same words.
 */
#ifndef AKASHI_WIRE_TABLE_H
#define AKASHI_WIRE_TABLE_H

#include "base/csv.h"
#include "wire/reader.h"

struct table_in {
	struct reading *reading;
	int columns;
	char *header[CSV_COLUMNS], *field[CSV_COLUMNS]; /* into names and row */
	char *names, *row; /* owned */
};

/* On refusal there is nothing to close. */
bool table_open(struct table_in *, const void *csv, size_t, struct fault *) MUST_USE;
/* *more is false behind the last row. torn: why that row has no fields; read on. */
bool table_row(struct table_in *, bool *more, struct fault *torn, struct fault *) MUST_USE;
/* The field of the column so named; NULL when the file has none. */
const char *table_get(const struct table_in *, const char *column);
int table_column(const struct table_in *, const char *column); /* -1: none */
void table_close(struct table_in *);

/* What the reader says of a row: its fields, or why it has none. */
void table_row_pack(char *const *field, int count, const char *torn, struct sink *);

#endif
