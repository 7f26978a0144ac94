/* events DIR: kind, dossier and detail of every event of a service, one a line. For flow tests. */
#include <stdio.h>

#include "act/service.h"

static bool
say(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	(void)context;
	(void)fault;
	printf("%s %lld %s\n", e->kind, (long long)e->dossier, e->detail);
	return true;
}

static bool
all(struct tx *tx, void *context, struct fault *fault)
{
	return event_each(tx, 1, say, context, fault);
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SERVICE s = NULL;
	if (argc == 2 && service_open(argv[1], NULL, &s, &fault) &&
	    store_read(s->store, all, NULL, &fault))
		return 0;
	fprintf(stderr, "%s\n", fault.say);
	return 2;
}
