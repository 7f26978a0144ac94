/* The tax rises between payment and issue: the difference is asked once, then as any unpaid fee.
 * [R-6.2] [R-6.12] [G-7] [K-7] */
#include "test.h"

#include <stdlib.h>

#include "act/clocks.h"
#include "act/payment_confirm.h"
#include "act/payment_match.h"
#include "people.h"
#include "scene.h"
#include "store/mail_row.h"

/* DL-B2 is 17,500 yen: 19,250 with ten percent, 19,600 with the twelve of December. */
static const char RISE[] = "- { percent: 12, clause: R-6.2, from: 2026-12-01 }";
static const struct scene FOUR = { "",
	{ { "DL-B2", "ｱｵｷ ﾊﾅ" }, { "DL-B2", "ｲﾄｳ ｹﾝ" }, { "DL-B2", "ｳﾉ ｼﾝ" },
	    { "DL-B2", "ｴﾄﾞ ｱｲ" } },
	{ { 19250, "ｱｵｷ ﾊﾅ" }, { 19250, "ｳﾉ ｼﾝ" }, { 19600, "ｴﾄﾞ ｱｲ" } }, { 0 }, { 0 } };
enum { PAID = 1, UNPAID, ISSUED, OVER };
static const struct somebody PEOPLE[] = { { .id = "a1", .role = ROLE_ACCOUNTING } };

static const char *
policy(void)
{
	static char folder[TEST_PATH];
	char command[1024];
	if (folder[0] != '\0')
		return folder;
	test_folder("rise", folder);
	snprintf(command, sizeof(command), "cp '%s'/* '%s' && echo '%s' >>'%s/tax.yaml'",
	    made_policy(), folder, RISE, folder);
	if (system(command) != 0)
		abort();
	return folder;
}

static bool
states(struct tx *tx, void *context, struct fault *fault)
{
	(void)context;
	for (int64_t id = PAID; id <= OVER; id++) {
		OWN_DOSSIER d = { 0 };
		if (!dossier_load_in(tx, id, &d, fault))
			return false;
		d.approved_at = d.created_at;
		d.issued_at = id == ISSUED ? d.created_at : 0;
		snprintf(d.state, sizeof(d.state), "%s",
		    state_name(id == ISSUED ? STATE_ACTIVE : STATE_APPROVED));
		if (!dossier_update(tx, &d, "printed", fault))
			return false;
	}
	return true;
}

static void
confirm(struct service *s, int64_t line, int64_t dossier, const char *payment)
{
	struct payment_confirmed is;
	struct fault fault = { 0 };
	OWN_PERSON p = people_open(s, "a1");
	made_or_die(payment_confirm(s, p, line, dossier, &is, &fault), &fault);
	assert_string_equal(payment_name(is.fee.state), payment);
}

static struct service *
approved(int engine, struct taken *t)
{
	char dir[256];
	struct service *s = NULL;
	struct fault fault = { 0 };
	made_folder_of(engine, "rises", policy(), dir);
	made_or_die(service_open(dir, NULL, &s, &fault), &fault);
	free(people_make(s, PEOPLE, COUNT(PEOPLE)));
	scene_apply(s, &FOUR, t);
	deposits_import(s, FOUR.in, DEPOSITS, t);
	confirm(s, 1, PAID, "paid");
	confirm(s, 2, ISSUED, "paid");
	confirm(s, 3, OVER, "over");
	made_or_die(store_write(s->store, NULL, states, NULL, &fault), &fault);
	return s;
}

struct acts {
	char text[1024];
};

static void
told(void *context, const struct clocks_told *c)
{
	struct acts *a = context;
	size_t n = strlen(a->text);
	if (strcmp(c->row->clock, "K-7") == 0 && c->row->dossier != UNPAID)
		snprintf(a->text + n, sizeof(a->text) - n, "%s %lld %s %s; ", c->row->day,
		    (long long)c->row->dossier, c->row->word, c->clause);
}

static void
acts(struct service *s, struct day until, const char *want)
{
	struct clocks_ran ran;
	struct acts a = { "" };
	struct fault fault = { 0 };
	made_or_die(clocks_run(s, until, told, &a, &ran, &fault), &fault);
	assert_string_equal(a.text, want);
}

struct looked {
	char payment[16], mails[512];
};

static bool
mail_look(const void *row, void *context, struct fault *fault)
{
	const struct mail_row *m = row;
	struct looked *l = context;
	size_t n = strlen(l->mails);
	(void)fault;
	snprintf(l->mails + n, sizeof(l->mails) - n, "%s (%s); ", m->kind, m->why);
	return true;
}

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	struct looked *l = context;
	*l = (struct looked){ "" };
	if (!dossier_load_in(tx, PAID, &d, fault) || !mail_row_of(tx, PAID, mail_look, l, fault))
		return false;
	snprintf(l->payment, sizeof(l->payment), "%s", d.payment);
	return true;
}

static void
stands(struct service *s, const char *payment, const char *mails)
{
	struct looked l;
	struct fault fault = { 0 };
	made_or_die(store_read(s->store, look, &l, &fault), &fault);
	assert_string_equal(l.payment, payment);
	assert_string_equal(l.mails, mails);
}

/* It names its dossier, which has no payer card any more: one person confirms it. */
static void
pays_the_difference(struct service *s, const struct taken *t)
{
	static const struct deposit REST[] = { { 350, "#1 ｱｵｷ ﾊﾅ" } };
	struct payment_book *b;
	struct fault fault = { 0 };
	deposits_import(s, REST, 1, t);
	made_or_die(payment_match(s, &b, &fault), &fault);
	assert_int_equal(b->line_count, 1);
	assert_int_equal(b->candidate_count, 1);
	assert_int_equal(b->candidate[0].dossier, PAID);
	assert_int_equal(b->candidate[0].difference, 0);
	assert_string_equal(b->candidate[0].reason, "reference");
	assert_true(b->candidate[0].proposed);
	payment_book_free(b);
	confirm(s, 4, PAID, "paid");
}

static void
the_difference_is_asked_once_and_chased_until_it_is_paid(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct taken t = { 0 };
		struct service *s = approved(engine, &t);
		acts(s, (struct day){ 2026, 11, 30 }, "");
		stands(s, "paid", "");
		acts(s, (struct day){ 2026, 12, 2 }, "2026-12-01 1 tax-difference R-6.2; ");
		stands(s, "partial", "payment-tax (K-7 R-6.2); ");
		acts(s, (struct day){ 2026, 12, 2 }, "");
		acts(s, (struct day){ 2026, 12, 14 }, "2026-12-08 1 payment-reminder R-6.12; ");
		stands(s, "partial", "payment-tax (K-7 R-6.2); payment-under (K-7 R-6.12); ");
		pays_the_difference(s, &t);
		acts(s, (struct day){ 2026, 12, 31 }, "");
		stands(s, "paid", "payment-tax (K-7 R-6.2); payment-under (K-7 R-6.12); ");
		service_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_difference_is_asked_once_and_chased_until_it_is_paid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
