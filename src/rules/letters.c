#include "rules/letters.h"

#include <string.h>

#include "base/text.h"

/* Assigned characters of names and addresses; what is not here has a replacement or none. */
static const struct {
	uint32_t from, to;
} RECORDABLE[] = {
	{ 0x20, 0x7e },
	{ 0xa7, 0xa7 },
	{ 0xb0, 0xb0 },
	{ 0xc0, 0x17f },
	{ 0x1e00, 0x1eff },
	{ 0x2010, 0x2015 },
	{ 0x2018, 0x2019 },
	{ 0x201c, 0x201d },
	{ 0x2212, 0x2212 },
	{ 0x3000, 0x3003 },
	{ 0x3005, 0x3007 },
	{ 0x3008, 0x3011 },
	{ 0x3014, 0x3015 },
	{ 0x301c, 0x301c },
	{ 0x303b, 0x303b },
	{ 0x3041, 0x3096 },
	{ 0x3099, 0x309f },
	{ 0x30a0, 0x30ff },
	{ 0x31f0, 0x31ff },
	{ 0x3400, 0x4dbf },
	{ 0x4e00, 0x9fff },
	{ 0xf900, 0xfa6d },
	{ 0xfa70, 0xfad9 },
	{ 0xff01, 0xff5e },
	{ 0x20000, 0x2a6df },
	{ 0x2a700, 0x2b739 },
	{ 0x2b740, 0x2b81d },
	{ 0x2b820, 0x2cea1 },
	{ 0x2ceb0, 0x2ebe0 },
	{ 0x2f800, 0x2fa1d },
	{ 0x30000, 0x3134a },
	{ 0x31350, 0x323af },
};

static bool
recordable(uint32_t c)
{
	for (size_t i = 0; i < COUNT(RECORDABLE); i++)
		if (c >= RECORDABLE[i].from && c <= RECORDABLE[i].to)
			return true;
	return false;
}

static bool
selector(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

static bool
ideograph(uint32_t c)
{
	return (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfad9) || c >= 0x20000;
}

uint32_t
letters_refused(const char *s)
{
	uint32_t before = 0;
	while (*s != '\0') {
		uint32_t c = utf8_next(&s);
		bool good = selector(c) ? ideograph(before) && !selector(before) : recordable(c);
		if (!good)
			return c;
		before = c;
	}
	return 0;
}

/* U+FF61...U+FF9F in full width. */
static const char *const WIDE[] = { "。", "「", "」", "、", "・", "ヲ", "ァ", "ィ", "ゥ", "ェ",
	"ォ", "ャ", "ュ", "ョ", "ッ", "ー", "ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク", "ケ",
	"コ", "サ", "シ", "ス", "セ", "ソ", "タ", "チ", "ツ", "テ", "ト", "ナ", "ニ", "ヌ", "ネ",
	"ノ", "ハ", "ヒ", "フ", "ヘ", "ホ", "マ", "ミ", "ム", "メ", "モ", "ヤ", "ユ", "ヨ", "ラ",
	"リ", "ル", "レ", "ロ", "ワ", "ン", "゛", "゜" };

/* The voiced (mark 1) or half-voiced (2) form of a full-width kana; 0: it has none. */
static uint32_t
voiced(uint32_t c, int mark)
{
	bool h = c >= 0x30cf && c <= 0x30db && (c - 0x30cf) % 3 == 0;
	if (h)
		return c + (uint32_t)mark;
	if (mark == 2)
		return 0;
	if (c == 0x30a6)
		return 0x30f4;
	bool k = (c >= 0x30ab && c <= 0x30c1 && c % 2 == 1) ||
		 (c >= 0x30c4 && c <= 0x30c8 && c % 2 == 0);
	return k ? c + 1 : 0;
}

void
letters_widen(const char *s, bool spaces, struct sink *out)
{
	while (*s != '\0') {
		uint32_t c = utf8_next(&s);
		if (c == ' ' && spaces)
			c = 0x3000;
		if (c < 0xff61 || c > 0xff9f) {
			utf8_put(out, c);
			continue;
		}
		const char *wide = WIDE[c - 0xff61], *behind = s;
		uint32_t plain = utf8_next(&wide), mark = *s == '\0' ? 0 : utf8_next(&behind);
		uint32_t joined = mark == 0xff9e   ? voiced(plain, 1)
				  : mark == 0xff9f ? voiced(plain, 2)
						   : 0;
		utf8_put(out, joined != 0 ? joined : plain);
		s = joined != 0 ? behind : s;
	}
}

void
letters_narrow(const char *s, struct sink *out)
{
	while (*s != '\0') {
		uint32_t c = utf8_next(&s);
		utf8_put(out, c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c == 0x3000 ? ' ' : c);
	}
}

bool
letters_kana(const char *s)
{
	while (*s != '\0') {
		uint32_t c = utf8_next(&s);
		if ((c < 0x30a1 || c > 0x30fc) && c != 0x3000)
			return false;
	}
	return true;
}

static bool
my_number(const int d[12])
{
	int sum = 0;
	for (int n = 1; n <= 11; n++)
		sum += d[11 - n] * (n <= 6 ? n + 1 : n - 5);
	int r = sum % 11;
	return d[11] == (r <= 1 ? 0 : 11 - r);
}

/* The digits of groups that stand together, the last twelve of them. */
struct digits {
	int at[12]; /* a ring */
	bool begins[12]; /* a group */
	size_t count;
};

/* At the end of a group: whether whole groups that end here have twelve digits, a My Number's. */
static bool
my_number_ends(const struct digits *g)
{
	int d[12];
	if (g->count < COUNT(d) || !g->begins[g->count % COUNT(d)])
		return false;
	for (size_t i = 0; i < COUNT(d); i++)
		d[i] = g->at[(g->count + i) % COUNT(d)];
	return my_number(d);
}

static bool
between_groups(uint32_t c)
{
	return c == ' ' || c == '-' || c == 0x3000 || c == 0x2010 || c == 0x2212;
}

bool
letters_my_number(const char *s)
{
	struct digits g = { .count = 0 };
	bool within = false; /* a group */
	for (bool more = true; more;) {
		uint32_t c = *s == '\0' ? 0 : utf8_next(&s);
		more = c != 0;
		c = c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c;
		if (c >= '0' && c <= '9') {
			g.at[g.count % COUNT(g.at)] = (int)(c - '0');
			g.begins[g.count++ % COUNT(g.at)] = !within;
			within = true;
			continue;
		}
		if (within && my_number_ends(&g))
			return true;
		if (!within || !between_groups(c)) /* one sign between groups */
			g.count = 0;
		within = false;
	}
	return false;
}

bool
letters_corporate_number(const char *s)
{
	if (strspn(s, "0123456789") != 13 || s[13] != '\0' || s[0] == '0')
		return false;
	int sum = 0;
	for (int n = 1; n <= 12; n++)
		sum += (s[13 - n] - '0') * (n % 2 == 1 ? 1 : 2);
	return s[0] - '0' == 9 - sum % 9;
}
