#include "pki/cert.h"

#include <string.h>

#include "base/text.h"
#include "pki/ext.h"
#include "pki/rsa.h"

const struct refusal CERT_BODY_SERIAL = { "cert-body-serial", FAULT_BUG, "RFC5280 4.1.2.2" };
const struct refusal CERT_BODY_TIMES = { "cert-body-times", FAULT_BUG, "RFC5280 4.1.2.5" };
const struct refusal CERT_BODY_VALUE = { "cert-body-value", FAULT_INPUT, "RFC5280 4.1.2.4" };
const struct refusal CERT_BODY_BOUND = { "cert-body-bound", FAULT_INPUT, "RFC5280 A.1" };
const struct refusal CERT_BODY_SUBJECT = { "cert-body-subject", FAULT_BUG, "RFC5280 4.1.2.6" };
const struct refusal CERT_BODY_EMAIL = { "cert-body-email", FAULT_INPUT, "RFC5280 4.2.1.6" };
const struct refusal CERT_BODY_URI = { "cert-body-uri", FAULT_INPUT, "RFC5280 4.2.1.13" };
const struct refusal CERT_BODY_NAME = { "cert-body-name", FAULT_BUG, "RFC5280 4.1.2.4" };

/* Characters a value may have: upper bounds of X.520, and ours where it gives none. */
static const struct {
	const char *oid;
	size_t most;
} BOUNDS[] = {
	{ "2.5.4.6", 2 },
	{ "2.5.4.3", 64 },
	{ "2.5.4.5", 64 },
	{ "2.5.4.10", 64 },
	{ "2.5.4.11", 64 },
	{ "2.5.4.12", 64 },
	{ "2.5.4.97", 64 },
	{ "2.5.4.7", 128 },
	{ "2.5.4.8", 128 },
	{ "2.5.4.9", 128 },
};
enum { BOUND_OTHER = 1024, EMAIL_MOST = 254, URI_MOST = 512 };

static size_t
bound_of(const char *oid)
{
	for (size_t i = 0; i < COUNT(BOUNDS); i++)
		if (strcmp(BOUNDS[i].oid, oid) == 0)
			return BOUNDS[i].most;
	return BOUND_OTHER;
}

static size_t
characters(struct der v)
{
	size_t count = 0;
	for (size_t i = 0; i < v.n; i++)
		count += (v.p[i] & 0xc0) != 0x80;
	return count;
}

static bool
oid_good(const char *oid)
{
	uint8_t buf[64];
	struct sink s = SINK_INTO(buf);
	if (oid == NULL || strchr(oid, '.') == NULL)
		return false;
	der_put_oid(&s, oid);
	return !s.full;
}

static bool
printable(uint8_t c)
{
	return c != '\0' && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				   " '()+,-./:=?",
				c) != NULL;
}

static bool
value_good(const struct cert_field *f)
{
	if (f->value.n == 0 || !oid_good(f->oid) ||
	    !utf8_valid((const char *)f->value.p, f->value.n))
		return false;
	for (size_t i = 0; i < f->value.n; i++)
		if (f->value.p[i] < 0x20 || f->value.p[i] == 0x7f ||
		    (f->printable && !printable(f->value.p[i])))
			return false;
	return true;
}

/* Visible ASCII alone: so neither a NUL nor a space can cut a name short for some reader. */
static bool
visible(struct der v, size_t most)
{
	if (v.n == 0 || v.n > most)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] <= 0x20 || v.p[i] >= 0x7f)
			return false;
	return true;
}

static bool
uri_good(const char *uri)
{
	return uri != NULL && visible(der_of(uri, strlen(uri)), URI_MOST) &&
	       strstr(uri, "://") != NULL;
}

static bool
email_good(struct der v)
{
	if (v.n == 0)
		return true;
	const uint8_t *at = memchr(v.p, '@', v.n);
	if (!visible(v, EMAIL_MOST) || at == NULL || at == v.p || at == v.p + v.n - 1)
		return false;
	return memchr(at + 1, '@', (size_t)(v.p + v.n - at - 1)) == NULL;
}

static bool
serial_good(const uint8_t serial[CERT_SERIAL])
{
	static const uint8_t ZERO[CERT_SERIAL];
	return serial[0] < 0x80 && memcmp(serial, ZERO, CERT_SERIAL) != 0;
}

static bool
times_good(struct instant from, struct instant to)
{
	static const struct day LAST = { 9999, 12, 31 };
	return from.sec >= 0 && from.sec < to.sec && to.sec < day_start(LAST).sec;
}

static bool
name_good(struct der name)
{
	struct der in;
	return der_take(&name, DER_SEQUENCE, &in) && der_done(&name) && in.n > 0;
}

static size_t
count_at(const struct cert_body *b, enum profile_place place)
{
	size_t n = 0;
	for (size_t i = 0; i < b->field_count; i++)
		n += b->fields[i].place == place;
	return n;
}

static bool
refuse(struct fault *fault, const struct refusal *row, const char *what)
{
	return fault_refuse(fault, row, NULL,
	    "証明書に書く%sが決まりに合いません。申込みの内容とプロファイルを確かめてください。",
	    what);
}

static bool
fields_check(const struct cert_body *b, struct fault *fault)
{
	for (size_t i = 0; i < b->field_count; i++) {
		const struct cert_field *f = &b->fields[i];
		if ((unsigned)f->place >= PLACES || !value_good(f)) {
			fault_detail(fault, "field %zu", i);
			return refuse(fault, &CERT_BODY_VALUE, "項目の値");
		}
		if (characters(f->value) > bound_of(f->oid)) {
			fault_detail(fault, "field %zu (%s)", i, f->oid);
			return refuse(fault, &CERT_BODY_BOUND, "項目の長さ");
		}
	}
	if (count_at(b, PLACE_SUBJECT) == 0)
		return refuse(fault, &CERT_BODY_SUBJECT, "主体者");
	/* The first directory name is the subscriber's, by its place alone. */
	if (count_at(b, PLACE_MANDATOR) > 0 && count_at(b, PLACE_SUBSCRIBER) == 0)
		return refuse(fault, &CERT_BODY_NAME, "委任者");
	return true;
}

bool
cert_body_check(const struct cert_body *b, struct fault *fault)
{
	int bits;
	if (!serial_good(b->serial))
		return refuse(fault, &CERT_BODY_SERIAL, "シリアル番号");
	if (!times_good(b->not_before, b->not_after))
		return refuse(fault, &CERT_BODY_TIMES, "有効期間");
	if (!name_good(b->issuer))
		return refuse(fault, &CERT_BODY_NAME, "発行者");
	if (!email_good(b->email))
		return refuse(fault, &CERT_BODY_EMAIL, "メールアドレス");
	if (!oid_good(b->policy_oid) || !uri_good(b->cps_uri) || !uri_good(b->crl_uri))
		return refuse(fault, &CERT_BODY_URI, "ポリシーか配布点");
	return fields_check(b, fault) && rsa_spki_read(b->spki, &bits, fault);
}

bool
ca_body_check(const struct ca_body *b, struct fault *fault)
{
	int bits;
	if (!serial_good(b->serial))
		return refuse(fault, &CERT_BODY_SERIAL, "シリアル番号");
	if (!times_good(b->not_before, b->not_after))
		return refuse(fault, &CERT_BODY_TIMES, "有効期間");
	if (!name_good(b->subject_name))
		return refuse(fault, &CERT_BODY_NAME, "主体者");
	if (b->policy_oid != NULL && !oid_good(b->policy_oid))
		return refuse(fault, &CERT_BODY_URI, "ポリシー");
	return rsa_spki_read(b->spki, &bits, fault);
}

static void
field_put(struct sink *s, const struct cert_field *f)
{
	size_t set = der_begin(s, DER_SET), one = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, f->oid);
	der_put(s, f->printable ? DER_PRINTABLE : DER_UTF8, f->value.p, f->value.n);
	der_end(s, one);
	der_end(s, set);
}

void
name_put(struct sink *s, const struct cert_field *fields, size_t n)
{
	size_t name = der_begin(s, DER_SEQUENCE);
	for (size_t i = 0; i < n; i++)
		field_put(s, &fields[i]);
	der_end(s, name);
}

static void
name_put_at(struct sink *s, const struct cert_body *b, enum profile_place place)
{
	size_t name = der_begin(s, DER_SEQUENCE);
	for (size_t i = 0; i < b->field_count; i++)
		if (b->fields[i].place == place)
			field_put(s, &b->fields[i]);
	der_end(s, name);
}

/* [RFC5280 4.2.1.6]: a directory name is explicitly tagged, for Name is a CHOICE. */
static void
alt_names_put(struct sink *s, const struct cert_body *b)
{
	static const enum profile_place ORDER[] = { PLACE_SUBSCRIBER, PLACE_MANDATOR };
	if (b->email.n == 0 && count_at(b, PLACE_SUBSCRIBER) == 0)
		return;
	struct ext e = ext_begin(s, "2.5.29.17", false);
	size_t names = der_begin(s, DER_SEQUENCE);
	if (b->email.n > 0)
		der_put(s, DER_CONTEXT_PRIMITIVE(1), b->email.p, b->email.n);
	for (size_t i = 0; i < COUNT(ORDER); i++) {
		if (count_at(b, ORDER[i]) == 0)
			continue;
		size_t name = der_begin(s, DER_CONTEXT(4));
		name_put_at(s, b, ORDER[i]);
		der_end(s, name);
	}
	der_end(s, names);
	ext_end(s, e);
}

/* Non-critical: readers refuse it critical with a qualifier [RFC5280 4.2.1.4]. */
static void
policy_put(struct sink *s, const char *oid, const char *cps_uri)
{
	struct ext e = ext_begin(s, "2.5.29.32", false);
	size_t all = der_begin(s, DER_SEQUENCE), one = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, oid);
	if (cps_uri != NULL) {
		size_t list = der_begin(s, DER_SEQUENCE), q = der_begin(s, DER_SEQUENCE);
		der_put_oid(s, "1.3.6.1.5.5.7.2.1");
		der_put_text(s, DER_IA5, cps_uri);
		der_end(s, q);
		der_end(s, list);
	}
	der_end(s, one);
	der_end(s, all);
	ext_end(s, e);
}

static void
crl_point_put(struct sink *s, const char *uri)
{
	struct ext e = ext_begin(s, "2.5.29.31", false);
	size_t all = der_begin(s, DER_SEQUENCE), one = der_begin(s, DER_SEQUENCE);
	size_t point = der_begin(s, DER_CONTEXT(0)), full = der_begin(s, DER_CONTEXT(0));
	der_put_text(s, DER_CONTEXT_PRIMITIVE(6), uri);
	der_end(s, full);
	der_end(s, point);
	der_end(s, one);
	der_end(s, all);
	ext_end(s, e);
}

static void
subject_key_put(struct sink *s, struct der spki)
{
	uint8_t id[CERT_KEY_ID];
	struct ext e = ext_begin(s, "2.5.29.14", false);
	if (rsa_key_id(spki, id))
		der_put_octets(s, id, sizeof(id));
	else
		s->full = true;
	ext_end(s, e);
}

/* The BIT STRING's unused bits and its one octet [RFC5280 4.2.1.3]. */
static void
key_usage_put(struct sink *s, uint8_t unused, uint8_t bits)
{
	const uint8_t value[2] = { unused, bits };
	struct ext e = ext_begin(s, "2.5.29.15", true);
	der_put(s, DER_BITS, value, sizeof(value));
	ext_end(s, e);
}

/* version, serial, algorithm. */
static void
head_put(struct sink *s, const uint8_t serial[CERT_SERIAL])
{
	size_t v = der_begin(s, DER_CONTEXT(0));
	der_put_int(s, 2);
	der_end(s, v);
	der_put_unsigned(s, serial, CERT_SERIAL);
	sink_bytes(s, SHA256_RSA, sizeof(SHA256_RSA));
}

static void
validity_put(struct sink *s, struct instant from, struct instant to)
{
	size_t v = der_begin(s, DER_SEQUENCE);
	der_put_validity_time(s, from);
	der_put_validity_time(s, to);
	der_end(s, v);
}

void
cert_tbs(const struct cert_body *b, struct sink *s)
{
	if (!cert_body_check(b, NULL)) {
		s->full = true;
		return;
	}
	size_t tbs = der_begin(s, DER_SEQUENCE);
	head_put(s, b->serial);
	sink_bytes(s, b->issuer.p, b->issuer.n);
	validity_put(s, b->not_before, b->not_after);
	name_put_at(s, b, PLACE_SUBJECT);
	sink_bytes(s, b->spki.p, b->spki.n);
	size_t tagged = der_begin(s, DER_CONTEXT(3)), all = der_begin(s, DER_SEQUENCE);
	ext_authority_key(s, b->issuer_key_id);
	subject_key_put(s, b->spki);
	key_usage_put(s, 6, 0xc0); /* digitalSignature, nonRepudiation */
	policy_put(s, b->policy_oid, b->cps_uri);
	alt_names_put(s, b);
	crl_point_put(s, b->crl_uri);
	der_end(s, all);
	der_end(s, tagged);
	der_end(s, tbs);
}

void
ca_tbs(const struct ca_body *b, struct sink *s)
{
	if (!ca_body_check(b, NULL)) {
		s->full = true;
		return;
	}
	size_t tbs = der_begin(s, DER_SEQUENCE);
	head_put(s, b->serial);
	sink_bytes(s, b->subject_name.p, b->subject_name.n);
	validity_put(s, b->not_before, b->not_after);
	sink_bytes(s, b->subject_name.p, b->subject_name.n);
	sink_bytes(s, b->spki.p, b->spki.n);
	size_t tagged = der_begin(s, DER_CONTEXT(3)), all = der_begin(s, DER_SEQUENCE);
	struct ext e = ext_begin(s, "2.5.29.19", true);
	size_t basic = der_begin(s, DER_SEQUENCE);
	der_put_bool(s, true);
	der_put_int(s, 0);
	der_end(s, basic);
	ext_end(s, e);
	key_usage_put(s, 1, 0x06); /* keyCertSign, cRLSign */
	subject_key_put(s, b->spki);
	if (b->policy_oid != NULL)
		policy_put(s, b->policy_oid, NULL);
	der_end(s, all);
	der_end(s, tagged);
	der_end(s, tbs);
}

void
cert_wrap(struct der tbs, const void *signature, size_t n, struct sink *s)
{
	size_t whole = der_begin(s, DER_SEQUENCE);
	sink_bytes(s, tbs.p, tbs.n);
	sink_bytes(s, SHA256_RSA, sizeof(SHA256_RSA));
	der_put_bits(s, signature, n);
	der_end(s, whole);
}
