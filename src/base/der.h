/*
 * base/der.h - distinguished encoding: a small writer and a strict reader [X.690].
 *
 * Writing: der_begin ... der_end nest; the sink's `full` says at the end whether all fitted.
 * Reading: a cursor over borrowed bytes; anything but DER (long lengths, indefinite lengths,
 * padded integers, trailing bytes) is refused. Never allocates.
 */
#ifndef AKASHI_BASE_DER_H
#define AKASHI_BASE_DER_H

#include "base/day.h"
#include "base/sink.h"

enum der_tag {
	DER_BOOL = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUM = 0x0a,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_IA5 = 0x16,
	DER_UTCTIME = 0x17,
	DER_TIME = 0x18, /* GeneralizedTime */
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31
};
#define DER_CONTEXT(n) (0xa0 | (n)) /* constructed */
#define DER_CONTEXT_PRIMITIVE(n) (0x80 | (n)) /* implicit over a primitive */

size_t der_begin(struct sink *, uint8_t tag); /* the mark that der_end takes */
void der_end(struct sink *, size_t mark);
void der_put(struct sink *, uint8_t tag, const void *, size_t);
void der_put_int(struct sink *, int64_t);
void der_put_enum(struct sink *, int64_t);
/* An unsigned big-endian number; leading zeros dropped, a sign byte added where due. */
void der_put_unsigned(struct sink *, const uint8_t *, size_t);
void der_put_bool(struct sink *, bool);
void der_put_utf8(struct sink *, const char *);
void der_put_text(struct sink *, uint8_t tag, const char *);
void der_put_octets(struct sink *, const void *, size_t);
void der_put_bits(struct sink *, const void *, size_t); /* no unused bits */
void der_put_oid(struct sink *, const char *dotted); /* "2.5.4.3"; a bad one fills the sink */
void der_put_time(struct sink *, struct instant); /* GeneralizedTime YYYYMMDDHHMMSSZ */
/* UTCTime before 2050-01-01 UTC, GeneralizedTime from then on [RFC5280 4.1.2.5]. */
void der_put_validity_time(struct sink *, struct instant);

struct der {
	const uint8_t *p;
	size_t n;
};
static inline struct der
der_of(const void *p, size_t n)
{
	return (struct der){ (const uint8_t *)p, n };
}

/* Each takes one value off the cursor's front; false leaves the cursor and the output alone. */
bool der_take(struct der *, uint8_t tag, struct der *content) MUST_USE;
bool der_take_any(struct der *, uint8_t *tag, struct der *content) MUST_USE;
bool der_take_whole(struct der *, uint8_t tag, struct der *with_header) MUST_USE;
bool der_take_int(struct der *, int64_t *) MUST_USE;
bool der_take_enum(struct der *, int64_t *) MUST_USE;
bool der_take_bool(struct der *, bool *) MUST_USE;
/* UTF-8 without NUL into out, NUL-terminated; refused when it does not fit. */
bool der_take_utf8(struct der *, char *out, size_t size) MUST_USE;
/* Exactly n octets. */
bool der_take_fixed(struct der *, void *out, size_t n) MUST_USE;
bool der_take_octets(struct der *, struct der *content) MUST_USE;
bool der_take_time(struct der *, struct instant *) MUST_USE;
/* In either form of [RFC5280 4.1.2.5]. */
bool der_take_validity_time(struct der *, struct instant *) MUST_USE;
static inline bool
der_done(const struct der *d)
{
	return d->n == 0;
}

#endif
