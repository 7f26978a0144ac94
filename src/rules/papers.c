#include "rules/papers.h"

#include <stdio.h>
#include <string.h>

#include "rules/say.h"
#include "rules/term.h"

/* clang-format off */
static const struct {
	const char *name, *message, *clause;
} FAULT[] = {
	[PAPER_TOO_OLD]		  = { "too-old",	   "M-202", "R-4.47" },
	[PAPER_ORIGINAL_NEEDED]	  = { "original-needed",   "M-210", "R-4.59" },
	[PAPER_NO_STAMP]	  = { "no-stamp",	   "M-203", "R-4.42" },
	[PAPER_ETAX_MISMATCH]	  = { "etax-mismatch",	   "M-204", "R-4.44" },
	[PAPER_NO_REPRESENTATIVE] = { "no-representative", NULL,    "R-4.50" },
};
_Static_assert(COUNT(FAULT) == PAPER_FAULTS, "every fault of a paper needs a row");
/* clang-format on */

const char *
paper_fault_name(enum paper_fault f)
{
	return FAULT[f].name;
}

static bool
due(unsigned kinds, enum slot_when when, const struct paper_case *c)
{
	const bool holds[SLOT_WHENS] = {
		[SLOT_ALWAYS] = true,
		[SLOT_FORMER_NAME] = c->former_name,
		[SLOT_DELEGATE] = c->delegate,
		[SLOT_BY_POST] = !c->in_person,
		[SLOT_MANDATE] = c->mandate,
		[SLOT_NO_MANDATE] = !c->mandate,
		[SLOT_IN_PERSON] = c->in_person,
	};
	return (kinds & 1u << c->kind) != 0 && holds[when];
}

bool
slot_due(const struct slot *s, const struct paper_case *c)
{
	return due(s->kinds, s->when, c);
}

bool
check_due(const struct check *k, const struct paper_case *c)
{
	return due(k->kinds, k->when, c);
}

/* The last day on which the form can arrive. */
static struct day
form_last_day(struct day form_date)
{
	return window_last_day(form_date, 12);
}

static bool
slot_takes(const struct slot *s, const char *code)
{
	for (size_t i = 0; i < s->paper_count; i++)
		if (strcmp(s->papers[i], code) == 0)
			return true;
	return false;
}

/* The day its age counts from: with e-Tax that of the notice, for there is no stamp. */
static struct day
paper_base_day(const struct paper *p)
{
	struct day d;
	char text[DAY_TEXT];
	if (p->notice[0] == '\0' || p->stamp == MARK_YES)
		return p->issued;
	snprintf(text, sizeof(text), "%.10s", p->notice);
	return day_read(text, &d) ? d : p->issued;
}

static unsigned
paper_faults(const struct paper *p, const struct paper_kind *k, struct day last_good)
{
	unsigned f = 0;
	if (k->months != 0 && day_cmp(p->arrived, last_good) > 0)
		f |= 1u << PAPER_TOO_OLD;
	if (k->form == FORM_ORIGINAL && p->copy)
		f |= 1u << PAPER_ORIGINAL_NEEDED;
	if (k->submitted && p->stamp != MARK_YES) {
		if (p->notice[0] == '\0')
			f |= 1u << PAPER_NO_STAMP;
		else if (strcmp(p->notice, p->print) != 0)
			f |= 1u << PAPER_ETAX_MISMATCH;
	}
	if (k->shows_representative && p->representative == MARK_NO)
		f |= 1u << PAPER_NO_REPRESENTATIVE;
	return f;
}

static struct deficiency *
deficiency_add(struct deficiencies *all, const char *message, const char *clause)
{
	struct deficiency *d = &all->at[all->count < DEFICIENCIES ? all->count++ : all->count - 1];
	*d = (struct deficiency){ .message = message, .clause = clause };
	return d;
}

/* What is said where the fault has no row of its own, in both languages. */
struct otherwise {
	const char *ja, *en;
};
enum { SAY_VALUES = 4 };

static void
fill(char out[512], const char *text, const struct say_value *values, size_t n)
{
	struct sink s = { .at = (uint8_t *)out, .cap = 512 };
	say_fill(&s, text, values, n);
	if (sink_string(&s) == NULL)
		snprintf(out, 512, "%s", text);
}

/* paper_en: what the value 書類, which stands first, is in English; NULL: there is none. */
static void
deficiency_say(struct deficiency *d, const struct policy *policy, struct day on,
    const struct say_value *values, size_t n, const char *paper_en, struct otherwise otherwise)
{
	const struct text *t = d->message == NULL ? NULL : policy_text(policy, d->message, on);
	struct say_value en[SAY_VALUES];
	memcpy(en, values, n * sizeof(*values));
	if (paper_en != NULL)
		en[0].value = paper_en;
	fill(d->say, t == NULL ? otherwise.ja : t->ja, values, n);
	fill(d->en, t == NULL ? otherwise.en : t->en, en, n);
}

/* One line for one fault of one paper, as the applicant reads it. */
static void
paper_deficiency(const struct policy *policy, struct day on, const struct paper *p,
    const struct paper_verdict *v, enum paper_fault f, struct deficiencies *all)
{
	struct deficiency *d = deficiency_add(all, FAULT[f].message, FAULT[f].clause);
	snprintf(d->code, sizeof(d->code), "%s:%s", v->kind->code, FAULT[f].name);
	char base[DAY_TEXT], last[DAY_TEXT], came[DAY_TEXT];
	day_print(base, paper_base_day(p));
	day_print(last, v->last_good);
	day_print(came, p->arrived);
	bool etax = f == PAPER_ETAX_MISMATCH;
	const struct say_value values[] = {
		{ "書類", v->kind->name_ja },
		{ "A", etax ? p->notice : base },
		{ "B", etax ? p->print : last },
		{ "C", came },
	};
	const struct otherwise otherwise = {
		"{書類}に代表者の氏名が記載されていません。"
		"代表者の記載があるものをお送りください。",
		"{書類} does not name the representative. Please send one that does.",
	};
	deficiency_say(d, policy, on, values, COUNT(values), v->kind->name_en, otherwise);
}

static void
slot_missing(
    const struct policy *policy, struct day on, const struct slot *s, struct deficiencies *all)
{
	struct deficiency *d = deficiency_add(all, s->message, s->clause);
	snprintf(d->code, sizeof(d->code), "%s", s->missing);
	const struct paper_kind *k = policy_paper(policy, s->papers[0], on);
	const struct say_value values[] = { { "書類", k == NULL ? s->papers[0] : k->name_ja } };
	static const struct otherwise ONE = { "{書類}が同封されていません。お送りください。",
		"{書類} was not enclosed. Please send it." };
	static const struct otherwise ANY = {
		"事業を示す書類が同封されていません。いずれか1点をお送りください。",
		"No paper that shows the business was enclosed. Please send one."
	};
	deficiency_say(d, policy, on, values, 1, k == NULL ? NULL : k->name_en,
	    s->paper_count == 1 ? ONE : ANY);
}

/* A form that came too late with everything else is told once, by itself. */
static bool
told(const struct deficiencies *all, const struct paper_kind *k, int f)
{
	return f == PAPER_TOO_OLD && k->base == BASE_FORM && all->count > 0 &&
	       strcmp(all->at[0].code, "form-expired") == 0;
}

/* A slot is filled by any one good paper; else every fault of what came for it is told. */
static void
slot_judge(const struct policy *policy, struct day on, const struct slot *s,
    const struct paper *papers, size_t n, struct paper_verdict *verdict, struct deficiencies *all)
{
	bool came = false, good = false;
	for (size_t i = 0; i < n; i++) {
		if (!slot_takes(s, papers[i].code))
			continue;
		came = verdict[i].due = true;
		good = good || verdict[i].faults == 0;
	}
	if (good || (!came && !s->judged))
		return;
	if (!came) {
		slot_missing(policy, on, s, all);
		return;
	}
	for (size_t i = 0; i < n; i++)
		for (int f = 0; f < PAPER_FAULTS && slot_takes(s, papers[i].code); f++)
			if ((verdict[i].faults & 1u << f) != 0 && !told(all, verdict[i].kind, f))
				paper_deficiency(
				    policy, on, &papers[i], &verdict[i], (enum paper_fault)f, all);
}

static void
form_judge(const struct policy *policy, const struct paper_case *c, struct day arrived,
    struct deficiencies *all)
{
	struct day last = day_plus(form_last_day(c->form_date), c->form_more);
	if (day_cmp(arrived, last) <= 0)
		return;
	struct deficiency *d = deficiency_add(all, "M-201", "R-4.24");
	snprintf(d->code, sizeof(d->code), "form-expired");
	char form[DAY_TEXT], until[DAY_TEXT], came[DAY_TEXT];
	const struct say_value values[] = {
		{ "A", day_print(form, c->form_date) },
		{ "B", day_print(until, last) },
		{ "C", day_print(came, arrived) },
	};
	const struct otherwise otherwise = { "利用申込書の受付期限を過ぎています。",
		"The application form came too late." };
	deficiency_say(d, policy, c->form_date, values, COUNT(values), NULL, otherwise);
}

bool
papers_judge(const struct policy *policy, const struct paper_case *c, struct day arrived,
    const struct paper *papers, size_t n, struct paper_verdict verdict[], struct deficiencies *all,
    struct fault *fault)
{
	struct day on = c->form_date;
	all->count = 0;
	for (size_t i = 0; i < n; i++) {
		const struct paper_kind *k = policy_paper(policy, papers[i].code, on);
		if (k == NULL)
			return fault_field(fault, FAULT_INPUT, "paper",
			    "書類の種類「%s」は書類の表にありません。"
			    "D-02 のような番号を入れてください。",
			    papers[i].code);
		struct day base = paper_base_day(&papers[i]);
		int more = k->base == BASE_FORM ? c->form_more : 0;
		struct day last = k->months == 0 ? (struct day){ 0 }
						 : day_plus(window_last_day(base, k->months), more);
		verdict[i] =
		    (struct paper_verdict){ k, last, paper_faults(&papers[i], k, last), false };
	}
	form_judge(policy, c, arrived, all);
	for (size_t i = 0; i < policy->slot_count; i++)
		if (slot_due(&policy->slots[i], c))
			slot_judge(policy, on, &policy->slots[i], papers, n, verdict, all);
	return true;
}
