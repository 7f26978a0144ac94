/* pki/rsa: keys let in and kept out, signatures, the one encoding of a public key. [ORD 2]
 * [RFC8017 8.2] [RFC3279 2.3.1] [RFC8017 A.1.2] */
#include "pki.h"

static const uint8_t PROBE[32] = { 1, 2, 3, 4, 5 };

static void
a_key_goes_through_pkcs8_and_back(void **state)
{
	const struct pki *p = *state;
	uint8_t der[RSA_PKCS8_MOST], again[RSA_PKCS8_MOST], spki[RSA_SPKI_MOST];
	struct sink s = SINK_INTO(der), t = SINK_INTO(again);
	struct fault f = { 0 };
	OWN_RSA copy = NULL;
	assert_true(rsa_pkcs8(p->key, &s));
	assert_true(rsa_from_pkcs8(s.at, s.len, &copy, &f));
	assert_true(rsa_pkcs8(copy, &t));
	assert_int_equal(s.len, t.len);
	assert_memory_equal(s.at, t.at, s.len);
	struct der d = pki_spki(copy, spki, sizeof(spki));
	assert_int_equal(d.n, p->spki.n);
	assert_memory_equal(d.p, p->spki.p, d.n);
	assert_int_equal(rsa_bits(copy), 2048);
	assert_true(rsa_pairwise(copy, &f));
	rsa_free(NULL);
}

static void
what_is_no_such_key_is_kept_out(void **state)
{
	const struct pki *p = *state;
	uint8_t der[RSA_PKCS8_MOST];
	struct sink s = SINK_INTO(der);
	assert_true(rsa_pkcs8(p->key, &s));
	der[s.len] = 0;
	const size_t lengths[] = { 0, 1, 26, s.len - 1, s.len + 1 };
	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct rsa *out = NULL;
		struct fault f = { 0 };
		assert_false(rsa_from_pkcs8(der, lengths[i], &out, &f));
		assert_ptr_equal(f.row, &RSA_FORM);
		assert_null(out);
	}
	static const int BITS[] = { 512, 1024, 2047, 2049, 8200, 16384 };
	for (size_t i = 0; i < COUNT(BITS); i++) {
		struct rsa *out = NULL;
		struct fault f = { 0 };
		assert_false(rsa_new(BITS[i], &out, &f));
		assert_ptr_equal(f.row, &RSA_SIZE);
		assert_string_equal(f.clause, "ORD 2");
		assert_null(out);
	}
}

static void
halves_of_two_keys_are_no_pair(void **state)
{
	const struct pki *p = *state;
	uint8_t der[RSA_PKCS8_MOST];
	struct sink s = SINK_INTO(der);
	struct fault f = { 0 };
	OWN_RSA mixed = NULL;
	assert_true(rsa_pkcs8(p->key, &s));
	/* The modulus stands behind its tag, length and sign; put the other key's there. */
	static const uint8_t HEAD[] = { 0x02, 0x82, 0x01, 0x01, 0x00 };
	uint8_t *mine = memmem(s.at, s.len, HEAD, sizeof(HEAD));
	const uint8_t *other = memmem(p->other_spki.p, p->other_spki.n, HEAD, sizeof(HEAD));
	assert_non_null(mine);
	assert_non_null(other);
	memcpy(mine, other, sizeof(HEAD) + 256);
	assert_false(rsa_from_pkcs8(s.at, s.len, &mixed, &f));
	assert_ptr_equal(f.row, &RSA_PAIR);
}

static void
every_flipped_bit_of_a_private_key_is_kept_out(void **state)
{
	const struct pki *p = *state;
	uint8_t der[RSA_PKCS8_MOST];
	struct sink s = SINK_INTO(der);
	assert_true(rsa_pkcs8(p->key, &s));
	for (size_t bit = 0; bit < s.len * 8; bit += pki_stride()) {
		struct rsa *out = NULL;
		struct fault f = { 0 };
		der[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (rsa_from_pkcs8(der, s.len, &out, &f)) {
			print_error("bit %zu of octet %zu\n", bit % 8, bit / 8);
			fail();
		}
		assert_non_null(f.row);
		assert_null(out);
		der[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void
a_signature_is_good_and_every_mutant_is_not(void **state)
{
	const struct pki *p = *state;
	uint8_t buf[RSA_SIGNATURE_MOST], digest[32];
	struct sink s = SINK_INTO(buf);
	struct fault f = { 0 };
	assert_true(rsa_sign(p->key, PROBE, &s, &f));
	assert_int_equal(s.len, 256);
	assert_true(rsa_verify(p->spki, PROBE, buf, s.len));
	assert_false(rsa_verify(p->other_spki, PROBE, buf, s.len));
	for (size_t bit = 0; bit < s.len * 8; bit++) {
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(rsa_verify(p->spki, PROBE, buf, s.len));
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	memcpy(digest, PROBE, 32);
	for (size_t bit = 0; bit < 256; bit++) {
		digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(rsa_verify(p->spki, digest, buf, s.len));
		digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < s.len; cut++)
		assert_false(rsa_verify(p->spki, PROBE, buf, cut));
	buf[s.len] = 0;
	assert_false(rsa_verify(p->spki, PROBE, buf, s.len + 1));
	uint8_t little[16];
	struct sink small = SINK_INTO(little);
	assert_false(rsa_sign(p->key, PROBE, &small, &f));
	assert_int_equal(f.code, FAULT_BUG);
	assert_int_equal(small.len, 0);
}

static void
a_public_key_has_one_encoding(void **state)
{
	const struct pki *p = *state;
	uint8_t copy[RSA_SPKI_MOST];
	int bits = 0;
	struct fault f = { 0 };
	assert_true(rsa_spki_read(p->spki, &bits, &f));
	assert_int_equal(bits, 2048);
	memcpy(copy, p->spki.p, p->spki.n);
	for (size_t cut = 0; cut < p->spki.n; cut++)
		assert_false(rsa_spki_read(der_of(copy, cut), &bits, NULL));
	copy[p->spki.n] = 0;
	assert_false(rsa_spki_read(der_of(copy, p->spki.n + 1), &bits, NULL));
	/* Every bit but the modulus's own: 257 octets of number, 5 of exponent behind it. */
	size_t modulus = p->spki.n - 5 - 256;
	for (size_t bit = 0; bit < p->spki.n * 8; bit++) {
		if (bit / 8 >= modulus && bit / 8 < modulus + 256)
			continue;
		struct fault g = { 0 };
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(rsa_spki_read(der_of(copy, p->spki.n), &bits, &g));
		assert_true(g.row == &RSA_FORM || g.row == &RSA_EXPONENT || g.row == &RSA_SIZE);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	copy[modulus + 255] &= 0xfe;
	assert_false(rsa_spki_read(der_of(copy, p->spki.n), &bits, &f));
	assert_ptr_equal(f.row, &RSA_FORM);
}

static void
another_exponent_or_size_is_refused_by_its_row(void **state)
{
	const struct pki *p = *state;
	uint8_t copy[RSA_SPKI_MOST];
	int bits;
	struct fault f = { 0 }, g = { 0 };
	memcpy(copy, p->spki.p, p->spki.n);
	copy[p->spki.n - 1] = 0x03;
	assert_false(rsa_spki_read(der_of(copy, p->spki.n), &bits, &f));
	assert_ptr_equal(f.row, &RSA_EXPONENT);
	assert_false(rsa_verify(der_of(copy, p->spki.n), PROBE, PROBE, 32));
	/* 1024 bits, e = 65537 */
	static const uint8_t HEAD[] = { 0x30, 0x81, 0x9f, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48,
		0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00, 0x03, 0x81, 0x8d, 0x00, 0x30, 0x81,
		0x89, 0x02, 0x81, 0x81, 0x00 };
	uint8_t small[sizeof(HEAD) + 128 + 5];
	memcpy(small, HEAD, sizeof(HEAD));
	memset(small + sizeof(HEAD), 0xff, 128);
	memcpy(small + sizeof(HEAD) + 128, "\x02\x03\x01\x00\x01", 5);
	assert_false(rsa_spki_read(der_of(small, sizeof(small)), &bits, &g));
	assert_ptr_equal(g.row, &RSA_SIZE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_goes_through_pkcs8_and_back),
		cmocka_unit_test(what_is_no_such_key_is_kept_out),
		cmocka_unit_test(every_flipped_bit_of_a_private_key_is_kept_out),
		cmocka_unit_test(halves_of_two_keys_are_no_pair),
		cmocka_unit_test(a_signature_is_good_and_every_mutant_is_not),
		cmocka_unit_test(a_public_key_has_one_encoding),
		cmocka_unit_test(another_exponent_or_size_is_refused_by_its_row),
	};
	return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
