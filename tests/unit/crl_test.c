/* pki/crl: a streamed list is what OpenSSL reads; each change is refused by its row. [RFC5280 5]
 * [RFC5280 5.3.1] */
#include "pki.h"

enum { LIST_MOST = 1 << 20 };

struct list {
	struct crl_head head;
	struct sink entries, whole;
};

static void
list_begin(const struct pki *p, struct list *l, size_t count)
{
	*l = (struct list){ .entries = SINK_GROW(LIST_MOST), .whole = SINK_GROW(LIST_MOST) };
	for (size_t i = 0; i < count; i++) {
		uint8_t serial[20] = { 0x10, (uint8_t)(i >> 8), (uint8_t)i };
		crl_entry(serial, (struct instant){ 1795600000 + (int64_t)i }, i % 2 == 0 ? 1 : 0,
		    (struct instant){ i % 3 == 0 ? 1795500000 : 0 }, &l->entries);
	}
	l->head = (struct crl_head){ .issuer = p->name,
		.this_update = { 1795678901 },
		.next_update = { 1795678901 + 96 * 3600 },
		.number = (3ull << 32) + 17,
		.expired_since = p->ca_body.not_before,
		.entry_bytes = l->entries.len };
	assert_true(rsa_key_id(p->ca_spki, l->head.issuer_key_id));
}

/* Signs and puts the parts together, as the signer streams them. */
static struct der
list_end(const struct rsa *key, struct list *l)
{
	uint8_t prefix[CRL_PREFIX_MOST], suffix[CRL_SUFFIX_MOST], after[RSA_SIGNATURE_MOST + 64],
	    signature[RSA_SIGNATURE_MOST], digest[32];
	struct sink pre = SINK_INTO(prefix), suf = SINK_INTO(suffix), aft = SINK_INTO(after),
		    sig = SINK_INTO(signature);
	struct fault f = { 0 };
	struct digest sum;
	crl_prefix(&l->head, &pre);
	crl_suffix(&l->head, &suf);
	assert_false(pre.full || suf.full);
	digest_begin(&sum);
	digest_add(&sum, pre.at, pre.len);
	digest_add(&sum, l->entries.at, l->entries.len);
	digest_add(&sum, suf.at, suf.len);
	digest_end(&sum, digest);
	assert_true(rsa_sign(key, digest, &sig, &f));
	crl_frame(&l->head, sig.len, &l->whole, sig.at, &aft);
	sink_bytes(&l->whole, pre.at, pre.len);
	sink_bytes(&l->whole, l->entries.at, l->entries.len);
	sink_bytes(&l->whole, suf.at, suf.len);
	sink_bytes(&l->whole, aft.at, aft.len);
	assert_false(l->whole.full || aft.full);
	return der_of(l->whole.at, l->whole.len);
}

static void
list_drop(struct list *l)
{
	sink_drop(&l->entries);
	sink_drop(&l->whole);
}

static void
lists_of_every_size_are_read(void **state)
{
	const struct pki *p = *state;
	static const size_t SIZES[] = { 0, 1, 2, 3, 100, 3000 };
	for (size_t i = 0; i < COUNT(SIZES); i++) {
		struct list l;
		struct fault f = { 0 };
		list_begin(p, &l, SIZES[i]);
		struct der crl = list_end(p->ca_key, &l);
		assert_true(crl_check(crl, p->ca_cert, l.head.number, &f));
		/* expiredCertsOnCRL and the entries stand in it, an empty list has none. */
		static const uint8_t EXPIRED[] = { 0x06, 0x03, 0x55, 0x1d, 0x3c, 0x04, 0x11, 0x18,
			0x0f };
		assert_non_null(memmem(crl.p, crl.n, EXPIRED, sizeof(EXPIRED)));
		list_drop(&l);
	}
}

static void
an_entry_writes_no_reason_for_unspecified(void **state)
{
	(void)state;
	uint8_t buf[CRL_ENTRY_MOST], serial[20] = { 0x7f };
	struct sink s = SINK_INTO(buf);
	crl_entry(serial, (struct instant){ 1795600000 }, 0, (struct instant){ 0 }, &s);
	assert_int_equal(s.len, 2 + 22 + 15);
	s.len = 0;
	crl_entry(serial, (struct instant){ 1795600000 }, 4, (struct instant){ 1795500000 }, &s);
	static const uint8_t REASON[] = { 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03,
		0x0a, 0x01, 0x04, 0x30, 0x18, 0x06, 0x03, 0x55, 0x1d, 0x18, 0x04, 0x11, 0x18,
		0x0f };
	assert_false(s.full);
	assert_non_null(memmem(s.at, s.len, REASON, sizeof(REASON)));
}

static void
number(struct list *l)
{
	l->head.number++;
}
static void
issuer(struct list *l)
{
	static uint8_t name[512];
	memcpy(name, l->head.issuer.p, l->head.issuer.n);
	name[l->head.issuer.n - 1] ^= 1;
	l->head.issuer.p = name;
}
static void
authority(struct list *l)
{
	l->head.issuer_key_id[0] ^= 1;
}
static void
times(struct list *l)
{
	l->head.next_update = l->head.this_update;
}

static void
each_changed_part_is_refused_by_its_row(void **state)
{
	const struct pki *p = *state;
	static const struct {
		const struct refusal *row;
		void (*change)(struct list *);
		const char *clause;
	} ROWS[] = {
		{ &CRL_NUMBER, number, "RFC5280 5.2.3" },
		{ &CRL_ISSUER, issuer, "RFC5280 5.1.2.3" },
		{ &CRL_AUTHORITY_KEY, authority, "RFC5280 5.2.1" },
		{ &CRL_TIMES, times, "RFC5280 5.1.2.5" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct list l;
		struct fault f = { 0 };
		list_begin(p, &l, 2);
		uint64_t meant = l.head.number;
		ROWS[i].change(&l);
		struct der crl = list_end(p->ca_key, &l);
		assert_false(crl_check(crl, p->ca_cert, meant, &f));
		assert_ptr_equal(f.row, ROWS[i].row);
		assert_string_equal(f.clause, ROWS[i].clause);
		list_drop(&l);
	}
	struct list l;
	struct fault f = { 0 };
	list_begin(p, &l, 2);
	struct der crl = list_end(p->other_key, &l);
	assert_false(crl_check(crl, p->ca_cert, l.head.number, &f));
	assert_ptr_equal(f.row, &CRL_SIGNATURE);
	assert_string_equal(f.clause, "RFC5280 5.1.1.3");
	list_drop(&l);
}

static void
every_flipped_bit_and_every_cut_is_refused(void **state)
{
	const struct pki *p = *state;
	struct list l;
	list_begin(p, &l, 3);
	(void)list_end(p->ca_key, &l);
	uint8_t *at = l.whole.at;
	size_t n = l.whole.len;
	bool seen_version = false, seen_algorithm = false;
	for (size_t bit = 0; bit < n * 8; bit += pki_stride()) {
		struct fault f = { 0 };
		at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(crl_check(der_of(at, n), p->ca_cert, l.head.number, &f));
		assert_non_null(f.row);
		/* [RFC5280 5.1] [RFC5280 5.1.2.1] [RFC5280 5.1.1.2] */
		seen_version |= f.row == &CRL_VERSION;
		seen_algorithm |= f.row == &CRL_ALGORITHM;
		at[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(seen_version && seen_algorithm);
	for (size_t cut = 0; cut < n; cut++) {
		struct fault f = { 0 };
		assert_false(crl_check(der_of(at, cut), p->ca_cert, l.head.number, &f));
		assert_ptr_equal(f.row, &CRL_FORM);
	}
	list_drop(&l);
}

/* The CA signed it, and still an entry that is none is refused. [RFC5280 5.1.2.6] */
static void
an_entry_of_another_form_is_refused(void **state)
{
	const struct pki *p = *state;
	static const struct {
		bool good;
		const char *bytes;
		size_t n;
	} ROWS[] = {
#define TIME                                                                                       \
	"\x17\x0d"                                                                                 \
	"261120000000Z"
#define ENTRY(good, bytes) { good, bytes, sizeof(bytes) - 1 }
		ENTRY(true, "\x30\x12\x02\x01\x05" TIME),
		ENTRY(true, "\x30\x13\x02\x02\x00\x85" TIME),
		ENTRY(true, "\x30\x20\x02\x01\x05" TIME
			    "\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x0a"),
		ENTRY(false, "\x30\x20\x02\x01\x05" TIME
			     "\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x0b"),
		ENTRY(false, "\x30\x20\x02\x01\x05" TIME
			     "\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x02\x01\x0a"),
		ENTRY(false, "\x30\x12\x02\x01\x85" TIME), /* negative */
		ENTRY(false, "\x30\x13\x02\x02\x00\x05" TIME), /* padded */
		ENTRY(false, "\x30\x11\x02\x00" TIME),
		ENTRY(false, "\x30\x26\x02\x15\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
			     "\x01\x01\x01\x01\x01\x01\x01\x01" TIME), /* 21 octets */
		ENTRY(false, "\x30\x12\x04\x01\x05" TIME),
		ENTRY(false, "\x30\x81\x12\x02\x01\x05" TIME), /* not DER */
		ENTRY(false, "\x31\x12\x02\x01\x05" TIME),
		ENTRY(false, "\x30\x03\x02\x01\x05"), /* since when? */
		ENTRY(false, "\x30\x12\x02\x01\x05\x17\x0d"
			     "261320000000Z"), /* a thirteenth month */
		ENTRY(false, "\x30\x14\x02\x01\x05" TIME "\x05\x00"),
		ENTRY(false, "\x30\x14\x02\x01\x05" TIME "\x30\x02\x05\x00"),
		ENTRY(false, "\x30\x13\x02\x01\x05" TIME), /* cut */
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct list l;
		struct fault f = { 0 };
		list_begin(p, &l, 1);
		sink_bytes(&l.entries, ROWS[i].bytes, ROWS[i].n);
		l.head.entry_bytes = l.entries.len;
		struct der crl = list_end(p->ca_key, &l);
		assert_int_equal(crl_check(crl, p->ca_cert, l.head.number, &f), ROWS[i].good);
		assert_ptr_equal(f.row, ROWS[i].good ? NULL : &CRL_FORM);
		list_drop(&l);
	}
}

/* Of a nextUpdate that nobody can read the entries behind it are not passed over. [RFC5280 5.1.2.5] */
static void
what_stands_before_the_entries_is_read(void **state)
{
	const struct pki *p = *state;
	struct list l;
	list_begin(p, &l, 2);
	struct der crl = list_end(p->ca_key, &l);
	uint8_t *first = memmem(crl.p, crl.n, "\x17\x0d", 2);
	assert_non_null(first);
	uint8_t *next = first + 15;
	assert_memory_equal(next, "\x17\x0d", 2);
	for (size_t i = 0; i < 15; i++) {
		struct fault f = { 0 };
		uint8_t was = next[i];
		next[i] = '/';
		assert_false(crl_check(crl, p->ca_cert, l.head.number, &f));
		assert_ptr_equal(f.row, &CRL_FORM);
		next[i] = was;
	}
	struct fault f = { 0 };
	assert_true(crl_check(crl, p->ca_cert, l.head.number, &f));
	list_drop(&l);
}

static void
the_frame_is_known_before_the_signature(void **state)
{
	const struct pki *p = *state;
	struct list l;
	uint8_t buf[16];
	struct sink before = SINK_INTO(buf);
	list_begin(p, &l, 5);
	crl_frame(&l.head, 256, &before, NULL, NULL);
	struct der crl = list_end(p->ca_key, &l);
	assert_false(before.full);
	assert_memory_equal(crl.p, before.at, before.len);
	assert_int_equal(crl.p[before.len], DER_SEQUENCE);
	list_drop(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_every_size_are_read),
		cmocka_unit_test(an_entry_writes_no_reason_for_unspecified),
		cmocka_unit_test(each_changed_part_is_refused_by_its_row),
		cmocka_unit_test(every_flipped_bit_and_every_cut_is_refused),
		cmocka_unit_test(an_entry_of_another_form_is_refused),
		cmocka_unit_test(what_stands_before_the_entries_is_read),
		cmocka_unit_test(the_frame_is_known_before_the_signature),
	};
	return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
