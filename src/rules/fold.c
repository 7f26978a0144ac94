#include "rules/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "rules/fold_in.h"
#include "rules/letters.h"

/* Small kana and rare ones, and the large or common ones they are found by. */
static const struct glyph KANA[] = {
	{ U'ァ', U'ア' },
	{ U'ィ', U'イ' },
	{ U'ゥ', U'ウ' },
	{ U'ェ', U'エ' },
	{ U'ォ', U'オ' },
	{ U'ッ', U'ツ' },
	{ U'ャ', U'ヤ' },
	{ U'ュ', U'ユ' },
	{ U'ョ', U'ヨ' },
	{ U'ヮ', U'ワ' },
	{ U'ヵ', U'カ' },
	{ U'ヶ', U'ケ' },
	{ U'ヰ', U'イ' },
	{ U'ヱ', U'エ' },
	{ U'ヲ', U'オ' },
	{ U'ヂ', U'ジ' },
	{ U'ヅ', U'ズ' },
};
/* Latin letters with a mark above, small and capital side by side, and the bare letter. */
static const char MARKED[] = "āaĀaâaÂaīiĪiîiÎiūuŪuûuÛuēeĒeêeÊeōoŌoôoÔo";
static const uint32_t DROPPED[] = { ' ', 0x3000, '-', 0x2010, 0x2011, 0x2012, 0x2013, 0x2014,
	0x2015, 0x2212, '\'', 0x2019, 0x30fb, 0x200d };

static uint32_t
glyph_of(uint32_t c)
{
	size_t low = 0, high = GLYPH_COUNT;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (GLYPHS[mid].from == c)
			return GLYPHS[mid].to;
		if (GLYPHS[mid].from < c)
			low = mid + 1;
		else
			high = mid;
	}
	return c;
}

static uint32_t
kana_of(uint32_t c)
{
	if (c >= 0x3041 && c <= 0x3096)
		c += 0x60; /* hiragana */
	for (size_t i = 0; i < COUNT(KANA); i++)
		if (KANA[i].from == c)
			return KANA[i].to;
	return c;
}

static uint32_t
latin_of(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if (c >= 'A' && c <= 'Z')
		return c + 'a' - 'A';
	for (const char *at = MARKED; c >= 0x80 && c < 0x250 && *at != '\0';) {
		uint32_t marked = utf8_next(&at), bare = utf8_next(&at);
		if (marked == c)
			return bare;
	}
	return c;
}

static bool
dropped(uint32_t c)
{
	for (size_t i = 0; i < COUNT(DROPPED); i++)
		if (DROPPED[i] == c)
			return true;
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef) || c < 0x20;
}

static uint32_t
folded_of(uint32_t c)
{
	return c < 0x250 || c >= 0xff00	    ? glyph_of(latin_of(c))
	       : c >= 0x3041 && c <= 0x30ff ? kana_of(c)
					    : glyph_of(c);
}

/* The word of texts before 2018 is found by today's. */
static void
words_today(struct sink *s, size_t from)
{
	static const char OLD[] = "取消", NOW[] = "失効";
	for (size_t i = from; i + sizeof(OLD) - 1 <= s->len; i++)
		if (memcmp(s->at + i, OLD, sizeof(OLD) - 1) == 0)
			memcpy(s->at + i, NOW, sizeof(NOW) - 1);
}

void
fold_plain(const char *text, struct sink *out)
{
	OWN_SINK wide = SINK_GROW(1 << 20);
	size_t from = out->len;
	letters_widen(text, false, &wide);
	const char *at = sink_string(&wide);
	while (at != NULL && *at != '\0') {
		uint32_t c = folded_of(utf8_next(&at));
		if (!dropped(c))
			utf8_put(out, c);
	}
	if (!out->full)
		words_today(out, from);
}

/* The vowel a folded letter ends with: 'o', 'u', 'x' another kana's, 0 none. */
static char
vowel_of(uint32_t c)
{
	static const char O[] = "オコソトノホモヨロゴゾドボポ",
			  U[] = "ウクスツヌフムユルグズブプヴ";
	char sign[8];
	struct sink s = SINK_INTO(sign);
	if (c == 'o' || c == 'u')
		return (char)c;
	if (c < 0x30a1 || c > 0x30fa)
		return 0;
	utf8_put(&s, c);
	const char *text = sink_string(&s);
	return strstr(O, text) != NULL ? 'o' : strstr(U, text) != NULL ? 'u' : 'x';
}

/* Whether c does no more than lengthen what `vowel` ended; next: what follows c. */
static bool
lengthens(char vowel, bool latin, uint32_t c, uint32_t next)
{
	if (c == 0x30fc)
		return true;
	if (!latin)
		return (vowel == 'o' && (c == U'ウ' || c == U'オ')) || (vowel == 'u' && c == U'ウ');
	return (vowel == 'o' && (c == 'u' || c == 'o')) || (vowel == 'u' && c == 'u') ||
	       (vowel == 'o' && c == 'h' && (next == 0 || strchr("aiueo", (int)next) == NULL));
}

void
fold_short(const char *at, struct sink *out)
{
	char vowel = 0;
	bool latin = false;
	while (*at != '\0') {
		uint32_t c = utf8_next(&at);
		const char *peek = at;
		uint32_t next = *at == '\0' ? 0 : utf8_next(&peek);
		if (lengthens(vowel, latin, c, next < 0x80 ? next : 0))
			continue;
		vowel = vowel_of(c);
		latin = c < 0x80;
		utf8_put(out, c);
	}
}

void
fold_tail(const char *number, char out[FOLD_TAIL])
{
	size_t n = 0;
	while (*number != '\0') {
		uint32_t c = latin_of(utf8_next(&number));
		if (c < '0' || c > '9')
			continue;
		if (n == FOLD_TAIL - 1)
			memmove(out, out + 1, --n);
		out[n++] = (char)c;
	}
	out[n] = '\0';
}
