/* akashi rule: what a rule says, without a service. */
#include "cmd/cmd.h"

#include "rules/term.h"

bool
cmd_rule_validity(const struct cmd *cmd, struct fault *fault)
{
	const char *issued = NULL, *years = NULL, *rule = "civil143";
	const struct option_row rows[] = {
		{ "--issued", &issued, NULL, true },
		{ "--years", &years, NULL, true },
		{ "--vend-rule", &rule, NULL, false },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault))
		return false;
	struct instant from;
	enum vend_rule vend;
	int64_t y;
	if (!instant_read(issued, &from))
		return fault_field(fault, FAULT_USAGE, "--issued",
		    "--issued takes an instant such as 2024-05-10T10:30:00+09:00.");
	if (!cmd_whole(years, 1, 5, &y))
		return fault_field(fault, FAULT_USAGE, "--years", "--years takes 1 to 5.");
	if (!vend_rule_read(rule, &vend))
		return fault_field(
		    fault, FAULT_USAGE, "--vend-rule", "--vend-rule takes civil143 or clamp.");
	char text[INSTANT_TEXT];
	instant_print(text, term_end(from, (int)y, vend));
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:s,s:s}", "v", 1, "not_after", text, "vend_rule", rule, "clause",
		"AGR 12(1)"),
	    text, fault);
}

bool
cmd_rule_window(const struct cmd *cmd, struct fault *fault)
{
	const char *from = NULL, *months = NULL;
	const struct option_row rows[] = {
		{ "--from", &from, NULL, true },
		{ "--months", &months, NULL, true },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault))
		return false;
	struct day d;
	int64_t m;
	if (!day_read(from, &d))
		return fault_field(
		    fault, FAULT_USAGE, "--from", "--from takes a day such as 2026-08-22.");
	if (!cmd_whole(months, 1, 1200, &m))
		return fault_field(fault, FAULT_USAGE, "--months", "--months takes 1 to 1200.");
	char text[DAY_TEXT];
	day_print(text, window_last_day(d, (int)m));
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:s}", "v", 1, "last_day", text, "clause", "CIVIL 140"), text,
	    fault);
}
