/*
 * web/gen/template.h - pages as C: a template becomes one function with typed parameters.
 *
 * Only the build uses this. A template is HTML with a head line and few directives:
 *
 *	{{template NAME: C PARAMETERS}}	the head: NAME(struct sink *, enum lang, PARAMETERS)
 *	{{EXPR}}			a C value of type const char *, escaped
 *	{{_TEXT|EXPR|EXPR_}}		a Japanese text in the reader's language; {1}, {2} are the values
 *	{{if EXPR}} {{else}} {{end}}	also inside a tag or an attribute's value
 *	{{each I below EXPR}} {{end}}	I is a size_t
 *	{{put NAME: EXPR, EXPR}}	another template's function
 *	{{split}}			where a frame's page goes: NAME_begin and NAME_end
 *
 * An EXPR has no calls and no operators but -> . [] and, in if, a leading "!". Refused: attributes
 * without double quotes, inline scripts and styles, links that do not begin with a fixed safe
 * start, elements left open, text that is not marked for translation.
 */
#ifndef AKASHI_WEB_GEN_TEMPLATE_H
#define AKASHI_WEB_GEN_TEMPLATE_H

#include "base/fault.h"
#include "base/sink.h"

extern const struct refusal TEMPLATE_HEAD, TEMPLATE_DIRECTIVE, TEMPLATE_UNQUOTED, TEMPLATE_INLINE,
    TEMPLATE_LINK, TEMPLATE_OPEN, TEMPLATE_UNMARKED, TEMPLATE_PLACES;

/* What comes of one template: the function, its prototype, its texts as a .pot. */
struct template_out {
	struct sink *code, *head, *pot;
};
/* file: for messages, and for the .pot. A refusal names the line. */
bool template_compile(
    const char *file, const char *text, const struct template_out *, struct fault *) MUST_USE;

/* Which of {1} to {9} a text has, as bits; false: a brace that is none of these. */
bool template_places(const char *text, size_t n, unsigned *places) MUST_USE;
/* A C string literal. */
void template_literal(struct sink *, const char *, size_t);

#endif
