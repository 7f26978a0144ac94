/*
 * akashi audit over a log of N records (argument, default 100,000), each an event with the row it wrote
 * and its place in the log of rows: what one whole audit costs, in CPU and in wall time, with the
 * signer's journal and SQLite under it. There is no peer. Prints one JSON line. [goals G9]
 */
#include <stdio.h>
#include <stdlib.h>

#include "act/audit.h"
#include "begun.h"
#include "bench.h"
#include "or_die.h"
#include "thief.h"

enum { ROUNDS = 3 };

/* Seconds of one audit that finds everything whole. */
static double
audit_once(struct crew *c, int64_t records, double *cpu)
{
	struct audited is;
	struct fault fault = { 0 };
	double from = bench_clock(CLOCK_MONOTONIC), used = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
	or_die(audit_books(c, NULL, &is, &fault), &fault);
	if (!is.ok || is.tree_size < records) {
		fprintf(stderr, "%s: %s\n", is.place, is.say);
		exit(1);
	}
	*cpu = bench_clock(CLOCK_PROCESS_CPUTIME_ID) - used;
	return bench_clock(CLOCK_MONOTONIC) - from;
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
	or_die(crew_start(s, &crew, &fault) && crew_copy_lines(&crew, &fault), &fault);
	for (int i = 0; i < ROUNDS; i++) {
		double used, took = audit_once(&crew, n, &used);
		wall = took < wall ? took : wall;
		cpu = used < cpu ? used : cpu;
	}
	bench_print(&(struct figure){ .bench = "G9",
			.what = "audit of a whole log, sqlite",
			.ours = (double)n / cpu,
			.unit = "records/s of CPU time (goal 100,000)" },
	    "\"records\": %lld, \"per_second\": %.0f", (long long)n, (double)n / wall);
	crew_end(&crew);
	service_close(s);
	return 0;
}
