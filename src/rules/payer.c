#include "rules/payer.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Full-width katakana from U+30A1 on, as half-width signs; a voiced one is two. */
static const char *const KANA[] = { "ｱ", "ｱ", "ｲ", "ｲ", "ｳ", "ｳ", "ｴ", "ｴ", "ｵ", "ｵ", "ｶ", "ｶﾞ",
	"ｷ", "ｷﾞ", "ｸ", "ｸﾞ", "ｹ", "ｹﾞ", "ｺ", "ｺﾞ", "ｻ", "ｻﾞ", "ｼ", "ｼﾞ", "ｽ", "ｽﾞ", "ｾ", "ｾﾞ", "ｿ",
	"ｿﾞ", "ﾀ", "ﾀﾞ", "ﾁ", "ﾁﾞ", "ﾂ", "ﾂ", "ﾂﾞ", "ﾃ", "ﾃﾞ", "ﾄ", "ﾄﾞ", "ﾅ", "ﾆ", "ﾇ", "ﾈ", "ﾉ",
	"ﾊ", "ﾊﾞ", "ﾊﾟ", "ﾋ", "ﾋﾞ", "ﾋﾟ", "ﾌ", "ﾌﾞ", "ﾌﾟ", "ﾍ", "ﾍﾞ", "ﾍﾟ", "ﾎ", "ﾎﾞ", "ﾎﾟ", "ﾏ",
	"ﾐ", "ﾑ", "ﾒ", "ﾓ", "ﾔ", "ﾔ", "ﾕ", "ﾕ", "ﾖ", "ﾖ", "ﾗ", "ﾘ", "ﾙ", "ﾚ", "ﾛ", "ﾜ", "ﾜ", "ｲ",
	"ｴ", "ｦ", "ﾝ", "ｳﾞ" };
/* U+FF67...U+FF6F: small kana and the small tsu, written large by banks. */
static const char *const SMALL[] = { "ｱ", "ｲ", "ｳ", "ｴ", "ｵ", "ﾔ", "ﾕ", "ﾖ", "ﾂ" };

/* Legal forms a payer wrote out, and their marks. */
static const struct {
	const char *spoken, *mark;
} FORMS[] = {
	{ "ｶﾌﾞｼｷｶﾞｲｼﾔ", "ｶ" },
	{ "ﾕｳｹﾞﾝｶﾞｲｼﾔ", "ﾕ" },
	{ "ｺﾞｳﾒｲｶﾞｲｼﾔ", "ﾒ" },
	{ "ｺﾞｳｼｶﾞｲｼﾔ", "ｼ" },
	{ "ｺﾞｳﾄﾞｳｶﾞｲｼﾔ", "ﾄﾞ" },
	{ "ｲﾘﾖｳﾎｳｼﾞﾝ", "ｲ" },
	{ "ｼﾕｳｷﾖｳﾎｳｼﾞﾝ", "ｼﾕｳ" },
	{ "ｶﾞﾂｺｳﾎｳｼﾞﾝ", "ｶﾞｸ" },
	{ "ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ", "ﾌｸ" },
};

static bool
fold_sign(struct sink *out, uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0; /* full-width ASCII */
	if (c == 0x3000)
		c = ' ';
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	if (c == 0x30fc || c == 0xff70 || c == 0x2010 || c == 0x2212 || c == 0x2015)
		c = '-';
	if (c == ' ' && (out->len == 0 || out->at[out->len - 1] == ' '))
		return true;
	if (c >= 0x30a1 && c < 0x30a1 + COUNT(KANA))
		sink_text(out, KANA[c - 0x30a1]);
	else if (c >= 0xff67 && c <= 0xff6f)
		sink_text(out, SMALL[c - 0xff67]);
	else if ((c >= 0x20 && c < 0x7f) || (c >= 0xff61 && c <= 0xff9f))
		utf8_put(out, c);
	else
		return false;
	return !out->full;
}

/* "ｶﾌﾞｼｷｶﾞｲｼﾔ ﾐﾎﾝ" and "ｶ)ﾐﾎﾝ" are one payer: the mark stands where the word stood. */
static void
fold_form(char text[PAYER_TEXT])
{
	size_t len = strlen(text);
	for (size_t i = 0; i < COUNT(FORMS); i++) {
		char *at = strstr(text, FORMS[i].spoken);
		size_t n = strlen(FORMS[i].spoken), m = strlen(FORMS[i].mark);
		if (at == NULL || (at != text && at[n] != '\0'))
			continue;
		char out[PAYER_TEXT];
		struct sink s = SINK_INTO(out);
		if (at == text) {
			sink_print(&s, "%s)", FORMS[i].mark);
			sink_text(&s, at + n + (at[n] == ' '));
		} else {
			size_t before = (size_t)(at - text);
			sink_bytes(&s, text, before - (before > 0 && text[before - 1] == ' '));
			sink_print(&s, "(%s", FORMS[i].mark);
		}
		if (sink_string(&s) != NULL && s.len <= len + m)
			memcpy(text, out, s.len + 1);
		return;
	}
}

bool
payer_fold(const char *name, char out[PAYER_TEXT], char number[12])
{
	char text[PAYER_TEXT];
	struct sink s = SINK_INTO(text);
	while (*name != '\0')
		if (!fold_sign(&s, utf8_next(&name)))
			return false;
	if (sink_string(&s) == NULL)
		return false;
	if (s.len > 0 && text[s.len - 1] == ' ')
		text[s.len - 1] = '\0';
	size_t digits = strspn(text, "0123456789");
	bool numbered = digits > 0 && digits <= 10 && text[digits] == ' ';
	if (number != NULL)
		snprintf(number, 12, "%.*s", numbered ? (int)digits : 0, text);
	memmove(out, text + (numbered ? digits + 1 : 0),
	    strlen(text) - (numbered ? digits + 1 : 0) + 1);
	fold_form(out);
	return true;
}

bool
payer_same(const char *seen, const char *full)
{
	if (strcmp(seen, full) == 0)
		return true;
	size_t n = utf8_count(seen);
	return (n == 26 || n == 48) && strncmp(seen, full, strlen(seen)) == 0;
}
