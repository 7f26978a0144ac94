#include "pki/search.h"

#include <endian.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "pki/rsa_in.h"
#include "pki/sieve.h"

const struct refusal SEARCH_SOURCE = { "key-search-source", FAULT_CRYPTO, "FIPS 186-5" };
const struct refusal SEARCH_NONE = { "key-search-none", FAULT_CRYPTO, "FIPS 186-5" };
const struct refusal SEARCH_PRIMES = { "key-search-primes", FAULT_CRYPTO, "FIPS 186-5" };

/* clang-format off */
/* Bits and rounds: FIPS 186-5, Tables A.1 and B.1 (error below 2^-112, 2^-128, 2^-144). The sieve's
 * bound is ours: where striking out one more prime costs what it saves; so are the exponentiations at
 * once: two where libcrypto's two cost less than twice one. */
static const struct search_size {
	int bits, auxiliary_bits, auxiliary_rounds, rounds, lanes;
	uint32_t sieve;
} SIZES[] = {
	{ 2048, 141, 38, 5, 2, 1 << 16 },
	{ 3072, 171, 41, 4, 1, 1 << 18 },
	{ 4096, 201, 44, 4, 1, 1 << 19 },
};
/* clang-format on */
enum { AUXILIARY_SIEVE = 1 << 12 };
enum { TRIES = 128 }; /* of what a good source gives two times in five: never all needed */

/* What is tested: w - 1 = odd * 2^twos. */
struct number {
	BIGNUM *w, *less, *odd;
	int twos;
	BN_MONT_CTX *mont;
	bool passed; /* its last rounds */
};

enum { LANES = 2 }; /* exponentiations at once */

struct search {
	const struct search_size *size;
	struct search_source source;
	struct sieve *sieve;
	struct number number[LANES];
	BN_CTX *ctx; /* secure; every number here is its own, and wiped with it */
	BIGNUM *base[LANES], *power[LANES], *p, *q, *xp, *xq, *r1, *r2, *at, *step, *spare;
	struct search_counts counts;
	struct scratch {
		uint8_t struck[SIEVE_STEPS], bytes[RSA_BITS_MOST / 16];
		struct sieve_number at, step;
	} * scratch; /* secure */
};

/* at, at + step, at + 2 step ... below 2^bits, a window of it at a time. */
struct walk {
	int bits, opened, next; /* windows opened; the place in the newest */
	uint32_t sieve;
	bool factor; /* of the key: p - 1 shall have nothing in common with the exponent */
	bool over; /* the next number leaves the range */
};

static bool
private_draw(void *context, uint8_t *p, size_t n)
{
	(void)context;
	return RAND_priv_bytes(p, (int)n) == 1;
}
const struct search_source SEARCH_PRIVATE = { private_draw, NULL };

static bool
source_refuse(struct fault *fault)
{
	(void)ossl_answer(false);
	return fault_refuse(fault, &SEARCH_SOURCE, NULL,
	    "乱数が得られないため、鍵を作りません。担当者に知らせてください。");
}

static bool
failed(struct fault *fault)
{
	return ossl_fault(fault, "素数の探索を続けられません。もう一度実行してください。");
}

void
search_free(struct search *s)
{
	if (s == NULL)
		return;
	for (int i = 0; i < LANES; i++)
		BN_MONT_CTX_free(s->number[i].mont);
	OPENSSL_secure_clear_free(s->scratch, sizeof(*s->scratch));
	BN_CTX_free(s->ctx);
	sieve_free(s->sieve);
	free(s);
}

static bool
numbers_new(struct search *s)
{
	struct number *a = &s->number[0], *b = &s->number[1];
	BIGNUM **const all[] = { &a->w, &a->less, &a->odd, &b->w, &b->less, &b->odd, &s->base[0],
		&s->base[1], &s->power[0], &s->power[1], &s->p, &s->q, &s->xp, &s->xq, &s->r1,
		&s->r2, &s->at, &s->step, &s->spare };
	s->ctx = BN_CTX_secure_new();
	s->scratch = OPENSSL_secure_zalloc(sizeof(*s->scratch));
	a->mont = BN_MONT_CTX_new();
	b->mont = BN_MONT_CTX_new();
	if (s->ctx == NULL || s->scratch == NULL || a->mont == NULL || b->mont == NULL)
		return false;
	BN_CTX_start(s->ctx);
	for (size_t i = 0; i < COUNT(all); i++)
		*all[i] = BN_CTX_get(s->ctx);
	return s->spare != NULL; /* once one is missing, so is the last */
}

static const struct search_size *
size_of(int bits)
{
	for (size_t i = 0; i < COUNT(SIZES); i++)
		if (SIZES[i].bits == bits)
			return &SIZES[i];
	return NULL;
}

bool
rsa_searches(int bits)
{
	return size_of(bits) != NULL;
}

bool
search_new(int bits, struct search_source source, struct search **out, struct fault *fault)
{
	ossl_ready();
	const struct search_size *size = size_of(bits);
	if (size == NULL)
		return fault_refuse(fault, &RSA_SIZE, NULL,
		    "%d ビットの鍵は探せません。2048、3072、4096 のどれかにしてください。", bits);
	OWN_SEARCH s = calloc(1, sizeof(*s));
	if (s == NULL || !numbers_new(s))
		return failed(fault);
	s->size = size;
	s->source = source;
	if (!sieve_new(size->sieve, &s->sieve, fault))
		return false;
	*out = TAKE(s);
	return true;
}

/* Below 2^bits. */
static bool
draw(struct search *s, int bits, BIGNUM *x, struct fault *fault)
{
	size_t n = (size_t)(bits + 7) / 8;
	if (!s->source.draw(s->source.context, s->scratch->bytes, n))
		return source_refuse(fault);
	s->scratch->bytes[0] &= (uint8_t)(0xff >> (8 * n - (size_t)bits));
	return BN_bin2bn(s->scratch->bytes, (int)n, x) != NULL || failed(fault);
}

/* 1 < base < w - 1 */
static bool
base_draw(struct search *s, BIGNUM *base, const struct number *n, struct fault *fault)
{
	for (int i = 0; i < TRIES; i++) {
		if (!draw(s, BN_num_bits(n->w), base, fault))
			return false;
		if (!BN_is_zero(base) && !BN_is_one(base) && BN_cmp(base, n->less) < 0)
			return true;
	}
	return source_refuse(fault);
}

static bool
number_ready(struct number *n, BN_CTX *ctx)
{
	if (BN_copy(n->less, n->w) == NULL || BN_sub_word(n->less, 1) != 1)
		return false;
	for (n->twos = 1; !BN_is_bit_set(n->less, n->twos);)
		n->twos++;
	return BN_rshift(n->odd, n->less, n->twos) == 1 && BN_MONT_CTX_set(n->mont, n->w, ctx) == 1;
}

/* The end of a round: base^odd is 1, or a square of it is -1. */
static bool
power_judge(BIGNUM *power, const struct number *n, bool *passed, BN_CTX *ctx)
{
	*passed = BN_is_one(power) || BN_cmp(power, n->less) == 0;
	for (int i = 1; i < n->twos && !*passed; i++) {
		if (BN_mod_sqr(power, power, n->w, ctx) != 1)
			return false;
		*passed = BN_cmp(power, n->less) == 0;
	}
	return true;
}

/* A round of Miller-Rabin for each lane's number [FIPS 186-5 B.3.1]; as many as lanes for one that
 * stands in all of them. */
static bool
round_each(struct search *s, struct number *const lane[LANES], struct fault *fault)
{
	struct number *a = lane[0], *b = lane[1];
	BIGNUM **power = s->power, **base = s->base;
	bool passed[LANES] = { true, true };
	for (int i = 0; i < s->size->lanes; i++)
		if (!base_draw(s, base[i], lane[i], fault))
			return false;
	int good = s->size->lanes == 1
		       ? BN_mod_exp_mont_consttime(power[0], base[0], a->odd, a->w, s->ctx, a->mont)
		       : BN_mod_exp_mont_consttime_x2(power[0], base[0], a->odd, a->w, a->mont,
			     power[1], base[1], b->odd, b->w, b->mont, s->ctx);
	for (int i = 0; i < s->size->lanes && good == 1; i++)
		good = power_judge(power[i], lane[i], &passed[i], s->ctx);
	a->passed = passed[0] && (a != b || passed[1]);
	b->passed = passed[1] && (a != b || passed[0]);
	return good == 1 || failed(fault);
}

static bool
words_of(const BIGNUM *x, size_t words, struct sieve_number *out)
{
	if (BN_bn2lebinpad(x, (uint8_t *)out->word, (int)words * 8) == -1)
		return false;
	for (size_t i = 0; i < words; i++)
		out->word[i] = le64toh(out->word[i]);
	return true;
}

/* Strikes out what is 1 modulo the exponent [FIPS 186-5 B.9, step 7]. */
static void
exponent_strike(const struct search *s)
{
	BN_ULONG y = BN_mod_word(s->at, RSA_F4), step = BN_mod_word(s->step, RSA_F4);
	for (int i = 0; i < SIEVE_STEPS; i++) {
		s->scratch->struck[i] |= y == 1;
		y += step;
		y -= RSA_F4 & -(BN_ULONG)(y >= RSA_F4);
	}
}

static bool
window_open(struct search *s, struct walk *w)
{
	size_t words = (size_t)(w->bits + 63) / 64;
	struct scratch *t = s->scratch;
	if (w->opened++ > 0 &&
	    (BN_copy(s->spare, s->step) == NULL || BN_mul_word(s->spare, SIEVE_STEPS) != 1 ||
		BN_add(s->at, s->at, s->spare) != 1))
		return false;
	w->over = BN_num_bits(s->at) > w->bits;
	if (w->over)
		return true;
	if (!words_of(s->at, words, &t->at) || !words_of(s->step, words, &t->step))
		return false;
	sieve_strike(s->sieve, w->sieve, &t->at, &t->step, words, t->struck);
	if (w->factor)
		exponent_strike(s);
	w->next = 0;
	return true;
}

/* The next number left standing; found says whether there was one. At most 20 times the bits of a
 * factor are looked at [FIPS 186-5 B.9, step 9]. false: OpenSSL failed. */
static bool
walk_next(struct search *s, struct walk *w, BIGNUM *out, bool *found)
{
	int windows = s->size->bits / 2 * 20 / SIEVE_STEPS;
	*found = false;
	while (!w->over && !*found) {
		while (w->next < SIEVE_STEPS && s->scratch->struck[w->next])
			w->next++;
		if (w->next == SIEVE_STEPS) {
			if (w->opened == windows)
				return true;
			if (!window_open(s, w))
				return false;
			continue;
		}
		if (BN_copy(out, s->step) == NULL || BN_mul_word(out, (BN_ULONG)w->next++) != 1 ||
		    BN_add(out, out, s->at) != 1)
			return false;
		w->over = BN_num_bits(out) > w->bits;
		*found = !w->over;
	}
	return true;
}

/* The first of the walk that passes so many rounds or more; 0 where it went over. */
static bool
walk_prime(struct search *s, struct walk *w, int rounds, BIGNUM *prime, struct fault *fault)
{
	struct number *n = s->number;
	const int lanes = s->size->lanes;
	long *count = w->factor ? &s->counts.factor : &s->counts.auxiliary;
	for (w->next = SIEVE_STEPS;;) {
		bool one, two = false;
		if (!walk_next(s, w, n[0].w, &one) ||
		    (lanes > 1 && !walk_next(s, w, n[1].w, &two)) ||
		    (one && !number_ready(&n[0], s->ctx)) || (two && !number_ready(&n[1], s->ctx)))
			return failed(fault);
		if (!one)
			break;
		struct number *last = &n[two];
		if (!round_each(s, (struct number *[]){ n, last }, fault))
			return false;
		*count += lanes;
		for (struct number *c = n; c <= last; c++) {
			for (int done = 1; c->passed && done < rounds; done += lanes) {
				if (!round_each(s, (struct number *[]){ c, c }, fault))
					return false;
				*count += lanes;
			}
			if (c->passed)
				return BN_copy(prime, c->w) != NULL || failed(fault);
		}
	}
	BN_zero(prime);
	return w->over ||
	       fault_refuse(fault, &SEARCH_NONE, NULL,
		   "素数が見つかりません。もう一度実行し、続くときは担当者に知らせてください。");
}

/* The first prime from a random odd number of the table's length [FIPS 186-5 A.1.6, step 4]. */
static bool
auxiliary(struct search *s, BIGNUM *prime, struct fault *fault)
{
	int bits = s->size->auxiliary_bits;
	struct walk w = { .bits = bits + 1, .sieve = AUXILIARY_SIEVE };
	if (!draw(s, bits, s->at, fault))
		return false;
	if (BN_set_bit(s->at, bits - 1) != 1 || BN_set_bit(s->at, 0) != 1 ||
	    BN_set_word(s->step, 2) != 1)
		return failed(fault);
	return walk_prime(s, &w, s->size->auxiliary_rounds, prime, fault);
}

/* sqrt(2) 2^(n - 1) <= x < 2^n is: x^2 has 2 n bits. */
static bool
range_good(struct search *s, const BIGNUM *x)
{
	return BN_sqr(s->spare, x, s->ctx) == 1 && BN_num_bits(s->spare) == s->size->bits;
}

/* |a - b| > 2^(n - 100), n the bits of a factor */
static bool
apart(struct search *s, const BIGNUM *a, const BIGNUM *b)
{
	int least = s->size->bits / 2 - 100;
	if (BN_sub(s->spare, a, b) != 1 || BN_is_zero(s->spare))
		return false;
	BN_set_negative(s->spare, 0);
	return BN_sub_word(s->spare, 1) == 1 && BN_num_bits(s->spare) > least;
}

/* [FIPS 186-5 B.9, step 3] */
static bool
start_draw(struct search *s, BIGNUM *x, struct fault *fault)
{
	int n = s->size->bits / 2;
	for (int i = 0; i < TRIES; i++) {
		if (!draw(s, n, x, fault))
			return false;
		if (BN_set_bit(x, n - 1) == 1 && range_good(s, x))
			return true;
	}
	return source_refuse(fault);
}

/* at is the first number from X on that is 1 modulo 2 r1 and -1 modulo r2, as is
 * 2 (1/r2 mod 2 r1) r2 - 1; so is every 2 r1 r2 after [FIPS 186-5 B.9, steps 2 and 4]. */
bool
search_factor(struct search *s, const BIGNUM *x, const BIGNUM *r1, const BIGNUM *r2, BIGNUM *prime,
    struct fault *fault)
{
	struct walk w = { .bits = s->size->bits / 2, .sieve = s->size->sieve, .factor = true };
	BIGNUM *at = s->at, *step = s->step, *twice = s->spare;
	BN_set_flags(twice, BN_FLG_CONSTTIME);
	if (BN_lshift1(twice, r1) != 1 || BN_mul(step, twice, r2, s->ctx) != 1 ||
	    BN_mod_inverse(at, r2, twice, s->ctx) == NULL || BN_mul(at, at, r2, s->ctx) != 1 ||
	    BN_lshift1(at, at) != 1 || BN_sub_word(at, 1) != 1 ||
	    BN_mod_sub(at, at, x, step, s->ctx) != 1 || BN_add(at, at, x) != 1)
		return failed(fault);
	return walk_prime(s, &w, s->size->rounds, prime, fault);
}

/* p or q, and the X it was searched from. */
static bool
factor_make(struct search *s, BIGNUM *x, BIGNUM *prime, struct fault *fault)
{
	if (!auxiliary(s, s->r1, fault) || !auxiliary(s, s->r2, fault))
		return false;
	BN_zero(prime);
	for (int i = 0; i < TRIES && BN_is_zero(prime); i++)
		if (!start_draw(s, x, fault) || !search_factor(s, x, s->r1, s->r2, prime, fault))
			return false;
	return !BN_is_zero(prime) || source_refuse(fault);
}

/* The larger prime stands first, as others write it. d is the inverse of e modulo the least common
 * multiple of p - 1 and q - 1; there is none where e has something in common with them. */
static bool
numbers_make(const BIGNUM *p, const BIGNUM *q, BIGNUM *const v[RSA_NUMBERS], struct search *s)
{
	BIGNUM *a = s->number[0].w, *b = s->number[1].w, *lcm = s->spare;
	if (BN_copy(v[RSA_P], p) == NULL || BN_copy(v[RSA_Q], q) == NULL)
		return false;
	if (BN_cmp(p, q) < 0)
		BN_swap(v[RSA_P], v[RSA_Q]);
	BN_set_flags(lcm, BN_FLG_CONSTTIME);
	BN_set_flags(v[RSA_P], BN_FLG_CONSTTIME);
	return BN_set_word(v[RSA_E], RSA_F4) == 1 && BN_mul(v[RSA_N], p, q, s->ctx) == 1 &&
	       BN_sub(a, v[RSA_P], BN_value_one()) == 1 &&
	       BN_sub(b, v[RSA_Q], BN_value_one()) == 1 && BN_gcd(v[RSA_D], a, b, s->ctx) == 1 &&
	       BN_mul(lcm, a, b, s->ctx) == 1 && BN_div(lcm, NULL, lcm, v[RSA_D], s->ctx) == 1 &&
	       BN_mod_inverse(v[RSA_D], v[RSA_E], lcm, s->ctx) != NULL &&
	       BN_mod(v[RSA_DP], v[RSA_D], a, s->ctx) == 1 &&
	       BN_mod(v[RSA_DQ], v[RSA_D], b, s->ctx) == 1 &&
	       BN_mod_inverse(v[RSA_QINV], v[RSA_Q], v[RSA_P], s->ctx) != NULL;
}

bool
search_accept(
    struct search *s, const BIGNUM *p, const BIGNUM *q, struct rsa **out, struct fault *fault)
{
	BIGNUM *v[RSA_NUMBERS];
	OWN_RSA key = NULL;
	BN_CTX_start(s->ctx);
	for (int i = 0; i < RSA_NUMBERS; i++)
		v[i] = BN_CTX_get(s->ctx);
	bool good = v[RSA_NUMBERS - 1] != NULL && range_good(s, p) && range_good(s, q) &&
		    apart(s, p, q) && numbers_make(p, q, v, s) &&
		    BN_num_bits(v[RSA_D]) > s->size->bits / 2;
	if (!ossl_answer(good))
		(void)fault_refuse(fault, &SEARCH_PRIMES, NULL,
		    "見つけた素数の組が条件に合いません。もう一度実行してください。");
	good = good && rsa_from_numbers(v, &key, fault) && rsa_pairwise(key, fault);
	BN_CTX_end(s->ctx);
	if (good)
		*out = TAKE(key);
	return good;
}

bool
search_key(struct search *s, struct rsa **out, struct fault *fault)
{
	if (!factor_make(s, s->xp, s->p, fault))
		return false;
	for (int i = 0; i < TRIES; i++) {
		if (!factor_make(s, s->xq, s->q, fault))
			return false;
		if (apart(s, s->xp, s->xq) && apart(s, s->p, s->q))
			return search_accept(s, s->p, s->q, out, fault);
	}
	return source_refuse(fault);
}

struct search_counts
search_counts(const struct search *s)
{
	return s->counts;
}
