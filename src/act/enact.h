/*
 * act/enact.h - custodians sign: the next charter, the CA certificate (docs/flows.md, Charter).
 *
 * Each call adds one custodian's signature; with the quorum the signer is asked and what it
 * journaled comes into force: files under DIR/ca, the policy, the archive key. Below the quorum
 * the call is kept and refused with CHARTER_QUORUM (exit 5).
 */
#ifndef AKASHI_ACT_ENACT_H
#define AKASHI_ACT_ENACT_H

#include "act/person.h"
#include "book/words.h"

struct enacted {
	int64_t number; /* of the charter */
	int signatures;
	int64_t quorum;
	bool done; /* in force */
	char words[WORDS_TEXT]; /* of what was signed */
};
/* The CA certificate is signed already; a CA of before is to move in (act/adopt.h); another custodian
 * drafted it at the same moment, also in the place of the one that was to be signed. */
extern const struct refusal CA_CERTIFIED, CA_NOT_DRAFTED, CA_OTHER;
extern const struct refusal ENACT_RULES; /* a draft of the rules nobody signed for */

/* Without a draft the next charter is the same with a new term. */
bool enact_charter(
    struct service *, const struct person *, struct enacted *, struct fault *) MUST_USE;
/* DIR/keys/ca.pub names the key, or act/adopt.h has drafted it; then the first list. */
bool enact_certificate(
    struct service *, const struct person *, struct enacted *, struct fault *) MUST_USE;

#endif
