/*
 * pki/assertion.h - a passkey's signature over a challenge [WebAuthn 7.2], ES256, user verified.
 *
 * No JSON and no CBOR is parsed: the browser writes both in one fixed order, so what must stand
 * there is built and compared. Refused in the order: client data's head, its tail, the length of
 * the authenticator's data, site, flags, key, signature; cheap and specific first. A browser that
 * writes another order is refused with a sentence. Never compares counters: only the desk, which
 * sees assertions in the order people made them, may.
 */
#ifndef AKASHI_PKI_ASSERTION_H
#define AKASHI_PKI_ASSERTION_H

#include "base/der.h"
#include "base/fault.h"
#include "pki/p256.h"

enum { ASSERTION_CHALLENGE = 32, ASSERTION_TAIL_MOST = 1024, ASSERTION_CLIENT_MOST = 2048 };

extern const struct refusal ASSERTION_CLIENT; /* type, challenge, origin or crossOrigin */
extern const struct refusal ASSERTION_TAIL; /* what follows them */
extern const struct refusal ASSERTION_LENGTH; /* of the authenticator's data */
extern const struct refusal ASSERTION_SITE; /* another rp id */
extern const struct refusal ASSERTION_FLAGS; /* user absent or unverified; a synced key */
extern const struct refusal ASSERTION_KEY;
extern const struct refusal ASSERTION_SIGNATURE;
extern const struct refusal ASSERTION_TWO_KEYS; /* a registration whose two copies differ */

struct assertion {
	struct der authenticator_data, client_data, signature;
};

/* What the verifier knows by itself. */
struct assertion_expect {
	const char *origin; /* whole: https://approve.example.jp */
	const char *rp_id; /* approve.example.jp */
	bool synced_allowed; /* a key that is, or may be, on several machines */
	uint8_t challenge[ASSERTION_CHALLENGE];
	uint8_t point[P256_POINT];
};

/* *count is the authenticator's own, 0 for ever where it keeps none. */
bool assertion_check(const struct assertion *, const struct assertion_expect *, uint32_t *count,
    struct fault *) MUST_USE;

/* A new passkey, attestation "none": getPublicKey() and getAuthenticatorData() hold the same
 * key, else it is refused. The credential's id is borrowed from the data. */
bool assertion_register(struct der spki, struct der authenticator_data, const char *rp_id,
    bool synced_allowed, uint8_t point[P256_POINT], struct der *credential_id,
    struct fault *) MUST_USE;

#endif
