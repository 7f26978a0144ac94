#include "book/line.h"

#include "vault/digest.h"

#define F(f, kind) RECORD(line, f, kind)
#define FIELDS_MOST 12
static const struct record_field HEAD[] = {
	F(seq, INT),
	F(at, INSTANT),
	RECORD_OF(line, kind, LINES),
	F(previous, FIXED),
};
/* clang-format off */
static const struct line_fields {
	const char *name;
	struct record_field field[FIELDS_MOST];
} KIND[] = {
	[LINE_GENESIS]	= { "GENESIS", { F(body, BYTES) } },
	[LINE_CHARTER]	= { "CHARTER", { F(number, INT), F(digest, FIXED), F(body, BYTES), F(extra, BYTES) } },
	[LINE_CAINTENT]	= { "CAINTENT", { F(serial, FIXED), F(warrant, FIXED), F(spki, FIXED), F(tbs, FIXED), F(not_before, INSTANT),
			    F(not_after, INSTANT) } },
	[LINE_CACERT]	= { "CACERT", { F(serial, FIXED), F(digest, FIXED), F(body, BYTES) } },
	[LINE_INTENT]	= { "INTENT", { F(dossier, INT), F(edition, INT), F(serial, FIXED), F(warrant, FIXED), F(spki, FIXED),
			    F(digest, FIXED), F(tbs, FIXED), F(not_before, INSTANT), F(not_after, INSTANT), F(size, INT), F(root, FIXED) } },
	[LINE_DONE]	= { "DONE", { F(dossier, INT), F(edition, INT), F(serial, FIXED), F(digest, FIXED) } },
	[LINE_BOOKED]	= { "BOOKED", { F(dossier, INT), F(edition, INT), F(serial, FIXED) } },
	[LINE_REVOKED]	= { "REVOKED", { F(serial, FIXED), F(warrant, FIXED), F(ground, TEXT), F(reason, INT), F(invalid_since, INSTANT) } },
	[LINE_VOID]	= { "VOID", { F(dossier, INT), F(edition, INT), F(warrant, FIXED) } },
	[LINE_LIST]	= { "LIST", { F(number, INT), F(tbs, FIXED), F(size, INT), F(not_before, INSTANT), F(not_after, INSTANT) } },
	[LINE_HEAD]	= { "HEAD", { F(size, INT), F(root, FIXED) } },
	[LINE_ADOPTION]	= { "ADOPTION", { F(number, INT), F(tbs, FIXED), F(body, BYTES) } },
	[LINE_ADOPTED]	= { "ADOPTED", { F(number, INT), F(serial, FIXED), F(body, BYTES) } },
	[LINE_EPOCH]	= { "EPOCH", { F(number, INT), F(digest, FIXED), F(size, INT), F(root, FIXED), F(body, BYTES) } },
};
/* clang-format on */
_Static_assert(COUNT(KIND) == LINES, "every kind of line needs its fields");

static size_t
field_count(const struct line_fields *k)
{
	size_t n = 0;
	while (n < FIELDS_MOST && k->field[n].name != NULL)
		n++;
	return n;
}

const char *
line_name(enum line_kind k)
{
	return KIND[k].name;
}

void
line_pack(const struct line *l, struct sink *out)
{
	const struct line_fields *k = &KIND[l->kind];
	size_t all = der_begin(out, DER_SEQUENCE);
	record_pack(HEAD, COUNT(HEAD), l, out);
	record_pack(k->field, field_count(k), l, out);
	der_end(out, all);
}

bool
line_take(struct der *d, struct line *out, struct der *whole)
{
	struct der rest = *d, all;
	struct line l = { 0 };
	const uint8_t *from = d->p;
	if (!der_take(&rest, DER_SEQUENCE, &all) || !record_take(HEAD, COUNT(HEAD), &all, &l))
		return false;
	const struct line_fields *k = &KIND[l.kind];
	if (!record_take(k->field, field_count(k), &all, &l) || !der_done(&all))
		return false;
	*whole = der_of(from, (size_t)(rest.p - from));
	*d = rest;
	*out = l;
	return true;
}

void
line_digest(struct der whole, uint8_t out[32])
{
	digest_of(whole.p, whole.n, out);
}

static const char RECEIPT[] = "akashi receipt v1";

void
line_receipt_signed(struct der whole, struct sink *out)
{
	sink_bytes(out, RECEIPT, sizeof(RECEIPT)); /* with its zero byte */
	sink_bytes(out, whole.p, whole.n);
}

void
line_receipt_digest(struct der whole, uint8_t out[32])
{
	digest_labelled(RECEIPT, whole.p, whole.n, out);
}
