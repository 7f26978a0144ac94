/* LD_PRELOAD knows no path with a space: such a library gets a name without one, beside nothing else. */
#ifndef AKASHI_TESTS_PRELOAD_H
#define AKASHI_TESTS_PRELOAD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"

enum { PRELOAD_PATH = TEST_PATH + 8 };

static inline const char *
preload_name(const char *library, char out[PRELOAD_PATH])
{
	char folder[TEST_PATH];
	if (strpbrk(library, " :") == NULL)
		return library;
	(void)snprintf(out, PRELOAD_PATH, "%.63s/lib.so", test_folder("preload", folder));
	if (symlink(library, out) != 0)
		abort();
	return out;
}

#endif
