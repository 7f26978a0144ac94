#include "act/proofs.h"

#include <stdio.h>
#include <string.h>

struct reading {
	struct sink *acts;
	int count;
};

static bool
proof_take(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct reading *r = context;
	(void)fault;
	if (r->acts != NULL)
		sink_bytes(r->acts, p->act.at, p->act.n);
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
proof_counts(const struct proof_row *p, const struct charter *charter, enum act_kind kind,
    const uint8_t digest[32])
{
	struct fault no = { 0 };
	struct act act;
	return act_unpack(der_of(p->act.at, p->act.n), &act) &&
	       strcmp(act.person, p->person) == 0 && charter_act(charter, &act, kind, digest, &no);
}

struct signing {
	const struct charter *charter;
	const struct person *person;
	enum act_kind kind;
	const uint8_t *digest;
	int rows, count; /* all; those that hold */
	bool seen, counts; /* theirs */
};

static bool
signing_look(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct signing *s = context;
	bool counts = proof_counts(p, s->charter, s->kind, s->digest);
	(void)fault;
	s->rows++;
	s->count += counts;
	if (strcmp(p->person, s->person->id) == 0) {
		s->seen = true;
		s->counts = counts;
	}
	return true;
}

bool
proofs_sign(struct tx *tx, struct service *s, const struct person *p, enum act_kind kind,
    const uint8_t digest[32], int *count, bool *added, struct fault *fault)
{
	uint8_t bytes[ACT_PACKED];
	struct sink act = SINK_INTO(bytes);
	struct signing is = { .person = p, .kind = kind, .digest = digest };
	struct proof_row row = { .at = s->now.sec };
	if (!person_may(p, kind, fault) || !service_charter(s, &is.charter, NULL, fault) ||
	    !proof_each(tx, digest, signing_look, &is, fault))
		return false;
	*count = is.count + !is.counts;
	*added = !is.counts;
	if (is.counts)
		return true;
	if (!person_sign(p, kind, digest, s->now, &act, fault))
		return false;
	memcpy(row.digest, digest, 32);
	row.act = (struct blob){ act.at, act.len };
	snprintf(row.seat, sizeof(row.seat), "%d", is.rows + 1);
	snprintf(row.person, sizeof(row.person), "%s", p->id);
	snprintf(row.surface, sizeof(row.surface), "%d:%s", is.rows + 1, surface_name(p->surface));
	return is.seen ? proof_again(tx, &row, fault) : proof_add(tx, &row, fault);
}

struct counting {
	const struct charter *charter;
	const uint8_t *digest;
	enum act_kind kind;
	int count;
};

static bool
proof_count(const void *row, void *context, struct fault *fault)
{
	struct counting *c = context;
	(void)fault;
	c->count += proof_counts(row, c->charter, c->kind, c->digest);
	return true;
}

bool
proofs_count(struct tx *tx, const struct charter *charter, enum act_kind kind,
    const uint8_t digest[32], int *count, struct fault *fault)
{
	struct counting c = { charter, digest, kind, 0 };
	bool good = proof_each(tx, digest, proof_count, &c, fault);
	*count = c.count;
	return good;
}
