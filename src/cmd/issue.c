/* akashi issue: approved and paid orders become certificates. */
#include "cmd/cmd.h"

#include <stdlib.h>

#include "act/issue.h"
#include "cmd/progress.h"

enum { ISSUE_MOST = 4096 };

struct issuing {
	const struct cmd *cmd;
	json_t *rows;
	struct sink text;
	struct progress progress;
};

static void
tell(void *context, const struct issue_row *r, size_t done, size_t all)
{
	struct issuing *is = context;
	const struct fault *why = &r->why;
	const char *result = issue_result_name(r->result);
	bool issued = r->result == ISSUE_ISSUED;
	json_t *row = json_pack("{s:I,s:s,s:s?,s:s?,s:s?,s:s?}", "dossier", (json_int_t)r->dossier,
	    "result", result, "serial", issued ? r->serial : NULL, "reason",
	    issued ? NULL : why->say, "code",
	    issued		   ? NULL
	    : why->name[0] != '\0' ? why->name
				   : fault_name(why->code),
	    "clause", issued || why->clause[0] == '\0' ? NULL : why->clause);
	cmd_row(is->rows, row);
	sink_print(&is->text, "案件 %lld  %s  %s\n", (long long)r->dossier, result,
	    issued ? r->serial : why->say);
	if (!issued)
		cmd_exit_row(is->cmd, why);
	progress_tell(&is->progress, done, all);
}

static bool
numbers_read(const char *const *words, int n, int64_t *out, struct fault *fault)
{
	for (int i = 0; i < n; i++)
		if (!cmd_dossier(words[i], "N", &out[i], fault))
			return false;
	return true;
}

static bool
issue(const struct cmd *cmd, const int64_t *dossiers, size_t n, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct issuing is = { .cmd = cmd, .text = SINK_GROW(64 << 20) };
	if (!cmd_service(cmd, &s, fault))
		return false;
	is.rows = json_array();
	progress_begin(&is.progress);
	bool good = issue_run(s, dossiers, n, tell, &is, fault);
	progress_end(&is.progress);
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "rows", is.rows);
	return cmd_print_rows(cmd, good, doc, &is.text, "発行する案件はありません。", fault);
}

bool
cmd_issue(const struct cmd *cmd, struct fault *fault)
{
	bool all = false;
	const struct option_row rows[] = { { .name = "--all", .flag = &all } };
	const char **words = calloc(ISSUE_MOST, sizeof(*words));
	int64_t *dossiers = calloc(ISSUE_MOST, sizeof(*dossiers));
	int n;
	bool good = (words != NULL && dossiers != NULL) ||
		    fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	good = good && cmd_options(cmd, rows, COUNT(rows), words, ISSUE_MOST, &n, fault);
	if (good && all == (n > 0))
		good = fault_field(fault, FAULT_USAGE, "N",
		    "issue takes numbers of dossiers, or --all; see --help");
	good = good && numbers_read(words, n, dossiers, fault) &&
	       issue(cmd, all ? NULL : dossiers, (size_t)n, fault);
	free(words);
	free(dossiers);
	return good;
}
