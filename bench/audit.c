/*
 * akashi audit over a log of N records (argument, default 100,000), each an event with the row it wrote
 * and its place in the log of rows: what one whole audit costs, in CPU and in wall time, with the
 * signer's journal and SQLite under it. There is no peer. Prints one JSON line. [goals G9]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "act/audit.h"
#include "begun.h"
#include "thief.h"

enum { ROUNDS = 3 };

static double
clock_at(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds of one audit that finds everything whole. */
static double
audit_once(struct crew *c, int64_t records, double *cpu)
{
	struct audited is;
	struct fault fault = { 0 };
	double from = clock_at(CLOCK_MONOTONIC), used = clock_at(CLOCK_PROCESS_CPUTIME_ID);
	made_or_die(audit_books(c, NULL, &is, &fault), &fault);
	if (!is.ok || is.tree_size < records) {
		fprintf(stderr, "%s: %s\n", is.place, is.say);
		exit(1);
	}
	*cpu = clock_at(CLOCK_PROCESS_CPUTIME_ID) - used;
	return clock_at(CLOCK_MONOTONIC) - from;
}

int
main(int argc, char **argv)
{
	int64_t n = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
	struct crew crew;
	struct fault fault = { 0 };
	double wall = 1e9, cpu = 1e9;
	struct service *s = begun_service(0, "bench-audit");
	thief_grow(s, n);
	made_or_die(crew_start(s, &crew, &fault) && crew_copy_lines(&crew, &fault), &fault);
	for (int i = 0; i < ROUNDS; i++) {
		double used, took = audit_once(&crew, n, &used);
		wall = took < wall ? took : wall;
		cpu = used < cpu ? used : cpu;
	}
	printf(
	    "{\"bench\": \"G9\", \"what\": \"audit of a whole log, sqlite\", \"ours\": %.0f, "
	    "\"peer\": null, \"ratio\": null, \"unit\": \"records/s of CPU time (goal 100,000)\", "
	    "\"records\": %lld, \"per_second\": %.0f}\n",
	    (double)n / cpu, (long long)n, (double)n / wall);
	crew_end(&crew);
	service_close(s);
	return 0;
}
