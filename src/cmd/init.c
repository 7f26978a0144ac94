/* akashi init: a service in an empty folder. */
#include "cmd/cmd.h"

#include "act/init.h"

bool
cmd_init(const struct cmd *cmd, struct fault *fault)
{
	struct init_request r = { .told = cmd->now };
	const struct option_row rows[] = {
		{ "--rehearsal", NULL, &r.rehearsal, false },
		{ "--policy", &r.policy, NULL, false },
		{ "--store", &r.store, NULL, false },
		{ "--listen", &r.listen, NULL, false },
	};
	struct init_made made;
	char hex[65], text[1024];
	struct sink digest = SINK_INTO(hex), say = SINK_INTO(text);
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &r.dir, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(fault, FAULT_USAGE, "DIR", "init needs a folder; see --help");
	if (!init_run(&r, &made, fault))
		return false;
	sink_hex(&digest, made.policy, sizeof(made.policy));
	sink_print(&say, "「%s」に%sサービスを作りました。規則の版：%.16s", r.dir,
	    r.rehearsal ? "試験用の" : "", sink_string(&digest));
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:b,s:s,s:s}", "v", 1, "dir", r.dir, "rehearsal", r.rehearsal,
		"store", made.engine, "policy", hex),
	    sink_string(&say), fault);
}
