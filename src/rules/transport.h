/*
 * rules/transport.h - the best ways to give things of few classes to takers of few classes.
 *
 * Interchangeable things are one class with a count; the greatest total weight is found by
 * augmenting paths over classes, so thousands of equal things cost no more than two.
 */
#ifndef AKASHI_RULES_TRANSPORT_H
#define AKASHI_RULES_TRANSPORT_H

#include "base/base.h"

enum { TRANSPORT_CLASSES = 48, TRANSPORT_BIG = 1000000 };

struct transport_class {
	int64_t value; /* what makes it one class */
	int64_t count;
};
struct transport {
	struct transport_class left[TRANSPORT_CLASSES], right[TRANSPORT_CLASSES];
	size_t lefts, rights;
	int64_t weight[TRANSPORT_CLASSES][TRANSPORT_CLASSES]; /* 0: cannot be given */
};

/* One more thing of this value. False: a class too many. */
bool transport_add(struct transport_class *, size_t *count, int64_t value) MUST_USE;
/* Whether some best way gives one of left l to one of right r; or gives one of r nothing. */
bool transport_can_use(const struct transport *, size_t l, size_t r);
bool transport_can_leave(const struct transport *, size_t r);

#endif
