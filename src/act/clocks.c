#include "act/clocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/clocks_in.h"
#include "act/mark.h"
#include "act/standby.h"

const struct refusal CLOCKS_FUTURE = { "clocks-future", FAULT_USAGE, "X-8" };

struct running_on {
	struct service *service;
	clocks_tell *tell;
	void *context;
	struct clocks_ran *ran;
	char until[DAY_TEXT];
	bool last_pass; /* nothing could be done in the one before but refused again */
};

static void
acting_drop(struct acting *a)
{
	dossier_drop(&a->dossier);
	cert_drop(&a->cert);
}

/* The dossier as it is now: an act before may have stopped this clock. */
static bool
load(struct tx *tx, struct acting *a, struct fault *fault)
{
	struct owed all[OWED_MOST];
	struct service *s = a->service;
	a->policy = &s->policy;
	acting_drop(a);
	a->dossier = (struct dossier_row){ 0 };
	a->cert = (struct cert_row){ 0 };
	if (a->row.dossier == 0
		? !clocks_service_case(tx, s, &a->kase, fault)
		: !dossier_load_in(tx, a->row.dossier, &a->dossier, fault) ||
		      !cert_latest(tx, a->row.dossier, &a->cert, &a->has_cert, fault) ||
		      !clocks_case(tx, s, &a->dossier, &a->kase, &a->policy, fault))
		return false;
	size_t n = running_owed(a->policy, &s->policy, &a->kase, all);
	const struct owed *is = clocks_owed(&a->row, all, n);
	a->owed = is == NULL ? (struct owed){ .act = NULL } : *is;
	return true;
}

static void
event_make(struct acting *a)
{
	char figure[24] = "end";
	if (a->row.figure >= 0)
		snprintf(figure, sizeof(figure), "%lld", (long long)a->row.figure);
	service_event(a->service, "clock", a->row.dossier, &a->event);
	snprintf(a->event.actor, sizeof(a->event.actor), "system");
	snprintf(a->event.detail, sizeof(a->event.detail),
	    "clock=%s act=%s figure=%s key=%s day=%s clause=%s", a->row.clock, a->row.word, figure,
	    a->row.key, a->row.day, a->owed.act->clause);
}

static bool
act_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct acting *a = context;
	bool waits;
	a->owed.act = NULL;
	a->row.open = a->list = 0;
	if (!due_waits(tx, &a->row, &waits, fault))
		return false;
	if (!waits) /* another run was there first */
		return true;
	if (!load(tx, a, fault))
		return false;
	if (a->owed.act == NULL)
		return due_drop(tx, &a->row, fault) &&
		       clocks_plan(tx, a->service, a->row.dossier, fault);
	event_make(a);
	a->row.acted_at = a->service->now.sec;
	return clocks_deed(tx, a, fault) && due_act(tx, &a->row, fault) &&
	       clocks_plan(tx, a->service, a->row.dossier, fault) &&
	       service_event_add(tx, &a->event, fault);
}

static bool
plan_tx(struct tx *tx, void *context, struct fault *fault)
{
	const struct acting *a = context;
	return clocks_plan(tx, a->service, a->row.dossier, fault);
}

static bool
passes(enum fault_code code)
{
	return code == FAULT_STORE || code == FAULT_LATER;
}

/* What one case refuses holds up no other: it waits, and is told at every run. */
static bool
act(struct running_on *r, const struct due_row *row, bool *done, struct fault *fault)
{
	struct acting a = { .service = r->service, .row = *row };
	struct fault why = { 0 }, none = { 0 };
	bool good = store_write(r->service->store, NULL, act_tx, &a, &why);
	*done = good;
	if (!good && passes(why.code)) {
		*fault = why;
		acting_drop(&a);
		return false;
	}
	if (!good && !r->last_pass) /* what comes after it does not wait for it */
		(void)!store_write(r->service->store, NULL, plan_tx, &a, &none);
	const struct clocks_told told = { &a.row, a.owed.act == NULL ? "" : a.owed.act->clause,
		a.has_cert ? a.cert.serial : "", good ? NULL : &why };
	if (good && a.owed.act != NULL) {
		r->ran->acts++;
		r->ran->list = a.list != 0 ? a.list : r->ran->list;
		r->tell(r->context, &told);
	} else if (!good && r->last_pass) {
		r->ran->refused++;
		r->tell(r->context, &told);
	}
	acting_drop(&a);
	return true;
}

/* A rehearsal's time goes on with the days; everybody else's is what it is. */
static bool
time_go(struct service *s, const char *text, struct fault *fault)
{
	struct day day;
	if (!day_read(text, &day))
		return fault_set(fault, FAULT_BROKEN, "期限の日付が壊れています。");
	return day_cmp(day, s->today) <= 0 || service_tell(s, day_start(day), fault);
}

struct next {
	const struct running_on *run;
	struct due_row after, row;
	bool behind, found;
};

static bool
next_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct next *n = context;
	return due_next(tx, n->run->until, n->behind ? &n->after : NULL, &n->row, &n->found, fault);
}

/* Once through all that waits, by day. An act may owe another, of a day before: hence passes. */
static bool
pass(struct running_on *r, int64_t *done, struct fault *fault)
{
	struct next n = { .run = r };
	*done = 0;
	for (;;) {
		bool did;
		if (!store_read(r->service->store, next_tx, &n, fault))
			return false;
		if (!n.found)
			return true;
		if (!time_go(r->service, n.row.day, fault) || !act(r, &n.row, &did, fault))
			return false;
		*done += did;
		n.after = n.row;
		n.behind = true;
	}
}

bool
clocks_run(struct service *s, struct day day, clocks_tell *tell, void *context,
    struct clocks_ran *out, struct fault *fault)
{
	struct clocks_ran ran = { .day = day };
	struct running_on r = { .service = s, .tell = tell, .context = context, .ran = &ran };
	int64_t done;
	if (day_cmp(day, s->today) > 0 && !s->rehearsal)
		return fault_refuse(fault, &CLOCKS_FUTURE, "--day",
		    "--day に今日より後の日を渡せるのは試験用のサービスだけです。");
	day_print(r.until, day);
	if (!standby_over(s, fault) || !clocks_catch_up(s, fault))
		return false;
	do {
		if (!pass(&r, &done, fault))
			return false;
	} while (done > 0);
	r.last_pass = true;
	if (!pass(&r, &done, fault) || !time_go(s, r.until, fault))
		return false;
	*out = ran;
	return true;
}

enum { LISTED = 200 };
struct listing {
	const char *role;
	struct due_row at[LISTED];
	char serial[LISTED][SERIAL_HEX];
	size_t count;
	bool behind;
	struct due_row after;
};

static bool
list_keep(const void *row, void *context, struct fault *fault)
{
	struct listing *l = context;
	(void)fault;
	l->at[l->count++] = *(const struct due_row *)row;
	return true;
}

static bool
list_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct listing *l = context;
	l->count = 0;
	if (!due_open(tx, l->role, l->behind ? &l->after : NULL, LISTED, list_keep, l, fault))
		return false;
	for (size_t i = 0; i < l->count; i++) {
		struct cert_row c = { 0 };
		bool found;
		if (!cert_latest(tx, l->at[i].dossier, &c, &found, fault))
			return false;
		snprintf(l->serial[i], sizeof(l->serial[i]), "%s", found ? c.serial : "");
		cert_drop(&c);
	}
	return true;
}

static const char *
clause_of(const struct due_row *r)
{
	for (size_t i = 0; i < CLOCK_ACT_COUNT; i++)
		if (CLOCK_ACTS[i].word != NULL && strcmp(CLOCK_ACTS[i].word, r->word) == 0 &&
		    strcmp(CLOCK_ACTS[i].clock, r->clock) == 0)
			return CLOCK_ACTS[i].clause;
	return "";
}

bool
clocks_list(
    struct service *s, const char *role, clocks_tell *tell, void *context, struct fault *fault)
{
	OWN_BYTES(room) = calloc(1, sizeof(struct listing));
	struct listing *l = room;
	if (l == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	l->role = role;
	if (!clocks_catch_up(s, fault)) /* what ended since the last run stands on no list */
		return false;
	do {
		if (!store_read(s->store, list_tx, l, fault))
			return false;
		for (size_t i = 0; i < l->count; i++) {
			const struct clocks_told told = { &l->at[i], clause_of(&l->at[i]),
				l->serial[i], NULL };
			tell(context, &told);
		}
		l->behind = l->count > 0;
		l->after = l->count == 0 ? l->after : l->at[l->count - 1];
	} while (l->count == LISTED);
	return true;
}
