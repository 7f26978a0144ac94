/*
 * act/screen.h - a clerk passes a dossier, or finds it deficient (docs/flows.md, Screening).
 *
 * Passed: the next edition of the warrant is composed, sealed for signer, keymaker and dossier, and
 * signed by the clerk, all in one transaction with its event. An edition whose approval ran out is
 * ended and screened again as the next; one that may still be issued is not. Never approves.
 */
#ifndef AKASHI_ACT_SCREEN_H
#define AKASHI_ACT_SCREEN_H

#include "act/person.h"
#include "act/screening.h"
#include "book/words.h"

/* --ok in a real service; the edition may still be issued; it is being issued now. */
extern const struct refusal SCREEN_OK_REAL, SCREEN_LIVE, SCREEN_ISSUING;

struct screen_request {
	int64_t dossier;
	const struct person *person;
	struct screening *screening; /* entries and federation are given; the rest is filled in */
};
struct screened {
	bool passed;
	char state[24];
	char failed[256]; /* codes of the checks that were not OK */
	int64_t edition; /* from here on where passed */
	uint8_t digest[32];
	char words[WORDS_TEXT];
	struct day last_day;
};
bool screen_run(
    struct service *, const struct screen_request *, struct screened *, struct fault *) MUST_USE;

#endif
