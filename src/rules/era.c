#include "rules/era.h"

#include <stdio.h>
#include <string.h>

#include "base/sink.h"
#include "base/text.h"

static const struct {
	const char *name;
	char letter;
	int before; /* the year before its first */
	int most; /* a year no paper writes */
} ERA[] = {
	{ "明治", 'M', 1867, 45 },
	{ "大正", 'T', 1911, 15 },
	{ "昭和", 'S', 1925, 64 },
	{ "平成", 'H', 1988, 31 },
	{ "令和", 'R', 2018, 99 },
};

/* The base year of an era at *s, which is moved behind it; 0: a plain year; most: its last year. */
static int
era_take(const char **s, int *most)
{
	for (size_t i = 0; i < COUNT(ERA); i++) {
		size_t n = strlen(ERA[i].name);
		bool word = strncmp(*s, ERA[i].name, n) == 0;
		if (!word && **s != ERA[i].letter && **s != ERA[i].letter + ('a' - 'A'))
			continue;
		*s += word ? n : 1;
		*most = ERA[i].most;
		return ERA[i].before;
	}
	*most = 9999;
	return 0;
}

/* Digits, signs and 年月日 of either width to "Y/M/D"; other text stays. */
static bool
plain(const char *text, char out[64])
{
	struct sink s = { .at = (uint8_t *)out, .cap = 64 };
	while (*text != '\0') {
		uint32_t c = utf8_next(&text);
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xfee0;
		if (c == 0x5143)
			sink_byte(&s, '1'); /* 元 */
		else if (c == 0x5e74 || c == 0x6708 || c == '-' || c == '.')
			sink_byte(&s, '/');
		else if (c != 0x65e5 && c != ' ' && c != 0x3000)
			utf8_put(&s, c);
	}
	return sink_string(&s) != NULL;
}

bool
era_day_read(const char *text, struct day *out)
{
	char flat[64];
	int y, m, d, n = 0, most;
	if (!plain(text, flat))
		return false;
	const char *s = flat;
	int before = era_take(&s, &most);
	if (strspn(s, "0123456789/") != strlen(s) ||
	    sscanf(s, "%4d/%2d/%2d%n", &y, &m, &d, &n) != 3 || s[n] != '\0' ||
	    y < (before == 0 ? 1000 : 1) || y > most)
		return false;
	struct day day = { before + y, m, d };
	if (!day_exists(day))
		return false;
	*out = day;
	return true;
}
