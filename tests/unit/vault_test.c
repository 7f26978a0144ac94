/* vault: what is sealed opens for its owner and purpose only; codes are what people can type.
 * [design 4] [design 5] [design 3 step 3] */
#include "test.h"

#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "folder.h"
#include "vault/code.h"
#include "vault/keyfile.h"

/* libsodium's own multiplication says which keys nothing can be sealed to [RFC7748 5, 6.1]. */
static void
keys_of_low_order_are_known(void **state)
{
	static const uint8_t ORDER_8[2][SEAL_PUBLIC] = {
		{ 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1,
		    0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62,
		    0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 },
		{ 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c,
		    0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22,
		    0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57 }
	};
	static const uint8_t ANY[SEAL_SECRET] = { 1 };
	int low = 0;
	(void)state;
	for (int i = 0; i < 2 * (256 + 256 + 2); i++) {
		uint8_t key[SEAL_PUBLIC], shared[32], top = i % 2 == 0 ? 0 : 0x80;
		memset(key, i / 2 < 256 ? 0 : 0xff, sizeof(key));
		key[0] = (uint8_t)(i / 2);
		if (i / 2 >= 512)
			memcpy(key, ORDER_8[i / 2 - 512], sizeof(key));
		key[31] = (uint8_t)((key[31] & 0x7f) | top);
		bool good = crypto_scalarmult(shared, ANY, key) == 0;
		assert_int_equal(seal_public_good(key), good);
		low += !good;
	}
	assert_int_equal(low, 14);
}

static void
only_the_owner_opens_and_only_as_what_it_was(void **state)
{
	(void)state;
	uint8_t public[32], secret[32], other_public[32], other[32], sealed[256], plain[64];
	seal_pair(public, secret);
	seal_pair(other_public, other);
	struct sink s = SINK_INTO(sealed);
	seal_put("record", public, "見本", 6, &s);
	struct fault fault = { 0 };
	struct sink out = SINK_INTO(plain);
	assert_true(seal_open("record", secret, sealed, s.len, &out, &fault));
	assert_int_equal(out.len, 6);
	assert_memory_equal(plain, "見本", 6);
	out.len = 0;
	assert_false(seal_open("warrant", secret, sealed, s.len, &out, &fault));
	assert_ptr_equal(fault.row, &SEAL_OTHER_PURPOSE);
	fault = (struct fault){ 0 };
	assert_false(seal_open("record", other, sealed, s.len, &out, &fault));
	assert_ptr_equal(fault.row, &SEAL_BROKEN);
	for (size_t bit = 0; bit < s.len * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(seal_open("record", secret, sealed, s.len, &out, &fault));
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t n = 0; n < s.len; n++)
		assert_false(seal_open("record", secret, sealed, n, &out, &fault));
	assert_int_equal(out.len, 0);
	static const uint8_t LOW[SEAL_PUBLIC] = { 0 }; /* nobody's key */
	void (*const puts[])(const char *, const uint8_t[SEAL_PUBLIC], const void *, size_t,
	    struct sink *) = { seal_put, seal_put_public };
	assert_true(seal_public_good(public));
	assert_false(seal_public_good(LOW));
	for (size_t i = 0; i < COUNT(puts); i++) {
		uint8_t bytes[128];
		struct sink nothing = SINK_INTO(bytes);
		puts[i]("record", LOW, "見本", 6, &nothing);
		assert_true(nothing.full);
		assert_int_equal(nothing.len, 0);
	}
	struct sink again = SINK_INTO(sealed);
	seal_put_public("record", public, "見本", 6, &again);
	assert_int_equal(again.len, s.len);
	assert_true(seal_open("record", secret, sealed, again.len, &out, &fault));
	assert_int_equal(out.len, 6);
	assert_memory_equal(plain, "見本", 6);
	uint8_t six[6], five[5];
	assert_true(seal_open_fixed("record", secret, public, sealed, s.len, six, 6, &fault));
	assert_false(seal_open_fixed("record", secret, public, sealed, s.len, five, 5, &fault));
	assert_false(
	    seal_open_fixed("record", secret, other_public, sealed, s.len, six, 6, &fault));
	assert_false(seal_open_fixed("record", other, public, sealed, s.len, six, 6, &fault));
}

static void
a_box_opens_under_its_key_and_purpose_only(void **state)
{
	(void)state;
	uint8_t key[32] = { 1 }, sealed[256], plain[64];
	struct sink s = SINK_INTO(sealed), out = SINK_INTO(plain);
	struct fault fault = { 0 };
	box_put("a", key, "xyz", 3, &s);
	assert_true(box_open("a", key, sealed, s.len, &out, &fault));
	assert_memory_equal(plain, "xyz", 3);
	assert_false(box_open("b", key, sealed, s.len, &out, &fault));
	for (size_t bit = 0; bit < s.len * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(box_open("a", key, sealed, s.len, &out, &fault));
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t n = 0; n < s.len; n++)
		assert_false(box_open("a", key, sealed, n, &out, &fault));
	OWN_SINK grown = SINK_GROW(64);
	struct sink two = { .at = plain, .cap = 2 };
	assert_true(box_open("a", key, sealed, s.len, &grown, &fault));
	assert_memory_equal(grown.at, "xyz", 3);
	fault = (struct fault){ 0 };
	assert_false(box_open("a", key, sealed, s.len, &two, &fault));
	assert_int_equal(fault.code, FAULT_BUG);
	key[0] = 2;
	assert_false(box_open("a", key, sealed, s.len, &out, &fault));
	assert_int_equal(out.len, 3);
}

static void
a_code_is_read_as_people_type_it(void **state)
{
	(void)state;
	char code[CODE_TEXT], read[CODE_TEXT];
	unsigned seen[128] = { 0 };
	for (int i = 0; i < 500; i++) {
		code_new(code);
		assert_true(code_read(code, read));
		assert_string_equal(code, read);
		for (const char *p = code; *p != '\0'; p++)
			seen[(unsigned char)*p]++;
	}
	for (const char *p = "01OIL"; *p != '\0'; p++)
		assert_int_equal(seen[(unsigned char)*p], 0);
	assert_true(seen['2'] > 150 && seen['Z'] > 150);
	assert_true(code_read("abcd-efgh jkmn２３４５\n", read));
	assert_string_equal(read, "ABCD-EFGH-JKMN-2345");
	static const char *const BAD[] = { "", "ABCD-EFGH-JKMN-234", "ABCD-EFGH-JKMN-23456",
		"ABCD-EFGH-JKMN-2340", "\xff", "ABCD-EFGH-JKMN-234あ" };
	for (size_t i = 0; i < COUNT(BAD); i++)
		assert_false(code_read(BAD[i], read));
	uint8_t a[32], b[32], c[32], secret[32], again[32];
	code_pair("package", "ABCD-EFGH-JKMN-2345", a, secret);
	seal_public(secret, b);
	assert_memory_equal(a, b, 32);
	code_pair("package", "ABCD-EFGH-JKMN-2346", b, again);
	code_pair("other", "ABCD-EFGH-JKMN-2345", c, again);
	assert_memory_not_equal(a, b, 32);
	assert_memory_not_equal(a, c, 32);
	char token[TOKEN_TEXT];
	token_new(token);
	assert_int_equal(strlen(token), 32);
	token_digest("download", token, a);
	token_digest("upload", token, b);
	assert_memory_not_equal(a, b, 32);
	index_digest(secret, "ref", "S1", 2, a);
	index_digest(again, "ref", "S1", 2, b);
	assert_memory_not_equal(a, b, 32);
}

static void
a_key_file_opens_with_its_passphrase_for_its_purpose(void **state)
{
	(void)state;
	char folder[TEST_PATH], path[TEST_PATH + 8];
	test_folder("key", folder);
	snprintf(path, sizeof(path), "%s/k", folder);
	uint8_t secret[32], read[32] = { 0 };
	struct fault fault = { 0 };
	secret_random(secret, 32);
	assert_true(keyfile_write(path, "signer", secret, 32, "open", 4, KEYFILE_WEAK, &fault));
	assert_true(keyfile_read(path, "signer", "open", 4, read, 32, &fault));
	assert_memory_equal(secret, read, 32);
	assert_false(keyfile_read(path, "signer", "shut", 4, read, 32, &fault));
	assert_ptr_equal(fault.row, &KEYFILE_PASSPHRASE);
	fault = (struct fault){ 0 };
	assert_false(keyfile_read(path, "station", "open", 4, read, 32, &fault));
	assert_ptr_equal(fault.row, &KEYFILE_OTHER_PURPOSE);
	fault = (struct fault){ 0 };
	assert_false(keyfile_write(path, "signer", secret, 32, "x", 1, KEYFILE_WEAK, &fault));
	assert_int_equal(unlink(path), 0);
	FILE *f = fopen(path, "w");
	fputs("no key", f);
	fclose(f);
	fault = (struct fault){ 0 };
	assert_false(keyfile_read(path, "signer", "open", 4, read, 32, &fault));
	assert_ptr_equal(fault.row, &KEYFILE_FORM);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	struct fault fault = { 0 };
	if (!vault_start(&fault))
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_low_order_are_known),
		cmocka_unit_test(only_the_owner_opens_and_only_as_what_it_was),
		cmocka_unit_test(a_box_opens_under_its_key_and_purpose_only),
		cmocka_unit_test(a_code_is_read_as_people_type_it),
		cmocka_unit_test(a_key_file_opens_with_its_passphrase_for_its_purpose),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
