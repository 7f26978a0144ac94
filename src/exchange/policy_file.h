/*
 * exchange/policy_file.h - the rules as people write them: YAML into struct policy.
 *
 * Every file is a sequence of flat rows. Refused, each with line and column, and all that are
 * found: unknown and repeated keys, anchors, aliases, tags, missing or wrong values, codes that no
 * row has, two rows of one code from one day. Never guesses a default that is a rule.
 */
#ifndef AKASHI_EXCHANGE_POLICY_FILE_H
#define AKASHI_EXCHANGE_POLICY_FILE_H

#include "rules/policy.h"

enum { POLICY_FILE_MOST = 1 << 20, POLICY_ERRORS = 64 };

struct policy_error {
	const char *file; /* static */
	int line, column; /* from 1 */
	char say[256];
};
struct policy_errors {
	struct policy_error at[POLICY_ERRORS];
	size_t count; /* of all that were found; the first POLICY_ERRORS are kept */
};

/* The files a policy is made of, in the order their bytes are digested. */
extern const char *const POLICY_FILES[];
extern const size_t POLICY_FILE_COUNT;

struct policy_source {
	const uint8_t *bytes; /* NUL stands behind them */
	size_t len;
};

/* sources: one per POLICY_FILES. True: the caller owns *out (policy_free). */
bool policy_read(const struct policy_source *, struct policy *out, struct policy_errors *,
    struct fault *) MUST_USE;
void policy_free(struct policy *);

#endif
