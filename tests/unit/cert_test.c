/*
 * pki/cert: what is written is read back by OpenSSL; every other certificate is refused, each
 * difference by its row. [RFC5280 4.1] [RFC5280 4.2] [RFC5280 A.1] [RFC4055 5]
 */
#include "pki.h"

static void
the_certificate_is_read_back(void **state)
{
	const struct pki *p = *state;
	struct fault f = { 0 };
	assert_true(cert_body_check(&p->body, &f));
	OWN_READER reader = NULL;
	assert_true(cert_reader_new(&reader, &f));
	assert_true(cert_parse_back(p->cert, &p->body, &f));
	assert_true(cert_parse_back_by(reader, p->cert, &p->body, &f));
	assert_true(ca_parse_back(p->ca_cert, &p->ca_body, &f));
	struct der tbs, signature, spki;
	uint8_t digest[32];
	assert_true(cert_split(p->cert, &tbs, &signature));
	digest_of(tbs.p, tbs.n, digest);
	assert_true(rsa_verify(p->ca_spki, digest, signature.p, signature.n));
	assert_true(cert_spki(p->cert, &spki));
	assert_int_equal(spki.n, p->spki.n);
	assert_memory_equal(spki.p, p->spki.p, spki.n);
	assert_non_null(memmem(p->cert.p, p->cert.n, PKI_NAME, sizeof(PKI_NAME) - 1));
}

static void
a_certificate_without_alternative_names_is_read_back(void **state)
{
	const struct pki *p = *state;
	struct cert_body b = p->body;
	struct fault f = { 0 };
	uint8_t buf[CERT_MOST];
	static const uint8_t ALT[] = { 0x06, 0x03, 0x55, 0x1d, 0x11 };
	b.email.n = 0;
	b.field_count = 3;
	struct der cert = pki_issue(p, &b, buf, sizeof(buf));
	assert_true(cert_parse_back(cert, &b, &f));
	assert_null(memmem(cert.p, cert.n, ALT, sizeof(ALT)));
	assert_non_null(memmem(p->cert.p, p->cert.n, ALT, sizeof(ALT)));
}

static void
times_change_their_kind_with_2050(void **state)
{
	/* [RFC5280 4.1.2.5] 2049-12-31T23:59:59Z is the last UTCTime. */
	const struct pki *p = *state;
	struct cert_body b = p->body;
	struct fault f = { 0 };
	uint8_t buf[CERT_MOST];
	b.not_before.sec = 2524607999;
	b.not_after.sec = 2524608000;
	struct der cert = pki_issue(p, &b, buf, sizeof(buf));
	assert_true(cert_parse_back(cert, &b, &f));
	assert_non_null(memmem(cert.p, cert.n,
	    "\x17\x0d"
	    "491231235959Z\x18\x0f"
	    "20500101000000Z",
	    32));
}

/* Each changes one thing of what was meant. */
static struct cert_field changed[COUNT(PKI_FIELDS)];
static const struct der OTHER_TEXT = TEXT("他");
static void
serial(struct cert_body *b)
{
	b->serial[19] ^= 1;
}
static void
serial_shorter(struct cert_body *b)
{
	b->serial[0] = 0;
}
static void
not_before(struct cert_body *b)
{
	b->not_before.sec++;
}
static void
not_after(struct cert_body *b)
{
	b->not_after.sec--;
}
static void
issuer(struct cert_body *b)
{
	static uint8_t name[512];
	memcpy(name, b->issuer.p, b->issuer.n);
	name[b->issuer.n - 1] ^= 1;
	b->issuer.p = name;
}
static void
email(struct cert_body *b)
{
	b->email = (struct der)TEXT("taro.yamada@example.jq");
}
static void
policy_oid(struct cert_body *b)
{
	b->policy_oid = "1.3.6.1.4.1.32473.1.5";
}
static void
cps_uri(struct cert_body *b)
{
	b->cps_uri = "https://localhost:8440/repository/cps.txt";
}
static void
crl_uri(struct cert_body *b)
{
	b->crl_uri = "http://localhost:8440/repository/cb.crl";
}
static void
issuer_key(struct cert_body *b)
{
	b->issuer_key_id[7] ^= 0x10;
}
static void
no_email(struct cert_body *b)
{
	b->email.n = 0;
}
static void
no_mandator(struct cert_body *b)
{
	b->field_count = 9;
}
static void
field_value(struct cert_body *b, size_t at)
{
	changed[at].value = b->fields[at].printable ? (struct der)TEXT("XX") : OTHER_TEXT;
	b->fields = changed;
}
static void
field_kind(struct cert_body *b, size_t at)
{
	changed[at].printable = true;
	changed[at].value = (struct der)TEXT("ABC");
	b->fields = changed;
}
static void
fields_swapped(struct cert_body *b, size_t at)
{
	struct cert_field f = changed[at];
	changed[at] = changed[at + 1];
	changed[at + 1] = f;
	b->fields = changed;
}
static void
field_oid(struct cert_body *b, size_t at)
{
	changed[at].oid = "2.5.4.41";
	b->fields = changed;
}

static void
refused_by(const struct pki *p, struct der cert, const struct cert_body *body,
    const struct refusal *row, const char *clause, size_t at)
{
	struct fault f = { 0 };
	(void)p;
	OWN_READER reader = NULL;
	assert_true(cert_reader_new(&reader, &f));
	for (int i = 0; i < 2; i++) { /* by itself, and by a reader of many */
		f = (struct fault){ 0 };
		if (cert_parse_back_by(i == 0 ? NULL : reader, cert, body, &f) || f.row != row) {
			print_error("row %zu: %s instead of %s\n", at, f.name, row->name);
			fail();
		}
		assert_string_equal(f.row->clause, clause);
	}
}

static void
each_changed_part_is_refused_by_its_row(void **state)
{
	const struct pki *p = *state;
	static const struct {
		const struct refusal *row;
		void (*change)(struct cert_body *);
		const char *clause;
	} ROWS[] = {
		{ &CERT_DIFFERENT_SERIAL, serial, "RFC5280 4.1.2.2" },
		{ &CERT_DIFFERENT_SERIAL, serial_shorter, "RFC5280 4.1.2.2" },
		{ &CERT_DIFFERENT_ISSUER, issuer, "RFC5280 4.1.2.4" },
		{ &CERT_DIFFERENT_NOT_BEFORE, not_before, "RFC5280 4.1.2.5" },
		{ &CERT_DIFFERENT_NOT_AFTER, not_after, "RFC5280 4.1.2.5" },
		{ &CERT_AUTHORITY_KEY, issuer_key, "RFC5280 4.2.1.1" },
		{ &CERT_POLICY, policy_oid, "RFC5280 4.2.1.4" },
		{ &CERT_POLICY, cps_uri, "RFC5280 4.2.1.4" },
		{ &CERT_CRL_POINT, crl_uri, "RFC5280 4.2.1.13" },
		{ &CERT_ALT_EMAIL, email, "RFC5280 4.2.1.6" },
		{ &CERT_ALT_SET, no_email, "RFC5280 4.2.1.6" },
		{ &CERT_ALT_SET, no_mandator, "RFC5280 4.2.1.6" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct cert_body b = p->body;
		uint8_t buf[CERT_MOST];
		ROWS[i].change(&b);
		struct der cert = pki_issue(p, &b, buf, sizeof(buf));
		refused_by(p, cert, &p->body, ROWS[i].row, ROWS[i].clause, i);
		refused_by(p, p->cert, &b, ROWS[i].row, ROWS[i].clause, i);
	}
}

static void
each_changed_field_is_refused_by_its_names_row(void **state)
{
	const struct pki *p = *state;
	static void (*const CHANGES[])(
	    struct cert_body *, size_t) = { field_value, field_kind, field_oid, fields_swapped };
	static const struct {
		const struct refusal *row;
		const char *clause;
	} PLACE[PLACES] = {
		[PLACE_SUBJECT] = { &CERT_DIFFERENT_SUBJECT, "RFC5280 4.1.2.6" },
		[PLACE_SUBSCRIBER] = { &CERT_ALT_SUBSCRIBER, "RFC5280 4.2.1.6" },
		[PLACE_MANDATOR] = { &CERT_ALT_MANDATOR, "RFC5280 4.2.1.6" },
	};
	for (size_t c = 0; c < COUNT(CHANGES); c++)
		for (size_t i = 0; i < COUNT(PKI_FIELDS); i++) {
			struct cert_body b = p->body;
			uint8_t buf[CERT_MOST];
			enum profile_place at = PKI_FIELDS[i].place;
			if (CHANGES[c] == fields_swapped &&
			    (i + 1 == COUNT(PKI_FIELDS) || PKI_FIELDS[i + 1].place != at))
				continue;
			memcpy(changed, PKI_FIELDS, sizeof(changed));
			CHANGES[c](&b, i);
			if (!cert_body_check(&b, NULL))
				continue; /* "ABC" is no country */
			struct der cert = pki_issue(p, &b, buf, sizeof(buf));
			refused_by(p, cert, &p->body, PLACE[at].row, PLACE[at].clause, i);
		}
}

static void
another_key_is_refused(void **state)
{
	const struct pki *p = *state;
	struct cert_body b = p->body;
	uint8_t buf[CERT_MOST];
	b.spki = p->other_spki;
	struct der cert = pki_issue(p, &b, buf, sizeof(buf));
	refused_by(p, cert, &p->body, &CERT_DIFFERENT_KEY, "RFC5280 4.1.2.7", 0);
}

/*
 * The same certificate with one field of its to-be-signed part replaced, or one extension:
 * replaced, left out (n 0), or added (oid NULL).
 */
enum { VERSION, SERIAL, ALGORITHM, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS, NO_FIELD };
static void
extensions_edit(struct der all, const char *oid, struct der with, struct sink *s)
{
	uint8_t want[32];
	struct sink w = SINK_INTO(want);
	struct der list, one, in, id;
	if (oid != NULL)
		der_put_oid(&w, oid);
	assert_true(der_take(&all, DER_SEQUENCE, &list));
	size_t tagged = der_begin(s, DER_CONTEXT(3)), seq = der_begin(s, DER_SEQUENCE);
	while (!der_done(&list)) {
		assert_true(der_take_whole(&list, DER_SEQUENCE, &one));
		struct der copy = one;
		assert_true(der_take(&copy, DER_SEQUENCE, &in));
		assert_true(der_take_whole(&in, DER_OID, &id));
		bool hit = w.len > 0 && id.n == w.len && memcmp(id.p, want, id.n) == 0;
		sink_bytes(s, hit ? with.p : one.p, hit ? with.n : one.n);
	}
	if (oid == NULL)
		sink_bytes(s, with.p, with.n);
	der_end(s, seq);
	der_end(s, tagged);
}

static struct der
edited(const struct pki *p, struct der cert, int field, const char *oid, struct der with,
    uint8_t *at, size_t cap)
{
	OWN_SINK s = SINK_GROW(CERT_MOST);
	struct der tbs, signature, in, content;
	uint8_t tag;
	assert_true(cert_split(cert, &tbs, &signature));
	assert_true(der_take(&tbs, DER_SEQUENCE, &in));
	size_t mark = der_begin(&s, DER_SEQUENCE);
	for (int i = VERSION; !der_done(&in); i++) {
		const uint8_t *from = in.p;
		assert_true(der_take_any(&in, &tag, &content));
		if (i == field)
			sink_bytes(&s, with.p, with.n);
		else if (i == EXTENSIONS && field == NO_FIELD)
			extensions_edit(content, oid, with, &s);
		else
			sink_bytes(&s, from, (size_t)(in.p - from));
	}
	der_end(&s, mark);
	assert_false(s.full);
	return pki_sign(p->ca_key, der_of(s.at, s.len), at, cap);
}

#define BYTES(s)                                                                                   \
	{                                                                                          \
		(const uint8_t *)("" s), sizeof(s) - 1                                             \
	}
/* OIDs 2.5.29.19, .15, .37 and what follows in an Extension. */
#define BASIC_CA BYTES("\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x01\x01\xff")
#define BASIC_NOT BYTES("\x30\x09\x06\x03\x55\x1d\x13\x04\x02\x30\x00")
#define USAGE(crit, bits) BYTES("\x30\x0e\x06\x03\x55\x1d\x0f\x01\x01" crit "\x04\x04\x03\x02" bits)
#define USAGE_PLAIN BYTES("\x30\x0b\x06\x03\x55\x1d\x0f\x04\x04\x03\x02\x06\xc0")
#define UNKNOWN BYTES("\x30\x0a\x06\x03\x2a\x03\x04\x04\x03\x02\x01\x05")
#define AKI_LONG                                                                                   \
	BYTES("\x30\x1f\x06\x03\x55\x1d\x23\x04\x18\x30\x16\x80\x14"                               \
	      "aaaaaaaaaaaaaaaaaaaa")
#define SKI_OTHER                                                                                  \
	BYTES("\x30\x1d\x06\x03\x55\x1d\x0e\x04\x16\x04\x14"                                       \
	      "aaaaaaaaaaaaaaaaaaaa")

/* clang-format off */
static const struct { const struct refusal *row; int field; const char *oid; struct der with; const char *clause; } EDITS[] = {
	{ &CERT_VERSION, VERSION, NULL, BYTES("\xa0\x03\x02\x01\x01"), "RFC5280 4.1.2.1" },
	{ &CERT_VERSION, VERSION, NULL, BYTES(""), "RFC5280 4.1.2.1" },
	/* sha512WithRSA inside; sha256WithRSA without its NULL */
	{ &CERT_ALGORITHM, ALGORITHM, NULL, BYTES("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d\x05\x00"), "RFC5280 4.1.1.2" },
	{ &CERT_ALGORITHM, ALGORITHM, NULL, BYTES("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), "RFC5280 4.1.1.2" },
	{ &CERT_DIFFERENT_SERIAL, SERIAL, NULL, BYTES("\x02\x01\xff"), "RFC5280 4.1.2.2" },
	/* one RDN with two values in it */
	{ &CERT_DIFFERENT_SUBJECT, SUBJECT, NULL, BYTES("\x30\x18\x31\x16\x30\x09\x06\x03\x55\x04\x06\x13\x02JP\x30\x09\x06\x03\x55\x04\x03\x0c\x02\x41\x42"), "RFC5280 4.1.2.6" },
	{ &CERT_DIFFERENT_SUBJECT, SUBJECT, NULL, BYTES("\x30\x00"), "RFC5280 4.1.2.6" },
	{ &CERT_CA_FLAG, NO_FIELD, NULL, BASIC_CA, "RFC5280 4.2.1.9" },
	{ &CERT_EXTENSION_SET, NO_FIELD, NULL, BASIC_NOT, "RFC5280 4.2" },
	{ &CERT_EXTENSION_SET, NO_FIELD, NULL, UNKNOWN, "RFC5280 4.2" },
	{ &CERT_EXTENSION_SET, NO_FIELD, "2.5.29.35", BYTES(""), "RFC5280 4.2" },
	{ &CERT_EXTENSION_SET, NO_FIELD, "2.5.29.31", BYTES(""), "RFC5280 4.2" },
	{ &CERT_EXTENSION_SET, NO_FIELD, "2.5.29.17", BYTES(""), "RFC5280 4.2" },
	{ &CERT_KEY_USAGE, NO_FIELD, "2.5.29.15", USAGE("\xff", "\x01\x06"), "RFC5280 4.2.1.3" },
	{ &CERT_KEY_USAGE, NO_FIELD, "2.5.29.15", USAGE("\xff", "\x02\xc4"), "RFC5280 4.2.1.3" },
	{ &CERT_KEY_USAGE, NO_FIELD, "2.5.29.15", USAGE("\xff", "\x07\x80"), "RFC5280 4.2.1.3" },
	{ &CERT_KEY_USAGE, NO_FIELD, "2.5.29.15", BYTES(""), "RFC5280 4.2.1.3" },
	{ &CERT_CRITICAL, NO_FIELD, "2.5.29.15", USAGE_PLAIN, "RFC5280 4.2" },
	{ &CERT_AUTHORITY_KEY, NO_FIELD, "2.5.29.35", AKI_LONG, "RFC5280 4.2.1.1" },
	{ &CERT_SUBJECT_KEY, NO_FIELD, "2.5.29.14", SKI_OTHER, "RFC5280 4.2.1.2" },
	/* DER says FALSE by leaving it out; longer unused bits say the same usage */
	{ &CERT_BYTES, NO_FIELD, "2.5.29.15", USAGE("\xff", "\x05\xc0"), "RFC5280 4.1" },
};
/* clang-format on */

static void
each_edited_certificate_is_refused_by_its_row(void **state)
{
	const struct pki *p = *state;
	for (size_t i = 0; i < COUNT(EDITS); i++) {
		uint8_t buf[CERT_MOST];
		struct der cert = edited(
		    p, p->cert, EDITS[i].field, EDITS[i].oid, EDITS[i].with, buf, sizeof(buf));
		refused_by(p, cert, &p->body, EDITS[i].row, EDITS[i].clause, i);
	}
}

static void
a_unique_identifier_is_refused(void **state)
{
	/* [RFC5280 4.1.2.8] */
	const struct pki *p = *state;
	uint8_t buf[CERT_MOST], with[RSA_SPKI_MOST + 8];
	struct sink s = SINK_INTO(with);
	sink_bytes(&s, p->spki.p, p->spki.n);
	sink_bytes(&s, "\x82\x02\x00\x55", 4);
	struct der cert = edited(p, p->cert, KEY, NULL, der_of(s.at, s.len), buf, sizeof(buf));
	refused_by(p, cert, &p->body, &CERT_UNIQUE_ID, "RFC5280 4.1.2.8", 0);
}

static void
a_time_of_the_other_kind_is_refused(void **state)
{
	const struct pki *p = *state;
	uint8_t buf[CERT_MOST], with[64];
	struct sink s = SINK_INTO(with);
	size_t mark = der_begin(&s, DER_SEQUENCE);
	der_put_time(&s, p->body.not_before);
	der_put_validity_time(&s, p->body.not_after);
	der_end(&s, mark);
	struct der cert = edited(p, p->cert, VALIDITY, NULL, der_of(s.at, s.len), buf, sizeof(buf));
	refused_by(p, cert, &p->body, &CERT_DIFFERENT_NOT_BEFORE, "RFC5280 4.1.2.5", 0);
}

static void
every_flipped_bit_and_every_cut_is_refused(void **state)
{
	const struct pki *p = *state;
	uint8_t copy[CERT_MOST];
	struct der tbs, signature;
	assert_true(cert_split(p->cert, &tbs, &signature));
	memcpy(copy, p->cert.p, p->cert.n);
	size_t signed_bytes = p->cert.n - signature.n;
	for (size_t bit = 0; bit < signed_bytes * 8; bit++) {
		struct fault f = { 0 };
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(cert_parse_back(der_of(copy, p->cert.n), &p->body, &f));
		assert_non_null(f.row);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < p->cert.n; cut++) {
		struct fault f = { 0 };
		assert_false(cert_parse_back(der_of(copy, cut), &p->body, &f));
		assert_ptr_equal(f.row, &CERT_FORM);
	}
	struct fault f = { 0 };
	copy[p->cert.n] = 0;
	assert_false(cert_parse_back(der_of(copy, p->cert.n + 1), &p->body, &f));
	assert_ptr_equal(f.row, &CERT_FORM);
}

/* What must not even be written. */
static void
b_serial_zero(struct cert_body *b)
{
	memset(b->serial, 0, sizeof(b->serial));
}
static void
b_serial_negative(struct cert_body *b)
{
	b->serial[0] = 0x80;
}
static void
b_times(struct cert_body *b)
{
	b->not_after = b->not_before;
}
static void
b_email_nul(struct cert_body *b)
{
	b->email = (struct der)TEXT("taro@example.jp\0.evil.example");
}
static void
b_email_wide(struct cert_body *b)
{
	b->email = (struct der)TEXT("太郎@example.jp");
}
static void
b_email_two(struct cert_body *b)
{
	b->email = (struct der)TEXT("a@b@c");
}
static void
b_email_none(struct cert_body *b)
{
	b->email = (struct der)TEXT("@example.jp");
}
static void
b_value_nul(struct cert_body *b)
{
	changed[3].value = (struct der)TEXT("山田\0太郎");
	b->fields = changed;
}
static void
b_value_empty(struct cert_body *b)
{
	changed[3].value.n = 0;
	b->fields = changed;
}
static void
b_value_latin(struct cert_body *b)
{
	changed[3].value = (struct der)TEXT("\xe6\xa0");
	b->fields = changed;
}
static void
b_value_printable(struct cert_body *b)
{
	changed[2].value = (struct der)TEXT("42@x");
	b->fields = changed;
}
static void
b_value_place(struct cert_body *b)
{
	changed[2].place = PLACES;
	b->fields = changed;
}
static void
b_value_oid(struct cert_body *b)
{
	changed[2].oid = "2.5.x";
	b->fields = changed;
}
static void
b_bound(struct cert_body *b)
{
	static char long_name[65 * 3];
	for (size_t i = 0; i < 65; i++)
		memcpy(long_name + 3 * i, "株", 3);
	changed[3].value = der_of(long_name, sizeof(long_name));
	b->fields = changed;
}
static void
b_no_subject(struct cert_body *b)
{
	b->fields += 3;
	b->field_count -= 3;
}
static void
b_mandator_alone(struct cert_body *b)
{
	memcpy(changed + 3, PKI_FIELDS + 9, 4 * sizeof(changed[0]));
	b->fields = changed;
	b->field_count = 7;
}
static void
b_issuer(struct cert_body *b)
{
	b->issuer.n--;
}
static void
b_uri(struct cert_body *b)
{
	b->crl_uri = "http://localhost/a b";
}
static void
b_policy(struct cert_body *b)
{
	b->policy_oid = "anything";
}
static void
b_key(struct cert_body *b)
{
	b->spki.n--;
}

static void
what_may_not_be_written_is_refused_by_its_row(void **state)
{
	const struct pki *p = *state;
	static const struct {
		const struct refusal *row;
		void (*change)(struct cert_body *);
		const char *clause;
	} ROWS[] = {
		{ &CERT_BODY_SERIAL, b_serial_zero, "RFC5280 4.1.2.2" },
		{ &CERT_BODY_SERIAL, b_serial_negative, "RFC5280 4.1.2.2" },
		{ &CERT_BODY_TIMES, b_times, "RFC5280 4.1.2.5" },
		{ &CERT_BODY_EMAIL, b_email_nul, "RFC5280 4.2.1.6" },
		{ &CERT_BODY_EMAIL, b_email_wide, "RFC5280 4.2.1.6" },
		{ &CERT_BODY_EMAIL, b_email_two, "RFC5280 4.2.1.6" },
		{ &CERT_BODY_EMAIL, b_email_none, "RFC5280 4.2.1.6" },
		{ &CERT_BODY_VALUE, b_value_nul, "RFC5280 4.1.2.4" },
		{ &CERT_BODY_VALUE, b_value_empty, "RFC5280 4.1.2.4" },
		{ &CERT_BODY_VALUE, b_value_latin, "RFC5280 4.1.2.4" },
		{ &CERT_BODY_VALUE, b_value_printable, "RFC5280 4.1.2.4" },
		{ &CERT_BODY_VALUE, b_value_place, "RFC5280 4.1.2.4" },
		{ &CERT_BODY_VALUE, b_value_oid, "RFC5280 4.1.2.4" },
		{ &CERT_BODY_BOUND, b_bound, "RFC5280 A.1" },
		{ &CERT_BODY_SUBJECT, b_no_subject, "RFC5280 4.1.2.6" },
		{ &CERT_BODY_NAME, b_mandator_alone, "RFC5280 4.1.2.4" },
		{ &CERT_BODY_NAME, b_issuer, "RFC5280 4.1.2.4" },
		{ &CERT_BODY_URI, b_uri, "RFC5280 4.2.1.13" },
		{ &CERT_BODY_URI, b_policy, "RFC5280 4.2.1.13" },
		{ &RSA_FORM, b_key, "RFC3279 2.3.1" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct cert_body b = p->body;
		struct fault f = { 0 };
		OWN_SINK s = SINK_GROW(CERT_MOST);
		memcpy(changed, PKI_FIELDS, sizeof(changed));
		ROWS[i].change(&b);
		assert_false(cert_body_check(&b, &f));
		assert_ptr_equal(f.row, ROWS[i].row);
		assert_string_equal(f.clause, ROWS[i].clause);
		cert_tbs(&b, &s);
		assert_true(s.full);
		assert_int_equal(s.len, 0);
		refused_by(p, p->cert, &b, ROWS[i].row, ROWS[i].clause, i);
	}
}

static void
sixty_four_kanji_fit_and_sixty_five_do_not(void **state)
{
	const struct pki *p = *state;
	struct cert_body b = p->body;
	memcpy(changed, PKI_FIELDS, sizeof(changed));
	b_bound(&b);
	changed[3].value.n -= 3;
	assert_true(cert_body_check(&b, NULL));
}

static void
the_root_is_read(void **state)
{
	const struct pki *p = *state;
	struct cert_ca ca;
	struct fault f = { 0 };
	uint8_t id[20];
	assert_true(cert_ca_read(p->ca_cert, &ca, &f));
	assert_int_equal(ca.subject.n, p->name.n);
	assert_memory_equal(ca.subject.p, p->name.p, ca.subject.n);
	assert_memory_equal(ca.spki.p, p->ca_spki.p, p->ca_spki.n);
	assert_true(rsa_key_id(p->ca_spki, id));
	assert_memory_equal(ca.key_id, id, 20);
	assert_memory_equal(ca.serial + 17, "\x00\x00\x00", 3);
	assert_memory_equal(ca.serial, p->ca_body.serial, 20);
	assert_int_equal(ca.not_before.sec, p->ca_body.not_before.sec);
	assert_int_equal(ca.not_after.sec, p->ca_body.not_after.sec);
	assert_true(ca.subject.p > p->ca_cert.p && ca.subject.p < p->ca_cert.p + p->ca_cert.n);
}

static void
a_root_that_is_not_as_meant_is_refused_by_its_row(void **state)
{
	const struct pki *p = *state;
	static const struct {
		const struct refusal *row;
		int field;
		const char *oid;
		struct der with;
	} ROWS[] = {
		{ &CERT_VERSION, VERSION, NULL, BYTES("\xa0\x03\x02\x01\x01") },
		{ &CERT_DIFFERENT_SERIAL, SERIAL, NULL, BYTES("\x02\x01\x01") },
		{ &CERT_DIFFERENT_ISSUER, ISSUER, NULL, BYTES("\x30\x00") },
		{ &CERT_DIFFERENT_SUBJECT, SUBJECT, NULL, BYTES("\x30\x00") },
		{ &CERT_CA_FLAG, NO_FIELD, "2.5.29.19", BASIC_NOT },
		{ &CERT_CA_FLAG, NO_FIELD, "2.5.29.19", BASIC_CA },
		{ &CERT_KEY_USAGE, NO_FIELD, "2.5.29.15", USAGE("\xff", "\x02\x04") },
		{ &CERT_EXTENSION_SET, NO_FIELD, NULL, UNKNOWN },
		{ &CERT_SUBJECT_KEY, NO_FIELD, "2.5.29.14", SKI_OTHER },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		uint8_t buf[CERT_MOST];
		struct fault f = { 0 };
		struct der cert = edited(
		    p, p->ca_cert, ROWS[i].field, ROWS[i].oid, ROWS[i].with, buf, sizeof(buf));
		assert_false(ca_parse_back(cert, &p->ca_body, &f));
		assert_ptr_equal(f.row, ROWS[i].row);
	}
	uint8_t buf[CERT_MOST];
	struct fault f = { 0 }, g = { 0 };
	struct cert_ca ca;
	struct der forged = pki_root(p->other_key, &p->ca_body, buf, sizeof(buf));
	assert_false(ca_parse_back(forged, &p->ca_body, &f));
	assert_ptr_equal(f.row, &CERT_SELF_SIGNATURE);
	assert_string_equal(f.clause, "RFC5280 4.1.1.3");
	assert_false(cert_ca_read(forged, &ca, &g));
	assert_ptr_equal(g.row, &CERT_SELF_SIGNATURE);
}

static void
what_is_no_ca_is_refused_by_its_row(void **state)
{
	const struct pki *p = *state;
	struct cert_ca ca;
	struct fault f = { 0 }, g = { 0 };
	assert_false(cert_ca_read(p->cert, &ca, &f));
	assert_ptr_equal(f.row, &CERT_CA_FLAG);
	assert_false(cert_ca_read(der_of(p->ca_cert.p, p->ca_cert.n - 1), &ca, &g));
	assert_ptr_equal(g.row, &CERT_FORM);
	static const struct {
		const struct refusal *row;
		const char *oid;
		struct der with;
	} ROWS[] = {
		{ &CERT_KEY_USAGE, "2.5.29.15", USAGE("\xff", "\x02\x04") },
		{ &CERT_KEY_USAGE, "2.5.29.15", BYTES("") },
		{ &CERT_SUBJECT_KEY, "2.5.29.14", BYTES("") },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		uint8_t buf[CERT_MOST];
		struct fault h = { 0 };
		struct der cert =
		    edited(p, p->ca_cert, NO_FIELD, ROWS[i].oid, ROWS[i].with, buf, sizeof(buf));
		assert_false(cert_ca_read(cert, &ca, &h));
		assert_ptr_equal(h.row, ROWS[i].row);
	}
}

static void
every_flipped_bit_of_a_root_is_refused(void **state)
{
	const struct pki *p = *state;
	uint8_t copy[CERT_MOST];
	memcpy(copy, p->ca_cert.p, p->ca_cert.n);
	for (size_t bit = 0; bit < p->ca_cert.n * 8; bit++) {
		struct fault f = { 0 };
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(ca_parse_back(der_of(copy, p->ca_cert.n), &p->ca_body, &f));
		assert_non_null(f.row);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_certificate_is_read_back),
		cmocka_unit_test(a_certificate_without_alternative_names_is_read_back),
		cmocka_unit_test(times_change_their_kind_with_2050),
		cmocka_unit_test(each_changed_part_is_refused_by_its_row),
		cmocka_unit_test(each_changed_field_is_refused_by_its_names_row),
		cmocka_unit_test(another_key_is_refused),
		cmocka_unit_test(each_edited_certificate_is_refused_by_its_row),
		cmocka_unit_test(a_unique_identifier_is_refused),
		cmocka_unit_test(a_time_of_the_other_kind_is_refused),
		cmocka_unit_test(every_flipped_bit_and_every_cut_is_refused),
		cmocka_unit_test(what_may_not_be_written_is_refused_by_its_row),
		cmocka_unit_test(sixty_four_kanji_fit_and_sixty_five_do_not),
		cmocka_unit_test(the_root_is_read),
		cmocka_unit_test(a_root_that_is_not_as_meant_is_refused_by_its_row),
		cmocka_unit_test(what_is_no_ca_is_refused_by_its_row),
		cmocka_unit_test(every_flipped_bit_of_a_root_is_refused),
	};
	return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
