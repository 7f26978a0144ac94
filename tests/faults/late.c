/* Preloaded into a command: a file takes its name two seconds late, so that others come in between. */
#include <stdio.h>
#include <unistd.h>

#include "faults/next.h"

int
rename(const char *from, const char *to)
{
	int (*real)(const char *, const char *);
	*(void **)&real = next_find("rename");
	(void)sleep(2);
	return real(from, to);
}
