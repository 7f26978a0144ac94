/*
 * vault/digest.h - SHA-256 [FIPS 180-4]: of one text, or of parts as they come.
 *
 * For public digests only: it leaves traces in memory, and what must not be guessed (a name, a reference)
 * gets index_digest of vault/code.h, or covers a salt.
 */
#ifndef AKASHI_VAULT_DIGEST_H
#define AKASHI_VAULT_DIGEST_H

#include "base/base.h"

#include <openssl/sha.h>

enum { DIGEST = 32 };

void digest_of(const void *, size_t, uint8_t out[DIGEST]);
/* SHA-256(label, a zero byte, the bytes): no digest of one purpose passes for another's. */
void digest_labelled(const char *label, const void *, size_t, uint8_t out[DIGEST]);
/* SHA-256(chain, next) becomes the chain. */
void digest_chain(uint8_t chain[DIGEST], const uint8_t next[DIGEST]);

struct digest {
	SHA256_CTX state;
};
void digest_begin(struct digest *);
void digest_add(struct digest *, const void *, size_t);
void digest_end(struct digest *, uint8_t out[DIGEST]);

#endif
