/* akashi rule papers: what an application owes, from the same rows that judge it. */
#include "cmd/cmd.h"

#include <string.h>

#include "act/rulebook.h"
#include "rules/papers.h"

struct rules {
	struct service *service; /* of -C, or NULL */
	struct policy own;
	const struct policy *policy;
	struct day today;
};

static void
rules_drop(struct rules *r)
{
	service_close(r->service);
	policy_free(&r->own);
}

static bool
rules_open(const struct cmd *cmd, struct rules *r, struct fault *fault)
{
	char folder[1024];
	struct policy_errors errors;
	if (cmd->dir != NULL) {
		if (!cmd_service(cmd, &r->service, fault))
			return false;
		r->policy = &r->service->policy;
		r->today = r->service->today;
		return true;
	}
	r->policy = &r->own;
	r->today = instant_day(instant_now());
	return rulebook_shipped(folder, sizeof(folder), fault) &&
	       rulebook_check(folder, &r->own, &errors, fault);
}

static bool
same_rule(const struct paper_kind *a, const struct paper_kind *b)
{
	return a->months == b->months && a->base == b->base && a->form == b->form &&
	       a->send == b->send && strcmp(a->clause, b->clause) == 0;
}

static void
put_text(const struct paper_kind *k, const struct slot *s, const char *codes, struct sink *text)
{
	sink_print(text, "%-20s %s", s->code, codes);
	if (k->months > 0)
		sink_print(text, "  %dか月以内", k->months);
	sink_print(text, "  %s  ［%s］\n",
	    k->form == FORM_ORIGINAL ? "原本"
	    : k->send == FORM_COPY   ? "コピー"
				     : "原本またはコピー",
	    s->clause);
}

/* The papers of a slot with one and the same limit, base and form are one row. */
static void
put_row(const struct rules *r, const struct slot *s, size_t first, json_t *rows, struct sink *text)
{
	const struct paper_kind *k = policy_paper(r->policy, s->papers[first], r->today);
	char from[DAY_TEXT], all[256];
	struct sink codes = SINK_INTO(all);
	json_t *papers = json_array();
	for (size_t i = first; i < s->paper_count; i++) {
		const struct paper_kind *other = policy_paper(r->policy, s->papers[i], r->today);
		if (other == NULL || !same_rule(k, other))
			continue;
		cmd_row(papers, json_string(other->code));
		sink_print(&codes, "%s%s", codes.len == 0 ? "" : " ", other->code);
	}
	day_print(from, day_cmp(k->from, s->from) > 0 ? k->from : s->from);
	json_t *row = json_pack("{s:s,s:o,s:o,s:s,s:s,s:s,s:s,s:s,s:s}", "slot", s->code, "papers",
	    papers, "limit", k->months == 0 ? json_null() : json_integer(k->months), "base",
	    PAPER_BASE_NAMES[k->base], "form", PAPER_FORM_NAMES[k->form], "send",
	    PAPER_FORM_NAMES[k->send], "from", from, "clause", s->clause, "limit_clause",
	    k->clause);
	cmd_row(rows, row);
	put_text(k, s, sink_string(&codes), text);
}

static void
put_slot(const struct rules *r, const struct slot *s, json_t *rows, struct sink *text)
{
	for (size_t i = 0; i < s->paper_count; i++) {
		const struct paper_kind *k = policy_paper(r->policy, s->papers[i], r->today);
		bool told = k == NULL;
		for (size_t j = 0; j < i && !told; j++) {
			const struct paper_kind *e =
			    policy_paper(r->policy, s->papers[j], r->today);
			told = e != NULL && same_rule(e, k);
		}
		if (!told)
			put_row(r, s, i, rows, text);
	}
}

static bool
case_read(const struct rules *r, const char *kind, const char *product, struct paper_case *c,
    struct fault *fault)
{
	const struct product *p = policy_product(r->policy, product, r->today);
	if (!kind_read(kind, &c->kind))
		return fault_field(fault, FAULT_USAGE, "--kind",
		    "--kind takes individual-basic, individual, sole-proprietor, representative, "
		    "employee or gyoseishoshi.");
	if (p == NULL)
		return fault_field(fault, FAULT_INPUT, "--product",
		    "商品「%s」は規則にありません。DL-B2 のような記号で指定してください。",
		    product);
	if ((p->kinds & 1u << c->kind) == 0)
		return fault_field(fault, FAULT_INPUT, "--product",
		    "商品「%s」はこの種類の申込みでは選べません。", product);
	c->mandate = p->mandate;
	c->form_date = r->today;
	return true;
}

bool
cmd_rule_papers(const struct cmd *cmd, struct fault *fault)
{
	const char *kind = NULL, *product = NULL;
	struct paper_case c = { 0 };
	const struct option_row options[] = {
		{ "--kind", &kind, NULL, true },
		{ "--product", &product, NULL, true },
		{ "--former-name", NULL, &c.former_name, false },
		{ "--delegate", NULL, &c.delegate, false },
		{ "--in-person", NULL, &c.in_person, false },
	};
	struct rules rules __attribute__((cleanup(rules_drop))) = { 0 };
	OWN_SINK text = SINK_GROW(1 << 16);
	int n;
	if (!cmd_options(cmd, options, COUNT(options), NULL, 0, &n, fault) ||
	    !rules_open(cmd, &rules, fault) || !case_read(&rules, kind, product, &c, fault))
		return false;
	json_t *rows = json_array();
	for (size_t i = 0; i < rules.policy->slot_count; i++)
		if (slot_due(&rules.policy->slots[i], &c))
			put_slot(&rules, &rules.policy->slots[i], rows, &text);
	return cmd_print(
	    cmd, json_pack("{s:i,s:o}", "v", 1, "rows", rows), sink_string(&text), fault);
}
