/*
 * Numbers of certificates as the signer draws them, each kept in its ledger before the next: a million;
 * none twice, every bit but the sign lives. [goals G4] [R-4.91] [RFC5280 4.1.2.2]
 */
#include "test.h"

#include <math.h>
#include <stdlib.h>

#include "book/ledger.h"

enum { BITS = 8 * SERIAL };

static int
by_octets(const void *a, const void *b)
{
	return memcmp(a, b, SERIAL);
}

/* How many bits come out as ones as often as a fair coin does, within five deviations. */
static int
live_bits(uint8_t (*serial)[SERIAL], long n)
{
	int live = 0;
	for (int bit = 0; bit < BITS; bit++) {
		long ones = 0;
		for (long i = 0; i < n; i++)
			ones += serial[i][bit / 8] >> (7 - bit % 8) & 1;
		double off = fabs((double)ones - (double)n / 2);
		/* the first octet is not 0: its ones are a little more */
		live += off < 5 * sqrt((double)n) / 2 + (bit < 8 ? (double)n / 128 : 0);
	}
	return live;
}

static void
no_number_comes_twice_and_every_bit_lives(void **state)
{
	long n = 1000000, twice = 0;
	struct ledger l = { 0 };
	struct fault fault = { 0 };
	uint8_t(*serial)[SERIAL] = calloc((size_t)n, SERIAL);
	(void)state;
	assert_non_null(serial);
	for (long i = 0; i < n; i++) {
		struct line line = { .kind = LINE_INTENT, .dossier = i + 1, .edition = 1 };
		assert_true(ledger_draw(&l, serial[i]));
		assert_int_equal(serial[i][0] & 0x80, 0);
		memcpy(line.serial, serial[i], SERIAL);
		assert_true(ledger_line(&l, &line, &fault));
		assert_non_null(ledger_serial(&l, serial[i]));
	}
	ledger_free(&l);
	int live = live_bits(serial, n);
	qsort(serial, (size_t)n, SERIAL, by_octets);
	for (long i = 1; i < n; i++)
		twice += memcmp(serial[i - 1], serial[i], SERIAL) == 0;
	assert_int_equal(twice, 0);
	assert_int_equal(live, BITS - 1);
	printf("# G4: %ld numbers drawn, %ld twice, %d live bits\n", n, twice, live);
	free(serial);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_number_comes_twice_and_every_bit_lives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
