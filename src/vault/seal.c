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
	(void)crypto_box_seal(sealed, plain, head + n, public);
	sink_bytes(out, sealed, head + n + crypto_box_SEALBYTES);
	free(sealed);
}

static bool
broken(struct fault *fault)
{
	return fault_refuse(
	    fault, &SEAL_BROKEN, NULL, "封が壊れているか、別の鍵で封じられています。");
}

bool
seal_open(const char *purpose, const uint8_t secret[SEAL_SECRET], const void *p, size_t n,
    struct sink *out, struct fault *fault)
{
	uint8_t public[SEAL_PUBLIC];
	size_t head = strlen(purpose) + 1;
	if (n < crypto_box_SEALBYTES)
		return broken(fault);
	size_t len = n - crypto_box_SEALBYTES;
	OWN_SECRET(plain) = secret_new(len + 1);
	seal_public(secret, public);
	if (plain == NULL || crypto_box_seal_open(plain, p, n, public, secret) != 0)
		return broken(fault);
	if (len < head || memcmp(plain, purpose, head) != 0)
		return fault_refuse(
		    fault, &SEAL_OTHER_PURPOSE, NULL, "別の用途に封じられたものです。");
	sink_bytes(out, (uint8_t *)plain + head, len - head);
	return !out->full || fault_set(fault, FAULT_BUG, "封の中身が大きすぎます。");
}

bool
seal_open_fixed(const char *purpose, const uint8_t secret[SEAL_SECRET], const void *p, size_t len,
    void *out, size_t n, struct fault *fault)
{
	OWN_SECRET(plain) = secret_new(n + 1);
	if (plain == NULL)
		return broken(fault);
	struct sink s = { .at = plain, .cap = n + 1 };
	if (!seal_open(purpose, secret, p, len, &s, fault))
		return false;
	if (s.len != n)
		return broken(fault);
	memcpy(out, plain, n);
	return true;
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
	OWN_SECRET(plain) = secret_new(len + 1);
	if (plain == NULL || crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
				 (const uint8_t *)p + NONCE, n - NONCE, (const uint8_t *)purpose,
				 strlen(purpose), p, key) != 0)
		return broken(fault);
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
