/*
 * vault/fingerprint.h - SHA-256 [FIPS 180-4] for the public site: the digest of vault/digest.h, by libsodium,
 * since the site's program links nothing that could sign.
 */
#ifndef AKASHI_VAULT_FINGERPRINT_H
#define AKASHI_VAULT_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

enum { FINGERPRINT = 32 };

void fingerprint_of(const void *, size_t, uint8_t out[FINGERPRINT]);

#endif
