/* base/der, base/sink: what is written is read back; whatever is not DER is refused. [X.690]
 * [RFC5280 4.1.2.5] */
#include "test.h"

#include "base/der.h"

static void
numbers_go_round_at_every_length(void **state)
{
	(void)state;
	static const int64_t ROWS[] = { 0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768,
		INT64_MAX, INT64_MIN };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		uint8_t buf[16];
		struct sink s = SINK_INTO(buf);
		der_put_int(&s, ROWS[i]);
		assert_false(s.full);
		struct der d = der_of(s.at, s.len);
		int64_t v;
		assert_true(der_take_int(&d, &v));
		assert_int_equal(v, ROWS[i]);
		assert_true(der_done(&d));
	}
}

static void
nested_lengths_are_written_in_the_short_form(void **state)
{
	(void)state;
	OWN_SINK s = SINK_GROW(1 << 20);
	size_t a = der_begin(&s, DER_SEQUENCE), b = der_begin(&s, DER_CONTEXT(3));
	for (int i = 0; i < 300; i++)
		der_put_bool(&s, true);
	der_end(&s, b);
	der_put_oid(&s, "2.5.29.60");
	der_end(&s, a);
	static const uint8_t HEAD[] = { 0x30, 0x82, 0x03, 0x8d, 0xa3, 0x82, 0x03, 0x84, 0x01, 0x01,
		0xff };
	assert_memory_equal(s.at, HEAD, sizeof(HEAD));
	static const uint8_t TAIL[] = { 0x06, 0x03, 0x55, 0x1d, 0x3c };
	assert_memory_equal(s.at + s.len - 5, TAIL, 5);
}

static void
what_is_not_der_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
	} ROWS[] = { { "\x30", 1 }, { "\x30\x01", 2 }, { "\x30\x80\x00\x00", 4 },
		{ "\x30\x81\x01\x00", 4 }, { "\x30\x82\x00\x80", 4 }, { "\x1f\x81\x01\x00", 4 },
		{ "\x30\x85\x01\x01\x01\x01\x01", 7 } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct der d = der_of(ROWS[i].bytes, ROWS[i].n), c;
		uint8_t tag;
		assert_false(der_take_any(&d, &tag, &c));
		assert_int_equal(d.n, ROWS[i].n);
	}
	int64_t v;
	struct der padded = der_of("\x02\x02\x00\x7f", 4), empty = der_of("\x02\x00", 2);
	assert_false(der_take_int(&padded, &v));
	assert_false(der_take_int(&empty, &v));
	bool b;
	struct der odd = der_of("\x01\x01\x01", 3);
	assert_false(der_take_bool(&odd, &b));
	char text[4];
	struct der fits = der_of("\x0c\x03\xe8\xa8\xbc", 5),
		   surrogate = der_of("\x0c\x03\xed\xa0\x80", 5);
	assert_true(der_take_utf8(&fits, text, sizeof(text)));
	assert_string_equal(text, "証");
	assert_false(der_take_utf8(&surrogate, text, sizeof(text)));
}

static void
times_change_form_in_2050(void **state)
{
	(void)state;
	uint8_t buf[64];
	struct sink s = SINK_INTO(buf);
	der_put_validity_time(&s, day_end((struct day){ 2049, 12, 31 }));
	der_put_validity_time(&s, day_at((struct day){ 2050, 1, 1 }, 9, 0, 0));
	assert_memory_equal(s.at,
	    "\x17\x0d"
	    "491231145959Z\x18\x0f"
	    "20500101000000Z",
	    32);
	struct der d = der_of(s.at + 15, 17);
	struct instant t;
	assert_true(der_take_time(&d, &t));
	assert_int_equal(t.sec, 2524608000);
}

/* [RFC5280 4.1.2.5.1] */
static void
years_of_two_figures_are_of_1950_to_2049(void **state)
{
	static const struct {
		uint8_t tag;
		const char *text;
		int64_t sec; /* -1: refused, nothing taken */
	} ROWS[] = {
		{ 0x17, "491231235959Z", 2524607999 },
		{ 0x17, "500101000000Z", -631152000 },
		{ 0x17, "991231235959Z", 946684799 },
		{ 0x17, "000101000000Z", 946684800 },
		{ 0x18, "20500101000000Z", 2524608000 },
		{ 0x18, "00010101000000Z", -62135596800 },
		{ 0x17, "490231235959Z", -1 },
		{ 0x17, "491231246060Z", -1 },
		{ 0x17, "4912312359590", -1 },
		{ 0x17, ":91231235959Z", -1 },
		{ 0x17, "49123123595Z", -1 },
		{ 0x17, "4912312359Z", -1 },
		{ 0x17, "20491231235959Z", -1 },
		{ 0x17, "", -1 },
		{ 0x18, "491231235959Z", -1 },
		{ 0x16, "491231235959Z", -1 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		uint8_t buf[32];
		struct sink s = SINK_INTO(buf);
		der_put(&s, ROWS[i].tag, ROWS[i].text, strlen(ROWS[i].text));
		struct der d = der_of(s.at, s.len);
		struct instant t = { -1 };
		assert_int_equal(der_take_validity_time(&d, &t), ROWS[i].sec != -1);
		assert_int_equal(t.sec, ROWS[i].sec);
		assert_int_equal(d.n, ROWS[i].sec == -1 ? s.len : 0);
	}
}

static void
a_full_sink_writes_nothing_more(void **state)
{
	(void)state;
	uint8_t buf[4];
	struct sink s = SINK_INTO(buf);
	sink_text(&s, "abc");
	sink_text(&s, "de");
	assert_true(s.full);
	sink_text(&s, "f");
	assert_int_equal(s.len, 3);
	assert_null(sink_string(&s));
	struct sink g = SINK_GROW(300);
	for (int i = 0; i < 40; i++)
		sink_print(&g, "%08d", i);
	assert_true(g.full);
	sink_drop(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_go_round_at_every_length),
		cmocka_unit_test(nested_lengths_are_written_in_the_short_form),
		cmocka_unit_test(what_is_not_der_is_refused),
		cmocka_unit_test(times_change_form_in_2050),
		cmocka_unit_test(years_of_two_figures_are_of_1950_to_2049),
		cmocka_unit_test(a_full_sink_writes_nothing_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
