/*
 * act/adopt.h - a CA of before moves in (docs/flows.md, Adoption).
 *
 * adopt_draft reads its certificate, its last list and its index, holds them against each other and
 * composes what custodians then sign (act/enact.h, enact_certificate). It may be drafted anew until
 * the signer has taken it in. Each thing that is wrong is a row of its own, and changes nothing.
 */
#ifndef AKASHI_ACT_ADOPT_H
#define AKASHI_ACT_ADOPT_H

#include "act/crew.h"
#include "book/words.h"
#include "pki/cert.h"
#include "store/task_row.h"

extern const struct refusal ADOPT_NOT, ADOPT_CERTIFICATE, ADOPT_MARK, ADOPT_KEY, ADOPT_LIST_TIMES,
    ADOPT_LIST_NUMBER, ADOPT_LIST_PART, ADOPT_ENTRY, ADOPT_TWICE, ADOPT_UNKNOWN, ADOPT_MISSING,
    ADOPT_DIFFERS, ADOPT_SIZE;

/* A CA's certificate out of a file, as one may move in: self-signed, good now, marked as the service is. */
bool adopt_certificate(const char *path, bool rehearsal, struct instant now, struct sink *der,
    struct cert_ca *, struct fault *) MUST_USE;

struct adopt_request {
	const char *certificate, *crl, *index; /* files */
};
struct adopt_told {
	int64_t certificates, good, ended; /* all; neither revoked nor ended; ended, not revoked */
	int64_t listed; /* on its last list */
	int64_t left_out; /* revoked and ended, and no longer on it */
	int64_t number; /* of that list */
	struct instant this_update, next_update, ca_end;
	char words[WORDS_TEXT]; /* of what custodians sign */
};
bool adopt_draft(
    struct service *, const struct adopt_request *, struct adopt_told *, struct fault *) MUST_USE;

/* Whether its CA is one of before: init said so. */
bool adopt_due(struct tx *, bool *, struct fault *) MUST_USE;
/* The signer takes it in, part by part; the CA's certificate. */
bool adopt_ask(struct crew *, const struct task_row *, struct der warrant, struct der acts,
    struct sink *certificate, struct fault *) MUST_USE;
/* The draft has done its service. */
void adopt_done(const struct service *);

#endif
