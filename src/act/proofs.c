#include "act/proofs.h"

#include <stdio.h>
#include <string.h>

struct reading {
	struct sink *acts;
	const char *person;
	int count;
	bool seen;
};

static bool
proof_take(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct reading *r = context;
	(void)fault;
	if (r->acts != NULL)
		sink_bytes(r->acts, p->act.at, p->act.n);
	r->seen = r->seen || (r->person != NULL && strcmp(p->person, r->person) == 0);
	r->count++;
	return true;
}

bool
proofs_read(
    struct tx *tx, const uint8_t digest[32], struct sink *acts, int *count, struct fault *fault)
{
	struct reading r = { .acts = acts };
	acts->len = 0;
	size_t all = der_begin(acts, DER_SEQUENCE);
	if (!proof_each(tx, digest, proof_take, &r, fault))
		return false;
	der_end(acts, all);
	*count = r.count;
	return !acts->full || fault_set(fault, FAULT_BROKEN, "署名が多すぎます。");
}

bool
proofs_sign(struct tx *tx, const struct person *p, enum act_kind kind, const uint8_t digest[32],
    struct instant now, int *count, bool *added, struct fault *fault)
{
	uint8_t bytes[ACT_PACKED];
	struct sink act = SINK_INTO(bytes);
	struct reading r = { .person = p->id };
	struct proof_row row = { .at = now.sec };
	if (!person_may(p, kind, fault) || !proof_each(tx, digest, proof_take, &r, fault))
		return false;
	*count = r.count;
	*added = !r.seen;
	if (r.seen)
		return true;
	if (!person_sign(p, kind, digest, now, &act, fault))
		return false;
	memcpy(row.digest, digest, 32);
	row.act = (struct blob){ act.at, act.len };
	snprintf(row.seat, sizeof(row.seat), "%d", r.count + 1);
	snprintf(row.person, sizeof(row.person), "%s", p->id);
	snprintf(row.surface, sizeof(row.surface), "%d:%s", r.count + 1, surface_name(p->surface));
	++*count;
	return proof_add(tx, &row, fault);
}

bool
proof_counts(const struct proof_row *p, const struct charter *charter, enum act_kind kind,
    const uint8_t digest[32])
{
	struct fault no = { 0 };
	struct act act;
	return act_unpack(der_of(p->act.at, p->act.n), &act) &&
	       strcmp(act.person, p->person) == 0 && charter_act(charter, &act, kind, digest, &no);
}

struct counting {
	const struct charter *charter;
	const uint8_t *digest;
	enum act_kind kind;
	const struct person *const *here;
	size_t n;
	int count;
};

static bool
proof_count(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct counting *c = context;
	bool counts = proof_counts(p, c->charter, c->kind, c->digest);
	(void)fault;
	for (size_t i = 0; i < c->n; i++)
		counts = counts || (c->here[i] != NULL && strcmp(p->person, c->here[i]->id) == 0);
	c->count += counts;
	return true;
}

bool
proofs_count(struct tx *tx, const struct charter *charter, enum act_kind kind,
    const uint8_t digest[32], const struct person *const here[], size_t n, int *count,
    struct fault *fault)
{
	struct counting c = { charter, digest, kind, here, n, 0 };
	if (!proof_each(tx, digest, proof_count, &c, fault))
		return false;
	*count = c.count;
	return true;
}
