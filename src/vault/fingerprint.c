#include "vault/fingerprint.h"

#include <sodium/crypto_hash_sha256.h>

void
fingerprint_of(const void *p, size_t n, uint8_t out[FINGERPRINT])
{
	(void)crypto_hash_sha256(out, p, n);
}
