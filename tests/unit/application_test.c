/* rules/application: the samples' refusals and acceptances, and each field by itself.
 * [R-1.1] [R-2.13] [R-4.1] [R-4.4] [R-4.5] [R-4.6] [R-4.7] [R-4.8]
 * [R-4.17] [R-4.18] [R-4.19] [R-4.21] [R-4.26] [R-4.28] [R-4.33] [R-4.56] [R-6.7] [M-104] */
#include "test.h"

#include "base/text.h"
#include "rules/application.h"
#include "rules/era.h"
#include "rules/letters.h"
#include "samples.h"
#include "shipped.h"

static const struct day TODAY = { 2026, 11, 20 };

struct mail {
	struct policy policy;
	const char *typed[A_FIELDS];
	int rows;
	struct csv expected;
};

static bool
check_row(struct mail *m, const struct csv *csv, struct application *a, struct findings *f)
{
	for (int i = 0; i < A_FIELDS; i++) {
		m->typed[i] = csv_get(csv, application_field_name((enum application_field)i));
		assert_non_null(m->typed[i]);
	}
	m->rows++;
	return application_check(&m->policy, m->typed, TODAY, a, f);
}

static void
code_points(const char *s, char *out, size_t size)
{
	struct sink k = { .at = (uint8_t *)out, .cap = size };
	while (*s != '\0')
		sink_print(&k, "%sU+%04X", k.len == 0 ? "" : " ", utf8_next(&s));
	(void)sink_string(&k);
}

static void
take_refusal(const struct csv *csv, void *context)
{
	struct mail *m = context;
	struct application a = { 0 };
	static struct findings f;
	bool good = check_row(m, csv, &a, &f);
	const char *code = csv_get(csv, "expect_code"), *value = csv_get(csv, "expect_value");
	const char *field = csv_get(csv, "expect_field");
	if (good != (strcmp(csv_get(csv, "expect"), "accepted") == 0) ||
	    (*field != '\0' && (f.count == 0 || strcmp(f.at[0].field, field) != 0)))
		print_message("%s: %s %s %s\n", m->typed[0], good ? "accepted" : "refused",
		    f.count > 0 ? f.at[0].field : "", f.count > 0 ? f.at[0].say : "");
	assert_int_equal(good, strcmp(csv_get(csv, "expect"), "accepted") == 0);
	if (*field != '\0')
		assert_string_equal(f.at[0].field, field);
	if (*code != '\0')
		assert_string_equal(f.at[0].code, code);
	else
		assert_int_equal(good ? f.count : 0, 0);
	for (size_t i = 0; i < f.count; i++)
		assert_true(f.at[i].say[0] != '\0' && strchr(f.at[i].say, '{') == NULL);
	const char *is = strchr(value, '=');
	if (is != NULL) {
		int i = 0;
		while (strncmp(application_field_name((enum application_field)i), value,
			   (size_t)(is - value)) != 0)
			i++;
		char text[512];
		if (strncmp(is + 1, "U+", 2) == 0)
			code_points(a.text[i], text, sizeof(text));
		else
			snprintf(text, sizeof(text), "%s", a.text[i]);
		assert_string_equal(text, is + 1);
	}
	application_free(&a);
}

static void
every_planted_fault_of_the_samples_is_named(void **state)
{
	(void)state;
	struct mail m = { 0 };
	shipped(&m.policy);
	sample_each("refusals.csv", take_refusal, &m);
	assert_int_equal(m.rows, 50);
	policy_free(&m.policy);
}

struct answer {
	char ref[16], result[64], warnings[32];
};
struct answers {
	struct answer at[200];
	size_t count;
	struct mail mail;
	int accepted;
};

static void
take_answer(const struct csv *csv, void *context)
{
	struct answers *all = context;
	struct answer *a = &all->at[all->count++];
	snprintf(a->ref, sizeof(a->ref), "%s", csv_get(csv, "ref"));
	snprintf(a->result, sizeof(a->result), "%s", csv_get(csv, "import_result"));
	snprintf(a->warnings, sizeof(a->warnings), "%s", csv_get(csv, "warnings"));
}

static void
take_application(const struct csv *csv, void *context)
{
	struct answers *all = context;
	struct application a = { 0 }, b = { 0 };
	static struct findings f;
	bool good = check_row(&all->mail, csv, &a, &f);
	char result[64];
	snprintf(result, sizeof(result), good ? "accepted" : "refused:%s", f.at[0].field);
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->at[i].ref, all->mail.typed[A_ref]) == 0) {
			assert_string_equal(result, all->at[i].result);
			assert_string_equal(
			    good && f.count > 0 ? f.at[0].code : "", all->at[i].warnings);
		}
	if (!good)
		return;
	all->accepted++;
	uint8_t bytes[8192];
	struct sink s = SINK_INTO(bytes);
	application_pack(&a, &s);
	struct fault fault = { 0 };
	assert_true(application_unpack(der_of(bytes, s.len), &b, &fault));
	for (int i = 0; i < A_FIELDS; i++)
		assert_string_equal(a.text[i], b.text[i]);
	application_free(&b);
	for (size_t n = 0; n < s.len; n += 7) {
		fault = (struct fault){ 0 };
		assert_false(application_unpack(der_of(bytes, n), &b, &fault));
		assert_int_equal(fault.code, FAULT_BROKEN);
	}
	application_free(&a);
}

static void
the_fortnights_mail_is_taken_or_refused_as_its_key_says(void **state)
{
	(void)state;
	static struct answers all;
	shipped(&all.mail.policy);
	sample_each("expected.csv", take_answer, &all);
	sample_each("applications.csv", take_application, &all);
	assert_int_equal(all.accepted, 79);
	policy_free(&all.mail.policy);
}

static void
one_field_changed_is_named(void **state)
{
	(void)state;
	static const struct {
		enum application_field field;
		const char *value, *code; /* NULL: accepted */
	} ROWS[] = {
		{ A_name, "①田　太郎", "M-104" },
		{ A_name, "葛󠄀城　さくら", NULL },
		{ A_name, "a\x07z", "character" },
		{ A_name, "\xf3\xa0\x84\x80見本", "character" },
		{ A_name, "\xff", "text" },
		{ A_name, "　", "required" },
		{ A_name, "見本（株）", "M-101" },
		{ A_payer, "見本花子", "payer" },
		{ A_payer, "ミホン　ハナコ", NULL },
		{ A_payer, "", NULL },
		{ A_kana, "みほん", "kana" },
		{ A_kana, "ﾌﾞﾌﾟﾔ", NULL },
		{ A_roman, "Mihon Hanako", "roman" },
		{ A_roman, "O'NEIL-SATO JR.", NULL },
		{ A_sex, "X", "word" },
		{ A_lang, "fr", "word" },
		{ A_lang, "", NULL },
		{ A_channel, "fax", "word" },
		{ A_postcode, "100 0013", NULL },
		{ A_postcode, "100-00l3", "postcode" },
		{ A_address, "大阪府大阪市北区ｳﾒﾀﾞ1", NULL },
		{ A_address, "ロンドン", "prefecture" },
		{ A_address_roman, "a\nb", "ascii" },
		{ A_address_roman, "3-1-1 霞が関", "ascii" },
		{ A_address_roman, "3-1-1 \xee\x80\x80", "ascii" },
		{ A_address_roman, "3-1-1 \xe2\x80\xae", "ascii" },
		{ A_address_roman, "3-1-1 ~", NULL },
		{ A_ref, "受付番号受付番号受付番号受付番号受付番号受付番号", "ascii" },
		{ A_ref, "G-1\x7f", "ascii" },
		{ A_phone, "+81-3-0000", "phone" },
		{ A_phone, "０３－００００", NULL },
		{ A_phone, "1234 5678 9018", "M-105" },
		{ A_address, "東京都千代田区霞が関3-1-1 123456789018", "M-105" },
		{ A_address_roman, "3-1-1 1234-5678-9018", "M-105" },
		{ A_payer, "ﾐﾎﾝ 123456789018", "M-105" },
		{ A_email, "123456789018@example.jp", "M-105" },
		{ A_ref, "123456789018", NULL }, /* the sender's own number */
		{ A_ref, "20261120-001", NULL },
		{ A_email, "a@b", "email" },
		{ A_email, "a@b..jp", "email" },
		{ A_email, "@b.jp", "email" },
		{ A_email, "a@b@c.jp", "email" },
		{ A_email, "=a@b.jp", "email" },
		{ A_email, "", "required" },
		{ A_nationality, "JPN", "nationality" },
		{ A_birth, "1867-12-31", "future-day" },
		{ A_birth, "明治45年7月29日", NULL },
		{ A_photo_id, "passport", "not-held" },
		{ A_former_name, "鈴木　花子", "required" },
		{ A_delegate_name, "代田　理一", "required" },
		{ A_trade_name, "みほん屋", "not-held" },
		{ A_ref, "", "required" },
		{ A_form_date, "", "required" },
		{ A_former_roman, "SUZUKI", "required" },
		{ A_stay_until, "2030-01-01", "required" },
	};
	static const char *const GOOD[A_FIELDS] = { "G-1", "2026-11-10", "DL-B2", "individual",
		"見本　花子", "ミホン　ハナコ", "MIHON HANAKO", "", "", "1980-03-31", "F", "", "",
		"1000013", "東京都千代田区霞が関三丁目1番1号",
		"3-1-1 KASUMIGASEKI, CHIYODA-KU, TOKYO", "03-0000-0001", "hanako@example.jp", "ja",
		"", "", "", "", "", "", "", "", "", "", "", "", "", "", "post", "", "ﾐﾎﾝ ﾊﾅｺ" };
	struct policy policy;
	static struct findings f;
	shipped(&policy);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const char *typed[A_FIELDS];
		struct application a = { 0 };
		memcpy(typed, GOOD, sizeof(typed));
		typed[ROWS[i].field] = ROWS[i].value;
		bool good = application_check(&policy, typed, TODAY, &a, &f);
		if (good != (ROWS[i].code == NULL))
			print_message("%zu %s\n", i, f.count > 0 ? f.at[0].say : ROWS[i].value);
		assert_int_equal(good, ROWS[i].code == NULL);
		assert_int_equal(f.count == 0, good);
		if (!good)
			assert_string_equal(f.at[0].code, ROWS[i].code);
		application_free(&a);
	}
	char *big = malloc(1 << 20);
	memset(big, 'A', (1 << 20) - 1);
	big[(1 << 20) - 1] = '\0';
	for (int i = 0; i < A_FIELDS; i++) {
		const char *typed[A_FIELDS];
		struct application a;
		memcpy(typed, GOOD, sizeof(typed));
		typed[i] = big;
		assert_false(application_check(&policy, typed, TODAY, &a, &f));
		bool named = false;
		for (size_t k = 0; k < f.count; k++)
			named = named || strcmp(f.at[k].field, application_field_name(
								   (enum application_field)i)) == 0;
		assert_true(named);
	}
	free(big);
	policy_free(&policy);
}

static void
days_are_read_as_people_write_them(void **state)
{
	(void)state;
	static const struct {
		const char *text, *day;
	} ROWS[] = { { "1980-03-31", "1980-03-31" }, { "1980/3/31", "1980-03-31" },
		{ "昭和55年3月31日", "1980-03-31" }, { "S55.3.31", "1980-03-31" },
		{ "ｓ５５．３．３１", "1980-03-31" }, { "令和元年5月1日", "2019-05-01" },
		{ "平成元年1月8日", "1989-01-08" }, { "昭和64年1月7日", "1989-01-07" },
		{ "昭和65年1月1日", NULL }, { "令和8年2月31日", NULL }, { "55-3-31", NULL },
		{ "1980-3", NULL }, { "1980-3-31x", NULL }, { "", NULL },
		{ "慶応3年1月1日", NULL } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct day d;
		char text[DAY_TEXT];
		assert_int_equal(era_day_read(ROWS[i].text, &d), ROWS[i].day != NULL);
		if (ROWS[i].day != NULL)
			assert_string_equal(day_print(text, d), ROWS[i].day);
	}
}

static void
check_digits_are_checked(void **state)
{
	(void)state;
	assert_true(letters_corporate_number("7000012050002"));
	assert_true(letters_corporate_number("4011001098993"));
	assert_false(letters_corporate_number("6000012050002"));
	assert_false(letters_corporate_number("700001205000"));
	assert_false(letters_corporate_number("0000012050002"));
	assert_true(letters_my_number("番地123456789018号"));
	assert_true(letters_my_number("１２３４　５６７８　９０１８"));
	assert_true(letters_my_number("1234-5678-9018"));
	assert_false(letters_my_number("123456789012"));
	assert_false(letters_my_number("1234567890181"));
	assert_false(letters_my_number("12345678901"));
	assert_false(letters_my_number("1234--5678-9018"));
	/* among other groups, wherever it stands; never parts of groups */
	assert_true(letters_my_number("東京都千代田区霞が関3-1-1 123456789018"));
	assert_true(letters_my_number("1234-5678-9018-3-1-1"));
	assert_true(letters_my_number("3-1-1 1234 5678 9018 100-0013"));
	assert_true(letters_my_number("100-0013 03-0000-0001 123456789018"));
	assert_false(letters_my_number("3-1-11 23456789018"));
	assert_false(letters_my_number("31123456789018"));
	assert_false(letters_my_number("3-1-1 123456789019"));
	assert_false(letters_my_number("100-0013 03-0000-0001"));
	assert_false(letters_my_number("3-1-1 1234  5678-9018"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_planted_fault_of_the_samples_is_named),
		cmocka_unit_test(the_fortnights_mail_is_taken_or_refused_as_its_key_says),
		cmocka_unit_test(one_field_changed_is_named),
		cmocka_unit_test(days_are_read_as_people_write_them),
		cmocka_unit_test(check_digits_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
