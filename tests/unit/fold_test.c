/* rules/fold: the spellings of a name that one search must find. */
#include "test.h"

#include <stdlib.h>

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

/* The one character that another folds to; room of the caller's. */
static uint32_t
folded(uint32_t c, char out[256])
{
	char sign[8];
	struct sink s = SINK_INTO(sign);
	utf8_put(&s, c);
	const char *at = plain(sink_string(&s), out);
	return utf8_next(&at);
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
		{ "劉劑繩瘦巢硏", "劉剤縄痩巣研" },
		{ "㐂代　盃", "喜代杯" },
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
	} ROWS[] = { { "山田", "山本" }, { "草彅", "草薙" }, { "畠山", "畑山" }, { "ハシ", "バシ" },
		{ "kato", "sato" }, { "小野", "大野" } };
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
		char a[256];
		assert_true(i == 0 || GLYPHS[i - 1].from < GLYPHS[i].from);
		assert_int_equal(folded(GLYPHS[i].to, a), GLYPHS[i].to);
	}
}

/* Which characters are said to be forms of one: each leads towards the same end. */
enum { CHARACTERS = 0x30000 };
static uint32_t
end_of(const uint32_t *kin, uint32_t c)
{
	assert_true(c < CHARACTERS);
	while (kin[c] != 0)
		c = kin[c];
	return c;
}

/* A source says so: the table must, too. */
static void
said(uint32_t *kin, uint32_t one, uint32_t other)
{
	char a[256], b[256];
	if (folded(one, a) != folded(other, b))
		fail_msg("U+%04X and U+%04X do not find each other", one, other);
	one = end_of(kin, one);
	other = end_of(kin, other);
	if (one != other)
		kin[one] = other;
}

/* tests/fixtures/forms; the number of pairs. */
static size_t
forms_read(uint32_t *kin)
{
	char line[512];
	size_t n = 0;
	FILE *f = fopen(SOURCE "/tests/fixtures/forms", "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		for (char *rest = line, *pair;
		     *line != '#' && (pair = strtok_r(rest, " \n", &rest));) {
			const char *at = pair;
			uint32_t one = utf8_next(&at), other = utf8_next(&at);
			said(kin, one, other);
			n++;
		}
	(void)fclose(f);
	return n;
}

/* The compatibility ideographs, as the Unicode Character Database decomposes them. */
static size_t
compatibility_read(uint32_t *kin)
{
	char line[512], other[6];
	unsigned one;
	size_t n = 0;
	FILE *f = fopen("/usr/share/unicode/UnicodeData.txt", "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "%x;%*[^;];Lo;0;L;%5[0-9A-F];", &one, other) == 2 &&
		    one >= 0xf900 && one <= 0xfaff) {
			said(kin, one, (uint32_t)strtoul(other, NULL, 16));
			n++;
		}
	(void)fclose(f);
	return n;
}

/* The names' forms that the Unihan database pairs; the file is packed. */
static size_t
names_read(uint32_t *kin)
{
	char line[512];
	unsigned one, other;
	size_t n = 0;
	FILE *f = popen("bzcat /usr/share/unicode/Unihan_OtherMappings.txt.bz2", "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "U+%x kJinmeiyoKanji %*d:U+%x", &one, &other) == 2) {
			said(kin, one, other);
			n++;
		}
	assert_int_equal(pclose(f), 0);
	return n;
}

static void
every_form_has_its_source_and_every_source_its_form(void **state)
{
	(void)state;
	uint32_t *kin = calloc(CHARACTERS, sizeof(*kin));
	assert_non_null(kin);
	assert_true(forms_read(kin) > 600);
	assert_true(compatibility_read(kin) > 450);
	assert_true(names_read(kin) > 200);
	for (size_t i = 0; i < GLYPH_COUNT; i++)
		if (end_of(kin, GLYPHS[i].from) != end_of(kin, GLYPHS[i].to))
			fail_msg("U+%04X has no source", GLYPHS[i].from);
	free(kin);
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
		cmocka_unit_test(every_form_has_its_source_and_every_source_its_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
