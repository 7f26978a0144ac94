/*
 * pki/bundle.h - certificates and lists out of a file, PEM (one or many) or DER (one).
 *
 * A file that holds something else beside them (a key, say) is read for what is asked; one that
 * holds none, or a damaged one, is refused. Included by pki/ alone but for the file and its rows.
 */
#ifndef AKASHI_PKI_BUNDLE_H
#define AKASHI_PKI_BUNDLE_H

#include "base/der.h"
#include "base/fault.h"

enum { BUNDLE_MOST = 64 << 20, BUNDLE_CERTIFICATES_MOST = 4096 };

extern const struct refusal BUNDLE_FILE; /* no certificate, no list, or a damaged one */

struct bundle_file {
	const char *name; /* as the person gave it */
	struct der bytes;
};

/* The one certificate, the one list a file holds, as DER. */
bool bundle_certificate(const struct bundle_file *, struct sink *der, struct fault *) MUST_USE;
bool bundle_list(const struct bundle_file *, struct sink *der, struct fault *) MUST_USE;

#endif
