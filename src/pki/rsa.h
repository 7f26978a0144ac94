/*
 * pki/rsa.h - RSA keys: subscribers' for one second, the CA's inside its agent, tests'.
 *
 * A key that is let in has 65537 as its exponent, 2048 to 8192 bits in whole octets, and one
 * encoding. Signatures are PKCS#1 v1.5 with SHA-256 [RFC8017 8.2] over a digest the caller
 * made. Never writes a secret anywhere but into the sink it is given.
 */
#ifndef AKASHI_PKI_RSA_H
#define AKASHI_PKI_RSA_H

#include "base/der.h"
#include "base/fault.h"

enum { RSA_BITS_LEAST = 2048, RSA_BITS_MOST = 8192, RSA_SIGNATURE_MOST = RSA_BITS_MOST / 8 };
enum { RSA_PKCS8_MOST = 5120, RSA_SPKI_MOST = RSA_BITS_MOST / 8 + 64 };

extern const struct refusal RSA_SIZE; /* fewer or more bits than we let in */
extern const struct refusal RSA_FORM; /* not such a key, or another encoding of one */
extern const struct refusal RSA_EXPONENT; /* not 65537 */
extern const struct refusal RSA_PAIR; /* the two halves do not belong together */

struct rsa;

/* By OpenSSL's generator. */
bool rsa_new(int bits, struct rsa **, struct fault *) MUST_USE;
/* By our own search (pki/search.h): 2048, 3072 or 4096 bits, checked, several times as fast. */
bool rsa_searches(int bits); /* it does for that many */
bool rsa_search(int bits, struct rsa **, struct fault *) MUST_USE;
void rsa_free(struct rsa *); /* wipes; NULL is fine */
static inline void
rsa_drop(struct rsa **p)
{
	rsa_free(*p);
}
#define OWN_RSA __attribute__((cleanup(rsa_drop))) struct rsa *

/* PKCS#8, unencrypted: the bytes lie in the caller's locked memory. */
bool rsa_from_pkcs8(const void *, size_t, struct rsa **, struct fault *) MUST_USE;
/* The same as others hand it over: PEM or DER, open or encrypted under the passphrase (n 0: none). */
bool rsa_from_file(
    const void *, size_t, const void *passphrase, size_t n, struct rsa **, struct fault *) MUST_USE;
bool rsa_pkcs8(const struct rsa *, struct sink *) MUST_USE; /* false: did not fit */
bool rsa_spki(const struct rsa *, struct sink *) MUST_USE;
int rsa_bits(const struct rsa *);
bool rsa_sign(
    const struct rsa *, const uint8_t digest[32], struct sink *signature, struct fault *) MUST_USE;
/* Signs and verifies, encrypts and decrypts once, and checks that the numbers are one key's. */
bool rsa_pairwise(const struct rsa *, struct fault *) MUST_USE;

/* A public half alone: for many signatures by one key. The caller frees *out. */
bool rsa_from_spki(struct der spki, struct rsa **out, struct fault *) MUST_USE;
bool rsa_verify_by(
    const struct rsa *, const uint8_t digest[32], const void *signature, size_t) MUST_USE;
/* The one encoding: rsaEncryption with NULL, shortest numbers, odd modulus, 65537. */
bool rsa_spki_read(struct der spki, int *bits, struct fault *) MUST_USE;
bool rsa_verify(struct der spki, const uint8_t digest[32], const void *signature, size_t) MUST_USE;
/* SHA-1 of the key's bits: the key identifier [RFC5280 4.2.1.2], method 1. */
bool rsa_key_id(struct der spki, uint8_t id[20]) MUST_USE;

#endif
