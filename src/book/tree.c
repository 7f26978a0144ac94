#include "book/tree.h"

#include <string.h>

#include "vault/digest.h"

void
tree_leaf(const void *p, size_t n, uint8_t out[TREE_DIGEST])
{
	const uint8_t zero = 0;
	struct digest d;
	digest_begin(&d);
	digest_add(&d, &zero, 1);
	digest_add(&d, p, n);
	digest_end(&d, out);
}

static void
node_join(const uint8_t *left, const uint8_t *right, uint8_t out[TREE_DIGEST])
{
	const uint8_t one = 1;
	struct digest d;
	digest_begin(&d);
	digest_add(&d, &one, 1);
	digest_add(&d, left, TREE_DIGEST);
	digest_add(&d, right, TREE_DIGEST);
	digest_end(&d, out);
}

void
tree_add(struct tree *t, const uint8_t leaf[TREE_DIGEST])
{
	uint8_t node[TREE_DIGEST];
	int k = 0;
	memcpy(node, leaf, TREE_DIGEST);
	for (; (t->size >> k & 1) != 0; k++)
		node_join(t->node[k], node, node);
	memcpy(t->node[k], node, TREE_DIGEST);
	t->size++;
}

void
tree_root(const struct tree *t, uint8_t out[TREE_DIGEST])
{
	bool any = false;
	digest_of("", 0, out); /* of the empty tree */
	for (int k = 0; k < TREE_LEVELS; k++) {
		if ((t->size >> k & 1) == 0)
			continue;
		if (any)
			node_join(t->node[k], out, out);
		else
			memcpy(out, t->node[k], TREE_DIGEST);
		any = true;
	}
}

void
tree_nodes_put(const struct tree *t, struct sink *out)
{
	for (int k = 0; k < TREE_LEVELS; k++)
		if ((t->size >> k & 1) != 0)
			sink_bytes(out, t->node[k], TREE_DIGEST);
}

bool
tree_nodes_read(int64_t size, const void *bytes, size_t n, struct tree *out)
{
	struct tree t = { .size = size };
	const uint8_t *at = bytes;
	if (size < 0 || n != (size_t)__builtin_popcountll((uint64_t)size) * TREE_DIGEST)
		return false;
	for (int k = 0; k < TREE_LEVELS; k++)
		if ((size >> k & 1) != 0) {
			memcpy(t.node[k], at, TREE_DIGEST);
			at += TREE_DIGEST;
		}
	*out = t;
	return true;
}

/* The greatest power of two below n (n >= 2). */
static int64_t
split(int64_t n)
{
	int64_t k = 1;
	while (k * 2 < n)
		k *= 2;
	return k;
}

struct source {
	const struct tree *older; /* what is known of the first leaves; NULL: nothing */
	tree_leaf_at *leaf;
	tree_node_at *node; /* instead of leaf; or NULL */
	void *context;
	struct fault *fault;
};

/* By the nodes that are known, the others from their halves. */
static bool
range_known(const struct source *s, int64_t from, int64_t n, uint8_t out[TREE_DIGEST])
{
	bool known = false;
	uint8_t left[TREE_DIGEST], right[TREE_DIGEST];
	if ((n & (n - 1)) == 0 && from % n == 0 &&
	    !s->node(s->context, from, n, out, &known, s->fault))
		return false;
	if (known)
		return true;
	if (n == 1)
		return fault_set(s->fault, FAULT_BROKEN, "操作記録の %lld 番がありません。",
		    (long long)from + 1);
	int64_t k = split(n);
	if (!range_known(s, from, k, left) || !range_known(s, from + k, n - k, right))
		return false;
	node_join(left, right, out);
	return true;
}

/* The root over leaves from ... from + n - 1. */
static bool
range(const struct source *s, int64_t from, int64_t n, uint8_t out[TREE_DIGEST])
{
	struct tree t = { 0 };
	if (s->node != NULL)
		return range_known(s, from, n, out);
	if (s->older != NULL && from < s->older->size) { /* then it is whole, and on its frontier */
		memcpy(out, s->older->node[__builtin_ctzll((uint64_t)n)], TREE_DIGEST);
		return true;
	}
	for (int64_t i = 0; i < n; i++) {
		uint8_t leaf[TREE_DIGEST];
		if (!s->leaf(s->context, from + i, leaf, s->fault))
			return false;
		tree_add(&t, leaf);
	}
	tree_root(&t, out);
	return true;
}

static bool
range_put(const struct source *s, int64_t from, int64_t n, struct sink *proof)
{
	uint8_t node[TREE_DIGEST];
	if (!range(s, from, n, node))
		return false;
	sink_bytes(proof, node, sizeof(node));
	return true;
}

/* SUBPROOF(m, D[from:from+n], whole) of [RFC6962 2.1.2]. */
static bool
subproof(const struct source *s, int64_t m, int64_t from, int64_t n, bool whole, struct sink *out)
{
	if (m == n)
		return whole || range_put(s, from, n, out);
	int64_t k = split(n);
	if (m <= k)
		return subproof(s, m, from, k, whole, out) && range_put(s, from + k, n - k, out);
	return subproof(s, m - k, from + k, n - k, false, out) && range_put(s, from, k, out);
}

bool
tree_prove(const struct tree *older, int64_t size, tree_leaf_at *leaf, void *context,
    struct sink *proof, struct fault *fault)
{
	struct source s = { older, leaf, NULL, context, fault };
	if (older->size > size)
		return fault_set(fault, FAULT_BROKEN, "記録が前回の確認点より短くなっています。");
	return older->size == 0 || older->size == size ||
	       subproof(&s, older->size, 0, size, true, proof);
}

bool
tree_consistent(int64_t older, const uint8_t older_root[TREE_DIGEST], int64_t size,
    const uint8_t root[TREE_DIGEST], const uint8_t *proof, size_t bytes)
{
	uint8_t fr[TREE_DIGEST], sr[TREE_DIGEST];
	if (older < 0 || older > size)
		return false;
	int64_t fn = older - 1, sn = size - 1;
	if (older == 0 || older == size)
		return bytes == 0 && (older == 0 || memcmp(older_root, root, TREE_DIGEST) == 0);
	if (bytes % TREE_DIGEST != 0)
		return false;
	for (; (fn & 1) != 0; fn >>= 1)
		sn >>= 1;
	bool power = (older & (older - 1)) == 0; /* then the old root is the first node */
	if (!power && bytes == 0)
		return false;
	memcpy(fr, power ? older_root : proof, TREE_DIGEST);
	memcpy(sr, fr, TREE_DIGEST);
	for (size_t at = power ? 0 : TREE_DIGEST; at < bytes; at += TREE_DIGEST) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			node_join(proof + at, fr, fr);
			node_join(proof + at, sr, sr);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			node_join(sr, proof + at, sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(fr, older_root, TREE_DIGEST) == 0 &&
	       memcmp(sr, root, TREE_DIGEST) == 0;
}

static bool
path(const struct source *s, int64_t i, int64_t from, int64_t n, struct sink *out)
{
	if (n == 1)
		return true;
	int64_t k = split(n);
	if (i < k)
		return path(s, i, from, k, out) && range_put(s, from + k, n - k, out);
	return path(s, i - k, from + k, n - k, out) && range_put(s, from, k, out);
}

bool
tree_prove_leaf(int64_t i, int64_t size, tree_leaf_at *leaf, void *context, struct sink *proof,
    struct fault *fault)
{
	struct source s = { NULL, leaf, NULL, context, fault };
	if (i < 0 || i >= size)
		return fault_set(fault, FAULT_MISSING, "その番号の記録はありません。");
	return path(&s, i, 0, size, proof);
}

bool
tree_prove_by(int64_t older, int64_t size, tree_node_at *node, void *context, struct sink *proof,
    struct fault *fault)
{
	struct source s = { NULL, NULL, node, context, fault };
	if (older > size)
		return fault_set(fault, FAULT_BROKEN, "記録が前回の確認点より短くなっています。");
	return older == 0 || older == size || subproof(&s, older, 0, size, true, proof);
}

bool
tree_prove_leaf_by(int64_t i, int64_t size, tree_node_at *node, void *context, struct sink *proof,
    struct fault *fault)
{
	struct source s = { NULL, NULL, node, context, fault };
	if (i < 0 || i >= size)
		return fault_set(fault, FAULT_MISSING, "その番号の記録はありません。");
	return path(&s, i, 0, size, proof);
}

bool
tree_root_by(
    int64_t size, tree_node_at *node, void *context, uint8_t out[TREE_DIGEST], struct fault *fault)
{
	struct source s = { NULL, NULL, node, context, fault };
	return size > 0 ? range(&s, 0, size, out)
			: fault_set(fault, FAULT_MISSING, "操作記録がありません。");
}

bool
tree_contains(int64_t i, const uint8_t leaf[TREE_DIGEST], int64_t size,
    const uint8_t root[TREE_DIGEST], const uint8_t *proof, size_t bytes)
{
	uint8_t r[TREE_DIGEST];
	if (i < 0 || i >= size || bytes % TREE_DIGEST != 0)
		return false;
	int64_t fn = i, sn = size - 1;
	memcpy(r, leaf, TREE_DIGEST);
	for (size_t at = 0; at < bytes; at += TREE_DIGEST) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			node_join(proof + at, r, r);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			node_join(r, proof + at, r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(r, root, TREE_DIGEST) == 0;
}
