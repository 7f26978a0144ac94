/* Payments: taken in once from every format, proposed, never confirmed by themselves.
 * [R-6.4] [R-6.5] [R-6.6] [R-6.7] [R-6.8] [R-6.9] [R-6.10]
 * [R-6.16] [R-6.17] [R-6.2] [G-7] */
#include "test.h"

#include "act/fee.h"
#include "act/import.h"
#include "act/payment_import.h"
#include "act/payment_match.h"
#include "made.h"
#include "rules/payment.h"
#include "samples.h"
#include "scene.h"
#include "store/bank_row.h"
#include "store/meta_row.h"

static const char *const BANKS[] = { "bank-zengin03.dat", "bank-zengin01a.dat", "bank.csv" };

static void
sample_import(struct service *s, const char *name, struct payment_imported *out)
{
	uint8_t *bytes;
	size_t len;
	struct fault fault = { 0 };
	sample_read(name, &bytes, &len);
	made_or_die(payment_import(s, bytes, len, NULL, out, &fault), &fault);
	free(bytes);
}

static void
tell_nothing(void *context, const struct import_row *row)
{
	(void)context;
	(void)row;
}

static void
applications_import(struct service *s, const void *bytes, size_t len)
{
	struct fault fault = { 0 };
	bool all;
	made_or_die(import_run(s, bytes, len, tell_nothing, NULL, &all, &fault), &fault);
}

struct key_check {
	const struct payment_book *book;
	size_t seen;
};

static void
take_expected(const struct csv *csv, void *context)
{
	struct key_check *k = context;
	for (size_t i = 0; i < k->book->case_count; i++) {
		const struct payment_case *c = &k->book->kase[i];
		if (strcmp(c->ref, csv_get(csv, "ref")) != 0)
			continue;
		assert_string_equal(outcome_name(c->outcome), csv_get(csv, "payment"));
		assert_int_equal(c->due, strtoll(csv_get(csv, "fee_gross"), NULL, 10));
		k->seen++;
	}
}

/* Every format first and the others after it: the same lines, the same answers. */
static void
each_format_gives_the_answer_key_and_the_others_add_nothing(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (size_t first = 0; first < COUNT(BANKS); first++) {
			char dir[256], name[16];
			uint8_t *bytes;
			size_t len;
			struct payment_imported im;
			struct payment_book *b;
			struct fault fault = { 0 };
			snprintf(name, sizeof(name), "bank%d", (int)first);
			struct service *s = made_service(engine, name, dir);
			sample_read("applications.csv", &bytes, &len);
			applications_import(s, bytes, len);
			free(bytes);
			for (size_t i = 0; i < COUNT(BANKS) + 1; i++) {
				sample_import(s, BANKS[(first + i) % COUNT(BANKS)], &im);
				assert_int_equal(im.lines, 41);
				assert_int_equal(im.added, i == 0 ? 41 : 0);
				assert_int_equal(im.known, i == 0 ? 0 : 41);
				assert_int_equal(im.deposits, i == 0 ? 1016570 : 0);
			}
			made_or_die(payment_match(s, &b, &fault), &fault);
			struct key_check k = { b, 0 };
			sample_each("expected.csv", take_expected, &k);
			assert_int_equal(k.seen, 79);
			assert_int_equal(b->case_count, 79);
			assert_int_equal(b->line_count, 41);
			size_t nobody = 0;
			for (size_t i = 0; i < b->line_count; i++)
				if (strcmp(b->line[i].payer, "ﾌﾒｲ ﾅﾋﾄ") == 0) {
					assert_int_equal(b->line[i].count, 0);
					nobody++;
				}
			assert_int_equal(nobody, 1);
			payment_book_free(b);
			service_close(s);
		}
}

struct counted {
	int64_t events, lines;
	char detail[512];
};

static bool
count_event(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct counted *c = context;
	(void)fault;
	if (strcmp(e->kind, "payments-imported") == 0) {
		c->events++;
		snprintf(c->detail, sizeof(c->detail), "%s", e->detail);
	}
	return true;
}

static bool
count_line(const void *row, void *context, struct fault *fault)
{
	(void)row;
	(void)fault;
	((struct counted *)context)->lines++;
	return true;
}

static bool
count_body(struct tx *tx, void *context, struct fault *fault)
{
	return event_each(tx, 1, count_event, context, fault) &&
	       bank_open_each(tx, count_line, context, fault);
}

static struct counted
counted(struct service *s)
{
	struct counted c = { 0 };
	struct fault fault = { 0 };
	made_or_die(store_read(s->store, count_body, &c, &fault), &fault);
	return c;
}

static void
a_file_that_does_not_add_up_books_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t at;
		const char *text, *field;
	} ROWS[] = {
		{ "bank-zengin03.dat", 42 * 202 + 19, "9", "入金額合計" },
		{ "bank-zengin03.dat", 42 * 202 + 6, "2", "入金件数" },
		{ "bank-zengin01a.dat", 42 * 200 + 18, "9", "入金額合計" },
	};
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct service *s = made_service(engine, "sums", dir);
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			uint8_t *bytes;
			size_t len;
			struct payment_imported im;
			struct fault fault = { 0 };
			sample_read(ROWS[i].name, &bytes, &len);
			memcpy(bytes + ROWS[i].at, ROWS[i].text, 1);
			assert_false(payment_import(s, bytes, len, NULL, &im, &fault));
			assert_int_equal(fault.code, FAULT_INPUT);
			assert_true(im.error_count > 0);
			assert_string_equal(im.error[0].field, ROWS[i].field);
			free(bytes);
		}
		assert_int_equal(counted(s).events, 0);
		assert_int_equal(counted(s).lines, 0);
		service_close(s);
	}
}

static void
only_accounts_of_the_service_are_taken(void **state)
{
	(void)state;
	static const struct {
		const char *file, *accounts, *asked;
		bool good;
		enum fault_code code;
		bool by_row;
	} ROWS[] = {
		{ "bank-zengin03.dat", "9999-123-7654321", NULL, false, FAULT_INPUT, true },
		{ "bank-zengin01a.dat", "", NULL, false, FAULT_INPUT, true },
		{ "bank-zengin01a.dat", "9999-123-123456", NULL, false, FAULT_INPUT, true },
		{ "bank.csv", "9999-123-1234567, 1111-222-3", NULL, false, FAULT_USAGE, false },
		{ "bank.csv", "", NULL, false, FAULT_USAGE, false },
		{ "bank.csv", "9999-123-1234567", "1111-222-3", false, FAULT_INPUT, true },
		{ "bank-zengin03.dat", "9999-123-1234567,1111-222-3", "1111-222-3", false,
		    FAULT_INPUT, true },
		{ "bank.csv", "1111-222-3, 9999-123-1234567", "9999-123-1234567", true, 0, false },
		{ "bank-zengin03.dat", " 1111-222-3 , 9999-123-1234567", NULL, true, 0, false },
	};
	char dir[256];
	struct service *s = made_service(0, "accounts", dir);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		uint8_t *bytes;
		size_t len;
		struct payment_imported im;
		struct fault fault = { 0 };
		int64_t before = counted(s).lines;
		snprintf(s->conf.accounts, sizeof(s->conf.accounts), "%s", ROWS[i].accounts);
		sample_read(ROWS[i].file, &bytes, &len);
		assert_int_equal(
		    payment_import(s, bytes, len, ROWS[i].asked, &im, &fault), ROWS[i].good);
		assert_int_equal(fault.code, ROWS[i].code);
		assert_true((fault.row == &PAYMENT_ACCOUNT) == ROWS[i].by_row);
		if (!ROWS[i].good)
			assert_int_equal(counted(s).lines, before);
		free(bytes);
	}
	assert_int_equal(counted(s).lines, 41);
	service_close(s);
}

static void
an_import_leaves_one_event_and_the_same_again_none(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct payment_imported im;
		struct service *s = made_service(engine, "events", dir);
		sample_import(s, BANKS[0], &im);
		sample_import(s, BANKS[0], &im);
		sample_import(s, BANKS[2], &im);
		struct counted c = counted(s);
		assert_int_equal(c.events, 1);
		assert_string_equal(c.detail, "format=zengin-03 lines=41 new=41 deposits=1016570");
		service_close(s);
	}
}

static void
scene_check(const struct scene *scene, const struct payment_book *b)
{
	size_t told = 0;
	for (size_t i = 0; i < b->case_count; i++) {
		if (strcmp(outcome_name(b->kase[i].outcome), scene->outcome[i]) != 0)
			print_message("%s: case %zu\n", scene->name, i + 1);
		assert_string_equal(outcome_name(b->kase[i].outcome), scene->outcome[i]);
	}
	for (size_t i = 0; i < b->line_count; i++)
		for (size_t c = 0; c < b->line[i].count; c++) {
			const struct payment_candidate *k = &b->candidate[b->line[i].first + c];
			char text[64], ref[16];
			snprintf(text, sizeof(text), "%zu>%lld %+lld %s", i + 1,
			    (long long)k->dossier, (long long)k->difference, k->reason);
			if (scene->candidates[told] == NULL ||
			    strcmp(text, scene->candidates[told]) != 0)
				print_message("%s: %s\n", scene->name, text);
			assert_non_null(scene->candidates[told]);
			assert_string_equal(text, scene->candidates[told]);
			snprintf(ref, sizeof(ref), "P%lld", (long long)k->dossier);
			assert_string_equal(k->ref, ref);
			told++;
		}
	assert_null(scene->candidates[told]);
}

/* Requirements, acceptance checklist 5. */
static const struct scene SCENES[] = {
	{ "exact", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 19250, "ｱｵｷ ﾊﾅ" } }, { "exact" },
	    { "1>1 +0 exact" } },
	{ "one yen less", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 19249, "ｱｵｷ ﾊﾅ" } }, { "none" },
	    { "1>1 -1 name" } },
	{ "one yen more", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 19251, "ｱｵｷ ﾊﾅ" } }, { "none" },
	    { "1>1 +1 name" } },
	{ "less a charge", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 18700, "ｱｵｷ ﾊﾅ" } }, { "short" },
	    { "1>1 -550 short" } },
	{ "double without a number", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	    { { 19250, "ｱｵｷ ﾊﾅ" }, { 19250, "ｱｵｷ ﾊﾅ" } }, { "set" },
	    { "1>1 +0 exact", "2>1 +0 exact" } },
	{ "double with a number", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	    { { 19250, "#1 ｱｵｷ ﾊﾅ" }, { 19250, "#1 ｱｵｷ ﾊﾅ" } }, { "ambiguous" },
	    { "1>1 +0 reference", "2>1 +0 reference" } },
	{ "two for one", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 10000, "ｱｵｷ ﾊﾅ" }, { 9250, "ｱｵｷ ﾊﾅ" } },
	    { "none" }, { "1>1 -9250 name", "2>1 -10000 name" } },
	{ "one for three", { { "DL-B2", "ｶ)ﾐﾎﾝ" }, { "DL-B3", "ｶ)ﾐﾎﾝ" }, { "CD-B2", "ｶ)ﾐﾎﾝ" } },
	    { { 70675, "ｶ)ﾐﾎﾝ" } }, { "joint", "joint", "joint" },
	    { "1>1 +0 joint", "1>2 +0 joint", "1>3 +0 joint" } },
	{ "another's name, the right number", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	    { { 19250, "#1 ﾍﾞﾂﾉ ﾋﾄ" } }, { "exact" }, { "1>1 +0 reference" } },
	{ "a wrong digit is no other case's", { { "DL-B2", "ｱｵｷ ﾊﾅ" }, { "DL-B2", "ｲﾄｳ ｹﾝ" } },
	    { { 19250, "!1 ｱｵｷ ﾊﾅ" } }, { "exact", "none" }, { "1>1 +0 exact" } },
	{ "a wrong digit and another's name", { { "DL-B2", "ｱｵｷ ﾊﾅ" } },
	    { { 19250, "!1 ﾍﾞﾂﾉ ﾋﾄ" } }, { "none" }, { NULL } },
	{ "full width", { { "DL-B2", "ﾄﾞｲ ﾖｼｵ" } }, { { 19250, "ドイ　ヨシオ" } }, { "exact" },
	    { "1>1 +0 exact" } },
	{ "small kana and long marks", { { "DL-B2", "ｼﾞﾖ-ﾝｽﾞ ｼﾖｳ" } },
	    { { 19250, "ジョーンズ ショウ" } }, { "exact" }, { "1>1 +0 exact" } },
	{ "a legal form written out", { { "DL-B2", "ｶ)ﾐﾎﾝ" } },
	    { { 19250, "カブシキガイシャ　ミホン" } }, { "exact" }, { "1>1 +0 exact" } },
	{ "26,400 yen, one product's price and another's fee, is claimed by its payer only",
	    { { "CD-I2", "ｱｵｷ ﾊﾅ" }, { "DL-I2", "ｲﾄｳ ｹﾝ" } },
	    { { 26400, "ｱｵｷ ﾊﾅ" }, { 26400, "ﾌﾒｲ ﾅﾋﾄ" } }, { "none", "none" },
	    { "1>1 -2640 name" } },
	{ "one fee of two payers",
	    { { "DL-B2", "ｱｵｷ ﾊﾅ" }, { "DL-B2", "ｲﾄｳ ｹﾝ" }, { "DL-I2", "ｱｵｷ ﾊﾅ" } },
	    { { 26400, "ｱｵｷ ﾊﾅ" }, { 19250, "ｲﾄｳ ｹﾝ" } }, { "none", "exact", "exact" },
	    { "1>3 +0 exact", "2>2 +0 exact" } },
	{ "nobody's", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 19250, "ﾌﾒｲ ﾅﾋﾄ" }, { 19250, "山田太郎" } },
	    { "none" }, { NULL } },
};

static void
every_way_to_pay_is_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(SCENES); i++) {
		char dir[256];
		struct taken t = { 0 };
		struct payment_book *b;
		struct fault fault = { 0 };
		struct service *s = made_service(0, "scene", dir);
		scene_apply(s, &SCENES[i], &t);
		deposits_import(s, SCENES[i].in, DEPOSITS, &t);
		made_or_die(payment_match(s, &b, &fault), &fault);
		assert_int_equal(b->case_count, t.count);
		scene_check(&SCENES[i], b);
		payment_book_free(b);
		service_close(s);
	}
}

static void
what_is_due_follows_the_price_of_the_form_and_the_tax_of_today(void **state)
{
	(void)state;
	static const struct scene ONE = { "", { { "DL-B2", "ｱｵｷ ﾊﾅ" } }, { { 0 } }, { 0 }, { 0 } };
	char dir[256];
	struct taken t = { 0 };
	struct fault fault = { 0 };
	struct fee fee;
	struct dossier_row d = { .id = 1, .product = "DL-B2" };
	struct service *s = made_service(0, "tax", dir);
	scene_apply(s, &ONE, &t);
	memcpy(d.policy, s->policy.digest, 32);
	d.created_at = s->now.sec;
	made_or_die(fee_standing(s, &d, &fee, &fault), &fault);
	assert_int_equal(fee.due, 19250);
	assert_int_equal(fee.received, 0);
	assert_int_equal(fee.state, PAYMENT_UNPAID);
	for (size_t i = 0; i < s->policy.rate_count; i++)
		s->policy.rates[i].percent = 12;
	made_or_die(fee_standing(s, &d, &fee, &fault), &fault);
	assert_int_equal(fee.due, 19600);
	snprintf(d.product, sizeof(d.product), "XX-X9");
	assert_false(fee_standing(s, &d, &fee, &fault));
	assert_int_equal(fault.code, FAULT_BROKEN);
	service_close(s);
}

static void
a_yen_decides_between_partial_paid_and_over(void **state)
{
	(void)state;
	static const struct {
		int64_t received, due;
		enum payment is;
	} ROWS[] = { { 0, 19250, PAYMENT_UNPAID }, { 1, 19250, PAYMENT_PARTIAL },
		{ 19249, 19250, PAYMENT_PARTIAL }, { 19250, 19250, PAYMENT_PAID },
		{ 19251, 19250, PAYMENT_OVER } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		enum payment back;
		assert_int_equal(payment_of(ROWS[i].received, ROWS[i].due), ROWS[i].is);
		assert_int_equal(payment_settled(ROWS[i].is), ROWS[i].received >= ROWS[i].due);
		assert_true(payment_read(payment_name(ROWS[i].is), &back));
		assert_int_equal(back, ROWS[i].is);
	}
	assert_false(payment_read("bogus", &(enum payment){ 0 }));
	assert_int_equal(payment_share(70675, 19250, true), 19250);
	assert_int_equal(payment_share(70675, 19250, false), 70675);
	assert_int_equal(payment_share(10000, 19250, true), 10000);
	assert_int_equal(payment_share(10000, 0, true), 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_gives_the_answer_key_and_the_others_add_nothing),
		cmocka_unit_test(a_file_that_does_not_add_up_books_nothing),
		cmocka_unit_test(only_accounts_of_the_service_are_taken),
		cmocka_unit_test(an_import_leaves_one_event_and_the_same_again_none),
		cmocka_unit_test(every_way_to_pay_is_explained),
		cmocka_unit_test(what_is_due_follows_the_price_of_the_form_and_the_tax_of_today),
		cmocka_unit_test(a_yen_decides_between_partial_paid_and_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
