#include "act/head.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/event_row.h"
#include "store/frontier_row.h"
#include "vault/digest.h"

enum { STEPS = 8, PAGE = STEPS * HEAD_STEP };

/* Where the reading begins; each is tried when the one before does not lead to the signer's root. */
enum from { FROM_MEMORY, FROM_STORE, FROM_NOTHING, FROMS };

/* The next events of the log; the body may run again, and begins as the head was. */
struct page {
	struct head *head;
	struct tree older, newest;
	int64_t until; /* the signer's size: up to there no leaf is needed */
	size_t count, steps;
	struct tree step[STEPS]; /* frontiers to be kept */
};

static bool
leaf_keep(struct head *h, const uint8_t leaf[TREE_DIGEST], struct fault *fault)
{
	size_t count = (size_t)(h->newest.size - h->older.size);
	if (!ARRAY_ROOM(h->leaf, count, h->room, fault))
		return false;
	memcpy(h->leaf[count], leaf, TREE_DIGEST);
	return true;
}

static bool
event_take(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct page *p = context;
	struct head *h = p->head;
	p->count++;
	h->gap = h->gap || e->seq != h->newest.size + 1;
	if (h->gap)
		return true;
	if (h->newest.size < p->until)
		tree_add(&h->older, e->leaf);
	else if (!leaf_keep(h, e->leaf, fault))
		return false;
	tree_add(&h->newest, e->leaf);
	if (h->newest.size % HEAD_STEP == 0)
		p->step[p->steps++] = h->newest;
	return true;
}

static bool
page_read(struct tx *tx, void *context, struct fault *fault)
{
	struct page *p = context;
	p->head->older = p->older;
	p->head->newest = p->newest;
	p->head->gap = false;
	p->count = p->steps = 0;
	return event_page(tx, p->newest.size + 1, PAGE, event_take, p, fault);
}

static bool
steps_put(struct tx *tx, void *context, struct fault *fault)
{
	const struct page *p = context;
	for (size_t i = 0; i < p->steps; i++) {
		uint8_t bytes[sizeof(p->step[i].node)];
		struct sink nodes = SINK_INTO(bytes);
		tree_nodes_put(&p->step[i], &nodes);
		struct frontier_row row = { p->step[i].size, { nodes.at, nodes.len } };
		if (!frontier_put(tx, &row, fault))
			return false;
	}
	return true;
}

/* All events there are. */
static bool
events_read(struct head *h, struct store *store, int64_t until, struct fault *fault)
{
	struct page p = { .head = h, .until = until };
	do {
		p.older = h->older;
		p.newest = h->newest;
		if (!store_read(store, page_read, &p, fault)) {
			h->begun = false;
			return false;
		}
		if (p.steps > 0 && !store_write(store, NULL, steps_put, &p, fault))
			return false;
	} while (p.count == PAGE && !h->gap);
	return true;
}

/* The signer has journaled a newer head: fewer leaves lie between. */
static void
older_move(struct head *h, int64_t until)
{
	size_t count = (size_t)(h->newest.size - h->older.size), gone = 0;
	for (; gone < count && h->older.size < until; gone++)
		tree_add(&h->older, h->leaf[gone]);
	if (gone > 0 && gone < count)
		memmove(h->leaf, h->leaf[gone], (count - gone) * sizeof(*h->leaf));
}

struct kept {
	int64_t most;
	struct frontier_row row;
	bool found;
};

static bool
kept_read(struct tx *tx, void *context, struct fault *fault)
{
	struct kept *k = context;
	frontier_drop(&k->row);
	return frontier_last(tx, k->most, &k->row, &k->found, fault);
}

static bool
begin(struct head *h, struct store *store, enum from from, int64_t until, struct fault *fault)
{
	struct kept k = { .most = until };
	struct tree t = { 0 };
	if (from == FROM_MEMORY) {
		older_move(h, until);
		return true;
	}
	if (from == FROM_STORE && !store_read(store, kept_read, &k, fault))
		return false;
	if (k.found && !tree_nodes_read(k.row.size, k.row.nodes.at, k.row.nodes.n, &t))
		t = (struct tree){ 0 };
	frontier_drop(&k.row);
	h->older = h->newest = t;
	h->begun = true;
	return true;
}

static bool
is_signers(const struct head *h, const struct signer_status *s)
{
	uint8_t root[TREE_DIGEST];
	tree_root(&h->older, root);
	return !h->gap && h->older.size == s->size && memcmp(root, s->root, sizeof(root)) == 0;
}

static bool
leaf_at(void *context, int64_t i, uint8_t out[TREE_DIGEST], struct fault *fault)
{
	const struct head *h = context;
	(void)fault;
	memcpy(out, h->leaf[i - h->older.size], TREE_DIGEST);
	return true;
}

/* Of no event: it follows nothing but the empty log. */
static bool
cannot_follow(struct head *h, int64_t size, struct signer_head *out, struct fault *fault)
{
	h->begun = false;
	out->size = 0;
	digest_of("", 0, out->root);
	return size > 0 || fault_set(fault, FAULT_BROKEN,
			       "操作記録の %lld 番がありません。"
			       "akashi audit verify で確かめ、監査担当に知らせてください。",
			       (long long)h->newest.size + 1);
}

bool
head_read(struct head *h, struct store *store, const struct signer_status *s,
    struct signer_head *out, struct sink *proof, struct fault *fault)
{
	bool good = false;
	out->older = s->size;
	for (enum from from = h->begun ? FROM_MEMORY : FROM_STORE; from < FROMS && !good; from++) {
		if (!begin(h, store, from, s->size, fault) ||
		    !events_read(h, store, s->size, fault))
			return false;
		good = is_signers(h, s);
	}
	if (!good)
		return cannot_follow(h, s->size, out, fault);
	out->size = h->newest.size;
	tree_root(&h->newest, out->root);
	if (!tree_prove(&h->older, h->newest.size, leaf_at, h, proof, fault))
		return false;
	out->proof = der_of(proof->at, proof->len);
	return true;
}

void
head_drop(struct head *h)
{
	free(h->leaf);
	*h = (struct head){ .begun = false };
}
