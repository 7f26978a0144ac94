/* The programs of the build beside the test's own binary, where those who start them look. */
#ifndef AKASHI_TESTS_PROGRAMS_H
#define AKASHI_TESTS_PROGRAMS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void
programs_beside(void)
{
	static const char *const NAMES[] = { "akashi-key", "akashi-signer", "akashi-keymaker",
		"akashi-print" };
	char self[512], to[600], from[600];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		abort();
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		snprintf(to, sizeof(to), "../%s", NAMES[i]);
		snprintf(from, sizeof(from), "%s/%s", self, NAMES[i]);
		if (access(from, X_OK) != 0 && symlink(to, from) != 0 && access(from, X_OK) != 0)
			abort();
	}
}

#endif
