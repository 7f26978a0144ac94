/*
 * base/record.h - a struct as DER and back, by a table of its fields: SEQUENCE { field ... }.
 *
 * Every message between programs and every signed document is such a table, so that one reader
 * checks them all. Unpacking is strict: each field in its place, enums within their count, texts
 * that fit, nothing behind. RECORD_BYTES are borrowed from what was unpacked.
 */
#ifndef AKASHI_BASE_RECORD_H
#define AKASHI_BASE_RECORD_H

#include "base/der.h"

enum record_type {
	RECORD_INT, /* int64_t: INTEGER */
	RECORD_ENUM, /* a C enum, 0 ... limit - 1: ENUMERATED */
	RECORD_BOOL,
	RECORD_DAY, /* UTF8String 2026-11-20, "" for none */
	RECORD_INSTANT, /* GeneralizedTime */
	RECORD_TEXT, /* char[size]: UTF8String */
	RECORD_FIXED, /* uint8_t[size]: OCTET STRING of exactly that */
	RECORD_BYTES /* struct der: OCTET STRING */
};

struct record_field {
	const char *name;
	enum record_type type;
	size_t at, size;
	int limit; /* of an enum */
};
#define RECORD_SIZE(s, f) sizeof(((struct s *)0)->f)
#define RECORD(s, f, kind)                                                                         \
	{                                                                                          \
#f, RECORD_##kind, offsetof(struct s, f), RECORD_SIZE(s, f), 0                     \
	}
#define RECORD_OF(s, f, count)                                                                     \
	{                                                                                          \
#f, RECORD_ENUM, offsetof(struct s, f), RECORD_SIZE(s, f), count                   \
	}

void record_pack(const struct record_field *, size_t, const void *, struct sink *);
/* Takes one record off the cursor; on refusal *out holds nothing to rely on. */
bool record_take(const struct record_field *, size_t, struct der *, void *out) MUST_USE;
/* The whole of the bytes. */
bool record_unpack(const struct record_field *, size_t, struct der, void *out) MUST_USE;

/* A struct and its table: NAME_pack and its counterpart NAME_read (or _unpack), told in the header
 * and made in the source, a line each. */
#define RECORD_DOOR(name, verb)                                                                    \
	void name##_pack(const struct name *, struct sink *);                                      \
	bool name##_##verb(struct der, struct name *) MUST_USE
#define RECORD_PAIR(name, verb, fields)                                                            \
	void name##_pack(const struct name *m, struct sink *out)                                   \
	{                                                                                          \
		record_pack(fields, COUNT(fields), m, out);                                        \
	}                                                                                          \
	bool name##_##verb(struct der d, struct name *m)                                           \
	{                                                                                          \
		return record_unpack(fields, COUNT(fields), d, m);                                 \
	}

#endif
