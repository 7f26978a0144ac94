/*
 * act/proofs.h - the signatures a document has so far, and one more [design 2].
 *
 * For documents several people of one role sign (charter, CA certificate, revocation). A person
 * who signed already is counted, not added.
 */
#ifndef AKASHI_ACT_PROOFS_H
#define AKASHI_ACT_PROOFS_H

#include "act/person.h"
#include "store/proof_row.h"

/* SEQUENCE OF act, in order of seats; *count of them. */
bool proofs_read(
    struct tx *, const uint8_t digest[32], struct sink *acts, int *count, struct fault *) MUST_USE;
/* Signs and adds unless that person did, anew where it counts no more (another key since); *count:
 * how many do afterwards. */
bool proofs_sign(struct tx *, struct service *, const struct person *, enum act_kind,
    const uint8_t digest[32], int *count, bool *added, struct fault *) MUST_USE;
/* Whether it counts today: the charter still lets that person say this of that document. */
bool proof_counts(const struct proof_row *, const struct charter *, enum act_kind,
    const uint8_t digest[32]) MUST_USE;
/* How many do. */
bool proofs_count(struct tx *, const struct charter *, enum act_kind, const uint8_t digest[32],
    int *count, struct fault *) MUST_USE;

#endif
