#include "vault/entropy.h"

#include "vault/secret.h"

const struct refusal ENTROPY = { "entropy", FAULT_CRYPTO, "R-1.3" };

/* [SP 800-90B 4.4.1] */
static bool
repeats(const uint8_t *p, size_t n)
{
	size_t run = 1;
	for (size_t i = 1; i < n; i++) {
		run = p[i] == p[i - 1] ? run + 1 : 1;
		if (run >= ENTROPY_REPEATS)
			return true;
	}
	return false;
}

/* [SP 800-90B 4.4.2] of one window. */
static bool
favours(const uint8_t *p)
{
	size_t share = 0;
	for (size_t i = 0; i < ENTROPY_WINDOW; i++)
		share += p[i] == p[0];
	return share >= ENTROPY_SHARE;
}

bool
entropy_good(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + ENTROPY_WINDOW <= n; i += ENTROPY_WINDOW)
		if (favours(p + i))
			return false;
	return n >= ENTROPY_WINDOW && !repeats(p, n);
}

bool
entropy_test(struct fault *fault)
{
	uint8_t bytes[2 * ENTROPY_WINDOW];
	secret_random(bytes, sizeof(bytes));
	bool good = entropy_good(bytes, sizeof(bytes));
	secret_wipe(bytes, sizeof(bytes));
	return good || fault_refuse(fault, &ENTROPY, NULL,
			   "乱数の検査に通らないため、鍵を作りません。担当者に知らせてください。");
}
