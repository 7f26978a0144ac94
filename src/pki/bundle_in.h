/*
 * pki/bundle_in.h - a file's certificates and lists as OpenSSL's objects, for this room alone.
 */
#ifndef AKASHI_PKI_BUNDLE_IN_H
#define AKASHI_PKI_BUNDLE_IN_H

#include "pki/bundle.h"
#include "pki/ossl.h"

#define X509S STACK_OF(X509)
#define X509_CRLS STACK_OF(X509_CRL)

/* Each adds what the file holds, in order, to a stack that owns it; none is a refusal. */
bool bundle_certificates(const struct bundle_file *, X509S *, struct fault *) MUST_USE;
bool bundle_lists(const struct bundle_file *, X509_CRLS *, struct fault *) MUST_USE;

static inline void
bundle_certificates_drop(X509S **p)
{
	sk_X509_pop_free(*p, X509_free);
}
static inline void
bundle_lists_drop(X509_CRLS **p)
{
	sk_X509_CRL_pop_free(*p, X509_CRL_free);
}
#define OWN_X509S __attribute__((cleanup(bundle_certificates_drop))) X509S *
#define OWN_X509_CRLS __attribute__((cleanup(bundle_lists_drop))) X509_CRLS *

#endif
