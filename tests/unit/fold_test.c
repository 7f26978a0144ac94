/* rules/fold: the spellings of a name that one search must find. */
#include "test.h"

#include "base/text.h"
#include "rules/fold.h"
#include "rules/fold_in.h"

static const char *
plain(const char *text, char out[256])
{
	struct sink s = { .at = (uint8_t *)out, .cap = 256 };
	fold_plain(text, &s);
	return sink_string(&s);
}

static const char *
shortened(const char *text, char out[256])
{
	char first[256];
	struct sink s = { .at = (uint8_t *)out, .cap = 256 };
	fold_short(plain(text, first), &s);
	return sink_string(&s);
}

static void
spellings_of_one_name_fold_to_one_text(void **state)
{
	(void)state;
	static const struct {
		const char *one, *other;
	} ROWS[] = {
		{ "髙橋　亮", "高橋亮" },
		{ "山﨑", "山崎" },
		{ "𠮷田", "吉田" },
		{ "渡邉", "渡辺" },
		{ "渡邊", "渡辺" },
		{ "齋藤", "斎藤" },
		{ "葛\xf3\xa0\x84\x80城", "葛城" },
		{ "濵﨑 德", "浜崎徳" },
		{ "神\xef\xb8\x80", "\xef\xa8\x99" },
		{ "ﾀｶﾊｼ ﾘｮｳ", "たかはし　りよう" },
		{ "ｶﾞﾊﾟ", "ガパ" },
		{ "ヴァン・ヅケ", "ゔあんずけ" },
		{ "ＴＡＫＡＨＡＳＨＩ", "takahashi" },
		{ "Ōno", "ono" },
		{ "Taro-o'Neill", "taroo’neill" },
		{ "取消の記録", "失効の記録" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char a[256], b[256];
		assert_string_equal(plain(ROWS[i].one, a), plain(ROWS[i].other, b));
	}
}

static void
other_names_stay_other_names(void **state)
{
	(void)state;
	static const struct {
		const char *one, *other;
	} ROWS[] = { { "山田", "山本" }, { "ハシ", "バシ" }, { "kato", "sato" },
		{ "小野", "大野" } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char a[256], b[256];
		assert_string_not_equal(plain(ROWS[i].one, a), plain(ROWS[i].other, b));
		assert_string_not_equal(shortened(ROWS[i].one, a), shortened(ROWS[i].other, b));
	}
}

static void
long_vowels_are_found_however_they_are_written(void **state)
{
	(void)state;
	static const struct {
		const char *one, *other;
	} ROWS[] = {
		{ "タロー", "タロウ" },
		{ "ｵｵﾉ", "オーノ" },
		{ "リョウ", "りょー" },
		{ "ユウコ", "ユーコ" },
		{ "スーザン", "スザン" },
		{ "Ohno", "Ōno" },
		{ "Oono", "Ono" },
		{ "YUUKI", "yuki" },
		{ "RYOUHEI", "ryohei" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char a[256], b[256];
		assert_string_equal(shortened(ROWS[i].one, a), shortened(ROWS[i].other, b));
	}
	char a[256];
	assert_string_equal(shortened("ohara", a), "ohara"); /* the h begins a syllable */
}

static void
a_telephone_number_keeps_its_last_eight_digits(void **state)
{
	(void)state;
	char out[FOLD_TAIL];
	fold_tail("03-1234-5678", out);
	assert_string_equal(out, "12345678");
	fold_tail("＋81（90）1234－5679", out);
	assert_string_equal(out, "12345679");
	fold_tail("123", out);
	assert_string_equal(out, "123");
}

static void
the_forms_are_in_order_and_none_leads_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < GLYPH_COUNT; i++) {
		char sign[8], a[256];
		struct sink s = SINK_INTO(sign);
		assert_true(i == 0 || GLYPHS[i - 1].from < GLYPHS[i].from);
		utf8_put(&s, GLYPHS[i].to);
		assert_string_equal(plain(sink_string(&s), a), sign);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_of_one_name_fold_to_one_text),
		cmocka_unit_test(other_names_stay_other_names),
		cmocka_unit_test(long_vowels_are_found_however_they_are_written),
		cmocka_unit_test(a_telephone_number_keeps_its_last_eight_digits),
		cmocka_unit_test(the_forms_are_in_order_and_none_leads_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
