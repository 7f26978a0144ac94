/* The shipped policy, read once by the tests that need rules as they are. */
#ifndef AKASHI_TESTS_SHIPPED_H
#define AKASHI_TESTS_SHIPPED_H

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "exchange/policy_file.h"

/* Replaces one file's bytes where name is not NULL. The caller frees the policy. */
static inline bool
shipped_with(
    const char *name, const char *bytes, struct policy *policy, struct policy_errors *errors)
{
	struct policy_source source[32] = { 0 };
	uint8_t *held[32];
	struct fault fault = { 0 };
	for (size_t i = 0; i < POLICY_FILE_COUNT; i++) {
		char path[512];
		size_t len;
		snprintf(path, sizeof(path), "%s/policy/%s", SOURCE, POLICY_FILES[i]);
		if (!file_read(path, POLICY_FILE_MOST, &held[i], &len, &fault))
			abort();
		bool other = name != NULL && strcmp(name, POLICY_FILES[i]) == 0;
		source[i] = (struct policy_source){ other ? (const uint8_t *)bytes : held[i],
			other ? strlen(bytes) : len };
	}
	bool good = policy_read(source, policy, errors, &fault);
	for (size_t i = 0; i < POLICY_FILE_COUNT; i++)
		free(held[i]);
	return good;
}

static inline void
shipped(struct policy *policy)
{
	struct policy_errors errors;
	if (shipped_with(NULL, NULL, policy, &errors))
		return;
	for (size_t i = 0; i < errors.count && i < POLICY_ERRORS; i++)
		fprintf(stderr, "%s:%d:%d: %s\n", errors.at[i].file, errors.at[i].line,
		    errors.at[i].column, errors.at[i].say);
	abort();
}

#endif
