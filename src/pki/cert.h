/*
 * pki/cert.h - a subscriber's certificate and the CA's own: written by template, read back.
 *
 * cert_tbs, sign, cert_wrap, cert_parse_back. We write every byte ourselves; OpenSSL reads the
 * result back and each field is compared with what was meant, so that two programs that know
 * nothing of each other agree before a certificate leaves. Profile [RFC5280 4.1] [RFC5280 4.2]:
 * v3, sha256WithRSAEncryption, each field an RDN of its own, in order; the subject's alternative
 * names carry the mail address, directory name 1 (the subscriber) and 2 (the mandator).
 * Never sees a private key and never signs.
 */
#ifndef AKASHI_PKI_CERT_H
#define AKASHI_PKI_CERT_H

#include "base/der.h"
#include "base/fault.h"
#include "rules/policy.h"

enum { CERT_MOST = 16384, CERT_SERIAL = 20, CERT_KEY_ID = 20 };

struct cert_field {
	enum profile_place place;
	const char *oid; /* 2.5.4.3 */
	bool printable; /* PrintableString instead of UTF8String */
	struct der value; /* the characters, without a NUL */
};

/* What a certificate says. Everything is borrowed. */
struct cert_body {
	uint8_t serial[CERT_SERIAL]; /* positive: the first bit is 0, not all are */
	struct instant not_before, not_after;
	struct der issuer; /* Name, as it stands in the CA certificate's subject */
	struct der spki;
	const struct cert_field *fields;
	size_t field_count;
	struct der email; /* n 0: none */
	const char *policy_oid, *cps_uri, *crl_uri;
	uint8_t issuer_key_id[CERT_KEY_ID];
};

struct ca_body {
	uint8_t serial[CERT_SERIAL];
	struct instant not_before, not_after;
	struct der subject_name; /* Name: name_put made it */
	struct der spki;
	const char *policy_oid; /* or NULL */
};

/*
 * The rows cert_body_check, cert_parse_back, ca_parse_back and cert_ca_read refuse with. The
 * first group is about what was meant, the second about what the certificate says.
 */
/* clang-format off */
extern const struct refusal
	CERT_BODY_SERIAL, CERT_BODY_TIMES, CERT_BODY_VALUE, CERT_BODY_BOUND, CERT_BODY_SUBJECT,
	CERT_BODY_EMAIL, CERT_BODY_URI, CERT_BODY_NAME,
	CERT_FORM, CERT_VERSION, CERT_ALGORITHM, CERT_DIFFERENT_SERIAL, CERT_DIFFERENT_ISSUER,
	CERT_DIFFERENT_NOT_BEFORE, CERT_DIFFERENT_NOT_AFTER, CERT_DIFFERENT_SUBJECT,
	CERT_DIFFERENT_KEY, CERT_UNIQUE_ID, CERT_EXTENSION_SET, CERT_CRITICAL, CERT_CA_FLAG,
	CERT_AUTHORITY_KEY, CERT_SUBJECT_KEY, CERT_KEY_USAGE, CERT_POLICY, CERT_ALT_EMAIL,
	CERT_ALT_SUBSCRIBER, CERT_ALT_MANDATOR, CERT_ALT_SET, CERT_CRL_POINT, CERT_BYTES,
	CERT_SELF_SIGNATURE;
/* clang-format on */

/* A Name: every field an RDN of its own, in order; `place` is not looked at. */
void name_put(struct sink *, const struct cert_field *, size_t);

/* That the body can be written: values, bounds, times, serial, key. */
bool cert_body_check(const struct cert_body *, struct fault *) MUST_USE;
/* The to-be-signed bytes. A body that cert_body_check refuses leaves the sink full. */
void cert_tbs(const struct cert_body *, struct sink *);
/* The certificate around them. */
void cert_wrap(struct der tbs, const void *signature, size_t, struct sink *);
bool cert_parse_back(struct der certificate, const struct cert_body *, struct fault *) MUST_USE;
/*
 * For many: OpenSSL reads them without making anything of their keys, whose bytes are compared; a key's
 * own form is rsa_spki_read's, in cert_body_check. The caller frees *out.
 */
struct cert_reader;
bool cert_reader_new(struct cert_reader **out, struct fault *) MUST_USE;
void cert_reader_free(struct cert_reader *);
static inline void
cert_reader_drop(struct cert_reader **p)
{
	cert_reader_free(*p);
}
#define OWN_READER __attribute__((cleanup(cert_reader_drop))) struct cert_reader *
bool cert_parse_back_by(struct cert_reader *, struct der certificate, const struct cert_body *,
    struct fault *) MUST_USE;

bool ca_body_check(const struct ca_body *, struct fault *) MUST_USE;
/* A self-signed root: CA:TRUE, pathlen 0, keyCertSign and cRLSign. */
void ca_tbs(const struct ca_body *, struct sink *);
/* The same, and that it signed itself. */
bool ca_parse_back(struct der certificate, const struct ca_body *, struct fault *) MUST_USE;

struct cert_ca {
	struct der subject, spki; /* borrowed from the certificate */
	uint8_t key_id[CERT_KEY_ID];
	struct instant not_before, not_after;
	uint8_t serial[CERT_SERIAL];
	bool self_issued;
};
/* A CA's certificate that may issue: version 3, CA:TRUE, keyCertSign and cRLSign, RSA; a
 * self-issued one must have signed itself. */
bool cert_ca_read(struct der ca_certificate, struct cert_ca *, struct fault *) MUST_USE;

/* The certificate's parts as bytes: tbs with its header, the signature's octets. */
bool cert_split(struct der certificate, struct der *tbs, struct der *signature) MUST_USE;
/* Its SubjectPublicKeyInfo, borrowed. */
bool cert_spki(struct der certificate, struct der *spki) MUST_USE;

#endif
