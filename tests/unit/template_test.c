/* web/gen: templates that become C, and those that must not. */
#include "test.h"

#include <stdlib.h>

#include "sample_pages.h"
#include "web/gen/template.h"
#include "web/gen/texts.h"

#define HEAD "{{template t: const struct s *s}}\n"

static const struct refusal *
refused(const char *source, char say[512])
{
	struct fault fault = { 0 };
	OWN_SINK code = SINK_GROW(65536);
	OWN_SINK head = SINK_GROW(65536);
	OWN_SINK pot = SINK_GROW(65536);
	const struct template_out out = { &code, &head, &pot };
	bool good = template_compile("t.html", source, &out, &fault);
	if (say != NULL)
		memcpy(say, fault.say, sizeof(fault.say));
	return good ? NULL : fault.row;
}

/* clang-format off */
static const struct { const char *source; const struct refusal *row; } ROWS[] = {
	{ HEAD "<p title=\"{{s->a}}\">{{s->b[1].c}}</p>", NULL },
	{ HEAD "<a href=\"/x{{s->a}}\">x</a><a href=\"?lang=en\">y</a>", NULL },
	{ HEAD "<input disabled{{if s->a}} checked{{end}}>", NULL },
	{ HEAD "<script src=\"/a.js\"></script>", NULL },
	{ HEAD "<p><!-- 注 --></p>", NULL },
	{ HEAD "<p>{{_有効 {1} {2}|s->a|s->b_}}</p>", NULL },
	{ "<p></p>", &TEMPLATE_HEAD },
	{ "{{template t}}\n<p></p>", &TEMPLATE_HEAD },
	{ "{{template t x: int a}}\n<p></p>", &TEMPLATE_HEAD },
	{ HEAD "<p title={{s->a}}></p>", &TEMPLATE_UNQUOTED },
	{ HEAD "<p title=a></p>", &TEMPLATE_UNQUOTED },
	{ HEAD "<p title='a'></p>", &TEMPLATE_UNQUOTED },
	{ HEAD "<p {{s->a}}></p>", &TEMPLATE_UNQUOTED },
	{ HEAD "<p {{_有効_}}></p>", &TEMPLATE_UNQUOTED },
	{ HEAD "<p onclick=\"x\"></p>", &TEMPLATE_INLINE },
	{ HEAD "<p ONload=\"x\"></p>", &TEMPLATE_INLINE },
	{ HEAD "<p style=\"x\"></p>", &TEMPLATE_INLINE },
	{ HEAD "<style>p{}</style>", &TEMPLATE_INLINE },
	{ HEAD "<script>x</script>", &TEMPLATE_INLINE },
	{ HEAD "<script src=\"/a.js\">x</script>", &TEMPLATE_INLINE },
	{ HEAD "<SCRIPT>{{s->a}}</SCRIPT>", &TEMPLATE_INLINE },
	{ HEAD "<iframe src=\"/\"></iframe>", &TEMPLATE_INLINE },
	{ HEAD "<base href=\"/\">", &TEMPLATE_INLINE },
	{ HEAD "<a href=\"{{s->a}}\">x</a>", &TEMPLATE_LINK },
	{ HEAD "<a href=\"javascript:x\">x</a>", &TEMPLATE_LINK },
	{ HEAD "<a href=\"{{if s->a}}/{{end}}{{s->b}}\">x</a>", &TEMPLATE_LINK },
	{ HEAD "<img src=\"data:{{s->a}}\">", &TEMPLATE_LINK },
	{ HEAD "<p>", &TEMPLATE_OPEN },
	{ HEAD "</p>", &TEMPLATE_OPEN },
	{ HEAD "<p><b></p></b>", &TEMPLATE_OPEN },
	{ HEAD "<p>1 < 2</p>", &TEMPLATE_OPEN },
	{ HEAD "{{if s->a}}<p>{{end}}</p>", &TEMPLATE_OPEN },
	{ HEAD "{{if s->a}}<p>{{else}}</p>{{end}}", &TEMPLATE_OPEN },
	{ HEAD "<p title=\"{{if s->a}}\">{{end}}</p>", &TEMPLATE_OPEN },
	{ HEAD "{{if s->a}}", &TEMPLATE_OPEN },
	{ HEAD "{{end}}", &TEMPLATE_OPEN },
	{ HEAD "{{each i below s->n}}{{else}}{{end}}", &TEMPLATE_OPEN },
	{ HEAD "<p title=\"x", &TEMPLATE_OPEN },
	{ HEAD "<!-- x", &TEMPLATE_OPEN },
	{ HEAD "{{s->a()}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{s->a; x}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{s->a - 1}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{if s->a == 1}}{{end}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{each i in s->n}}{{end}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{put page: f(s)}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{s->a", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{split}}{{split}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{if s->a}}{{split}}{{end}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "{{_a{b_}}", &TEMPLATE_DIRECTIVE },
	{ HEAD "<p>有効</p>", &TEMPLATE_UNMARKED },
	{ HEAD "<p title=\"有効\"></p>", &TEMPLATE_UNMARKED },
	{ HEAD "{{_有効 {1}_}}", &TEMPLATE_PLACES },
	{ HEAD "{{_有効|s->a_}}", &TEMPLATE_PLACES },
	{ HEAD "{{_有効 {2}|s->a_}}", &TEMPLATE_PLACES },
};
/* clang-format on */

static void
each_template_is_taken_or_refused_by_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char say[512];
		const struct refusal *row = refused(ROWS[i].source, say);
		if (row != ROWS[i].row)
			fail_msg(
			    "%s: %s (%s)", ROWS[i].source, row == NULL ? "taken" : row->name, say);
	}
}

static void
a_refusal_names_file_and_line(void **state)
{
	(void)state;
	char say[512];
	assert_ptr_equal(refused(HEAD "<p>\n</p>\n<p onclick=\"\">", say), &TEMPLATE_INLINE);
	assert_non_null(strstr(say, "t.html:4:"));
}

static void
no_cut_of_a_template_reads_past_its_end(void **state)
{
	(void)state;
	static const char WHOLE[] = HEAD "<p title=\"{{s->a}}\">{{_有効 {1}|s->a_}}<!-- x --></p>"
					 "{{if !s->a}}<br>{{else}}{{put x: s}}{{end}}";
	assert_null(refused(WHOLE, NULL));
	for (size_t n = 0; n < sizeof(WHOLE) - 1; n++) {
		char *cut = strndup(WHOLE, n);
		(void)refused(cut, NULL);
		free(cut);
	}
}

static void
what_comes_out_is_escaped_and_in_the_readers_language(void **state)
{
	(void)state;
	const struct sample s = { "a\"<&'>", { "<b>", "二" }, 2, true };
	OWN_SINK out = SINK_GROW(65536);
	sample(&out, LANG_EN, &s);
	assert_string_equal(sink_string(&out),
	    "<ul title=\"a&quot;&lt;&amp;&#39;&gt;\">\n"
	    "<li class=\"odd\">&lt;b&gt;</li>\n<li class=\"odd\">二</li>\n</ul>\n"
	    "<p>Valid <a href=\"/x?a&quot;&lt;&amp;&#39;&gt;\">"
	    "Telephone a&quot;&lt;&amp;&#39;&gt;</a></p>\n");
	out.len = 0;
	sample(&out, LANG_JA, &(struct sample){ "1", { "", "" }, 0, false });
	assert_string_equal(sink_string(&out),
	    "<ul title=\"1\">\n</ul>\n<p>期限切れ <a href=\"/x?1\">電話 1</a></p>\n");
	out.len = 0;
	frame_begin(&out, LANG_JA);
	sink_text(&out, "x\n");
	frame_end(&out, LANG_JA);
	assert_string_equal(sink_string(&out), "<main>\nx\n</main>\n");
}

static void
a_broken_catalogue_is_refused(void **state)
{
	(void)state;
	uint32_t mo[9] = { 0x950412de, 0, 1, 28, 36 };
	struct fault fault = { 0 };
	OWN_SINK code = SINK_GROW(65536);
	assert_false(texts_compile((uint8_t *)mo, sizeof(mo), &code, &fault));
	assert_ptr_equal(fault.row, &TEXTS_FORM);
	fault = (struct fault){ 0 };
	mo[0] = 1;
	assert_false(texts_compile((uint8_t *)mo, sizeof(mo), &code, &fault));
	assert_ptr_equal(fault.row, &TEXTS_FORM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_template_is_taken_or_refused_by_its_row),
		cmocka_unit_test(a_refusal_names_file_and_line),
		cmocka_unit_test(no_cut_of_a_template_reads_past_its_end),
		cmocka_unit_test(what_comes_out_is_escaped_and_in_the_readers_language),
		cmocka_unit_test(a_broken_catalogue_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
