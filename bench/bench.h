/*
 * bench/bench.h - what the programs of bench/ share: the clock, and the JSON line tools/bench keeps.
 */
#ifndef AKASHI_BENCH_BENCH_H
#define AKASHI_BENCH_BENCH_H

#include <time.h>

#include "base/base.h"

struct figure {
	const char *bench, *what, *unit;
	double ours, peer; /* peer 0: there is none */
	int digits; /* behind the point, of both */
	bool less; /* is better; else more is */
};

/* Seconds. */
double bench_clock(clockid_t);
/* The figure with its ratio, then further members. */
void bench_print(const struct figure *, const char *more, ...) PRINTF(2, 3);

#endif
