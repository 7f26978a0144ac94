/*
 * pki/pkcs12.h - a subscriber's key under its PIN, and the file that is handed over [RFC7292].
 *
 * In two halves, by two programs: the keymaker shrouds the key (pkcs12_bag) and derives the MAC
 * key (pkcs12_mac_key) while it has the PIN; whoever opens the package later completes the file
 * with the certificate (pkcs12_complete) and never knows the PIN. The certificates lie in an
 * unencrypted bag, for only the PIN could encrypt them. Kind `strong`: PBES2, AES-256-CBC,
 * HMAC-SHA256 for key and MAC; `legacy`, for programs that know nothing newer: three-key 3DES and
 * HMAC-SHA1, by the format's own derivation [RFC7292 C]. PINs are ASCII, so that both of the format's ways to turn a text
 * into octets agree. Nothing here outlives the call but what stands in a sink.
 */
#ifndef AKASHI_PKI_PKCS12_H
#define AKASHI_PKI_PKCS12_H

#include "base/der.h"
#include "base/fault.h"
#include "pki/rsa.h"

enum { PKCS12_MAC_KEY = 32, PKCS12_SALT_MOST = 64, PKCS12_MOST = 65536, PKCS12_BAG_MOST = 16384 };
enum pkcs12_kind { PKCS12_STRONG, PKCS12_LEGACY };
enum { PKCS12_ITERATIONS_LEAST = 1000, PKCS12_ITERATIONS_MOST = 10000000 };

extern const struct refusal PKCS12_PIN; /* empty, too long, or not visible ASCII */
extern const struct refusal PKCS12_ITERATIONS; /* outside the bounds above, or a salt too short */
extern const struct refusal PKCS12_FORM; /* not such bytes */
extern const struct refusal PKCS12_WRONG_PIN; /* this PIN does not open it, or it was changed */
extern const struct refusal PKCS12_OTHER_KEY; /* the certificate is another key's */

/* SafeContents with one shrouded key; localKeyID = the first 20 octets of SHA-256(SPKI). */
bool pkcs12_bag(const struct rsa *, enum pkcs12_kind, const char *pin, int iterations,
    struct sink *bag, struct fault *) MUST_USE;
/* [RFC7292 B.2] with the kind's hash, for the MAC (id 3); what legacy does not need is zeros. */
bool pkcs12_mac_key(enum pkcs12_kind, const char *pin, const uint8_t *salt, size_t, int iterations,
    uint8_t key[PKCS12_MAC_KEY], struct fault *) MUST_USE;
/* Kind, salt and iterations are those the MAC key was derived with. */
bool pkcs12_complete(enum pkcs12_kind, struct der bag, const uint8_t mac_key[PKCS12_MAC_KEY],
    const uint8_t *salt, size_t, int iterations, struct der certificate, struct der ca_certificate,
    struct sink *p12, struct fault *) MUST_USE;

bool pkcs12_bag_open(struct der bag, const char *pin, struct rsa **key, struct fault *) MUST_USE;
/* The key and the certificate that is its own. */
bool pkcs12_open(struct der p12, const char *pin, struct rsa **key, struct sink *certificate,
    struct fault *) MUST_USE;

#endif
