/*
 * web/gen/texts.h - a gettext catalogue (.mo of assets/po/en.po) as a C table, sorted.
 *
 * Only the build uses this. msgfmt has left out fuzzy and empty entries: their readers get the
 * Japanese. A translation whose {1}, {2} ... differ from the text's is refused.
 */
#ifndef AKASHI_WEB_GEN_TEXTS_H
#define AKASHI_WEB_GEN_TEXTS_H

#include "base/fault.h"
#include "base/sink.h"

extern const struct refusal TEXTS_FORM;

bool texts_compile(const uint8_t *mo, size_t n, struct sink *code, struct fault *) MUST_USE;

#endif
