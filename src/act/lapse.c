#include "act/lapse.h"

#include <stdlib.h>
#include <string.h>

#include "act/clocks.h"
#include "act/revoke_open.h"
#include "base/array.h"

const struct refusal LAPSE_COUNT = { "lapse-count", FAULT_STATE, "R-4.117" };

struct lapses {
	struct revoke_each *at; /* owned */
	size_t count, room;
	bool must; /* only those */
	struct fault *fault; /* borrowed: why one was lost */
	bool lost;
};

static struct revoke_each *
lapse_of(struct lapses *l, int64_t dossier)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->at[i].dossier == dossier)
			return &l->at[i];
	l->lost = l->lost || !ARRAY_ROOM(l->at, l->count, l->room, l->fault);
	if (l->lost)
		return NULL;
	l->at[l->count] = (struct revoke_each){ .dossier = dossier };
	return &l->at[l->count++];
}

static void
listed(void *context, const struct clocks_told *c)
{
	struct lapses *l = context;
	bool may = strcmp(c->row->word, "may-revoke") == 0;
	bool must = strcmp(c->row->word, "must-revoke") == 0;
	if (!must && (!may || l->must))
		return;
	struct revoke_each *one = lapse_of(l, c->row->dossier);
	if (one == NULL)
		return;
	one->must = one->must || must;
	memcpy(one->serial, c->serial, strlen(c->serial) + 1);
}

static bool
count_check(const struct lapses *l, const struct lapse_request *q, struct fault *fault)
{
	return (int64_t)l->count == q->count ||
	       fault_refuse(fault, &LAPSE_COUNT, "--count",
		   "失効の一覧は %zu 件です。"
		   "akashi clocks list --role revocation と郵便受けを確かめてから、"
		   "その件数を指定してください。",
		   l->count);
}

bool
lapse_run(struct service *s, const struct lapse_request *q, lapse_tell *tell, void *context,
    struct revoked_many *out, struct fault *fault)
{
	const struct revoke_request r = {
		.ground = NO_RECEIPT, .first = q->first, .second = q->second
	};
	struct lapses l = { .must = q->must, .fault = fault };
	bool good = person_may(q->first, ACT_REVOKE, fault) &&
		    (q->second == NULL || person_may(q->second, ACT_REVOKE, fault)) &&
		    clocks_list(s, role_name(ROLE_REVOCATION), listed, &l, fault);
	good = good && !l.lost && count_check(&l, q, fault) &&
	       revoke_many(s, &r, l.at, l.count, out, fault);
	for (size_t i = 0; good && i < l.count; i++)
		tell(context, &l.at[i]);
	free(l.at);
	return good;
}
