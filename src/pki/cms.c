#include "pki/cms.h"

#include <openssl/cms.h>
#include <stdio.h>
#include <string.h>

#include "pki/ossl.h"

OSSL_DROP(BIO, BIO_free_all)
OSSL_DROP(CMS_ContentInfo, CMS_ContentInfo_free)

/* Some signers name the key's algorithm, some the whole. */
static const struct method {
	int digest, whole;
	const char *name;
} METHODS[] = {
	{ NID_sha256, NID_sha256WithRSAEncryption, "RSA with SHA-256" },
	{ NID_sha384, NID_sha384WithRSAEncryption, "RSA with SHA-384" },
	{ NID_sha512, NID_sha512WithRSAEncryption, "RSA with SHA-512" },
};

static int
algorithm_of(const X509_ALGOR *a)
{
	const ASN1_OBJECT *o = NULL;
	X509_ALGOR_get0(&o, NULL, NULL, a);
	return OBJ_obj2nid(o);
}

static const char *
name_of(int nid)
{
	const char *name = nid == NID_undef ? NULL : OBJ_nid2ln(nid);
	return name == NULL ? "unknown" : name;
}

static void
method_read(CMS_SignerInfo *signer, struct cms_signature *out)
{
	X509_ALGOR *digest = NULL, *signature = NULL;
	CMS_SignerInfo_get0_algs(signer, NULL, NULL, &digest, &signature);
	int d = algorithm_of(digest), s = algorithm_of(signature);
	for (size_t i = 0; i < COUNT(METHODS); i++)
		if (d == METHODS[i].digest && (s == NID_rsaEncryption || s == METHODS[i].whole)) {
			(void)snprintf(out->method, sizeof(out->method), "%s", METHODS[i].name);
			out->permitted = true;
			return;
		}
	(void)snprintf(out->method, sizeof(out->method), "%.30s, %.30s", name_of(s), name_of(d));
}

/* What i2d writes, appended to hold. */
static struct der
held(struct sink *hold, uint8_t *der, int n)
{
	size_t from = hold->len;
	if (n > 0)
		sink_bytes(hold, der, (size_t)n);
	return hold->full || n <= 0 ? der_of(NULL, 0) : der_of(hold->at + from, (size_t)n);
}

/* In our serials' own form: 20 octets in lower hex. */
static void
serial_put(const ASN1_INTEGER *serial, char out[CMS_SERIAL])
{
	const uint8_t *p = ASN1_STRING_get0_data(serial);
	int n = ASN1_STRING_length(serial);
	struct sink hex = { .at = (uint8_t *)out, .cap = CMS_SERIAL };
	for (int i = n; i < 20; i++)
		sink_text(&hex, "00");
	if (n > 0)
		sink_hex(&hex, p, (size_t)n);
	if (sink_string(&hex) == NULL)
		out[0] = '\0';
}

static void
named_read(CMS_SignerInfo *signer, struct cms_signature *out)
{
	ASN1_INTEGER *serial = NULL;
	if (CMS_SignerInfo_get0_signer_id(signer, NULL, NULL, &serial) == 1 && serial != NULL)
		serial_put(serial, out->serial);
}

static void
time_read(CMS_SignerInfo *signer, struct cms_signature *out)
{
	const int at = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
	X509_ATTRIBUTE *a = at < 0 ? NULL : CMS_signed_get_attr(signer, at);
	const ASN1_TYPE *t = a == NULL ? NULL : X509_ATTRIBUTE_get0_type(a, 0);
	struct tm tm;
	if (t == NULL || (t->type != V_ASN1_UTCTIME && t->type != V_ASN1_GENERALIZEDTIME) ||
	    ASN1_TIME_to_tm(t->value.asn1_string, &tm) != 1)
		return;
	const struct day d = { tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
	if (day_exists(d))
		out->signed_at.sec =
		    day_number(d) * DAY_SECONDS + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
}

/* The signer's certificate among those the mail brings; borrowed from them. */
static X509 *
certificate_find(STACK_OF(X509) * brought, CMS_SignerInfo *signer)
{
	for (int i = 0; i < sk_X509_num(brought); i++)
		if (CMS_SignerInfo_cert_cmp(signer, sk_X509_value(brought, i)) == 0)
			return sk_X509_value(brought, i);
	return NULL;
}

static void
certificate_read(
    CMS_ContentInfo *cms, CMS_SignerInfo *signer, struct sink *hold, struct cms_signature *out)
{
	STACK_OF(X509) *brought = CMS_get1_certs(cms);
	X509 *x = certificate_find(brought, signer);
	OWN_OSSL(der) = NULL;
	const int n = x == NULL ? 0 : i2d_X509(x, &der);
	out->certificate = held(hold, der, n);
	if (x != NULL && out->serial[0] == '\0') /* named by its key alone */
		serial_put(X509_get0_serialNumber(x), out->serial);
	sk_X509_pop_free(brought, X509_free);
}

/* Chains are somebody else's question: only whether these bytes were signed by that key. */
static bool
verify(CMS_ContentInfo *cms, BIO *detached, struct sink *content)
{
	OWN(BIO) out = BIO_new(BIO_s_mem());
	char *p = NULL;
	if (out == NULL ||
	    CMS_verify(cms, NULL, NULL, detached, out, CMS_NO_SIGNER_CERT_VERIFY) != 1)
		return false;
	long n = BIO_get_mem_data(out, &p);
	if (n > 0)
		sink_bytes(content, p, (size_t)n);
	return !content->full;
}

static void
signers_read(CMS_ContentInfo *cms, BIO *detached, struct sink *hold, struct cms_signature *out,
    struct sink *content)
{
	STACK_OF(CMS_SignerInfo) *all = CMS_get0_SignerInfos(cms);
	out->signers = all == NULL ? 0 : sk_CMS_SignerInfo_num(all);
	if (out->signers != 1)
		return;
	CMS_SignerInfo *signer = sk_CMS_SignerInfo_value(all, 0);
	method_read(signer, out);
	named_read(signer, out);
	time_read(signer, out);
	certificate_read(cms, signer, hold, out);
	out->good = out->permitted && out->certificate.n > 0 && verify(cms, detached, content);
}

static enum cms_form
form_of(const CMS_ContentInfo *cms)
{
	switch (cms == NULL ? NID_undef : OBJ_obj2nid(CMS_get0_type(cms))) {
	case NID_pkcs7_signed:
		return CMS_SIGNED;
	case NID_pkcs7_enveloped:
	case NID_id_smime_ct_authEnvelopedData:
	case NID_pkcs7_encrypted:
		return CMS_ENCRYPTED;
	}
	return CMS_NONE;
}

bool
cms_mail(struct der mail, struct sink *hold, struct cms_signature *out, struct sink *content,
    struct fault *fault)
{
	struct cms_signature got = { .form = CMS_NONE };
	BIO *part = NULL;
	ossl_ready();
	OWN(BIO) in = BIO_new_mem_buf(mail.p, mail.n > INT32_MAX ? 0 : (int)mail.n);
	if (in == NULL)
		return ossl_fault(fault, "記憶域が足りません。");
	OWN(CMS_ContentInfo) cms = SMIME_read_CMS(in, &part);
	OWN(BIO) detached = part;
	got.form = form_of(cms);
	if (got.form == CMS_SIGNED)
		signers_read(cms, detached, hold, &got, content);
	*out = got;
	return ossl_answer(true) &&
	       (!hold->full || fault_set(fault, FAULT_INPUT, "証明書が大きすぎます。"));
}
