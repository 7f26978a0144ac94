/*
 * libcrypto's, for it uses the processor's own instructions, which libsodium's does not; and by the calls
 * named deprecated, for EVP looks its algorithm up and takes memory at each digest.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "vault/digest.h"

#include <string.h>

void
digest_begin(struct digest *d)
{
	(void)SHA256_Init(&d->state);
}

void
digest_add(struct digest *d, const void *p, size_t n)
{
	(void)SHA256_Update(&d->state, p, n);
}

void
digest_end(struct digest *d, uint8_t out[DIGEST])
{
	(void)SHA256_Final(out, &d->state);
}

void
digest_of(const void *p, size_t n, uint8_t out[DIGEST])
{
	struct digest d;
	digest_begin(&d);
	digest_add(&d, p, n);
	digest_end(&d, out);
}

void
digest_labelled(const char *label, const void *p, size_t n, uint8_t out[DIGEST])
{
	struct digest d;
	digest_begin(&d);
	digest_add(&d, label, strlen(label) + 1);
	digest_add(&d, p, n);
	digest_end(&d, out);
}

void
digest_chain(uint8_t chain[DIGEST], const uint8_t next[DIGEST])
{
	struct digest d;
	digest_begin(&d);
	digest_add(&d, chain, DIGEST);
	digest_add(&d, next, DIGEST);
	digest_end(&d, chain);
}
