#include "act/revoke_open.h"

#include <stdio.h>
#include <string.h>

#include "act/proofs.h"
#include "book/warrant.h"
#include "store/task_row.h"

enum { OFFICERS = 2 };

bool
revoke_open_ground(const struct warrant_row *row, char ground[16], struct fault *fault)
{
	struct warrant w;
	struct warrant_revoke body;
	if (!warrant_unpack(der_of(row->sealed.at, row->sealed.n), &w, fault) ||
	    !warrant_revoke_unpack(w.body, &body, fault))
		return false;
	memcpy(ground, body.ground, sizeof(body.ground));
	return true;
}

int
revoke_open_need(const struct service *s, const struct warrant_row *row)
{
	char ground[16];
	struct fault none = { 0 };
	const struct ground *g = revoke_open_ground(row, ground, &none)
				     ? policy_ground(&s->policy, ground, s->today)
				     : NULL;
	return g == NULL ? OFFICERS : g->officers;
}

bool
revoke_open_is(
    struct tx *tx, struct service *s, const struct warrant_row *row, bool *out, struct fault *fault)
{
	const struct charter *charter;
	struct task_row t = { .id = 0 };
	bool asked;
	int count;
	if (!service_charter(s, &charter, NULL, fault) ||
	    !proofs_count(tx, charter, ACT_REVOKE, row->digest, &count, fault) ||
	    !task_last(tx, "revoke", row->digest, &t, &asked, fault))
		return false;
	asked = asked && (strcmp(t.state, "waiting") == 0 || strcmp(t.state, "taken") == 0);
	*out = row->ended[0] == '\0' && !asked && count < revoke_open_need(s, row);
	return true;
}

bool
revoke_open_withdraw(struct tx *tx, const struct service *s, const struct warrant_row *row,
    const struct person *by, struct fault *fault)
{
	struct event_row event;
	char ground[16];
	if (!revoke_open_ground(row, ground, fault))
		return false;
	service_event(s, "revocation-withdrawn", row->dossier, &event);
	snprintf(event.detail, sizeof(event.detail), "serial=%s ground=%s", row->serial, ground);
	if (by != NULL)
		snprintf(event.actor, sizeof(event.actor), "%s", by->id);
	return warrant_withdraw(tx, row->digest, fault) && service_event_add(tx, &event, fault);
}

bool
revoke_open_received(struct tx *tx, struct service *s, const char *serial, const struct person *by,
    struct fault *fault)
{
	struct warrant_row row = { 0 };
	char ground[16] = "";
	bool found, open = false;
	bool good = warrant_of_serial(tx, serial, &row, &found, fault) &&
		    (!found || (revoke_open_ground(&row, ground, fault) &&
				   revoke_open_is(tx, s, &row, &open, fault))) &&
		    (!open || strcmp(ground, NO_RECEIPT) != 0 ||
			revoke_open_withdraw(tx, s, &row, by, fault));
	warrant_drop(&row);
	return good;
}
