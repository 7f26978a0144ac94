/* act/clocks: a year of days over cases of every kind, on both engines: every act on the day the
 * requirements say, each once, however the year is cut into runs and wherever a run falls.
 * [K-2] [K-4] [K-5] [K-6] [K-7] [K-8] [K-9] [K-10] [K-11] [K-12] [K-13] [K-14] [K-15] [K-16] [K-18]
 * [K-19] [K-20] [K-22] [R-4.24] [R-4.74] [R-4.75] [R-4.76]
 * [R-4.114] [R-4.116] [R-4.118] [R-4.119] [R-2.5] [R-2.7] [R-2.13]
 * [R-7.3] [R-10.4] [R-12.3] [R-12.8] [R-12.9] [R-12.11] [R-12.12] [R-13.1] [storage 4] */
#include "year.h"

#include <stdlib.h>
#include <sys/wait.h>

#include "act/report.h"
#include "store/mail_row.h"
#include "vault/keyfile.h"
#include "vault/seal.h"
#include "vault/secret.h"

enum { LINE_TEXT = 64, ROOM = 12000, EACH = 3 };

/* "2026-12-05 K-11 chase -1 17", in any order. */
struct lines {
	char (*at)[LINE_TEXT]; /* owned */
	size_t count;
	int64_t dossier; /* of what the oracle tells */
	size_t stop; /* the process ends after so many; 0: never */
};

static void
line_add(struct lines *l, const char *day, const char *clock, const char *act, int64_t figure,
    int64_t dossier)
{
	assert_true(l->count < ROOM);
	(void)snprintf(l->at[l->count++], LINE_TEXT, "%s %s %s %lld %lld", day, clock, act,
	    (long long)figure, (long long)dossier);
}

static void
told(void *context, const struct clocks_told *c)
{
	struct lines *l = context;
	if (c->fault != NULL)
		print_message("%s %s: %s\n", c->row->clock, c->row->word, c->fault->say);
	assert_null(c->fault);
	assert_true(c->clause[0] != '\0');
	line_add(l, c->row->day, c->row->clock, c->row->word, c->row->figure, c->row->dossier);
	if (l->stop != 0 && l->count == l->stop)
		_exit(9);
}

static void
expected(void *context, const char *day, const char *clock, const char *act, int figure)
{
	struct lines *l = context;
	line_add(l, day, clock, act, figure, l->dossier);
}

static struct lines
lines_new(void)
{
	struct lines l = { .at = calloc(ROOM, LINE_TEXT) };
	assert_non_null(l.at);
	return l;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
lines_equal(struct lines *is, struct lines *want)
{
	qsort(is->at, is->count, LINE_TEXT, by_text);
	qsort(want->at, want->count, LINE_TEXT, by_text);
	for (size_t i = 0; i < is->count || i < want->count; i++) {
		const char *a = i < is->count ? is->at[i] : "",
			   *b = i < want->count ? want->at[i] : "";
		if (strcmp(a, b) != 0)
			print_message("line %zu of %zu and %zu\n", i, is->count, want->count);
		assert_string_equal(a, b);
	}
}

static void
wanted(const struct year *y, const struct oracle_service *s, struct lines *l)
{
	*l = lines_new();
	for (size_t i = 0; i < y->count; i++) {
		l->dossier = (int64_t)i + 1;
		oracle_acts(s, &y->at[i].is, YEAR_UNTIL, expected, l);
	}
	l->dossier = 0;
	oracle_service_acts(s, YEAR_UNTIL, expected, l);
}

static struct service *
opened(const char *dir)
{
	struct service *s = NULL;
	struct fault fault = { 0 };
	made_or_die(service_open(dir, NULL, &s, &fault), &fault);
	return s;
}

static struct service *
year_service(int engine, const char *name, bool sent, const struct year *y, char dir[256])
{
	made_folder_of(engine, name, year_policy(sent), dir);
	struct service *s = opened(dir);
	year_store(s, y);
	return s;
}

static void
run_until(struct service *s, struct day day, struct lines *l)
{
	struct clocks_ran ran;
	struct fault fault = { 0 };
	size_t before = l->count;
	made_or_die(clocks_run(s, day, told, l, &ran, &fault), &fault);
	assert_int_equal(ran.acts, l->count - before);
	assert_int_equal(ran.refused, 0);
	assert_int_equal(day_cmp(s->today, day), 0);
}

static struct day
until(void)
{
	struct day d;
	assert_true(day_read(YEAR_UNTIL, &d));
	return d;
}

/* What the year leaves: every dossier's state, how many mails and events there are. */
struct left {
	char states[YEAR_MOST][24];
	int64_t mails, events;
};

static bool
left_mail(const void *row, void *context, struct fault *fault)
{
	struct left *l = context;
	(void)row;
	(void)fault;
	l->mails++;
	return true;
}

static bool
left_state(const void *row, void *context, struct fault *fault)
{
	const struct dossier_row *d = row;
	struct left *l = context;
	(void)fault;
	memcpy(l->states[d->id - 1], d->state, sizeof(d->state));
	return true;
}

static bool
left_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct left *l = context;
	struct event_row last;
	bool found;
	if (!dossier_list(tx, "", 0, YEAR_MOST, left_state, l, fault) ||
	    !event_last(tx, &last, &found, fault))
		return false;
	l->events = last.seq;
	for (int64_t id = 1; id <= YEAR_MOST; id++)
		if (!mail_row_of(tx, id, left_mail, l, fault))
			return false;
	return true;
}

static struct left
left_of(struct service *s)
{
	struct left l = { .mails = 0 };
	struct fault fault = { 0 };
	made_or_die(store_read(s->store, left_tx, &l, &fault), &fault);
	return l;
}

static void
left_equal(const struct left *a, const struct left *b)
{
	for (size_t i = 0; i < YEAR_MOST; i++)
		assert_string_equal(a->states[i], b->states[i]);
	assert_int_equal(a->mails, b->mails);
	assert_int_equal(a->events, b->events);
}

/* What a person is told by mail; the rest is for those who work here. */
static int64_t
mails_of(const struct lines *l)
{
	static const char *const WORDS[] = { " form-expired ", " refund ", " refund-reminder ",
		" deficiency-reminder ", " payment-reminder ", " chase ", " receipt-reminder ",
		" fax-reminder ", " grace-reminder ", " stay-reminder ", " expiry-notice ",
		" abolition-notice " };
	int64_t n = 0;
	for (size_t i = 0; i < l->count; i++)
		for (size_t k = 0; k < COUNT(WORDS); k++)
			n += strstr(l->at[i], WORDS[k]) != NULL;
	return n;
}

static const struct oracle_service SERVICE = { YEAR_BEGINS, YEAR_ABOLITION, YEAR_ACCREDITED,
	false };

static void
a_year_in_one_run_acts_what_the_requirements_say_and_again_nothing(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (int sent = 0; sent < 2; sent++) {
			struct oracle_service service = SERVICE;
			struct lines is = lines_new(), want;
			struct year y;
			char dir[256];
			service.from_sending = sent;
			year_throw(&y, EACH);
			wanted(&y, &service, &want);
			assert_true(want.count > 400);
			struct service *s =
			    year_service(engine, sent ? "yearsent" : "yearonce", sent, &y, dir);
			run_until(s, until(), &is);
			lines_equal(&is, &want);
			struct left once = left_of(s);
			assert_int_equal(once.mails, mails_of(&want));
			run_until(s, until(), &is);
			assert_int_equal(is.count, want.count);
			struct left twice = left_of(s);
			left_equal(&once, &twice);
			service_close(s);
			free(is.at);
			free(want.at);
		}
}

static void
day_by_day_is_the_same_as_all_at_once(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct lines once = lines_new(), days = lines_new();
		struct year y;
		char dir[256];
		year_throw(&y, 1);
		struct service *s = year_service(engine, "yearall", false, &y, dir);
		struct day begin = s->today;
		run_until(s, until(), &once);
		struct left a = left_of(s);
		service_close(s);
		s = year_service(engine, "yeardays", false, &y, dir);
		for (struct day d = begin; day_cmp(d, until()) <= 0; d = day_plus(d, 1))
			run_until(s, d, &days);
		struct left b = left_of(s);
		service_close(s);
		lines_equal(&days, &once);
		left_equal(&a, &b);
		free(once.at);
		free(days.at);
	}
}

/* A run that ends after its n-th act, whatever n is, is taken up by the next where it stood. */
static void
a_run_that_falls_is_gone_on_with(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct lines want, rest = lines_new();
		struct year y;
		char dir[256];
		size_t told_before = 0;
		int status = 0;
		year_throw(&y, 1);
		wanted(&y, &SERVICE, &want);
		service_close(year_service(engine, "yearfall", false, &y, dir));
		for (; told_before < 20; told_before++) {
			const size_t n = 1 + pick(&y.dice, 6);
			pid_t pid = fork();
			if (pid == 0) {
				struct lines l = lines_new();
				l.stop = n;
				run_until(opened(dir), until(), &l);
				_exit(0);
			}
			assert_int_equal(waitpid(pid, &status, 0), pid);
			assert_int_equal(WEXITSTATUS(status), 9);
		}
		struct service *s = opened(dir);
		struct left fallen = left_of(s);
		run_until(s, until(), &rest);
		assert_true(rest.count < want.count);
		struct left whole = left_of(s);
		assert_int_equal(whole.events - fallen.events, rest.count);
		assert_int_equal(whole.events, (int64_t)(y.count + want.count) + 1); /* made, too */
		service_close(s);
		free(want.at);
		free(rest.at);
	}
}

static bool
spoil_tx(struct tx *tx, void *context, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	(void)context;
	if (!dossier_load_in(tx, 1, &d, fault))
		return false;
	(void)snprintf(d.arrived, sizeof(d.arrived), "?");
	return dossier_update(tx, &d, d.state, fault);
}

struct spoilt {
	struct lines is;
	size_t refused;
};

static void
told_spoilt(void *context, const struct clocks_told *c)
{
	struct spoilt *s = context;
	if (c->fault == NULL)
		line_add(&s->is, c->row->day, c->row->clock, c->row->word, c->row->figure,
		    c->row->dossier);
	else
		assert_string_equal(c->row->clock, "K-6");
	s->refused += c->fault != NULL;
}

/* Only what comes next is planned: what is refused on its day waits, and what comes after it comes. */
static void
what_is_refused_holds_up_nothing_behind_it(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct spoilt spoilt = { .is = lines_new() };
		struct lines want, rest = lines_new();
		struct year y = { .dice = dice_new() };
		struct clocks_ran ran;
		struct fault fault = { 0 };
		char dir[256];
		year_case_throw(&y, &YEAR_KINDS[4]);
		assert_string_equal(y.at[0].is.state, "deficient");
		wanted(&y, &SERVICE, &want);
		for (size_t i = 0; i < want.count; i++)
			if (strstr(want.at[i], " K-6 ") == NULL)
				memcpy(rest.at[rest.count++], want.at[i], LINE_TEXT);
		assert_true(rest.count < want.count);
		struct service *s = year_service(engine, "yearspoilt", false, &y, dir);
		made_or_die(store_write(s->store, NULL, spoil_tx, NULL, &fault), &fault);
		made_or_die(
		    clocks_run(s, day_plus(s->today, 45), told_spoilt, &spoilt, &ran, &fault),
		    &fault);
		assert_true(ran.refused > 0 && spoilt.refused == (size_t)ran.refused);
		made_or_die(clocks_run(s, until(), told_spoilt, &spoilt, &ran, &fault), &fault);
		assert_int_equal(ran.refused, 0); /* refunded: it owes no reminder any more */
		lines_equal(&spoilt.is, &rest);
		service_close(s);
		free(want.at);
		free(rest.at);
		free(spoilt.is.at);
	}
}

static bool
forgotten_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct event_row e;
	service_event(context, "revoked", YEAR_MOST + 1, &e);
	return service_event_add(tx, &e, fault);
}

/* [storage 4]: what only the signer knows after a restore is revoked, and its event names it. */
static void
a_dossier_the_store_does_not_know_holds_up_no_clock(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct lines is = lines_new(), want;
		struct year y = { .dice = dice_new() };
		struct fault fault = { 0 };
		char dir[256];
		year_case_throw(&y, &YEAR_KINDS[4]);
		wanted(&y, &SERVICE, &want);
		struct service *s = year_service(engine, "yearforgot", false, &y, dir);
		made_or_die(store_write(s->store, NULL, forgotten_tx, s, &fault), &fault);
		run_until(s, until(), &is);
		lines_equal(&is, &want);
		service_close(s);
		free(is.at);
		free(want.at);
	}
}

struct mailed {
	const char *state;
	bool followed, proven;
};

static bool
mailed_tx(struct tx *tx, void *context, struct fault *fault)
{
	const struct mailed *w = context;
	struct mail_row m = { .id = { 1 },
		.dossier = 1,
		.vals = { (uint8_t *)"x", 1 },
		.due = 1,
		.created_at = 1,
		.sent_at = 1,
		.accepted_at = 1,
		.failed_at = 1,
		.followed_at = w->followed };
	bool added;
	(void)snprintf(m.kind, sizeof(m.kind), "abolition");
	(void)snprintf(m.state, sizeof(m.state), "%s", w->state);
	return tx_insert(tx, &MAIL_TABLE, &m, &added, fault);
}

struct unproven {
	struct service *service;
	bool is;
};

static bool
unproven_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct unproven *u = context;
	OWN_DOSSIER d = { 0 };
	struct running_case c;
	const struct policy *p;
	if (!dossier_load_in(tx, 1, &d, fault) || !clocks_case(tx, u->service, &d, &c, &p, fault))
		return false;
	u->is = c.is[IF_UNPROVEN];
	return true;
}

/* what was accepted first and came back afterwards reached nobody. */
static void
a_notice_that_bounced_proves_nothing(void **state)
{
	static const struct mailed MAILED[] = { { "accepted", false, true },
		{ "bounced", false, false }, { "bounced", true, true } };
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (size_t i = 0; i < COUNT(MAILED); i++) {
			struct mailed m = MAILED[i];
			struct year y = { .dice = dice_new() };
			struct fault fault = { 0 };
			char dir[256], name[32];
			(void)snprintf(name, sizeof(name), "yearproof%zu", i);
			year_case_throw(&y, &YEAR_KINDS[20]);
			assert_string_equal(y.at[0].is.state, "active");
			struct unproven u = { year_service(engine, name, false, &y, dir), false };
			made_or_die(
			    store_write(u.service->store, NULL, mailed_tx, &m, &fault), &fault);
			made_or_die(store_read(u.service->store, unproven_tx, &u, &fault), &fault);
			assert_true(u.is == !m.proven);
			service_close(u.service);
		}
}

/* in business days, K-4: ten from the 19th, the 23rd a holiday, then none any more. */
static void
a_changed_calendar_moves_what_was_planned(void **state)
{
	static const struct day HOLIDAY = { 2026, 11, 23 };
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct lines before = lines_new(), is = lines_new();
		struct year y = { .dice = dice_new() };
		char dir[256];
		size_t found = 0;
		year_case_throw(&y, &YEAR_KINDS[2]);
		assert_string_equal(y.at[0].is.state, "in_screening");
		y.at[0].is.arrival = "2026-11-19";
		struct service *s = year_service(engine, "yearcalendar", false, &y, dir);
		run_until(s, s->today, &before);
		for (size_t i = 0; i < s->policy.holiday_count; i++)
			if (day_cmp(s->policy.holidays[i].day, HOLIDAY) == 0)
				s->policy.holidays[i].day.mday = 22;
		s->policy.digest[0] ^= 1; /* another policy is in force */
		run_until(s, (struct day){ 2026, 12, 4 }, &is);
		for (size_t i = 0; i < is.count; i++)
			found += strcmp(is.at[i], "2026-12-04 K-4 first-answer -1 1") == 0;
		assert_int_equal(found, 1);
		service_close(s);
		free(before.at);
		free(is.at);
	}
}

/* only a rehearsal is told a day that has not come. */
static void
a_real_service_has_no_day_but_the_calendars(void **state)
{
	(void)state;
	char dir[256];
	struct lines l = lines_new();
	struct clocks_ran ran;
	struct fault fault = { 0 };
	struct service *s = made_service(0, "yearreal", dir);
	s->rehearsal = false;
	assert_false(clocks_run(s, day_plus(s->today, 1), told, &l, &ran, &fault));
	assert_ptr_equal(fault.row, &CLOCKS_FUTURE);
	assert_int_equal(l.count, 0);
	service_close(s);
	free(l.at);
}

struct extended {
	const struct service *service;
	int days;
};

static bool
extend_tx(struct tx *tx, void *context, struct fault *fault)
{
	const struct extended *x = context;
	struct event_row e;
	service_event(x->service, "clock-extended", 1, &e);
	return year_more(tx, 1, "K-5", x->days, fault) && service_event_add(tx, &e, fault);
}

static void
extended_to(struct service *s, int days)
{
	struct extended x = { s, days };
	struct fault fault = { 0 };
	made_or_die(store_write(s->store, NULL, extend_tx, &x, &fault), &fault);
}

/* Of the reminders before a refund: "2027-01-02:30 ...". */
static const char *
reminders(const struct lines *l, char text[256])
{
	struct sink s = { .at = (uint8_t *)text, .cap = 256 };
	for (size_t i = 0; i < l->count; i++)
		if (strstr(l->at[i], " K-5r ") != NULL)
			sink_print(&s, "%s%.10s:%d", s.len == 0 ? "" : " ", l->at[i],
			    atoi(strstr(l->at[i], "reminder ") + 9));
	return s.len == 0 ? "" : sink_string(&s);
}

/* One case with its first notice, and told again of what is wrong, on these days. */
static struct service *
deficient_service(int engine, const char *name, const char *notice, const char *again)
{
	struct year y = { .dice = dice_new() };
	char dir[256];
	year_case_throw(&y, &YEAR_KINDS[4]);
	assert_string_equal(y.at[0].is.state, "deficient");
	y.at[0].is.notice = notice;
	y.at[0].is.deficiency = again;
	return year_service(engine, name, false, &y, dir);
}

/* those that went stay gone, the others move with the day. */
static void
an_extended_refund_is_reminded_of_once(void **state)
{
	static const struct {
		struct day until;
		int days;
	} STEPS[] = {
		{ { 2027, 1, 3 }, 10 }, /* 30 went on the day before; 14 would have on 01-18 */
		{ { 2027, 2, 9 }, 30 }, /* all went */
		{ { 2027, 3, 3 }, 0 },
	};
	char text[256];
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct lines is = lines_new();
		struct service *s =
		    deficient_service(engine, "yearextended", "2026-11-01", "2026-11-01");
		for (size_t i = 0; i < COUNT(STEPS); i++) {
			run_until(s, STEPS[i].until, &is);
			if (STEPS[i].days != 0)
				extended_to(s, STEPS[i].days);
		}
		assert_string_equal(
		    reminders(&is, text), "2027-01-02:30 2027-01-28:14 2027-02-08:3");
		run_until(s, (struct day){ 2027, 3, 4 }, &is);
		assert_string_equal(is.at[is.count - 1], "2027-03-04 K-5 refund -1 1");
		service_close(s);
		free(is.at);
	}
}

/* While it was being screened the first two passed: they are not made up for at once. */
static void
who_is_deficient_again_is_reminded_of_days_to_come(void **state)
{
	char text[256];
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct lines is = lines_new();
		struct service *s =
		    deficient_service(engine, "yearagain", "2026-09-01", YEAR_BEGINS);
		run_until(s, (struct day){ 2026, 12, 1 }, &is);
		assert_string_equal(reminders(&is, text), "2026-11-28:3");
		service_close(s);
		free(is.at);
	}
}

struct written {
	const uint8_t *contact;
	size_t mails;
	bool may, other; /* the limit from the issue is told; that from the sending as well */
};

/* The values of a mail about a receipt, of what was issued on the 10th and sent on the 15th. */
static bool
written_keep(const void *row, void *context, struct fault *fault)
{
	const struct mail_row *m = row;
	struct written *w = context;
	OWN_SINK plain = SINK_GROW(64 << 10);
	if (strcmp(m->kind, "receipt-due") != 0 && strcmp(m->kind, "receipt-chase") != 0)
		return true;
	if (!seal_open("mail-values", w->contact, m->vals.at, m->vals.n, &plain, fault))
		return false;
	w->may = w->may && memmem(plain.at, plain.len, "2026-12-10", 10) != NULL;
	w->other = w->other && memmem(plain.at, plain.len, "2026-12-15", 10) != NULL;
	w->mails++;
	return true;
}

static bool
written_tx(struct tx *tx, void *context, struct fault *fault)
{
	return mail_row_of(tx, 1, written_keep, context, fault);
}

/* [R-4.116] (i): the limit a subscriber is told counts from the issue, whatever receipt_clock says. */
static void
the_limit_told_counts_from_the_issue(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (int sent = 0; sent < 2; sent++) {
			struct lines is = lines_new();
			struct year y = { .dice = dice_new() };
			struct fault fault = { 0 };
			char dir[256], path[SERVICE_PATH];
			OWN_SECRET(contact) = secret_new(SEAL_SECRET);
			struct written w = { .contact = contact, .may = true, .other = true };
			year_case_throw(&y, &YEAR_KINDS[12]);
			assert_string_equal(y.at[0].is.state, "dispatched");
			y.at[0].is.issue = "2026-11-10";
			y.at[0].is.sending = "2026-11-15";
			struct service *s =
			    year_service(engine, sent ? "yeartoldsent" : "yeartold", sent, &y, dir);
			assert_non_null(contact);
			made_or_die(keyfile_read(service_path(s, "keys/contact", path), "contact",
					"", 0, contact, SEAL_SECRET, &fault),
			    &fault);
			run_until(s, (struct day){ 2026, 12, 1 }, &is);
			made_or_die(store_read(s->store, written_tx, &w, &fault), &fault);
			assert_int_equal(w.mails, 3); /* seven and fourteen days, the chase */
			assert_true(w.may && w.other);
			service_close(s);
			free(is.at);
		}
}

/* without a day of abolition there is nothing to prove. */
static void
no_abolition_has_no_proof(void **state)
{
	(void)state;
	char dir[256];
	struct year y;
	struct reported is;
	struct fault fault = { 0 };
	const struct person everybody = { .id = "sato", .roles = ~0 };
	struct report r = { .kind = REPORT_ABOLITION_PROOF, .person = &everybody };
	struct service *s = made_service(0, "yearnone", dir);
	year_throw(&y, 1);
	year_store(s, &y);
	for (size_t i = 0; i < y.count && r.dossier == 0; i++)
		r.dossier = strcmp(y.at[i].is.state, "active") == 0 ? (int64_t)i + 1 : 0;
	r.day = s->today;
	assert_false(report_run(s, &r, &is, &fault));
	assert_ptr_equal(fault.row, &ABOLITION_NONE);
	service_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_year_in_one_run_acts_what_the_requirements_say_and_again_nothing),
		cmocka_unit_test(day_by_day_is_the_same_as_all_at_once),
		cmocka_unit_test(a_run_that_falls_is_gone_on_with),
		cmocka_unit_test(what_is_refused_holds_up_nothing_behind_it),
		cmocka_unit_test(a_dossier_the_store_does_not_know_holds_up_no_clock),
		cmocka_unit_test(a_notice_that_bounced_proves_nothing),
		cmocka_unit_test(a_changed_calendar_moves_what_was_planned),
		cmocka_unit_test(an_extended_refund_is_reminded_of_once),
		cmocka_unit_test(who_is_deficient_again_is_reminded_of_days_to_come),
		cmocka_unit_test(the_limit_told_counts_from_the_issue),
		cmocka_unit_test(no_abolition_has_no_proof),
		cmocka_unit_test(a_real_service_has_no_day_but_the_calendars),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
