/*
 * act/etax.h - numbers of filings by e-Tax: they name a person's tax return, so the store
 * has only the day and a keyed digest, which still compare; the numbers are sealed to the dossier.
 *
 * Messages made from the store show masks; etax_reveal puts back what was typed or opened.
 */
#ifndef AKASHI_ACT_ETAX_H
#define AKASHI_ACT_ETAX_H

#include "act/dossier.h"
#include "store/paper_row.h"

enum { ETAX_MASK = 64 };

/* "" stays "". Equal texts have equal masks; a day in front stays readable. */
void etax_mask(const uint8_t index_key[32], const char *typed, char out[ETAX_MASK]);
/* Within the transaction that adds the paper. */
bool etax_keep(struct tx *, const struct dossier_row *, int64_t paper, const char *notice,
    const char *print, struct fault *) MUST_USE;
/* Opens a paper's numbers through the archive key's agent; found false: it has none. */
bool etax_open(struct service *, const struct dossier_row *, const struct paper_row *,
    const char *reason, char notice[64], char print[64], bool *found, struct fault *) MUST_USE;
void etax_reveal(
    struct deficiencies *, const struct paper_row *masked, const char *notice, const char *print);

#endif
