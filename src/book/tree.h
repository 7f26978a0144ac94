/*
 * book/tree.h - the log's Merkle tree [RFC6962 2.1]: roots, and proofs that a tree only grew.
 *
 * The frontier of a tree of n leaves is the roots of its complete subtrees, largest first: one per
 * bit of n. It is all that is needed to add leaves; who holds an old frontier and the leaves since
 * proves that the tree only grew without the old leaves.
 */
#ifndef AKASHI_BOOK_TREE_H
#define AKASHI_BOOK_TREE_H

#include "base/fault.h"
#include "base/sink.h"

enum { TREE_DIGEST = 32, TREE_LEVELS = 63 };

struct tree {
	int64_t size; /* leaves */
	uint8_t node[TREE_LEVELS]
		    [TREE_DIGEST]; /* [k]: the complete subtree of 2^k, if bit k is set */
};
/* The digest of a leaf's bytes: SHA-256(00, bytes). */
void tree_leaf(const void *, size_t, uint8_t out[TREE_DIGEST]);
void tree_add(struct tree *, const uint8_t leaf[TREE_DIGEST]);
void tree_root(const struct tree *, uint8_t out[TREE_DIGEST]);
/* The frontier's nodes, the smallest subtree first; how many is what `size` says. */
void tree_nodes_put(const struct tree *, struct sink *);
bool tree_nodes_read(int64_t size, const void *, size_t, struct tree *) MUST_USE;

/*
 * Proof that `older` became the tree of `size` leaves: leaf(i) gives the digest of leaf i, from 0,
 * and is asked for none of the older ones. The proof is the list of nodes of [RFC6962 2.1.2], each
 * 32 octets.
 */
typedef bool tree_leaf_at(void *context, int64_t i, uint8_t out[TREE_DIGEST], struct fault *);
bool tree_prove(const struct tree *older, int64_t size, tree_leaf_at *, void *context,
    struct sink *proof, struct fault *) MUST_USE;
/* [RFC9162 2.1.4.2] */
bool tree_consistent(int64_t older, const uint8_t older_root[TREE_DIGEST], int64_t size,
    const uint8_t root[TREE_DIGEST], const uint8_t *proof, size_t proof_bytes);

/*
 * The same proofs where not every leaf is to be read: node gives the root over leaves from ... from +
 * n - 1, n a power of two that divides from; *known false: it is made from its two halves. One leaf
 * must be known.
 */
typedef bool tree_node_at(
    void *context, int64_t from, int64_t n, uint8_t out[TREE_DIGEST], bool *known, struct fault *);
bool tree_prove_by(int64_t older, int64_t size, tree_node_at *, void *context, struct sink *proof,
    struct fault *) MUST_USE;
bool tree_prove_leaf_by(int64_t i, int64_t size, tree_node_at *, void *context, struct sink *proof,
    struct fault *) MUST_USE;
bool tree_root_by(
    int64_t size, tree_node_at *, void *context, uint8_t out[TREE_DIGEST], struct fault *) MUST_USE;

/* Proof that leaf i is in the tree of size leaves [RFC6962 2.1.1], and its check. */
bool tree_prove_leaf(int64_t i, int64_t size, tree_leaf_at *, void *context, struct sink *proof,
    struct fault *) MUST_USE;
bool tree_contains(int64_t i, const uint8_t leaf[TREE_DIGEST], int64_t size,
    const uint8_t root[TREE_DIGEST], const uint8_t *proof, size_t proof_bytes);

#endif
