/*
 * Certificates a second from approved and paid orders, by the whole road: a command that asks, the
 * standing issuer, signer with its journal, key agent, store: all of them this build's own programs.
 * DIR: a rehearsal with one such order, served or not (bench/ready.sh); it is copied. A few are issued
 * first, so that what only begins is not counted; one that is not served still begins again, so of it
 * the certificates behind the first are counted. Prints one JSON line. [goals S1, S3]
 *
 * bench_issue DIR ORDER COUNT given|made PEER BENCH WHAT: keys given, or made by keymakers; PEER: the
 * named peer's own figure of the same run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/errand.h"
#include "act/issue.h"
#include "bench.h"
#include "or_die.h"
#include "orders.h"
#include "programs.h"

enum { FIRST = 48 };

struct told {
	long issued;
	double first, last;
};

static void
count(void *context, const struct issue_row *row, size_t done, size_t all)
{
	struct told *t = context;
	(void)done, (void)all;
	if (row->result != ISSUE_ISSUED)
		or_die(false, &row->why);
	t->last = bench_clock(CLOCK_MONOTONIC);
	if (t->issued++ == 0)
		t->first = t->last;
}

static double
issue(struct service *s, int64_t first, long n)
{
	struct fault fault = { 0 };
	struct told told = { .issued = 0 };
	int64_t *dossier = calloc((size_t)n, sizeof(*dossier));
	for (long i = 0; dossier != NULL && i < n; i++)
		dossier[i] = first + i;
	double at = bench_clock(CLOCK_MONOTONIC);
	or_die(dossier != NULL && issue_run(s, dossier, (size_t)n, count, &told, &fault) &&
		   told.issued == n,
	    &fault);
	free(dossier);
	return errand_served(s) ? bench_clock(CLOCK_MONOTONIC) - at : told.last - told.first;
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SERVICE s = NULL;
	int64_t first;
	long n = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
	if (argc != 8 || n < 1)
		return 2;
	programs_beside();
	or_die(service_open(argv[1], NULL, &s, &fault), &fault);
	or_die(orders_copy(s, strtol(argv[2], NULL, 10), FIRST + n, strcmp(argv[4], "given") == 0,
		   &first, &fault),
	    &fault);
	(void)issue(s, first, FIRST);
	struct figure f = { .bench = argv[6],
		.what = argv[7],
		.ours = (double)n / issue(s, first + FIRST, n),
		.peer = strtod(argv[5], NULL),
		.unit = "certificates/s (peer: cfssl serve)" };
	bench_print(&f, "\"orders\": %ld, \"seed\": %d", n, ORDERS_SEED);
	return 0;
}
