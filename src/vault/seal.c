#include "vault/seal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

const struct refusal SEAL_BROKEN = { "seal-broken", FAULT_BROKEN, "design 4" };
const struct refusal SEAL_OTHER_PURPOSE = { "seal-other-purpose", FAULT_BROKEN, "design 4" };

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
};

void
seal_pair(uint8_t public[SEAL_PUBLIC], uint8_t secret[SEAL_SECRET])
{
	crypto_box_keypair(public, secret);
}

void
seal_public(const uint8_t secret[SEAL_SECRET], uint8_t public[SEAL_PUBLIC])
{
	(void)crypto_scalarmult_base(public, secret);
}

/* Every encoding of a point whose order divides 8, the top bit cleared: 0, 1, the two of order 8, and
 * p - 1, p and p + 1 [RFC7748 5, 6.1]. What is sealed to one anybody opens; crypto_box_seal refuses it. */
static const uint8_t LOW_ORDER[][SEAL_PUBLIC] = {
	{ 0 },
	{ 1 },
	{ 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
	    0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f,
	    0x49, 0xb8, 0x00 },
	{ 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
	    0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0,
	    0x9f, 0x11, 0x57 },
	{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0x7f },
	{ 0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0x7f },
	{ 0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0x7f },
};

bool
seal_public_good(const uint8_t public[SEAL_PUBLIC])
{
	uint8_t canonical[SEAL_PUBLIC];
	memcpy(canonical, public, SEAL_PUBLIC);
	canonical[SEAL_PUBLIC - 1] &= 0x7f;
	for (size_t i = 0; i < COUNT(LOW_ORDER); i++)
		if (memcmp(canonical, LOW_ORDER[i], SEAL_PUBLIC) == 0)
			return false;
	return true;
}

/* To a key of low order nothing is sealed: the bytes may still be the plain ones. */
static void
sealed_put(bool good, const uint8_t *sealed, size_t n, struct sink *out)
{
	if (good)
		sink_bytes(out, sealed, n);
	else
		out->full = true;
}

/* Purpose, a zero byte, the bytes: sealed as one. */
void
seal_put(const char *purpose, const uint8_t public[SEAL_PUBLIC], const void *p, size_t n,
    struct sink *out)
{
	size_t head = strlen(purpose) + 1;
	OWN_SECRET(plain) = secret_new(head + n);
	uint8_t *sealed = malloc(head + n + crypto_box_SEALBYTES);
	if (plain == NULL || sealed == NULL) {
		out->full = true;
		free(sealed);
		return;
	}
	memcpy(plain, purpose, head);
	if (n > 0)
		memcpy((uint8_t *)plain + head, p, n);
	sealed_put(crypto_box_seal(sealed, plain, head + n, public) == 0, sealed,
	    head + n + crypto_box_SEALBYTES, out);
	free(sealed);
}

/* Where the cipher text will stand, so that nothing else has to be wiped. */
void
seal_put_public(const char *purpose, const uint8_t public[SEAL_PUBLIC], const void *p, size_t n,
    struct sink *out)
{
	size_t head = strlen(purpose) + 1;
	uint8_t *sealed = malloc(head + n + crypto_box_SEALBYTES);
	if (sealed == NULL) {
		out->full = true;
		return;
	}
	uint8_t *plain = sealed + crypto_box_SEALBYTES;
	memcpy(plain, purpose, head);
	if (n > 0)
		memcpy(plain + head, p, n);
	sealed_put(crypto_box_seal(sealed, plain, head + n, public) == 0, sealed,
	    head + n + crypto_box_SEALBYTES, out);
	free(sealed);
}

static bool
broken(struct fault *fault)
{
	return fault_refuse(
	    fault, &SEAL_BROKEN, NULL, "封が壊れているか、別の鍵で封じられています。");
}

/* plain: n - crypto_box_SEALBYTES octets; *head: so many of them are the purpose. */
static bool
open_into(const char *purpose, const uint8_t secret[SEAL_SECRET], const uint8_t public[SEAL_PUBLIC],
    const void *p, size_t n, uint8_t *plain, size_t *head, struct fault *fault)
{
	size_t len = n - crypto_box_SEALBYTES;
	*head = strlen(purpose) + 1;
	if (crypto_box_seal_open(plain, p, n, public, secret) != 0)
		return broken(fault);
	return (len >= *head && memcmp(plain, purpose, *head) == 0) ||
	       fault_refuse(fault, &SEAL_OTHER_PURPOSE, NULL, "別の用途に封じられたものです。");
}

bool
seal_open(const char *purpose, const uint8_t secret[SEAL_SECRET], const void *p, size_t n,
    struct sink *out, struct fault *fault)
{
	size_t head;
	uint8_t public[SEAL_PUBLIC];
	if (n < crypto_box_SEALBYTES)
		return broken(fault);
	size_t len = n - crypto_box_SEALBYTES;
	OWN_SECRET(plain) = secret_new(len + 1);
	if (plain == NULL)
		return broken(fault);
	seal_public(secret, public);
	if (!open_into(purpose, secret, public, p, n, plain, &head, fault))
		return false;
	sink_bytes(out, (uint8_t *)plain + head, len - head);
	return !out->full || fault_set(fault, FAULT_BUG, "封の中身が大きすぎます。");
}

/* Of keys, many times over: a page of its own for each would cost more than the opening. */
bool
seal_open_fixed(const char *purpose, const uint8_t secret[SEAL_SECRET],
    const uint8_t public[SEAL_PUBLIC], const void *p, size_t len, void *out, size_t n,
    struct fault *fault)
{
	uint8_t plain[SEAL_PURPOSE_MOST + SEAL_FIXED_MOST];
	size_t head;
	if (len < crypto_box_SEALBYTES || len - crypto_box_SEALBYTES > sizeof(plain))
		return broken(fault);
	bool good = open_into(purpose, secret, public, p, len, plain, &head, fault) &&
		    (len - crypto_box_SEALBYTES - head == n || broken(fault));
	if (good)
		memcpy(out, plain + head, n);
	secret_wipe(plain, sizeof(plain));
	return good;
}

void
box_put(const char *purpose, const uint8_t key[BOX_KEY], const void *p, size_t n, struct sink *out)
{
	uint8_t nonce[NONCE], *sealed = malloc(n + TAG);
	if (sealed == NULL) {
		out->full = true;
		return;
	}
	randombytes_buf(nonce, sizeof(nonce));
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
	    sealed, NULL, p, n, (const uint8_t *)purpose, strlen(purpose), NULL, nonce, key);
	sink_bytes(out, nonce, sizeof(nonce));
	sink_bytes(out, sealed, n + TAG);
	free(sealed);
}

bool
box_open(const char *purpose, const uint8_t key[BOX_KEY], const void *p, size_t n, struct sink *out,
    struct fault *fault)
{
	if (n < NONCE + TAG)
		return broken(fault);
	size_t len = n - NONCE - TAG;
	if (out->limit == 0 && !out->full && out->cap - out->len >= len) { /* straight into it */
		if (!box_open_fixed(purpose, key, p, n, out->at + out->len, len, fault))
			return false;
		out->len += len;
		return true;
	}
	OWN_SECRET(plain) = secret_new(len + 1);
	if (plain == NULL)
		return broken(fault);
	if (!box_open_fixed(purpose, key, p, n, plain, len, fault))
		return false;
	sink_bytes(out, plain, len);
	return !out->full || fault_set(fault, FAULT_BUG, "封の中身が大きすぎます。");
}

bool
box_open_fixed(const char *purpose, const uint8_t key[BOX_KEY], const void *p, size_t n, void *out,
    size_t size, struct fault *fault)
{
	return (n == size + NONCE + TAG &&
		   crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
		       (const uint8_t *)p + NONCE, n - NONCE, (const uint8_t *)purpose,
		       strlen(purpose), p, key) == 0) ||
	       broken(fault);
}
