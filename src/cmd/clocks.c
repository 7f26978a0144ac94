/* akashi clocks: what the clocks of table K do by themselves, and what they put before people. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "act/clocks.h"
#include "act/errand.h"
#include "act/lapse.h"

struct telling {
	const struct cmd *cmd;
	json_t *rows; /* owned by the document once it is printed */
	struct sink text;
};

static void
tell(void *context, const struct clocks_told *c)
{
	struct telling *t = context;
	const struct due_row *r = c->row;
	json_t *figure = r->figure < 0 ? json_null() : json_integer((json_int_t)r->figure);
	cmd_row(t->rows,
	    json_pack("{s:s,s:s,s:s,s:I,s:s?,s:s,s:o,s:s,s:s?,s:o}", "day", r->day, "clock",
		r->clock, "clause", c->clause, "dossier", (json_int_t)r->dossier, "serial",
		c->serial[0] == '\0' ? NULL : c->serial, "act", r->word, "figure", figure, "key",
		r->key, "role", r->role[0] == '\0' ? NULL : r->role, "error",
		c->fault == NULL ? json_null() : cmd_fault(c->fault)));
	sink_print(&t->text, "%s  %-5s  %-19s", r->day, r->clock, r->word);
	if (r->dossier != 0)
		sink_print(&t->text, "  案件 %lld", (long long)r->dossier);
	if (r->role[0] != '\0')
		sink_print(&t->text, "  %s", r->role);
	sink_print(&t->text, "［%s］%s\n", c->clause, c->fault == NULL ? "" : c->fault->say);
	if (c->fault != NULL)
		cmd_exit_row(t->cmd, c->fault);
}

static bool
rows_print(const struct cmd *cmd, struct telling *t, json_t *doc, const char *none, bool good,
    struct fault *fault)
{
	cmd_field(doc, "rows", t->rows);
	return cmd_print_rows(cmd, good, doc, &t->text, none, fault);
}

/* A list that is due is made at once where nobody else stands to make it. */
static bool
list_make(struct service *s, const struct clocks_ran *ran, struct fault *fault)
{
	struct task_row ended;
	return ran->list == 0 || errand_served(s) || errand_run(s, ran->list, &ended, fault);
}

/* The act was done, its list was not made: its row says why. */
static void
list_late(struct telling *t, const struct fault *why)
{
	for (size_t i = json_array_size(t->rows); i-- > 0;) {
		json_t *row = json_array_get(t->rows, i);
		if (strcmp(json_string_value(json_object_get(row, "act")), "list") != 0)
			continue;
		cmd_field(row, "error", cmd_fault(why));
		break;
	}
	sink_print(&t->text, "CRL はまだ出ていません：%s\n", why->say);
	cmd_exit_row(t->cmd, why);
}

bool
cmd_clocks_run(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *text = NULL;
	const struct option_row rows[] = { { .name = "--day", .value = &text } };
	struct telling t = { .cmd = cmd, .text = SINK_GROW(64 << 20) };
	struct clocks_ran ran = { 0 };
	char day[DAY_TEXT];
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !cmd_service(cmd, &s, fault))
		return false;
	struct day until = s->today;
	if (text != NULL && !day_read(text, &until))
		return fault_field(
		    fault, FAULT_USAGE, "--day", "--day takes a day such as 2026-12-05");
	t.rows = json_array();
	bool good = clocks_run(s, until, tell, &t, &ran, fault);
	struct fault late = { 0 };
	if (good && !list_make(s, &ran, &late))
		list_late(&t, &late);
	return rows_print(cmd, &t,
	    json_pack("{s:i,s:s,s:I,s:I}", "v", 1, "day", day_print(day, until), "acts",
		(json_int_t)ran.acts, "refused", (json_int_t)ran.refused),
	    "することはありません。", good, fault);
}

bool
cmd_clocks_list(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *role = "";
	const struct option_row rows[] = { { .name = "--role", .value = &role } };
	struct telling t = { .cmd = cmd, .text = SINK_GROW(64 << 20) };
	char word[LAPSE_WORD] = "-";
	enum role known;
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault))
		return false;
	if (role[0] != '\0' && !role_read(role, &known))
		return fault_field(fault, FAULT_USAGE, "--role",
		    "--role takes a role such as revocation, reception or audit");
	if (!cmd_service(cmd, &s, fault))
		return false;
	t.rows = json_array();
	bool officers = strcmp(role, role_name(ROLE_REVOCATION)) == 0;
	bool good =
	    officers ? lapse_list(s, tell, &t, word, fault) : clocks_list(s, role, tell, &t, fault);
	if (officers && good && word[0] != '-')
		sink_print(&t.text, "この一覧の合言葉（clocks lapse の --list）：%s\n", word);
	return rows_print(cmd, &t, json_pack("{s:i,s:s?}", "v", 1, "word", officers ? word : NULL),
	    "一覧には何もありません。", good, fault);
}

static void
lapse_told(void *context, const struct revoke_each *r)
{
	struct telling *t = context;
	cmd_row(t->rows, json_pack("{s:I,s:s,s:b,s:b,s:o}", "dossier", (json_int_t)r->dossier,
			     "serial", r->serial, "must", r->must, "done", r->done, "error",
			     r->fault.code == FAULT_NONE ? json_null() : cmd_fault(&r->fault)));
	sink_print(&t->text, "案件 %lld  %s  %s%s\n", (long long)r->dossier, r->serial,
	    r->done ? "失効" : "未了", r->fault.say);
	if (r->fault.code != FAULT_NONE)
		cmd_exit_row(t->cmd, &r->fault);
}

struct lapse_call {
	const char *count, *key, *passphrase, *second, *second_passphrase;
	struct lapse_request request;
};

static bool
lapse_read(const struct cmd *cmd, struct lapse_call *c, struct fault *fault)
{
	const struct option_row rows[] = {
		{ .name = "--count", .value = &c->count, .required = true },
		{ .name = "--list", .value = &c->request.word, .required = true },
		{ .name = "--key", .value = &c->key, .required = true },
		{ .name = "--passphrase-file", .value = &c->passphrase },
		{ .name = "--second", .value = &c->second },
		{ .name = "--second-passphrase-file", .value = &c->second_passphrase },
		{ .name = "--must", .flag = &c->request.must },
	};
	int n;
	return cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) &&
	       (cmd_whole(c->count, 0, INT64_MAX, &c->request.count) ||
		   fault_field(fault, FAULT_USAGE, "--count",
		       "--count takes how many certificates the list shows"));
}

bool
cmd_clocks_lapse(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON first = NULL;
	OWN_PERSON second = NULL;
	struct lapse_call call = { .count = NULL };
	struct telling t = { .cmd = cmd, .text = SINK_GROW(64 << 20) };
	struct revoked_many is = { 0 };
	if (!lapse_read(cmd, &call, fault) || !cmd_service(cmd, &s, fault) ||
	    !cmd_person(s, call.key, call.passphrase, &first, fault) ||
	    (call.second != NULL &&
		!cmd_person(s, call.second, call.second_passphrase, &second, fault)))
		return false;
	call.request.first = first;
	call.request.second = second;
	t.rows = json_array();
	bool good = lapse_run(s, &call.request, lapse_told, &t, &is, fault);
	if (good && is.waiting > 0 && *cmd->exit == 0)
		*cmd->exit = fault_exit(FAULT_SECOND);
	return rows_print(cmd, &t,
	    json_pack("{s:i,s:I,s:I,s:o}", "v", 1, "done", (json_int_t)is.done, "waiting",
		(json_int_t)is.waiting, "list",
		is.list == 0 ? json_null() : json_integer((json_int_t)is.list)),
	    "失効するものはありません。", good, fault);
}
