/*
 * revoke_some DIR NOW: the certificates whose numbers stand on standard input, one a line, revoked by two officers of a rehearsal
 * onto one list. Says how many were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/person.h"
#include "act/revoke_many.h"
#include "programs.h"

enum { MOST = 1000 };

static void
or_die(bool good, const struct fault *fault)
{
	if (good)
		return;
	fprintf(stderr, "%s (%s)\n", fault->say, fault->detail);
	exit(2);
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SERVICE s = NULL;
	OWN_PERSON first = NULL;
	OWN_PERSON second = NULL;
	char path[SERVICE_PATH];
	static struct revoke_each each[MOST];
	struct revoked_many is;
	size_t n = 0;
	if (argc != 3)
		return 2;
	programs_beside();
	while (n < MOST && scanf("%40s", each[n].serial) == 1)
		n++;
	or_die(service_open(argv[1], argv[2], &s, &fault) &&
		   person_open(s, service_path(s, "rehearsal/keys/revocation-1", path), "", 0,
		       &first, &fault) &&
		   person_open(s, service_path(s, "rehearsal/keys/revocation-2", path), "", 0,
		       &second, &fault),
	    &fault);
	const struct revoke_request q = { .ground = "10-1-2", .first = first, .second = second };
	or_die(revoke_many(s, &q, each, n, &is, &fault), &fault);
	for (size_t i = 0; i < n; i++)
		or_die(each[i].done, &each[i].fault);
	printf("%lld\n", (long long)is.done);
	return 0;
}
