/*
 * pki/cert_in.h - a certificate as this room alone sees it: OpenSSL's object.
 */
#ifndef AKASHI_PKI_CERT_IN_H
#define AKASHI_PKI_CERT_IN_H

#include "pki/cert.h"
#include "pki/ossl.h"

/* The whole of the bytes as a certificate; the caller owns it. NULL: they are none. */
X509 *cert_read_whole(struct der) MUST_USE;
/* The same by a reader; NULL: none. */
X509 *cert_read_by(const struct cert_reader *, struct der) MUST_USE;
/* A certificate's or a list's time. */
bool cert_instant(const ASN1_TIME *, struct instant *) MUST_USE;

#endif
