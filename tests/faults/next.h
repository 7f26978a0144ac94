/* What a library put before others' calls needs: the call behind its own, and to go with whoever is
 * started, for our programs are started without an environment. */
#ifndef AKASHI_TESTS_NEXT_H
#define AKASHI_TESTS_NEXT_H

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

enum { NEXT_ENVIRONMENT = 256 };

static inline void *
next_find(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);
	if (p == NULL)
		_exit(99);
	return p;
}

/* env with preload ("LD_PRELOAD=...") and own ("NAME=...") in it, once; own "": without both. */
static inline void
next_environment(
    char *const env[], char *preload, char *own, const char *name, char *out[NEXT_ENVIRONMENT])
{
	size_t k = 0, length = strlen(name);
	for (size_t n = 0; env != NULL && env[n] != NULL && k < NEXT_ENVIRONMENT - 3; n++)
		if (strncmp(env[n], "LD_PRELOAD=", 11) != 0 && strncmp(env[n], name, length) != 0)
			out[k++] = env[n];
	if (own[0] != '\0') {
		out[k++] = preload;
		out[k++] = own;
	}
	out[k] = NULL;
}

#endif
