/* Preloaded into a command: a file takes its new name two seconds late, so that others come in between. */
#include <stdio.h>
#include <unistd.h>

#include "faults/next.h"

int
renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	int (*real)(int, const char *, int, const char *, unsigned);
	*(void **)&real = next_find("renameat2");
	(void)sleep(2);
	return real(from_folder, from, to_folder, to, flags);
}
