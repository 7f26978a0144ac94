/* What each dossier's clocks owe, as rows that wait for their day. */
#include "act/clocks_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "act/fee.h"
#include "act/mark.h"
#include "base/text.h"
#include "rules/clock.h"
#include "store/list_row.h"
#include "store/mail_row.h"
#include "store/meta_row.h"
#include "store/refund_row.h"

enum { PAGE = 200, GIVE_WAY_MS = 10 };
static const char SEEN[] = "clocks_seen"; /* the last event that was looked at */
static const char POLICY[] = "clocks_policy"; /* the policy all was planned by */

static struct day
day_of(int64_t at)
{
	return at == 0 ? (struct day){ 0 } : instant_day((struct instant){ at });
}

/* A day a setting names; all 0: it names none. */
static struct day
setting_day(const struct policy *p, const char *name, struct day on)
{
	struct day d;
	return day_read(policy_setting_text(p, name, on), &d) ? d : (struct day){ 0 };
}

/* What came back after it was accepted proves nothing. */
static bool
abolition_accepted(const void *row, void *context, struct fault *fault)
{
	const struct mail_row *m = row;
	bool *proven = context;
	(void)fault;
	*proven = *proven || (strcmp(m->kind, "abolition") == 0 &&
				 (strcmp(m->state, "accepted") == 0 || m->followed_at != 0));
	return true;
}

/* The service's last day, and whether this person was told in time. */
static bool
abolition(struct tx *tx, const struct service *s, const struct marks *m,
    const struct dossier_row *d, struct running_case *c, struct fault *fault)
{
	struct day end = setting_day(&s->policy, "abolition", s->today);
	bool proven = m->day[MARK_PROOF].year != 0;
	if (end.year == 0)
		return true;
	c->from[RUN_ABOLITION] = day_plus(end, -1);
	c->known[RUN_ABOLITION] = day_of(d->issued_at);
	if (!mail_row_of(tx, d->id, abolition_accepted, &proven, fault))
		return false;
	c->is[IF_UNPROVEN] = !proven;
	return true;
}

static void
marks_put(const struct marks *m, struct running_case *c)
{
	static const struct {
		enum mark mark;
		enum running_from from;
	} ROWS[] = {
		{ MARK_NOTICE, RUN_DEFICIENCY },
		{ MARK_CHANGE, RUN_CHANGE },
		{ MARK_REGISTERED, RUN_REGISTERED },
		{ MARK_GRACE_LOST, RUN_GRACE_LOST },
		{ MARK_FAX, RUN_FAX },
		{ MARK_FAX_PAPER, RUN_FAX_PAPER },
		{ MARK_STAY, RUN_STAY },
		{ MARK_SPECIAL, RUN_STAY }, /* in its place */
		{ MARK_ENDED, RUN_ENDED },
		{ MARK_UNPAID, RUN_UNDONE },
		{ MARK_RETURNED, RUN_RETURNED },
		{ MARK_RESENT, RUN_SENT },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		if (m->day[ROWS[i].mark].year == 0)
			continue;
		c->from[ROWS[i].from] = m->day[ROWS[i].mark];
		c->known[ROWS[i].from] = m->known[ROWS[i].mark];
	}
	for (size_t i = 0; i < m->mores && i < RUNNING_MORE; i++) {
		memcpy(c->more[i].clock, m->more[i].clock, sizeof(c->more[i].clock));
		c->more[c->mores++].days = m->more[i].days;
	}
	c->is[IF_CURRENT] = m->day[MARK_RENEWED].year == 0;
	c->is[IF_FREE] = m->day[MARK_HOLD].year == 0;
}

static void
row_put(const struct policy *p, const struct dossier_row *d, struct running_case *c)
{
	const struct product *product = policy_product(p, d->product, day_of(d->created_at));
	const char *clock = policy_setting(p, "receipt_clock", day_of(d->created_at));
	enum payment payment = PAYMENT_UNPAID;
	c->is[IF_PAID] = payment_read(d->payment, &payment) && payment_settled(payment);
	c->is[IF_UNPAID] = !c->is[IF_PAID];
	c->is[IF_DOWNLOAD] = product != NULL && product->series == SERIES_DOWNLOAD;
	c->since = day_of(d->created_at);
	c->from[RUN_NOTICE] = day_of(d->first_notice_at);
	c->from[RUN_DEFICIENCY] = c->from[RUN_NOTICE];
	c->from[RUN_APPROVAL] = day_of(d->approved_at);
	c->from[RUN_ISSUE] = day_of(d->issued_at);
	c->from[RUN_SENDING] = c->from[RUN_SENT] = day_of(d->sent_at);
	bool sent = clock != NULL && strcmp(clock, "sent") == 0;
	c->from[RUN_MAY] = c->from[sent ? RUN_SENDING : RUN_ISSUE];
	if (!day_read(d->form_date, &c->from[RUN_FORM]))
		c->from[RUN_FORM] = (struct day){ 0 };
	if (!day_read(d->arrived, &c->from[RUN_ARRIVAL]))
		c->from[RUN_ARRIVAL] = (struct day){ 0 };
}

/* Who owes again after the approval is asked from then on. */
static struct day
owed_since(const struct running_case *c)
{
	const struct day approval = c->from[RUN_APPROVAL], undone = c->from[RUN_UNDONE];
	return approval.year != 0 && day_cmp(approval, undone) < 0 ? undone : approval;
}

/*
 * The last day before the refund, which its reminders are counted back from: each is sent once,
 * however often that day moves, and none for a day before the person was last told what is wrong.
 */
static void
refund_last_day(const struct policy *p, const struct policy *calendar, struct running_case *c)
{
	const struct day from = c->from[RUN_NOTICE];
	const struct clock *k =
	    policy_clock(p, "K-5", day_cmp(from, c->since) < 0 ? c->since : from);
	struct fault none = { 0 };
	c->known[RUN_REFUND] = c->from[RUN_DEFICIENCY]; /* never before the first notice */
	c->moved[RUN_REFUND] = running_more(c, "K-5");
	if (from.year == 0 || k == NULL ||
	    !running_last_day(p, calendar, k, 0, c, from, &c->from[RUN_REFUND], &none))
		c->from[RUN_REFUND] = (struct day){ 0 };
}

bool
clocks_case(struct tx *tx, struct service *s, const struct dossier_row *d, struct running_case *out,
    const struct policy **policy, struct fault *fault)
{
	struct running_case c = { .state = dossier_state(d), .is = { [IF_ANY] = true } };
	struct marks m;
	struct cert_row cert = { 0 };
	struct refund_row refund;
	bool found;
	if (!service_policy_in(tx, s, d->policy, policy, fault) ||
	    !marks_read(tx, d->id, &m, fault) ||
	    !refund_get(tx, d->id, &refund, &c.is[IF_REFUND], fault) ||
	    !cert_latest(tx, d->id, &cert, &found, fault))
		return false;
	c.is[IF_REFUND] = c.is[IF_REFUND] && refund.paid_at == 0 && refund.amount > 0;
	if (found)
		c.from[RUN_END] = day_of(cert.not_after);
	cert_drop(&cert);
	row_put(*policy, d, &c);
	marks_put(&m, &c);
	c.from[RUN_UNPAID] = owed_since(&c);
	if (!abolition(tx, s, &m, d, &c, fault) ||
	    !fee_rises(tx, s, *policy, d, &c.from[RUN_TAX], fault))
		return false;
	if (c.from[RUN_END].year != 0 && day_cmp(c.from[RUN_STAY], c.from[RUN_END]) >= 0)
		c.from[RUN_STAY] = (struct day){ 0 }; /* the certificate ends before it does */
	refund_last_day(*policy, &s->policy, &c);
	*out = c;
	return true;
}

bool
clocks_service_case(struct tx *tx, struct service *s, struct running_case *out, struct fault *fault)
{
	struct running_case c = { .state = STATES, .is = { [IF_ANY] = true } };
	struct marks m;
	struct list_row last = { 0 };
	bool found;
	if (!marks_read(tx, 0, &m, fault) || !list_before(tx, INT64_MAX, &last, &found, fault))
		return false;
	c.since = s->today;
	c.is[IF_FREE] = m.day[MARK_HOLD].year == 0;
	c.from[RUN_LIST] = found ? day_of(last.this_update) : (struct day){ 0 };
	c.from[RUN_ACCREDITED] = setting_day(&s->policy, "accredited", s->today);
	*out = c;
	return true;
}

/* Its key in `due`: from which day, and how far extended; where only its start was, as before. */
static void
key_of(const struct owed *o, char key[24])
{
	char day[DAY_TEXT];
	day_print(day, day_plus(o->from, -o->moved));
	if (o->more == 0)
		snprintf(key, 24, "%s", day);
	else
		snprintf(key, 24, "%s+%d", day, o->more);
}

const struct owed *
clocks_owed(const struct due_row *r, const struct owed *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct owed *o = &all[i];
		char key[24];
		if (o->figure != r->figure || strcmp(o->act->word, r->word) != 0 ||
		    strcmp(o->act->clock, r->clock) != 0)
			continue;
		key_of(o, key);
		if (strcmp(key, r->key) == 0)
			return o;
	}
	return NULL;
}

/* What is owed, beside what stands in `due`. */
struct standing {
	const struct owed *owed;
	size_t n;
	bool acted[OWED_MOST]; /* which of it was done already */
	/* Waits for another day than is owed, or waits or stands on a list and is not owed. */
	struct due_row stale[4 * OWED_MOST];
	size_t stales;
};

static bool
stand(const void *row, void *context, struct fault *fault)
{
	const struct due_row *r = row;
	struct standing *t = context;
	const struct owed *o = clocks_owed(r, t->owed, t->n);
	char day[DAY_TEXT];
	if (o != NULL)
		t->acted[o - t->owed] = r->acted_at != 0;
	if (r->acted_at != 0 ? o != NULL || r->open == 0 /* the rest is history */
			     : o != NULL && strcmp(day_print(day, o->day), r->day) == 0)
		return true;
	if (t->stales == COUNT(t->stale))
		return fault_set(
		    fault, FAULT_BROKEN, "案件 %lld の期限が多すぎます。", (long long)r->dossier);
	t->stale[t->stales++] = *r;
	return true;
}

/* A clock that stopped owes nothing any more, and leaves its list. */
static bool
stale_end(struct tx *tx, const struct standing *t, struct fault *fault)
{
	for (size_t i = 0; i < t->stales; i++) {
		const struct due_row *r = &t->stale[i];
		if (!(r->acted_at == 0 ? due_drop(tx, r, fault) : due_close(tx, r, fault)))
			return false;
	}
	return true;
}

static bool
owed_add(struct tx *tx, int64_t dossier, const struct owed *o, struct fault *fault)
{
	struct due_row r = { .dossier = dossier, .figure = o->figure };
	snprintf(r.clock, sizeof(r.clock), "%s", o->act->clock);
	snprintf(r.word, sizeof(r.word), "%s", o->act->word);
	snprintf(
	    r.role, sizeof(r.role), "%s", o->act->role == ROLES ? "" : role_name(o->act->role));
	key_of(o, r.key);
	day_print(r.day, o->day);
	return due_add(tx, &r, fault);
}

/* What is due, and of the days to come the first: the rest is planned once that day has come. */
static bool
plan(struct tx *tx, int64_t dossier, struct day today, const struct owed *owed, size_t n,
    struct fault *fault)
{
	OWN_BYTES(room) = calloc(1, sizeof(struct standing));
	struct standing *t = room;
	struct day next = { 0 };
	if (t == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	t->owed = owed;
	t->n = n;
	if (!due_of(tx, dossier, stand, t, fault) || !stale_end(tx, t, fault))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!t->acted[i] && day_cmp(owed[i].day, today) > 0 &&
		    (next.year == 0 || day_cmp(owed[i].day, next) < 0))
			next = owed[i].day;
	for (size_t i = 0; i < n; i++) {
		bool soon = day_cmp(owed[i].day, today) <= 0 || day_cmp(owed[i].day, next) == 0;
		if (soon && !t->acted[i] && !owed_add(tx, dossier, &owed[i], fault))
			return false;
	}
	return true;
}

bool
clocks_plan(struct tx *tx, struct service *s, int64_t dossier, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	struct running_case c;
	const struct policy *policy = &s->policy;
	struct owed owed[OWED_MOST];
	bool found = true;
	if (dossier != 0 && !dossier_get(tx, dossier, &d, &found, fault))
		return false;
	if (!found) /* the signer's, of a store of before [storage 4]: here no clock runs for it */
		return true;
	if (dossier == 0 ? !clocks_service_case(tx, s, &c, fault)
			 : !clocks_case(tx, s, &d, &c, &policy, fault))
		return false;
	size_t n = running_owed(policy, &s->policy, &c, owed);
	return plan(tx, dossier, s->today, owed, n, fault);
}

/* One page of the event log, its dossiers planned anew. */
struct page {
	struct service *service;
	int64_t seen;
	struct event_row *at; /* owned */
	size_t count;
};

static bool
event_keep(const void *row, void *context, struct fault *fault)
{
	struct page *p = context;
	(void)fault;
	p->at[p->count++] = *(const struct event_row *)row;
	return true;
}

static bool
tells_deficiency(const struct event_row *e)
{
	return strcmp(e->kind, "screened-deficient") == 0 ||
	       (strcmp(e->kind, "papers-arrived") == 0 &&
		   strstr(e->detail, "state=deficient") != NULL);
}

/* The days only the event itself says: of a notice, of a decision. */
static bool
event_mark(struct tx *tx, const struct event_row *e, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	struct mark_row ended;
	const struct day day = day_of(e->at);
	bool found, known;
	if (tells_deficiency(e) && !mark_set(tx, e->dossier, MARK_NOTICE, day, day, fault))
		return false;
	if (!dossier_get(tx, e->dossier, &d, &found, fault) ||
	    !mark_get(tx, e->dossier, mark_name(MARK_ENDED), &ended, &known, fault))
		return false;
	bool closed = found && (STATES_CLOSED & 1 << dossier_state(&d)) != 0;
	if (closed && !known)
		return mark_set(tx, e->dossier, MARK_ENDED, day, day, fault);
	return closed || !known || mark_unset(tx, e->dossier, MARK_ENDED, fault);
}

static bool
seen_before(const struct page *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (p->at[k].dossier == p->at[i].dossier)
			return true;
	return false;
}

static bool
page_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct page *p = context;
	struct meta_row seen = { .value = "0" };
	char text[24];
	bool found;
	p->count = 0;
	if (!meta_get(tx, SEEN, &seen, &found, fault))
		return false;
	p->seen = found ? strtoll(seen.value, NULL, 10) : 0;
	if (!event_page(tx, p->seen + 1, PAGE, event_keep, p, fault))
		return false;
	for (size_t i = 0; i < p->count; i++)
		if (p->at[i].dossier != 0 && !event_mark(tx, &p->at[i], fault))
			return false;
	for (size_t i = 0; i < p->count; i++)
		if (!seen_before(p, i) && !clocks_plan(tx, p->service, p->at[i].dossier, fault))
			return false;
	if (p->count == 0)
		return true;
	snprintf(text, sizeof(text), "%lld", (long long)p->at[p->count - 1].seq);
	return meta_put(tx, SEEN, text, fault);
}

/* Between one page and the next others come to write: whoever issues waits for no more than one. */
static void
give_way(void)
{
	const struct timespec nap = { 0, GIVE_WAY_MS * 1000000L };
	(void)nanosleep(&nap, NULL);
}

static bool
events_read(struct service *s, struct fault *fault)
{
	OWN_BYTES(room) = calloc(PAGE, sizeof(struct event_row));
	struct page p = { .service = s, .at = room };
	if (room == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (; store_write(s->store, NULL, page_tx, &p, fault); give_way())
		if (p.count < PAGE)
			return true;
	return false;
}

/* All that is open, once a new policy is in force: its settings and holidays count at once. */
struct anew {
	struct service *service;
	enum state state;
	int64_t after, dossier[PAGE];
	size_t count;
	char policy[DIGEST_HEX], was[DIGEST_HEX];
};

static bool
anew_keep(const void *row, void *context, struct fault *fault)
{
	struct anew *a = context;
	(void)fault;
	a->dossier[a->count++] = ((const struct dossier_row *)row)->id;
	return true;
}

static bool
anew_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct anew *a = context;
	a->count = 0;
	if (!dossier_list(tx, state_name(a->state), a->after, PAGE, anew_keep, a, fault))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!clocks_plan(tx, a->service, a->dossier[i], fault))
			return false;
	return true;
}

static bool
anew_state(struct service *s, struct anew *a, struct fault *fault)
{
	a->after = 0;
	for (; store_write(s->store, NULL, anew_tx, a, fault); give_way()) {
		if (a->count < PAGE)
			return true;
		a->after = a->dossier[PAGE - 1];
	}
	return false;
}

static bool
policy_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct anew *a = context;
	struct meta_row was;
	bool found;
	if (!meta_get(tx, POLICY, &was, &found, fault))
		return false;
	snprintf(a->was, sizeof(a->was), "%.64s", found ? was.value : "");
	return true;
}

static bool
planned_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct anew *a = context;
	return clocks_plan(tx, a->service, 0, fault) && meta_put(tx, POLICY, a->policy, fault);
}

static bool
policy_look(struct service *s, struct fault *fault)
{
	struct anew a = { .service = s };
	hex_print(a.policy, s->policy.digest, sizeof(s->policy.digest));
	if (!store_read(s->store, policy_tx, &a, fault))
		return false;
	for (int i = 0; i <= STATE_ACTIVE && strcmp(a.policy, a.was) != 0; i++) {
		a.state = (enum state)i;
		if (!anew_state(s, &a, fault))
			return false;
	}
	return store_write(s->store, NULL, planned_tx, &a, fault);
}

bool
clocks_catch_up(struct service *s, struct fault *fault)
{
	return events_read(s, fault) && policy_look(s, fault);
}

static bool
event_since(const void *row, void *since, struct fault *fault)
{
	(void)fault;
	*(int64_t *)since = ((const struct event_row *)row)->at;
	return true;
}

/* An act that came due today may wait for the next run. */
bool
clocks_late(struct tx *tx, const struct service *s, int64_t *since, struct fault *fault)
{
	struct meta_row seen = { .value = "0" };
	struct due_row first;
	struct day day;
	char before[DAY_TEXT];
	bool found;
	int64_t event = 0;
	if (!meta_get(tx, SEEN, &seen, &found, fault) ||
	    !event_page(tx, strtoll(seen.value, NULL, 10) + 1, 1, event_since, &event, fault) ||
	    !due_next(tx, day_print(before, day_plus(s->today, -1)), NULL, &first, &found, fault))
		return false;
	if (found && !day_read(first.day, &day))
		return fault_set(fault, FAULT_BROKEN, "期限の日付が壊れています。");
	int64_t act = found ? day_start(day).sec : 0;
	*since = event == 0 || (act != 0 && act < event) ? act : event;
	return true;
}
