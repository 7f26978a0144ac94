#include "act/judge.h"

#include <string.h>

#include "act/mark.h"

static bool
keep(struct judged *j, const struct paper_row *row, struct fault *fault)
{
	if (j->count == PAPERS_MOST)
		return fault_set(fault, FAULT_INPUT, "案件 %lld の書類が多すぎます（%d 件まで）。",
		    (long long)row->dossier, PAPERS_MOST);
	j->papers[j->count++] = *row;
	return true;
}

static bool
keep_own(const void *row, void *context, struct fault *fault)
{
	return keep(context, row, fault);
}

struct lending {
	struct judged *judged;
	int64_t borrower;
};

/* Only papers that one set of serves colleagues. */
static bool
keep_lent(const void *row, void *context, struct fault *fault)
{
	const struct lending *l = context;
	const struct paper_row *p = row;
	const struct paper_kind *k =
	    policy_paper(l->judged->policy, p->code, l->judged->kase.form_date);
	bool full = l->judged->count == PAPERS_MOST; /* of a hundred colleagues the first ones do */
	if (p->dossier == l->borrower || k == NULL || !k->shared || full)
		return true;
	return keep(l->judged, p, fault);
}

/* One look for each envelope its papers came in. */
static bool
borrow(struct tx *tx, const struct dossier_row *d, struct judged *j, struct fault *fault)
{
	static const uint8_t none[32];
	struct lending l = { j, d->id };
	if (memcmp(d->organisation, none, sizeof(none)) == 0)
		return true;
	for (size_t i = 0; i < j->own; i++) {
		bool seen = false;
		for (size_t k = 0; k < i && !seen; k++)
			seen = memcmp(j->papers[k].envelope, j->papers[i].envelope, 32) == 0;
		if (!seen && !paper_of_envelope(
				 tx, j->papers[i].envelope, d->organisation, keep_lent, &l, fault))
			return false;
	}
	return true;
}

static bool
paper_of(const struct paper_row *row, bool lent, struct paper *out)
{
	*out = (struct paper){ .code = row->code,
		.copy = row->copy != 0,
		.stamp = (enum paper_mark)row->stamp,
		.representative = (enum paper_mark)row->representative,
		.notice = row->notice,
		.print = row->print,
		.lent = lent };
	return day_read(row->arrived, &out->arrived) && day_read(row->issued, &out->issued);
}

static void
verdict_text(struct judged *j)
{
	struct sink text = SINK_INTO(j->text);
	if (j->bad.count == 0)
		sink_text(&text, "complete");
	for (size_t i = 0; i < j->bad.count; i++)
		sink_print(&text, "%s%s", i == 0 ? "" : ";", j->bad.at[i].code);
	(void)sink_string(&text);
}

bool
judge_load(struct tx *tx, struct service *s, const struct dossier_row *d, struct judged *j,
    struct fault *fault)
{
	struct paper papers[PAPERS_MOST];
	struct day arrived = { 0 };
	j->own = j->count = 0;
	if (!service_policy_in(tx, s, d->policy, &j->policy, fault) ||
	    !dossier_case(j->policy, d, &j->kase, fault) ||
	    !mark_more(tx, d->id, "K-2", &j->kase.form_more, fault) ||
	    !paper_of_dossier(tx, d->id, keep_own, j, fault))
		return false;
	j->own = j->count;
	if (!borrow(tx, d, j, fault))
		return false;
	bool good = d->arrived[0] == '\0' || day_read(d->arrived, &arrived);
	for (size_t i = 0; good && i < j->count; i++)
		good = paper_of(&j->papers[i], i >= j->own, &papers[i]);
	if (!good)
		return fault_set(fault, FAULT_BROKEN, "案件 %lld の書類の記録が壊れています。",
		    (long long)d->id);
	if (!papers_judge(
		j->policy, &j->kase, arrived, papers, j->count, j->verdict, &j->bad, fault))
		return false;
	verdict_text(j);
	return true;
}

const char *
judge_paper_text(const struct paper_verdict *v, char out[96])
{
	struct sink text = { .at = (uint8_t *)out, .cap = 96 };
	for (int f = 0; f < PAPER_FAULTS; f++)
		if ((v->faults & 1u << f) != 0)
			sink_print(&text, "%s%s", text.len == 0 ? "" : ";",
			    paper_fault_name((enum paper_fault)f));
	if (text.len == 0)
		sink_text(&text, "good");
	return sink_string(&text);
}

bool
judge_store(struct tx *tx, const struct judged *j, struct fault *fault)
{
	for (size_t i = 0; i < j->own; i++) {
		char text[96], day[DAY_TEXT];
		judge_paper_text(&j->verdict[i], text);
		day_print(day, j->verdict[i].last_good);
		if (!paper_judged(tx, j->papers[i].id, text, day, fault))
			return false;
	}
	return true;
}
