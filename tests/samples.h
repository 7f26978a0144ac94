/* The fortnight's mail of tests/fixtures/samples, for tests that need it whole. */
#ifndef AKASHI_TESTS_SAMPLES_H
#define AKASHI_TESTS_SAMPLES_H

#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/file.h"

static inline void
sample_read(const char *name, uint8_t **bytes, size_t *len)
{
	char path[512];
	struct fault fault = { 0 };
	snprintf(path, sizeof(path), "%s/tests/fixtures/samples/%s", SOURCE, name);
	if (!file_read(path, 64 << 20, bytes, len, &fault)) {
		fprintf(stderr, "%s: %s\n", path, fault.say);
		abort();
	}
}

/* Calls for each row of a sample; the reader is the row. */
static inline void
sample_each(const char *name, void (*row)(const struct csv *, void *), void *context)
{
	uint8_t *bytes;
	size_t len;
	struct csv csv;
	struct fault fault = { 0 };
	bool more = true;
	sample_read(name, &bytes, &len);
	if (!csv_open(&csv, bytes, len, &fault))
		abort();
	while (csv_row(&csv, &more, &fault) && more)
		row(&csv, context);
	csv_close(&csv);
	free(bytes);
	if (fault.code != FAULT_NONE)
		abort();
}

#endif
