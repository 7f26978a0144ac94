/* vault/digest: the standard's own vectors, and that parts and labels do what they say. */
#include "test.h"

#include "base/text.h"
#include "vault/digest.h"
#include "vault/fingerprint.h"

static void
the_standards_vectors_come_out(void **state)
{
	(void)state;
	uint8_t got[DIGEST], want[DIGEST];
	assert_true(hex_read(
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", want, DIGEST));
	digest_of("abc", 3, got);
	assert_memory_equal(got, want, DIGEST);
	struct digest d;
	digest_begin(&d);
	digest_add(&d, "a", 1);
	digest_add(&d, "bc", 2);
	digest_end(&d, got);
	assert_memory_equal(got, want, DIGEST);
}

_Static_assert((int)FINGERPRINT == (int)DIGEST, "two libraries, one digest");

/* By two libraries: of a block's length, of one less and more, of a list's; whole and in two parts. */
static void
a_fingerprint_is_the_same_digest(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 55, 56, 63, 64, 65, 4096, 100001 };
	static uint8_t bytes[100001];
	uint8_t got[DIGEST], want[DIGEST];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i >> 3);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct digest d;
		fingerprint_of(bytes, sizes[i], want);
		digest_of(bytes, sizes[i], got);
		assert_memory_equal(got, want, DIGEST);
		digest_begin(&d);
		digest_add(&d, bytes, sizes[i] / 3);
		digest_add(&d, bytes + sizes[i] / 3, sizes[i] - sizes[i] / 3);
		digest_end(&d, got);
		assert_memory_equal(got, want, DIGEST);
	}
	fingerprint_of(bytes, 0, want);
	digest_of(NULL, 0, got);
	assert_memory_equal(got, want, DIGEST);
}

static void
a_label_is_its_text_and_a_zero_byte(void **state)
{
	(void)state;
	uint8_t got[DIGEST], want[DIGEST];
	digest_labelled("ab", "c", 1, got);
	digest_of("ab\0c", 4, want);
	assert_memory_equal(got, want, DIGEST);
	digest_labelled("a", "bc", 2, want);
	assert_memory_not_equal(got, want, DIGEST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_vectors_come_out),
		cmocka_unit_test(a_fingerprint_is_the_same_digest),
		cmocka_unit_test(a_label_is_its_text_and_a_zero_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
