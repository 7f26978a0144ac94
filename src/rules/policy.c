#include "rules/policy.h"

#include <string.h>

/* The row in force: of those with this code that have begun, the one that began last. */
#define IN_FORCE(rows, n, match)                                                                   \
	do {                                                                                       \
		const __typeof__(*(rows)) *found = NULL;                                           \
		for (size_t i = 0; i < (n); i++) {                                                 \
			const __typeof__(*(rows)) *row = &(rows)[i];                               \
			if ((match) && day_cmp(row->from, on) <= 0 &&                              \
			    (found == NULL || day_cmp(found->from, row->from) < 0))                \
				found = row;                                                       \
		}                                                                                  \
		return found;                                                                      \
	} while (0)

const struct product *
policy_product(const struct policy *p, const char *code, struct day on)
{
	IN_FORCE(p->products, p->product_count, strcmp(row->code, code) == 0);
}

const struct tax_rate *
policy_tax(const struct policy *p, struct day on)
{
	IN_FORCE(p->rates, p->rate_count, true);
}

const struct paper_kind *
policy_paper(const struct policy *p, const char *code, struct day on)
{
	IN_FORCE(p->papers, p->paper_count, strcmp(row->code, code) == 0);
}

const struct clock *
policy_clock(const struct policy *p, const char *code, struct day on)
{
	IN_FORCE(p->clocks, p->clock_count, strcmp(row->code, code) == 0);
}

const struct ground *
policy_ground(const struct policy *p, const char *code, struct day on)
{
	IN_FORCE(p->grounds, p->ground_count, strcmp(row->code, code) == 0);
}

const struct text *
policy_text(const struct policy *p, const char *code, struct day on)
{
	IN_FORCE(p->texts, p->text_count, strcmp(row->code, code) == 0);
}

const struct mail_text *
policy_mail(const struct policy *p, const char *code, struct day on)
{
	IN_FORCE(p->mails, p->mail_count, strcmp(row->code, code) == 0);
}

static const struct setting *
setting_row(const struct policy *p, const char *name, struct day on)
{
	IN_FORCE(p->settings, p->setting_count, strcmp(row->name, name) == 0);
}

const char *
policy_setting(const struct policy *p, const char *name, struct day on)
{
	const struct setting *s = setting_row(p, name, on);
	return s == NULL ? NULL : s->value;
}

const char *
policy_setting_text(const struct policy *p, const char *name, struct day on)
{
	const char *value = policy_setting(p, name, on);
	return value == NULL ? "" : value;
}

long
policy_number(const struct policy *p, const char *name, struct day on)
{
	const char *value = policy_setting(p, name, on);
	return value == NULL ? 0 : strtol(value, NULL, 10);
}

const struct profile *
policy_profile(const struct policy *p, const char *code, struct day on)
{
	IN_FORCE(p->profiles, p->profile_count, strcmp(row->code, code) == 0);
}

const struct profile *
policy_profile_of(const struct policy *p, enum kind kind, bool mandate, struct day on)
{
	IN_FORCE(p->profiles, p->profile_count, row->kind == kind && row->mandate == mandate);
}

const struct word_list *
policy_list(const struct policy *p, const char *name)
{
	for (size_t i = 0; i < p->list_count; i++)
		if (strcmp(p->lists[i].name, name) == 0)
			return &p->lists[i];
	return NULL;
}

bool
word_list_has(const struct word_list *list, const char *word)
{
	for (size_t i = 0; list != NULL && i < list->count; i++)
		if (strcmp(list->words[i], word) == 0)
			return true;
	return false;
}
