#include "base/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* One field into out; *at moves to the comma, the line end or the end. */
static bool
field_read(struct csv *csv, char **out, const char *limit, int *lines)
{
	bool quoted = csv->at < csv->end && *csv->at == '"';
	csv->at += quoted;
	while (csv->at < csv->end) {
		char c = *csv->at;
		if (quoted && c == '"') {
			if (csv->at + 1 < csv->end && csv->at[1] == '"') {
				csv->at++;
			} else {
				csv->at++;
				quoted = false;
				break;
			}
		} else if (!quoted && (c == ',' || c == '\n' || c == '\r')) {
			break;
		}
		if (*out >= limit)
			return false;
		*lines += c == '\n';
		*(*out)++ = c;
		csv->at++;
	}
	if (quoted || *out >= limit)
		return false;
	*(*out)++ = '\0';
	return csv->at == csv->end || *csv->at == ',' || *csv->at == '\n' || *csv->at == '\r';
}

/* To the end of a row that cannot be read: what stands in quotes is no row, whoever wrote it. */
static void
row_skip(struct csv *csv, int *lines)
{
	bool quoted = false, first = true;
	while (csv->at < csv->end) {
		char c = *csv->at++;
		if (c == '\n' && !quoted)
			return;
		*lines += c == '\n' && csv->at < csv->end; /* behind the last there is none */
		if (c == '"' && (quoted || first))
			quoted = !quoted;
		else if (!quoted)
			first = c == ',';
	}
}

/* The fields of the row at the cursor; -1 when it is no such row. */
static int
fields_read(struct csv *csv, char *buffer, char **fields, int *lines)
{
	char *out = buffer;
	int n = 0;
	for (;;) {
		if (n == CSV_COLUMNS)
			return -1;
		fields[n] = out;
		if (!field_read(csv, &out, buffer + CSV_ROW_BYTES, lines))
			return -1;
		n++;
		if (csv->at >= csv->end || *csv->at != ',')
			break;
		csv->at++;
	}
	if (csv->at < csv->end && *csv->at == '\r')
		csv->at++;
	if (csv->at < csv->end && *csv->at == '\n')
		csv->at++;
	for (int i = 0; i < n; i++)
		if (!utf8_valid(fields[i], strlen(fields[i])))
			return -1;
	return n;
}

bool
csv_open(struct csv *csv, const void *bytes, size_t n, struct fault *fault)
{
	bytes = n == 0 ? "" : bytes;
	*csv = (struct csv){ .at = bytes, .end = (const char *)bytes + n };
	if (n > 0 && memchr(bytes, 0, n) != NULL)
		return fault_set(fault, FAULT_INPUT,
		    "CSV にゼロバイトがあります。UTF-8 の CSV を渡してください。");
	if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		csv->at += 3;
	csv->names = malloc(CSV_ROW_BYTES);
	csv->row = malloc(CSV_ROW_BYTES);
	if (csv->names == NULL || csv->row == NULL) {
		csv_close(csv);
		return fault_set(fault, FAULT_BUG, "out of memory");
	}
	int lines = 0;
	csv->columns = fields_read(csv, csv->names, csv->header, &lines);
	csv->lines = 1 + lines;
	if (csv->columns < 1) {
		csv_close(csv);
		return fault_set(fault, FAULT_INPUT,
		    "1 行目に列の名前がありません。UTF-8 の CSV を渡してください。");
	}
	return true;
}

/* An unbalanced quote takes rows with it: how far is said. */
static bool
row_refused(const struct csv *csv, struct fault *fault)
{
	char unread[160] = "";
	if (csv->lines > csv->line)
		(void)snprintf(unread, sizeof(unread),
		    "%d 行目から %d 行目まで読んでいません。引用符を確かめてください。", csv->line,
		    csv->lines);
	return fault_set(fault, FAULT_INPUT,
	    "%d 行目の列の数または引用符が合いません（列は %d 個）。%s", csv->line, csv->columns,
	    unread);
}

bool
csv_row(struct csv *csv, bool *more, struct fault *fault)
{
	while (csv->at < csv->end && (*csv->at == '\n' || *csv->at == '\r')) {
		csv->lines += *csv->at == '\n';
		csv->at++;
	}
	*more = csv->at < csv->end;
	if (!*more)
		return true;
	const char *from = csv->at;
	int lines = 0, n = fields_read(csv, csv->row, csv->field, &lines);
	if (n < 0) {
		csv->at = from;
		lines = 0;
		row_skip(csv, &lines);
	}
	csv->line = csv->lines + 1;
	csv->lines = csv->line + lines;
	return n == csv->columns || row_refused(csv, fault);
}

int
csv_column(const struct csv *csv, const char *column)
{
	for (int i = 0; i < csv->columns; i++)
		if (strcmp(csv->header[i], column) == 0)
			return i;
	return -1;
}

const char *
csv_get(const struct csv *csv, const char *column)
{
	int i = csv_column(csv, column);
	return i < 0 ? NULL : csv->field[i];
}

void
csv_close(struct csv *csv)
{
	free(csv->names);
	free(csv->row);
	*csv = (struct csv){ 0 };
}
