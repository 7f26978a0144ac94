/*
 * pki/ossl.h - how this room holds OpenSSL's objects. Included by pki/ alone.
 *
 * ossl_ready comes first in every function that is a way in: no configuration file is ever read,
 * whoever calls first. Where libcrypto gets no memory the program ends (base/room.h), so none of its
 * answers means that. Each OWN type is released when it leaves scope, secrets are wiped.
 */
#ifndef AKASHI_PKI_OSSL_H
#define AKASHI_PKI_OSSL_H

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/der.h"
#include "base/fault.h"

#define OSSL_DROP(type, release)                                                                   \
	static inline void type##_drop(type **p)                                                   \
	{                                                                                          \
		release(*p);                                                                       \
	}
OSSL_DROP(BIGNUM, BN_clear_free)
OSSL_DROP(BN_CTX, BN_CTX_free)
OSSL_DROP(EC_GROUP, EC_GROUP_free)
OSSL_DROP(EC_POINT, EC_POINT_free)
OSSL_DROP(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
OSSL_DROP(EVP_PKEY, EVP_PKEY_free)
OSSL_DROP(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
OSSL_DROP(OSSL_PARAM, OSSL_PARAM_free)
OSSL_DROP(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
OSSL_DROP(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
OSSL_DROP(X509_SIG, X509_SIG_free)
OSSL_DROP(PKCS12, PKCS12_free)
OSSL_DROP(X509, X509_free)
OSSL_DROP(X509_CRL, X509_CRL_free)
OSSL_DROP(GENERAL_NAMES, GENERAL_NAMES_free)
OSSL_DROP(ASN1_OBJECT, ASN1_OBJECT_free)
OSSL_DROP(ASN1_INTEGER, ASN1_INTEGER_free)

/* For bytes from OPENSSL_malloc: OWN_OSSL(x) frees them when x leaves scope. */
static inline void
ossl_bytes_drop(void *p)
{
	OPENSSL_free(*(void **)p);
}
#define OWN_OSSL(p) __attribute__((cleanup(ossl_bytes_drop))) uint8_t *p

void ossl_ready(void);
/* Always false: a CRYPTO fault whose detail is OpenSSL's newest reason; the queue is emptied. */
bool ossl_fault(struct fault *, const char *say);
/* The answer, with OpenSSL's queue emptied: for questions whose "no" is no fault. */
bool ossl_answer(bool);
bool ossl_sha256(const void *, size_t, uint8_t digest[32]) MUST_USE;
bool ossl_sha1(const void *, size_t, uint8_t digest[20]) MUST_USE;

#endif
