/*
 * Forgeries for the signer (G6): dice whose seed is printed, SEED=N casts them again; a hundred
 * variations of each kind, LONG=1 a thousand; a second charter that leaves older keys behind.
 */
#ifndef AKASHI_TESTS_DICE_H
#define AKASHI_TESTS_DICE_H

#include "test.h"

#include <stdlib.h>
#include <time.h>

#include "world.h"

struct dice {
	uint64_t state;
};

static uint64_t throw(struct dice * d)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return d->state;
}

/* 0 ... n - 1 */
static inline size_t
pick(struct dice *d, size_t n)
{
	return (size_t)(throw(d) % n);
}

/* lo ... hi */
static inline int64_t
between(struct dice *d, int64_t lo, int64_t hi)
{
	return lo + (int64_t)(throw(d) % (uint64_t)(hi - lo + 1));
}

static inline void
flip(struct dice *d, void *p, size_t n)
{
	((uint8_t *)p)[pick(d, n)] ^= (uint8_t)(1 << pick(d, 8));
}

static inline void
cut(struct dice *d, struct sink *s)
{
	s->len = pick(d, s->len);
}

static inline void
lengthen(struct dice *d, struct sink *s)
{
	for (size_t i = 1 + pick(d, 9); i > 0; i--)
		sink_byte(s, (uint8_t) throw(d));
}

static inline void
sink_copy(struct sink *to, const struct sink *from)
{
	to->len = 0;
	sink_bytes(to, from->at, from->len);
}
static inline size_t
variations(void)
{
	return getenv("LONG") == NULL ? 100 : 1000;
}

static inline struct dice
dice_new(void)
{
	const char *seed = getenv("SEED");
	uint64_t n = seed == NULL ? (uint64_t)time(NULL) : strtoull(seed, NULL, 10);
	print_message("SEED=%llu\n", (unsigned long long)n);
	return (struct dice){ n * 0x9e3779b97f4a7c15u | 1 };
}

static const enum world_who QUORUM[] = { WORLD_CUSTODIAN + 1, WORLD_CUSTODIAN + 2, WORLD_PEOPLE };

/* Charter 2: one approver and one station have left, a screener and the keymaker have new keys. */
static inline void
charter_2(struct world *w, uint8_t old_keymaker[P256_SECRET])
{
	struct charter *next = malloc(sizeof(*next));
	struct fault f = { 0 };
	uint8_t secret[P256_SECRET];
	world_charter_next(w, next);
	for (size_t i = 0; i < next->staffs; i++)
		if (strcmp(next->staff[i].id, "hayashi") == 0)
			next->staff[i] = next->staff[--next->staffs];
	for (size_t i = 0; i < next->staffs; i++)
		if (strcmp(next->staff[i].id, "ito") == 0)
			assert_true(p256_new(secret, next->staff[i].point, &f));
	next->stations--;
	memcpy(old_keymaker, w->keymaker, P256_SECRET);
	assert_true(p256_new(w->keymaker, next->keymaker_point, &f));
	assert_true(world_charter_send(w, next, QUORUM, &f));
	free(next);
}

#endif
