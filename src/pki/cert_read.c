/* A certificate's parts, and the CA's certificate as who issues under it needs it. */
#include <openssl/provider.h>
#include <stdlib.h>
#include <string.h>

#include "pki/cert_in.h"
#include "pki/rsa.h"

/* A library context in which nothing can be done with a key, so nothing is tried. */
struct cert_reader {
	OSSL_LIB_CTX *context;
	OSSL_PROVIDER *none;
};

bool
cert_reader_new(struct cert_reader **out, struct fault *fault)
{
	OWN_READER r = calloc(1, sizeof(*r));
	ossl_ready();
	if (r == NULL || (r->context = OSSL_LIB_CTX_new()) == NULL ||
	    (r->none = OSSL_PROVIDER_load(r->context, "null")) == NULL)
		return ossl_fault(fault, "証明書を読む用意ができません。");
	*out = TAKE(r);
	return true;
}

void
cert_reader_free(struct cert_reader *r)
{
	if (r == NULL)
		return;
	(void)OSSL_PROVIDER_unload(r->none);
	OSSL_LIB_CTX_free(r->context);
	free(r);
}

X509 *
cert_read_by(const struct cert_reader *r, struct der bytes)
{
	const uint8_t *at = bytes.p;
	X509 *x = r == NULL ? NULL : X509_new_ex(r->context, NULL);
	if (bytes.n > CERT_MOST || (r != NULL && x == NULL) ||
	    d2i_X509(&x, &at, (long)bytes.n) == NULL) {
		X509_free(x);
		return NULL;
	}
	OWN(X509) whole = x;
	return at == bytes.p + bytes.n ? TAKE(whole) : NULL;
}

/* The whole of the bytes as a certificate; the caller owns it. NULL: they are none. */
X509 *
cert_read_whole(struct der bytes)
{
	return cert_read_by(NULL, bytes);
}

bool
cert_split(struct der certificate, struct der *tbs, struct der *signature)
{
	struct der in, t, alg, bits;
	if (!der_take(&certificate, DER_SEQUENCE, &in) || !der_done(&certificate) ||
	    !der_take_whole(&in, DER_SEQUENCE, &t) || !der_take(&in, DER_SEQUENCE, &alg) ||
	    !der_take(&in, DER_BITS, &bits) || !der_done(&in) || bits.n < 2 || bits.p[0] != 0)
		return false;
	*tbs = t;
	*signature = der_of(bits.p + 1, bits.n - 1);
	return true;
}

/* The fields of TBSCertificate that are borrowed, each with its header. */
static bool
cert_split_tbs(struct der tbs, struct der *issuer, struct der *subject, struct der *spki)
{
	struct der in, skipped;
	return der_take(&tbs, DER_SEQUENCE, &in) && der_take(&in, DER_CONTEXT(0), &skipped) &&
	       der_take(&in, DER_INTEGER, &skipped) && der_take(&in, DER_SEQUENCE, &skipped) &&
	       der_take_whole(&in, DER_SEQUENCE, issuer) && der_take(&in, DER_SEQUENCE, &skipped) &&
	       der_take_whole(&in, DER_SEQUENCE, subject) &&
	       der_take_whole(&in, DER_SEQUENCE, spki);
}

bool
cert_spki(struct der certificate, struct der *spki)
{
	struct der tbs, signature, issuer, subject, key;
	if (!cert_split(certificate, &tbs, &signature) ||
	    !cert_split_tbs(tbs, &issuer, &subject, &key))
		return false;
	*spki = key;
	return true;
}

static bool
ca_refuse(struct fault *fault, const struct refusal *row)
{
	return fault_refuse(fault, row, NULL,
	    "認証局の証明書として使えません(%s)。認証局の証明書のファイルを確かめてください。",
	    row->name);
}

bool
cert_instant(const ASN1_TIME *t, struct instant *out)
{
	struct tm tm;
	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	struct day d = { tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
	out->sec = day_number(d) * DAY_SECONDS + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
	return true;
}

static bool
serial_of(const ASN1_INTEGER *n, uint8_t out[CERT_SERIAL])
{
	int len = ASN1_STRING_length(n);
	if (ASN1_STRING_type(n) != V_ASN1_INTEGER || len < 1 || len > CERT_SERIAL)
		return false;
	memset(out, 0, CERT_SERIAL);
	memcpy(out + CERT_SERIAL - len, ASN1_STRING_get0_data(n), (size_t)len);
	return true;
}

/* An issuer that names itself must have signed itself. */
static bool
self_issued_good(struct der tbs, struct der signature, const struct cert_ca *ca)
{
	uint8_t digest[32];
	return !ca->self_issued || (ossl_sha256(tbs.p, tbs.n, digest) &&
				       rsa_verify(ca->spki, digest, signature.p, signature.n));
}

bool
cert_ca_read(struct der bytes, struct cert_ca *out, struct fault *fault)
{
	struct cert_ca ca;
	struct der tbs, signature, issuer;
	int bits;
	ossl_ready();
	OWN(X509) x = cert_read_whole(bytes);
	if (!ossl_answer(x != NULL) || !cert_split(bytes, &tbs, &signature) ||
	    !cert_split_tbs(tbs, &issuer, &ca.subject, &ca.spki) ||
	    !cert_instant(X509_get0_notBefore(x), &ca.not_before) ||
	    !cert_instant(X509_get0_notAfter(x), &ca.not_after))
		return ca_refuse(fault, &CERT_FORM);
	if (!serial_of(X509_get0_serialNumber(x), ca.serial))
		return ca_refuse(fault, &CERT_BODY_SERIAL);
	if (X509_get_version(x) != X509_VERSION_3)
		return ca_refuse(fault, &CERT_VERSION);
	if ((X509_get_extension_flags(x) & (EXFLAG_CA | EXFLAG_INVALID)) != EXFLAG_CA)
		return ca_refuse(fault, &CERT_CA_FLAG);
	const uint32_t both = KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	if ((X509_get_extension_flags(x) & EXFLAG_KUSAGE) == 0 ||
	    (X509_get_key_usage(x) & both) != both)
		return ca_refuse(fault, &CERT_KEY_USAGE);
	if (!rsa_spki_read(ca.spki, &bits, fault))
		return false;
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x);
	if (id == NULL || ASN1_STRING_length(id) != CERT_KEY_ID)
		return ca_refuse(fault, &CERT_SUBJECT_KEY);
	memcpy(ca.key_id, ASN1_STRING_get0_data(id), CERT_KEY_ID);
	ca.self_issued = issuer.n == ca.subject.n && memcmp(issuer.p, ca.subject.p, issuer.n) == 0;
	if (!self_issued_good(tbs, signature, &ca))
		return ca_refuse(fault, &CERT_SELF_SIGNATURE);
	*out = ca;
	return ossl_answer(true);
}
