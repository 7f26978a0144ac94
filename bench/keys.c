/*
 * RSA key pairs: our search beside OpenSSL's generator, on two processes each, turn by turn in the
 * same run. Every key of ours passes all checks of FIPS 186-5 and both pairwise tests, as in the
 * keymaker. Arguments: keys of 2048, 3072 and 4096 bits (default 300 of each). One JSON line per
 * size; the ratio is the peer's CPU seconds per key over ours. OPENSSL_ia32cap=:~0x200000 shows a
 * processor without AVX-512 IFMA. [goals S2]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "or_die.h"
#include "pki/search.h"
#include "pki/start.h"

enum { PROCESSES = 2 };

struct spent {
	long keys;
	double cpu, wall;
	struct search_counts counts;
};

static void
ours(int bits, long n, struct spent *out)
{
	struct fault f = { 0 };
	struct search *search;
	or_die(search_new(bits, SEARCH_PRIVATE, &search, &f), &f);
	for (long i = 0; i < n; i++) {
		struct rsa *key;
		or_die(search_key(search, &key, &f), &f);
		rsa_free(key);
	}
	out->counts = search_counts(search);
	search_free(search);
}

static void
peer(int bits, long n, struct spent *out)
{
	(void)out;
	for (long i = 0; i < n; i++) {
		EVP_PKEY *key = EVP_RSA_gen((unsigned)bits);
		or_die(key != NULL, &(struct fault){ .say = "OpenSSL makes no key" });
		EVP_PKEY_free(key);
	}
}

/* So many keys, shared out to the processes; what each spent comes back through a pipe. */
static void
run(void (*work)(int, long, struct spent *), int bits, long n, struct spent *sum)
{
	int pipe_of[2];
	double start = bench_clock(CLOCK_MONOTONIC);
	or_die(pipe(pipe_of) == 0, &(struct fault){ .say = "no pipe" });
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		struct fault f = { 0 };
		struct spent own = { .keys = n / PROCESSES };
		or_die(pki_start(&f), &f);
		double before = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
		work(bits, own.keys, &own);
		own.cpu = bench_clock(CLOCK_PROCESS_CPUTIME_ID) - before;
		_exit(write(pipe_of[1], &own, sizeof(own)) == sizeof(own) ? 0 : 1);
	}
	for (int i = 0; i < PROCESSES; i++) {
		struct spent own;
		int status = 1;
		or_die(wait(&status) > 0 && status == 0 &&
			   read(pipe_of[0], &own, sizeof(own)) == sizeof(own),
		    &(struct fault){ .say = "a process failed" });
		sum->keys += own.keys;
		sum->cpu += own.cpu;
		sum->counts.factor += own.counts.factor;
		sum->counts.auxiliary += own.counts.auxiliary;
	}
	sum->wall += bench_clock(CLOCK_MONOTONIC) - start;
	(void)close(pipe_of[0]);
	(void)close(pipe_of[1]);
}

/* Turn by turn, so that whatever else the machine does weighs on both. */
static void
compare(int bits, long n)
{
	enum { TURNS = 5 };
	struct spent a = { 0 }, b = { 0 };
	for (int turn = 0; turn < TURNS; turn++) {
		run(ours, bits, n / TURNS, &a);
		run(peer, bits, n / TURNS, &b);
	}
	char what[32], unit[100];
	snprintf(what, sizeof(what), "RSA-%d key pairs", bits);
	snprintf(unit, sizeof(unit), "keys/s on %d cores by CPU (peer: %s)", PROCESSES,
	    OpenSSL_version(OPENSSL_VERSION));
	struct figure f = { .bench = "S2",
		.what = what,
		.ours = PROCESSES * (double)a.keys / a.cpu,
		.peer = PROCESSES * (double)b.keys / b.cpu,
		.digits = 1,
		.unit = unit };
	bench_print(&f,
	    "\"keys\": %ld, \"seed\": null, \"ours_wall\": %.1f, \"peer_wall\": %.1f, "
	    "\"exponentiations\": %.1f, \"auxiliary\": %.1f",
	    a.keys, (double)a.keys / a.wall, (double)b.keys / b.wall,
	    (double)a.counts.factor / (double)a.keys, (double)a.counts.auxiliary / (double)a.keys);
}

int
main(int argc, char **argv)
{
	static const int SIZES[] = { 2048, 3072, 4096 };
	for (int i = 0; i < 3; i++) {
		long n = i + 1 < argc ? strtol(argv[i + 1], NULL, 10) : 300;
		if (n >= 10)
			compare(SIZES[i], n);
	}
	return 0;
}
