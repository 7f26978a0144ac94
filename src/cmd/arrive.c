/* akashi dossier arrive: papers that came, and whether they will do. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "act/arrive.h"
#include "rules/step.h"

struct told {
	json_t *rows;
	struct sink text;
	size_t count, complete, refused;
};

/* What the deficiencies say about this paper; NULL: nothing. */
static const char *
message_of(const struct judged *j, const char *code)
{
	size_t n = strlen(code);
	for (size_t i = 0; i < j->bad.count; i++)
		if (strncmp(j->bad.at[i].code, code, n) == 0 && j->bad.at[i].code[n] == ':')
			return j->bad.at[i].say;
	return NULL;
}

static void
put_paper(json_t *papers, const char *code, const char *verdict, struct day last, const char *say)
{
	char day[DAY_TEXT];
	cmd_row(
	    papers, json_pack("{s:s,s:s,s:s?,s:s?}", "paper", code, "verdict", verdict, "last_good",
			last.year == 0 ? NULL : day_print(day, last), "message", say));
}

/* Those it sent itself, then the slots nothing came for. */
static json_t *
papers_json(const struct judged *j)
{
	json_t *papers = json_array();
	for (size_t i = 0; i < j->own; i++) {
		char text[96];
		const char *say =
		    j->verdict[i].faults == 0 ? NULL : message_of(j, j->papers[i].code);
		put_paper(papers, j->papers[i].code, judge_paper_text(&j->verdict[i], text),
		    j->verdict[i].last_good, say);
	}
	for (size_t i = 0; i < j->bad.count; i++) {
		char code[DEFICIENCY_CODE];
		const char *colon = strchr(j->bad.at[i].code, ':');
		if (colon == NULL || strcmp(colon, ":missing") != 0)
			continue;
		snprintf(code, sizeof(code), "%.*s", (int)(colon - j->bad.at[i].code),
		    j->bad.at[i].code);
		put_paper(papers, code, "missing", (struct day){ 0 }, j->bad.at[i].say);
	}
	return papers;
}

static void
row_text(const struct arrive_row *r, struct sink *text)
{
	enum state state;
	sink_print(text, "%s  ", r->ref);
	if (r->judged != NULL)
		sink_print(text, "案件 %lld  %s（%s）\n", (long long)r->dossier,
		    r->judged->bad.count == 0 ? "書類はそろっています" : "不備があります",
		    state_read(r->state, &state) ? state_label(state) : r->state);
	else
		sink_text(text, "登録できません\n");
	for (size_t i = 0; r->judged != NULL && i < r->judged->bad.count; i++)
		sink_print(text, "    %s：%s［%s］\n", r->judged->bad.at[i].code,
		    r->judged->bad.at[i].say, r->judged->bad.at[i].clause);
	for (size_t i = 0; i < r->errors->count; i++)
		sink_print(text, "    %s：%s［%s］\n", r->errors->at[i].field, r->errors->at[i].say,
		    r->errors->at[i].clause);
}

static void
tell(void *context, const struct arrive_row *r)
{
	struct told *t = context;
	const struct judged *j = r->judged;
	json_t *errors = json_array();
	for (size_t i = 0; i < r->errors->count; i++)
		cmd_row(errors, cmd_error(r->errors->at[i].field, r->errors->at[i].code,
				    r->errors->at[i].say, r->errors->at[i].clause));
	t->count++;
	t->refused += j == NULL;
	t->complete += j != NULL && j->bad.count == 0;
	cmd_row(
	    t->rows, json_pack("{s:s,s:o,s:s?,s:s?,s:o,s:o,s:o}", "ref", r->ref, "dossier",
			 r->dossier == 0 ? json_null() : json_integer(r->dossier), "state",
			 r->dossier == 0 ? NULL : r->state, "verdict", j == NULL ? NULL : j->text,
			 "papers", j == NULL ? json_array() : papers_json(j), "deficiencies",
			 j == NULL ? json_array() : cmd_deficiencies(&j->bad), "errors", errors));
	row_text(r, &t->text);
}

bool
cmd_dossier_arrive(const struct cmd *cmd, struct fault *fault)
{
	struct told t = { .text = SINK_GROW(64 << 20) };
	OWN_SERVICE s = NULL;
	OWN_BYTES(bytes) = NULL;
	size_t len;
	bool all;
	if (!cmd_file(cmd, ARRIVE_FILE_MOST, &s, &bytes, &len, fault))
		return false;
	t.rows = json_array();
	bool good = arrive_run(s, bytes, len, tell, &t, &all, fault);
	sink_print(&t.text, "%zu 件：そろったもの %zu、不備 %zu、登録できない %zu", t.count,
	    t.complete, t.count - t.complete - t.refused, t.refused);
	if (good && !all)
		*cmd->exit = fault_exit(FAULT_INPUT);
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "rows", t.rows);
	return cmd_print_rows(cmd, good, doc, &t.text, "", fault);
}
