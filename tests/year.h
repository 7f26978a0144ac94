/*
 * tests/year.h - a service with a case of every kind a clock runs for, and many of each by dice:
 * other days than the samples', over New Year, leap days and month ends.
 *
 * The cases are written as the acts leave them (rows, marks, events), so that a year of days can be
 * run over hundreds of them; how acts really leave them is the flow tests' (tests/flow/clocks.sh).
 */
#ifndef AKASHI_TESTS_YEAR_H
#define AKASHI_TESTS_YEAR_H

#include "act/clocks.h"
#include "act/mark.h"
#include "dice.h"
#include "made.h"
#include "oracle.h"
#include "rules/reference.h"
#include "rules/term.h"
#include "store/payment_row.h"

#define YEAR_BEGINS "2026-11-20"
#define YEAR_UNTIL "2027-11-20"
#define YEAR_ABOLITION "2027-10-31"
#define YEAR_ACCREDITED "2022-04-30"
enum { YEAR_MOST = 400, YEAR_TEXT = 16 };

/* One kind of case: which days it has, each some days before the year begins (0: not at all; of an
 * end or a stay behind it), thrown between the two. */
struct year_kind {
	const char *state;
	unsigned is;
	struct {
		int from, to;
	} form, arrival, notice, approval, issue, sending, returned, resent, end, stay, change,
	    registered, lost, fax, paper, ended;
};
enum { PAID = 1, RECEIVED = 2, DOWNLOAD = 4, HELD = 8, RENEWED = 16, EXTENDED = 32 };

/* clang-format off */
static const struct year_kind YEAR_KINDS[] = {
	{ "printed",      DOWNLOAD,                   .form = { 30, 360 } },
	{ "printed",      DOWNLOAD | RECEIVED,        .form = { 30, 360 } },
	{ "in_screening", DOWNLOAD,                   .form = { 30, 90 }, .arrival = { 1, 20 } },
	{ "in_screening", DOWNLOAD,                   .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 1, 29 } },
	{ "deficient",    DOWNLOAD,                   .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 1, 29 } },
	{ "deficient",    DOWNLOAD | RECEIVED | PAID, .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 1, 29 } },
	{ "deficient",    DOWNLOAD | EXTENDED,        .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 1, 29 } },
	{ "screened",     DOWNLOAD,                   .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 1, 29 } },
	{ "approved",     DOWNLOAD,                   .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 1, 15 } },
	{ "approved",     DOWNLOAD | RECEIVED,        .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 1, 15 } },
	{ "approved",     DOWNLOAD | RECEIVED | PAID, .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 1, 15 } },
	{ "issued",       DOWNLOAD | RECEIVED | PAID, .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 8, 15 }, .issue = { 1, 7 }, .end = { 740, 760 } },
	{ "dispatched",   DOWNLOAD | RECEIVED | PAID, .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 8, 15 }, .issue = { 5, 9 }, .sending = { 1, 5 }, .end = { 740, 760 } },
	{ "dispatched",   DOWNLOAD | RECEIVED | PAID | EXTENDED, .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 8, 15 }, .issue = { 5, 9 }, .sending = { 1, 5 }, .end = { 740, 760 } },
	{ "dispatched",   RECEIVED | PAID,            .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 8, 15 }, .issue = { 5, 9 }, .sending = { 1, 5 }, .end = { 740, 760 } },
	{ "dispatched",   DOWNLOAD | RECEIVED | PAID, .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 10, 15 }, .issue = { 7, 9 }, .sending = { 5, 7 }, .returned = { 1, 4 }, .end = { 740, 760 } },
	{ "dispatched",   DOWNLOAD | RECEIVED | PAID, .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 10, 15 }, .issue = { 7, 9 }, .sending = { 5, 7 }, .resent = { 1, 3 }, .end = { 740, 760 } },
	{ "downloaded",   DOWNLOAD | RECEIVED | PAID, .form = { 60, 90 }, .arrival = { 30, 50 }, .notice = { 15, 29 }, .approval = { 8, 15 }, .issue = { 5, 9 }, .sending = { 1, 5 }, .end = { 740, 760 } },
	{ "active",       DOWNLOAD | RECEIVED | PAID, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 5, 360 } },
	{ "active",       DOWNLOAD | RECEIVED | PAID | RENEWED, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 5, 300 } },
	{ "active",       DOWNLOAD | RECEIVED | PAID, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 500, 600 }, .stay = { 10, 400 } },
	{ "active",       DOWNLOAD | RECEIVED | PAID, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 500, 600 }, .stay = { 600, 700 } },
	{ "active",       DOWNLOAD | RECEIVED | PAID, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 500, 600 }, .change = { 1, 80 } },
	{ "active",       DOWNLOAD | RECEIVED | PAID, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 500, 600 }, .change = { 30, 40 }, .registered = { 1, 20 } },
	{ "active",       DOWNLOAD | RECEIVED | PAID, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 500, 600 }, .lost = { 1, 20 } },
	{ "revoked",      DOWNLOAD | RECEIVED | PAID, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 300, 500 }, .fax = { 1, 20 } },
	{ "revoked",      DOWNLOAD | RECEIVED | PAID, .form = { 500, 700 }, .issue = { 400, 490 }, .sending = { 390, 399 }, .end = { 300, 500 }, .fax = { 10, 20 }, .paper = { 1, 5 } },
	{ "revoked",      RECEIVED | PAID,            .form = { 4500, 4600 }, .issue = { 4400, 4490 }, .sending = { 4390, 4399 }, .end = { -3650, -3300 } },
	{ "expired",      RECEIVED | PAID,            .form = { 4500, 4600 }, .issue = { 4400, 4490 }, .sending = { 4390, 4399 }, .end = { -3650, -3300 } },
	{ "expired",      RECEIVED | PAID | HELD,     .form = { 4500, 4600 }, .issue = { 4400, 4490 }, .sending = { 4390, 4399 }, .end = { -3650, -3300 } },
	{ "rejected",     0,                          .form = { 4000, 4100 }, .arrival = { 3900, 3950 }, .ended = { 3300, 3650 } },
	{ "withdrawn",    0,                          .form = { 4000, 4100 }, .arrival = { 3900, 3950 }, .ended = { 3300, 3650 } },
};
/* clang-format on */

struct year_case {
	struct oracle_case is;
	char text[16][YEAR_TEXT]; /* its days */
	size_t texts;
};
struct year {
	struct dice dice;
	struct year_case at[YEAR_MOST]; /* of dossier i + 1 */
	size_t count;
};

static inline const char *
year_text(struct year_case *c, struct day d)
{
	return day_print(c->text[c->texts++], d);
}

/* back: before the year begins; ahead for an end or a stay. "" where the kind has none. */
static inline const char *
year_day(struct year *y, struct year_case *c, int from, int to, int sign)
{
	struct day begins;
	if (!day_read(YEAR_BEGINS, &begins))
		abort();
	if (from == 0)
		return "";
	return year_text(c, day_plus(begins, sign * between(&y->dice, from, to)));
}

static inline void
year_case_throw(struct year *y, const struct year_kind *k)
{
	struct year_case *c = &y->at[y->count++];
	struct oracle_case *o = &c->is;
#define BACK(field) o->field = year_day(y, c, k->field.from, k->field.to, -1)
#define AHEAD(field) o->field = year_day(y, c, k->field.from, k->field.to, 1)
	BACK(form);
	BACK(arrival);
	BACK(notice);
	BACK(approval);
	BACK(issue);
	BACK(sending);
	BACK(returned);
	BACK(resent);
	BACK(change);
	BACK(registered);
	BACK(lost);
	BACK(fax);
	BACK(paper);
	BACK(ended);
	AHEAD(end);
	AHEAD(stay);
	o->state = k->state;
	o->deficiency = o->notice;
	if (strcmp(k->state, "deficient") == 0 && pick(&y->dice, 2) == 0) /* told again later */
		o->deficiency = YEAR_BEGINS;
	o->paid = (k->is & PAID) != 0;
	o->received = (k->is & RECEIVED) != 0;
	o->download = (k->is & DOWNLOAD) != 0;
	o->held = (k->is & HELD) != 0;
	o->renewed = (k->is & RENEWED) != 0;
	bool more = (k->is & EXTENDED) != 0;
	o->more_may = more ? 10 : 0;
	o->more_must = more ? 4 : 0;
	o->more_refund = more && strcmp(k->state, "deficient") == 0 ? 7 : 0;
}

/* One of every kind on the days that are odd, then so many of each by dice. */
static inline void
year_throw(struct year *y, size_t each)
{
	static const struct {
		const char *state, *field;
		const char *day;
	} ODD[] = {
		{ "deficient", "notice", "2026-11-30" },
		{ "deficient", "notice", "2026-11-29" },
		{ "dispatched", "sending", "2026-11-20" },
		{ "dispatched", "sending", "2026-11-19" },
		{ "active", "end", "2027-02-28" },
		{ "active", "end", "2027-03-31" },
		{ "active", "end", "2027-01-01" },
		{ "expired", "end", "2016-12-31" },
		{ "printed", "form", "2026-02-28" },
		{ "printed", "form", "2025-12-31" },
		{ "expired", "end", "2017-02-28" },
	};
	*y = (struct year){ .dice = dice_new() };
	for (size_t k = 0; k < COUNT(YEAR_KINDS); k++)
		for (size_t i = 0; i < each; i++)
			year_case_throw(y, &YEAR_KINDS[k]);
	for (size_t i = 0; i < COUNT(ODD); i++)
		for (size_t k = 0; k < COUNT(YEAR_KINDS); k++) {
			if (strcmp(YEAR_KINDS[k].state, ODD[i].state) != 0)
				continue;
			year_case_throw(y, &YEAR_KINDS[k]);
			struct oracle_case *o = &y->at[y->count - 1].is;
			if (strcmp(ODD[i].field, "notice") == 0)
				o->notice = o->deficiency = ODD[i].day;
			else if (strcmp(ODD[i].field, "sending") == 0)
				o->sending = o->issue = ODD[i].day;
			else if (strcmp(ODD[i].field, "form") == 0)
				o->form = ODD[i].day;
			else
				o->end = ODD[i].day;
			break;
		}
}

static inline int64_t
year_at(const char *day)
{
	struct day d;
	return day != NULL && day_read(day, &d) ? day_at(d, 10, 0, 0).sec : 0;
}

struct year_store {
	const struct service *service;
	const struct oracle_case *is;
	int64_t id;
};

static inline bool
year_mark(struct tx *tx, const struct year_store *w, enum mark m, const char *day, struct fault *f)
{
	struct day d, begins;
	if (day == NULL || !day_read(day, &d) || !day_read(YEAR_BEGINS, &begins))
		return true;
	return mark_set(tx, w->id, m, d, m == MARK_STAY ? begins : d, f);
}

static inline bool
year_more(struct tx *tx, int64_t id, const char *clock, int days, struct fault *f)
{
	struct mark_row m = { .dossier = id, .value = days };
	snprintf(m.name, sizeof(m.name), "%s", clock);
	snprintf(m.day, sizeof(m.day), "%s", YEAR_BEGINS);
	snprintf(m.known, sizeof(m.known), "%s", YEAR_BEGINS);
	return days == 0 || mark_put(tx, &m, f);
}

static inline bool
year_marks(struct tx *tx, const struct year_store *w, struct fault *f)
{
	const struct oracle_case *o = w->is;
	return year_mark(tx, w, MARK_STAY, o->stay, f) &&
	       (strcmp(o->deficiency, o->notice) == 0 ||
		   year_mark(tx, w, MARK_NOTICE, o->deficiency, f)) &&
	       year_mark(tx, w, MARK_RETURNED, o->returned, f) &&
	       year_mark(tx, w, MARK_RESENT, o->resent, f) &&
	       year_mark(tx, w, MARK_CHANGE, o->change, f) &&
	       year_mark(tx, w, MARK_REGISTERED, o->registered, f) &&
	       year_mark(tx, w, MARK_GRACE_LOST, o->lost, f) &&
	       year_mark(tx, w, MARK_FAX, o->fax, f) &&
	       year_mark(tx, w, MARK_FAX_PAPER, o->paper, f) &&
	       year_mark(tx, w, MARK_ENDED, o->ended, f) &&
	       year_mark(tx, w, MARK_HOLD, o->held ? "2028-01-31" : NULL, f) &&
	       year_mark(tx, w, MARK_RENEWED, o->renewed ? YEAR_BEGINS : NULL, f) &&
	       year_more(tx, w->id, "K-12", o->more_may, f) &&
	       year_more(tx, w->id, "K-22", o->more_must, f) &&
	       year_more(tx, w->id, "K-5", o->more_refund, f);
}

static inline void
year_dossier(const struct year_store *w, struct dossier_row *d)
{
	const struct oracle_case *o = w->is;
	*d = (struct dossier_row){ .id = w->id, .edition = o->issue[0] != '\0' };
	memcpy(d->ref_digest, &w->id, sizeof(w->id));
	reference_print(d->reference, w->id);
	snprintf(d->product, sizeof(d->product), "%s", o->download ? "DL-B2" : "CD-B2");
	snprintf(d->kind, sizeof(d->kind), "%s", "individual-basic");
	snprintf(d->state, sizeof(d->state), "%s", o->state);
	snprintf(d->payment, sizeof(d->payment), "%s",
	    o->paid	  ? "paid"
	    : o->received ? "partial"
			  : "unpaid");
	snprintf(d->form_date, sizeof(d->form_date), "%s", o->form);
	snprintf(d->arrived, sizeof(d->arrived), "%s", o->arrival);
	memcpy(d->policy, w->service->policy.digest, 32);
	d->created_at = year_at(YEAR_BEGINS);
	d->first_notice_at = year_at(o->notice);
	d->approved_at = year_at(o->approval);
	d->issued_at = year_at(o->issue);
	d->sent_at = year_at(o->sending);
}

static inline bool
year_cert(struct tx *tx, const struct year_store *w, struct fault *f)
{
	struct cert_row c = { .dossier = w->id, .edition = 1, .not_before = year_at(w->is->issue) };
	struct day end;
	if (!day_read(w->is->end, &end))
		return true;
	c.not_after = day_end(end).sec;
	snprintf(c.serial, sizeof(c.serial), "%040llx", (unsigned long long)w->id);
	snprintf(c.product, sizeof(c.product), "%s", w->is->download ? "DL-B2" : "CD-B2");
	snprintf(c.vend_rule, sizeof(c.vend_rule), "civil143");
	c.revoked_at = strcmp(w->is->state, "revoked") == 0 ? year_at(YEAR_BEGINS) : 0;
	return tx_insert(tx, &CERT_TABLE, &c, NULL, f);
}

static inline bool
year_write(struct tx *tx, void *context, struct fault *f)
{
	struct year_store *w = context;
	struct dossier_row d;
	struct event_row e;
	struct payment_row p = { .line = w->id,
		.dossier = w->id,
		.amount = w->is->paid ? 19250 : 100,
		.confirmed_at = year_at(YEAR_BEGINS) };
	int64_t id;
	year_dossier(w, &d);
	service_event(w->service, "dossier-imported", w->id, &e);
	return tx_next(tx, "dossier", &id, f) && tx_insert(tx, &DOSSIER_TABLE, &d, NULL, f) &&
	       year_cert(tx, w, f) && year_marks(tx, w, f) &&
	       (!w->is->received || tx_insert(tx, &PAYMENT_TABLE, &p, NULL, f)) &&
	       service_event_add(tx, &e, f);
}

static inline void
year_store(struct service *s, const struct year *y)
{
	struct fault fault = { 0 };
	for (size_t i = 0; i < y->count; i++) {
		struct year_store w = { s, &y->at[i].is, (int64_t)i + 1 };
		made_or_die(store_write(s->store, NULL, year_write, &w, &fault), &fault);
	}
}

/* The shipped policy, its office closed at New Year, its service to end, once accredited. */
static inline const char *
year_policy(bool sent)
{
	static char folder[2][TEST_PATH];
	char *path = folder[sent], command[1024];
	if (path[0] != '\0')
		return path;
	test_folder("year", path);
	snprintf(command, sizeof(command),
	    "'" SOURCE "/tests/year.sh' '%s' '%s' abolition=" YEAR_ABOLITION
	    " accredited=" YEAR_ACCREDITED " receipt_clock=%s",
	    made_policy(), path, sent ? "sent" : "issue");
	if (system(command) != 0)
		abort();
	return path;
}

#endif
