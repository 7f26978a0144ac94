/*
 * pki/assertion: what a browser signs is accepted; every other byte is refused, by the row that
 * names what differs. [WebAuthn 7.2] [RFC4648 5]
 */
#include "test.h"

#include <stdlib.h>

#include "pki/assertion.h"
#include "vault/digest.h"

#define ORIGIN "https://approve.akashi.example"
#define RP_ID "approve.akashi.example"

struct bench {
	uint8_t secret[32], data[37], client[4096], signature[P256_SIGNATURE_MOST];
	struct assertion_expect want;
	struct assertion a;
};

/* Bytes as Chromium writes them; `tail` is what follows crossOrigin. */
static void
sign(struct bench *b, const char *tail)
{
	struct sink c = SINK_INTO(b->client), s = SINK_INTO(b->signature);
	uint8_t message[69], digest[32];
	struct fault f = { 0 };
	/* challenge: 00 01 ... 1f */
	sink_print(&c,
	    "{\"type\":\"webauthn.get\",\"challenge\":"
	    "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\","
	    "\"origin\":\"" ORIGIN "\",\"crossOrigin\":false%s",
	    tail);
	memcpy(message, b->data, 37);
	digest_of(c.at, c.len, message + 37);
	digest_of(message, sizeof(message), digest);
	assert_true(p256_sign(b->secret, digest, &s, &f));
	b->a.authenticator_data = der_of(b->data, 37);
	b->a.client_data = der_of(c.at, c.len);
	b->a.signature = der_of(s.at, s.len);
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct fault f = { 0 };
	assert_non_null(b);
	for (uint8_t i = 0; i < 32; i++)
		b->want.challenge[i] = i;
	b->want.origin = ORIGIN;
	b->want.rp_id = RP_ID;
	assert_true(p256_new(b->secret, b->want.point, &f));
	digest_of(RP_ID, strlen(RP_ID), b->data);
	b->data[32] = 0x05;
	b->data[36] = 7;
	sign(b, "}");
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	free(*state);
	return 0;
}

static void
refused(const struct bench *b, const struct refusal *row, const char *clause)
{
	struct fault f = { 0 };
	uint32_t count = 99;
	assert_false(assertion_check(&b->a, &b->want, &count, &f));
	assert_ptr_equal(f.row, row);
	assert_string_equal(f.clause, clause);
	assert_int_equal(count, 99);
}

static void
an_assertion_is_accepted_with_and_without_an_extra_member(void **state)
{
	struct bench *b = *state;
	static const char *const TAILS[] = { "}", ",\"other_keys_can_be_added_here\":\"...\"}" };
	for (size_t i = 0; i < COUNT(TAILS); i++) {
		struct fault f = { 0 };
		uint32_t count = 0;
		sign(b, TAILS[i]);
		assert_true(assertion_check(&b->a, &b->want, &count, &f));
		assert_int_equal(count, 7);
	}
}

static void
every_flipped_bit_is_refused_by_the_part_it_stands_in(void **state)
{
	struct bench *b = *state;
	sign(b, "}");
	size_t head = b->a.client_data.n - 1;
	for (size_t bit = 0; bit < b->a.client_data.n * 8; bit++) {
		b->client[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused(
		    b, bit / 8 < head ? &ASSERTION_CLIENT : &ASSERTION_TAIL, "WebAuthn 5.8.1.1");
		b->client[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 37 * 8; bit++) {
		const struct refusal *row = bit / 8 < 32    ? &ASSERTION_SITE
					    : bit / 8 == 32 ? &ASSERTION_FLAGS
							    : &ASSERTION_SIGNATURE;
		b->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused(b, row, row->clause);
		b->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < b->a.signature.n * 8; bit++) {
		b->signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused(b, &ASSERTION_SIGNATURE, "WebAuthn 6.5.6");
		b->signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < P256_POINT * 8; bit++) {
		b->want.point[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused(b, &ASSERTION_KEY, "WebAuthn 6.5.1");
		b->want.point[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 256; bit++) {
		b->want.challenge[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused(b, &ASSERTION_CLIENT, "WebAuthn 5.8.1.1");
		b->want.challenge[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void
every_flipped_bit_of_an_extra_member_is_refused(void **state)
{
	struct bench *b = *state;
	sign(b, ",\"x\":\"y}\"}");
	for (size_t bit = 0; bit < b->a.client_data.n * 8; bit++) {
		struct fault f = { 0 };
		uint32_t count;
		b->client[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(assertion_check(&b->a, &b->want, &count, &f));
		assert_true(f.row == &ASSERTION_CLIENT || f.row == &ASSERTION_TAIL ||
			    f.row == &ASSERTION_SIGNATURE);
		b->client[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void
every_cut_and_every_appended_octet_is_refused(void **state)
{
	struct bench *b = *state;
	sign(b, ",\"x\":\"y}\"}");
	struct der *const parts[] = { &b->a.client_data, &b->a.authenticator_data,
		&b->a.signature };
	for (size_t i = 0; i < COUNT(parts); i++) {
		struct der whole = *parts[i];
		uint8_t longer[4096];
		for (size_t n = 0; n < whole.n; n++) {
			struct fault f = { 0 };
			uint32_t count;
			parts[i]->n = n;
			assert_false(assertion_check(&b->a, &b->want, &count, &f));
			assert_non_null(f.row);
			if (parts[i] == &b->a.authenticator_data)
				assert_ptr_equal(f.row, &ASSERTION_LENGTH);
		}
		memcpy(longer, whole.p, whole.n);
		longer[whole.n] = '}';
		*parts[i] = der_of(longer, whole.n + 1);
		struct fault f = { 0 };
		uint32_t count;
		assert_false(assertion_check(&b->a, &b->want, &count, &f));
		*parts[i] = whole;
	}
}

static void
another_place_or_purpose_is_refused(void **state)
{
	struct bench *b = *state;
	static const char *const ORIGINS[] = { "https://approve.akashi.example:8443",
		"http://approve.akashi.example", "https://approve.akashi.example/",
		"https://approve.akashi.exampl", "https://x.approve.akashi.example",
		"https://127.0.0.1", "https://approve.akashi.example\",\"crossOrigin\":false", "" };
	sign(b, "}");
	for (size_t i = 0; i < COUNT(ORIGINS); i++) {
		b->want.origin = ORIGINS[i];
		refused(b, &ASSERTION_CLIENT, "WebAuthn 5.8.1.1");
	}
	b->want.origin = ORIGIN;
	b->want.rp_id = "akashi.example";
	refused(b, &ASSERTION_SITE, "WebAuthn 7.2");
	b->want.rp_id = RP_ID;
	static const char *const CLIENTS[] = {
		"{\"type\":\"webauthn.create\",\"challenge\":"
		"\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\","
		"\"origin\":\"" ORIGIN "\",\"crossOrigin\":false}",
		"{\"type\":\"webauthn.get\",\"challenge\":"
		"\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\","
		"\"origin\":\"" ORIGIN "\",\"crossOrigin\":true}",
		"{\"type\":\"webauthn.get\",\"challenge\":"
		"\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\","
		"\"origin\":\"" ORIGIN "\"}",
		"{\"challenge\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\",\"type\":"
		"\"webauthn.get\"}",
	};
	for (size_t i = 0; i < COUNT(CLIENTS); i++) {
		struct assertion kept = b->a;
		b->a.client_data = der_of(CLIENTS[i], strlen(CLIENTS[i]));
		refused(b, &ASSERTION_CLIENT, "WebAuthn 5.8.1.1");
		b->a = kept;
	}
}

static void
flags_say_who_was_there(void **state)
{
	struct bench *b = *state;
	for (unsigned flags = 0; flags < 256; flags++)
		for (int synced = 0; synced < 2; synced++) {
			struct fault f = { 0 };
			uint32_t count;
			b->data[32] = (uint8_t)flags;
			b->want.synced_allowed = synced == 1;
			bool good =
			    flags == 0x05 ||
			    (synced == 1 && (flags == 0x0d || flags == 0x15 || flags == 0x1d));
			if (good)
				sign(b, "}");
			assert_int_equal(assertion_check(&b->a, &b->want, &count, &f), good);
			if (!good)
				assert_ptr_equal(f.row, &ASSERTION_FLAGS);
		}
	b->data[32] = 0x05;
	b->want.synced_allowed = false;
}

static void
a_tail_of_a_kibibyte_is_too_long(void **state)
{
	struct bench *b = *state;
	static char tail[ASSERTION_TAIL_MOST + 1];
	memset(tail, 'x', ASSERTION_TAIL_MOST);
	tail[0] = ',';
	tail[ASSERTION_TAIL_MOST - 2] = '}';
	tail[ASSERTION_TAIL_MOST - 1] = '\0';
	struct fault f = { 0 };
	uint32_t count;
	sign(b, tail);
	assert_true(assertion_check(&b->a, &b->want, &count, &f));
	tail[ASSERTION_TAIL_MOST - 2] = 'x';
	tail[ASSERTION_TAIL_MOST - 1] = '}';
	sign(b, tail);
	refused(b, &ASSERTION_TAIL, "WebAuthn 5.8.1.1");
}

enum { ID = 32, REGISTRATION = 37 + 16 + 2 + ID + 77 };
static void
registration(const struct bench *b, uint8_t out[REGISTRATION])
{
	static const uint8_t HEAD[] = { 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58,
		0x20 };
	memset(out, 0x77, REGISTRATION);
	memcpy(out, b->data, 37);
	out[32] = 0x45;
	out[53] = 0, out[54] = ID;
	uint8_t *cose = out + 55 + ID;
	memcpy(cose, HEAD, 10);
	memcpy(cose + 10, b->want.point + 1, 32);
	memcpy(cose + 42, "\x22\x58\x20", 3);
	memcpy(cose + 45, b->want.point + 33, 32);
}

static void
a_registration_gives_the_point_both_copies_name(void **state)
{
	struct bench *b = *state;
	uint8_t data[REGISTRATION + 1] = { 0 }, spki[P256_SPKI], point[65] = { 0 };
	struct sink s = SINK_INTO(spki);
	struct der id;
	struct fault f = { 0 };
	registration(b, data);
	p256_spki(b->want.point, &s);
	struct der key = der_of(spki, s.len), all = der_of(data, REGISTRATION);
	assert_int_equal(REGISTRATION, 164);
	assert_true(assertion_register(key, all, RP_ID, false, point, &id, &f));
	assert_memory_equal(point, b->want.point, 65);
	assert_int_equal(id.n, ID);
	assert_ptr_equal(id.p, data + 55);
	memset(point, 0, sizeof(point));
	for (size_t bit = 0; bit < REGISTRATION * 8; bit++) {
		size_t at = bit / 8;
		if ((at >= 33 && at < 53) || (at >= 55 && at < 55 + ID))
			continue; /* count, AAGUID and the id say nothing about the key */
		const struct refusal *row = at < 32    ? &ASSERTION_SITE
					    : at == 32 ? &ASSERTION_FLAGS
					    : at < 55  ? &ASSERTION_LENGTH
						       : &ASSERTION_TWO_KEYS;
		struct fault g = { 0 };
		data[at] ^= (uint8_t)(1u << bit % 8);
		assert_false(assertion_register(key, all, RP_ID, false, point, &id, &g));
		assert_ptr_equal(g.row, row);
		data[at] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < s.len * 8; bit++) {
		struct fault g = { 0 };
		spki[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(assertion_register(key, all, RP_ID, false, point, &id, &g));
		assert_ptr_equal(g.row, &ASSERTION_KEY);
		spki[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t n = 0; n <= REGISTRATION + 1; n++) {
		struct fault g = { 0 };
		if (n == REGISTRATION)
			continue;
		assert_false(
		    assertion_register(key, der_of(data, n), RP_ID, false, point, &id, &g));
		assert_ptr_equal(g.row, &ASSERTION_LENGTH);
	}
	assert_int_equal(point[0], 0);
	/* A registration's answer is no approval. */
	sign(b, "}");
	struct assertion as_approval = b->a;
	uint32_t count;
	struct fault h = { 0 };
	as_approval.authenticator_data = all;
	assert_false(assertion_check(&as_approval, &b->want, &count, &h));
	assert_ptr_equal(h.row, &ASSERTION_LENGTH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_assertion_is_accepted_with_and_without_an_extra_member),
		cmocka_unit_test(every_flipped_bit_is_refused_by_the_part_it_stands_in),
		cmocka_unit_test(every_flipped_bit_of_an_extra_member_is_refused),
		cmocka_unit_test(every_cut_and_every_appended_octet_is_refused),
		cmocka_unit_test(another_place_or_purpose_is_refused),
		cmocka_unit_test(flags_say_who_was_there),
		cmocka_unit_test(a_tail_of_a_kibibyte_is_too_long),
		cmocka_unit_test(a_registration_gives_the_point_both_copies_name),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
