/*
 * orders DIR OF N [keys]: N approved and paid orders more, copies of dossier OF (bench/orders.h), for flow
 * tests; keys: theirs are made already. Says the first one's number.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../bench/orders.h"

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	OWN_SERVICE s = NULL;
	int64_t first;
	if (argc != 4 && argc != 5)
		return 2;
	if (!service_open(argv[1], NULL, &s, &fault) ||
	    !orders_copy(s, strtol(argv[2], NULL, 10), strtol(argv[3], NULL, 10), argc == 5, &first,
		&fault)) {
		fprintf(stderr, "%s (%s)\n", fault.say, fault.detail);
		return 2;
	}
	printf("%lld\n", (long long)first);
	return 0;
}
