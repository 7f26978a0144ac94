#include "rules/term.h"

#include <string.h>

static const char *const VEND_NAME[] = {
	[VEND_CIVIL143] = "civil143",
	[VEND_CLAMP] = "clamp",
};
_Static_assert(COUNT(VEND_NAME) == VEND_RULES, "every reading needs its name");

bool
vend_rule_read(const char *name, enum vend_rule *out)
{
	for (size_t i = 0; i < COUNT(VEND_NAME); i++) {
		if (strcmp(name, VEND_NAME[i]) == 0) {
			*out = (enum vend_rule)i;
			return true;
		}
	}
	return false;
}

struct day
term_last_day(struct day start, int months, enum vend_rule rule)
{
	int m = start.month - 1 + months;
	struct day end = { start.year + m / 12, m % 12 + 1, start.mday };
	int len = day_month_length(end.year, end.month);

	if (end.mday > len) {
		end.mday = len;
		return rule == VEND_CIVIL143 ? end : day_plus(end, -1);
	}
	return day_plus(end, -1);
}

int
term_months(int years)
{
	return years * 12 + 1;
}

struct instant
term_end(struct instant issued, int years, enum vend_rule rule)
{
	return day_end(term_last_day(instant_day(issued), term_months(years), rule));
}

/* The period begins on the next day at 0:00 and is then a term like any other. */
struct day
window_last_day(struct day from, int months)
{
	return term_last_day(day_plus(from, 1), months, VEND_CIVIL143);
}

struct day
days_last_day(struct day d, int k)
{
	return day_plus(d, k);
}

struct day
days_before(struct day d, int k)
{
	return day_plus(d, -(int64_t)k - 1);
}
