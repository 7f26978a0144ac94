/* LD_PRELOAD knows no path with a space: such a library gets a name without one, beside nothing else. */
#ifndef AKASHI_TESTS_PRELOAD_H
#define AKASHI_TESTS_PRELOAD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline const char *
preload_name(const char *library, char out[64])
{
	char folder[] = "/tmp/akashi-preload-XXXXXX";
	if (strpbrk(library, " :") == NULL)
		return library;
	if (mkdtemp(folder) == NULL)
		abort();
	(void)snprintf(out, 64, "%s/lib.so", folder);
	if (symlink(library, out) != 0)
		abort();
	return out;
}

#endif
