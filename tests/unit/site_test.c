/* web: the public site without a socket. [R-0.5] [R-0.6] [R-0.8] [R-1.9] [R-10.13] [RFC9110 13.2.2]
 * [RFC5280 4.1.2.5.1] [RFC5280 5.2.3] */
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/der.h"
#include "base/file.h"
#include "folder.h"
#include "web/html.h"
#include "web/public/published.h"
#include "web/public/repository.h"
#include "web/public/site.h"

static void
the_asked_language_goes_before_the_browsers(void **state)
{
	(void)state;
	static const struct {
		const char *asked, *accept;
		enum lang lang;
	} ROWS[] = {
		{ NULL, NULL, LANG_JA },
		{ NULL, "en", LANG_EN },
		{ NULL, "en-GB,en;q=0.9", LANG_EN },
		{ NULL, "ja,en;q=0.9", LANG_JA },
		{ NULL, "en;q=0.8, ja;q=0.9", LANG_JA },
		{ NULL, "ja;q=0.85,en;q=0.9", LANG_EN },
		{ NULL, "en;q=0", LANG_JA },
		{ NULL, "fr, de;q=0.5", LANG_JA },
		{ NULL, "fr, en;q=0.001", LANG_EN },
		{ NULL, ",;q=,en;q=", LANG_JA },
		{ "en", "ja", LANG_EN },
		{ "ja", "en", LANG_JA },
		{ "fr", "en", LANG_EN },
		{ "", "en", LANG_EN },
		{ "english", "ja", LANG_JA },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++)
		if (lang_choose(ROWS[i].asked, ROWS[i].accept) != ROWS[i].lang)
			fail_msg("%s / %s", ROWS[i].asked, ROWS[i].accept);
}

static void
a_text_without_english_is_shown_in_japanese(void **state)
{
	(void)state;
	assert_string_equal(lang_text(LANG_EN, "有効"), "Valid");
	assert_string_equal(lang_text(LANG_JA, "有効"), "有効");
	assert_string_equal(lang_text(LANG_EN, "訳のない文"), "訳のない文");
	for (size_t i = 1; i < LANG_COUNT; i++)
		assert_true(strcmp(LANG_ROWS[i - 1].ja, LANG_ROWS[i].ja) < 0);
}

static void
only_names_of_our_own_form_are_opened(void **state)
{
	(void)state;
	static const char *const BAD[] = { "", ".", "..", ".txt", "../ca.crt", "a/b.txt",
		"a\\b.txt", "ca.crt ", "ca.exe", "ca", "caノ.txt", "a%2f.txt",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
		"txt" };
	for (size_t i = 0; i < COUNT(BAD); i++)
		if (repository_type(BAD[i]) != NULL)
			fail_msg("%s", BAD[i]);
	assert_string_equal(repository_type("ca.crt"), "application/pkix-cert");
	assert_string_equal(repository_type("ca.crl"), "application/pkix-crl");
	assert_string_equal(repository_type("ca-42.crl"), "application/pkix-crl");
}

/* A list of our own making: version 2, number, both times, n entries. */
static void
list_make(struct sink *s, int64_t number, size_t entries)
{
	size_t outer = der_begin(s, DER_SEQUENCE), tbs = der_begin(s, DER_SEQUENCE);
	der_put_int(s, 1);
	der_put(s, DER_SEQUENCE, NULL, 0);
	der_put(s, DER_SEQUENCE, NULL, 0);
	der_put_text(s, DER_UTCTIME, "261221000000Z");
	der_put_text(s, DER_TIME, "20500101000000Z");
	size_t list = der_begin(s, DER_SEQUENCE);
	for (size_t i = 0; i < entries; i++)
		der_put(s, DER_SEQUENCE, NULL, 0);
	der_end(s, list);
	size_t context = der_begin(s, DER_CONTEXT(0)), all = der_begin(s, DER_SEQUENCE),
	       one = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, "2.5.29.20");
	size_t octets = der_begin(s, DER_OCTETS);
	der_put_int(s, number);
	der_end(s, octets);
	der_end(s, one);
	der_end(s, all);
	der_end(s, context);
	der_end(s, tbs);
	der_put(s, DER_SEQUENCE, NULL, 0);
	der_put_bits(s, "x", 1);
	der_end(s, outer);
}

static void
a_list_is_read_and_no_cut_of_it(void **state)
{
	(void)state;
	OWN_SINK s = SINK_GROW(65536);
	struct published_list list = { .number = 7 };
	list_make(&s, ((int64_t)1 << 32) + 5, 3);
	assert_true(published_list_read(s.at, s.len, &list));
	assert_int_equal(list.number, ((int64_t)1 << 32) + 5);
	assert_int_equal(list.entries, 3);
	assert_int_equal(list.made.sec, 1797811200);
	assert_int_equal(list.until.sec, 2524608000);
	list.number = 7;
	for (size_t n = 0; n < s.len; n++)
		assert_false(published_list_read(s.at, n, &list));
	sink_byte(&s, 0);
	assert_false(published_list_read(s.at, s.len, &list));
	assert_int_equal(list.number, 7);
	struct published_ca ca;
	assert_false(published_ca_read(s.at, s.len - 1, &ca));
}

struct folder {
	char path[64];
	struct site site;
	struct published_kept kept;
};

static int
folder_open(void **state)
{
	static struct folder f;
	test_folder("site", f.path);
	f.kept = (struct published_kept){ 0 };
	f.site.kept = &f.kept;
	*state = &f;
	return (f.site.folder = open(f.path, O_RDONLY | O_DIRECTORY)) == -1;
}

static int
folder_close(void **state)
{
	struct folder *f = *state;
	static const char *const NAMES[] = { "ca.crl", "ca.crt", "news.txt", "x.txt", "out.txt",
		"cp.txt", "pipe.txt" };
	for (size_t i = 0; i < COUNT(NAMES); i++)
		(void)unlinkat(f->site.folder, NAMES[i], 0);
	(void)unlinkat(f->site.folder, "dir.txt", AT_REMOVEDIR);
	(void)close(f->site.folder);
	return rmdir(f->path);
}

static void
put(const struct folder *f, const char *name, const void *bytes, size_t n)
{
	char path[96];
	struct fault fault = { 0 };
	(void)snprintf(path, sizeof(path), "%s/%s", f->path, name);
	assert_true(file_write(path, 0644, bytes, n, &fault));
}

static void
ask(const struct folder *f, struct question q, struct answer *a)
{
	q.method = q.method == NULL ? "GET" : q.method;
	q.now = q.now.sec == 0 ? (struct instant){ 1797811200 } : q.now;
	site_answer(&f->site, &q, a);
}

static void
each_question_gets_its_status_and_row(void **state)
{
	static char longest[SITE_PATH + 2] = "/";
	memset(longest + 1, 'a', SITE_PATH);
	const struct {
		struct question q;
		int status;
		const struct refusal *row;
	} rows[] = {
		{ { .path = "/" }, 200, NULL },
		{ { .path = "/", .method = "HEAD" }, 200, NULL },
		{ { .path = "/news" }, 200, NULL },
		{ { .path = "/ca" }, 200, NULL },
		{ { .path = "/crl" }, 200, NULL },
		{ { .path = "/documents" }, 200, NULL },
		{ { .path = "/documents/cp" }, 200, NULL },
		{ { .path = "/repository/x.txt" }, 200, NULL },
		{ { .path = "/assets/akashi.css" }, 200, NULL },
		{ { .path = "" }, 404, &SITE_NAME },
		{ { .path = "/documents/" }, 404, &SITE_NAME },
		{ { .path = "/documents/cps" }, 404, &SITE_NAME },
		{ { .path = "/documents/../cp" }, 404, &SITE_NAME },
		{ { .path = "/repository/" }, 404, &SITE_NAME },
		{ { .path = "/repository/y.txt" }, 404, &SITE_NAME },
		{ { .path = "/repository/../x.txt" }, 404, &SITE_NAME },
		{ { .path = "/repository//x.txt" }, 404, &SITE_NAME },
		{ { .path = "/repository/out.txt" }, 404, &SITE_NAME }, /* a link */
		{ { .path = "/repository/dir.txt" }, 404, &SITE_NAME },
		{ { .path = "/repository/pipe.txt" }, 404, &SITE_NAME },
		{ { .path = "/assets/../x.txt" }, 404, &SITE_NAME },
		{ { .path = "/repository/ca.crl" }, 503, &SITE_FOLDER },
		{ { .path = "/repository/ca.crt" }, 503, &SITE_FOLDER },
		{ { .path = "/", .method = "POST" }, 405, &SITE_METHOD },
		{ { .path = "/", .method = "get" }, 405, &SITE_METHOD },
		{ { .path = "/", .body = true }, 413, &SITE_BODY },
		{ { .path = longest }, 414, &SITE_LENGTH },
	};
	const struct folder *f = *state;
	put(f, "x.txt", "x", 1);
	put(f, "cp.txt", "<b>", 3);
	assert_int_equal(symlinkat("/etc/passwd", f->site.folder, "out.txt"), 0);
	assert_int_equal(mkdirat(f->site.folder, "dir.txt", 0755), 0);
	assert_int_equal(mkfifoat(f->site.folder, "pipe.txt", 0644), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct answer a;
		ask(f, rows[i].q, &a);
		if (a.status != rows[i].status || a.row != rows[i].row)
			fail_msg("%s: %d", rows[i].q.path, a.status);
		answer_free(&a);
	}
}

static void
a_file_answers_whether_it_has_changed(void **state)
{
	const struct folder *f = *state;
	struct answer first, again;
	put(f, "x.txt", "x", 1);
	ask(f, (struct question){ .path = "/repository/x.txt" }, &first);
	assert_int_equal(first.size, 1);
	assert_true(first.fd != -1);
	ask(f, (struct question){ .path = "/repository/x.txt", .known = first.tag }, &again);
	assert_int_equal(again.status, 304);
	assert_int_equal(again.fd, -1);
	ask(f, (struct question){ .path = "/repository/x.txt", .since = first.modified }, &again);
	assert_int_equal(again.status, 304);
	/* a tag goes before a date */
	ask(f,
	    (struct question){
		.path = "/repository/x.txt", .known = "\"0\"", .since = first.modified },
	    &again);
	assert_int_equal(again.status, 200);
	answer_free(&again);
	put(f, "x.txt", "y", 1); /* the same length, in the same second */
	ask(f, (struct question){ .path = "/repository/x.txt", .known = first.tag }, &again);
	assert_int_equal(again.status, 200);
	answer_free(&again);
	answer_free(&first);
}

static bool
says(const struct folder *f, const char *path, const char *lang, int64_t now, const char *what)
{
	struct answer a;
	ask(f, (struct question){ .path = path, .lang = lang, .now = { now } }, &a);
	bool found = strstr(sink_string(&a.body), what) != NULL;
	answer_free(&a);
	return found;
}

static void
a_list_past_its_end_is_called_the_last_one(void **state)
{
	const struct folder *f = *state;
	OWN_SINK s = SINK_GROW(65536);
	list_make(&s, 42, 1);
	put(f, "ca.crl", s.at, s.len);
	assert_true(says(f, "/crl", "ja", 1797811200, "2026年12月21日 9時00分に作られ"));
	assert_true(says(f, "/crl", "ja", 2524607999, "state-good"));
	assert_true(
	    says(f, "/crl", "ja", 2524608000, "最後のリストは2026年12月21日 9時00分に作られ"));
	assert_true(
	    says(f, "/crl", "en", 2524608000, "The last list was made on 21 December 2026, 09:00"));
	assert_true(says(f, "/", "en", 2524608000, "state-bad"));
	put(f, "ca.crl", s.at, s.len - 1);
	assert_true(says(f, "/crl", "en", 0, "We cannot show this just now"));
	assert_true(says(f, "/crl", "en", 0, "Please try again in a few minutes."));
	assert_true(says(f, "/", "ja", 0, "いまはお見せできません"));
}

/* Whoever asks often has it taken apart once: the same file, as its inode, size and time say, is not read again. */
static void
a_list_is_taken_apart_once(void **state)
{
	const struct folder *f = *state;
	struct stat st;
	OWN_SINK s = SINK_GROW(65536);
	list_make(&s, 42, 3);
	put(f, "ca.crl", s.at, s.len);
	assert_true(says(f, "/crl", "ja", 0, ">42<"));
	int fd = openat(f->site.folder, "ca.crl", O_WRONLY);
	assert_int_equal(fstat(fd, &st), 0);
	s.len = 0;
	list_make(&s, 43, 3);
	assert_int_equal(pwrite(fd, s.at, s.len, 0), s.len);
	const struct timespec times[] = { st.st_atim, st.st_mtim };
	assert_int_equal(futimens(fd, times), 0);
	assert_true(says(f, "/crl", "ja", 0, ">42<"));
	assert_int_equal(futimens(fd, NULL), 0);
	assert_true(says(f, "/crl", "ja", 0, ">43<"));
	(void)close(fd);
	s.len = 0;
	list_make(&s, 44, 3);
	put(f, "ca.crl", s.at, s.len); /* of the same size, another file */
	assert_true(says(f, "/crl", "ja", 0, ">44<"));
	(void)unlinkat(f->site.folder, "ca.crl", 0);
	assert_false(says(f, "/crl", "ja", 0, ">44<"));
}

static void
every_page_of_a_rehearsal_is_marked(void **state)
{
	struct folder *f = *state;
	static const char *const PATHS[] = { "/", "/news", "/ca", "/crl", "/documents",
		"/nowhere" };
	f->site.rehearsal = true;
	for (size_t i = 0; i < COUNT(PATHS); i++) {
		assert_true(says(f, PATHS[i], "ja", 0, "<title>【試験用 / TEST】"));
		assert_true(says(f, PATHS[i], "en", 0, "<title>[TEST / 試験用]"));
		assert_true(says(f, PATHS[i], "en", 0, "class=\"rehearsal\""));
	}
	f->site.rehearsal = false;
	for (size_t i = 0; i < COUNT(PATHS); i++)
		assert_false(says(f, PATHS[i], "ja", 0, "試験用"));
}

static void
a_rehearsals_list_is_judged_by_its_last_news(void **state)
{
	struct folder *f = *state;
	static const char NEWS[] = "akashi news 1\n"
				   "2026-12-22T09:00:00+09:00\tca\t0\tあ\ta <b>\n";
	OWN_SINK s = SINK_GROW(65536);
	list_make(&s, 42, 1);
	put(f, "ca.crl", s.at, s.len);
	put(f, "news.txt", NEWS, sizeof(NEWS) - 1);
	f->site.rehearsal = true;
	assert_true(says(f, "/crl", "ja", 2524608000, "state-good"));
	assert_true(says(f, "/", "en", 2524608000, "a &lt;b&gt;"));
	f->site.rehearsal = false;
	assert_true(says(f, "/crl", "ja", 2524608000, "state-bad"));
}

static void
japanese_prevails_on_every_page_and_the_choice_is_kept(void **state)
{
	const struct folder *f = *state;
	assert_true(says(f, "/ca", "en", 0, "the Japanese prevails"));
	assert_true(says(f, "/ca", "en", 0, "href=\"/crl?lang=en\""));
	assert_true(says(f, "/ca", "ja", 0, "日本語が優先します"));
	assert_true(says(f, "/ca", NULL, 0, "href=\"/crl\""));
	assert_true(says(f, "/ca", "en\"><b>", 0, "href=\"/crl\""));
	put(f, "cp.txt", "<b>証明書ポリシー", 24);
	assert_true(says(f, "/documents/cp", "en", 0, "lang=\"ja\">&lt;b&gt;証明書ポリシー"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_asked_language_goes_before_the_browsers),
		cmocka_unit_test(a_text_without_english_is_shown_in_japanese),
		cmocka_unit_test(only_names_of_our_own_form_are_opened),
		cmocka_unit_test(a_list_is_read_and_no_cut_of_it),
		cmocka_unit_test_setup_teardown(
		    each_question_gets_its_status_and_row, folder_open, folder_close),
		cmocka_unit_test_setup_teardown(
		    a_file_answers_whether_it_has_changed, folder_open, folder_close),
		cmocka_unit_test_setup_teardown(
		    a_list_past_its_end_is_called_the_last_one, folder_open, folder_close),
		cmocka_unit_test_setup_teardown(
		    a_list_is_taken_apart_once, folder_open, folder_close),
		cmocka_unit_test_setup_teardown(
		    every_page_of_a_rehearsal_is_marked, folder_open, folder_close),
		cmocka_unit_test_setup_teardown(
		    a_rehearsals_list_is_judged_by_its_last_news, folder_open, folder_close),
		cmocka_unit_test_setup_teardown(
		    japanese_prevails_on_every_page_and_the_choice_is_kept, folder_open,
		    folder_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
