/* The dossier's events, each proven to stand in the log the signer has journaled [RFC6962 2.1.1]. */
#include "act/evidence_in.h"

#include <string.h>

#include "act/head.h"
#include "base/array.h"
#include "store/frontier_row.h"

struct block {
	struct tree tree;
	int64_t next;
};

static bool
leaf_add(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct block *b = context;
	if (e->seq != b->next)
		return fault_set(
		    fault, FAULT_BROKEN, "操作記録の %lld 番がありません。", (long long)b->next);
	b->next++;
	tree_add(&b->tree, e->leaf);
	return true;
}

/* Small ones from their events, greater ones from the frontier where it ends with one of that size. */
static bool
node_at(void *context, int64_t from, int64_t n, uint8_t out[TREE_DIGEST], bool *known,
    struct fault *fault)
{
	struct evidence *e = context;
	struct frontier_row row = { 0 };
	struct tree t = { 0 };
	if (n <= HEAD_STEP) {
		struct block b = { .next = from + 1 };
		if (!event_page(e->tx, from + 1, n, leaf_add, &b, fault))
			return false;
		tree_root(&b.tree, out);
		*known = b.tree.size == n;
		return true;
	}
	if (!frontier_last(e->tx, from + n, &row, known, fault))
		return false;
	*known = *known && row.size == from + n &&
		 __builtin_ctzll((uint64_t)row.size) == __builtin_ctzll((uint64_t)n) &&
		 tree_nodes_read(row.size, row.nodes.at, row.nodes.n, &t);
	if (*known)
		memcpy(out, t.node[__builtin_ctzll((uint64_t)n)], TREE_DIGEST);
	frontier_drop(&row);
	return true;
}

static bool
event_keep(const void *row, void *context, struct fault *fault)
{
	struct evidence *e = context;
	if (!ARRAY_ROOM(e->event, e->events, e->event_room, fault))
		return false;
	e->event[e->events++] = *(const struct event_row *)row;
	return true;
}

/* A line per node, in hex. */
static void
nodes_print(const struct sink *proof, struct sink *out)
{
	for (size_t i = 0; i < proof->len; i += TREE_DIGEST) {
		sink_hex(out, proof->at + i, TREE_DIGEST);
		sink_byte(out, '\n');
	}
}

static bool
event_put(struct evidence *e, const struct event_row *row, struct fault *fault)
{
	OWN_SINK proof = SINK_GROW(TREE_LEVELS * TREE_DIGEST);
	if (!tree_prove_leaf_by(row->seq - 1, e->head.size, node_at, e, &proof, fault))
		return false;
	struct sink *out = evidence_file(e, fault, "events/%lld.der", (long long)row->seq);
	if (out == NULL)
		return false;
	service_event_bytes(row, out);
	out = evidence_file(e, fault, "events/%lld.path", (long long)row->seq);
	if (out == NULL)
		return false;
	sink_print(out, "%lld\n", (long long)e->head.size);
	nodes_print(&proof, out);
	return true;
}

/* That the log of the certificate's own line only grew into the one of the checkpoint. */
static bool
grew(struct evidence *e, const struct line *intent, struct fault *fault)
{
	OWN_SINK proof = SINK_GROW(2 * TREE_LEVELS * TREE_DIGEST);
	struct sink *out = evidence_file(e, fault, "events/grew");
	if (out == NULL || !tree_prove_by(intent->size, e->head.size, node_at, e, &proof, fault))
		return false;
	sink_print(out, "%lld %lld\n", (long long)intent->size, (long long)e->head.size);
	nodes_print(&proof, out);
	return true;
}

bool
evidence_log(struct evidence *e, struct fault *fault)
{
	uint8_t root[TREE_DIGEST];
	if (!tree_root_by(e->head.size, node_at, e, root, fault))
		return false;
	if (memcmp(root, e->head.root, sizeof(root)) != 0)
		return fault_set(fault, FAULT_BROKEN,
		    "操作記録が確認点と合いません。akashi audit verify で確かめてください。");
	if (!event_of_dossier(e->tx, e->dossier.id, event_keep, e, fault))
		return false;
	for (size_t i = 0; i < e->events; i++)
		if (e->event[i].seq <= e->head.size && !event_put(e, &e->event[i], fault))
			return false;
	for (size_t i = 0; i < e->owns; i++)
		if (e->own[i].kind == LINE_INTENT && !grew(e, &e->own[i], fault))
			return false;
	return true;
}
