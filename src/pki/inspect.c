#include "pki/inspect.h"

#include <string.h>

#include "base/text.h"
#include "pki/bundle_in.h"
#include "pki/cert_in.h"

enum { TEXT_MOST = 1 << 20, PATH_MOST = 160 };

/* Who is told, about which certificate; one scratch text. */
struct look {
	void (*each)(void *with, const struct inspect_row *);
	void *with;
	int certificate;
	bool critical; /* for the next row alone */
	struct sink text;
};

static void
tell(struct look *l, const char *path, const ASN1_OBJECT *object, const char *kind)
{
	char oid[80], label[80];
	bool known = object != NULL && OBJ_obj2nid(object) != NID_undef;
	if (object != NULL)
		(void)OBJ_obj2txt(oid, sizeof(oid), object, 1);
	if (known)
		(void)OBJ_obj2txt(label, sizeof(label), object, 0);
	const char *text = sink_string(&l->text);
	struct inspect_row row = { l->certificate, path, object != NULL ? oid : NULL,
		known ? label : NULL, kind, text != NULL ? text : "(long)", l->critical };
	l->each(l->with, &row);
	l->text.len = 0;
	l->text.full = false;
	l->critical = false;
}

/* UTF-8 with what moves a cursor, or is no text, made visible. */
static void
plain_put(struct sink *s, const char *text, size_t n)
{
	if (!utf8_valid(text, n)) {
		sink_hex(s, text, n);
		return;
	}
	for (const char *at = text, *end = text + n; at < end;) {
		uint32_t c = utf8_next(&at);
		bool moves = c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) ||
			     (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
		if (moves)
			sink_print(s, "<U+%04X>", (unsigned)c);
		else
			utf8_put(s, c);
	}
}

static void
string_put(struct sink *s, const ASN1_STRING *v)
{
	OWN_OSSL(utf8) = NULL;
	int n = v == NULL ? -1 : ASN1_STRING_to_UTF8(&utf8, v);
	if (n >= 0)
		plain_put(s, (const char *)utf8, (size_t)n);
	else if (v != NULL)
		sink_hex(s, ASN1_STRING_get0_data(v), (size_t)ASN1_STRING_length(v));
}

static void
name_tell(struct look *l, const char *path, const X509_NAME *name)
{
	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *e = X509_NAME_get_entry(name, i);
		const ASN1_STRING *v = X509_NAME_ENTRY_get_data(e);
		char at[PATH_MOST];
		(void)snprintf(at, sizeof(at), "%s.%d", path, i + 1);
		string_put(&l->text, v);
		tell(l, at, X509_NAME_ENTRY_get_object(e), ASN1_tag2str(ASN1_STRING_type(v)));
	}
}

static void
time_tell(struct look *l, const char *path, const ASN1_TIME *t)
{
	struct instant at;
	char text[INSTANT_TEXT];
	if (cert_instant(t, &at))
		sink_text(&l->text, instant_print(text, at));
	else
		string_put(&l->text, t);
	tell(l, path, NULL, ASN1_tag2str(ASN1_STRING_type(t)));
}

static void
hex_tell(struct look *l, const char *path, const ASN1_STRING *v)
{
	if (v == NULL)
		return;
	sink_hex(&l->text, ASN1_STRING_get0_data(v), (size_t)ASN1_STRING_length(v));
	tell(l, path, NULL, NULL);
}

/* The kinds of GeneralName that are one string. */
static const struct {
	int type;
	const char *word;
} STRINGS[] = { { GEN_EMAIL, "email" }, { GEN_DNS, "dns" }, { GEN_URI, "uri" } };

static void
general_tell(struct look *l, const char *path, const GENERAL_NAME *g, int directory)
{
	char at[PATH_MOST];
	if (g->type == GEN_DIRNAME) {
		(void)snprintf(at, sizeof(at), "%s.directory-%d", path, directory);
		name_tell(l, at, g->d.directoryName);
		return;
	}
	for (size_t i = 0; i < COUNT(STRINGS); i++)
		if (STRINGS[i].type == g->type) {
			(void)snprintf(at, sizeof(at), "%s.%s", path, STRINGS[i].word);
			string_put(&l->text, g->d.ia5);
			tell(l, at, NULL, ASN1_tag2str(V_ASN1_IA5STRING));
			return;
		}
	OWN_OSSL(der) = NULL;
	int n = i2d_GENERAL_NAME(g, &der);
	(void)snprintf(at, sizeof(at), "%s.other", path);
	sink_hex(&l->text, der, n > 0 ? (size_t)n : 0);
	tell(l, at, g->type == GEN_OTHERNAME ? g->d.otherName->type_id : NULL, "DER");
}

static void
generals_tell(struct look *l, const char *path, const GENERAL_NAMES *names)
{
	int directories = 0;
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);
		directories += g->type == GEN_DIRNAME;
		general_tell(l, path, g, directories);
	}
}

static void
tell_alt_names(struct look *l, const char *path, const void *value)
{
	generals_tell(l, path, value);
}

static void
tell_key_usage(struct look *l, const char *path, const void *value)
{
	static const char *const BIT[] = { "digitalSignature", "nonRepudiation", "keyEncipherment",
		"dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly",
		"decipherOnly" };
	for (int i = 0; i < (int)COUNT(BIT); i++)
		if (ASN1_BIT_STRING_get_bit(value, i) == 1)
			sink_print(&l->text, "%s%s", l->text.len > 0 ? ", " : "", BIT[i]);
	tell(l, path, NULL, NULL);
}

static void
tell_extended_usage(struct look *l, const char *path, const void *value)
{
	const EXTENDED_KEY_USAGE *all = value;
	for (int i = 0; i < sk_ASN1_OBJECT_num(all); i++) {
		char label[80];
		(void)OBJ_obj2txt(label, sizeof(label), sk_ASN1_OBJECT_value(all, i), 0);
		sink_text(&l->text, label);
		tell(l, path, sk_ASN1_OBJECT_value(all, i), NULL);
	}
}

static void
tell_basic(struct look *l, const char *path, const void *value)
{
	const BASIC_CONSTRAINTS *b = value;
	sink_text(&l->text, b->ca ? "CA:TRUE" : "CA:FALSE");
	if (b->pathlen != NULL)
		sink_print(&l->text, ", pathlen:%ld", ASN1_INTEGER_get(b->pathlen));
	tell(l, path, NULL, NULL);
}

static void
tell_subject_key(struct look *l, const char *path, const void *value)
{
	hex_tell(l, path, value);
}

static void
tell_authority_key(struct look *l, const char *path, const void *value)
{
	const AUTHORITY_KEYID *a = value;
	char at[PATH_MOST];
	hex_tell(l, path, a->keyid);
	(void)snprintf(at, sizeof(at), "%s.issuer", path);
	generals_tell(l, at, a->issuer);
	(void)snprintf(at, sizeof(at), "%s.serial", path);
	hex_tell(l, at, a->serial);
}

static void
notice_tell(struct look *l, const char *path, const POLICYQUALINFO *q)
{
	int nid = OBJ_obj2nid(q->pqualid);
	if (nid == NID_id_qt_cps)
		string_put(&l->text, q->d.cpsuri);
	else if (nid == NID_id_qt_unotice)
		string_put(&l->text, q->d.usernotice->exptext);
	tell(l, path, q->pqualid, NULL);
}

static void
tell_policies(struct look *l, const char *path, const void *value)
{
	const CERTIFICATEPOLICIES *all = value;
	for (int i = 0; i < sk_POLICYINFO_num(all); i++) {
		const POLICYINFO *p = sk_POLICYINFO_value(all, i);
		char at[PATH_MOST], oid[80];
		(void)OBJ_obj2txt(oid, sizeof(oid), p->policyid, 1);
		(void)snprintf(at, sizeof(at), "%s.%d", path, i + 1);
		sink_text(&l->text, oid);
		tell(l, at, p->policyid, NULL);
		for (int k = 0; k < sk_POLICYQUALINFO_num(p->qualifiers); k++) {
			char deep[PATH_MOST];
			(void)snprintf(deep, sizeof(deep), "%.100s.qualifier-%d", at, k + 1);
			notice_tell(l, deep, sk_POLICYQUALINFO_value(p->qualifiers, k));
		}
	}
}

static void
tell_crl_points(struct look *l, const char *path, const void *value)
{
	const CRL_DIST_POINTS *all = value;
	for (int i = 0; i < sk_DIST_POINT_num(all); i++) {
		const DIST_POINT *p = sk_DIST_POINT_value(all, i);
		char at[PATH_MOST];
		(void)snprintf(at, sizeof(at), "%s.%d", path, i + 1);
		if (p->distpoint != NULL && p->distpoint->type == 0)
			generals_tell(l, at, p->distpoint->name.fullname);
		(void)snprintf(at, sizeof(at), "%s.%d.issuer", path, i + 1);
		generals_tell(l, at, p->CRLissuer);
	}
}

static void
tell_access(struct look *l, const char *path, const void *value)
{
	const AUTHORITY_INFO_ACCESS *all = value;
	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(all); i++) {
		const ACCESS_DESCRIPTION *a = sk_ACCESS_DESCRIPTION_value(all, i);
		char at[PATH_MOST], label[80];
		(void)OBJ_obj2txt(label, sizeof(label), a->method, 0);
		(void)snprintf(at, sizeof(at), "%.60s.%.60s", path, label);
		general_tell(l, at, a->location, 1);
	}
}

static const struct {
	int nid;
	const char *word;
	void (*tell)(struct look *, const char *path, const void *value);
} EXTENSIONS[] = {
	{ NID_subject_alt_name, "subjectAltName", tell_alt_names },
	{ NID_issuer_alt_name, "issuerAltName", tell_alt_names },
	{ NID_key_usage, "keyUsage", tell_key_usage },
	{ NID_ext_key_usage, "extendedKeyUsage", tell_extended_usage },
	{ NID_basic_constraints, "basicConstraints", tell_basic },
	{ NID_subject_key_identifier, "subjectKeyIdentifier", tell_subject_key },
	{ NID_authority_key_identifier, "authorityKeyIdentifier", tell_authority_key },
	{ NID_certificate_policies, "certificatePolicies", tell_policies },
	{ NID_crl_distribution_points, "cRLDistributionPoints", tell_crl_points },
	{ NID_info_access, "authorityInfoAccess", tell_access },
};

/* One we know by its parts; else its bytes. */
static void
extension_tell(struct look *l, X509_EXTENSION *ext)
{
	char path[PATH_MOST], oid[80];
	const ASN1_OBJECT *object = X509_EXTENSION_get_object(ext);
	const ASN1_STRING *bytes = X509_EXTENSION_get_data(ext);
	int nid = OBJ_obj2nid(object);
	l->critical = X509_EXTENSION_get_critical(ext) != 0;
	for (size_t i = 0; i < COUNT(EXTENSIONS); i++) {
		void *value = nid == EXTENSIONS[i].nid ? X509V3_EXT_d2i(ext) : NULL;
		if (value == NULL)
			continue;
		(void)snprintf(path, sizeof(path), "extension.%s", EXTENSIONS[i].word);
		EXTENSIONS[i].tell(l, path, value);
		ASN1_item_free(value, ASN1_ITEM_ptr(X509V3_EXT_get(ext)->it));
		return;
	}
	(void)OBJ_obj2txt(oid, sizeof(oid), object, 1);
	(void)snprintf(path, sizeof(path), "extension.%s", oid);
	sink_hex(&l->text, ASN1_STRING_get0_data(bytes), (size_t)ASN1_STRING_length(bytes));
	tell(l, path, object, "DER");
}

static void
algorithm_tell(struct look *l, const char *path, const X509_ALGOR *alg)
{
	const ASN1_OBJECT *object = NULL;
	char label[80];
	X509_ALGOR_get0(&object, NULL, NULL, alg);
	(void)OBJ_obj2txt(label, sizeof(label), object, 0);
	sink_text(&l->text, label);
	tell(l, path, object, NULL);
}

static void
key_tell(struct look *l, X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	X509_ALGOR *alg = NULL;
	if (X509_PUBKEY_get0_param(NULL, NULL, NULL, &alg, X509_get_X509_PUBKEY(x)) == 1)
		algorithm_tell(l, "public-key.algorithm", alg);
	if (key != NULL) {
		sink_print(&l->text, "%d", EVP_PKEY_get_bits(key));
		tell(l, "public-key.bits", NULL, NULL);
	}
	OWN_OSSL(der) = NULL;
	uint8_t digest[32];
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	if (n > 0 && ossl_sha256(der, (size_t)n, digest)) {
		sink_hex(&l->text, digest, sizeof(digest));
		tell(l, "public-key.sha256", NULL, NULL);
	}
}

static void
fingerprint_tell(struct look *l, const X509 *x)
{
	uint8_t digest[32];
	OWN_OSSL(der) = NULL;
	int n = i2d_X509(x, &der);
	if (n > 0 && ossl_sha256(der, (size_t)n, digest)) {
		sink_hex(&l->text, digest, sizeof(digest));
		tell(l, "fingerprint.sha256", NULL, NULL);
	}
}

static void
certificate_tell(struct look *l, X509 *x)
{
	sink_print(&l->text, "%ld", X509_get_version(x) + 1);
	tell(l, "version", NULL, NULL);
	hex_tell(l, "serial", X509_get0_serialNumber(x));
	algorithm_tell(l, "signature", X509_get0_tbs_sigalg(x));
	name_tell(l, "issuer", X509_get_issuer_name(x));
	time_tell(l, "not-before", X509_get0_notBefore(x));
	time_tell(l, "not-after", X509_get0_notAfter(x));
	name_tell(l, "subject", X509_get_subject_name(x));
	key_tell(l, x);
	for (int i = 0; i < X509_get_ext_count(x); i++)
		extension_tell(l, X509_get_ext(x, i));
	fingerprint_tell(l, x);
}

bool
inspect_file(const struct bundle_file *file, void (*each)(void *with, const struct inspect_row *),
    void *with, struct fault *fault)
{
	ossl_ready();
	OWN_X509S all = sk_X509_new_null();
	if (all == NULL)
		return ossl_fault(fault, "証明書を読み始められません。");
	if (!bundle_certificates(file, all, fault))
		return false;
	struct look l = { .each = each, .with = with, .text = SINK_GROW(TEXT_MOST) };
	for (int i = 0; i < sk_X509_num(all); i++) {
		l.certificate = i;
		certificate_tell(&l, sk_X509_value(all, i));
	}
	sink_drop(&l.text);
	return ossl_answer(true);
}
