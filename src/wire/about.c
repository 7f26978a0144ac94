#include "wire/about.h"

#include <string.h>

#include "base/file.h"
#include "base/sink.h"
#include "base/text.h"

static const struct {
	const char *name;
	size_t at;
} ROWS[] = {
	{ "name", offsetof(struct about, name) },
	{ "name_en", offsetof(struct about, name_en) },
	{ "operator", offsetof(struct about, operator) },
	{ "operator_en", offsetof(struct about, operator_en) },
	{ "phone", offsetof(struct about, phone) },
};

bool
about_write(const char *path, const struct about *about, struct fault *fault)
{
	char buffer[ABOUT_BYTES];
	struct sink s = SINK_INTO(buffer);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const char *value = (const char *)about + ROWS[i].at;
		if (strpbrk(value, "\t\r\n") != NULL)
			return fault_field(fault, FAULT_INPUT, ROWS[i].name,
			    "「%s」は1行で書いてください。", ROWS[i].name);
		sink_print(&s, "%s\t%s\n", ROWS[i].name, value);
	}
	return file_write(path, 0644, s.at, s.len, fault);
}

void
about_read(const char *text, struct about *about)
{
	*about = (struct about){ 0 };
	for (const char *p = text, *end; *p != '\0'; p = *end == '\0' ? end : end + 1) {
		end = strchrnul(p, '\n');
		const char *tab = memchr(p, '\t', (size_t)(end - p));
		for (size_t i = 0; tab != NULL && i < COUNT(ROWS); i++) {
			size_t n = (size_t)(end - tab - 1), k = strlen(ROWS[i].name);
			if (k != (size_t)(tab - p) || memcmp(p, ROWS[i].name, k) != 0 ||
			    n >= ABOUT_TEXT || !utf8_valid(tab + 1, n))
				continue;
			memcpy((char *)about + ROWS[i].at, tab + 1, n);
			((char *)about + ROWS[i].at)[n] = '\0';
		}
	}
}
