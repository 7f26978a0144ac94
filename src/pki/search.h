/*
 * pki/search.h - the search for an RSA key's two primes. Included by pki/ alone; rsa_search is its door.
 *
 * FIPS 186-5 A.1.6, "probable primes with conditions based on auxiliary probable primes": p - 1 and
 * p + 1 have a prime factor of more than 140 bits each (r1, r2), p is the first probable prime of
 * Y, Y + 2 r1 r2, Y + 4 r1 r2 ... behind a random X (B.9), and the same for q. Because those form a
 * progression, what small primes divide is struck out before any is tested (pki/sieve.h): the
 * prime found is the one that testing each in turn would find. Tests are Miller-Rabin rounds with
 * random bases (B.3.1), as many as Table B.1 demands of a winner; exponentiations are libcrypto's
 * in constant time, for 2048 bits two at once: that costs half where the processor has AVX-512 IFMA.
 *
 * Secret: everything but bits, rounds and how many candidates were tested, as in any such search.
 * It lies in OpenSSL's secure memory (pki/start.h) and is wiped when released; OpenSSL's own scratch
 * (the Montgomery form of a candidate) is wiped by it, but locked only where the whole program is.
 * Random octets come from the source given, whose failure, or whose giving always the same, ends
 * the search without a key. One process, no thread, no call but the generator's.
 */
#ifndef AKASHI_PKI_SEARCH_H
#define AKASHI_PKI_SEARCH_H

#include "pki/ossl.h"
#include "pki/rsa.h"

extern const struct refusal SEARCH_SOURCE; /* no random octets, or no random ones */
extern const struct refusal SEARCH_NONE; /* no prime in 20 times the bits of a factor */
extern const struct refusal SEARCH_PRIMES; /* no key is made of these two [FIPS 186-5 A.1.1] */

struct search_source {
	bool (*draw)(void *context, uint8_t *, size_t); /* false: it failed */
	void *context;
};
extern const struct search_source SEARCH_PRIVATE; /* OpenSSL's DRBG for what stays secret */

struct search_counts { /* exponentiations on candidates of p and q, and on auxiliary ones */
	long factor, auxiliary;
};

struct search;

/* For any number of keys of 2048, 3072 or 4096 bits. The source outlives it. */
bool search_new(int bits, struct search_source, struct search **, struct fault *) MUST_USE;
void search_free(struct search *);
static inline void
search_drop(struct search **p)
{
	search_free(*p);
}
#define OWN_SEARCH __attribute__((cleanup(search_drop))) struct search *

bool search_key(struct search *, struct rsa **, struct fault *) MUST_USE;
struct search_counts search_counts(const struct search *);

/* B.9 from its step 4: the first prime from X on. It is 0 where the walk left the range and the
 * standard draws another X. */
bool search_factor(struct search *, const BIGNUM *x, const BIGNUM *r1, const BIGNUM *r2,
    BIGNUM *prime, struct fault *) MUST_USE;
/* The key of two primes, after every check of A.1.1 and both pairwise tests. */
bool search_accept(
    struct search *, const BIGNUM *p, const BIGNUM *q, struct rsa **, struct fault *) MUST_USE;

#endif
