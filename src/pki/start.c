#include "pki/start.h"

#include "pki/ossl.h"
#include "pki/p256.h"

const struct refusal PKI_SELF_TEST = { "pki-self-test", FAULT_CRYPTO, "design 1" };

enum { LOCKED = 1 << 18, LEAST = 32 };

bool
pki_start(struct fault *fault)
{
	uint8_t secret[P256_SECRET], point[P256_POINT], bytes[P256_SIGNATURE_MOST];
	uint8_t digest[32] = { 1 };
	struct sink s = SINK_INTO(bytes);
	ossl_ready();
	bool good = CRYPTO_secure_malloc_init(LOCKED, LEAST) != 0 &&
		    p256_new(secret, point, fault) && p256_sign(secret, digest, &s, fault) &&
		    p256_verify(point, digest, s.at, s.len);
	digest[31] ^= 1;
	good = good && !p256_verify(point, digest, s.at, s.len);
	OPENSSL_cleanse(secret, sizeof(secret));
	return good || fault_refuse(fault, &PKI_SELF_TEST, NULL,
			   "暗号ライブラリが自己試験に通りません。担当者に知らせてください。");
}
