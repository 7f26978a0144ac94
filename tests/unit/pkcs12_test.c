/* pki/pkcs12: in two halves and back; wrong PINs, flipped bits and other keys are refused.
 * [RFC7292 4] [RFC7292 B.1] [RFC7292 B.2] [RFC7292 C] [RFC8018 6.2] */
#include "pki.h"

#include <openssl/pkcs12.h>

#include "pki/pkcs12.h"

#define PIN "K7QX-M3RT-9HWA-4PCE"
static const uint8_t SALT[16] = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };
enum { TURNS = 1000 };

struct made {
	uint8_t bag_bytes[PKCS12_BAG_MOST], p12_bytes[PKCS12_MOST], mac_key[PKCS12_MAC_KEY];
	struct der bag, p12;
};

static void
make_kind(const struct pki *p, enum pkcs12_kind kind, struct made *m)
{
	struct sink bag = SINK_INTO(m->bag_bytes), p12 = SINK_INTO(m->p12_bytes);
	struct fault f = { 0 };
	assert_true(pkcs12_bag(p->key, kind, PIN, TURNS, &bag, &f));
	m->bag = der_of(bag.at, bag.len);
	assert_true(pkcs12_mac_key(kind, PIN, SALT, sizeof(SALT), TURNS, m->mac_key, &f));
	assert_true(pkcs12_complete(
	    kind, m->bag, m->mac_key, SALT, sizeof(SALT), TURNS, p->cert, p->ca_cert, &p12, &f));
	m->p12 = der_of(p12.at, p12.len);
}

static void
make(const struct pki *p, struct made *m)
{
	make_kind(p, PKCS12_STRONG, m);
}

static void
same_key(const struct pki *p, const struct rsa *key)
{
	uint8_t buf[RSA_SPKI_MOST];
	struct der d = pki_spki(key, buf, sizeof(buf));
	struct fault f = { 0 };
	assert_int_equal(d.n, p->spki.n);
	assert_memory_equal(d.p, p->spki.p, d.n);
	assert_true(rsa_pairwise(key, &f));
}

static void
both_halves_give_the_key_back(void **state)
{
	const struct pki *p = *state;
	static struct made m;
	for (int kind = PKCS12_STRONG; kind <= PKCS12_LEGACY; kind++) { /* */
		struct fault f = { 0 };
		uint8_t cert[CERT_MOST];
		struct sink c = SINK_INTO(cert);
		OWN_RSA from_bag = NULL;
		OWN_RSA from_file = NULL;
		make_kind(p, (enum pkcs12_kind)kind, &m);
		assert_true(pkcs12_bag_open(m.bag, PIN, &from_bag, &f));
		same_key(p, from_bag);
		assert_true(pkcs12_open(m.p12, PIN, &from_file, &c, &f));
		same_key(p, from_file);
		assert_int_equal(c.len, p->cert.n);
		assert_memory_equal(c.at, p->cert.p, c.len);
	}
}

static void
the_mac_key_is_that_of_the_format(void **state)
{
	(void)state;
	/* Computed by the formula of [RFC7292 B.2], written out in another language. */
	static const uint8_t KNOWN[32] = { 0xd7, 0x34, 0x59, 0x41, 0x22, 0x22, 0x2a, 0xd1, 0x7e,
		0xaf, 0x05, 0xb2, 0x41, 0xa8, 0x07, 0x61, 0xfb, 0x3c, 0xcc, 0x6d, 0xc8, 0xb7, 0x97,
		0x72, 0x1b, 0x67, 0xe5, 0xb7, 0xfa, 0x24, 0x3d, 0x33 };
	static const uint8_t LEGACY[32] = { 0x01, 0x1a, 0x06, 0x26, 0x51, 0x91, 0xf8, 0x23, 0x15,
		0x95, 0x05, 0x21, 0xaf, 0xe4, 0x3b, 0xb5, 0x19, 0x78, 0xb7, 0x55 };
	uint8_t a[32], b[32];
	struct fault f = { 0 };
	assert_true(pkcs12_mac_key(PKCS12_LEGACY, PIN, SALT, sizeof(SALT), TURNS, a, &f));
	assert_memory_equal(a, LEGACY, 32);
	assert_true(pkcs12_mac_key(PKCS12_STRONG, PIN, SALT, sizeof(SALT), TURNS, a, &f));
	assert_memory_equal(a, KNOWN, 32);
	assert_true(pkcs12_mac_key(PKCS12_STRONG, PIN, SALT, sizeof(SALT), TURNS + 1, b, &f));
	assert_memory_not_equal(a, b, 32);
	assert_true(pkcs12_mac_key(PKCS12_STRONG, PIN, SALT, sizeof(SALT) - 1, TURNS, b, &f));
	assert_memory_not_equal(a, b, 32);
	assert_true(pkcs12_mac_key(PKCS12_STRONG, PIN "X", SALT, sizeof(SALT), TURNS, b, &f));
	assert_memory_not_equal(a, b, 32);
}

static void
a_wrong_pin_opens_nothing(void **state)
{
	const struct pki *p = *state;
	static struct made m;
	uint8_t cert[CERT_MOST];
	make(p, &m);
	static const char *const PINS[] = { "K7QX-M3RT-9HWA-4PCF", "k7qx-m3rt-9hwa-4pce", "K" };
	for (size_t i = 0; i < COUNT(PINS); i++) {
		struct rsa *key = NULL;
		struct fault f = { 0 }, g = { 0 };
		struct sink c = SINK_INTO(cert);
		assert_false(pkcs12_bag_open(m.bag, PINS[i], &key, &f));
		assert_ptr_equal(f.row, &PKCS12_WRONG_PIN);
		assert_string_equal(f.clause, "RFC7292 5.2");
		assert_false(pkcs12_open(m.p12, PINS[i], &key, &c, &g));
		assert_ptr_equal(g.row, &PKCS12_WRONG_PIN);
		assert_null(key);
		assert_int_equal(c.len, 0);
	}
}

static void
what_is_no_pin_is_refused(void **state)
{
	const struct pki *p = *state;
	static char longer[200];
	memset(longer, 'A', sizeof(longer) - 1);
	const char *const pins[] = { "", "ピン", "A B", "A\tB", "A\x7f", longer };
	for (size_t i = 0; i < COUNT(pins); i++) {
		uint8_t buf[PKCS12_BAG_MOST], key[32];
		struct sink s = SINK_INTO(buf);
		struct fault f = { 0 }, g = { 0 };
		assert_false(pkcs12_bag(p->key, PKCS12_STRONG, pins[i], TURNS, &s, &f));
		assert_ptr_equal(f.row, &PKCS12_PIN);
		assert_int_equal(s.len, 0);
		assert_false(
		    pkcs12_mac_key(PKCS12_STRONG, pins[i], SALT, sizeof(SALT), TURNS, key, &g));
		assert_ptr_equal(g.row, &PKCS12_PIN);
	}
}

static void
iterations_and_salts_have_bounds(void **state)
{
	/* [RFC8018 4.2] */
	const struct pki *p = *state;
	static const struct {
		int iterations;
		size_t salt;
	} ROWS[] = { { 999, 16 }, { 0, 16 }, { -1, 16 }, { 10000001, 16 }, { TURNS, 7 },
		{ TURNS, 65 } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		uint8_t salt[80] = { 1 }, key[32];
		struct fault f = { 0 };
		assert_false(pkcs12_mac_key(
		    PKCS12_STRONG, PIN, salt, ROWS[i].salt, ROWS[i].iterations, key, &f));
		assert_ptr_equal(f.row, &PKCS12_ITERATIONS);
	}
	uint8_t buf[PKCS12_BAG_MOST];
	struct sink s = SINK_INTO(buf);
	struct fault f = { 0 };
	assert_false(pkcs12_bag(p->key, PKCS12_STRONG, PIN, 1, &s, &f));
	assert_ptr_equal(f.row, &PKCS12_ITERATIONS);
}

static void
another_keys_certificate_is_refused(void **state)
{
	/* [RFC7292 4.2] */
	const struct pki *p = *state;
	static struct made m;
	struct cert_body b = p->body;
	uint8_t buf[CERT_MOST], out[PKCS12_MOST];
	struct sink s = SINK_INTO(out);
	struct fault f = { 0 };
	make(p, &m);
	b.spki = p->other_spki;
	struct der other = pki_issue(p, &b, buf, sizeof(buf));
	assert_false(pkcs12_complete(
	    PKCS12_STRONG, m.bag, m.mac_key, SALT, sizeof(SALT), TURNS, other, p->ca_cert, &s, &f));
	assert_ptr_equal(f.row, &PKCS12_OTHER_KEY);
	assert_int_equal(s.len, 0);
}

static void
every_flipped_bit_and_every_cut_of_a_bag_is_refused(void **state)
{
	const struct pki *p = *state;
	static struct made m;
	make(p, &m);
	uint8_t *at = m.bag_bytes;
	/* One bit of each octet: every one costs a key derivation. */
	for (size_t i = 0; i < m.bag.n; i++) {
		struct rsa *key = NULL;
		struct fault f = { 0 };
		at[i] ^= (uint8_t)(1u << i % 8);
		if (pkcs12_bag_open(m.bag, PIN, &key, &f)) {
			print_error("octet %zu\n", i);
			fail();
		}
		assert_non_null(f.row);
		assert_null(key);
		at[i] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t cut = 0; cut < m.bag.n; cut++) {
		struct rsa *key = NULL;
		struct fault f = { 0 };
		uint8_t buf[PKCS12_MOST];
		struct sink s = SINK_INTO(buf);
		assert_false(pkcs12_bag_open(der_of(at, cut), PIN, &key, &f));
		assert_ptr_equal(f.row, &PKCS12_FORM);
		assert_false(pkcs12_complete(PKCS12_STRONG, der_of(at, cut), m.mac_key, SALT,
		    sizeof(SALT), TURNS, p->cert, p->ca_cert, &s, NULL));
		assert_int_equal(s.len, 0);
	}
}

/* What one altered last block in 256 opens to where the padding fills it alone. */
static void
octets_behind_the_key_are_refused(void **state)
{
	const struct pki *p = *state;
	static struct made m;
	make(p, &m);
	const uint8_t *in = m.bag.p;
	STACK_OF(PKCS12_SAFEBAG) *bags = (STACK_OF(PKCS12_SAFEBAG) *)ASN1_item_d2i(
	    NULL, &in, (long)m.bag.n, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
	X509_SIG *sealed = (X509_SIG *)PKCS12_SAFEBAG_get0_pkcs8(sk_PKCS12_SAFEBAG_value(bags, 0));
	X509_ALGOR *how;
	ASN1_OCTET_STRING *box;
	X509_SIG_getm(sealed, &how, &box);
	for (int behind = 0; behind < 2; behind++) {
		uint8_t *plain = NULL, *shut = NULL, *bag = NULL, longer[RSA_PKCS8_MOST];
		int n = 0, shut_n = 0;
		assert_non_null(PKCS12_pbe_crypt(how, PIN, (int)strlen(PIN),
		    ASN1_STRING_get0_data(box), ASN1_STRING_length(box), &plain, &n, 0));
		memcpy(longer, plain, (size_t)n);
		longer[n] = 0;
		assert_non_null(PKCS12_pbe_crypt(
		    how, PIN, (int)strlen(PIN), longer, n + behind, &shut, &shut_n, 1));
		ASN1_STRING_set0(box, shut, shut_n);
		n = ASN1_item_i2d((ASN1_VALUE *)bags, &bag, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
		assert_true(n > 0);
		OWN_RSA key = NULL;
		struct fault f = { 0 };
		assert_int_equal(pkcs12_bag_open(der_of(bag, (size_t)n), PIN, &key, &f), !behind);
		assert_true(!behind || f.row == &PKCS12_WRONG_PIN);
		OPENSSL_free(plain);
		OPENSSL_free(bag);
	}
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

static void
every_flipped_octet_and_every_cut_is_refused(const struct pki *p, enum pkcs12_kind kind)
{
	static struct made m;
	uint8_t cert[CERT_MOST];
	make_kind(p, kind, &m);
	uint8_t *at = m.p12_bytes;
	for (size_t i = 0; i < m.p12.n; i++) {
		struct rsa *key = NULL;
		struct fault f = { 0 };
		struct sink c = SINK_INTO(cert);
		at[i] ^= (uint8_t)(1u << i % 8);
		if (pkcs12_open(m.p12, PIN, &key, &c, &f)) {
			print_error("octet %zu\n", i);
			fail();
		}
		assert_true(f.row == &PKCS12_FORM || f.row == &PKCS12_WRONG_PIN);
		assert_int_equal(c.len, 0);
		at[i] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t cut = 0; cut < m.p12.n; cut++) {
		struct rsa *key = NULL;
		struct fault f = { 0 };
		struct sink c = SINK_INTO(cert);
		assert_false(pkcs12_open(der_of(at, cut), PIN, &key, &c, &f));
		assert_ptr_equal(f.row, &PKCS12_FORM);
	}
}

static void
every_flipped_octet_and_every_cut_of_a_file_is_refused(void **state)
{
	every_flipped_octet_and_every_cut_is_refused(*state, PKCS12_STRONG);
	every_flipped_octet_and_every_cut_is_refused(*state, PKCS12_LEGACY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_halves_give_the_key_back),
		cmocka_unit_test(the_mac_key_is_that_of_the_format),
		cmocka_unit_test(a_wrong_pin_opens_nothing),
		cmocka_unit_test(what_is_no_pin_is_refused),
		cmocka_unit_test(iterations_and_salts_have_bounds),
		cmocka_unit_test(another_keys_certificate_is_refused),
		cmocka_unit_test(every_flipped_bit_and_every_cut_of_a_bag_is_refused),
		cmocka_unit_test(octets_behind_the_key_are_refused),
		cmocka_unit_test(every_flipped_octet_and_every_cut_of_a_file_is_refused),
	};
	return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
