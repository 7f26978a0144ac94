#include "web/gen/template.h"

#include <ctype.h>
#include <string.h>

const struct refusal TEMPLATE_HEAD = { "template-head", FAULT_INPUT, "X-12" };
const struct refusal TEMPLATE_DIRECTIVE = { "template-directive", FAULT_INPUT, "X-12" };
const struct refusal TEMPLATE_UNQUOTED = { "template-unquoted", FAULT_INPUT, "X-12" };
const struct refusal TEMPLATE_INLINE = { "template-inline", FAULT_INPUT, "X-12" };
const struct refusal TEMPLATE_LINK = { "template-link", FAULT_INPUT, "X-12" };
const struct refusal TEMPLATE_OPEN = { "template-open", FAULT_INPUT, "X-12" };
const struct refusal TEMPLATE_UNMARKED = { "template-unmarked", FAULT_INPUT, "R-0.8" };
const struct refusal TEMPLATE_PLACES = { "template-places", FAULT_INPUT, "R-0.8" };

enum { DEEP = 32, WORD = 24 };
enum where { IN_TEXT, IN_TAG, IN_VALUE };
enum block { ELEMENT, BRANCH, LOOP };

/* What is open: an element, or a directive with the place it began at. */
struct open {
	enum block block;
	enum where where;
	char name[WORD];
};

struct scan {
	const char *file, *start, *at;
	const struct template_out *out;
	struct fault *fault;
	enum where where;
	struct open open[DEEP];
	size_t depth;
	char tag[WORD], attribute[WORD];
	bool closing, fetched; /* of the tag: an end tag; has src */
	bool link_begun; /* of the value: its fixed start was seen */
	const char *literal; /* begin of the HTML not yet written */
	char name[64], parameters[256];
	bool split;
};

static bool
refuse(struct scan *s, const struct refusal *row, const char *why)
{
	int line = 1;
	for (const char *p = s->start; p < s->at; p++)
		line += *p == '\n';
	return fault_refuse(s->fault, row, NULL, "%s:%d: %s", s->file, line, why);
}

void
template_literal(struct sink *out, const char *p, size_t n)
{
	sink_byte(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		if (c == '\n')
			sink_text(out, "\\n");
		else if (c == '"' || c == '\\')
			sink_print(out, "\\%c", c);
		else if (c == '?' || c < 0x20 || c == 0x7f)
			sink_print(out, "\\%03o", c);
		else
			sink_byte(out, c);
	}
	sink_byte(out, '"');
}

bool
template_places(const char *text, size_t n, unsigned *places)
{
	*places = 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '}')
			return false;
		if (text[i] != '{')
			continue;
		if (i + 2 >= n || text[i + 1] < '1' || text[i + 1] > '9' || text[i + 2] != '}')
			return false;
		*places |= 1u << (text[i + 1] - '1');
		i += 2;
	}
	return true;
}

/* Writes the HTML between the last directive and here; indentation is for us, not for readers. */
static void
flush(struct scan *s)
{
	struct sink *out = s->out->code;
	const char *p = s->literal;
	while (p < s->at) {
		const char *line = memchr(p, '\n', (size_t)(s->at - p));
		const char *end = line == NULL ? s->at : line + 1;
		if (p > s->start && p[-1] == '\n' && s->where == IN_TEXT)
			p += strspn(p, "\t");
		if (end > p && !(end == p + 1 && *p == '\n')) {
			sink_text(out, "\tsink_text(out, ");
			template_literal(out, p, (size_t)(end - p));
			sink_text(out, ");\n");
		}
		p = end > p ? end : p;
	}
	s->literal = s->at;
}

static bool
expression(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '-' && i + 1 < n && p[i + 1] == '>')
			i++;
		else if (!isalnum((unsigned char)p[i]) && strchr("_.[]", p[i]) == NULL)
			return false;
	}
	return n > 0;
}

static bool
push(struct scan *s, enum block block, const char *name)
{
	if (s->depth == DEEP)
		return refuse(s, &TEMPLATE_OPEN, "nested too deep");
	struct open *o = &s->open[s->depth++];
	*o = (struct open){ .block = block, .where = s->where };
	memcpy(o->name, name, strlen(name) + 1);
	return true;
}

static bool
element_close(struct scan *s)
{
	if (s->depth == 0 || s->open[s->depth - 1].block != ELEMENT ||
	    strcmp(s->open[s->depth - 1].name, s->tag) != 0)
		return refuse(s, &TEMPLATE_OPEN, "this end tag closes nothing that is open");
	s->depth--;
	return true;
}

/* Behind a tag's ">". */
static bool
tag_end(struct scan *s)
{
	static const char *const EMPTY[] = { "meta", "link", "br", "hr", "img", "input", "wbr",
		"!doctype" };
	s->where = IN_TEXT;
	if (strcmp(s->tag, "script") == 0 && !s->closing &&
	    (!s->fetched || strncmp(s->at, "</script>", 9) != 0))
		return refuse(s, &TEMPLATE_INLINE, "a script is a file of its own");
	if (s->closing)
		return element_close(s);
	for (size_t i = 0; i < COUNT(EMPTY); i++)
		if (strcmp(s->tag, EMPTY[i]) == 0)
			return true;
	return push(s, ELEMENT, s->tag);
}

/* A word of letters, digits and "-" at the cursor, in lower case. */
static bool
word(struct scan *s, char out[WORD])
{
	size_t n = 0;
	while (isalnum((unsigned char)*s->at) || *s->at == '-' || (n == 0 && *s->at == '!')) {
		if (n == WORD - 1)
			return false;
		out[n++] = (char)tolower((unsigned char)*s->at++);
	}
	out[n] = '\0';
	return n > 0;
}

static bool
tag_begin(struct scan *s)
{
	static const char *const NEVER[] = { "style", "iframe", "object", "embed", "base" };
	if (strncmp(s->at, "<!--", 4) == 0) {
		flush(s);
		const char *end = strstr(s->at, "-->");
		if (end == NULL)
			return refuse(s, &TEMPLATE_OPEN, "a comment without an end");
		s->literal = s->at = end + 3;
		return true;
	}
	s->at++;
	s->closing = *s->at == '/';
	s->at += s->closing;
	s->fetched = false;
	s->where = IN_TAG;
	if (!word(s, s->tag))
		return refuse(s, &TEMPLATE_OPEN, "\"<\" begins no tag: write &lt;");
	for (size_t i = 0; i < COUNT(NEVER); i++)
		if (strcmp(s->tag, NEVER[i]) == 0)
			return refuse(s, &TEMPLATE_INLINE, "no style or frame inside a page");
	return true;
}

static bool
attribute(struct scan *s)
{
	if (strcmp(s->tag, "!doctype") == 0)
		return word(s, s->attribute) || refuse(s, &TEMPLATE_OPEN, "a doctype is html");
	if (!word(s, s->attribute))
		return refuse(s, &TEMPLATE_UNQUOTED, "no attribute begins like this");
	if (strncmp(s->attribute, "on", 2) == 0 || strcmp(s->attribute, "style") == 0)
		return refuse(s, &TEMPLATE_INLINE, "no script or style inside a tag");
	s->fetched = s->fetched || strcmp(s->attribute, "src") == 0;
	if (*s->at != '=')
		return true;
	if (s->at[1] != '"')
		return refuse(s, &TEMPLATE_UNQUOTED, "an attribute's value stands in \"...\"");
	s->at += 2;
	s->where = IN_VALUE;
	s->link_begun = false;
	return true;
}

/* A link's start is fixed here, so no value can make it a script. */
static bool
link_checked(struct scan *s)
{
	static const char *const LINKS[] = { "href", "src", "action", "formaction" };
	static const char *const STARTS[] = { "/", "#", "?", "https://", "mailto:", "tel:" };
	bool link = false;
	for (size_t i = 0; i < COUNT(LINKS); i++)
		link = link || strcmp(s->attribute, LINKS[i]) == 0;
	if (!link || s->link_begun)
		return true;
	for (size_t i = 0; i < COUNT(STARTS); i++)
		s->link_begun = s->link_begun || strncmp(s->at, STARTS[i], strlen(STARTS[i])) == 0;
	return s->link_begun ||
	       refuse(s, &TEMPLATE_LINK, "a link begins with a fixed / # ? or https://");
}

/* {{_TEXT|EXPR_}} */
static bool
text(struct scan *s, const char *p, size_t n)
{
	const char *bar = memchr(p, '|', n);
	size_t length = bar == NULL ? n : (size_t)(bar - p), count = 0;
	unsigned places;
	struct sink *out = s->out->code;
	if (length == 0 || memchr(p, '\n', length) != NULL || !template_places(p, length, &places))
		return refuse(
		    s, &TEMPLATE_DIRECTIVE, "a text is one line; braces only as {1} to {9}");
	sink_print(s->out->pot, "#: %s\nmsgid ", s->file);
	template_literal(s->out->pot, p, length);
	sink_text(s->out->pot, "\nmsgstr \"\"\n\n");
	sink_text(out, "\thtml_say(out, lang, ");
	template_literal(out, p, length);
	sink_text(out, ", (const char *const[]){ ");
	for (const char *end = p + n; bar != NULL; count++) {
		const char *from = bar + 1;
		bar = memchr(from, '|', (size_t)(end - from));
		size_t k = (size_t)((bar == NULL ? end : bar) - from);
		if (!expression(from, k))
			return refuse(s, &TEMPLATE_DIRECTIVE, "a value is a plain expression");
		sink_print(out, "%.*s, ", (int)k, from);
	}
	sink_print(out, "NULL }, %zu);\n", count);
	return places == (1u << count) - 1 ||
	       refuse(s, &TEMPLATE_PLACES, "the text's {1}, {2} ... and its values do not agree");
}

static bool
block_end(struct scan *s, bool other)
{
	struct open *o = s->depth == 0 ? NULL : &s->open[s->depth - 1];
	if (o == NULL || o->block == ELEMENT || o->where != s->where || (other && o->block == LOOP))
		return refuse(s, &TEMPLATE_OPEN, "this ends where it did not begin");
	sink_text(s->out->code, other ? "\t} else {\n" : "\t}\n");
	s->depth -= !other;
	return true;
}

static bool
loop(struct scan *s, const char *p, size_t n)
{
	const char *below = memmem(p, n, " below ", 7);
	const char *limit = below == NULL ? NULL : below + 7;
	if (below == NULL || !expression(p, (size_t)(below - p)) ||
	    !expression(limit, (size_t)(p + n - limit)))
		return refuse(s, &TEMPLATE_DIRECTIVE, "each I below COUNT");
	int k = (int)(below - p);
	sink_print(s->out->code, "\tfor (size_t %.*s = 0; %.*s < %.*s; %.*s++) {\n", k, p, k, p,
	    (int)(p + n - limit), limit, k, p);
	return push(s, LOOP, "");
}

static bool
condition(struct scan *s, const char *p, size_t n)
{
	bool not = n > 0 && *p == '!';
	if (!expression(p + not, n - not ))
		return refuse(s, &TEMPLATE_DIRECTIVE, "if takes a plain expression");
	sink_print(s->out->code, "\tif (%.*s) {\n", (int)n, p);
	return push(s, BRANCH, "");
}

static bool
put(struct scan *s, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n);
	size_t k = colon == NULL ? n : (size_t)(colon - p);
	if (!expression(p, k) || s->where != IN_TEXT)
		return refuse(s, &TEMPLATE_DIRECTIVE, "put NAME: VALUES, between elements");
	const char *values = colon == NULL ? p + n : colon + 1;
	for (const char *q = values, *next; q < p + n; q = next) {
		next = q + strcspn(q, " ,}");
		if (next > q && !expression(q, (size_t)(next - q)))
			return refuse(s, &TEMPLATE_DIRECTIVE, "values are plain expressions");
		next += next < p + n;
	}
	sink_print(s->out->code, "\t%.*s(out, lang%s%.*s);\n", (int)k, p, colon == NULL ? "" : ",",
	    (int)(p + n - values), values);
	return true;
}

static void
function_begin(struct scan *s, const char *suffix)
{
	const char *comma = s->parameters[0] == '\0' ? "" : ", ";
	sink_print(s->out->head, "void %s%s(struct sink *, enum lang%s%s);\n", s->name, suffix,
	    comma, s->parameters);
	sink_print(s->out->code,
	    "void\n%s%s(struct sink *out, enum lang lang%s%s)\n{\n\t(void)lang;\n", s->name, suffix,
	    comma, s->parameters);
}

static bool
split(struct scan *s)
{
	if (!s->split || s->where != IN_TEXT)
		return refuse(s, &TEMPLATE_DIRECTIVE, "one split, between elements");
	for (size_t i = 0; i < s->depth; i++)
		if (s->open[i].block != ELEMENT)
			return refuse(s, &TEMPLATE_DIRECTIVE, "no split inside if or each");
	s->split = false;
	sink_text(s->out->code, "}\n\n");
	function_begin(s, "_end");
	return true;
}

static bool
directive_do(struct scan *s, const char *p, size_t n)
{
	static const struct {
		const char *word;
		bool (*act)(struct scan *, const char *, size_t);
	} ROWS[] = { { "if ", condition }, { "each ", loop }, { "put ", put } };
	if (n > 2 && p[0] == '_' && p[n - 1] == '_')
		return s->where != IN_TAG ? text(s, p + 1, n - 2)
					  : refuse(s, &TEMPLATE_UNQUOTED, "a text without quotes");
	if ((n == 3 && memcmp(p, "end", 3) == 0) || (n == 4 && memcmp(p, "else", 4) == 0))
		return block_end(s, n == 4);
	if (n == 5 && memcmp(p, "split", 5) == 0)
		return split(s);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		size_t k = strlen(ROWS[i].word);
		if (n > k && memcmp(p, ROWS[i].word, k) == 0)
			return ROWS[i].act(s, p + k, n - k);
	}
	if (!expression(p, n))
		return refuse(s, &TEMPLATE_DIRECTIVE, "no such directive");
	if (s->where == IN_TAG)
		return refuse(s, &TEMPLATE_UNQUOTED, "a value without quotes");
	sink_print(s->out->code, "\thtml_text(out, %.*s);\n", (int)n, p);
	return true;
}

static bool
directive(struct scan *s)
{
	const char *end = strstr(s->at, "}}");
	/* {1}}}: the text's own brace stands before ours */
	while (end != NULL && end[2] == '}')
		end++;
	if (end == NULL)
		return refuse(s, &TEMPLATE_DIRECTIVE, "{{ without }}");
	flush(s);
	const char *from = s->at + 2;
	if (s->where == IN_VALUE && !link_checked(s))
		return false;
	if (!directive_do(s, from, (size_t)(end - from)))
		return false;
	s->literal = s->at = end + 2;
	return true;
}

static bool
step(struct scan *s)
{
	if (strncmp(s->at, "{{", 2) == 0)
		return directive(s);
	if ((unsigned char)*s->at >= 0x80)
		return refuse(s, &TEMPLATE_UNMARKED, "a text for people stands in {{_ _}}");
	switch (s->where) {
	case IN_TEXT:
		if (*s->at == '<')
			return tag_begin(s);
		break;
	case IN_TAG:
		if (*s->at == '>') {
			s->at++;
			return tag_end(s);
		}
		if (!isspace((unsigned char)*s->at))
			return attribute(s);
		break;
	case IN_VALUE:
		if (*s->at == '"')
			s->where = IN_TAG;
		else if (!link_checked(s))
			return false;
		break;
	}
	s->at++;
	return true;
}

static bool
head(struct scan *s)
{
	const char *line = strchr(s->at, '\n'), *colon = strchr(s->at, ':');
	const size_t k = strlen("{{template ");
	if (line == NULL || colon == NULL || colon > line ||
	    strncmp(s->at, "{{template ", k) != 0 || line - colon < 3 ||
	    memcmp(line - 2, "}}", 2) != 0 || (size_t)(colon - s->at) - k >= sizeof(s->name) ||
	    !expression(s->at + k, (size_t)(colon - s->at) - k) ||
	    (size_t)(line - colon) >= sizeof(s->parameters))
		return refuse(s, &TEMPLATE_HEAD, "the first line is {{template NAME: PARAMETERS}}");
	memcpy(s->name, s->at + k, (size_t)(colon - s->at) - k);
	const char *from = colon + 1 + strspn(colon + 1, " ");
	memcpy(s->parameters, from, (size_t)(line - 2 - from));
	s->literal = s->at = line + 1;
	s->split = strstr(s->at, "{{split}}") != NULL;
	function_begin(s, s->split ? "_begin" : "");
	return true;
}

bool
template_compile(
    const char *file, const char *source, const struct template_out *out, struct fault *fault)
{
	struct scan s = { .file = file, .start = source, .at = source, .out = out, .fault = fault };
	if (!head(&s))
		return false;
	while (*s.at != '\0')
		if (!step(&s))
			return false;
	flush(&s);
	if (s.depth > 0 || s.where != IN_TEXT)
		return refuse(&s, &TEMPLATE_OPEN, "something is left open at the end");
	sink_text(out->code, "}\n\n");
	return true;
}
