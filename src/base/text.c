#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

/* Length of the well-formed character at p, or 0 [RFC3629 4]. */
static size_t
utf8_length(const uint8_t *p, size_t n)
{
	if (p[0] < 0x80)
		return p[0] != 0;
	size_t k = p[0] >= 0xc2 && p[0] < 0xe0	 ? 2
		   : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
		   : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
						 : 0;
	if (k == 0 || k > n)
		return 0;
	for (size_t i = 1; i < k; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90))
		return 0;
	return k;
}

bool
utf8_valid(const char *s, size_t n)
{
	for (size_t i = 0, k; i < n; i += k)
		if ((k = utf8_length((const uint8_t *)s + i, n - i)) == 0)
			return false;
	return true;
}

void
text_clean(char *s)
{
	uint8_t *to = (uint8_t *)s;
	const uint8_t *p = to;
	for (size_t left = strlen(s), k, gone; left > 0; p += gone, left -= gone) {
		k = *p < 0x20 || *p == 0x7f ? 0 : utf8_length(p, left);
		gone = k > 0 ? k : 1;
		memmove(to, p, gone);
		if (k == 0)
			*to = '?';
		to += gone;
	}
	*to = '\0';
}

uint32_t
utf8_next(const char **at)
{
	const uint8_t *p = (const uint8_t *)*at;
	int more = p[0] < 0x80 ? 0 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
	uint32_t c = more == 0 ? p[0] : p[0] & (0x3fu >> more);
	for (int i = 1; i <= more; i++)
		c = c << 6 | (p[i] & 0x3fu);
	*at += 1 + more;
	return c;
}

size_t
utf8_count(const char *s)
{
	size_t n = 0;
	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

void
utf8_put(struct sink *s, uint32_t c)
{
	if (c < 0x80) {
		sink_byte(s, (uint8_t)c);
		return;
	}
	int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	sink_byte(s, (uint8_t)((0xff00u >> (more + 1)) | (c >> (6 * more))));
	while (more-- > 0)
		sink_byte(s, (uint8_t)(0x80 | (c >> (6 * more) & 0x3f)));
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
hex_read(const char *s, uint8_t *out, size_t n)
{
	if (strlen(s) != 2 * n)
		return false;
	for (size_t i = 0; i < 2 * n; i++)
		if (hex_digit(s[i]) < 0)
			return false;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(hex_digit(s[2 * i]) << 4 | hex_digit(s[2 * i + 1]));
	return true;
}

const char *
hex_print(char *out, const void *p, size_t n)
{
	struct sink s = { .at = (uint8_t *)out, .cap = 2 * n + 1 };
	sink_hex(&s, p, n);
	return sink_string(&s);
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* The 65th sign, where there is one, pads. */
static void
base64(struct sink *s, const uint8_t *p, size_t n, const char signs[66])
{
	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
			     (i + 2 < n ? p[i + 2] : 0);
		for (size_t k = 0; k < 4 && (k <= n - i || signs[64] != '\0'); k++)
			sink_byte(s, (uint8_t)signs[k <= n - i ? v >> (18 - 6 * k) & 63 : 64]);
	}
}

void
base64_put(struct sink *s, const void *p, size_t n)
{
	base64(s, p, n, LETTERS "+/=");
}

void
base64url_put(struct sink *s, const void *p, size_t n)
{
	base64(s, p, n, LETTERS "-_\0");
}

static bool
convert(const char *to, const char *from, const void *p, size_t n, struct sink *out)
{
	iconv_t cd = iconv_open(to, from);
	if (cd == (iconv_t)-1)
		return false;
	char *in = (char *)(uintptr_t)p;
	bool ok = true;
	while (ok && n > 0) {
		char buf[512], *at = buf;
		size_t room = sizeof(buf);
		size_t rc = iconv(cd, &in, &n, &at, &room);
		ok = rc != (size_t)-1 || errno == E2BIG;
		sink_bytes(out, buf, (size_t)(at - buf));
	}
	(void)iconv_close(cd);
	return ok && !out->full;
}

bool
cp932_read(const void *p, size_t n, struct sink *utf8)
{
	return memchr(p, 0, n) == NULL && convert("UTF-8", "CP932", p, n, utf8);
}

bool
cp932_print(const char *utf8, struct sink *out)
{
	return convert("CP932", "UTF-8", utf8, strlen(utf8), out);
}
