#include "cmd/commands.h"

/* clang-format off */
const struct command COMMANDS[] = {
	{ { "rule", "validity" }, cmd_rule_validity,
	  "--issued TIME --years N [--vend-rule civil143|clamp]",
	  "Prints the last second of a certificate issued at TIME for N years [AGR 12(1)].",
	  "akashi rule validity --issued 2024-05-10T10:30:00+09:00 --years 2" },
	{ { "rule", "window" }, cmd_rule_window,
	  "--from DAY --months N",
	  "Prints the last good day of \"within N months\" of DAY; the first day is not counted [CIVIL 140].",
	  "akashi rule window --from 2026-08-22 --months 3" },
};
/* clang-format on */
const size_t COMMAND_COUNT = COUNT(COMMANDS);
