/*
 * A folder or a file of a test's own, under $TMPDIR: tools/run-tests gives each program one of its
 * own and takes it away with all that is in it. Short enough for sockets, without a space.
 */
#ifndef AKASHI_TESTS_FOLDER_H
#define AKASHI_TESTS_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEST_PATH = 64 };

/* "$TMPDIR/akashi-NAME-XXXXXX" */
static inline void
test_path(const char *name, char out[TEST_PATH])
{
	const char *under = getenv("TMPDIR");
	if (under == NULL || strpbrk(under, " :") != NULL)
		under = "/tmp";
	if (snprintf(out, TEST_PATH, "%s/akashi-%s-XXXXXX", under, name) < TEST_PATH)
		return;
	fprintf(stderr, "TMPDIR is too long a path for sockets: %s\n", under);
	abort();
}

static inline const char *
test_folder(const char *name, char out[TEST_PATH])
{
	test_path(name, out);
	if (mkdtemp(out) == NULL)
		abort();
	return out;
}

/* Open for reading and writing. */
static inline int
test_file(const char *name, char out[TEST_PATH])
{
	test_path(name, out);
	int fd = mkstemp(out);
	if (fd == -1)
		abort();
	return fd;
}

#endif
