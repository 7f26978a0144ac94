#include "act/show.h"

#include <stdlib.h>
#include <string.h>

#include "act/clocks.h"
#include "act/etax.h"
#include "base/array.h"

struct showing {
	struct service *service;
	struct show *show;
	int64_t id;
	size_t room;
};

static bool
event_keep(const void *row, void *context, struct fault *fault)
{
	struct showing *w = context;
	struct show *s = w->show;
	if (!ARRAY_ROOM(s->events, s->event_count, w->room, fault))
		return false;
	s->events[s->event_count++] = *(const struct event_row *)row;
	return true;
}

static bool
show_load(struct tx *tx, void *context, struct fault *fault)
{
	struct showing *w = context;
	const struct policy *policy;
	w->show->event_count = 0;
	dossier_drop(&w->show->dossier);
	cert_drop(&w->show->cert);
	return dossier_load_in(tx, w->id, &w->show->dossier, fault) &&
	       cert_latest(tx, w->id, &w->show->cert, &w->show->has_cert, fault) &&
	       judge_load(tx, w->service, &w->show->dossier, &w->show->judged, fault) &&
	       clocks_case(tx, w->service, &w->show->dossier, &w->show->kase, &policy, fault) &&
	       event_of_dossier(tx, w->id, event_keep, w, fault);
}

bool
show_checks(const struct policy *policy, const struct dossier_row *d,
    const struct check *out[SHOW_CHECKS], size_t *count, struct fault *fault)
{
	struct paper_case c;
	size_t n = 0;
	if (!dossier_case(policy, d, &c, fault))
		return false;
	for (size_t i = 0; i < policy->check_count; i++) {
		if (!check_due(&policy->checks[i], &c))
			continue;
		if (n == SHOW_CHECKS)
			return fault_set(fault, FAULT_BROKEN, "確認事項が多すぎます。");
		out[n++] = &policy->checks[i];
	}
	*count = n;
	return true;
}

/* What is said of e-Tax numbers is said with the numbers. */
static bool
numbers(struct service *s, struct show *w, const char *reason, struct fault *fault)
{
	for (size_t i = 0; i < w->judged.own; i++) {
		char notice[64], print[64];
		bool found = false;
		if ((w->judged.verdict[i].faults & 1u << PAPER_ETAX_MISMATCH) == 0)
			continue;
		if (!etax_open(
			s, &w->dossier, &w->judged.papers[i], reason, notice, print, &found, fault))
			return false;
		if (found)
			etax_reveal(&w->judged.bad, &w->judged.papers[i], notice, print);
		explicit_bzero(notice, sizeof(notice));
		explicit_bzero(print, sizeof(print));
	}
	return true;
}

bool
show_run(struct service *s, int64_t id, const char *reason, struct show **out, struct fault *fault)
{
	struct show *w = calloc(1, sizeof(*w));
	struct showing showing = { s, w, id, 0 };
	bool good = w != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	good = good && store_read(s->store, show_load, &showing, fault) &&
	       fee_standing(s, &w->dossier, &w->fee, fault) &&
	       dossier_open(s, &w->dossier, reason, &w->person, fault) &&
	       numbers(s, w, reason, fault) &&
	       show_checks(w->judged.policy, &w->dossier, w->checks, &w->check_count, fault);
	if (!good) {
		show_free(w);
		return false;
	}
	w->kase.is[IF_UNPAID] = !payment_settled(w->fee.state);
	w->kase.is[IF_PAID] = !w->kase.is[IF_UNPAID];
	w->clock_count =
	    running_clocks(w->judged.policy, &s->policy, &w->kase, s->today, w->clocks);
	*out = w;
	return true;
}

void
show_free(struct show *w)
{
	if (w == NULL)
		return;
	cert_drop(&w->cert);
	dossier_drop(&w->dossier);
	application_free(&w->person);
	free(w->events);
	explicit_bzero(w, sizeof(*w)); /* what is said of e-Tax numbers names them */
	free(w);
}

struct listing {
	const char *state;
	show_each *each;
	void *context;
	int64_t last;
	size_t count;
};

static bool
list_keep(const void *row, void *context, struct fault *fault)
{
	struct listing *l = context;
	const struct dossier_row *d = row;
	l->last = d->id; /* read again after a failure, it goes on behind what was told */
	l->count++;
	return l->each(d, l->context, fault);
}

static bool
list_page(struct tx *tx, void *context, struct fault *fault)
{
	struct listing *l = context;
	l->count = 0;
	return dossier_list(tx, l->state, l->last, SHOW_PAGE, list_keep, l, fault);
}

bool
show_list(struct service *s, const char *state, show_each *each, void *context, struct fault *fault)
{
	struct listing l = { .state = state, .each = each, .context = context };
	do {
		if (!store_read(s->store, list_page, &l, fault))
			return false;
	} while (l.count == SHOW_PAGE);
	return true;
}
