/*
 * The check of a journal of N lines (argument, default 1,000,000) at the signer's start: every line
 * read, chained and added up, the last segment written anew. [goals S4] Prints one JSON line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "book/ledger.h"
#include "or_die.h"
#include "vault/secret.h"

static bool
fed(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	(void)whole;
	return l->kind == LINE_GENESIS || ledger_line(context, l, fault);
}

static double
again(const char *folder, struct journal *j)
{
	struct ledger ledger = { .issued = 0 };
	struct fault fault = { 0 };
	double at = bench_clock(CLOCK_MONOTONIC);
	or_die(journal_open(folder, j, fed, &ledger, &fault), &fault);
	double took = bench_clock(CLOCK_MONOTONIC) - at;
	ledger_free(&ledger);
	return took;
}

int
main(int argc, char **argv)
{
	static const enum line_kind TURN[] = { LINE_INTENT, LINE_DONE, LINE_BOOKED };
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
	char top[] = "/tmp/akashi-bench-XXXXXX", folder[64], path[JOURNAL_PATH];
	struct fault fault = { 0 };
	struct journal j = { .fd = -1 };
	struct line l = { .kind = LINE_GENESIS };
	or_die(vault_start(&fault) && mkdtemp(top) != NULL, &fault);
	(void)snprintf(folder, sizeof(folder), "%s/journal", top);
	or_die(journal_create(folder, &l, &fault), &fault);
	(void)again(folder, &j);
	for (long i = 1; i < n; i++) {
		enum line_kind kind = TURN[(i - 1) % 3];
		if (kind == LINE_INTENT) {
			l = (struct line){ .dossier = i,
				.edition = 1,
				.not_before = { 1795132800 },
				.not_after = { 1858204800 } };
			secret_random(l.serial, SERIAL);
			secret_random(l.warrant, 32);
			secret_random(l.digest, 32);
			l.serial[0] = 0x20;
		}
		l.kind = kind;
		or_die(journal_add(&j, &l, &fault), &fault);
		if (i % 100000 == 0) { /* a full segment is followed by the next */
			or_die(journal_sync(&j, &fault), &fault);
			journal_close(&j);
			(void)again(folder, &j);
		}
	}
	or_die(journal_sync(&j, &fault), &fault);
	journal_close(&j);
	char what[64];
	snprintf(what, sizeof(what), "journal of %ld lines checked at start", n);
	struct figure f = {
		.bench = "S4", .what = what, .ours = again(folder, &j), .digits = 2, .unit = "s"
	};
	bench_print(&f, "\"segments\": %d, \"seed\": null", j.segments);
	journal_close(&j);
	for (int i = 1; i <= j.segments; i++)
		(void)unlink(journal_segment(folder, i, path));
	(void)rmdir(folder);
	(void)rmdir(top);
	return 0;
}
