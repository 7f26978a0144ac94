/* Mail: the message's octets, every text in both languages, rows that say nothing of a person, and
 * what the courier does with them on both engines.
 * [R-2.5] [R-2.13] [R-4.24] [R-4.73] [R-4.75] [R-4.76] [R-4.98] [R-4.118] [R-5.1] [R-6.2] [R-6.15] [R-10.4] [R-11.3]
 * [R-11.12] [R-13.1]
 * [R-0.6] [R-0.8] [R-18.2] [R-4.60] [R-4.71] [R-5.2] [X-5] [X-11] [storage 3] [RFC2045] [RFC2045 6.8] [RFC2047 2]
 * [RFC2047] [RFC3207] [RFC3464] [RFC3834 5] [RFC5321] [RFC5322] [RFC5322 2.2] [RFC5322 3.4.1] */
#include "test.h"

#include <signal.h>

#include "exchange/mail.h"
#include "act/clocks.h"
#include "act/mail_words.h"
#include "outbox.h"
#include "post.h"
#include "shipped.h"
#include "store/card_row.h"
#include "wire/signals.h"

static const struct mail MAIL = { .from = "info@akashi.example",
	.to = "taro@example.jp",
	.name = "あかし電子認証サービス",
	.subject = "電子証明書のダウンロードのご案内（お問い合わせ番号 12345678）",
	.id = "download-1-1",
	.at = { 1795132800 },
	.body = "一行目\n二行目\n" };

static void
a_mail_has_every_header_once_and_ascii_heads(void **state)
{
	(void)state;
	char text[4096];
	struct sink out = SINK_INTO(text);
	struct fault fault = { 0 };
	post_die(mail_print(&MAIL, &out, &fault), &fault);
	char *s = sink_string(&out), *body = strstr(s, "\r\n\r\n");
	assert_non_null(body);
	assert_true(strncmp(s, "Date: Fri, 20 Nov 2026 09:00:00 +0900\r\n", 39) == 0);
	assert_string_equal(body + 4, "5LiA6KGM55uuDQrkuozooYznm64NCg==\r\n");
	for (const char *c = s; c < body; c++)
		assert_true((*c >= ' ' && *c <= '~') || *c == '\r' || *c == '\n');
	assert_non_null(strstr(s, "\r\nMessage-ID: <download-1-1@akashi.example>\r\n"));
	assert_non_null(
	    strstr(s, "\r\nSubject: "
		      "=?UTF-8?B?6Zu75a2Q6Ki85piO5pu444Gu44OA44Km44Oz44Ot44O844OJ44Gu?=\r\n "
		      "=?UTF-8?B?44GU5qGI5YaF77yI44GK5ZWP44GE5ZCI44KP44Gb55Wq5Y+3IDEy?=\r\n "
		      "=?UTF-8?B?MzQ1Njc477yJ?=\r\n"
		      "Auto-Submitted: auto-generated\r\nMIME"));
	assert_non_null(strstr(s, "\r\nContent-Transfer-Encoding: base64\r\n"));
	for (const char *c = s, *next; c < body; c = next) {
		next = strstr(c, "\r\n") + 2;
		assert_true(next - c <= 76 + 2);
	}
}

static void
a_mail_takes_no_header_from_a_stranger(void **state)
{
	(void)state;
	static const char *const ADDRESSES[] = { "", "taro", "@example.jp", "taro@", "a@b@c",
		"taro@example.jp\r\nBcc: x@example.jp", "ta ro@example.jp", "太郎@example.jp",
		"taro@example.jp,x@example.jp", "<taro@example.jp>" };
	char text[4096];
	for (size_t i = 0; i < COUNT(ADDRESSES); i++) {
		struct sink out = SINK_INTO(text);
		struct fault fault = { 0 };
		struct mail m = MAIL;
		m.to = ADDRESSES[i];
		assert_false(mail_print(&m, &out, &fault));
		assert_ptr_equal(fault.row, &MAIL_ADDRESS);
		assert_int_equal(out.len, 0);
	}
	struct mail bad[] = { MAIL, MAIL, MAIL, MAIL, MAIL, MAIL };
	bad[0].subject = "a\r\nBcc: x@example.jp";
	bad[1].id = "a>\r\nX: y";
	bad[2].name = "a\nBcc: x@example.jp";
	bad[3].body = "a\rb";
	bad[4].body = "\xff";
	bad[5].subject = "";
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct sink out = SINK_INTO(text);
		struct fault fault = { 0 };
		assert_false(mail_print(&bad[i], &out, &fault));
		assert_ptr_equal(fault.row, &MAIL_TEXT);
		assert_int_equal(out.len, 0);
	}
}

/* One value of each form, told apart by the slot's place. */
static const char *
sample(const struct mail_slot *s, size_t place, bool en, char out[64])
{
	static const char *const FORM[] = {
		[MAIL_FORM_TEXT] = "不備その%zu\n二行目",
		[MAIL_FORM_WORD] = "http://localhost/%zu",
		[MAIL_FORM_DAY] = "2026-0%zu-11",
		[MAIL_FORM_YEN] = "1234%zu56",
		[MAIL_FORM_NUMBER] = "7%zu",
	};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(out, 64, en && s->form == MAIL_FORM_TEXT ? "wrong %zu\nline" : FORM[s->form],
	    place + 1);
#pragma GCC diagnostic pop
	return out;
}

struct samples {
	char ja[MAIL_VALUES][64], en[MAIL_VALUES][64];
	struct mail_value value[MAIL_VALUES];
	size_t count;
};

static void
samples_of(const struct mail_kind *k, struct samples *s)
{
	s->count = 0;
	for (size_t i = 0; i < MAIL_VALUES && k->value[i].name != NULL; i++)
		s->value[s->count++] =
		    (struct mail_value){ k->value[i].name, sample(&k->value[i], i, false, s->ja[i]),
			    sample(&k->value[i], i, true, s->en[i]) };
}

static void
every_text_renders_in_both_languages_with_all_its_values(void **state)
{
	(void)state;
	static const struct day TODAY = { 2026, 11, 20 };
	static const char *const COMMON[MAIL_COMMON] = { "サービス名", "運営", "03-0000-0000",
		"12345678", "5a0101" };
	struct policy p;
	shipped(&p);
	assert_int_equal(p.mail_count, MAIL_KIND_COUNT);
	for (size_t i = 0; i < MAIL_KIND_COUNT; i++) {
		const struct mail_kind *k = &MAIL_KINDS[i];
		const struct mail_text *t = policy_mail(&p, k->name, TODAY);
		struct samples s;
		struct fault fault = { 0 };
		assert_non_null(t);
		samples_of(k, &s);
		post_die(mail_values_good(k, s.value, s.count, &fault), &fault);
		const char *const words[][2] = { { t->subject_ja, t->ja },
			{ t->subject_en, t->en } };
		for (int lang = MAIL_JA; lang <= MAIL_EN; lang++) {
			OWN_SINK out = SINK_GROW(1 << 16);
			for (int w = 0; w < 2; w++)
				mail_fill(&p, TODAY, words[lang][w], (enum mail_lang)lang, k,
				    COMMON, s.value, s.count, &out);
			const char *text = sink_string(&out);
			assert_null(strchr(text, '{'));
			assert_non_null(strstr(text, "12345678"));
			for (size_t v = 0; v < s.count; v++) {
				char yen[64];
				const char *want =
				    lang == MAIL_EN ? s.value[v].en : s.value[v].value;
				if (k->value[v].form == MAIL_FORM_YEN) {
					snprintf(yen, sizeof(yen), "1,234,%s", want + 4);
					want = yen;
				}
				if (strstr(text, want) == NULL)
					fail_msg("%s: %s is not told", k->name, s.value[v].name);
			}
		}
	}
	policy_free(&p);
}

/* docs/formats/mails.md, row by row. */
static void
the_table_of_kinds_is_documented(void **state)
{
	(void)state;
	static const char *const FORM[] = { [MAIL_FORM_TEXT] = "text",
		[MAIL_FORM_WORD] = "word",
		[MAIL_FORM_DAY] = "day",
		[MAIL_FORM_YEN] = "yen",
		[MAIL_FORM_NUMBER] = "number" };
	uint8_t *doc = NULL;
	size_t n;
	struct fault fault = { 0 };
	post_die(file_read(SOURCE "/docs/formats/mails.md", 1 << 16, &doc, &n, &fault), &fault);
	for (size_t i = 0; i < MAIL_KIND_COUNT; i++) {
		const struct mail_kind *k = &MAIL_KINDS[i];
		char row[1024];
		struct sink out = SINK_INTO(row);
		sink_print(&out, "\n| %s | ", k->name);
		for (size_t v = 0; v < MAIL_VALUES && k->value[v].name != NULL; v++)
			sink_print(&out, "%s{%s} %s", v == 0 ? "" : ", ", k->value[v].name,
			    FORM[k->value[v].form]);
		sink_print(&out, "%s | %s |\n", k->value[0].name == NULL ? "–" : "", k->clause);
		if (strstr((char *)doc, sink_string(&out)) == NULL)
			fail_msg("not there:%s", row);
	}
	free(doc);
}

static const char HEAD[] = "  subject_ja: \"a\"\n  subject_en: \"b\"\n  clause: X-11\n  from: "
			   "2024-01-01\n";

static void
a_text_that_says_what_its_kind_has_not_is_refused_where_it_stands(void **state)
{
	(void)state;
	static const struct {
		const char *row, *say;
		int line;
	} ROWS[] = {
		{ "- code: arrived\n  ja: \"{枚散}\"\n  en: \"c\"\n", "枚散", 1 },
		{ "- code: arrived\n  ja: \"c\"\n  en: \"{A}\"\n", "{A}", 1 },
		{ "- code: payment-over\n  ja: \"{M-403}\"\n  en: \"c\"\n", "{B}", 1 },
		{ "- code: arrived\n  ja: \"{M-999}\"\n  en: \"c\"\n", "M-999", 1 },
		{ "- code: nothing\n  ja: \"c\"\n  en: \"c\"\n", "nothing", 1 },
		{ "- code: arrived\n  ja: \"c\"\n", "「en」がありません", 1 },
		{ "# a line more\n- code: arrived\n  ja: \"c\"\n  en: \"{目的}\"\n", "目的", 2 },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		char text[1024];
		struct policy p;
		static struct policy_errors errors;
		snprintf(text, sizeof(text), "%s%s", ROWS[i].row, HEAD);
		assert_false(shipped_with("mails.yaml", text, &p, &errors));
		assert_string_equal(errors.at[0].file, "mails.yaml");
		assert_int_equal(errors.at[0].line, ROWS[i].line);
		assert_int_equal(errors.at[0].column, 3);
		if (strstr(errors.at[0].say, ROWS[i].say) == NULL)
			fail_msg("%zu: %s", i, errors.at[0].say);
	}
	struct policy p;
	static struct policy_errors errors;
	char text[1024];
	snprintf(text, sizeof(text),
	    "- code: refused\n  ja: \"c\"\n  en: \"c\"\n  subject_ja: \"{理由}\"\n"
	    "  subject_en: \"c\"\n  clause: X-11\n  from: 2024-01-01\n");
	assert_false(
	    shipped_with("mails.yaml", text, &p, &errors)); /* lines do not fit a subject */
	assert_non_null(strstr(errors.at[0].say, "理由"));
	static const char *const SUBJECTS[] = { "a\\tb", "a\\nb" };
	for (size_t i = 0; i < COUNT(SUBJECTS); i++) {
		snprintf(text, sizeof(text),
		    "- code: receipt-due\n  ja: \"c\"\n  en: \"c\"\n  subject_ja: \"%s\"\n"
		    "  subject_en: \"c\"\n  clause: X-11\n  from: 2024-01-01\n",
		    SUBJECTS[i]);
		assert_false(shipped_with("mails.yaml", text, &p, &errors));
		if (strstr(errors.at[0].say, "件名は 1 行") == NULL)
			fail_msg("%zu: %s", i, errors.at[0].say);
	}
	snprintf(text, sizeof(text), "- code: arrived\n  ja: \"c\"\n  en: \"c\"\n%s", HEAD);
	assert_false(
	    shipped_with("mails.yaml", text, &p, &errors)); /* every other kind is missing */
	assert_int_equal(errors.count, MAIL_KIND_COUNT - 1);
	assert_non_null(strstr(errors.at[0].say, "passed"));
}

/* A service with three people who applied: 1 and 3 read Japanese, 2 English. */
struct house {
	struct service *s;
	char dir[256];
};

struct adding {
	const struct mail_ask *ask;
};

static bool
add_tx(struct tx *tx, void *context, struct fault *fault)
{
	const struct adding *a = context;
	return mail_add(tx, a->ask, fault);
}

static const struct refusal *
add(struct house *h, int64_t dossier, const char *kind, const char *key, const struct mail_value *v,
    size_t n)
{
	const struct mail_ask ask = { .service = h->s,
		.dossier = dossier,
		.serial = "5a0101",
		.kind = kind,
		.key = key,
		.why = "K-12 R-4.118",
		.value = v,
		.values = n };
	struct adding a = { &ask };
	struct fault fault = { 0 };
	bool good = store_write(h->s->store, NULL, add_tx, &a, &fault);
	assert_true(good || fault.row != NULL);
	return good ? NULL : fault.row;
}

static const struct mail_value LIMITS[] = { { "A", "2026-12-20", NULL },
	{ "B", "2026-12-24", NULL } };
#define RECEIPT(h, dossier, key) add(h, dossier, "receipt-due", key, LIMITS, COUNT(LIMITS))

static void
go_on(struct house *h, int64_t sec)
{
	h->s->now.sec += sec;
	h->s->today = instant_day(h->s->now);
}

static void
one_of_a_key_is_added_and_nothing_that_is_not_its_kinds(struct house *h)
{
	const struct mail_value wrong[] = { { "A", "20 December", NULL },
		{ "B", "2026-12-24", NULL } },
				twice[] = { { "A", "2026-12-20", NULL },
					{ "A", "2026-12-20", NULL } },
				other[] = { { "A", "2026-12-20", NULL },
					{ "C", "2026-12-20", NULL } };
	assert_null(RECEIPT(h, 1, "day=7"));
	assert_null(RECEIPT(h, 1, "day=7"));
	assert_null(RECEIPT(h, 1, "day=14"));
	assert_int_equal(outbox_find(h->s, 1, "receipt-due").count, 2);
	assert_ptr_equal(add(h, 1, "no-such", "", LIMITS, 2), &MAIL_KIND);
	assert_ptr_equal(add(h, 1, "receipt-due", "x", LIMITS, 1), &MAIL_VALUE);
	assert_ptr_equal(add(h, 1, "receipt-due", "x", wrong, 2), &MAIL_VALUE);
	assert_ptr_equal(add(h, 1, "receipt-due", "x", twice, 2), &MAIL_VALUE);
	assert_ptr_equal(add(h, 1, "receipt-due", "x", other, 2), &MAIL_VALUE);
	assert_int_equal(outbox_find(h->s, 1, "receipt-due").count, 2);
}

static void
it_goes_out_once_in_the_subscribers_language_first(struct house *h)
{
	assert_null(RECEIPT(h, 1, "day=7"));
	assert_null(RECEIPT(h, 2, "day=7"));
	struct courier_done d = outbox_run(h->s);
	assert_int_equal(d.accepted, 2);
	assert_int_equal(outbox_run(h->s).accepted, 0);
	struct outbox_look ja = outbox_find(h->s, 1, "receipt-due"),
			   en = outbox_find(h->s, 2, "receipt-due");
	assert_string_equal(ja.row.state, "accepted");
	assert_string_equal(ja.row.status, "outbox");
	assert_int_equal(ja.row.accepted_at, h->s->now.sec);
	char *first = outbox_read(h->s, &ja.row, "eml"),
	     *second = outbox_read(h->s, &en.row, "eml");
	assert_non_null(strstr(first, "\r\nTo: <user1@example.jp>\r\n"));
	assert_non_null(strstr(second, "\r\nTo: <user2@example.jp>\r\n"));
	const char *japanese = strstr(first, "受領のご連絡の期限は 2026-12-20"),
		   *english = strstr(first, "Please report receipt by 2026-12-20");
	assert_true(japanese != NULL && english != NULL && japanese < english);
	japanese = strstr(second, "受領のご連絡の期限は 2026-12-20");
	english = strstr(second, "Please report receipt by 2026-12-20");
	assert_true(japanese != NULL && english != NULL && english < japanese);
	assert_non_null(strstr(first, "日本語が優先します"));
	assert_non_null(strstr(first, "the Japanese text prevails"));
	assert_non_null(strstr(first, "試験用のメールです"));
	assert_non_null(strstr(first, "5a0101"));
	free(first);
	free(second);
}

static bool
deficient_tx(struct tx *tx, void *context, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	const struct house *h = context;
	char from[sizeof(d.state)];
	if (!dossier_load_in(tx, 2, &d, fault))
		return false;
	memcpy(from, d.state, sizeof(from));
	snprintf(d.state, sizeof(d.state), "deficient");
	d.first_notice_at = h->s->now.sec;
	return dossier_update(tx, &d, from, fault);
}

static void
told_nobody(void *context, const struct clocks_told *told)
{
	(void)context;
	assert_null(told->fault);
}

/* [R-0.8] [X-11]: what is missing is named in both languages, each once. */
static void
a_reminder_lists_what_is_missing_in_both_languages(struct house *h)
{
	struct clocks_ran ran;
	struct fault fault = { 0 };
	post_die(store_write(h->s->store, NULL, deficient_tx, h, &fault), &fault);
	post_die(
	    clocks_run(h->s, day_plus(h->s->today, 14), told_nobody, NULL, &ran, &fault), &fault);
	(void)outbox_run(h->s);
	struct outbox_look o = outbox_find(h->s, 2, "deficiency-reminder");
	assert_int_equal(o.count, 1);
	char *mail = outbox_read(h->s, &o.row, "eml");
	const char *english = strstr(mail, " was not enclosed. Please send it."),
		   *japanese = strstr(mail, "が同封されていません。お送りください。");
	assert_true(english != NULL && japanese != NULL && english < japanese);
	for (const char *c = strstr(mail, "This has not reached us yet"); c < english; c++)
		assert_true((*c >= ' ' && *c <= '~') || *c == '\n');
	free(mail);
}

static void
what_is_not_due_waits_and_what_was_said_is_forgotten(struct house *h)
{
	const struct mail_ask ask = { .service = h->s,
		.dossier = 1,
		.kind = "receipt-due",
		.why = "K-12",
		.value = LIMITS,
		.values = 2,
		.due = { h->s->now.sec + 3600 } };
	struct adding a = { &ask };
	struct fault fault = { 0 };
	post_die(store_write(h->s->store, NULL, add_tx, &a, &fault), &fault);
	assert_int_equal(outbox_run(h->s).accepted, 0);
	go_on(h, 3600);
	assert_int_equal(outbox_run(h->s).accepted, 1);
	assert_true(outbox_find(h->s, 1, "receipt-due").row.vals.n > 0);
	go_on(h, 31 * 86400);
	(void)outbox_run(h->s);
	assert_int_equal(outbox_find(h->s, 1, "receipt-due").row.vals.n, 0);
}

/* A failed one too, once somebody wrote or called: before that its words may still be asked for. */
static void
what_failed_is_forgotten_once_it_was_followed_up(struct house *h)
{
	struct mail_row after;
	struct fault fault = { 0 };
	assert_null(RECEIPT(h, 1, "day=7"));
	(void)outbox_run(h->s);
	struct outbox_look o = outbox_find(h->s, 1, "receipt-due");
	post_die(mail_bounced(h->s, o.row.id, "5.1.1", &after, &fault), &fault);
	assert_int_equal(outbox_run(h->s).letters, 1);
	go_on(h, 31 * 86400);
	(void)outbox_run(h->s);
	assert_true(outbox_find(h->s, 1, "receipt-due").row.vals.n > 0);
	post_die(mail_follow(h->s, o.row.id, &after, &fault), &fault);
	(void)outbox_run(h->s);
	assert_true(outbox_find(h->s, 1, "receipt-due").row.vals.n > 0);
	go_on(h, 31 * 86400);
	(void)outbox_run(h->s);
	assert_int_equal(outbox_find(h->s, 1, "receipt-due").row.vals.n, 0);
}

/* A round may last for hours: its lease and its times are those of each mail, not of the round. */
static void
each_mail_has_the_time_at_which_it_is_taken(struct house *h)
{
	struct courier c;
	struct courier_done done;
	struct fault fault = { 0 };
	struct instant before, after;
	assert_null(RECEIPT(h, 1, "day=7"));
	assert_null(RECEIPT(h, 3, "day=7"));
	post_die(courier_open(h->s, &c, &fault), &fault);
	post_die(signals_take((const int[]){ SIGUSR1, 0 }, &c.stop, &fault), &fault);
	post_die(service_clock(h->s, &before, &fault), &fault);
	h->s->now.sec += 7200; /* as far from the truth as a long round's beginning */
	post_die(courier_run(&c, &done, &fault), &fault);
	courier_close(&c);
	post_die(service_clock(h->s, &after, &fault), &fault);
	assert_int_equal(done.accepted, 2);
	int64_t at = outbox_find(h->s, 3, "receipt-due").row.accepted_at;
	assert_in_range(at, before.sec, after.sec);
}

/* What no try will mend holds up nothing and is not tried for ever. */
static void
what_makes_no_message_is_given_up_and_written_as_a_letter(struct house *h)
{
	struct policy *p = &h->s->policy;
	for (size_t i = 0; i < p->mail_count; i++)
		if (strcmp(p->mails[i].code, "receipt-due") == 0)
			p->mails[i].subject_ja = "a\tb";
	assert_null(RECEIPT(h, 1, "day=7"));
	struct courier_done d = outbox_run(h->s);
	assert_int_equal(d.failed, 1);
	assert_int_equal(d.letters, 1);
	struct outbox_look o = outbox_find(h->s, 1, "receipt-due");
	assert_string_equal(o.row.state, "given-up");
	assert_string_equal(o.row.status, MAIL_TEXT.name);
}

static bool
card_gone(struct tx *tx, void *context, struct fault *fault)
{
	(void)context;
	return card_destroy(tx, 1, "contact", fault);
}

static void
without_a_contact_card_it_is_given_up_and_stays_on_the_list(struct house *h)
{
	struct mail_row after;
	struct fault fault = { 0 };
	assert_null(RECEIPT(h, 1, "day=7"));
	assert_null(RECEIPT(h, 3, "day=7"));
	post_die(store_write(h->s->store, NULL, card_gone, NULL, &fault), &fault);
	struct courier_done d = outbox_run(h->s);
	assert_int_equal(d.accepted, 1); /* it holds up no other */
	assert_int_equal(d.failed, 1);
	assert_int_equal(d.letters, 0);
	struct outbox_look o = outbox_find(h->s, 1, "receipt-due"), all = { .kind = "receipt-due" };
	assert_string_equal(o.row.state, "given-up");
	assert_string_equal(o.row.status, MAIL_NO_CONTACT.name);
	post_die(mail_list(h->s, "failed", 0, outbox_keep, &all, &fault), &fault);
	assert_int_equal(all.count, 1);
	post_die(mail_follow(h->s, o.row.id, &after, &fault), &fault);
	post_die(mail_follow(h->s, o.row.id, &after, &fault), &fault); /* again: nothing */
	assert_int_equal(after.followed_at, h->s->now.sec);
	all.count = 0;
	post_die(mail_list(h->s, "failed", 0, outbox_keep, &all, &fault), &fault);
	assert_int_equal(all.count, 0);
}

static void
what_comes_back_becomes_a_letter_once(struct house *h)
{
	struct mail_row after;
	struct fault fault = { 0 };
	static const uint8_t NOBODY[MAIL_ID] = { 1 };
	assert_null(RECEIPT(h, 1, "day=7"));
	struct outbox_look o = outbox_find(h->s, 1, "receipt-due");
	assert_false(mail_bounced(h->s, o.row.id, "5.1.1", &after, &fault));
	assert_int_equal(fault.code, FAULT_STATE); /* not sent yet */
	(void)outbox_run(h->s);
	fault = (struct fault){ 0 };
	assert_false(mail_follow(h->s, o.row.id, &after, &fault));
	assert_int_equal(fault.code, FAULT_STATE); /* nothing failed */
	fault = (struct fault){ 0 };
	assert_false(mail_bounced(h->s, o.row.id, "taro@example.jp", &after, &fault));
	assert_int_equal(fault.code, FAULT_INPUT); /* an address is no status */
	fault = (struct fault){ 0 };
	assert_false(mail_bounced(h->s, NOBODY, "5.1.1", &after, &fault));
	assert_int_equal(fault.code, FAULT_MISSING);
	fault = (struct fault){ 0 };
	post_die(mail_bounced(h->s, o.row.id, "5.1.1", &after, &fault), &fault);
	assert_string_equal(after.state, "bounced");
	post_die(mail_bounced(h->s, o.row.id, "5.2.2", &after, &fault), &fault);
	assert_string_equal(after.status, "5.1.1");
	assert_int_equal(outbox_run(h->s).letters, 1);
	assert_int_equal(outbox_run(h->s).letters, 0);
	o = outbox_find(h->s, 1, "receipt-due");
	assert_int_equal(o.row.letter_at, h->s->now.sec);
	char *letter = outbox_read(h->s, &o.row, "txt");
	assert_non_null(letter);
	assert_non_null(strstr(letter, "受領のご連絡の期限は 2026-12-20"));
	assert_null(strstr(letter, "user1@example.jp"));
	free(letter);
}

/* Nobody listens on port 1: pauses that double up to four hours, then, after five days, a letter. */
static void
a_relay_that_is_away_is_asked_again_and_given_up_after_five_days(struct house *h)
{
	static const int64_t PAUSES[] = { 60, 120, 240, 480, 960, 1920, 3840, 7680, 14400, 14400 };
	snprintf(h->s->conf.mail_relay, sizeof(h->s->conf.mail_relay), "smtp://127.0.0.1:1");
	assert_null(RECEIPT(h, 1, "day=7"));
	int64_t begun = h->s->now.sec;
	char *first = NULL;
	for (size_t i = 0; i < COUNT(PAUSES); i++) {
		struct courier_done d = outbox_run(h->s);
		assert_int_equal(d.later, 1);
		assert_int_equal(outbox_run(h->s).later, 0);
		struct outbox_look o = outbox_find(h->s, 1, "receipt-due");
		assert_string_equal(o.row.state, "queued");
		assert_string_equal(o.row.status, "no-answer");
		assert_int_equal(o.row.tries, i + 1);
		assert_int_equal(o.row.due, h->s->now.sec + PAUSES[i]);
		char *file = outbox_read(h->s, &o.row, "eml");
		if (first == NULL)
			first = file;
		else {
			assert_string_equal(file, first); /* octet for octet */
			free(file);
		}
		go_on(h, PAUSES[i]);
	}
	free(first);
	h->s->now.sec = begun;
	go_on(h, 5 * 86400);
	struct courier_done d = outbox_run(h->s);
	assert_int_equal(d.failed, 1);
	assert_int_equal(d.letters, 1);
	struct outbox_look o = outbox_find(h->s, 1, "receipt-due");
	assert_string_equal(o.row.state, "given-up");
	assert_null(outbox_read(h->s, &o.row, "eml"));
	char *letter = outbox_read(h->s, &o.row, "txt");
	assert_non_null(letter);
	free(letter);
}

static bool
take_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct mail_row *m = context;
	bool found;
	mail_row_drop(m);
	return mail_row_take(tx, "somebody", m->due, m, &found, fault) &&
	       (assert_true(found), true);
}

static bool
move_tx(struct tx *tx, void *context, struct fault *fault)
{
	return mail_row_move(tx, context, fault);
}

static void
whoever_lost_the_lease_changes_nothing(struct house *h)
{
	struct fault fault = { 0 };
	struct mail_row first = { .due = h->s->now.sec }, second = { .due = 0 };
	assert_null(RECEIPT(h, 1, "day=7"));
	post_die(store_write(h->s->store, NULL, take_tx, &first, &fault), &fault);
	assert_int_equal(outbox_run(h->s).accepted, 0); /* in hand */
	second.due = first.until;
	post_die(store_write(h->s->store, NULL, take_tx, &second, &fault), &fault);
	snprintf(first.state, sizeof(first.state), "accepted");
	assert_false(store_write(h->s->store, NULL, move_tx, &first, &fault));
	assert_ptr_equal(fault.row, &MAIL_FENCE);
	assert_string_equal(outbox_find(h->s, 1, "receipt-due").row.state, "queued");
	mail_row_drop(&first);
	mail_row_drop(&second);
}

static void
only_an_address_of_a_relay_will_do(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		bool good;
	} ROWS[] = { { "smtp://127.0.0.1:25", true }, { "smtps://mail.example.jp:465", true },
		{ "smtp://mail.example.jp", false }, { "http://127.0.0.1:25", false },
		{ "smtp://127.0.0.1:25@evil.example:25", false }, { "smtp://:25", false },
		{ "smtp://a:b", false }, { "", false }, { "smtp://a:25/x", false } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct fault fault = { 0 };
		assert_int_equal(relay_good(ROWS[i].url, &fault), ROWS[i].good);
		assert_int_equal(fault.code, ROWS[i].good ? FAULT_NONE : FAULT_INPUT);
	}
}

static void
on_both(void (*body)(struct house *))
{
	static int turn;
	for (int engine = 0; engine < ENGINES; engine++) {
		char name[32];
		struct house h;
		snprintf(name, sizeof(name), "mail%d", turn++);
		h.s = made_service(engine, name, h.dir);
		post_apply(h.s);
		body(&h);
		service_close(h.s);
	}
}
ON_BOTH(one_of_a_key_is_added_and_nothing_that_is_not_its_kinds)
ON_BOTH(it_goes_out_once_in_the_subscribers_language_first)
ON_BOTH(a_reminder_lists_what_is_missing_in_both_languages)
ON_BOTH(what_is_not_due_waits_and_what_was_said_is_forgotten)
ON_BOTH(what_failed_is_forgotten_once_it_was_followed_up)
ON_BOTH(each_mail_has_the_time_at_which_it_is_taken)
ON_BOTH(what_makes_no_message_is_given_up_and_written_as_a_letter)
ON_BOTH(without_a_contact_card_it_is_given_up_and_stays_on_the_list)
ON_BOTH(what_comes_back_becomes_a_letter_once)
ON_BOTH(a_relay_that_is_away_is_asked_again_and_given_up_after_five_days)
ON_BOTH(whoever_lost_the_lease_changes_nothing)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_has_every_header_once_and_ascii_heads),
		cmocka_unit_test(a_mail_takes_no_header_from_a_stranger),
		cmocka_unit_test(every_text_renders_in_both_languages_with_all_its_values),
		cmocka_unit_test(the_table_of_kinds_is_documented),
		cmocka_unit_test(a_text_that_says_what_its_kind_has_not_is_refused_where_it_stands),
		cmocka_unit_test(only_an_address_of_a_relay_will_do),
		cmocka_unit_test(one_of_a_key_is_added_and_nothing_that_is_not_its_kinds_on_both),
		cmocka_unit_test(it_goes_out_once_in_the_subscribers_language_first_on_both),
		cmocka_unit_test(a_reminder_lists_what_is_missing_in_both_languages_on_both),
		cmocka_unit_test(what_is_not_due_waits_and_what_was_said_is_forgotten_on_both),
		cmocka_unit_test(what_failed_is_forgotten_once_it_was_followed_up_on_both),
		cmocka_unit_test(each_mail_has_the_time_at_which_it_is_taken_on_both),
		cmocka_unit_test(what_makes_no_message_is_given_up_and_written_as_a_letter_on_both),
		cmocka_unit_test(
		    without_a_contact_card_it_is_given_up_and_stays_on_the_list_on_both),
		cmocka_unit_test(what_comes_back_becomes_a_letter_once_on_both),
		cmocka_unit_test(
		    a_relay_that_is_away_is_asked_again_and_given_up_after_five_days_on_both),
		cmocka_unit_test(whoever_lost_the_lease_changes_nothing_on_both),
	};
	struct fault fault = { 0 };
	return vault_start(&fault) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
