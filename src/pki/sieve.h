/*
 * pki/sieve.h - which numbers of start, start + step, start + 2 step ... a small prime divides.
 *
 * Striking out is trial division of all of them at once: a prime l meets the walk where
 * start + k step = 0 modulo l, so k = -start / step modulo l, and every l steps after.
 *
 * Start and step are secret, the small primes are not: the arithmetic has neither branch nor
 * address nor division that depends on a secret. Only which octets of struck are written, and so
 * how often the writing loop turns, does. Whoever shares a cache with the process could see that,
 * which is why subscribers' keys are searched for in a process that makes one key and nothing
 * else. struck is the caller's, in locked memory; remainders are wiped, nothing is kept.
 */
#ifndef AKASHI_PKI_SIEVE_H
#define AKASHI_PKI_SIEVE_H

#include "base/fault.h"

enum { SIEVE_STEPS = 2048, SIEVE_WORDS = 32 };

/* A number below 2^2048, its lowest 64 bits first, noughts above. */
struct sieve_number {
	uint64_t word[SIEVE_WORDS];
};

struct sieve;

/* The odd primes below the bound, at most 2^20: remainders and their products keep their room. */
bool sieve_new(uint32_t bound, struct sieve **, struct fault *) MUST_USE;
void sieve_free(struct sieve *); /* NULL is fine */

/* struck[k] = 1 where one of the odd primes below the bound (a power of two; up to seven of the last
 * are left out) divides start + k step, else 0. None of them divides step; both numbers are below
 * 2^(64 words). */
void sieve_strike(const struct sieve *, uint32_t bound, const struct sieve_number *start,
    const struct sieve_number *step, size_t words, uint8_t struck[SIEVE_STEPS]);

#endif
