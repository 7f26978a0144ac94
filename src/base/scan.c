#include "base/scan.h"

#include <string.h>

enum { BLOCK = 16, PAIR = 2 * BLOCK, LANES = BLOCK / 8 };
typedef uint8_t block __attribute__((vector_size(BLOCK)));
typedef uint64_t lanes __attribute__((vector_size(BLOCK)));

/* How common a byte is in names: the first bytes of characters and kana's second are everywhere. */
static int
commonness(uint8_t c)
{
	return c >= 0xe3 && c <= 0xe9 ? 3 : c >= 0x81 && c <= 0x83 ? 2 : c < 0x80 ? 1 : 0;
}

/* The two places of a text that say most; the same twice where it is one byte. */
static void
choose(const uint8_t *what, size_t m, size_t *one, size_t *two)
{
	size_t best = 0, next = m > 1 ? 1 : 0;
	for (size_t i = 1; i < m; i++)
		if (commonness(what[i]) < commonness(what[best])) {
			next = best;
			best = i;
		} else if (i != next && commonness(what[i]) < commonness(what[next]))
			next = i;
	*one = best;
	*two = next;
}

/* Where both bytes agree: a byte of ones each. */
static block
agree(const uint8_t *one, const uint8_t *two, block first, block second)
{
	block a, b;
	memcpy(&a, one, BLOCK);
	memcpy(&b, two, BLOCK);
	return (block)(a == first) & (block)(b == second);
}

static bool
any(block marks)
{
	lanes l = (lanes)marks;
	return (l[0] | l[1]) != 0;
}

static const uint8_t *
find_slowly(const uint8_t *in, size_t places, const uint8_t *what, size_t m)
{
	for (size_t i = 0; i < places; i++)
		if (in[i] == what[0] && memcmp(in + i, what, m) == 0)
			return in + i;
	return NULL;
}

/* At the places of a block where both bytes agree. */
static const uint8_t *
find_marked(const uint8_t *in, lanes marks, const uint8_t *what, size_t m)
{
	for (int lane = 0; lane < LANES; lane++)
		for (uint64_t left = marks[lane]; left != 0;) {
			int byte = __builtin_ctzll(left) / 8;
			if (memcmp(in + 8 * lane + byte, what, m) == 0)
				return in + 8 * lane + byte;
			left &= ~(UINT64_C(0xff) << (8 * byte));
		}
	return NULL;
}

const uint8_t *
scan_find(const uint8_t *in, size_t n, const void *text, size_t m)
{
	const uint8_t *what = text;
	size_t i = 0, places = n < m ? 0 : n - m + 1, one, two;
	choose(what, m, &one, &two);
	const block first = (block){ 0 } + what[one], second = (block){ 0 } + what[two];
	for (; i + PAIR <= places; i += PAIR) {
		block a = agree(in + i + one, in + i + two, first, second);
		block b = agree(in + i + BLOCK + one, in + i + BLOCK + two, first, second);
		if (!any(a | b))
			continue;
		const uint8_t *at = find_marked(in + i, (lanes)a, what, m);
		if (at == NULL)
			at = find_marked(in + i + BLOCK, (lanes)b, what, m);
		if (at != NULL)
			return at;
	}
	return find_slowly(in + i, places - i, what, m);
}
