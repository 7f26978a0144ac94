/*
 * act/find.h - dossiers by what somebody remembers of them.
 *
 * Name in any spelling, organisation, e-mail, the tail of a telephone number: by the sealed search
 * cards. Reference, serial (whole or its beginning) and number of registered mail: by their indexes.
 * That a search took place is an event with who and how many; what was looked for is written nowhere
 * [R-3.1].
 */
#ifndef AKASHI_ACT_FIND_H
#define AKASHI_ACT_FIND_H

#include "act/search_card.h"

enum { FIND_MOST = 50, FIND_TEXT = 200, FIND_MATCHED = 80 };
/* Fewer than two characters; more than eight words, or too long. */
extern const struct refusal FIND_SHORT, FIND_LONG;

struct find_row {
	int64_t dossier;
	char reference[16], state[24];
	char name[SEARCH_NAME]; /* "" where only its number was matched and it has no card */
	char matched[FIND_MATCHED]; /* "name kana" "reference" "serial" ... */
};
struct found_rows {
	struct find_row row[FIND_MOST]; /* in order of dossiers */
	size_t count;
	int64_t total; /* all that match */
};
/* The caller frees *out (find_free): it lies in locked memory. */
bool find_run(struct service *, const char *text, struct found_rows **, struct fault *) MUST_USE;
void find_free(struct found_rows *);

#endif
