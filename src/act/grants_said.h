/*
 * act/grants_said.h - what the journal's lines say of each grant besides what the ledger keeps.
 *
 * For who reads all lines at once and compares: an audit, a sweep. Fed with each line behind the ledger;
 * about 150 octets a certificate and 400 a revocation.
 */
#ifndef AKASHI_ACT_GRANTS_SAID_H
#define AKASHI_ACT_GRANTS_SAID_H

#include "book/ledger.h"

/* Of its INTENT, or VOID. */
struct grant_said {
	uint8_t warrant[32], spki[32], statement[32];
	struct instant at, not_before, not_after;
	size_t revocation; /* how many there were with it; 0: it is not revoked */
};

struct grants_said {
	struct grant_said *grant; /* by the ledger's places, from 1; owned */
	struct line *revocation; /* the first of each grant, without what it borrows; owned */
	size_t grants, room, revocations, revocation_room;
};

/* The ledger has that line already, and none behind it. */
bool grants_said_line(
    struct grants_said *, const struct ledger *, const struct line *, struct fault *) MUST_USE;
/* Of a grant in that ledger. Valid until the next line, as the next. */
const struct grant_said *grants_said_of(
    const struct grants_said *, const struct ledger *, const struct grant *);
/* NULL: it is not revoked. */
const struct line *grants_said_revocation(
    const struct grants_said *, const struct ledger *, const struct grant *);
void grants_said_free(struct grants_said *);

#endif
