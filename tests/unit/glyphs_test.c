/* glyphs: a name is printed exactly, or refused with the cluster named. */
#include "test.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "paper/glyphs.h"

/* Before libc's: a machine without that package. */
static const char *ABSENT;
int
access(const char *path, int mode)
{
	if (ABSENT != NULL && strstr(path, ABSENT) != NULL)
		return -1;
	return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
}

static struct faces *FACES_OPEN; /* 80 MB of font files are scanned once */

static void
what_a_face_draws_exactly_is_taken(void **state)
{
	(void)state;
	/* clang-format off */
	static const struct { const char *text; enum hand hand; enum face first; } GOOD[] = {
		{ "髙橋　亮", HAND_NAME, FACE_NAME },
		{ "﨑山", HAND_NAME, FACE_NAME },
		{ "𠮷田", HAND_NAME, FACE_NAME },
		{ "葛\U000E0100城", HAND_NAME, FACE_LAST }, /* Adobe-Japan1: not in IPAmj Mincho */
		{ "葛\U000E0101城", HAND_NAME, FACE_LAST },
		{ "葛\U000E0102城", HAND_NAME, FACE_NAME }, /* Moji_Joho: only there */
		{ "邉\U000E010F", HAND_NAME, FACE_NAME },
		{ "神\uFA19草彅鷗𣘺𩸽", HAND_NAME, FACE_NAME },
		{ "か\u3099", HAND_TEXT, FACE_TEXT }, /* が in two characters */
		{ "TARO O'NEILL-SMITH", HAND_TEXT, FACE_TEXT },
		{ "東京都千代田区霞が関三丁目1番1号", HAND_BOLD, FACE_BOLD },
		{ "𠮷", HAND_TEXT, FACE_NAME }, /* BIZ UD has none */
		{ "2B3C-", HAND_CODE, FACE_CODE },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(GOOD); i++) {
		struct fault fault = { 0 };
		struct cluster c;
		const char *at = GOOD[i].text;
		if (!glyphs_check(FACES_OPEN, GOOD[i].hand, at, NULL, "name", &fault))
			fail_msg("%s: %s", GOOD[i].text, fault.say);
		assert_true(cluster_next(FACES_OPEN, GOOD[i].hand, &at, &c, NULL, &fault));
		if (c.face != GOOD[i].first)
			fail_msg("%s: face %d", GOOD[i].text, (int)c.face);
	}
}

static void
what_no_face_draws_exactly_is_refused_by_name(void **state)
{
	(void)state;
	/* clang-format off */
	static const struct { const char *text; enum hand hand; const struct refusal *row; size_t at; const char *named; } BAD[] = {
		{ "山葛\U000E01EF城", HAND_NAME, &GLYPH_MISSING, 3, "「葛\U000E01EF」（U+845B U+E01EF）" },
		{ "辻\uFE05", HAND_NAME, &GLYPH_MISSING, 0, "U+8FBB U+FE05" },
		{ "田\U0001F600", HAND_NAME, &GLYPH_MISSING, 3, "U+1F600" },
		{ "か\u0301", HAND_NAME, &GLYPH_MISSING, 0, "U+304B U+0301" },
		{ "葛\U000E0100\U000E0101", HAND_NAME, &GLYPH_MISSING, 0, "U+E0101" },
		{ "\U000E0100", HAND_NAME, &GLYPH_MISSING, 0, "U+E0100" },
		{ "山田\n太郎", HAND_NAME, &GLYPH_CONTROL, 6, "U+000A" },
		{ "山\u200B田", HAND_NAME, &GLYPH_CONTROL, 3, "U+200B" },
		{ "\u202E田", HAND_NAME, &GLYPH_CONTROL, 0, "U+202E" },
		{ "\uE000", HAND_NAME, &GLYPH_CONTROL, 0, "U+E000" },
		{ "あ", HAND_CODE, NULL, 0, NULL },
		{ "𠮷", HAND_CODE, &GLYPH_MISSING, 0, "U+20BB7" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(BAD); i++) {
		struct fault fault = { 0 };
		const char *missing = NULL;
		bool good =
		    glyphs_check(FACES_OPEN, BAD[i].hand, BAD[i].text, &missing, "name", &fault);
		if (good != (BAD[i].row == NULL) || fault.row != BAD[i].row)
			fail_msg("%s: %s", BAD[i].text, good ? "taken" : fault.name);
		if (good)
			continue;
		assert_ptr_equal(missing, BAD[i].text + BAD[i].at);
		assert_string_equal(fault.field, "name");
		if (strstr(fault.say, BAD[i].named) == NULL)
			fail_msg("%s does not say %s", fault.say, BAD[i].named);
	}
	struct fault fault = { 0 };
	assert_false(glyphs_check(FACES_OPEN, HAND_NAME, "\xff", NULL, "name", &fault));
	assert_int_equal(fault.code, FAULT_INPUT);
}

static void
a_face_that_is_not_there_is_named_with_its_package(void **state)
{
	static const char *const PACKAGES[][2] = { { "ipamjm.ttf", "fonts-ipamj-mincho" },
		{ "BIZUDPGothic-Bold.ttf", "fonts-morisawa-bizud-gothic" },
		{ "NotoSerifCJK-Regular.ttc", "fonts-noto-cjk" } };
	(void)state;
	for (size_t i = 0; i < COUNT(PACKAGES); i++) {
		struct faces *none = NULL;
		struct fault fault = { 0 };
		ABSENT = PACKAGES[i][0];
		assert_false(faces_open(&none, &fault));
		ABSENT = NULL;
		assert_ptr_equal(fault.row, &FACE_FILE);
		assert_non_null(strstr(fault.say, PACKAGES[i][1]));
		assert_null(none);
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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_face_draws_exactly_is_taken),
		cmocka_unit_test(what_no_face_draws_exactly_is_refused_by_name),
		cmocka_unit_test(a_face_that_is_not_there_is_named_with_its_package),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	faces_free(FACES_OPEN);
	return failed;
}
