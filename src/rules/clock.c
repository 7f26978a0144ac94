#include "rules/clock.h"

#include "rules/term.h"

/* Neither weekend nor holiday. Refused (FAULT_STATE): the table ends before that day. */
static bool
business_day(const struct policy *policy, struct day d, bool *open, struct fault *fault)
{
	if (day_cmp(d, policy->holidays_until) > 0) {
		char text[DAY_TEXT], until[DAY_TEXT];
		return fault_set(fault, FAULT_STATE,
		    "%s は休日表の範囲（%s まで）を過ぎています。"
		    "policy/holidays.yaml を更新してください。",
		    day_print(text, d), day_print(until, policy->holidays_until));
	}
	int w = day_weekday(d);
	bool closed = w == 0 || w == 6;
	for (size_t i = 0; i < policy->holiday_count && !closed; i++)
		closed = day_cmp(policy->holidays[i].day, d) == 0;
	*open = !closed;
	return true;
}

bool
business_days_after(
    const struct policy *policy, struct day from, int n, struct day *out, struct fault *fault)
{
	struct day d = from;
	for (int left = n; left > 0;) {
		bool open = false;
		d = day_plus(d, 1);
		if (!business_day(policy, d, &open, fault))
			return false;
		left -= open;
	}
	*out = d;
	return true;
}

bool
clock_last_day(const struct policy *policy, const struct clock *c, size_t i, struct day from,
    struct day *out, struct fault *fault)
{
	int n = c->figures[i];
	switch (c->unit) {
	case UNIT_DAYS:
		*out = days_last_day(from, n);
		return true;
	case UNIT_MONTHS:
		*out = window_last_day(from, n);
		return true;
	case UNIT_BUSINESS_DAYS:
		return business_days_after(policy, from, n, out, fault);
	case UNIT_DAYS_BEFORE:
		*out = days_before(from, n);
		return true;
	case UNIT_TERM:
		*out = term_last_day(from, n, VEND_CIVIL143);
		return true;
	case UNIT_HOURS:
	case UNITS:
		break;
	}
	return fault_set(fault, FAULT_BUG, "時計 %s は日では数えません。", c->code);
}

bool
clock_named_last_day(const struct policy *policy, const char *code, struct day from,
    struct day *out, struct fault *fault)
{
	const struct clock *c = policy_clock(policy, code, from);
	return c == NULL ? fault_set(fault, FAULT_BROKEN,
			       "期限 %s が規則（clocks.yaml）にありません。", code)
			 : clock_last_day(policy, c, 0, from, out, fault);
}
