#include "act/lapse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/revoke_open.h"
#include "base/array.h"
#include "base/text.h"
#include "vault/digest.h"

const struct refusal LAPSE_COUNT = { "lapse-count", FAULT_STATE, "R-4.117" };
const struct refusal LAPSE_LIST = { "lapse-list", FAULT_STATE, "R-4.117" };

struct lapses {
	struct revoke_each *at; /* owned */
	size_t count, room;
	clocks_tell *tell; /* every row, or NULL */
	void *context;
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
	bool must = strcmp(c->row->word, "must-revoke") == 0;
	if (l->tell != NULL)
		l->tell(l->context, c);
	if (!must && strcmp(c->row->word, "may-revoke") != 0)
		return;
	struct revoke_each *one = lapse_of(l, c->row->dossier);
	if (one == NULL)
		return;
	one->must = one->must || must;
	memcpy(one->serial, c->serial, strlen(c->serial) + 1);
}

static int
by_serial(const void *a, const void *b)
{
	const struct revoke_each *const *x = a, *const *y = b;
	return strcmp((*x)->serial, (*y)->serial);
}

static bool
word_print(const struct lapses *l, char word[LAPSE_WORD], struct fault *fault)
{
	OWN_BYTES(sorted) = calloc(l->count + 1, sizeof(const struct revoke_each *));
	OWN_SINK text = SINK_GROW(64 << 20);
	const struct revoke_each **one = (void *)sorted;
	uint8_t digest[32];
	if (one == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (size_t i = 0; i < l->count; i++)
		one[i] = &l->at[i];
	qsort(one, l->count, sizeof(*one), by_serial);
	for (size_t i = 0; i < l->count; i++)
		sink_print(&text, "%s %d\n", one[i]->serial, one[i]->must);
	digest_of(text.at, text.len, digest);
	hex_print(word, digest, (LAPSE_WORD - 1) / 2);
	if (l->count == 0)
		snprintf(word, LAPSE_WORD, "-");
	return !text.full || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

/* The caller frees l->at. */
static bool
list_read(struct service *s, struct lapses *l, char word[LAPSE_WORD], struct fault *fault)
{
	l->fault = fault;
	return clocks_list(s, role_name(ROLE_REVOCATION), listed, l, fault) && !l->lost &&
	       word_print(l, word, fault);
}

bool
lapse_list(
    struct service *s, clocks_tell *tell, void *context, char word[LAPSE_WORD], struct fault *fault)
{
	struct lapses l = { .tell = tell, .context = context };
	bool good = list_read(s, &l, word, fault);
	free(l.at);
	return good;
}

/* Those who looked saw these, and no others. */
static bool
seen_check(
    const struct lapses *l, const struct lapse_request *q, const char *word, struct fault *fault)
{
	if ((int64_t)l->count != q->count)
		return fault_refuse(fault, &LAPSE_COUNT, "--count",
		    "失効の一覧は %zu 件です。"
		    "akashi clocks list --role revocation と郵便受けを確かめてから、"
		    "その件数を指定してください。",
		    l->count);
	return strcmp(word, q->word) == 0 ||
	       fault_refuse(fault, &LAPSE_LIST, "--list",
		   "失効の一覧は、ご覧になったもの（%s）から変わっています。"
		   "akashi clocks list --role revocation と郵便受けをもう一度確かめ、"
		   "そこに出る合言葉を指定してください。",
		   q->word);
}

static void
only_must(struct lapses *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->count; i++)
		if (l->at[i].must)
			l->at[kept++] = l->at[i];
	l->count = kept;
}

bool
lapse_run(struct service *s, const struct lapse_request *q, lapse_tell *tell, void *context,
    struct revoked_many *out, struct fault *fault)
{
	const struct revoke_request r = {
		.ground = NO_RECEIPT, .first = q->first, .second = q->second
	};
	struct lapses l = { .tell = NULL };
	char word[LAPSE_WORD];
	bool good = person_may(q->first, ACT_REVOKE, fault) &&
		    (q->second == NULL || person_may(q->second, ACT_REVOKE, fault)) &&
		    list_read(s, &l, word, fault);
	if (good && q->must)
		only_must(&l);
	good =
	    good && seen_check(&l, q, word, fault) && revoke_many(s, &r, l.at, l.count, out, fault);
	for (size_t i = 0; good && i < l.count; i++)
		tell(context, &l.at[i]);
	free(l.at);
	return good;
}
