/*
 * pki/cms.h - a signed mail: whose signature, by which method, and whether it is good [RFC8551].
 *
 * Both forms of S/MIME, opaque and detached, by OpenSSL. The signature is checked over the mail's
 * own bytes under the certificate the mail brings; no CA is known here: whoever asks compares that
 * certificate with the one it issued, byte for byte. Methods: RSA with SHA-256, SHA-384, SHA-512
 * another method is named, and never counts as good.
 */
#ifndef AKASHI_PKI_CMS_H
#define AKASHI_PKI_CMS_H

#include "base/fault.h"
#include "base/record.h"

enum { CMS_METHOD = 64, CMS_SERIAL = 41, CMS_MOST = 4 << 20 };

enum cms_form { CMS_SIGNED, CMS_ENCRYPTED, CMS_NONE, CMS_FORMS };

struct cms_signature {
	enum cms_form form;
	int64_t signers; /* what follows is about the only one, else empty */
	char method[CMS_METHOD]; /* "RSA with SHA-256"; another's own name */
	bool permitted; /* the method is one of the three */
	bool good; /* over these bytes, under that certificate; never without permitted */
	struct instant signed_at; /* as the signer says; 0: it does not */
	/* That the signer names, in hex, or its certificate does; empty: neither. */
	char serial[CMS_SERIAL];
	struct der certificate; /* the signer's, DER; n 0: the mail brings none */
};
RECORD_DOOR(cms_signature, read);

/*
 * The certificate lies in `hold`; `content`: what was signed, once it is good.
 * CMS_NONE where nothing signed can be read. False: the certificate does not fit into it.
 */
bool cms_mail(struct der mail, struct sink *hold, struct cms_signature *out, struct sink *content,
    struct fault *) MUST_USE;

#endif
