/*
 * From a second officer's signature to the published list that holds the revocation, on a service that
 * stands: bench_revoke DIR TIMES PEER. DIR: a rehearsal with certificates that are not revoked yet
 * (bench/revoke.sh). The median of all; PEER: the named peer's own milliseconds. [goals S5]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/person.h"
#include "act/revoke.h"
#include "bench.h"
#include "or_die.h"
#include "store/cert_row.h"

enum { MOST = 64 };

struct serials {
	size_t n, want;
	char serial[MOST][SERIAL_HEX];
	int64_t all;
};

static bool
take(const void *row, void *context, struct fault *fault)
{
	const struct cert_row *c = row;
	struct serials *s = context;
	(void)fault;
	s->all += c->revoked_at != 0;
	if (c->revoked_at == 0 && s->n < s->want)
		snprintf(s->serial[s->n++], sizeof(s->serial[0]), "%s", c->serial);
	return true;
}

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	return tx_table(tx, &CERT_TABLE, take, context, fault);
}

static double
one(struct service *s, const char *serial, struct person *const who[2])
{
	struct revoked is;
	struct fault fault = { 0 }, second = { 0 };
	struct revoke_request r = { .serial = serial, .ground = "10-1-3", .first = who[0] };
	or_die(!revoke_run(s, &r, &is, &second) && second.code == FAULT_SECOND, &second);
	r.first = who[1];
	double at = bench_clock(CLOCK_MONOTONIC);
	or_die(revoke_run(s, &r, &is, &fault) && is.done && is.list > 0, &fault);
	return (bench_clock(CLOCK_MONOTONIC) - at) * 1e3;
}

static int
less(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SERVICE s = NULL;
	struct person *who[2] = { NULL, NULL };
	double took[MOST];
	char path[SERVICE_PATH];
	struct serials serials = { .want = argc > 2 ? (size_t)strtol(argv[2], NULL, 10) : 0 };
	if (argc != 4 || serials.want < 1 || serials.want > MOST)
		return 2;
	or_die(service_open(argv[1], NULL, &s, &fault) &&
		   store_read(s->store, look, &serials, &fault) &&
		   person_open(s, service_path(s, "rehearsal/keys/revocation-1", path), "", 0,
		       &who[0], &fault) &&
		   person_open(s, service_path(s, "rehearsal/keys/revocation-2", path), "", 0,
		       &who[1], &fault),
	    &fault);
	if (serials.n < 2)
		return 2;
	(void)one(s, serials.serial[--serials.n], who); /* what only begins is not counted */
	for (size_t i = 0; i < serials.n; i++)
		took[i] = one(s, serials.serial[i], who);
	qsort(took, serials.n, sizeof(took[0]), less);
	char what[80];
	snprintf(what, sizeof(what), "second signature to published list, %lld entries",
	    (long long)serials.all);
	struct figure f = { .bench = "S5",
		.what = what,
		.ours = took[serials.n / 2],
		.peer = strtod(argv[3], NULL),
		.less = true,
		.unit = "ms (peer: openssl ca -revoke, -gencrl)" };
	bench_print(
	    &f, "\"times\": %zu, \"worst\": %.0f, \"seed\": null", serials.n, took[serials.n - 1]);
	person_free(who[0]);
	person_free(who[1]);
	return 0;
}
