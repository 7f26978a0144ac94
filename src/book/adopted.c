#include "book/adopted.h"

#include <stdlib.h>
#include <string.h>

const struct refusal ADOPTED_PARTS = { "adopted-parts", FAULT_BROKEN, "design 2" };

static const struct record_field ADOPT[] = {
	RECORD(warrant_adopt, certificate, BYTES),
	RECORD(warrant_adopt, number, INT),
	RECORD(warrant_adopt, this_update, INSTANT),
	RECORD(warrant_adopt, next_update, INSTANT),
	RECORD(warrant_adopt, list, FIXED),
	RECORD(warrant_adopt, index, FIXED),
	RECORD(warrant_adopt, count, INT),
	RECORD(warrant_adopt, listed, INT),
	RECORD(warrant_adopt, parts, INT),
	RECORD(warrant_adopt, digest, FIXED),
};

void
warrant_adopt_pack(const struct warrant_adopt *w, struct sink *out)
{
	record_pack(ADOPT, COUNT(ADOPT), w, out);
}

bool
warrant_adopt_unpack(struct der d, struct warrant_adopt *out, struct fault *fault)
{
	return (record_unpack(ADOPT, COUNT(ADOPT), d, out) && out->number > 0 && out->count >= 0 &&
		   out->count <= ADOPTED_MOST && out->listed >= 0 && out->listed <= out->count &&
		   out->parts >= 0 && out->parts <= out->count) ||
	       fault_refuse(
		   fault, &WARRANT_FORM, "warrant", "引き継ぎの指示の形が正しくありません。");
}

void
adopted_put(const struct adopted *a, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_unsigned(out, a->serial, SERIAL);
	der_put_time(out, a->not_after);
	sink_bytes(out, a->entry.p, a->entry.n);
	der_end(out, all);
}

/* Positive, at most 20 octets [RFC5280 4.1.2.2]. */
static bool
serial_take(struct der *d, uint8_t serial[SERIAL])
{
	struct der n;
	if (!der_take(d, DER_INTEGER, &n) || n.n == 0 || n.n > SERIAL || (n.p[0] & 0x80) != 0 ||
	    (n.p[0] == 0 && (n.n == 1 || (n.p[1] & 0x80) == 0)))
		return false;
	memset(serial, 0, SERIAL);
	memcpy(serial + SERIAL - n.n, n.p, n.n);
	return true;
}

/* Its first value is that serial; what else it says is the old list's own. */
static bool
entry_take(struct der *d, struct adopted *a)
{
	uint8_t serial[SERIAL];
	struct der in;
	if (!der_take_whole(d, DER_SEQUENCE, &a->entry) || a->entry.n > ADOPTED_ENTRY)
		return false;
	struct der whole = a->entry;
	return der_take(&whole, DER_SEQUENCE, &in) && serial_take(&in, serial) &&
	       memcmp(serial, a->serial, SERIAL) == 0;
}

bool
adopted_take(struct der *d, struct adopted *out)
{
	struct der rest = *d, in;
	struct adopted a = { .entry = { NULL, 0 } };
	if (!der_take(&rest, DER_SEQUENCE, &in) || !serial_take(&in, a.serial) ||
	    !der_take_time(&in, &a.not_after) || (!der_done(&in) && !entry_take(&in, &a)) ||
	    !der_done(&in))
		return false;
	*d = rest;
	*out = a;
	return true;
}

void
adopted_free(struct adopted_book *b)
{
	sink_drop(&b->warrant);
	sink_drop(&b->entries);
	free(b->row);
	*b = (struct adopted_book){ .parts = 0 };
}

bool
adopted_begin(struct adopted_book *b, struct der packed, struct fault *fault)
{
	struct warrant w;
	adopted_free(b);
	b->warrant = SINK_GROW(WARRANT_MOST);
	b->entries = SINK_GROW((size_t)ADOPTED_MOST * ADOPTED_ENTRY);
	sink_bytes(&b->warrant, packed.p, packed.n);
	digest_begin(&b->running);
	if (b->warrant.full)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (!warrant_unpack(der_of(b->warrant.at, b->warrant.len), &w, fault) ||
	    !warrant_adopt_unpack(w.body, &b->as, fault))
		return false;
	b->row = calloc((size_t)b->as.count + 1, sizeof(*b->row));
	return b->row != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

static bool
parts_refuse(struct fault *fault)
{
	return fault_refuse(fault, &ADOPTED_PARTS, "part",
	    "引き継ぐ証明書の一覧が、管理者の署名したものと違います。"
	    "akashi ca adopt からやり直してください。");
}

bool
adopted_next(const struct adopted_book *b, struct der part, struct fault *fault)
{
	const uint8_t *last = b->rows == 0 ? NULL : b->row[b->rows - 1].serial;
	int64_t rows = b->rows;
	uint8_t before[SERIAL];
	struct adopted a;
	if (b->row == NULL || b->whole || part.n == 0 || part.n > ADOPTED_PART ||
	    b->parts >= b->as.parts)
		return parts_refuse(fault);
	while (!der_done(&part)) {
		if (rows++ >= b->as.count || !adopted_take(&part, &a) ||
		    (last != NULL && memcmp(last, a.serial, SERIAL) >= 0))
			return parts_refuse(fault);
		memcpy(before, a.serial, SERIAL);
		last = before;
	}
	return true;
}

bool
adopted_part(struct adopted_book *b, struct der part, struct fault *fault)
{
	struct adopted a;
	if (!adopted_next(b, part, fault))
		return false;
	digest_add(&b->running, part.p, part.n);
	b->parts++;
	while (adopted_take(&part, &a)) {
		struct adopted_row *r = &b->row[b->rows++];
		memcpy(r->serial, a.serial, SERIAL);
		r->not_after = a.not_after;
		r->listed = a.entry.n > 0;
		b->listed += r->listed;
		sink_bytes(&b->entries, a.entry.p, a.entry.n);
	}
	return !b->entries.full || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

bool
adopted_all(const struct adopted_book *b, struct fault *fault)
{
	struct digest running = b->running;
	uint8_t digest[32];
	digest_end(&running, digest);
	return (b->row != NULL && !b->whole && b->parts == b->as.parts && b->rows == b->as.count &&
		   b->listed == b->as.listed && memcmp(digest, b->as.digest, 32) == 0) ||
	       parts_refuse(fault);
}

bool
adopted_end(struct adopted_book *b, const uint8_t certificate[32], struct fault *fault)
{
	uint8_t digest[32];
	if (!adopted_all(b, fault))
		return false;
	digest_of(b->as.certificate.p, b->as.certificate.n, digest);
	if (memcmp(digest, certificate, 32) != 0)
		return parts_refuse(fault);
	b->whole = true;
	return true;
}

static int
by_serial(const void *serial, const void *row)
{
	return memcmp(serial, ((const struct adopted_row *)row)->serial, SERIAL);
}

struct adopted_row *
adopted_find(const struct adopted_book *b, const uint8_t serial[SERIAL])
{
	return !b->whole || b->rows == 0
		   ? NULL
		   : bsearch(serial, b->row, (size_t)b->rows, sizeof(*b->row), by_serial);
}
