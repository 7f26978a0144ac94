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
#include <time.h>

#include "act/errand.h"
#include "act/issue.h"
#include "orders.h"
#include "programs.h"

enum { FIRST = 48 };

static double
seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
check(bool good, const struct fault *f)
{
	if (good)
		return;
	fprintf(stderr, "%s %s (%s)\n", f->name, f->say, f->detail);
	exit(1);
}

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
		check(false, &row->why);
	t->last = seconds();
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
	double at = seconds();
	check(dossier != NULL && issue_run(s, dossier, (size_t)n, count, &told, &fault) &&
		  told.issued == n,
	    &fault);
	free(dossier);
	return errand_served(s) ? seconds() - at : told.last - told.first;
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
	check(service_open(argv[1], NULL, &s, &fault), &fault);
	check(orders_copy(s, strtol(argv[2], NULL, 10), FIRST + n, strcmp(argv[4], "given") == 0,
		  &first, &fault),
	    &fault);
	(void)issue(s, first, FIRST);
	double rate = (double)n / issue(s, first + FIRST, n), peer = strtod(argv[5], NULL);
	printf("{\"bench\": \"%s\", \"what\": \"%s\", \"ours\": %.0f, \"peer\": %.0f, \"ratio\": "
	       "%.2f, \"unit\": \"certificates/s (peer: cfssl serve)\", \"orders\": %ld, \"seed\": "
	       "%d}\n",
	    argv[6], argv[7], rate, peer, peer > 0 ? rate / peer : 0, n, ORDERS_SEED);
	return 0;
}
