#include "pki/ossl.h"

#include <openssl/err.h>

void
ossl_ready(void)
{
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
}

bool
ossl_fault(struct fault *fault, const char *say)
{
	unsigned long why = ERR_peek_last_error();
	const char *text = ERR_reason_error_string(why);
	fault_set(fault, FAULT_CRYPTO, "%s", say);
	if (why != 0)
		fault_detail(
		    fault, "OpenSSL %08lx: %s", why, text == NULL ? "no reason given" : text);
	ERR_clear_error();
	return false;
}

bool
ossl_answer(bool answer)
{
	ERR_clear_error();
	return answer;
}

bool
ossl_sha256(const void *p, size_t n, uint8_t digest[32])
{
	return EVP_Digest(p, n, digest, NULL, EVP_sha256(), NULL) == 1;
}

bool
ossl_sha1(const void *p, size_t n, uint8_t digest[20])
{
	return EVP_Digest(p, n, digest, NULL, EVP_sha1(), NULL) == 1;
}
