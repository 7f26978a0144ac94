/*
 * web/lang.h - which language a reader gets, and a text in it.
 *
 * Texts stand in the code and the templates in Japanese; English comes from assets/po/en.po,
 * compiled in. What has no translation is shown in Japanese, never as a key. The asker's
 * ?lang= goes before the browser's Accept-Language.
 */
#ifndef AKASHI_WEB_LANG_H
#define AKASHI_WEB_LANG_H

#include "base/base.h"

enum lang { LANG_JA, LANG_EN, LANGS };

struct lang_row {
	const char *ja, *en;
};
extern const struct lang_row LANG_ROWS[]; /* sorted by ja; made by the build */
extern const size_t LANG_COUNT;

/* Marks a text of a table for the translators. */
#define LANG_N(text) text
const char *lang_code(enum lang); /* ja, en */
const char *lang_text(enum lang, const char *ja);
/* Both may be NULL: Japanese. */
enum lang lang_choose(const char *asked, const char *accept);

#endif
