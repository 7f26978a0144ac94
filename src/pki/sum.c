#include "pki/sum.h"

#include <string.h>

#include "pki/ossl.h"

void
sum_begin(struct sum *s)
{
	ossl_ready();
	s->state = EVP_MD_CTX_new();
	if (s->state != NULL && EVP_DigestInit_ex(s->state, EVP_sha256(), NULL) != 1)
		sum_drop(s);
}

void
sum_add(struct sum *s, const void *p, size_t n)
{
	if (s->state != NULL && EVP_DigestUpdate(s->state, p, n) != 1)
		sum_drop(s);
}

bool
sum_end(struct sum *s, uint8_t out[32], struct fault *fault)
{
	uint8_t digest[32];
	bool good = s->state != NULL && EVP_DigestFinal_ex(s->state, digest, NULL) == 1;
	sum_drop(s);
	if (!good)
		return ossl_fault(fault, "ダイジェストを計算できません。");
	memcpy(out, digest, sizeof(digest));
	return true;
}

void
sum_drop(struct sum *s)
{
	EVP_MD_CTX_free(s->state);
	s->state = NULL;
}

bool
sum_of(const void *p, size_t n, uint8_t out[32], struct fault *fault)
{
	struct sum s;
	sum_begin(&s);
	sum_add(&s, p, n);
	return sum_end(&s, out, fault);
}
