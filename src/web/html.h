/*
 * web/html.h - what the compiled templates call: text, escaped, for elements and quoted values.
 *
 * There is no way to put markup that is not in a template.
 */
#ifndef AKASHI_WEB_HTML_H
#define AKASHI_WEB_HTML_H

#include "base/sink.h"
#include "web/lang.h"

/* NULL is "". */
void html_text(struct sink *, const char *);
/* The text in the reader's language, {1} ... {9} replaced by the values, all of it escaped. */
void html_say(struct sink *, enum lang, const char *ja, const char *const *values, size_t n);

#endif
