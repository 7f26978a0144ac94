#include "paper/glyphs.h"

#include <hb.h>
#include <string.h>

#include "base/text.h"

const struct refusal GLYPH_MISSING = { "glyph-missing", FAULT_INPUT, "R-4.4" };
const struct refusal GLYPH_CONTROL = { "glyph-control", FAULT_INPUT, "R-4.4" };

enum { CHARACTERS = 8 }; /* of one cluster, at most */

static bool
is_selector(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

static bool
is_mark(uint32_t c)
{
	hb_unicode_general_category_t g =
	    hb_unicode_general_category(hb_unicode_funcs_get_default(), c);
	return g == HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK ||
	       g == HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK ||
	       g == HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK;
}

/* Lines, directions and other things a printer leaves no trace of. */
static bool
is_control(uint32_t c)
{
	switch (hb_unicode_general_category(hb_unicode_funcs_get_default(), c)) {
	case HB_UNICODE_GENERAL_CATEGORY_CONTROL:
	case HB_UNICODE_GENERAL_CATEGORY_FORMAT:
	case HB_UNICODE_GENERAL_CATEGORY_LINE_SEPARATOR:
	case HB_UNICODE_GENERAL_CATEGORY_PARAGRAPH_SEPARATOR:
	case HB_UNICODE_GENERAL_CATEGORY_PRIVATE_USE:
	case HB_UNICODE_GENERAL_CATEGORY_SURROGATE:
	case HB_UNICODE_GENERAL_CATEGORY_UNASSIGNED:
		return true;
	default:
		return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x34f;
	}
}

/* A base with its marks and selectors; NUL ends it too. */
static size_t
cluster_read(const char *at, uint32_t c[CHARACTERS], const char **end)
{
	size_t n = 0;
	c[n++] = utf8_next(&at);
	while (*at != '\0' && n < CHARACTERS) {
		const char *next = at;
		uint32_t u = utf8_next(&next);
		if (!is_selector(u) && !is_mark(u))
			break;
		c[n++] = u;
		at = next;
	}
	*end = at;
	return n;
}

/* One character and perhaps a selector: か with a voiced mark is が, if there is such a one. */
static bool
cluster_fold(const uint32_t *c, size_t n, uint32_t *character, uint32_t *selector)
{
	*character = c[0];
	*selector = 0;
	if (is_selector(c[0]) || is_mark(c[0]))
		return false;
	for (size_t i = 1; i < n; i++) {
		hb_codepoint_t whole;
		if (is_selector(c[i]) && i == n - 1)
			*selector = c[i];
		else if (!is_selector(c[i]) && hb_unicode_compose(hb_unicode_funcs_get_default(),
						   *character, c[i], &whole))
			*character = whole;
		else
			return false;
	}
	return true;
}

static bool
refuse(const struct refusal *row, const char *at, size_t bytes, const uint32_t *c, size_t n,
    const char *field, struct fault *fault)
{
	char points[16 * CHARACTERS];
	struct sink s = SINK_INTO(points);
	for (size_t i = 0; i < n; i++)
		sink_print(&s, "%sU+%04X", i > 0 ? " " : "", (unsigned)c[i]);
	if (row == &GLYPH_CONTROL)
		return fault_refuse(fault, row, field,
		    "印刷できない文字（%s）が含まれています。取り除いてください。",
		    sink_string(&s));
	return fault_refuse(fault, row, field,
	    "「%.*s」（%s）を正しい字形で印刷できる書体がありません。"
	    "字形を確かめ、印刷できる文字をご本人と決めてください。",
	    (int)bytes, at, sink_string(&s));
}

bool
cluster_next(const struct faces *faces, enum hand hand, const char **at, struct cluster *out,
    const char *field, struct fault *fault)
{
	uint32_t c[CHARACTERS], character, selector;
	const char *end;
	enum face face;
	size_t n = cluster_read(*at, c, &end);
	size_t bytes = (size_t)(end - *at);
	if (is_control(c[0]))
		return refuse(&GLYPH_CONTROL, *at, bytes, c, n, field, fault);
	if (!cluster_fold(c, n, &character, &selector) ||
	    !face_choose(faces, hand, character, selector, &face))
		return refuse(&GLYPH_MISSING, *at, bytes, c, n, field, fault);
	*out = (struct cluster){ *at, bytes, face };
	*at = end;
	return true;
}

bool
glyphs_check(const struct faces *faces, enum hand hand, const char *utf8, const char **missing,
    const char *field, struct fault *fault)
{
	struct cluster cluster;
	const char *at = utf8;
	if (!utf8_valid(utf8, strlen(utf8)))
		return fault_field(fault, FAULT_INPUT, field,
		    "文字コードが UTF-8 ではありません。直してください。");
	while (*at != '\0')
		if (!cluster_next(faces, hand, &at, &cluster, field, fault)) {
			if (missing != NULL)
				*missing = at;
			return false;
		}
	return true;
}
