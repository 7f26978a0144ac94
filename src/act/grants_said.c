#include "act/grants_said.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* The ledger's newest. */
static bool
grant_line(
    struct grants_said *s, const struct ledger *l, const struct line *line, struct fault *fault)
{
	if (!ARRAY_ROOM(s->grant, l->grants, s->room, fault))
		return false;
	struct grant_said *g = &s->grant[l->grants];
	s->grants = l->grants;
	*g = (struct grant_said){
		.at = line->at, .not_before = line->not_before, .not_after = line->not_after
	};
	memcpy(g->warrant, line->warrant, sizeof(g->warrant));
	memcpy(g->spki, line->spki, sizeof(g->spki));
	memcpy(g->statement, line->digest, sizeof(g->statement));
	return true;
}

/* Kept once: the first stands. */
static bool
revoked_line(
    struct grants_said *s, const struct ledger *l, const struct line *line, struct fault *fault)
{
	const struct grant *g = ledger_serial(l, line->serial);
	struct grant_said *said = g == NULL ? NULL : &s->grant[g - l->grant];
	if (said == NULL || said->revocation != 0)
		return true;
	if (!ARRAY_ROOM(s->revocation, s->revocations, s->revocation_room, fault))
		return false;
	s->revocation[s->revocations] = *line;
	said->revocation = ++s->revocations;
	return true;
}

bool
grants_said_line(
    struct grants_said *s, const struct ledger *l, const struct line *line, struct fault *fault)
{
	if (line->kind == LINE_REVOKED)
		return revoked_line(s, l, line, fault);
	return l->grants == s->grants || grant_line(s, l, line, fault);
}

const struct grant_said *
grants_said_of(const struct grants_said *s, const struct ledger *l, const struct grant *g)
{
	return &s->grant[g - l->grant];
}

const struct line *
grants_said_revocation(const struct grants_said *s, const struct ledger *l, const struct grant *g)
{
	size_t place = grants_said_of(s, l, g)->revocation;
	return place == 0 ? NULL : &s->revocation[place - 1];
}

void
grants_said_free(struct grants_said *s)
{
	free(s->grant);
	free(s->revocation);
	*s = (struct grants_said){ .grants = 0 };
}
