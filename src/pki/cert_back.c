/* What was written, read back by OpenSSL and compared field by field. */
#include "pki/cert.h"

#include <string.h>

#include "pki/cert_in.h"
#include "pki/ext.h"
#include "pki/rsa.h"

#define ROW(name, text, clause) const struct refusal name = { text, FAULT_BROKEN, clause }
ROW(CERT_FORM, "cert-form", "RFC5280 4.1");
ROW(CERT_VERSION, "cert-version", "RFC5280 4.1.2.1");
ROW(CERT_ALGORITHM, "cert-algorithm", "RFC5280 4.1.1.2");
ROW(CERT_DIFFERENT_SERIAL, "cert-serial", "RFC5280 4.1.2.2");
ROW(CERT_DIFFERENT_ISSUER, "cert-issuer", "RFC5280 4.1.2.4");
ROW(CERT_DIFFERENT_NOT_BEFORE, "cert-not-before", "RFC5280 4.1.2.5");
ROW(CERT_DIFFERENT_NOT_AFTER, "cert-not-after", "RFC5280 4.1.2.5");
ROW(CERT_DIFFERENT_SUBJECT, "cert-subject", "RFC5280 4.1.2.6");
ROW(CERT_DIFFERENT_KEY, "cert-key", "RFC5280 4.1.2.7");
ROW(CERT_UNIQUE_ID, "cert-unique-id", "RFC5280 4.1.2.8");
ROW(CERT_EXTENSION_SET, "cert-extension-set", "RFC5280 4.2");
ROW(CERT_CRITICAL, "cert-critical", "RFC5280 4.2");
ROW(CERT_CA_FLAG, "cert-ca-flag", "RFC5280 4.2.1.9");
ROW(CERT_AUTHORITY_KEY, "cert-authority-key", "RFC5280 4.2.1.1");
ROW(CERT_SUBJECT_KEY, "cert-subject-key", "RFC5280 4.2.1.2");
ROW(CERT_KEY_USAGE, "cert-key-usage", "RFC5280 4.2.1.3");
ROW(CERT_POLICY, "cert-policy", "RFC5280 4.2.1.4");
ROW(CERT_ALT_EMAIL, "cert-alt-email", "RFC5280 4.2.1.6");
ROW(CERT_ALT_SUBSCRIBER, "cert-alt-subscriber", "RFC5280 4.2.1.6");
ROW(CERT_ALT_MANDATOR, "cert-alt-mandator", "RFC5280 4.2.1.6");
ROW(CERT_ALT_SET, "cert-alt-set", "RFC5280 4.2.1.6");
ROW(CERT_CRL_POINT, "cert-crl-point", "RFC5280 4.2.1.13");
ROW(CERT_BYTES, "cert-bytes", "RFC5280 4.1");
ROW(CERT_SELF_SIGNATURE, "cert-self-signature", "RFC5280 4.1.1.3");

/* One certificate under comparison; `body` or `ca` says what was meant. */
struct back {
	struct der bytes, tbs, signature;
	X509 *x;
	GENERAL_NAMES *names; /* the subject's alternative names; NULL: none */
	const struct cert_body *body;
	const struct ca_body *ca;
};

static bool
same_bytes(const void *p, size_t n, struct der want)
{
	return n == want.n && (n == 0 || memcmp(p, want.p, n) == 0);
}

static bool
same_string(const ASN1_STRING *s, int type, struct der want)
{
	return s != NULL && ASN1_STRING_type(s) == type &&
	       same_bytes(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s), want);
}

static bool
same_object(const ASN1_OBJECT *o, const char *oid)
{
	char text[80];
	int n = OBJ_obj2txt(text, sizeof(text), o, 1);
	return n > 0 && n < (int)sizeof(text) && strcmp(text, oid) == 0;
}

static bool
version_good(const struct back *b)
{
	return X509_get_version(b->x) == X509_VERSION_3;
}

/* Outer and inner algorithm as bytes, NULL parameters included. */
static bool
algorithm_good(const struct back *b)
{
	struct der all = b->bytes, in, tbs, outer, inner, skipped;
	return der_take(&all, DER_SEQUENCE, &in) && der_take(&in, DER_SEQUENCE, &tbs) &&
	       der_take_whole(&in, DER_SEQUENCE, &outer) &&
	       der_take(&tbs, DER_CONTEXT(0), &skipped) && der_take(&tbs, DER_INTEGER, &skipped) &&
	       der_take_whole(&tbs, DER_SEQUENCE, &inner) &&
	       same_bytes(outer.p, outer.n, der_of(SHA256_RSA, sizeof(SHA256_RSA))) &&
	       same_bytes(inner.p, inner.n, outer) &&
	       X509_get_signature_nid(b->x) == NID_sha256WithRSAEncryption;
}

static bool
serial_same(const struct back *b)
{
	const uint8_t *want = b->body != NULL ? b->body->serial : b->ca->serial;
	size_t n = CERT_SERIAL;
	while (n > 1 && *want == 0)
		want++, n--;
	return same_string(X509_get0_serialNumber(b->x), V_ASN1_INTEGER, der_of(want, n));
}

static bool
name_bytes_same(const X509_NAME *name, struct der want)
{
	const uint8_t *der = NULL;
	size_t n = 0;
	return X509_NAME_get0_der(name, &der, &n) == 1 && same_bytes(der, n, want);
}

static bool
issuer_same(const struct back *b)
{
	return name_bytes_same(
	    X509_get_issuer_name(b->x), b->body != NULL ? b->body->issuer : b->ca->subject_name);
}

/* The right one of the two kinds of time, and its exact characters. */
static bool
time_same(const ASN1_TIME *t, struct instant want)
{
	uint8_t buf[20];
	struct sink s = SINK_INTO(buf);
	der_put_validity_time(&s, want);
	return !s.full &&
	       same_string(t, s.at[0] == DER_UTCTIME ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME,
		   der_of(s.at + 2, s.len - 2));
}

static bool
not_before_same(const struct back *b)
{
	return time_same(
	    X509_get0_notBefore(b->x), b->body != NULL ? b->body->not_before : b->ca->not_before);
}

static bool
not_after_same(const struct back *b)
{
	return time_same(
	    X509_get0_notAfter(b->x), b->body != NULL ? b->body->not_after : b->ca->not_after);
}

/* Each field of that place: an RDN of its own, in order, type, string kind and value. */
static bool
name_same(const X509_NAME *name, const struct cert_body *body, enum profile_place place)
{
	int at = 0, count = X509_NAME_entry_count(name);
	for (size_t i = 0; i < body->field_count; i++) {
		const struct cert_field *f = &body->fields[i];
		if (f->place != place)
			continue;
		const X509_NAME_ENTRY *e = at < count ? X509_NAME_get_entry(name, at) : NULL;
		if (e == NULL || X509_NAME_ENTRY_set(e) != at ||
		    !same_object(X509_NAME_ENTRY_get_object(e), f->oid) ||
		    !same_string(X509_NAME_ENTRY_get_data(e),
			f->printable ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING, f->value))
			return false;
		at++;
	}
	return at == count;
}

static bool
subject_same(const struct back *b)
{
	const X509_NAME *name = X509_get_subject_name(b->x);
	return b->body != NULL ? name_same(name, b->body, PLACE_SUBJECT)
			       : name_bytes_same(name, b->ca->subject_name);
}

static bool
key_same(const struct back *b)
{
	OWN_OSSL(der) = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(b->x), &der);
	return n > 0 && same_bytes(der, (size_t)n, b->body != NULL ? b->body->spki : b->ca->spki);
}

static bool
unique_id_none(const struct back *b)
{
	const ASN1_BIT_STRING *issuer, *subject;
	X509_get0_uids(b->x, &issuer, &subject);
	return issuer == NULL && subject == NULL;
}

/* basicConstraints stays away from a subscriber; a root says CA:TRUE, pathlen 0. */
static bool
ca_flag_same(const struct back *b)
{
	if (b->body != NULL && X509_get_ext_by_NID(b->x, NID_basic_constraints, -1) < 0)
		return true;
	uint32_t flags = X509_get_extension_flags(b->x);
	if (b->body != NULL)
		return (flags & EXFLAG_CA) == 0;
	return (flags & EXFLAG_CA) != 0 && X509_get_pathlen(b->x) == 0;
}

static bool
key_usage_same(const struct back *b)
{
	ASN1_BIT_STRING *bits = X509_get_ext_d2i(b->x, NID_key_usage, NULL, NULL);
	const uint8_t want = b->body != NULL ? KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION
					     : KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	bool same = same_string(bits, V_ASN1_BIT_STRING, der_of(&want, 1));
	ASN1_BIT_STRING_free(bits);
	return same;
}

struct ext_row {
	int nid;
	bool critical;
};
static const struct ext_row SUBSCRIBER_SET[] = { { NID_authority_key_identifier, false },
	{ NID_subject_key_identifier, false }, { NID_key_usage, true },
	{ NID_certificate_policies, false }, { NID_subject_alt_name, false },
	{ NID_crl_distribution_points, false } };
static const struct ext_row ROOT_SET[] = { { NID_basic_constraints, true }, { NID_key_usage, true },
	{ NID_subject_key_identifier, false }, { NID_certificate_policies, false } };

static bool
alt_names_meant(const struct cert_body *b)
{
	bool any = b->email.n > 0;
	for (size_t i = 0; i < b->field_count; i++)
		any = any || b->fields[i].place != PLACE_SUBJECT;
	return any;
}

static bool
ext_meant(const struct back *b, int nid)
{
	if (nid == NID_subject_alt_name)
		return alt_names_meant(b->body);
	if (nid == NID_certificate_policies && b->ca != NULL)
		return b->ca->policy_oid != NULL;
	return true;
}

/* Each that was meant, once, and none besides. */
static bool
ext_set_same(const struct back *b)
{
	const struct ext_row *rows = b->body != NULL ? SUBSCRIBER_SET : ROOT_SET;
	size_t n = b->body != NULL ? COUNT(SUBSCRIBER_SET) : COUNT(ROOT_SET);
	int meant = 0;
	for (size_t i = 0; i < n; i++) {
		int at = X509_get_ext_by_NID(b->x, rows[i].nid, -1);
		if (ext_meant(b, rows[i].nid) != (at >= 0))
			return false;
		if (at < 0)
			continue;
		meant++;
		if (X509_get_ext_by_NID(b->x, rows[i].nid, at) >= 0)
			return false;
	}
	return X509_get_ext_count(b->x) == meant;
}

static bool
critical_same(const struct back *b)
{
	const struct ext_row *rows = b->body != NULL ? SUBSCRIBER_SET : ROOT_SET;
	size_t n = b->body != NULL ? COUNT(SUBSCRIBER_SET) : COUNT(ROOT_SET);
	for (size_t i = 0; i < n; i++) {
		int at = X509_get_ext_by_NID(b->x, rows[i].nid, -1);
		if (at >= 0 &&
		    (X509_EXTENSION_get_critical(X509_get_ext(b->x, at)) != 0) != rows[i].critical)
			return false;
	}
	return true;
}

static bool
authority_key_same(const struct back *b)
{
	if (b->ca != NULL)
		return true;
	AUTHORITY_KEYID *id = X509_get_ext_d2i(b->x, NID_authority_key_identifier, NULL, NULL);
	bool same = id != NULL && id->issuer == NULL && id->serial == NULL &&
		    same_string(id->keyid, V_ASN1_OCTET_STRING,
			der_of(b->body->issuer_key_id, CERT_KEY_ID));
	AUTHORITY_KEYID_free(id);
	return same;
}

static bool
subject_key_same(const struct back *b)
{
	uint8_t id[CERT_KEY_ID];
	ASN1_OCTET_STRING *is = X509_get_ext_d2i(b->x, NID_subject_key_identifier, NULL, NULL);
	bool same = rsa_key_id(b->body != NULL ? b->body->spki : b->ca->spki, id) &&
		    same_string(is, V_ASN1_OCTET_STRING, der_of(id, sizeof(id)));
	ASN1_OCTET_STRING_free(is);
	return same;
}

static bool
policy_one_same(const POLICYINFO *p, const char *oid, const char *cps)
{
	if (!same_object(p->policyid, oid))
		return false;
	if (cps == NULL)
		return p->qualifiers == NULL;
	if (sk_POLICYQUALINFO_num(p->qualifiers) != 1)
		return false;
	const POLICYQUALINFO *q = sk_POLICYQUALINFO_value(p->qualifiers, 0);
	return OBJ_obj2nid(q->pqualid) == NID_id_qt_cps &&
	       same_string(q->d.cpsuri, V_ASN1_IA5STRING, der_of(cps, strlen(cps)));
}

static bool
policy_same(const struct back *b)
{
	const char *oid = b->body != NULL ? b->body->policy_oid : b->ca->policy_oid;
	if (oid == NULL)
		return true;
	CERTIFICATEPOLICIES *all = X509_get_ext_d2i(b->x, NID_certificate_policies, NULL, NULL);
	bool same = all != NULL && sk_POLICYINFO_num(all) == 1 &&
		    policy_one_same(sk_POLICYINFO_value(all, 0), oid,
			b->body != NULL ? b->body->cps_uri : NULL);
	CERTIFICATEPOLICIES_free(all);
	return same;
}

/* Which name of the subject's alternative names stands at a place: -1 where none was meant. */
enum alt { ALT_EMAIL, ALT_SUBSCRIBER, ALT_MANDATOR, ALTS };

static void
alt_places(const struct cert_body *b, int place[ALTS])
{
	bool meant[ALTS] = { [ALT_EMAIL] = b->email.n > 0 };
	int next = 0;
	for (size_t i = 0; i < b->field_count; i++) {
		meant[ALT_SUBSCRIBER] |= b->fields[i].place == PLACE_SUBSCRIBER;
		meant[ALT_MANDATOR] |= b->fields[i].place == PLACE_MANDATOR;
	}
	for (int i = 0; i < ALTS; i++)
		place[i] = meant[i] ? next++ : -1;
}

static bool
alt_set_same(const struct back *b)
{
	static const int KIND[ALTS] = { GEN_EMAIL, GEN_DIRNAME, GEN_DIRNAME };
	int place[ALTS], meant = 0;
	if (b->ca != NULL || !alt_names_meant(b->body))
		return true;
	alt_places(b->body, place);
	for (int i = 0; i < ALTS; i++) {
		if (place[i] < 0)
			continue;
		meant++;
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(b->names, place[i]);
		if (g == NULL || g->type != KIND[i])
			return false;
	}
	return sk_GENERAL_NAME_num(b->names) == meant;
}

static bool
alt_one_same(const struct back *b, enum alt which)
{
	int place[ALTS];
	if (b->ca != NULL)
		return true;
	alt_places(b->body, place);
	if (place[which] < 0)
		return true;
	const GENERAL_NAME *g = sk_GENERAL_NAME_value(b->names, place[which]);
	if (g == NULL)
		return false;
	if (which == ALT_EMAIL)
		return same_string(g->d.rfc822Name, V_ASN1_IA5STRING, b->body->email);
	return name_same(g->d.directoryName, b->body,
	    which == ALT_SUBSCRIBER ? PLACE_SUBSCRIBER : PLACE_MANDATOR);
}

static bool
alt_email_same(const struct back *b)
{
	return alt_one_same(b, ALT_EMAIL);
}

static bool
alt_subscriber_same(const struct back *b)
{
	return alt_one_same(b, ALT_SUBSCRIBER);
}

static bool
alt_mandator_same(const struct back *b)
{
	return alt_one_same(b, ALT_MANDATOR);
}

static bool
point_same(const DIST_POINT *p, const char *uri)
{
	if (p->reasons != NULL || p->CRLissuer != NULL || p->distpoint == NULL ||
	    p->distpoint->type != 0 || sk_GENERAL_NAME_num(p->distpoint->name.fullname) != 1)
		return false;
	const GENERAL_NAME *g = sk_GENERAL_NAME_value(p->distpoint->name.fullname, 0);
	return g->type == GEN_URI && same_string(g->d.uniformResourceIdentifier, V_ASN1_IA5STRING,
					 der_of(uri, strlen(uri)));
}

static bool
crl_point_same(const struct back *b)
{
	if (b->ca != NULL)
		return true;
	CRL_DIST_POINTS *all = X509_get_ext_d2i(b->x, NID_crl_distribution_points, NULL, NULL);
	bool same = all != NULL && sk_DIST_POINT_num(all) == 1 &&
		    point_same(sk_DIST_POINT_value(all, 0), b->body->crl_uri);
	CRL_DIST_POINTS_free(all);
	return same;
}

/* Last of all: nothing that no field above names differs either. */
static bool
bytes_same(const struct back *b)
{
	OWN_SINK s = SINK_GROW(CERT_MOST);
	if (b->body != NULL)
		cert_tbs(b->body, &s);
	else
		ca_tbs(b->ca, &s);
	return !s.full && same_bytes(s.at, s.len, b->tbs);
}

static bool
self_signature_good(const struct back *b)
{
	uint8_t digest[32];
	if (b->body != NULL)
		return true;
	return ossl_sha256(b->tbs.p, b->tbs.n, digest) &&
	       rsa_verify(b->ca->spki, digest, b->signature.p, b->signature.n);
}

static const struct {
	const struct refusal *row;
	bool (*same)(const struct back *);
} CHECKS[] = {
	{ &CERT_VERSION, version_good },
	{ &CERT_ALGORITHM, algorithm_good },
	{ &CERT_DIFFERENT_SERIAL, serial_same },
	{ &CERT_DIFFERENT_ISSUER, issuer_same },
	{ &CERT_DIFFERENT_NOT_BEFORE, not_before_same },
	{ &CERT_DIFFERENT_NOT_AFTER, not_after_same },
	{ &CERT_DIFFERENT_SUBJECT, subject_same },
	{ &CERT_DIFFERENT_KEY, key_same },
	{ &CERT_UNIQUE_ID, unique_id_none },
	{ &CERT_CA_FLAG, ca_flag_same },
	{ &CERT_KEY_USAGE, key_usage_same },
	{ &CERT_EXTENSION_SET, ext_set_same },
	{ &CERT_CRITICAL, critical_same },
	{ &CERT_AUTHORITY_KEY, authority_key_same },
	{ &CERT_SUBJECT_KEY, subject_key_same },
	{ &CERT_POLICY, policy_same },
	{ &CERT_ALT_SET, alt_set_same },
	{ &CERT_ALT_EMAIL, alt_email_same },
	{ &CERT_ALT_SUBSCRIBER, alt_subscriber_same },
	{ &CERT_ALT_MANDATOR, alt_mandator_same },
	{ &CERT_CRL_POINT, crl_point_same },
	{ &CERT_BYTES, bytes_same },
	{ &CERT_SELF_SIGNATURE, self_signature_good },
};

static bool
back_refuse(struct fault *fault, const struct refusal *row)
{
	return fault_refuse(fault, row, NULL,
	    "出来上がった証明書が指示と違います(%s)。"
	    "渡さずに止めました。担当者に知らせてください。",
	    row->name);
}

static GENERAL_NAMES *
alt_names(const X509 *x)
{
	return x == NULL ? NULL : X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
}

static bool
compare(struct back *b, const struct cert_reader *reader, struct fault *fault)
{
	ossl_ready();
	OWN(X509) x = cert_read_by(reader, b->bytes);
	OWN(GENERAL_NAMES) names = alt_names(x);
	b->x = x;
	b->names = names;
	if (x == NULL || !cert_split(b->bytes, &b->tbs, &b->signature)) {
		(void)ossl_answer(false);
		return back_refuse(fault, &CERT_FORM);
	}
	for (size_t i = 0; i < COUNT(CHECKS); i++)
		if (!ossl_answer(CHECKS[i].same(b)))
			return back_refuse(fault, CHECKS[i].row);
	return true;
}

bool
cert_parse_back_by(struct cert_reader *reader, struct der certificate, const struct cert_body *body,
    struct fault *fault)
{
	struct back b = { .bytes = certificate, .body = body };
	return cert_body_check(body, fault) && compare(&b, reader, fault);
}

bool
cert_parse_back(struct der certificate, const struct cert_body *body, struct fault *fault)
{
	return cert_parse_back_by(NULL, certificate, body, fault);
}

bool
ca_parse_back(struct der certificate, const struct ca_body *body, struct fault *fault)
{
	struct back b = { .bytes = certificate, .ca = body };
	return ca_body_check(body, fault) && compare(&b, NULL, fault);
}
