/*
 * flat: JSON on standard input as lines for shell tests.
 *
 * flat             every leaf as path=value, e.g. rows[0].errors[0].field=name
 * flat KEY...      per element of rows[] (or of -a ARRAY) one line, the values between tabs; a KEY
 *                  may go deeper (a.b, a[].b: all joined by ";", a[0].b); null and none are "-"
 * flat -v KEY      one value of the document
 * flat -c FILE COLUMN...   the same of a CSV file, empty as "-"
 * flat -u TEXT     its characters as U+XXXX
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"

static void
leaf(const json_t *j)
{
	if (json_is_string(j))
		fputs(json_string_value(j), stdout);
	else if (json_is_integer(j))
		printf("%lld", (long long)json_integer_value(j));
	else if (json_is_boolean(j))
		fputs(json_is_true(j) ? "true" : "false", stdout);
	else
		putchar('-');
}

static void
flatten(const char *path, json_t *j)
{
	char deeper[512];
	const char *key;
	json_t *value;
	size_t i;
	if (json_is_object(j)) {
		json_object_foreach(j, key, value)
		{
			snprintf(
			    deeper, sizeof(deeper), "%s%s%s", path, *path == '\0' ? "" : ".", key);
			flatten(deeper, value);
		}
	} else if (json_is_array(j)) {
		json_array_foreach(j, i, value)
		{
			snprintf(deeper, sizeof(deeper), "%s[%zu]", path, i);
			flatten(deeper, value);
		}
	} else {
		printf("%s=", path);
		leaf(j);
		putchar('\n');
	}
}

static void
get(const char *key, json_t *j)
{
	char name[64];
	size_t n = strcspn(key, ".[");
	snprintf(name, sizeof(name), "%.*s", (int)n, key);
	json_t *value = json_object_get(j, name);
	const char *rest = key + n;
	if (strncmp(rest, "[]", 2) == 0) {
		for (size_t i = 0; i < json_array_size(value); i++) {
			if (i > 0)
				putchar(';');
			if (rest[2] == '.')
				get(rest + 3, json_array_get(value, i));
			else
				leaf(json_array_get(value, i));
		}
		if (json_array_size(value) == 0)
			putchar('-');
		return;
	}
	if (strncmp(rest, "[0]", 3) == 0) {
		value = json_array_get(value, 0);
		rest += 3;
	}
	if (*rest == '.')
		get(rest + 1, value);
	else
		leaf(value);
}

static int
print_csv(const char *path, char **columns, int n)
{
	uint8_t *bytes;
	size_t len;
	struct csv csv;
	struct fault fault = { 0 };
	bool more = true;
	if (!file_read(path, 64 << 20, &bytes, &len, &fault) ||
	    !csv_open(&csv, bytes, len, &fault)) {
		fprintf(stderr, "flat: %s\n", fault.say);
		return 2;
	}
	while (csv_row(&csv, &more, &fault) && more)
		for (int i = 0; i < n; i++) {
			const char *v = csv_get(&csv, columns[i]);
			printf("%s%s", v == NULL || *v == '\0' ? "-" : v, i + 1 < n ? "\t" : "\n");
		}
	csv_close(&csv);
	free(bytes);
	return fault.code == FAULT_NONE ? 0 : 2;
}

static int
print_characters(const char *s)
{
	for (const char *p = s, *gap = ""; *p != '\0'; gap = " ")
		printf("%sU+%04X", gap, utf8_next(&p));
	putchar('\n');
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 3 && strcmp(argv[1], "-c") == 0)
		return print_csv(argv[2], argv + 3, argc - 3);
	if (argc == 3 && strcmp(argv[1], "-u") == 0)
		return print_characters(argv[2]);
	json_error_t error;
	json_t *all = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	const char *array = "rows";
	int first = 1;
	if (all == NULL) {
		fprintf(stderr, "flat: line %d: %s\n", error.line, error.text);
		return 2;
	}
	if (argc == 3 && strcmp(argv[1], "-v") == 0) {
		get(argv[2], all);
		putchar('\n');
		return 0;
	}
	if (argc > 3 && strcmp(argv[1], "-a") == 0) {
		array = argv[2];
		first = 3;
	}
	if (argc == 1)
		flatten("", all);
	for (size_t i = 0; argc > first && i < json_array_size(json_object_get(all, array)); i++) {
		for (int k = first; k < argc; k++) {
			if (k > first)
				putchar('\t');
			get(argv[k], json_array_get(json_object_get(all, array), i));
		}
		putchar('\n');
	}
	json_decref(all);
	return 0;
}
