/* Two allocations, and nobody points to either when it ends: what sweep -L must find. */
#include <stdlib.h>

static void *volatile last;

int
main(void)
{
	last = malloc(100);
	last = malloc(50);
	last = NULL;
	return 0;
}
