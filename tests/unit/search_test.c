/* pki/search and pki/sieve: the prime testing each would find, what no key is made of, and a
 * thousand keys before OpenSSL's full check (LONG=1: ten thousand). SEED=N casts other dice. [ORD 2] */
#include "pki.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "pki/rsa_in.h"
#include "pki/search.h"
#include "pki/sieve.h"
#include "pki/start.h"

/* Octets of SHA-256(seed, count). */
struct stream {
	uint64_t seed, count;
	long fails_at; /* the draw that fails; -1: none */
	int stuck; /* what every octet is; -1: nothing */
};

static bool
stream_draw(void *context, uint8_t *p, size_t n)
{
	struct stream *s = context;
	uint8_t digest[32];
	if (s->fails_at-- == 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i % sizeof(digest) == 0) {
			const uint64_t in[2] = { s->seed, s->count++ };
			digest_of(in, sizeof(in), digest);
		}
		p[i] = s->stuck == -1 ? digest[i % sizeof(digest)] : (uint8_t)s->stuck;
	}
	return true;
}

static uint64_t
seed(void)
{
	const char *given = getenv("SEED");
	return given == NULL ? 20270115 : strtoull(given, NULL, 10);
}

static struct stream
stream_of(uint64_t number)
{
	return (struct stream){ .seed = seed() + number, .fails_at = -1, .stuck = -1 };
}

static struct search *
search_of(int bits, struct stream *s)
{
	struct fault f = { 0 };
	struct search *search;
	if (!search_new(bits, (struct search_source){ stream_draw, s }, &search, &f))
		fail_msg("%s %s", f.say, f.detail);
	return search;
}

/* A number of so many bits, the highest two and the lowest set. */
static BIGNUM *
number(struct stream *s, int bits)
{
	uint8_t bytes[256];
	size_t n = (size_t)(bits + 7) / 8;
	assert_true(stream_draw(s, bytes, n));
	BIGNUM *x = BN_bin2bn(bytes, (int)n, NULL);
	(void)BN_mask_bits(x, bits);
	assert_int_equal(BN_set_bit(x, bits - 1) + BN_set_bit(x, bits - 2) + BN_set_bit(x, 0), 3);
	return x;
}

static BIGNUM *
prime_of(struct stream *s, int bits)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *x = number(s, bits);
	while (BN_check_prime(x, ctx, NULL) != 1)
		assert_int_equal(BN_add_word(x, 2), 1);
	BN_CTX_free(ctx);
	return x;
}

static void
numbers_free(BIGNUM *a, BIGNUM *b, BIGNUM *c, BIGNUM *d)
{
	BN_free(a);
	BN_free(b);
	BN_free(c);
	BN_free(d);
}

/* Small enough for plain division, primes and all. */
static void
the_sieve_strikes_out_what_division_does(void **state)
{
	struct stream dice = stream_of(1);
	struct fault f = { 0 };
	struct sieve *sieve;
	static const uint32_t BOUNDS[] = { 1 << 12, 1 << 16 };
	(void)state;
	assert_true(sieve_new(1 << 16, &sieve, &f));
	for (size_t b = 0; b < COUNT(BOUNDS); b++) {
		static uint8_t struck[SIEVE_STEPS];
		struct sieve_number at = { 0 }, step = { 0 };
		static uint32_t prime[6600];
		size_t primes = 0;
		BIGNUM *odd = prime_of(&dice, 90);
		assert_true(stream_draw(&dice, (uint8_t *)at.word, 12));
		assert_int_equal(BN_bn2nativepad(odd, (uint8_t *)step.word, 16), 16);
		BN_free(odd);
		__extension__ typedef unsigned __int128 wide;
		wide y = (wide)at.word[1] << 64 | at.word[0];
		wide s = (wide)step.word[1] << 64 | step.word[0];
		for (uint32_t l = 3; l < BOUNDS[b]; l += 2) {
			bool composite = false;
			for (size_t i = 0; i < primes && prime[i] * prime[i] <= l && !composite;
			     i++)
				composite = l % prime[i] == 0;
			if (!composite)
				prime[primes++] = l;
		}
		sieve_strike(sieve, BOUNDS[b], &at, &step, 2, struck);
		for (int k = 0; k < SIEVE_STEPS; k++, y += s) {
			size_t i = 0;
			while (i < primes && y % prime[i] != 0)
				i++;
			assert_true(struck[k] == (i < primes) || (!struck[k] && i + 8 > primes));
		}
	}
	sieve_free(sieve);
}

/* The least number from X on that is 1 modulo 2 r1, -1 modulo r2, prime, and has no e in Y - 1: all
 * below it are walked back over, one by one, by OpenSSL's own test. */
static int
least_of_its_kind(const BIGNUM *y, const BIGNUM *x, const BIGNUM *r1, const BIGNUM *r2)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *at = BN_dup(y), *step = BN_new(), *t = BN_new();
	int walked = 0;
	assert_int_equal(BN_lshift1(step, r1) + BN_mod(t, y, step, ctx), 2);
	assert_true(BN_is_one(t));
	assert_int_equal(BN_mod(t, y, r2, ctx) + BN_add_word(t, 1), 2);
	assert_int_equal(BN_cmp(t, r2), 0);
	assert_int_equal(BN_mul(step, step, r2, ctx), 1);
	assert_int_equal(BN_check_prime(y, ctx, NULL), 1);
	assert_int_not_equal(BN_mod_word(y, RSA_F4), 1);
	for (;; walked++) {
		assert_int_equal(BN_sub(at, at, step), 1);
		if (BN_cmp(at, x) < 0)
			break;
		assert_true(BN_mod_word(at, RSA_F4) == 1 || BN_check_prime(at, ctx, NULL) == 0);
	}
	numbers_free(at, step, t, NULL);
	BN_CTX_free(ctx);
	return walked;
}

static const struct size {
	int bits, auxiliary_bits, starts;
	uint64_t dice; /* the last: its first prime stands behind a whole window */
} SIZES[] = { { 2048, 141, 24, 10 }, { 3072, 171, 6, 11 }, { 4096, 201, 2, 47 } };

static void
the_prime_is_the_one_that_testing_each_finds(void **state)
{
	int longest = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(SIZES); i++) {
		struct stream dice = stream_of(SIZES[i].dice);
		struct search *s = search_of(SIZES[i].bits, &dice);
		int starts = SIZES[i].starts * (getenv("LONG") != NULL ? 10 : 1);
		for (int k = 0; k < starts; k++) {
			struct fault f = { 0 };
			BIGNUM *x = number(&dice, SIZES[i].bits / 2), *prime = BN_new();
			BIGNUM *r1 = prime_of(&dice, SIZES[i].auxiliary_bits);
			BIGNUM *r2 = prime_of(&dice, SIZES[i].auxiliary_bits);
			assert_true(search_factor(s, x, r1, r2, prime, &f));
			int walked = least_of_its_kind(prime, x, r1, r2);
			longest = walked > longest ? walked : longest;
			numbers_free(x, prime, r1, r2);
		}
		search_free(s);
	}
	assert_true(
	    longest > SIEVE_STEPS || getenv("SEED") != NULL); /* a second window was opened */
}

static void
a_walk_ends_where_the_range_or_its_length_does(void **state)
{
	struct stream dice = stream_of(20);
	struct search *s = search_of(2048, &dice);
	struct fault f = { 0 };
	BIGNUM *top = BN_new(), *prime = BN_new();
	BIGNUM *r1 = prime_of(&dice, 141), *r2 = prime_of(&dice, 141);
	(void)state;
	assert_int_equal(BN_set_bit(top, 1024) + BN_sub_word(top, 1), 2);
	assert_true(search_factor(s, top, r1, r2, prime, &f)); /* the standard draws another X */
	assert_true(BN_is_zero(prime));
	assert_int_equal(search_counts(s).factor, 0);
	assert_int_equal(BN_rshift1(top, top), 1);
	assert_int_equal(BN_set_word(r1, RSA_F4), 1); /* Y - 1 is always a multiple of e */
	assert_false(search_factor(s, top, r1, r2, prime, &f));
	assert_ptr_equal(f.row, &SEARCH_NONE);
	f = (struct fault){ 0 };
	assert_false(search_factor(s, top, r2, r2, prime, &f));
	assert_int_equal(f.code, FAULT_CRYPTO);
	assert_true(BN_is_zero(prime));
	search_free(s);
	numbers_free(top, prime, r1, r2);
}

static void
a_source_that_fails_or_sticks_gives_no_key(void **state)
{
	static const int STUCK[] = { 0, 0x5a, 0x80, 0xff };
	(void)state;
	bool made = false;
	for (long at = 0; !made; at += at < 8 ? 1 : 17) {
		struct stream dice = stream_of(30);
		struct search *s = search_of(2048, &dice);
		struct fault f = { 0 };
		struct rsa *key = NULL;
		dice.fails_at = at;
		made = search_key(s, &key, &f);
		assert_true(made ? at > 4 * 38 : f.row == &SEARCH_SOURCE);
		assert_true((key != NULL) == made);
		rsa_free(key);
		search_free(s);
	}
	for (size_t i = 0; i < COUNT(STUCK); i++) {
		struct stream dice = stream_of(30);
		struct search *s = search_of(2048, &dice);
		struct fault f = { 0 };
		struct rsa *key = NULL;
		dice.stuck = STUCK[i];
		assert_false(search_key(s, &key, &f));
		assert_int_equal(f.code, FAULT_CRYPTO);
		assert_null(key);
		search_free(s);
	}
}

static void
only_three_sizes_are_searched_for(void **state)
{
	static const int BITS[] = { 0, 1024, 2047, 2056, 8192 };
	(void)state;
	for (size_t i = 0; i < COUNT(BITS); i++) {
		struct rsa *key = NULL;
		struct fault f = { 0 };
		assert_false(rsa_search(BITS[i], &key, &f));
		assert_ptr_equal(f.row, &RSA_SIZE);
		assert_null(key);
	}
}

/* With p = 3 g + 1 and q = 4 g + 1, both prime, the least common multiple is 12 g and d < 2^1024. */
static const char SHORT_D[] =
    "3DECF1EE2316A9E2A38569330765524C60FF5104CF3E9D38D78442FA73F716FDB9E9C495FC9FA719"
    "1CC926000E232154E24F47D3B56266D0717728DBE234BBA1EEAB0B1003ED95C0BA2B846ACB306658"
    "58609AF5D4B2D1302DE740A469A50EFBF928211BAA7D9B4BB70B78CFE843A68C3C5F06CA039C3EEB"
    "33707A773DEE3AAE";

enum planted { GOOD, COMPOSITE, CLOSE, EQUAL, SMALL, LONGER, SHARES_E, D_SHORT };
static const struct {
	const struct refusal *row;
	enum planted what;
} PLANTED[] = { { NULL, GOOD }, { &RSA_PAIR, COMPOSITE }, { &SEARCH_PRIMES, CLOSE },
	{ &SEARCH_PRIMES, EQUAL }, { &SEARCH_PRIMES, SMALL }, { &SEARCH_PRIMES, LONGER },
	{ &SEARCH_PRIMES, SHARES_E }, { &SEARCH_PRIMES, D_SHORT } };

static void
plant(enum planted what, struct stream *dice, BIGNUM *p, BIGNUM **q)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *a = prime_of(dice, 512), *b = prime_of(dice, 512);
	switch (what) {
	case GOOD:
		break;
	case COMPOSITE: /* of the right size, both factors being over 3/4 */
		assert_int_equal(BN_mul(p, a, b, ctx), 1);
		break;
	case CLOSE: /* the next prime but 2^924 */
		assert_int_equal(BN_set_word(a, 1) + BN_lshift(a, a, 923) + BN_add(*q, p, a), 3);
		while (BN_check_prime(*q, ctx, NULL) != 1)
			assert_int_equal(BN_add_word(*q, 2), 1);
		break;
	case EQUAL:
		assert_non_null(BN_copy(*q, p));
		break;
	case SMALL: /* 1024 bits, but below the square root of 2^2047 */
		assert_int_equal(BN_clear_bit(p, 1022) + BN_clear_bit(p, 1021), 2);
		while (BN_check_prime(p, ctx, NULL) != 1)
			assert_int_equal(BN_add_word(p, 2), 1);
		break;
	case LONGER:
		BN_free(*q);
		*q = prime_of(dice, 1032);
		break;
	case SHARES_E:
		assert_int_equal(BN_sub_word(p, BN_mod_word(p, RSA_F4) - 1), 1);
		while (!BN_is_odd(p) || BN_check_prime(p, ctx, NULL) != 1)
			assert_int_equal(BN_add_word(p, RSA_F4), 1);
		break;
	case D_SHORT:
		assert_true(BN_hex2bn(&p, SHORT_D) > 0);
		assert_non_null(BN_copy(*q, p));
		assert_int_equal(BN_mul_word(p, 3) + BN_add_word(p, 1), 2);
		assert_int_equal(BN_mul_word(*q, 4) + BN_add_word(*q, 1), 2);
		assert_true(
		    BN_check_prime(p, ctx, NULL) == 1 && BN_check_prime(*q, ctx, NULL) == 1);
		break;
	}
	numbers_free(a, b, NULL, NULL);
	BN_CTX_free(ctx);
}

static void
what_no_key_is_made_of_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(PLANTED); i++) {
		struct stream dice = stream_of(40);
		struct search *s = search_of(2048, &dice);
		struct fault f = { 0 };
		struct rsa *key = NULL;
		BIGNUM *p = prime_of(&dice, 1024), *q = prime_of(&dice, 1024);
		plant(PLANTED[i].what, &dice, p, &q);
		if (search_accept(s, p, q, &key, &f) != (PLANTED[i].row == NULL) ||
		    f.row != PLANTED[i].row)
			fail_msg("row %zu: %s %s", i, f.name, f.say);
		assert_true((key != NULL) == (PLANTED[i].row == NULL));
		rsa_free(key);
		search_free(s);
		numbers_free(p, q, NULL, NULL);
	}
}

/* What others make of it: read again from its bytes, every number checked, both factors tested. */
static void
openssl_checks(const struct rsa *key, int bits)
{
	uint8_t der[RSA_PKCS8_MOST];
	struct sink s = SINK_INTO(der);
	assert_true(rsa_pkcs8(key, &s));
	const uint8_t *at = der;
	EVP_PKEY *other = d2i_AutoPrivateKey(NULL, &at, (long)s.len);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, other, NULL);
	assert_non_null(ctx);
	assert_int_equal(EVP_PKEY_get_bits(other), bits);
	assert_int_equal(EVP_PKEY_check(ctx), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(other);
}

/* [goals S2] */
static void
a_key_takes_at_most_95_exponentiations(void **state)
{
	enum { KEYS = 100 };
	uint8_t spki[2][RSA_SPKI_MOST];
	struct stream dice = stream_of(50), again = stream_of(50);
	struct search *s = search_of(2048, &dice), *t = search_of(2048, &again);
	(void)state;
	for (int i = 0; i < KEYS; i++) {
		struct fault f = { 0 };
		OWN_RSA key = NULL;
		assert_true(search_key(s, &key, &f));
		if (i > 0)
			continue;
		OWN_RSA same = NULL;
		assert_true(search_key(t, &same, &f));
		struct der a = pki_spki(key, spki[0], sizeof(spki[0]));
		struct der b = pki_spki(same, spki[1], sizeof(spki[1]));
		assert_int_equal(a.n, b.n);
		assert_memory_equal(a.p, b.p, a.n);
	}
	struct search_counts c = search_counts(s);
	print_message(
	    "# seed %llu: %.1f exponentiations per 2048-bit key, %.1f on auxiliary primes\n",
	    (unsigned long long)seed(), (double)c.factor / KEYS, (double)c.auxiliary / KEYS);
	assert_true(c.factor <= 95 * KEYS);
	assert_true(c.auxiliary >= 4 * 38 * KEYS);
	search_free(s);
	search_free(t);
}

static void
keys_pass_openssl_s_full_check(void **state)
{
#ifdef __SANITIZE_ADDRESS__
	int many = 50;
#else
	int many = getenv("LONG") != NULL ? 10000 : 1000;
#endif
	/* Of a hundred 96 are short; the long ones take the same code longer. */
	static const int BITS[] = { 3072, 4096, 3072, 3072 };
	(void)state;
	for (int i = 0; i < many; i++) {
		int bits = i % 100 < (int)COUNT(BITS) ? BITS[i % 100] : 2048;
		struct fault f = { 0 };
		OWN_RSA key = NULL;
		if (!rsa_search(bits, &key, &f))
			fail_msg("key %d: %s %s", i, f.say, f.detail);
		openssl_checks(key, bits);
	}
	print_message("# %d keys\n", many);
}

static int
begin(void **state)
{
	struct fault f = { 0 };
	(void)state;
	return pki_start(&f) ? 0 : 1;
}

/* What OpenSSL holds only by its secure memory would look lost to a sanitizer. */
static int
end(void **state)
{
	(void)state;
	OPENSSL_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sieve_strikes_out_what_division_does),
		cmocka_unit_test(the_prime_is_the_one_that_testing_each_finds),
		cmocka_unit_test(a_walk_ends_where_the_range_or_its_length_does),
		cmocka_unit_test(a_source_that_fails_or_sticks_gives_no_key),
		cmocka_unit_test(only_three_sizes_are_searched_for),
		cmocka_unit_test(what_no_key_is_made_of_is_refused),
		cmocka_unit_test(a_key_takes_at_most_95_exponentiations),
		cmocka_unit_test(keys_pass_openssl_s_full_check),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
