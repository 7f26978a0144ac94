#include "web/lang.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const CODE[] = { [LANG_JA] = "ja", [LANG_EN] = "en" };
_Static_assert(COUNT(CODE) == LANGS, "every language needs its code");

const char *
lang_code(enum lang lang)
{
	return CODE[lang];
}

static int
row_order(const void *key, const void *row)
{
	return strcmp(key, ((const struct lang_row *)row)->ja);
}

const char *
lang_text(enum lang lang, const char *ja)
{
	if (lang == LANG_JA)
		return ja;
	const struct lang_row *row =
	    bsearch(ja, LANG_ROWS, LANG_COUNT, sizeof(LANG_ROWS[0]), row_order);
	return row == NULL ? ja : row->en;
}

/* One of ours, from "en", "en-GB" ...; LANGS: none. */
static enum lang
lang_read(const char *p, size_t n)
{
	for (size_t i = 0; i < LANGS; i++)
		if (n >= 2 && strncasecmp(p, CODE[i], 2) == 0 && (n == 2 || p[2] == '-'))
			return (enum lang)i;
	return LANGS;
}

/* The weight behind ";q=" in thousandths; 1000 without one. */
static int
weight_read(const char *p, const char *end)
{
	const char *q = memmem(p, (size_t)(end - p), "q=", 2);
	if (q == NULL)
		return 1000;
	int weight = 0, unit = 1000;
	for (q += 2; q < end && unit > 0 && strchr("0123456789.", *q) != NULL; q++) {
		if (*q == '.')
			continue;
		weight += (*q - '0') * unit;
		unit /= 10;
	}
	return weight;
}

enum lang
lang_choose(const char *asked, const char *accept)
{
	enum lang best = asked == NULL ? LANGS : lang_read(asked, strlen(asked));
	int most = 0;
	if (best != LANGS)
		return best;
	while (accept != NULL && *accept != '\0') {
		accept += strspn(accept, " ,\t");
		const char *end = accept + strcspn(accept, ",");
		enum lang lang = lang_read(accept, strcspn(accept, ",; \t"));
		int weight = weight_read(accept, end);
		if (lang != LANGS && weight > most) {
			best = lang;
			most = weight;
		}
		accept = end;
	}
	return best == LANGS ? LANG_JA : best;
}
