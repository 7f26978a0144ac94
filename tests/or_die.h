/* For programs that only prepare or measure: what cannot go on ends with the fault's own words. */
#ifndef AKASHI_TESTS_OR_DIE_H
#define AKASHI_TESTS_OR_DIE_H

#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"

static inline void
or_die(bool good, const struct fault *fault)
{
	if (good)
		return;
	fprintf(stderr, "%s %s (%s)\n", fault->name, fault->say, fault->detail);
	exit(2);
}

#endif
