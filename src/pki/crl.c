#include "pki/crl.h"

#include <string.h>

#include "pki/cert.h"
#include "pki/ext.h"
#include "pki/ossl.h"
#include "pki/rsa.h"

/* A list without its entries: by far the most is its issuer's name. */
enum { REST_MOST = 64 << 10 };

const struct refusal CRL_FORM = { "crl-form", FAULT_BROKEN, "RFC5280 5.1" };
const struct refusal CRL_VERSION = { "crl-version", FAULT_BROKEN, "RFC5280 5.1.2.1" };
const struct refusal CRL_ALGORITHM = { "crl-algorithm", FAULT_BROKEN, "RFC5280 5.1.1.2" };
const struct refusal CRL_ISSUER = { "crl-issuer", FAULT_BROKEN, "RFC5280 5.1.2.3" };
const struct refusal CRL_SIGNATURE = { "crl-signature", FAULT_BROKEN, "RFC5280 5.1.1.3" };
const struct refusal CRL_NUMBER = { "crl-number", FAULT_BROKEN, "RFC5280 5.2.3" };
const struct refusal CRL_AUTHORITY_KEY = { "crl-authority-key", FAULT_BROKEN, "RFC5280 5.2.1" };
const struct refusal CRL_TIMES = { "crl-times", FAULT_BROKEN, "RFC5280 5.1.2.5" };

void
crl_entry(const uint8_t serial[20], struct instant revoked, int reason, struct instant invalidity,
    struct sink *s)
{
	size_t entry = der_begin(s, DER_SEQUENCE);
	der_put_unsigned(s, serial, 20);
	der_put_validity_time(s, revoked);
	if (reason != 0 || invalidity.sec != 0) {
		size_t all = der_begin(s, DER_SEQUENCE);
		if (reason != 0) {
			struct ext e = ext_begin(s, "2.5.29.21", false);
			der_put_enum(s, reason);
			ext_end(s, e);
		}
		if (invalidity.sec != 0) {
			struct ext e = ext_begin(s, "2.5.29.24", false);
			der_put_time(s, invalidity);
			ext_end(s, e);
		}
		der_end(s, all);
	}
	der_end(s, entry);
}

/* Tag and length of a value that follows elsewhere. */
static size_t
header(uint8_t out[10], uint8_t tag, uint64_t n)
{
	size_t k = 0;
	out[0] = tag;
	if (n < 0x80) {
		out[1] = (uint8_t)n;
		return 2;
	}
	for (uint64_t v = n; v > 0; v >>= 8)
		k++;
	out[1] = (uint8_t)(0x80 | k);
	for (size_t i = 0; i < k; i++)
		out[2 + i] = (uint8_t)(n >> (8 * (k - 1 - i)));
	return k + 2;
}

static uint64_t
with_header(uint8_t tag, uint64_t n)
{
	uint8_t out[10];
	return header(out, tag, n) + n;
}

/* version ... nextUpdate: what stands between the header and the entries' own. */
static void
fields(const struct crl_head *head, struct sink *s)
{
	der_put_int(s, 1);
	sink_bytes(s, SHA256_RSA, sizeof(SHA256_RSA));
	sink_bytes(s, head->issuer.p, head->issuer.n);
	der_put_validity_time(s, head->this_update);
	der_put_validity_time(s, head->next_update);
}

void
crl_suffix(const struct crl_head *head, struct sink *s)
{
	uint8_t number[8];
	for (int i = 0; i < 8; i++)
		number[i] = (uint8_t)(head->number >> (8 * (7 - i)));
	size_t tagged = der_begin(s, DER_CONTEXT(0)), all = der_begin(s, DER_SEQUENCE);
	ext_authority_key(s, head->issuer_key_id);
	struct ext e = ext_begin(s, "2.5.29.20", false);
	der_put_unsigned(s, number, sizeof(number));
	ext_end(s, e);
	if (head->expired_since.sec != 0) {
		e = ext_begin(s, "2.5.29.60", false);
		der_put_time(s, head->expired_since);
		ext_end(s, e);
	}
	der_end(s, all);
	der_end(s, tagged);
}

/* Length of the content of TBSCertList; 0: a part did not fit. */
static uint64_t
tbs_length(const struct crl_head *head, struct sink *front)
{
	uint8_t buf[CRL_SUFFIX_MOST];
	struct sink back = SINK_INTO(buf);
	fields(head, front);
	crl_suffix(head, &back);
	if (front->full || back.full)
		return 0;
	uint64_t entries =
	    head->entry_bytes == 0 ? 0 : with_header(DER_SEQUENCE, head->entry_bytes);
	return front->len + entries + back.len;
}

void
crl_prefix(const struct crl_head *head, struct sink *s)
{
	uint8_t buf[CRL_PREFIX_MOST], h[10];
	struct sink front = SINK_INTO(buf);
	uint64_t n = tbs_length(head, &front);
	if (n == 0) {
		s->full = true;
		return;
	}
	sink_bytes(s, h, header(h, DER_SEQUENCE, n));
	sink_bytes(s, front.at, front.len);
	if (head->entry_bytes != 0)
		sink_bytes(s, h, header(h, DER_SEQUENCE, head->entry_bytes));
}

void
crl_frame(const struct crl_head *head, size_t signature_bytes, struct sink *before,
    const void *signature, struct sink *after)
{
	uint8_t buf[CRL_PREFIX_MOST], h[10];
	struct sink front = SINK_INTO(buf);
	uint64_t n = tbs_length(head, &front);
	if (n == 0) {
		before->full = true;
		return;
	}
	n = with_header(DER_SEQUENCE, n) + sizeof(SHA256_RSA) +
	    with_header(DER_BITS, signature_bytes + 1);
	sink_bytes(before, h, header(h, DER_SEQUENCE, n));
	if (signature == NULL)
		return;
	sink_bytes(after, SHA256_RSA, sizeof(SHA256_RSA));
	der_put_bits(after, signature, signature_bytes);
}

static bool
crl_refuse(struct fault *fault, const struct refusal *row)
{
	return fault_refuse(fault, row, NULL,
	    "失効リストの検査(%s)に通りません。前の失効リストのまま、作り直してください。",
	    row->name);
}

/* Outer and inner algorithm as bytes: OpenSSL compares only what it knows. */
static bool
algorithms_good(struct der crl)
{
	struct der all, tbs, alg, in;
	int64_t version;
	return der_take(&crl, DER_SEQUENCE, &all) && der_take(&all, DER_SEQUENCE, &tbs) &&
	       der_take_whole(&all, DER_SEQUENCE, &alg) && der_take_int(&tbs, &version) &&
	       der_take_whole(&tbs, DER_SEQUENCE, &in) && alg.n == sizeof(SHA256_RSA) &&
	       memcmp(alg.p, SHA256_RSA, alg.n) == 0 && in.n == alg.n &&
	       memcmp(in.p, alg.p, in.n) == 0;
}

static bool
issuer_good(const X509_CRL *crl, const struct cert_ca *ca)
{
	const uint8_t *der = NULL;
	size_t n = 0;
	return X509_NAME_get0_der(X509_CRL_get_issuer(crl), &der, &n) == 1 && n == ca->subject.n &&
	       memcmp(der, ca->subject.p, n) == 0;
}

static bool
signature_good(struct der tbs, struct der signature, struct der spki)
{
	uint8_t digest[32];
	return ossl_sha256(tbs.p, tbs.n, digest) &&
	       rsa_verify(spki, digest, signature.p, signature.n);
}

static bool
number_of(const X509_CRL *crl, uint64_t *number)
{
	int critical;
	OWN(ASN1_INTEGER) n = X509_CRL_get_ext_d2i(crl, NID_crl_number, &critical, NULL);
	return n != NULL && critical == 0 && ASN1_INTEGER_get_uint64(number, n) == 1;
}

static bool
authority_good(const X509_CRL *crl, const uint8_t id[20])
{
	int critical;
	AUTHORITY_KEYID *akid =
	    X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, &critical, NULL);
	bool same = akid != NULL && critical == 0 && akid->keyid != NULL &&
		    ASN1_STRING_length(akid->keyid) == 20 &&
		    memcmp(ASN1_STRING_get0_data(akid->keyid), id, 20) == 0;
	AUTHORITY_KEYID_free(akid);
	return same;
}

static bool
times_good(const X509_CRL *crl)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	return next != NULL && ASN1_TIME_compare(X509_CRL_get0_lastUpdate(crl), next) == -1;
}

/* One extension of an entry: its reason, since when it was invalid, or another's. */
static bool
entry_extension(struct der *all, struct crl_revoked *r)
{
	static const uint8_t REASON[] = { 0x55, 0x1d, 0x15 }, INVALIDITY[] = { 0x55, 0x1d, 0x18 };
	struct der one, oid, value;
	bool critical = false;
	int64_t reason;
	if (!der_take(all, DER_SEQUENCE, &one) || !der_take(&one, DER_OID, &oid))
		return false;
	(void)!der_take_bool(&one, &critical); /* absent: false */
	if (!der_take_octets(&one, &value) || !der_done(&one))
		return false;
	r->critical = r->critical || critical;
	bool known = oid.n == sizeof(REASON);
	if (known && memcmp(oid.p, INVALIDITY, oid.n) == 0)
		return der_take_time(&value, &r->invalid_since) && der_done(&value);
	if (!known || memcmp(oid.p, REASON, oid.n) != 0)
		return true;
	if (!der_take_enum(&value, &reason) || !der_done(&value) || reason < 0 || reason > 10)
		return false;
	r->reason = (int)reason;
	return true;
}

/* Only a number that is positive and at most 20 octets is a serial [RFC5280 4.1.2.2]. */
static bool
entry_read(struct der entry, struct crl_revoked *r)
{
	struct der number, all;
	if (!der_take(&entry, DER_INTEGER, &number) || number.n == 0 ||
	    number.n > sizeof(r->serial) || (number.p[0] & 0x80) != 0 ||
	    (number.n > 1 && number.p[0] == 0 && number.p[1] < 0x80) ||
	    !der_take_validity_time(&entry, &r->at))
		return false;
	memcpy(r->serial + sizeof(r->serial) - number.n, number.p, number.n);
	if (der_done(&entry))
		return true;
	bool good = der_take(&entry, DER_SEQUENCE, &all) && der_done(&entry);
	while (good && !der_done(&all))
		good = entry_extension(&all, r);
	return good;
}

/* OpenSSL makes objects of every entry it is shown, so it is shown the list without them. */
struct parts {
	struct der tbs, signature, entries; /* entries .n 0: absent */
	struct sink rest; /* owned */
};

static bool
parts_take(struct der bytes, struct parts *p, struct crl_said *said)
{
	struct der whole, tbs, skip;
	if (!cert_split(bytes, &p->tbs, &p->signature))
		return false;
	const uint8_t *end = p->tbs.p + p->tbs.n;
	whole = p->tbs;
	if (!der_take(&whole, DER_SEQUENCE, &tbs))
		return false;
	const uint8_t *from = tbs.p;
	(void)!der_take(&tbs, DER_INTEGER, &skip); /* none in version 1 */
	if (!der_take(&tbs, DER_SEQUENCE, &skip) || !der_take(&tbs, DER_SEQUENCE, &skip) ||
	    !der_take_validity_time(&tbs, &said->this_update))
		return false;
	(void)!der_take_validity_time(&tbs, &said->next_update);
	size_t n = (size_t)(tbs.p - from);
	(void)!der_take(&tbs, DER_SEQUENCE, &p->entries);
	if (!der_done(&tbs) && tbs.p[0] != DER_CONTEXT(0))
		return false; /* entries behind what is not understood would be passed over */
	size_t list = der_begin(&p->rest, DER_SEQUENCE), in = der_begin(&p->rest, DER_SEQUENCE);
	sink_bytes(&p->rest, from, n);
	sink_bytes(&p->rest, tbs.p, tbs.n);
	der_end(&p->rest, in);
	sink_bytes(&p->rest, end, (size_t)(bytes.p + bytes.n - end));
	der_end(&p->rest, list);
	return !p->rest.full;
}

/* Its number is that, or, where that is 0, is told. */
static bool
parts_good(
    const struct parts *p, struct der ca_certificate, struct crl_said *said, struct fault *fault)
{
	struct cert_ca ca;
	uint64_t is = 0;
	ossl_ready();
	if (!cert_ca_read(ca_certificate, &ca, fault))
		return false;
	const uint8_t *at = p->rest.at;
	OWN(X509_CRL) crl = d2i_X509_CRL(NULL, &at, (long)p->rest.len);
	const struct refusal *row = NULL;
	if (crl == NULL || at != p->rest.at + p->rest.len)
		row = &CRL_FORM;
	else if (X509_CRL_get_version(crl) != X509_CRL_VERSION_2)
		row = &CRL_VERSION;
	else if (!algorithms_good(der_of(p->rest.at, p->rest.len)))
		row = &CRL_ALGORITHM;
	else if (!issuer_good(crl, &ca))
		row = &CRL_ISSUER;
	else if (!number_of(crl, &is) || is == 0 || (said->number != 0 && is != said->number))
		row = &CRL_NUMBER;
	else if (!authority_good(crl, ca.key_id))
		row = &CRL_AUTHORITY_KEY;
	else if (!times_good(crl))
		row = &CRL_TIMES;
	else if (!signature_good(p->tbs, p->signature, ca.spki))
		row = &CRL_SIGNATURE;
	said->number = is;
	said->critical = crl != NULL && X509_CRL_get_ext_by_critical(crl, 1, -1) >= 0;
	(void)ossl_answer(true);
	return row == NULL ? true : crl_refuse(fault, row);
}

static bool
entries_read(struct der all, int64_t *count, crl_each *each, void *context, struct fault *fault)
{
	for (*count = 0; !der_done(&all); ++*count) {
		struct crl_revoked r = { .reason = 0 };
		struct der entry;
		if (!der_take_whole(&all, DER_SEQUENCE, &r.whole))
			return crl_refuse(fault, &CRL_FORM);
		struct der one = r.whole;
		if (!der_take(&one, DER_SEQUENCE, &entry) || !entry_read(entry, &r))
			return crl_refuse(fault, &CRL_FORM);
		if (each != NULL && !each(context, &r, fault))
			return false;
	}
	return true;
}

static bool
list_read(struct der bytes, struct der ca_certificate, struct crl_said *said, crl_each *each,
    void *context, struct fault *fault)
{
	struct parts p = { .rest = SINK_GROW(REST_MOST) };
	bool good = parts_take(bytes, &p, said) || crl_refuse(fault, &CRL_FORM);
	good = good && parts_good(&p, ca_certificate, said, fault) &&
	       entries_read(p.entries, &said->entries, each, context, fault);
	said->tbs = p.tbs;
	sink_drop(&p.rest);
	return good;
}

bool
crl_check(struct der bytes, struct der ca_certificate, uint64_t number, struct fault *fault)
{
	struct crl_said said = { .number = number };
	return number == 0 ? crl_refuse(fault, &CRL_NUMBER)
			   : list_read(bytes, ca_certificate, &said, NULL, NULL, fault);
}

bool
crl_read(struct der bytes, struct der ca_certificate, struct crl_said *out, crl_each *each,
    void *context, struct fault *fault)
{
	struct crl_said is = { .number = 0 };
	if (!list_read(bytes, ca_certificate, &is, each, context, fault))
		return false;
	*out = is;
	return true;
}
