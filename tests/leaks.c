/*
 * leaks: looks in files for anything personal of a file of applications.
 *
 * leaks APPLICATIONS.csv|PAPERS.csv FILE...   0: nothing found; 1: says what and where. Each name, address,
 *     e-mail and phone is looked for in UTF-8, in CP932 and in hex of both, of either case.
 * leaks -p APPLICATIONS.csv N      writes one name in the Nth of these forms: to plant it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"

static const char *const COLUMNS[] = { "ref", "name", "kana", "roman", "former_name",
	"former_roman", "address", "address_roman", "phone", "email", "trade_name", "organisation",
	"organisation_address", "representative", "corporate_number", "delegate_name",
	"delegate_address", "delegate_phone", "payer", "envelope", "etax_notice", "etax_form" };
enum { FORMS = 6, NEEDLES = 200000 };

struct needle {
	char *at;
	size_t n;
	const char *column;
};
static struct needle needle[NEEDLES];
static size_t count;

/* Forms 0, 1: UTF-8, CP932; 2, 3: their hex; 4, 5: in capitals. */
static bool
form(const char *text, int which, struct sink *out)
{
	struct sink plain = SINK_GROW(1 << 16);
	bool good = true;
	if (which % 2 == 0)
		sink_text(&plain, text);
	else
		good = cp932_print(text, &plain);
	if (which < 2)
		sink_bytes(out, plain.at, plain.len);
	else
		sink_hex(out, plain.at, plain.len);
	for (size_t i = 0; which >= 4 && i < out->len; i++)
		if (out->at[i] >= 'a' && out->at[i] <= 'f')
			out->at[i] = (uint8_t)(out->at[i] - 'a' + 'A');
	sink_drop(&plain);
	return good && out->len > 0;
}

static void
add(const char *text, const char *column)
{
	if (text == NULL || strlen(text) < 5)
		return;
	for (int i = 0; i < FORMS; i++) {
		struct sink out = SINK_GROW(1 << 17);
		bool known = !form(text, i, &out) || count == NEEDLES;
		for (size_t k = 0; k < count && !known; k++)
			known =
			    needle[k].n == out.len && memcmp(needle[k].at, out.at, out.len) == 0;
		if (known)
			sink_drop(&out);
		else
			needle[count++] = (struct needle){ (char *)out.at, out.len, column };
	}
}

static bool
look(const char *path)
{
	uint8_t *bytes;
	size_t len;
	struct fault fault = { 0 };
	bool clean = true;
	if (!file_read(path, 256 << 20, &bytes, &len, &fault)) {
		fprintf(stderr, "leaks: %s\n", fault.say);
		return false;
	}
	for (size_t i = 0; i < count && clean; i++)
		if (memmem(bytes, len, needle[i].at, needle[i].n) != NULL) {
			printf("%s: a %s of the file stands there\n", path, needle[i].column);
			clean = false;
		}
	free(bytes);
	return clean;
}

int
main(int argc, char **argv)
{
	uint8_t *bytes;
	size_t len;
	struct csv csv;
	struct fault fault = { 0 };
	bool more = true, plant = argc == 4 && strcmp(argv[1], "-p") == 0, clean = true;
	if (argc < 3 || !file_read(argv[plant ? 2 : 1], 64 << 20, &bytes, &len, &fault) ||
	    !csv_open(&csv, bytes, len, &fault))
		return 2;
	while (csv_row(&csv, &more, &fault) && more) {
		struct sink out = SINK_GROW(1 << 16);
		if (plant && form(csv_get(&csv, "name"), (int)strtol(argv[3], NULL, 10), &out))
			return fwrite(out.at, 1, out.len, stdout) == out.len ? 0 : 2;
		sink_drop(&out);
		for (size_t i = 0; i < COUNT(COLUMNS); i++)
			add(csv_get(&csv, COLUMNS[i]), COLUMNS[i]);
	}
	for (int i = 2; i < argc; i++)
		clean = look(argv[i]) && clean;
	printf("%zu texts looked for\n", count);
	for (size_t i = 0; i < count; i++)
		free(needle[i].at);
	csv_close(&csv);
	free(bytes);
	return !clean || count == 0 ? 1 : 0;
}
