/*
 * pki/p256.h - ECDSA over P-256: the keys that approve, state and receipt.
 *
 * A key is 32 octets of secret and the 65-octet point 04 || X || Y; nothing else is accepted, so
 * that two encodings of one key cannot pass for two people. Signatures are DER over a digest the
 * caller made. (r, n-s) of a good signature verifies as well: a signature is never an identity.
 * Secrets belong to the caller, who keeps them in locked memory; copies made here are wiped.
 */
#ifndef AKASHI_PKI_P256_H
#define AKASHI_PKI_P256_H

#include "base/der.h"
#include "base/fault.h"

enum { P256_SECRET = 32, P256_POINT = 65, P256_SIGNATURE_MOST = 72, P256_SPKI = 91 };

extern const struct refusal P256_SECRET_RANGE; /* not a number of 1 ... n-1 */

bool p256_new(uint8_t secret[P256_SECRET], uint8_t point[P256_POINT], struct fault *) MUST_USE;
bool p256_public(
    const uint8_t secret[P256_SECRET], uint8_t point[P256_POINT], struct fault *) MUST_USE;
/* The point's form and that it lies on the curve. */
bool p256_point_good(const uint8_t point[P256_POINT]) MUST_USE;
bool p256_sign(const uint8_t secret[P256_SECRET], const uint8_t digest[32], struct sink *signature,
    struct fault *) MUST_USE;
bool p256_verify(const uint8_t point[P256_POINT], const uint8_t digest[32], const void *signature,
    size_t) MUST_USE;
/* For many signatures by the same few: the points it met last, ready. The caller frees it. */
struct p256_memo;
struct p256_memo *p256_memo_new(void); /* NULL: no memory, which p256_verify_by minds not */
void p256_memo_free(struct p256_memo *);
bool p256_verify_by(struct p256_memo *, const uint8_t point[P256_POINT], const uint8_t digest[32],
    const void *signature, size_t) MUST_USE;

/* SubjectPublicKeyInfo, 91 octets: the one form browsers give for a passkey. */
void p256_spki(const uint8_t point[P256_POINT], struct sink *);
/* Only the named curve and an uncompressed point of it; out is written on success alone. */
bool p256_spki_read(struct der spki, uint8_t point[P256_POINT]) MUST_USE;

#endif
