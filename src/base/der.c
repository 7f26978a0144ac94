#include "base/der.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

size_t
der_begin(struct sink *s, uint8_t tag)
{
	sink_byte(s, tag);
	return s->len;
}

static size_t
der_length(uint8_t out[9], size_t n)
{
	size_t k = 0;
	if (n < 0x80) {
		out[0] = (uint8_t)n;
		return 1;
	}
	for (size_t v = n; v > 0; v >>= 8)
		k++;
	out[0] = (uint8_t)(0x80 | k);
	for (size_t i = 0; i < k; i++)
		out[1 + i] = (uint8_t)(n >> (8 * (k - 1 - i)));
	return k + 1;
}

void
der_end(struct sink *s, size_t mark)
{
	uint8_t length[9];
	if (s->full)
		return;
	size_t n = der_length(length, s->len - mark);
	sink_insert(s, mark, length, n);
}

void
der_put(struct sink *s, uint8_t tag, const void *p, size_t n)
{
	uint8_t length[9];
	size_t k = der_length(length, n);
	sink_byte(s, tag);
	sink_bytes(s, length, k);
	sink_bytes(s, p, n);
}

static void
put_signed(struct sink *s, uint8_t tag, int64_t v)
{
	uint8_t b[8];
	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)((uint64_t)v >> (8 * (7 - i)));
	size_t at = 0;
	while (at < 7 && ((b[at] == 0 && b[at + 1] < 0x80) || (b[at] == 0xff && b[at + 1] >= 0x80)))
		at++;
	der_put(s, tag, b + at, 8 - at);
}

void
der_put_int(struct sink *s, int64_t v)
{
	put_signed(s, DER_INTEGER, v);
}

void
der_put_enum(struct sink *s, int64_t v)
{
	put_signed(s, DER_ENUM, v);
}

void
der_put_unsigned(struct sink *s, const uint8_t *p, size_t n)
{
	while (n > 0 && *p == 0)
		p++, n--;
	size_t mark = der_begin(s, DER_INTEGER);
	if (n == 0 || *p >= 0x80)
		sink_byte(s, 0);
	sink_bytes(s, p, n);
	der_end(s, mark);
}

void
der_put_bool(struct sink *s, bool v)
{
	der_put(s, DER_BOOL, v ? "\xff" : "", 1);
}

void
der_put_text(struct sink *s, uint8_t tag, const char *text)
{
	der_put(s, tag, text, strlen(text));
}

void
der_put_utf8(struct sink *s, const char *text)
{
	der_put_text(s, DER_UTF8, text);
}

void
der_put_octets(struct sink *s, const void *p, size_t n)
{
	der_put(s, DER_OCTETS, p, n);
}

void
der_put_bits(struct sink *s, const void *p, size_t n)
{
	size_t mark = der_begin(s, DER_BITS);
	sink_byte(s, 0);
	sink_bytes(s, p, n);
	der_end(s, mark);
}

static void
put_base128(struct sink *s, unsigned long v)
{
	uint8_t b[10];
	size_t n = 0;
	do {
		b[n++] = (uint8_t)(v & 0x7f);
		v >>= 7;
	} while (v > 0);
	while (n-- > 0)
		sink_byte(s, (uint8_t)(b[n] | (n > 0 ? 0x80 : 0)));
}

void
der_put_oid(struct sink *s, const char *dotted)
{
	size_t mark = der_begin(s, DER_OID);
	unsigned long first = 0;
	for (int i = 0; *dotted != '\0'; i++) {
		char *end;
		unsigned long v = strtoul(dotted, &end, 10);
		if (end == dotted || (*end != '.' && *end != '\0')) {
			s->full = true;
			return;
		}
		if (i == 0)
			first = v;
		else
			put_base128(s, i == 1 ? first * 40 + v : v);
		dotted = *end == '.' ? end + 1 : end;
	}
	der_end(s, mark);
}

/* Universal time from the day calendar of base/day: shift so that "Japan" is Greenwich. */
static void
time_text(char out[16], struct instant t)
{
	struct instant shifted = { t.sec - JST_OFFSET };
	struct day d = instant_day(shifted);
	int s = (int)(shifted.sec - day_start(d).sec);
	(void)snprintf(out, 16, "%04u%02u%02u%02u%02u%02uZ", (unsigned)d.year % 10000u,
	    (unsigned)d.month % 100u, (unsigned)d.mday % 100u, (unsigned)(s / 3600) % 24u,
	    (unsigned)(s / 60) % 60u, (unsigned)s % 60u);
}

void
der_put_time(struct sink *s, struct instant t)
{
	char text[16];
	time_text(text, t);
	der_put(s, DER_TIME, text, 15);
}

void
der_put_validity_time(struct sink *s, struct instant t)
{
	char text[16];
	time_text(text, t);
	if (memcmp(text, "2050", 4) < 0)
		der_put(s, DER_UTCTIME, text + 2, 13);
	else
		der_put(s, DER_TIME, text, 15);
}

/* Header of the value in front: tag, header length, content length. */
static bool
der_header(const struct der *d, uint8_t *tag, size_t *head, size_t *len)
{
	if (d->n < 2 || (d->p[0] & 0x1f) == 0x1f)
		return false;
	size_t n = d->p[1], k = 0;
	if (n >= 0x80) {
		k = n & 0x7f;
		if (k == 0 || k > 4 || d->n < 2 + k || d->p[2] == 0)
			return false;
		n = 0;
		for (size_t i = 0; i < k; i++)
			n = n << 8 | d->p[2 + i];
		if (n < 0x80)
			return false;
	}
	if (n > d->n - 2 - k)
		return false;
	*tag = d->p[0];
	*head = 2 + k;
	*len = n;
	return true;
}

bool
der_take_any(struct der *d, uint8_t *tag, struct der *content)
{
	size_t head, len;
	if (!der_header(d, tag, &head, &len))
		return false;
	*content = der_of(d->p + head, len);
	d->p += head + len;
	d->n -= head + len;
	return true;
}

bool
der_take(struct der *d, uint8_t tag, struct der *content)
{
	uint8_t found;
	struct der rest = *d, inner;
	if (!der_take_any(&rest, &found, &inner) || found != tag)
		return false;
	*d = rest;
	*content = inner;
	return true;
}

bool
der_take_whole(struct der *d, uint8_t tag, struct der *with_header)
{
	const uint8_t *from = d->p;
	struct der inner;
	if (!der_take(d, tag, &inner))
		return false;
	*with_header = der_of(from, (size_t)(d->p - from));
	return true;
}

static bool
take_signed(struct der *d, uint8_t tag, int64_t *out)
{
	struct der rest = *d, c;
	if (!der_take(&rest, tag, &c) || c.n == 0 || c.n > 8)
		return false;
	if (c.n > 1 && ((c.p[0] == 0 && c.p[1] < 0x80) || (c.p[0] == 0xff && c.p[1] >= 0x80)))
		return false;
	uint64_t v = c.p[0] >= 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < c.n; i++)
		v = v << 8 | c.p[i];
	*out = (int64_t)v;
	*d = rest;
	return true;
}

bool
der_take_int(struct der *d, int64_t *out)
{
	return take_signed(d, DER_INTEGER, out);
}

bool
der_take_enum(struct der *d, int64_t *out)
{
	return take_signed(d, DER_ENUM, out);
}

bool
der_take_bool(struct der *d, bool *out)
{
	struct der rest = *d, c;
	if (!der_take(&rest, DER_BOOL, &c) || c.n != 1 || (c.p[0] != 0 && c.p[0] != 0xff))
		return false;
	*out = c.p[0] != 0;
	*d = rest;
	return true;
}

bool
der_take_utf8(struct der *d, char *out, size_t size)
{
	struct der rest = *d, c;
	if (!der_take(&rest, DER_UTF8, &c) || c.n >= size || !utf8_valid((const char *)c.p, c.n))
		return false;
	if (c.n > 0)
		memcpy(out, c.p, c.n);
	out[c.n] = '\0';
	*d = rest;
	return true;
}

bool
der_take_fixed(struct der *d, void *out, size_t n)
{
	struct der rest = *d, c;
	if (!der_take(&rest, DER_OCTETS, &c) || c.n != n)
		return false;
	memcpy(out, c.p, n);
	*d = rest;
	return true;
}

bool
der_take_octets(struct der *d, struct der *content)
{
	return der_take(d, DER_OCTETS, content);
}

/* YYYYMMDDHHMMSSZ, the century apart where the value lacks it. */
static bool
time_read(const char *century, struct der c, struct instant *out)
{
	static const uint8_t PLACE[] = { 0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 19 };
	char iso[] = "0000-00-00T00:00:00Z";
	size_t n = strlen(century);
	if (n + c.n != sizeof(PLACE))
		return false;
	for (size_t i = 0; i < sizeof(PLACE); i++)
		iso[PLACE[i]] = i < n ? century[i] : (char)c.p[i - n];
	return iso[sizeof(iso) - 2] == 'Z' && instant_read(iso, out);
}

bool
der_take_time(struct der *d, struct instant *out)
{
	struct der rest = *d, c;
	if (!der_take(&rest, DER_TIME, &c) || !time_read("", c, out))
		return false;
	*d = rest;
	return true;
}

/* Years of two figures are of 1950 to 2049 [RFC5280 4.1.2.5.1]. */
bool
der_take_validity_time(struct der *d, struct instant *out)
{
	struct der rest = *d, c;
	if (!der_take(&rest, DER_UTCTIME, &c))
		return der_take_time(d, out);
	if (c.n == 0 || !time_read(c.p[0] < '5' ? "20" : "19", c, out))
		return false;
	*d = rest;
	return true;
}
