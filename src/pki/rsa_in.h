/*
 * pki/rsa_in.h - the key as this room alone sees it: OpenSSL's object inside.
 */
#ifndef AKASHI_PKI_RSA_IN_H
#define AKASHI_PKI_RSA_IN_H

#include "pki/ossl.h"
#include "pki/rsa.h"

struct rsa {
	EVP_PKEY *key;
};

/* The numbers of a private key, in the order of PKCS#1 [RFC8017 A.1.2]. */
enum { RSA_N, RSA_E, RSA_D, RSA_P, RSA_Q, RSA_DP, RSA_DQ, RSA_QINV, RSA_NUMBERS };

/* The caller keeps the numbers. */
bool rsa_from_numbers(BIGNUM *const v[RSA_NUMBERS], struct rsa **, struct fault *) MUST_USE;
/* Takes the key over where it is one we let in; else refuses and leaves it. */
bool rsa_let_in(EVP_PKEY **, struct rsa **, struct fault *) MUST_USE;

#endif
