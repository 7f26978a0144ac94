/* Keys made by their owners: both halves, their marks, and every refusal. */
#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/keys.h"
#include "base/file.h"
#include "folder.h"
#include "vault/keyfile.h"

static const char PASSPHRASE[] = "correct horse battery";

struct place {
	char dir[64], out[96], pub[112];
};

static int
place_new(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	test_folder("keys", p->dir);
	(void)snprintf(p->out, sizeof(p->out), "%s/key", p->dir);
	(void)snprintf(p->pub, sizeof(p->pub), "%s.pub", p->out);
	*state = p;
	return 0;
}

static int
place_free(void **state)
{
	struct place *p = *state;
	(void)unlink(p->out);
	(void)unlink(p->pub);
	assert_int_equal(rmdir(p->dir), 0);
	free(p);
	return 0;
}

static struct key_request
request(const struct place *p, enum key_purpose purpose)
{
	return (struct key_request){ .out = p->out,
		.purpose = purpose,
		.rehearsal = true,
		.ca_bits = 2048,
		.passphrase = PASSPHRASE,
		.passphrase_len = sizeof(PASSPHRASE) - 1 };
}

/* That the public half is the one of the secret, by using both. */
static bool
halves_match(enum key_purpose purpose, struct sink *secret, const struct key_public *k)
{
	uint8_t point[P256_POINT], half[SEAL_PUBLIC], spki[RSA_SPKI_MOST];
	struct sink s = SINK_INTO(spki);
	struct rsa *key = NULL;
	bool good;
	switch (purpose) {
	case KEY_PERSON:
	case KEY_STATION:
		return secret->len == P256_SECRET && p256_public(secret->at, point, NULL) &&
		       k->len == sizeof(point) && memcmp(point, k->bytes, sizeof(point)) == 0;
	case KEY_ARCHIVE:
		seal_public(secret->at, half);
		return secret->len == SEAL_SECRET && k->len == sizeof(half) &&
		       memcmp(half, k->bytes, sizeof(half)) == 0;
	case KEY_SIGNER:
	case KEY_KEYMAKER:
		seal_public(secret->at + P256_SECRET, half);
		return secret->len == KEY_PAIR_SECRET && p256_public(secret->at, point, NULL) &&
		       k->len == KEY_PAIR_PUBLIC && memcmp(point, k->bytes, sizeof(point)) == 0 &&
		       memcmp(half, k->bytes + P256_POINT, sizeof(half)) == 0;
	case KEY_CA:
		good = rsa_from_pkcs8(secret->at, secret->len, &key, NULL) && rsa_spki(key, &s) &&
		       rsa_bits(key) == 2048 && s.len == k->len &&
		       memcmp(s.at, k->bytes, s.len) == 0;
		rsa_free(key);
		return good;
	case KEY_PURPOSES:
		break;
	}
	return false;
}

static void
both_halves_of_every_purpose_come_back(void **state)
{
	struct place *p = *state;
	OWN_SECRET(locked) = secret_new(KEYFILE_SECRET_MOST);
	for (int i = 0; i < KEY_PURPOSES; i++) {
		enum key_purpose purpose = (enum key_purpose)i;
		struct key_request r = request(p, purpose);
		struct key_public made, read;
		struct fault fault = { 0 };
		struct stat st;
		struct sink secret = { .at = locked, .cap = KEYFILE_SECRET_MOST };
		assert_true(keys_new(&r, &made, &fault));
		assert_int_equal(stat(p->out, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		assert_true(key_public_read(p->pub, purpose, &read, &fault));
		assert_int_equal(made.len, read.len);
		assert_memory_equal(made.bytes, read.bytes, made.len);
		assert_true(read.rehearsal);
		assert_true(keys_open(
		    p->out, purpose, true, r.passphrase, r.passphrase_len, &secret, &fault));
		assert_true(halves_match(purpose, &secret, &read));
		(void)unlink(p->out);
		(void)unlink(p->pub);
	}
}

/* Our own search knows three sizes. */
static void
a_rehearsals_ca_key_has_any_size_that_is_let_in(void **state)
{
	struct place *p = *state;
	struct key_request r = request(p, KEY_CA);
	struct key_public made;
	struct fault fault = { 0 };
	OWN_RSA key = NULL;
	r.ca_bits = 2560;
	assert_true(keys_new(&r, &made, &fault));
	assert_true(rsa_from_spki(der_of(made.bytes, made.len), &key, &fault));
	assert_int_equal(rsa_bits(key), 2560);
	(void)unlink(p->out);
	(void)unlink(p->pub);
}

static void
a_secret_half_opens_only_as_what_it_is(void **state)
{
	struct place *p = *state;
	struct key_request r = request(p, KEY_PERSON);
	struct key_public k;
	struct fault none = { 0 };
	OWN_SECRET(locked) = secret_new(KEYFILE_SECRET_MOST);
	assert_true(keys_new(&r, &k, &none));
	const struct {
		enum key_purpose purpose;
		bool rehearsal;
		const char *passphrase;
		const struct refusal *row;
	} ROWS[] = {
		{ KEY_PERSON, true, PASSPHRASE, NULL },
		{ KEY_PERSON, false, PASSPHRASE, &KEYFILE_OTHER_PURPOSE },
		{ KEY_STATION, true, PASSPHRASE, &KEYFILE_OTHER_PURPOSE },
		{ KEY_PERSON, true, "correct horse batterz", &KEYFILE_PASSPHRASE },
		{ KEY_PERSON, true, "", &KEYFILE_PASSPHRASE },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct fault f = { 0 };
		struct sink secret = { .at = locked, .cap = KEYFILE_SECRET_MOST };
		assert_int_equal(keys_open(p->out, ROWS[i].purpose, ROWS[i].rehearsal,
				     ROWS[i].passphrase, strlen(ROWS[i].passphrase), &secret, &f),
		    ROWS[i].row == NULL);
		assert_ptr_equal(f.row, ROWS[i].row);
		assert_int_equal(secret.len, ROWS[i].row == NULL ? P256_SECRET : 0);
	}
}

static void
nothing_is_overwritten_and_a_short_passphrase_makes_nothing(void **state)
{
	struct place *p = *state;
	struct key_request r = request(p, KEY_ARCHIVE);
	struct key_public k = { .len = 77 };
	struct fault f = { 0 };
	r.rehearsal = false;
	r.passphrase_len = KEY_PASSPHRASE_LEAST - 1;
	assert_false(keys_new(&r, &k, &f));
	assert_ptr_equal(f.row, &KEY_PASSPHRASE_SHORT);
	assert_false(file_exists(p->out) || file_exists(p->pub));
	r.rehearsal = true;
	f = (struct fault){ 0 };
	assert_true(file_write(p->pub, 0600, "x", 1, &f));
	assert_false(keys_new(&r, &k, &f));
	assert_int_equal(f.code, FAULT_STATE);
	assert_false(file_exists(p->out));
	assert_int_equal(k.len, 77);
	(void)unlink(p->pub);
	f = (struct fault){ 0 };
	assert_true(keys_new(&r, &k, &f));
	assert_false(keys_new(&r, &k, &f));
	assert_int_equal(f.code, FAULT_STATE);
}

static void
a_changed_public_half_is_refused_by_its_row(void **state)
{
	struct place *p = *state;
	struct key_request r = request(p, KEY_SIGNER);
	struct key_public k;
	struct fault none = { 0 };
	OWN_BYTES(bytes) = NULL;
	size_t n;
	assert_true(keys_new(&r, &k, &none));
	assert_true(file_read(p->pub, 1024, (uint8_t **)(void *)&bytes, &n, &none));
	uint8_t *text = bytes;
	for (size_t i = 0; i < n; i++) {
		struct fault f = { 0 };
		text[i] ^= 1;
		assert_true(file_write(p->pub, 0600, text, n, &none));
		assert_false(key_public_read(p->pub, KEY_SIGNER, &k, &f));
		assert_non_null(f.row);
		f = (struct fault){ 0 };
		text[i] ^= 1;
		assert_true(file_write(p->pub, 0600, text, i, &none));
		assert_false(key_public_read(p->pub, KEY_SIGNER, &k, &f));
		assert_ptr_equal(f.row, &KEY_PUBLIC_FORM);
	}
	struct fault f = { 0 };
	assert_true(file_write(p->pub, 0600, text, n, &none));
	assert_false(key_public_read(p->pub, KEY_KEYMAKER, &k, &f));
	assert_ptr_equal(f.row, &KEY_PUBLIC_PURPOSE);
	f = (struct fault){ 0 };
	text[n - 2] = text[n - 2] == 'a' ? 'e' : 'a'; /* of the last word */
	assert_true(file_write(p->pub, 0600, text, n, &none));
	assert_false(key_public_read(p->pub, KEY_SIGNER, &k, &f));
	assert_ptr_equal(f.row, &KEY_PUBLIC_WORDS);
}

static void
a_value_that_is_no_key_is_refused(void **state)
{
	struct place *p = *state;
	const struct {
		enum key_purpose purpose;
		size_t len;
		uint8_t first;
	} ROWS[] = { { KEY_PERSON, P256_POINT, 4 }, { KEY_PERSON, 33, 2 },
		{ KEY_ARCHIVE, SEAL_PUBLIC, 0 }, { KEY_STATION, SEAL_PUBLIC, 9 },
		{ KEY_KEYMAKER, P256_POINT, 4 }, { KEY_CA, 300, 0x30 } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct key_public k = { .purpose = ROWS[i].purpose, .len = ROWS[i].len }, out;
		struct fault none = { 0 }, f = { 0 };
		char text[2048], words[WORDS_TEXT];
		struct sink s = SINK_INTO(text);
		k.bytes[0] = ROWS[i].first;
		sink_print(&s, "akashi public v1 %s real ", key_purpose_name(k.purpose));
		sink_hex(&s, k.bytes, k.len);
		sink_print(&s, "\n%s\n", key_words(&k, words));
		assert_true(file_write(p->pub, 0600, s.at, s.len, &none));
		assert_false(key_public_read(p->pub, k.purpose, &out, &f));
		assert_ptr_equal(f.row, &KEY_PUBLIC_VALUE);
	}
}

int
main(void)
{
	struct fault fault = { 0 };
#define WITH(t) cmocka_unit_test_setup_teardown(t, place_new, place_free)
	const struct CMUnitTest tests[] = {
		WITH(both_halves_of_every_purpose_come_back),
		WITH(a_rehearsals_ca_key_has_any_size_that_is_let_in),
		WITH(a_secret_half_opens_only_as_what_it_is),
		WITH(nothing_is_overwritten_and_a_short_passphrase_makes_nothing),
		WITH(a_changed_public_half_is_refused_by_its_row),
		WITH(a_value_that_is_no_key_is_refused),
	};
	if (!vault_start(&fault))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
