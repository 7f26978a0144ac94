/* akashi-reader: what it says of bytes of other parties, and that nothing they do reaches whoever asked.
 * [design 1] [RFC3464] [RFC2047] */
#include "test.h"

#include "act/outside.h"
#include "wire/frame.h"
#include "wire/table.h"

#include "made.h"
#include "samples.h"

static bool
mail(const char *text, struct outside_mail *m, struct fault *fault)
{
	*fault = (struct fault){ 0 };
	return outside_mail(text, strlen(text), m, fault);
}

#define REPORT(third)                                                                              \
	"From: MAILER-DAEMON@example.jp\r\nDelivered-To: bounce+0011@example.jp\r\n"               \
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"          \
	"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"                                 \
	"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"       \
	"Final-Recipient: rfc822; x@example.jp\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" third   \
	"\r\n--b--\r\n"

static void
a_report_names_the_mail_that_came_back(void **state)
{
	(void)state;
	static const char *const TEXT[] = {
		REPORT("--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\n"
		       "Message-ID: <0011@example.jp>\r\n"),
		REPORT("--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n"
		       "Message-ID: <0011@example.jp>\r\n\r\nx\r\n")
	};
	struct outside_mail m;
	struct fault fault;
	for (size_t i = 0; i < COUNT(TEXT); i++) {
		made_or_die(mail(TEXT[i], &m, &fault), &fault);
		assert_int_equal(m.mail.kind, MAIL_IN_BOUNCE);
		assert_string_equal(m.mail.status, "5.1.1");
		assert_string_equal(m.mail.action, "failed");
		assert_string_equal(m.mail.original, "0011@example.jp");
		assert_string_equal(m.mail.to, "bounce+0011@example.jp");
	}
}

static void
words_come_out_of_every_way_they_are_written(void **state)
{
	(void)state;
	static const struct {
		const char *mail, *subject, *text;
	} ROWS[] = {
		{ "Subject: =?ISO-2022-JP?B?GyRCPHVOTiROSnM5cBsoQg==?=\r\n"
		  "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B<uNN\x1b(B\r\n",
		    "受領の報告", "受領" },
		{ "Subject: =?UTF-8?B?5Y+X?=\r\n =?UTF-8?Q?=E9=A0=98_a?= b\r\n\r\n\xe5\x8f\x97\n",
		    "受領 a b", "受" },
		{ "Subject: =?Shift_JIS?B?jvOXzA==?=\r\nContent-Type: text/plain; "
		  "charset=Shift_JIS\r\n"
		  "Content-Transfer-Encoding: base64\r\n\r\njvOXzA==\r\n",
		    "受領", "受領" },
		{ "Subject: =?nowhere?B?5Y+X?= =?broken\r\nContent-Type: multipart/mixed; "
		  "boundary=x\r\n\r\n"
		  "--x\r\nContent-Type: text/html\r\n\r\n<p>\r\n--x\r\n\r\n\x1b[2Jin\r\n--x--\r\n",
		    "受=?broken", "?[2Jin" },
		{ "", "", "" },
	};
	struct outside_mail m;
	struct fault fault;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		made_or_die(mail(ROWS[i].mail, &m, &fault), &fault);
		assert_string_equal(m.mail.subject, ROWS[i].subject);
		assert_string_equal(m.mail.text, ROWS[i].text);
		assert_int_equal(m.mail.kind, MAIL_IN_PLAIN);
		assert_int_equal(m.signature.form, CMS_NONE);
	}
}

/* Each sign of it may begin an encoded word: whoever writes millions of them ends no reader. */
static void
a_subject_of_millions_of_signs_is_read_as_it_begins(void **state)
{
	(void)state;
	enum { SIGNS = 2000000 };
	static const char HEAD[] = "Subject: ",
			  REST[] = "\r\n\r\nx\r\n", *const SIGN[] = { "=", "=?a?B?" };
	struct outside_mail m;
	struct fault fault;
	char *text = malloc(sizeof(HEAD) + SIGNS + sizeof(REST));
	assert_non_null(text);
	for (size_t i = 0; i < COUNT(SIGN); i++) {
		memcpy(text, HEAD, sizeof(HEAD));
		for (size_t n = 0; n < SIGNS; n++)
			text[sizeof(HEAD) - 1 + n] = SIGN[i][n % strlen(SIGN[i])];
		memcpy(text + sizeof(HEAD) - 1 + SIGNS, REST, sizeof(REST));
		made_or_die(mail(text, &m, &fault), &fault);
		assert_int_equal(strlen(m.mail.subject), MAIL_IN_LINE - 1);
		assert_string_equal(m.mail.text, "x");
	}
	free(text);
}

/* A character set no converter of ours is for would load one from a file. */
static void
a_mail_that_asks_for_a_file_ends_its_own_reader_alone(void **state)
{
	(void)state;
	struct outside_mail m;
	struct fault fault;
	assert_false(mail(REPORT("--b\r\nContent-Type: message/rfc822\r\n\r\n"
				 "From: =?ISO-2022-CN-EXT?B?5Y+X?= <a@example.jp>\r\n\r\nx\r\n"),
	    &m, &fault));
	assert_string_equal(fault.name, READER_DIED.name);
	assert_int_equal(fault.code, FAULT_INPUT);
	assert_non_null(strstr(fault.detail, "159")); /* 128 + SIGSYS */
	assert_true(mail("Subject: x\r\n\r\nx\r\n", &m, &fault));
}

static void
a_table_is_the_one_base_csv_reads(void **state)
{
	(void)state;
	static const char TEXT[] = "\xef\xbb\xbf"
				   "a,b\r\n1,\"2\r\n,\"\"3\"\r\n4\r\n5,6";
	struct fault fault = { 0 }, torn = { 0 }, lost = { 0 };
	struct csv csv;
	struct table_in t;
	bool more = true, again;
	assert_true(csv_open(&csv, TEXT, sizeof(TEXT) - 1, &fault));
	made_or_die(table_open(&t, TEXT, sizeof(TEXT) - 1, &fault), &fault);
	for (int rows = 0;; rows++) {
		struct fault why = { 0 };
		torn = (struct fault){ 0 };
		bool whole = csv_row(&csv, &more, &why);
		made_or_die(table_row(&t, &again, &torn, &fault), &fault);
		assert_int_equal(more, again);
		assert_string_equal(why.say, torn.say);
		if (!more) {
			assert_int_equal(rows, 3);
			break;
		}
		assert_int_equal(whole, torn.code == FAULT_NONE);
		if (whole)
			assert_string_equal(csv_get(&csv, "b"), table_get(&t, "b"));
	}
	table_close(&t);
	csv_close(&csv);
	assert_false(table_open(&t, "a\0b", 3, &lost));
	assert_int_equal(lost.code, FAULT_INPUT);
}

static void
a_bank_file_is_the_one_it_reads_itself(void **state)
{
	(void)state;
	static const char *const NAMES[] = { "bank-zengin03.dat", "bank-zengin01a.dat", "bank.csv",
		"papers.csv" };
	for (size_t i = 0; i < COUNT(NAMES); i++) {
		struct bank_file own, read;
		struct fault a = { 0 }, b = { 0 };
		uint8_t *bytes;
		size_t n;
		sample_read(NAMES[i], &bytes, &n);
		bool good = bank_file_read(
		    bytes, n, "9999-123-1234567", (struct day){ 2026, 11, 20 }, &own, &a);
		assert_int_equal(good, outside_bank(bytes, n, "9999-123-1234567",
					   (struct day){ 2026, 11, 20 }, &read, &b));
		assert_string_equal(a.say, b.say);
		assert_int_equal(own.count, read.count);
		assert_int_equal(own.error_count, read.error_count);
		for (size_t k = 0; k < own.count; k++) {
			uint8_t x[512], y[512];
			struct sink p = SINK_INTO(x), q = SINK_INTO(y);
			bank_line_pack(&own.line[k], &p);
			bank_line_pack(&read.line[k], &q);
			assert_true(p.len == q.len && memcmp(x, y, p.len) == 0);
		}
		for (size_t k = 0; k < own.error_count; k++)
			assert_string_equal(own.error[k].field, read.error[k].field);
		bank_file_free(&own);
		bank_file_free(&read);
		free(bytes);
	}
}

/* Nothing a reader may say is taken for more than its form allows. */
static void
a_line_from_the_reader_is_cut_and_flipped(void **state)
{
	(void)state;
	struct bank_line line = { .record = 1,
		.account = "9999-123-1234567",
		.booked = { 2026, 11, 20 },
		.amount = 1 },
			 out;
	uint8_t bytes[512], bad[512];
	struct sink s = SINK_INTO(bytes);
	bank_line_pack(&line, &s);
	assert_true(bank_line_unpack(der_of(bytes, s.len), &out));
	for (size_t n = 0; n < s.len; n++)
		assert_false(bank_line_unpack(der_of(bytes, n), &out));
	for (size_t bit = 0; bit < 8 * s.len; bit++) {
		memcpy(bad, bytes, s.len);
		bad[bit / 8] ^= (uint8_t)(1 << (bit % 8));
		if (bank_line_unpack(der_of(bad, s.len), &out))
			assert_true(out.amount > 0 && out.entry < BANK_ENTRIES && out.ordinal >= 0);
	}
	line.amount = 0;
	s.len = 0;
	bank_line_pack(&line, &s);
	assert_false(bank_line_unpack(der_of(bytes, s.len), &out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_names_the_mail_that_came_back),
		cmocka_unit_test(words_come_out_of_every_way_they_are_written),
		cmocka_unit_test(a_subject_of_millions_of_signs_is_read_as_it_begins),
		cmocka_unit_test(a_mail_that_asks_for_a_file_ends_its_own_reader_alone),
		cmocka_unit_test(a_table_is_the_one_base_csv_reads),
		cmocka_unit_test(a_bank_file_is_the_one_it_reads_itself),
		cmocka_unit_test(a_line_from_the_reader_is_cut_and_flipped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
