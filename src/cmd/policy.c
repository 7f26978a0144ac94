/* akashi policy: the rules as files. */
#include "cmd/cmd.h"

#include <stdio.h>

#include "act/rulebook.h"
#include "base/text.h"

/* The folder named, or of the service, or the shipped one. */
static bool
folder_find(const struct cmd *cmd, const char *named, char *out, size_t size, struct fault *fault)
{
	if (named == NULL && cmd->dir == NULL)
		return rulebook_shipped(out, size, fault);
	int n = named != NULL ? snprintf(out, size, "%s", named)
			      : snprintf(out, size, "%s/policy", cmd->dir);
	return (n > 0 && (size_t)n < size) ||
	       fault_field(fault, FAULT_USAGE, "DIR", "the folder's name is too long");
}

static bool
print_errors(const struct cmd *cmd, const struct policy_errors *errors, struct fault *fault)
{
	OWN_SINK text = SINK_GROW(1 << 16);
	json_t *rows = json_array();
	for (size_t i = 0; i < errors->count && i < POLICY_ERRORS; i++) {
		const struct policy_error *e = &errors->at[i];
		cmd_row(rows, json_pack("{s:s,s:i,s:i,s:s}", "file", e->file, "line", e->line,
				  "column", e->column, "message", e->say));
		sink_print(&text, "%s:%d:%d: %s\n", e->file, e->line, e->column, e->say);
	}
	sink_print(&text, "規則に誤りが %zu 件あります。直してからもう一度確かめてください。",
	    errors->count);
	*cmd->exit = fault_exit(FAULT_INPUT);
	return cmd_print(cmd,
	    json_pack("{s:i,s:n,s:I,s:o}", "v", 1, "digest", "count", (json_int_t)errors->count,
		"errors", rows),
	    sink_string(&text), fault);
}

bool
cmd_policy_check(const struct cmd *cmd, struct fault *fault)
{
	const char *named = NULL;
	char folder[1024], hex[DIGEST_HEX];
	struct policy_errors errors;
	struct policy policy;
	struct fault why = { 0 };
	int n;
	if (!cmd_options(cmd, NULL, 0, &named, 1, &n, fault) ||
	    !folder_find(cmd, named, folder, sizeof(folder), fault))
		return false;
	if (!rulebook_check(folder, &policy, &errors, &why)) {
		if (errors.count > 0)
			return print_errors(cmd, &errors, fault);
		*fault = why;
		return false;
	}
	hex_print(hex, policy.digest, sizeof(policy.digest));
	policy_free(&policy);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:i,s:[]}", "v", 1, "digest", hex, "count", 0, "errors"), hex,
	    fault);
}
