/* Signed documents, the journal and the log's proofs. */
#include <stdlib.h>
#include <string.h>

#include "book/adopted.h"
#include "book/ledger.h"
#include "book/order.h"
#include "book/tree.h"
#include "fuzz.h"

enum { OUT_MOST = 1 << 20, DEEP = 40 };

static void
each_way(struct der d)
{
	struct der c, inner;
	int64_t n;
	bool b;
	char text[24];
	uint8_t fixed[16];
	struct instant t;
	(void)!(c = d, der_take_int(&c, &n));
	(void)!(c = d, der_take_enum(&c, &n));
	(void)!(c = d, der_take_bool(&c, &b));
	(void)!(c = d, der_take_time(&c, &t));
	if (c = d, der_take_utf8(&c, text, sizeof(text)))
		fuzz_touch(text, strlen(text));
	if (c = d, der_take_fixed(&c, fixed, sizeof(fixed)))
		fuzz_touch(fixed, sizeof(fixed));
	if (c = d, der_take_octets(&c, &inner))
		fuzz_touch(inner.p, inner.n);
	if (c = d, der_take_whole(&c, DER_SEQUENCE, &inner))
		fuzz_touch(inner.p, inner.n);
}

/* Memory of just its size, so that one octet too many is seen; the caller frees. */
static uint8_t *
apart(struct der d)
{
	uint8_t *p = malloc(d.n);
	fuzz_must(p != NULL);
	if (d.n > 0)
		memcpy(p, d.p, d.n);
	return p;
}

static void walk(struct der, int depth, struct sink *);

static void
walk_apart(struct der d, int depth, struct sink *out)
{
	uint8_t *p = apart(d);
	walk(der_of(p, d.n), depth, out);
	free(p);
}

static void
walk(struct der d, int depth, struct sink *out)
{
	struct der content;
	uint8_t tag;
	while (each_way(d), der_take_any(&d, &tag, &content)) {
		size_t mark = der_begin(out, tag);
		if (depth < DEEP)
			walk_apart(content, depth + 1, out);
		else
			sink_bytes(out, content.p, content.n);
		der_end(out, mark);
	}
	sink_bytes(out, d.p, d.n);
}

void
fuzz_der(const uint8_t *p, size_t n)
{
	OWN_SINK out = SINK_GROW(OUT_MOST);
	walk(der_of(p, n), 0, &out);
	fuzz_same(der_of(p, n), &out);
}

void
fuzz_charter(const uint8_t *p, size_t n)
{
	struct charter *c = malloc(sizeof(*c));
	struct fault fault = { 0 };
	uint8_t digest[32];
	OWN_SINK out = SINK_GROW(OUT_MOST);
	if (c != NULL && charter_unpack(der_of(p, n), c, &fault)) {
		charter_pack(c, &out);
		fuzz_same(der_of(p, n), &out);
		charter_digest(der_of(p, n), digest);
		(void)!charter_follows(c, der_of(p, n), c, &fault);
		(void)charter_by_point(c, c->signer_point);
	}
	free(c);
}

#define BODY(kind)                                                                                 \
	static void body_##kind(struct der d, struct sink *out)                                    \
	{                                                                                          \
		struct warrant_##kind w;                                                           \
		struct fault fault = { 0 };                                                        \
		if (!warrant_##kind##_unpack(d, &w, &fault))                                       \
			return;                                                                    \
		warrant_##kind##_pack(&w, out);                                                    \
		fuzz_same(d, out);                                                                 \
	}
BODY(revoke)
BODY(cacert)
BODY(adopt)

static void
fields(struct der d)
{
	struct warrant_field *f = malloc(WARRANT_FIELDS * sizeof(*f));
	struct fault fault = { 0 };
	OWN_SINK out = SINK_GROW(OUT_MOST);
	size_t n;
	if (f != NULL && warrant_fields_unpack(d, f, &n, &fault)) {
		for (size_t i = 0; i < n; i++)
			(void)warrant_field_marks(&f[i]);
		warrant_fields_pack(f, n, &out);
		fuzz_same(d, &out);
	}
	free(f);
}

static void
delivered(struct der d)
{
	struct delivery to;
	struct fault fault = { 0 };
	OWN_SINK out = SINK_GROW(OUT_MOST);
	if (!delivery_unpack(d, &to, &fault))
		return;
	fuzz_touch(route_name(to.route), 1);
	delivery_pack(&to, &out);
	fuzz_same(d, &out);
}

static void
body_certificate(struct der d, struct sink *out)
{
	struct warrant_certificate w;
	struct fault fault = { 0 };
	if (!warrant_certificate_unpack(d, &w, &fault))
		return;
	warrant_certificate_pack(&w, out);
	fuzz_same(d, out);
	fields(w.fields);
	delivered(w.pin);
	delivered(w.password);
}

/* A part: each certificate as its writer would have written it. */
void
fuzz_adopted(const uint8_t *p, size_t n)
{
	struct der d = der_of(p, n);
	struct adopted a;
	OWN_SINK out = SINK_GROW(OUT_MOST);
	while (adopted_take(&d, &a))
		adopted_put(&a, &out);
	fuzz_same(der_of(p, n - d.n), &out);
}

static void
body_none(struct der d, struct sink *out)
{
	(void)d;
	(void)out;
}

static void (*const BODIES[])(struct der, struct sink *) = {
	[WARRANT_CERTIFICATE] = body_certificate,
	[WARRANT_REVOKE] = body_revoke,
	[WARRANT_VOID] = body_none,
	[WARRANT_CACERT] = body_cacert,
	[WARRANT_ADOPT] = body_adopt,
};
_Static_assert(COUNT(BODIES) == WARRANT_KINDS, "every kind of warrant is read");

void
fuzz_warrant(const uint8_t *p, size_t n)
{
	struct warrant w;
	struct fault fault = { 0 };
	OWN_SINK out = SINK_GROW(OUT_MOST);
	OWN_SINK body = SINK_GROW(OUT_MOST);
	if (!warrant_unpack(der_of(p, n), &w, &fault))
		return;
	warrant_pack(&w, &out);
	fuzz_same(der_of(p, n), &out);
	fuzz_touch(warrant_kind_name(w.kind), 1);
	BODIES[w.kind](w.body, &body);
}

/* warrant, acts, public key, key statement, charter, pack: the bytes of each. */
enum { WARRANT, ACTS, SPKI, STATEMENT, CHARTER, PACK, PARTS };

static void
order_try(const struct der part[PARTS], struct order *o, struct charter *c, struct pack *pack)
{
	struct fault fault = { 0 };
	uint8_t digest[32];
	const struct profile *profile;
	struct instant end;
	charter_digest(part[CHARTER], digest);
	struct order_ground ground = { .charter = c,
		.charter_digest = digest,
		.pack = pack_policy(pack),
		.ca_end = { INT32_MAX },
		.key_bits = 3072 };
	if (!order_read(part[WARRANT], part[ACTS], part[SPKI], part[STATEMENT], o, &fault))
		return;
	ground.now = o->newest;
	(void)!order_check(o, &ground, &profile, &end, &fault);
	struct fault second = { 0 };
	(void)!statement_check(c, digest, &o->statement, o->digest, o->spki_digest, NULL, &second);
	struct fault third = { 0 };
	(void)!charter_quorum(c, ACT_CHARTER, digest, part[ACTS], &third);
}

void
fuzz_order(const uint8_t *p, size_t n)
{
	struct der d = der_of(p, n), part[PARTS];
	struct fault fault = { 0 };
	struct pack *pack = NULL;
	for (size_t i = 0; i < PARTS; i++)
		if (!der_take_octets(&d, &part[i]))
			return;
	uint8_t *charter = apart(part[CHARTER]); /* as in the ledger */
	part[CHARTER].p = charter;
	struct order *o = malloc(sizeof(*o));
	struct charter *c = malloc(sizeof(*c));
	if (o != NULL && c != NULL && charter_unpack(part[CHARTER], c, &fault) &&
	    pack_read(part[PACK], &pack, &fault))
		order_try(part, o, c, pack);
	pack_free(pack);
	free(c);
	free(o);
	free(charter);
}

/* The rows as the signer and the rules look them up. */
static void
policy_use(const struct policy *p)
{
	const struct day day = { 2026, 11, 20 };
	for (size_t i = 0; i < p->profile_count; i++)
		(void)policy_profile(p, p->profiles[i].code, day);
	for (size_t i = 0; i < p->profile_count; i++)
		(void)policy_profile_of(p, p->profiles[i].kind, p->profiles[i].mandate, day);
	for (size_t i = 0; i < p->ground_count; i++)
		(void)policy_ground(p, p->grounds[i].code, day);
	for (size_t i = 0; i < p->setting_count; i++)
		(void)policy_number(p, p->settings[i].name, day);
	for (size_t i = 0; i < p->clock_count; i++)
		fuzz_touch(p->clocks[i].figures,
		    p->clocks[i].figure_count * sizeof(p->clocks[i].figures[0]));
}

void
fuzz_pack(const uint8_t *p, size_t n)
{
	struct pack *pack = NULL;
	struct fault fault = { 0 };
	OWN_SINK out = SINK_GROW(OUT_MOST);
	if (!pack_read(der_of(p, n), &pack, &fault))
		return;
	policy_use(pack_policy(pack));
	pack_compile(pack_policy(pack), (struct day){ 2026, 11, 20 }, NULL, &out);
	pack_free(pack);
}

void
fuzz_journal(const uint8_t *p, size_t n)
{
	struct der d = der_of(p, n), whole;
	struct ledger *l = calloc(1, sizeof(*l));
	struct journal at = { .fd = -1 };
	struct fault fault = { 0 }, other = { 0 };
	struct line line;
	bool good = l != NULL;
	while (good && line_take(&d, &line, &whole)) {
		OWN_SINK out = SINK_GROW(OUT_MOST);
		line_pack(&line, &out);
		fuzz_same(whole, &out);
		fuzz_touch(line_name(line.kind), 1);
		(void)!journal_follow(&at, &line, whole, &other);
		good = ledger_line(l, &line, &fault);
		(void)ledger_find(l, line.dossier, line.edition);
		(void)ledger_serial(l, line.serial);
	}
	if (l != NULL)
		ledger_free(l);
	free(l);
}

/* Two sizes, two roots, and a proof as long as it wants to be. */
void
fuzz_tree(const uint8_t *p, size_t n)
{
	struct {
		int64_t older, size;
		uint8_t root[2][TREE_DIGEST];
	} head;
	struct tree tree;
	if (n < sizeof(head))
		return;
	memcpy(&head, p, sizeof(head));
	p += sizeof(head);
	n -= sizeof(head);
	(void)tree_consistent(head.older, head.root[0], head.size, head.root[1], p, n);
	(void)tree_contains(head.older, head.root[0], head.size, head.root[1], p, n);
	if (tree_nodes_read(head.size, p, n, &tree)) {
		OWN_SINK out = SINK_GROW(OUT_MOST);
		tree_nodes_put(&tree, &out);
		fuzz_same(der_of(p, n), &out);
		tree_root(&tree, head.root[0]);
	}
}
