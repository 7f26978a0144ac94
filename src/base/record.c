#include "base/record.h"

#include <string.h>

static void
field_pack(const struct record_field *f, const uint8_t *at, struct sink *out)
{
	char day[DAY_TEXT];
	switch (f->type) {
	case RECORD_INT:
		der_put_int(out, *(const int64_t *)(const void *)at);
		break;
	case RECORD_ENUM:
		der_put_enum(out, *(const int *)(const void *)at);
		break;
	case RECORD_BOOL:
		der_put_bool(out, *(const bool *)at);
		break;
	case RECORD_DAY:
		der_put_utf8(out, day_print(day, *(const struct day *)(const void *)at));
		break;
	case RECORD_INSTANT:
		der_put_time(out, *(const struct instant *)(const void *)at);
		break;
	case RECORD_TEXT:
		der_put_utf8(out, (const char *)at);
		break;
	case RECORD_FIXED:
		der_put_octets(out, at, f->size);
		break;
	case RECORD_BYTES: {
		const struct der *d = (const struct der *)(const void *)at;
		der_put_octets(out, d->p, d->n);
		break;
	}
	}
}

void
record_pack(const struct record_field *f, size_t n, const void *record, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	for (size_t i = 0; i < n; i++)
		field_pack(&f[i], (const uint8_t *)record + f[i].at, out);
	der_end(out, all);
}

static bool
enum_take(struct der *d, const struct record_field *f, uint8_t *at)
{
	int64_t v;
	if (!der_take_enum(d, &v) || v < 0 || v >= f->limit)
		return false;
	int word = (int)v;
	memcpy(at, &word, sizeof(word));
	return true;
}

static bool
day_take(struct der *d, uint8_t *at)
{
	char text[DAY_TEXT];
	struct day day = { 0, 0, 0 };
	if (!der_take_utf8(d, text, sizeof(text)) || (text[0] != '\0' && !day_read(text, &day)))
		return false;
	memcpy(at, &day, sizeof(day));
	return true;
}

static bool
field_take(const struct record_field *f, struct der *d, uint8_t *at)
{
	switch (f->type) {
	case RECORD_INT:
		return der_take_int(d, (int64_t *)(void *)at);
	case RECORD_ENUM:
		return enum_take(d, f, at);
	case RECORD_BOOL:
		return der_take_bool(d, (bool *)at);
	case RECORD_DAY:
		return day_take(d, at);
	case RECORD_INSTANT:
		return der_take_time(d, (struct instant *)(void *)at);
	case RECORD_TEXT:
		return der_take_utf8(d, (char *)at, f->size);
	case RECORD_FIXED:
		return der_take_fixed(d, at, f->size);
	case RECORD_BYTES:
		return der_take_octets(d, (struct der *)(void *)at);
	}
	return false;
}

bool
record_take(const struct record_field *f, size_t n, struct der *d, void *out)
{
	struct der all, rest = *d;
	if (!der_take(&rest, DER_SEQUENCE, &all))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!field_take(&f[i], &all, (uint8_t *)out + f[i].at))
			return false;
	if (!der_done(&all))
		return false;
	*d = rest;
	return true;
}

bool
record_unpack(const struct record_field *f, size_t n, struct der d, void *out)
{
	return record_take(f, n, &d, out) && der_done(&d);
}
