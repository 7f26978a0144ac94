/* letter: what stands on the paper is what the fields say; the window shows the address and
 * nothing else; what cannot be printed exactly is not printed at all.
 * [M-403] [R-0.6] [R-1.9] [R-4.92] [R-4.93] */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "folder.h"
#include "paper/barcode.h"
#include "paper/glyphs.h"
#include "paper/letter.h"
#include "paper/sheet.h"

static struct faces *FACES_OPEN;
static uint8_t PDF[LETTER_PDF_MOST];
static char FOLDER[TEST_PATH], PATH[TEST_PATH + 24];

static const struct letter BASE = {
	.kind = LETTER_PIN,
	.route = ROUTE_HONNIN,
	.to_name = "葛\U000E0100城　さくら",
	.to_postcode = "9808671",
	.to_address = "宮城県仙台市青葉区国分町三丁目7番1号",
	.code = "A2B3-C4D5-E6F7-G8H9",
	.envelope = "E00000012-3",
	.service = "あかし電子認証サービス（特定認証業務）",
	.operator_name = "あかし証明株式会社",
	.support_phone = "03-0000-0000",
	.reference = "12345678",
	.ca_fingerprint = "00112233445566778899aabbccddeeff0123456789abcdef0123456789ABCDEF",
	.limit = { "受領のご連絡の期限は 2026-12-20（発行日から30日）です。"
		   "期限を過ぎると電子証明書を失効することがあり、"
		   "2026-12-22（発送日から30日）を過ぎると必ず失効します。",
	    "Please report receipt by 2026-12-20 (30 days from issue). After that the certificate "
	    "may be revoked, and after 2026-12-22 (30 days from sending) it will be." },
};

/* The output of one command about PATH; the caller frees it. */
static char *
ask(const char *command)
{
	char line[512], *out = calloc(1, 1 << 20);
	assert_true(snprintf(line, sizeof(line), command, PATH) < (int)sizeof(line));
	FILE *f = popen(line, "r");
	assert_non_null(f);
	size_t n = fread(out, 1, (1 << 20) - 1, f);
	assert_true(n > 0);
	assert_int_equal(pclose(f), 0);
	return out;
}

static void
draw(const struct letter *l)
{
	struct sink s = SINK_INTO(PDF);
	struct fault fault = { 0 };
	if (!letter_draw(FACES_OPEN, l, &s, &fault))
		fail_msg("%s", fault.say);
	FILE *f = fopen(PATH, "w");
	assert_int_equal(fwrite(PDF, 1, s.len, f), s.len);
	fclose(f);
}

/* In place: no ASCII or ideographic space, no line end. */
static char *
squeeze(char *text)
{
	char *to = text;
	for (char *p = text; *p != '\0';)
		if (*p == ' ' || *p == '\n' || *p == '\f')
			p++;
		else if (strncmp(p, "　", 3) == 0)
			p += 3;
		else
			*to++ = *p++;
	*to = '\0';
	return text;
}

static void
field_stands(void *page, const char *key, const char *value)
{
	static const char *const WORDS[] = { "letter", "route", "lang" };
	char text[1024];
	for (size_t i = 0; i < COUNT(WORDS); i++)
		if (strcmp(key, WORDS[i]) == 0)
			return;
	if (strcmp(key, "to_postcode") == 0)
		snprintf(text, sizeof(text), "〒%.3s-%s", value, value + strlen(value) - 4);
	else
		snprintf(text, sizeof(text), "%s", value);
	if (strstr(page, squeeze(text)) == NULL)
		fail_msg("%s %s is not on the page:\n%s", key, text, (char *)page);
}

/* All kinds of letter: 2 x 2 x 2 x 2 x 2. */
static struct letter
variant(unsigned i)
{
	struct letter l = BASE;
	l.kind = i & 1 ? LETTER_PASSWORD : LETTER_PIN;
	l.route = i & 2 ? ROUTE_KANI : ROUTE_HONNIN;
	l.lang = i & 4 ? LETTER_EN : LETTER_JA;
	l.rehearsal = i & 8;
	if (i & 16) {
		l.subscriber = BASE.to_name;
		l.to_name = "代田　理一";
		l.to_postcode = "530-0001";
		l.to_address = "大阪府大阪市北区梅田一丁目2番3-405号";
	}
	return l;
}

static void
the_page_says_what_the_fields_say(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 32; i++) {
		struct letter l = variant(i);
		draw(&l);
		char *page = squeeze(ask("pdftotext -raw '%s' -"));
		letter_fields(&l, field_stands, page);
		assert_non_null(
		    strstr(page, l.kind == LETTER_PIN ? "PINコードのお知らせ"
						      : "ダウンロードパスワードのお知らせ"));
		assert_non_null(
		    strstr(page, l.kind == LETTER_PIN ? "YourPIN" : "Yourdownloadpassword"));
		assert_int_equal(strstr(page, "試験用TEST") != NULL, l.rehearsal);
		assert_int_equal(strstr(page, "本人限定受取") != NULL, l.route == ROUTE_HONNIN);
		assert_int_equal(strstr(page, "簡易書留") != NULL, l.route == ROUTE_KANI);
		assert_int_equal(strstr(page, "開封せずに葛\U000E0100城さくら様へ") != NULL,
		    l.subscriber != NULL);
		assert_int_equal(strstr(page, "donotopenthisletter") != NULL, l.subscriber != NULL);
		free(page);
	}
}

static void
a_name_keeps_its_very_characters(void **state)
{
	(void)state;
	static const char *const NAMES[] = { "𠮷田　髙﨑", "葛\U000E0101城　一",
		"葛\U000E0102城　一", "邉\U000E010F　神\uFA19", "草彅　鷗", "𣘺本　𩸽",
		"O'NEILL TARO" };
	for (size_t i = 0; i < COUNT(NAMES); i++) {
		struct letter l = BASE;
		l.to_name = NAMES[i];
		draw(&l);
		char *page = squeeze(ask("pdftotext -raw '%s' -"));
		field_stands(page, "to_name", NAMES[i]);
		free(page);
	}
}

static void
one_a4_page_with_its_fonts_and_no_small_print(void **state)
{
	(void)state;
	struct letter l = variant(31);
	draw(&l);
	char *info = ask("pdfinfo '%s'");
	assert_non_null(strstr(info, "Pages:           1\n"));
	assert_non_null(strstr(info, "(A4)"));
	assert_null(strstr(info, "Date"));
	free(info);
	char *fonts = ask("pdffonts '%s' | tail -n +3");
	int count = 0;
	for (char *line = strtok(fonts, "\n"); line != NULL; line = strtok(NULL, "\n"), count++)
		assert_non_null(strstr(line, " yes yes yes "));
	assert_true(count >= 4);
	free(fonts);
	/* pdftohtml counts in 1.5ths: 10.5 points are 15.75. */
	char *sizes = ask("pdftohtml -xml -i -stdout '%s' | sed -n 's/.*fontspec.* "
			  "size=\"\\([0-9]*\\)\".*/\\1/p'");
	for (char *line = strtok(sizes, "\n"); line != NULL; line = strtok(NULL, "\n"))
		assert_true(atoi(line) >= 16);
	free(sizes);
}

struct word {
	double x1, y1, x2, y2; /* mm */
	char text[256];
};

static size_t
words_read(struct word *out, size_t most)
{
	char *page = ask("pdftotext -bbox '%s' -");
	size_t n = 0;
	for (char *p = page; n < most && (p = strstr(p, "<word ")) != NULL; p++) {
		struct word *w = &out[n++];
		assert_int_equal(
		    sscanf(p, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">%255[^<]",
			&w->x1, &w->y1, &w->x2, &w->y2, w->text),
		    5);
		for (double *d = &w->x1; d <= &w->y2; d++)
			*d *= 25.4 / 72;
	}
	free(page);
	return n;
}

/* The window of 長形3号 over a sheet of 210 x 110 that lies dx, dy from the envelope's corner. */
enum {
	ENVELOPE_W = 235,
	ENVELOPE_H = 120,
	WINDOW_X = 22,
	WINDOW_Y = 13,
	WINDOW_W = 90,
	WINDOW_H = 45
};

static bool
seen_whole(const struct word *w, double dx, double dy)
{
	return w->x1 + dx >= WINDOW_X && w->x2 + dx <= WINDOW_X + WINDOW_W &&
	       w->y1 + dy >= WINDOW_Y && w->y2 + dy <= WINDOW_Y + WINDOW_H;
}

static bool
seen_at_all(const struct word *w, double dx, double dy)
{
	return w->x2 + dx > WINDOW_X && w->x1 + dx < WINDOW_X + WINDOW_W && w->y2 + dy > WINDOW_Y &&
	       w->y1 + dy < WINDOW_Y + WINDOW_H;
}

/* Between the folds, under the last panel, and not behind the window. */
static void
code_is_inside(const struct word *words, size_t n, const char *code)
{
	size_t found = 0;
	for (size_t k = 0; k < n; k++) {
		if (strstr(words[k].text, code) == NULL)
			continue;
		found++;
		struct word mirrored = words[k];
		mirrored.y1 = 2 * LETTER_FOLD_1 - words[k].y2;
		mirrored.y2 = 2 * LETTER_FOLD_1 - words[k].y1;
		for (double dy = 0; dy <= ENVELOPE_H - LETTER_FOLD_1; dy++)
			assert_false(seen_at_all(&mirrored, 0, dy));
		assert_true(words[k].y1 > 2 * LETTER_FOLD_2 - SHEET_HEIGHT);
		assert_true(words[k].y2 < LETTER_FOLD_2);
	}
	assert_int_equal(found, 1);
}

static void
the_window_shows_the_address_and_nothing_else_however_it_slides(void **state)
{
	(void)state;
	static struct word words[600];
	for (unsigned i = 0; i < 32; i++) {
		struct letter l = variant(i);
		char want[1024], got[4096] = "";
		draw(&l);
		size_t n = words_read(words, COUNT(words));
		code_is_inside(words, n, l.code);
		for (size_t k = 0; k < n; k++) {
			bool all = true, any = false;
			for (int corner = 0; corner < 4; corner++) {
				double dx = corner & 1 ? ENVELOPE_W - SHEET_WIDTH : 0;
				double dy = corner & 2 ? ENVELOPE_H - LETTER_FOLD_1 : 0;
				all = all && seen_whole(&words[k], dx, dy);
				any = any || seen_at_all(&words[k], dx, dy);
			}
			if (any && !all)
				fail_msg(
				    "letter %u: \"%s\" is cut by the window", i, words[k].text);
			if (any)
				snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s",
				    words[k].text);
		}
		snprintf(want, sizeof(want), "%s〒%.3s-%s%s%s様%s%s%s%s",
		    l.route == ROUTE_KANI ? "簡易書留" : "本人限定受取", l.to_postcode,
		    l.to_postcode + strlen(l.to_postcode) - 4, l.to_address, l.to_name,
		    l.subscriber != NULL ? "開封せずに" : "",
		    l.subscriber != NULL ? l.subscriber : "", l.subscriber != NULL ? "様へ" : "",
		    l.envelope);
		assert_string_equal(squeeze(got), squeeze(want));
	}
}

static void
a_scanner_reads_the_envelope(void **state)
{
	(void)state;
	static const char *const NUMBERS[] = { "E00000012-3", "1", "AZ az~ !0987" };
	for (size_t i = 0; i < COUNT(NUMBERS); i++) {
		struct letter l = BASE;
		l.envelope = NUMBERS[i];
		draw(&l);
		char *read =
		    ask("pdftoppm -r 300 -gray -singlefile '%1$s' '%1$s' && zbarimg -q --raw "
			"-S*.disable -Scode128.enable '%1$s.pgm' 2>/dev/null");
		char want[32];
		snprintf(want, sizeof(want), "%s\n", NUMBERS[i]);
		assert_string_equal(read, want);
		free(read);
	}
	static const char *const BAD[] = { "", "1234567890123", "é", "1\n" };
	char widths[BARCODE_MODULES];
	for (size_t i = 0; i < COUNT(BAD); i++) {
		struct sink s = SINK_INTO(widths);
		assert_false(barcode_widths(BAD[i], &s));
		assert_int_equal(s.len, 0);
	}
}

static void
refused(const struct letter *l, const struct refusal *row, const char *field)
{
	struct sink s = SINK_INTO(PDF);
	struct fault fault = { 0 };
	sink_text(&s, "before");
	if (letter_draw(FACES_OPEN, l, &s, &fault))
		fail_msg("drawn, though %s is wrong", field);
	if (fault.row != row || fault.field == NULL || strcmp(fault.field, field) != 0)
		fail_msg("%s %s: %s", fault.name, fault.field, fault.say);
	assert_int_equal(s.len, 6);
	fault = (struct fault){ 0 };
	assert_false(letter_check(FACES_OPEN, l, &fault));
	assert_ptr_equal(fault.row, row);
}

static void
what_cannot_be_printed_is_refused_before_anything_is_drawn(void **state)
{
	(void)state;
	/* clang-format off */
	static const struct { size_t at; const char *value; const struct refusal *row; const char *field; } BAD[] = {
#define AT(f) offsetof(struct letter, f)
		{ AT(to_name), "葛\U000E01EF城　さくら", &GLYPH_MISSING, "to_name" },
		{ AT(to_name), "山田\n太郎", &GLYPH_CONTROL, "to_name" },
		{ AT(to_address), "東京都\U0001F600", &GLYPH_MISSING, "to_address" },
		{ AT(subscriber), "辻\uFE05", &GLYPH_MISSING, "subscriber" },
		{ AT(service), "\uE000", &GLYPH_CONTROL, "service" },
		{ AT(to_address), "東京都西多摩郡檜原村字とてもとてもながい地名の集落一丁目234番地5号とてもながい名前の建物のそのまた奥の離れの二階の廊下を右に曲がって奥から二番目の南向きの部屋", &SHEET_ROOM, "to_address" },
		{ AT(to_name), "ながいながいながい　なまえのながいながいながいかた", &SHEET_ROOM, "to_name" },
		{ AT(to_name), NULL, &LETTER_FIELD, "to_name" },
		{ AT(to_name), "", &LETTER_FIELD, "to_name" },
		{ AT(to_address), NULL, &LETTER_FIELD, "to_address" },
		{ AT(to_postcode), "98086711", &LETTER_FIELD, "to_postcode" },
		{ AT(to_postcode), "98-08671", &LETTER_FIELD, "to_postcode" },
		{ AT(code), "A2B3-C4D5-E6F7-G8H", &LETTER_FIELD, "code" },
		{ AT(code), "A2B3-C4D5-E6F7-G8H91", &LETTER_FIELD, "code" },
		{ AT(code), "A2B3-C4D5-E6F7-G8h9", &LETTER_FIELD, "code" },
		{ AT(code), NULL, &LETTER_FIELD, "code" },
		{ AT(envelope), "1234567890123", &LETTER_FIELD, "envelope" },
		{ AT(ca_fingerprint), "0011", &LETTER_FIELD, "ca_fingerprint" },
		{ AT(reference), NULL, &LETTER_FIELD, "reference" },
		{ AT(support_phone), "", &LETTER_FIELD, "support_phone" },
		{ AT(operator_name), NULL, &LETTER_FIELD, "operator" },
		{ AT(limit[LETTER_EN]), "", &LETTER_FIELD, "limit_en" },
#undef AT
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(BAD); i++) {
		struct letter l = BASE;
		l.to_address = "東京都西多摩郡檜原村字とてもながい地名の集落一丁目234番地5号メゾン"
			       "あかしの杜ウエスト1234号室";
		memcpy((char *)&l + BAD[i].at, &BAD[i].value, sizeof(BAD[i].value));
		refused(&l, BAD[i].row, BAD[i].field);
	}
	assert_memory_equal(PDF, "before", 6);
}

static void
a_sink_too_small_holds_nothing_of_the_letter(void **state)
{
	(void)state;
	struct letter l = BASE;
	for (size_t cap = 16; cap < 300000; cap = cap * 4) {
		struct sink s = { .at = PDF, .cap = cap };
		struct fault fault = { 0 };
		memset(PDF, 0, sizeof(PDF));
		if (letter_draw(FACES_OPEN, &l, &s, &fault))
			break;
		assert_int_equal(fault.code, FAULT_BUG);
		assert_int_equal(s.len, 0);
		for (size_t i = 0; i < cap; i++)
			assert_int_equal(PDF[i], 0);
	}
}

int
main(void)
{
	struct fault fault = { 0 };
	if (!faces_open(&FACES_OPEN, &fault)) {
		printf("not ok - %s\n", fault.say);
		return 1;
	}
	snprintf(PATH, sizeof(PATH), "%s/letter.pdf", test_folder("letter", FOLDER));
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_says_what_the_fields_say),
		cmocka_unit_test(a_name_keeps_its_very_characters),
		cmocka_unit_test(one_a4_page_with_its_fonts_and_no_small_print),
		cmocka_unit_test(the_window_shows_the_address_and_nothing_else_however_it_slides),
		cmocka_unit_test(a_scanner_reads_the_envelope),
		cmocka_unit_test(what_cannot_be_printed_is_refused_before_anything_is_drawn),
		cmocka_unit_test(a_sink_too_small_holds_nothing_of_the_letter),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(PATH);
	strncat(PATH, ".pgm", 5);
	unlink(PATH);
	rmdir(FOLDER);
	faces_free(FACES_OPEN);
	return failed;
}
