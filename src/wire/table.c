#include "wire/table.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_BYTES = CSV_ROW_BYTES + CSV_COLUMNS };

void
table_row_pack(char *const *field, int count, const char *torn, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, torn);
	for (int i = 0; i < count; i++)
		der_put_utf8(out, field[i]);
	der_end(out, all);
}

/* Any number of fields into one buffer. */
static bool
fields_read(struct der *d, char *buffer, char **field, int *count)
{
	char *at = buffer;
	int n = 0;
	for (; !der_done(d); n++) {
		if (n == CSV_COLUMNS || !der_take_utf8(d, at, (size_t)(buffer + ROW_BYTES - at)))
			return false;
		field[n] = at;
		at += strlen(at) + 1;
	}
	*count = n;
	return true;
}

static bool
row_unpack(struct der body, char *buffer, char **field, int *count, struct fault *torn,
    struct fault *fault)
{
	struct der all;
	char say[sizeof(torn->say)];
	if (!der_take(&body, DER_SEQUENCE, &all) || !der_done(&body) ||
	    !der_take_utf8(&all, say, sizeof(say)) || !fields_read(&all, buffer, field, count))
		return reader_broken(fault);
	if (say[0] != '\0')
		(void)fault_set(torn, FAULT_INPUT, "%s", say);
	return true;
}

static bool
head_read(struct table_in *t, struct fault *fault)
{
	bool more;
	enum reader_item item;
	struct der body;
	struct fault none = { 0 };
	return reading_next(t->reading, &more, &item, &body, fault) &&
	       ((more && item == READER_HEAD) || reader_broken(fault)) &&
	       row_unpack(body, t->names, t->header, &t->columns, &none, fault);
}

bool
table_open(struct table_in *t, const void *csv, size_t n, struct fault *fault)
{
	const struct reader_ask nothing = { .account = "" };
	*t = (struct table_in){ .names = malloc(ROW_BYTES), .row = malloc(ROW_BYTES) };
	if (t->names == NULL || t->row == NULL) {
		table_close(t);
		return fault_set(fault, FAULT_BUG, "out of memory");
	}
	if (reading_start(READER_TABLE, csv, n, &nothing, &t->reading, fault) &&
	    head_read(t, fault))
		return true;
	table_close(t);
	return false;
}

bool
table_row(struct table_in *t, bool *more, struct fault *torn, struct fault *fault)
{
	enum reader_item item;
	struct der body;
	int count = 0;
	if (!reading_next(t->reading, more, &item, &body, fault))
		return false;
	if (!*more)
		return true;
	if (!row_unpack(body, t->row, t->field, &count, torn, fault))
		return false;
	return (item == READER_ROW && (torn->code != FAULT_NONE || count == t->columns)) ||
	       reader_broken(fault);
}

int
table_column(const struct table_in *t, const char *column)
{
	for (int i = 0; i < t->columns; i++)
		if (strcmp(t->header[i], column) == 0)
			return i;
	return -1;
}

const char *
table_get(const struct table_in *t, const char *column)
{
	int i = table_column(t, column);
	return i < 0 ? NULL : t->field[i];
}

void
table_close(struct table_in *t)
{
	reading_end(t->reading);
	free(t->names);
	free(t->row);
	*t = (struct table_in){ .reading = NULL };
}
