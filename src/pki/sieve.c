#include "pki/sieve.h"

#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

/* A prime, -1/prime modulo 2^64, and 2^64 modulo it: "one" as Montgomery writes it. */
struct small {
	uint64_t inverse;
	uint32_t prime, one;
};

enum { ABREAST = 8 }; /* primes whose chains of products the processor overlaps */

struct sieve {
	size_t count; /* whole rows of ABREAST; the last prime stands again in what was left */
	struct small small[];
};

/* t / 2^64 modulo the prime, below t / 2^64 + prime (P. L. Montgomery, 1985). */
static inline uint64_t
reduced(wide t, const struct small *s)
{
	return (uint64_t)((t + (wide)((uint64_t)t * s->inverse) * s->prime) >> 64);
}

static struct small
small_of(uint32_t prime)
{
	uint64_t inverse = prime; /* right in its lowest three bits; each turn doubles them */
	for (int i = 0; i < 5; i++)
		inverse *= 2 - inverse * prime;
	return (struct small){ -inverse, prime, (uint32_t)(-(uint64_t)prime % prime) };
}

bool
sieve_new(uint32_t bound, struct sieve **out, struct fault *fault)
{
	OWN_BYTES(composite) = calloc(1, bound);
	struct sieve *s = malloc(sizeof(*s) + (bound / 2 + ABREAST) * sizeof(s->small[0]));
	if (composite == NULL || s == NULL) {
		free(s);
		return fault_set(fault, FAULT_BUG, "メモリーが足りません。");
	}
	uint8_t *struck = composite;
	s->count = 0;
	for (uint32_t l = 3; l < bound; l += 2) {
		if (struck[l])
			continue;
		s->small[s->count++] = small_of(l);
		for (uint64_t k = (uint64_t)l * l; k < bound; k += 2 * l)
			struck[k] = 1;
	}
	for (; s->count % ABREAST != 0; s->count++)
		s->small[s->count] = s->small[s->count - 1];
	*out = s;
	return true;
}

void
sieve_free(struct sieve *s)
{
	free(s);
}

/* What is secret here, for a row of primes. */
struct chains {
	uint64_t start[ABREAST], step[ABREAST], power[ABREAST];
};

/* number / 2^(64 words) modulo each prime: the power is the same for start and step, and leaves
 * with their quotient. */
static void
remainders(const struct small *s, const struct sieve_number *x, size_t words, uint64_t r[ABREAST])
{
	memset(r, 0, ABREAST * sizeof(r[0]));
	for (size_t i = 0; i < words; i++)
		for (int j = 0; j < ABREAST; j++)
			r[j] = reduced((wide)r[j] + x->word[i], &s[j]);
}

/* start / step: 1/step is its power prime - 2 (Fermat), which a public exponent reaches. */
static void
quotients(const struct small *s, uint32_t bound, struct chains *c)
{
	for (int j = 0; j < ABREAST; j++)
		c->power[j] = s[j].one;
	for (uint32_t bit = bound >> 1; bit > 0; bit >>= 1) {
		for (int j = 0; j < ABREAST; j++) {
			uint64_t square = reduced(c->power[j] * c->power[j], &s[j]);
			uint64_t more = reduced(square * c->step[j], &s[j]);
			c->power[j] = ((s[j].prime - 2) & bit) != 0 ? more : square;
		}
	}
	for (int j = 0; j < ABREAST; j++)
		c->start[j] = reduced(reduced(c->start[j] * c->power[j], &s[j]), &s[j]);
}

void
sieve_strike(const struct sieve *sieve, uint32_t bound, const struct sieve_number *start,
    const struct sieve_number *step, size_t words, uint8_t struck[SIEVE_STEPS])
{
	struct chains c;
	memset(struck, 0, SIEVE_STEPS);
	for (const struct small *row = sieve->small, *end = row + sieve->count;
	     row < end && row[ABREAST - 1].prime < bound; row += ABREAST) {
		remainders(row, start, words, c.start);
		remainders(row, step, words, c.step);
		quotients(row, bound, &c);
		for (int j = 0; j < ABREAST; j++) {
			uint64_t l = row[j].prime, k = 2 * l - c.start[j];
			k -= l & -(uint64_t)(k >= l);
			k -= l & -(uint64_t)(k >= l);
			for (; k < SIEVE_STEPS; k += l)
				struck[k] = 1;
		}
	}
	explicit_bzero(&c, sizeof(c));
}
