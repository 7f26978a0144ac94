/*
 * act/letter_print.h - the letters that wait are printed, each once or not at all.
 *
 * Every letter is noted "printing" before its station is asked, so what a crash leaves there was
 * perhaps printed: the next run notes it spoiled and never asks again. What a station refused
 * before its printer was reached goes back to "waiting". Texts in the open: M-403 with K-12 from
 * issue and K-22 from today, the day it is printed and sent, as far as they are extended; the CA
 * certificate's fingerprint.
 */
#ifndef AKASHI_ACT_LETTER_PRINT_H
#define AKASHI_ACT_LETTER_PRINT_H

#include "act/letter.h"
#include "base/der.h"

/* No day is open; the edition came to an end; found between printing and printed; not the letter its
 * keymaker stated for this certificate. */
extern const struct refusal PRINT_NO_DAY, PRINT_ENDED, PRINT_INTERRUPTED, PRINT_OTHER;

struct letter_told {
	const struct letter_row *row; /* as it stands now */
	bool printed; /* a sheet has come out */
	const struct fault *fault; /* why it has not; or NULL */
	struct der fields, pdf; /* of a rehearsal: print_field_take; else empty */
};
/* What is told is on disk. Refusing ends the run. */
typedef bool letter_tell(void *context, const struct letter_told *, struct fault *);

/* *all: every letter that waited is printed. FAULT_LATER: another run goes on. */
bool letter_print_run(
    struct service *, letter_tell *, void *context, bool *all, struct fault *) MUST_USE;

#endif
