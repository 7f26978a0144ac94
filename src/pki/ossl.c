#include "pki/ossl.h"

#include <openssl/err.h>
#include <stdlib.h>

#include "base/room.h"

/*
 * Where there is no memory libcrypto crashes, forgets what it holds, prints half a text and finds good
 * signatures bad: so the program ends there, as tests end it at every step [design 3].
 */
static void *
allocate(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return n == 0 ? NULL : room_or_end(malloc(n));
}

static void *
reallocate(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	if (n > 0)
		return room_or_end(realloc(p, n));
	free(p);
	return NULL;
}

static void
release(void *p, const char *file, int line)
{
	(void)file, (void)line;
	free(p);
}

/* It takes these only before its first allocation, and other libraries come to it on their own. */
__attribute__((constructor)) static void
memory_begin(void)
{
	(void)CRYPTO_set_mem_functions(allocate, reallocate, release);
}

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
