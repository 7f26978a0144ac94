/*
 * pki/ext.h - extensions as certificate and list write them. Included by pki/ alone.
 */
#ifndef AKASHI_PKI_EXT_H
#define AKASHI_PKI_EXT_H

#include "base/der.h"

/* sha256WithRSAEncryption with NULL [RFC4055 5], header included. */
enum { SHA256_RSA_BYTES = 15 };
extern const uint8_t SHA256_RSA[SHA256_RSA_BYTES];

struct ext {
	size_t whole, octets; /* marks of the writer */
};
/* The value is written between the two. */
struct ext ext_begin(struct sink *, const char *oid, bool critical);
void ext_end(struct sink *, struct ext);
/* authorityKeyIdentifier with the key identifier alone [RFC5280 4.2.1.1]. */
void ext_authority_key(struct sink *, const uint8_t id[20]);

#endif
