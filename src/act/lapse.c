#include "act/lapse.h"

#include <stdlib.h>
#include <string.h>

#include "act/clocks.h"
#include "act/errand.h"
#include "act/publish.h"
#include "act/revoke.h"

const struct refusal LAPSE_COUNT = { "lapse-count", FAULT_STATE, "R-4.117" };
static const char NO_RECEIPT[] = "11-3";

struct lapsing {
	int64_t dossier, task;
	char serial[41];
	bool must, done;
	struct fault fault;
};
struct lapses {
	struct service *service;
	struct lapsing *at; /* owned */
	size_t count, room;
	bool must; /* only those */
	bool lost; /* no memory */
	int64_t list; /* task */
};

static struct lapsing *
lapse_of(struct lapses *l, int64_t dossier)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->at[i].dossier == dossier)
			return &l->at[i];
	if (l->count == l->room) {
		size_t room = l->room == 0 ? 32 : 2 * l->room;
		struct lapsing *more = reallocarray(l->at, room, sizeof(*more));
		l->lost = l->lost || more == NULL;
		if (more == NULL)
			return NULL;
		l->at = more;
		l->room = room;
	}
	l->at[l->count] = (struct lapsing){ .dossier = dossier };
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
	struct lapsing *one = lapse_of(l, c->row->dossier);
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
		   "失効の一覧は %zu 件です。akashi clocks list --role revocation と郵便受けを"
		   "確かめてから、その件数を指定してください。",
		   l->count);
}

/* One refused holds up no other. */
static bool
sign_all(struct lapses *l, const struct lapse_request *q, struct lapsed *out, struct fault *fault)
{
	for (size_t i = 0; i < l->count; i++) {
		struct lapsing *one = &l->at[i];
		const struct revoke_request r = { .serial = one->serial,
			.ground = NO_RECEIPT,
			.first = q->first,
			.second = q->second };
		struct revoked is;
		if (revoke_ask(l->service, &r, &is, &one->task, &one->fault)) {
			one->done = is.done;
			out->waiting += !is.done && one->task == 0;
		} else if (one->fault.code == FAULT_STORE || one->fault.code == FAULT_LATER) {
			*fault = one->fault;
			return false;
		}
	}
	return true;
}

static void
carried(void *context, const struct task_row *t)
{
	struct lapses *l = context;
	for (size_t i = 0; i < l->count; i++) {
		if (l->at[i].task != t->id)
			continue;
		l->at[i].done = errand_good(t, &l->at[i].fault);
		if (l->at[i].done)
			l->list = strtoll(t->result, NULL, 10);
	}
}

/* All revocations before the one list that has them. */
static bool
carry(struct lapses *l, struct lapsed *out, struct fault *fault)
{
	OWN_BYTES(room) = calloc(l->count + 1, sizeof(int64_t));
	int64_t *task = room;
	struct task_row ended;
	struct published last;
	size_t n = 0;
	if (task == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (size_t i = 0; i < l->count; i++)
		if (l->at[i].task != 0)
			task[n++] = l->at[i].task;
	if (n == 0)
		return true;
	if (!errand_each(l->service, task, n, carried, l, fault) ||
	    (l->list != 0 && !errand_run(l->service, l->list, &ended, fault)) ||
	    !publish_last(l->service, &last, fault))
		return false;
	out->list = last.number;
	return true;
}

static void
tell_all(const struct lapses *l, lapse_tell *tell, void *context, struct lapsed *out)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct lapsing *one = &l->at[i];
		const struct lapse_row row = { one->dossier, one->serial, one->must, one->done,
			one->fault };
		out->done += one->done;
		tell(context, &row);
	}
}

bool
lapse_run(struct service *s, const struct lapse_request *q, lapse_tell *tell, void *context,
    struct lapsed *out, struct fault *fault)
{
	struct lapses l = { .service = s, .must = q->must };
	struct lapsed all = { 0 };
	bool good = person_may(q->first, ACT_REVOKE, fault) &&
		    (q->second == NULL || person_may(q->second, ACT_REVOKE, fault)) &&
		    clocks_list(s, role_name(ROLE_REVOCATION), listed, &l, fault);
	good = good && (!l.lost || fault_set(fault, FAULT_BUG, "記憶域が足りません。")) &&
	       count_check(&l, q, fault) && sign_all(&l, q, &all, fault) && carry(&l, &all, fault);
	if (good)
		tell_all(&l, tell, context, &all);
	free(l.at);
	*out = good ? all : *out;
	return good;
}
