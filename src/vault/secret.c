#include "vault/secret.h"

#include <sodium.h>

bool
vault_start(struct fault *fault)
{
	if (sodium_init() < 0)
		return fault_set(fault, FAULT_CRYPTO, "暗号ライブラリを使えません。");
	return true;
}

void *
secret_new(size_t n)
{
	void *p = sodium_malloc(n);
	if (p != NULL)
		sodium_memzero(p, n);
	return p;
}

void
secret_free(void *p)
{
	sodium_free(p);
}

void
secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

bool
secret_same(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
secret_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}
