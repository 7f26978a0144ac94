#include "rules/match.h"

#include <stdlib.h>
#include <string.h>

#include "rules/transport.h"

/* clang-format off */
static const char *const OUTCOME[] = { "none", "exact", "short", "over", "set", "ambiguous", "joint" };
static const char *const REASON[] = { "exact", "short", "over", "joint", "reference", "name" };
/* clang-format on */
_Static_assert(COUNT(OUTCOME) == OUTCOMES, "every outcome needs its word");
_Static_assert(COUNT(REASON) == MATCH_REASONS, "every reason needs its word");

const char *
outcome_name(enum outcome o)
{
	return OUTCOME[o];
}

const char *
match_reason_name(enum match_reason r)
{
	return REASON[r];
}

enum { SHOWN = 200, JOINT_CASES = 12 }; /* explanations of one line; cases searched for a sum */

struct matching {
	const struct match_figures *figures;
	struct match_case *cases;
	size_t case_count;
	const struct match_line *lines;
	size_t line_count;
	size_t *by_payer; /* places of cases, sorted by payer */
	size_t *by_reference; /* the same, sorted by reference */
	size_t *group; /* per line: where its payer begins in by_payer; or SIZE_MAX */
	size_t *by_group; /* places of lines, sorted by group */
	match_tell *tell;
	void *context;
};

static bool
fits(const struct match_figures *f, int64_t amount, int64_t fee, enum match_reason *reason)
{
	const int64_t by[] = {
		[MATCH_EXACT] = 0, [MATCH_SHORT] = -f->short_by, [MATCH_OVER] = f->over_by
	};
	for (size_t r = 0; r < COUNT(by); r++)
		if (amount == fee + by[r]) {
			*reason = (enum match_reason)r;
			return true;
		}
	return false;
}

static int
case_order(const void *a, const void *b, void *context)
{
	const struct match_case *cases = context;
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int payer = strcmp(cases[x].payer, cases[y].payer);
	return payer != 0 ? payer : (x > y) - (x < y);
}

static int
reference_order(const void *a, const void *b, void *context)
{
	const struct match_case *cases = context;
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int reference = strcmp(cases[x].reference, cases[y].reference);
	return reference != 0 ? reference : (x > y) - (x < y);
}

static int
line_order(const void *a, const void *b, void *context)
{
	const size_t *group = context, x = *(const size_t *)a, y = *(const size_t *)b;
	return group[x] != group[y] ? (group[x] > group[y] ? 1 : -1) : (x > y) - (x < y);
}

static void
tell(const struct matching *m, size_t line, size_t kase, int64_t difference, enum match_reason why)
{
	m->tell(m->context, &(struct match_candidate){ line, kase, difference, why });
}

/* A number before the name claims its one case, whoever paid and however much. */
static void
reference_claim(const struct matching *m, size_t line, size_t kase)
{
	struct match_case *c = &m->cases[kase];
	enum match_reason why;
	int64_t difference = m->lines[line].amount - c->fee;
	tell(m, line, kase, difference, MATCH_REFERENCE);
	if (c->outcome != OUTCOME_NONE || !fits(m->figures, m->lines[line].amount, c->fee, &why))
		c->outcome = OUTCOME_AMBIGUOUS;
	else
		c->outcome = (enum outcome)(OUTCOME_EXACT + (int)why);
}

/*
 * A name the bank cut is a payer's only where it begins one payer's name and no other's. A deposit
 * whose name says nothing is nobody's: its amount alone would claim a case.
 */
static size_t
payer_group(const struct matching *m, size_t line)
{
	size_t low = 0, high = m->case_count, found = SIZE_MAX;
	const char *name = m->lines[line].payer;
	if (name[0] == '\0')
		return SIZE_MAX;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (strcmp(m->cases[m->by_payer[mid]].payer, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (size_t i = low; i < m->case_count; i++) {
		const char *full = m->cases[m->by_payer[i]].payer;
		if (strncmp(full, name, strlen(name)) != 0)
			break;
		bool another = i > 0 && strcmp(full, m->cases[m->by_payer[i - 1]].payer) == 0;
		if (another && i > low)
			continue;
		if (!payer_same(name, full))
			continue;
		if (strcmp(full, name) == 0)
			return i;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = i;
	}
	return found;
}

static size_t
group_end(const struct matching *m, size_t from)
{
	const char *payer = m->cases[m->by_payer[from]].payer;
	size_t i = from;
	while (i < m->case_count && strcmp(m->cases[m->by_payer[i]].payer, payer) == 0)
		i++;
	return i;
}

/* Sorts a payer's open cases by fee and deposits by amount into classes. False: too many. */
static bool
classes_fill(const struct matching *m, size_t from, size_t to, const size_t *lines, size_t n,
    struct transport *t)
{
	*t = (struct transport){ 0 };
	for (size_t i = from; i < to; i++)
		if (m->cases[m->by_payer[i]].outcome == OUTCOME_NONE &&
		    !transport_add(t->right, &t->rights, m->cases[m->by_payer[i]].fee))
			return false;
	for (size_t i = 0; i < n; i++) {
		bool any = false;
		for (size_t r = 0; r < t->rights; r++) {
			enum match_reason why;
			any = any ||
			      fits(m->figures, m->lines[lines[i]].amount, t->right[r].value, &why);
		}
		if (any && !transport_add(t->left, &t->lefts, m->lines[lines[i]].amount))
			return false;
	}
	for (size_t l = 0; l < t->lefts; l++)
		for (size_t r = 0; r < t->rights; r++) {
			enum match_reason why;
			if (fits(m->figures, t->left[l].value, t->right[r].value, &why))
				t->weight[l][r] = why == MATCH_EXACT ? TRANSPORT_BIG + 1 : 1;
		}
	return true;
}

/* What the cases of class r are in all best ways. */
static enum outcome
class_outcome(const struct matching *m, const struct transport *t, size_t r)
{
	enum outcome is = OUTCOME_NONE;
	bool can = transport_can_leave(t, r);
	for (size_t l = 0; l < t->lefts; l++) {
		enum match_reason why;
		if (t->weight[l][r] == 0 || !transport_can_use(t, l, r))
			continue;
		if (can || !fits(m->figures, t->left[l].value, t->right[r].value, &why))
			return OUTCOME_AMBIGUOUS;
		can = true;
		is = (enum outcome)(OUTCOME_EXACT + (int)why);
		if (is == OUTCOME_EXACT && (t->left[l].count > 1 || t->right[r].count > 1))
			is = OUTCOME_SET;
	}
	return is;
}

static void
group_outcomes(const struct matching *m, size_t from, size_t to, const size_t *lines, size_t n)
{
	struct transport t;
	bool small = classes_fill(m, from, to, lines, n, &t);
	enum outcome is[TRANSPORT_CLASSES];
	for (size_t r = 0; small && r < t.rights; r++)
		is[r] = class_outcome(m, &t, r);
	for (size_t i = from; i < to; i++) {
		struct match_case *c = &m->cases[m->by_payer[i]];
		if (c->outcome != OUTCOME_NONE)
			continue;
		if (!small)
			c->outcome = OUTCOME_AMBIGUOUS;
		for (size_t r = 0; small && r < t.rights; r++)
			if (t.right[r].value == c->fee)
				c->outcome = is[r];
	}
}

/* One deposit that equals the sum of several unpaid cases: a split is proposed. */
static bool
joint_claim(const struct matching *m, const size_t *open, size_t n, size_t line)
{
	bool any = false;
	for (unsigned set = 1; set < 1u << n; set++) {
		int64_t sum = 0;
		for (size_t i = 0; i < n; i++)
			sum += (set & 1u << i) != 0 ? m->cases[open[i]].fee : 0;
		if (sum != m->lines[line].amount || (set & (set - 1)) == 0)
			continue;
		for (size_t i = 0; i < n; i++) {
			struct match_case *c = &m->cases[open[i]];
			if ((set & 1u << i) == 0)
				continue;
			c->outcome =
			    c->outcome == OUTCOME_NONE && !any ? OUTCOME_JOINT : OUTCOME_AMBIGUOUS;
			tell(m, line, open[i], 0, MATCH_JOINT);
		}
		if (any) /* two explanations: every case in any of them is uncertain */
			for (size_t i = 0; i < n; i++)
				if (m->cases[open[i]].outcome == OUTCOME_JOINT)
					m->cases[open[i]].outcome = OUTCOME_AMBIGUOUS;
		any = true;
	}
	return any;
}

static void
line_explain(const struct matching *m, size_t from, size_t to, const size_t *open,
    size_t open_count, size_t line)
{
	size_t shown = 0;
	for (size_t i = from; i < to && shown < SHOWN; i++) {
		const struct match_case *c = &m->cases[m->by_payer[i]];
		enum match_reason why;
		if (!fits(m->figures, m->lines[line].amount, c->fee, &why))
			continue;
		tell(m, line, m->by_payer[i], m->lines[line].amount - c->fee, why);
		shown++;
	}
	if (shown > 0 || (open_count > 1 && joint_claim(m, open, open_count, line)))
		return;
	for (size_t i = from; i < to && shown < SHOWN; i++, shown++)
		tell(m, line, m->by_payer[i], m->lines[line].amount - m->cases[m->by_payer[i]].fee,
		    MATCH_NAME);
}

static void
group_match(const struct matching *m, size_t from, const size_t *lines, size_t n)
{
	size_t to = group_end(m, from), open[JOINT_CASES], open_count = 0;
	group_outcomes(m, from, to, lines, n);
	for (size_t i = from; i < to; i++)
		if (m->cases[m->by_payer[i]].outcome == OUTCOME_NONE) {
			if (open_count == JOINT_CASES) {
				open_count = 0; /* too many to try every sum: a person decides */
				break;
			}
			open[open_count++] = m->by_payer[i];
		}
	for (size_t i = 0; i < n; i++)
		line_explain(m, from, to, open, open_count, lines[i]);
}

/* The case whose number this is; SIZE_MAX: nobody's, or mistyped. */
static size_t
reference_case(const struct matching *m, const char *number)
{
	size_t low = 0, high = m->case_count;
	if (!reference_good(number))
		return SIZE_MAX;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (strcmp(m->cases[m->by_reference[mid]].reference, number) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	bool found =
	    low < m->case_count && strcmp(m->cases[m->by_reference[low]].reference, number) == 0;
	return found ? m->by_reference[low] : SIZE_MAX;
}

/* Lines with a number first; the others to their payer's group. */
static void
lines_group(struct matching *m)
{
	for (size_t i = 0; i < m->line_count; i++) {
		m->by_group[i] = i;
		m->group[i] = SIZE_MAX;
		size_t kase = reference_case(m, m->lines[i].number);
		if (kase != SIZE_MAX)
			reference_claim(m, i, kase);
		else
			m->group[i] = payer_group(m, i);
	}
	qsort_r(m->by_group, m->line_count, sizeof(size_t), line_order, m->group);
}

static bool
matching_room(struct matching *m)
{
	m->by_payer = calloc(m->case_count + 1, sizeof(size_t));
	m->by_reference = calloc(m->case_count + 1, sizeof(size_t));
	m->group = calloc(m->line_count + 1, sizeof(size_t));
	m->by_group = calloc(m->line_count + 1, sizeof(size_t));
	return m->by_payer != NULL && m->by_reference != NULL && m->group != NULL &&
	       m->by_group != NULL;
}

bool
match_all(const struct match_figures *figures, struct match_case *cases, size_t case_count,
    const struct match_line *lines, size_t line_count, match_tell *tell_one, void *context,
    struct fault *fault)
{
	struct matching m = { .figures = figures,
		.cases = cases,
		.case_count = case_count,
		.lines = lines,
		.line_count = line_count,
		.tell = tell_one,
		.context = context };
	bool done = case_count <= MATCH_CASES && line_count <= MATCH_LINES && matching_room(&m);
	if (done) {
		for (size_t i = 0; i < case_count; i++) {
			m.by_payer[i] = m.by_reference[i] = i;
			cases[i].outcome = OUTCOME_NONE;
		}
		qsort_r(m.by_payer, case_count, sizeof(size_t), case_order, cases);
		qsort_r(m.by_reference, case_count, sizeof(size_t), reference_order, cases);
		lines_group(&m);
		for (size_t i = 0; i < line_count;) {
			size_t group = m.group[m.by_group[i]], n = 0;
			while (i + n < line_count && m.group[m.by_group[i + n]] == group)
				n++;
			if (group != SIZE_MAX)
				group_match(&m, group, m.by_group + i, n);
			i += n;
		}
	}
	free(m.by_payer);
	free(m.by_reference);
	free(m.group);
	free(m.by_group);
	return done || fault_set(fault, FAULT_BUG, "入金の照合に使う記憶域が足りません。");
}
