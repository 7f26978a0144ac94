/*
 * vault/seal.h - bytes only the owner of a key can open [design 4].
 *
 * seal_* is to a public key (X25519, crypto_box_seal), box_* under a key both sides have
 * (XChaCha20-Poly1305). Every sealed text names its purpose inside what is authenticated: what was
 * sealed as one thing never opens as another. Opening writes only on success.
 */
#ifndef AKASHI_VAULT_SEAL_H
#define AKASHI_VAULT_SEAL_H

#include "base/sink.h"
#include "vault/secret.h"

enum {
	SEAL_PUBLIC = 32,
	SEAL_SECRET = 32,
	BOX_KEY = 32,
	SEAL_PURPOSE_MOST = 64,
	SEAL_FIXED_MOST = 64
};
extern const struct refusal SEAL_BROKEN, SEAL_OTHER_PURPOSE;

void seal_pair(uint8_t public[SEAL_PUBLIC], uint8_t secret[SEAL_SECRET]);
void seal_public(const uint8_t secret[SEAL_SECRET], uint8_t public[SEAL_PUBLIC]);
/* Not one of the few of low order, to which nothing can be sealed. */
bool seal_public_good(const uint8_t public[SEAL_PUBLIC]) MUST_USE;
/* Appends to the sink; its `full` says whether it fitted and the key was a good one. */
void seal_put(
    const char *purpose, const uint8_t public[SEAL_PUBLIC], const void *, size_t, struct sink *);
/* The same of what is no secret and lies in ordinary memory, a certificate: no locked copy is made. */
void seal_put_public(
    const char *purpose, const uint8_t public[SEAL_PUBLIC], const void *, size_t, struct sink *);
bool seal_open(const char *purpose, const uint8_t secret[SEAL_SECRET], const void *, size_t,
    struct sink *, struct fault *) MUST_USE;
/* The same into exactly n octets, SEAL_FIXED_MOST at most, with both halves: of keys, many times over. */
bool seal_open_fixed(const char *purpose, const uint8_t secret[SEAL_SECRET],
    const uint8_t public[SEAL_PUBLIC], const void *, size_t, void *out, size_t n,
    struct fault *) MUST_USE;

void box_put(const char *purpose, const uint8_t key[BOX_KEY], const void *, size_t, struct sink *);
bool box_open(const char *purpose, const uint8_t key[BOX_KEY], const void *, size_t, struct sink *,
    struct fault *) MUST_USE;
/* The same into exactly n octets of the caller's locked memory: for many of one size. */
bool box_open_fixed(const char *purpose, const uint8_t key[BOX_KEY], const void *, size_t,
    void *out, size_t n, struct fault *) MUST_USE;

#endif
