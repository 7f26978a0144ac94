/*
 * pki/crl.h - a revocation list of any size, streamed [RFC5280 5].
 *
 * All lengths are known up front: crl_frame gives what stands before and after; between them come
 * crl_prefix, the entries as crl_entry once wrote them, crl_suffix. The digest to sign is over
 * prefix, entries, suffix. Entries stay in order of revocation and are never removed, which
 * expiredCertsOnCRL (X.509, 2.5.29.60, non-critical) says. Never holds a list in memory.
 */
#ifndef AKASHI_PKI_CRL_H
#define AKASHI_PKI_CRL_H

#include "base/der.h"
#include "base/fault.h"

enum { CRL_ENTRY_MOST = 96, CRL_PREFIX_MOST = 4096, CRL_SUFFIX_MOST = 256 };

struct crl_head {
	struct der issuer; /* Name, as in the CA certificate's subject */
	struct instant this_update, next_update;
	uint64_t number;
	uint8_t issuer_key_id[20];
	struct instant expired_since; /* .sec 0: the extension is left out */
	uint64_t entry_bytes; /* of all entries; 0: revokedCertificates is absent */
};

extern const struct refusal CRL_FORM, CRL_VERSION, CRL_ALGORITHM, CRL_ISSUER, CRL_SIGNATURE,
    CRL_NUMBER, CRL_AUTHORITY_KEY, CRL_TIMES;

/* reason 0: none is written, as [RFC5280 5.3.1] asks; invalidity .sec 0: none. */
void crl_entry(const uint8_t serial[20], struct instant revoked, int reason,
    struct instant invalidity, struct sink *);
/* The header of TBSCertList and everything up to the first entry. */
void crl_prefix(const struct crl_head *, struct sink *);
/* The extensions: authority key, number, expiredCertsOnCRL. */
void crl_suffix(const struct crl_head *, struct sink *);
/* What stands before the prefix and after the suffix. With signature NULL only `before` is
 * written: its bytes do not depend on the signature, only on its length. */
void crl_frame(const struct crl_head *, size_t signature_bytes, struct sink *before,
    const void *signature, struct sink *after);

/* OpenSSL reads the list: form, issuer, signature of that CA, number, authority key, times. */
bool crl_check(struct der crl, struct der ca_certificate, uint64_t number, struct fault *) MUST_USE;

/* What a list says; each entry in its order. The same checks, whatever its number. */
struct crl_said {
	uint64_t number;
	struct instant this_update, next_update;
	int64_t entries;
	bool critical; /* it has a critical extension: of a part, or to another list */
	struct der tbs; /* borrowed from the list */
};
struct crl_revoked {
	uint8_t serial[20];
	struct instant at, invalid_since; /* .sec 0: not told */
	int reason; /* 0: none */
	bool critical; /* it has a critical extension */
	struct der whole; /* borrowed from the list */
};
typedef bool crl_each(void *context, const struct crl_revoked *, struct fault *);
bool crl_read(struct der crl, struct der ca_certificate, struct crl_said *, crl_each *,
    void *context, struct fault *) MUST_USE;

#endif
