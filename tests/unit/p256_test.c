/* pki/p256: made, signed, verified; each flipped bit and each cut is refused. */
#include "test.h"

#include "pki/p256.h"
#include "pki/start.h"

static const uint8_t DIGEST[32] = { 0xaf, 0x2b, 0xdb, 0xe1, 0xaa, 0x9b, 0x6e, 0xc1, 0xe2, 0xad,
	0xe1, 0xd6, 0x94, 0xf4, 0x1f, 0xc7, 0x1a, 0x83, 0x1d, 0x02, 0x68, 0xe9, 0x89, 0x15, 0x62,
	0x11, 0x3d, 0x8a, 0x62, 0xad, 0xd1, 0xbf };

/* The key of [RFC6979 A.2.5]. */
static const uint8_t KNOWN[32] = { 0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21,
	0x57, 0x67, 0xb1, 0xd6, 0x93, 0x4e, 0x50, 0xc3, 0xdb, 0x36, 0xe8, 0x9b, 0x12, 0x7b, 0x8a,
	0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21 };
static const uint8_t KNOWN_POINT[65] = { 0x04, 0x60, 0xfe, 0xd4, 0xba, 0x25, 0x5a, 0x9d, 0x31, 0xc9,
	0x61, 0xeb, 0x74, 0xc6, 0x35, 0x6d, 0x68, 0xc0, 0x49, 0xb8, 0x92, 0x3b, 0x61, 0xfa, 0x6c,
	0xe6, 0x69, 0x62, 0x2e, 0x60, 0xf2, 0x9f, 0xb6, 0x79, 0x03, 0xfe, 0x10, 0x08, 0xb8, 0xbc,
	0x99, 0xa4, 0x1a, 0xe9, 0xe9, 0x56, 0x28, 0xbc, 0x64, 0xf2, 0xf1, 0xb2, 0x0c, 0x2d, 0x7e,
	0x9f, 0x51, 0x77, 0xa3, 0xc2, 0x94, 0xd4, 0x46, 0x22, 0x99 };

static void
the_known_secret_has_the_known_point(void **state)
{
	(void)state;
	uint8_t point[65];
	struct fault f = { 0 };
	assert_true(p256_public(KNOWN, point, &f));
	assert_memory_equal(point, KNOWN_POINT, 65);
	assert_true(p256_point_good(point));
}

static void
a_secret_outside_the_range_is_refused(void **state)
{
	(void)state;
	static const uint8_t ORDER[32] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3,
		0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
	static const uint8_t NONE[32];
	const uint8_t *const rows[] = { NONE, ORDER };
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t point[65] = { 0 };
		uint8_t buf[P256_SIGNATURE_MOST];
		struct sink s = SINK_INTO(buf);
		struct fault f = { 0 }, g = { 0 };
		assert_false(p256_public(rows[i], point, &f));
		assert_ptr_equal(f.row, &P256_SECRET_RANGE);
		assert_int_equal(point[0], 0);
		assert_false(p256_sign(rows[i], DIGEST, &s, &g));
		assert_ptr_equal(g.row, &P256_SECRET_RANGE);
		assert_int_equal(s.len, 0);
	}
}

static void
a_signature_of_a_new_key_is_good_and_every_mutant_is_not(void **state)
{
	(void)state;
	uint8_t secret[32], point[65], digest[32], buf[P256_SIGNATURE_MOST];
	struct sink s = SINK_INTO(buf);
	struct fault f = { 0 };
	assert_true(p256_new(secret, point, &f));
	assert_true(p256_sign(secret, DIGEST, &s, &f));
	memcpy(digest, DIGEST, 32);
	assert_true(p256_verify(point, digest, buf, s.len));
	for (size_t bit = 0; bit < s.len * 8; bit++) {
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(p256_verify(point, digest, buf, s.len));
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 256; bit++) {
		digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(p256_verify(point, digest, buf, s.len));
		digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 65 * 8; bit++) {
		point[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(p256_verify(point, digest, buf, s.len));
		assert_false(p256_point_good(point));
		point[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < s.len; cut++)
		assert_false(p256_verify(point, digest, buf, cut));
	assert_true(p256_verify(point, digest, buf, s.len));
}

static void
a_longer_form_of_the_same_signature_is_refused(void **state)
{
	(void)state;
	uint8_t buf[P256_SIGNATURE_MOST], longer[P256_SIGNATURE_MOST + 2];
	struct fault f = { 0 };
	struct sink s = { 0 };
	do {
		s = (struct sink)SINK_INTO(buf);
		assert_true(p256_sign(KNOWN, DIGEST, &s, &f));
	} while (s.len > 70);
	memcpy(longer, buf, s.len);
	longer[s.len] = 0;
	assert_false(p256_verify(KNOWN_POINT, DIGEST, longer, s.len + 1));
	longer[1] = (uint8_t)(longer[1] + 1);
	assert_false(p256_verify(KNOWN_POINT, DIGEST, longer, s.len + 1));
	longer[0] = 0x30, longer[1] = 0x81, longer[2] = (uint8_t)(s.len - 2);
	memcpy(longer + 3, buf + 2, s.len - 2);
	assert_false(p256_verify(KNOWN_POINT, DIGEST, longer, s.len + 1));
	assert_true(p256_verify(KNOWN_POINT, DIGEST, buf, s.len));
}

static void
another_form_of_the_point_is_refused(void **state)
{
	(void)state;
	uint8_t buf[P256_SPKI], point[65] = { 0 };
	struct sink s = SINK_INTO(buf);
	p256_spki(KNOWN_POINT, &s);
	assert_int_equal(s.len, P256_SPKI);
	assert_true(p256_spki_read(der_of(buf, s.len), point));
	assert_memory_equal(point, KNOWN_POINT, 65);
	memset(point, 0, sizeof(point));
	/* 06 and 07 are the hybrid forms: the same key in other bytes. */
	for (uint8_t form = 0; form < 8; form++) {
		buf[26] = form;
		assert_int_equal(p256_spki_read(der_of(buf, s.len), point), form == 4);
	}
	buf[26] = 4;
	memset(point, 0, sizeof(point));
	for (size_t bit = 0; bit < s.len * 8; bit++) {
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(p256_spki_read(der_of(buf, s.len), point));
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < s.len; cut++)
		assert_false(p256_spki_read(der_of(buf, cut), point));
	assert_int_equal(point[0], 0);
}

static void
a_signature_that_does_not_fit_is_our_fault(void **state)
{
	(void)state;
	uint8_t buf[16];
	struct sink s = SINK_INTO(buf);
	struct fault f = { 0 };
	assert_false(p256_sign(KNOWN, DIGEST, &s, &f));
	assert_int_equal(f.code, FAULT_BUG);
}

/* Locked memory is given out once: a second start would go on without it. */
static void
a_library_that_does_not_start_is_refused(void **state)
{
	(void)state;
	struct fault first = { 0 }, second = { 0 };
	assert_true(pki_start(&first));
	assert_false(pki_start(&second));
	assert_ptr_equal(second.row, &PKI_SELF_TEST);
}

/* More of them than the memo holds; what one said never answers for another. */
static void
a_memo_knows_each_point_by_all_of_it(void **state)
{
	enum { N = 11, ROUNDS = 3 };
	uint8_t secret[N][P256_SECRET], point[N][P256_POINT], digest[32] = { 9 };
	struct p256_memo *memo = p256_memo_new();
	struct fault f = { 0 };
	(void)state;
	for (int i = 0; i < N; i++)
		assert_true(p256_new(secret[i], point[i], &f));
	for (int i = 0; i < N * ROUNDS; i++) {
		uint8_t bytes[P256_SIGNATURE_MOST];
		struct sink s = SINK_INTO(bytes);
		int who = i % N, other = (i + 1) % N;
		assert_true(p256_sign(secret[who], digest, &s, &f));
		assert_true(p256_verify_by(memo, point[who], digest, s.at, s.len));
		assert_true(p256_verify_by(memo, point[who], digest, s.at, s.len));
		assert_false(p256_verify_by(memo, point[other], digest, s.at, s.len));
		uint8_t off[P256_POINT];
		memcpy(off, point[who], sizeof(off));
		off[P256_POINT - 1] ^= 1; /* on no curve */
		assert_false(p256_verify_by(memo, off, digest, s.at, s.len));
	}
	p256_memo_free(memo);
	p256_memo_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_known_secret_has_the_known_point),
		cmocka_unit_test(a_secret_outside_the_range_is_refused),
		cmocka_unit_test(a_signature_of_a_new_key_is_good_and_every_mutant_is_not),
		cmocka_unit_test(a_longer_form_of_the_same_signature_is_refused),
		cmocka_unit_test(another_form_of_the_point_is_refused),
		cmocka_unit_test(a_signature_that_does_not_fit_is_our_fault),
		cmocka_unit_test(a_library_that_does_not_start_is_refused),
		cmocka_unit_test(a_memo_knows_each_point_by_all_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
