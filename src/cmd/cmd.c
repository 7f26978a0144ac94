#include "cmd/cmd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "rules/reference.h"

static const struct option_row *
option_find(const struct option_row *rows, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
			return &rows[i];
	return NULL;
}

/* "--name VALUE", "--name=VALUE" or a flag; *at moves past what it read. */
static bool
option_take(
    const struct cmd *cmd, const struct option_row *rows, size_t n, int *at, struct fault *fault)
{
	const char *arg = cmd->argv[*at], *eq = strchr(arg, '=');
	size_t len = eq != NULL ? (size_t)(eq - arg) : strlen(arg);
	const struct option_row *row = option_find(rows, n, arg, len);
	if (row == NULL)
		return fault_set(fault, FAULT_USAGE, "unknown option %.40s; see --help", arg);
	if (row->flag != NULL) {
		if (eq != NULL)
			return fault_field(
			    fault, FAULT_USAGE, row->name, "%s takes no value", row->name);
		*row->flag = true;
		return true;
	}
	const char *value = eq != NULL ? eq + 1 : NULL;
	if (value == NULL && *at + 1 < cmd->argc)
		value = cmd->argv[++*at];
	if (value == NULL)
		return fault_field(fault, FAULT_USAGE, row->name, "%s needs a value", row->name);
	if (row->many == NULL) {
		*row->value = value;
		return true;
	}
	if (row->many->count == OPTION_MANY)
		return fault_field(fault, FAULT_USAGE, row->name, "%s is given more than %d times",
		    row->name, OPTION_MANY);
	row->many->at[row->many->count++] = value;
	return true;
}

static bool
option_given(const struct option_row *row)
{
	return row->many != NULL ? row->many->count > 0 : *row->value != NULL;
}

bool
cmd_options(const struct cmd *cmd, const struct option_row *rows, size_t n, const char **rest,
    int most, int *count, struct fault *fault)
{
	*count = 0;
	for (int i = 0; i < cmd->argc; i++) {
		if (cmd->argv[i][0] == '-' && cmd->argv[i][1] == '-' && cmd->argv[i][2] != '\0') {
			if (!option_take(cmd, rows, n, &i, fault))
				return false;
		} else if (*count < most) {
			rest[(*count)++] = cmd->argv[i];
		} else {
			return fault_set(
			    fault, FAULT_USAGE, "unexpected \"%.40s\"; see --help", cmd->argv[i]);
		}
	}
	for (size_t i = 0; i < n; i++)
		if (rows[i].required && !option_given(&rows[i]))
			return fault_field(fault, FAULT_USAGE, rows[i].name,
			    "%s is missing; see --help", rows[i].name);
	return true;
}

/* What could not be made, of bytes that are no UTF-8, is left out of no answer: one that holds this
 * cannot be printed. */
static json_t *
or_hole(json_t *part)
{
	return part != NULL ? part : json_stringn_nocheck("\xff", 1);
}

void
cmd_row(json_t *rows, json_t *row)
{
	(void)json_array_append_new(rows, or_hole(row));
}

void
cmd_field(json_t *of, const char *key, json_t *value)
{
	(void)json_object_set_new(of, key, or_hole(value));
}

static int
print_nowhere(const char *bytes, size_t n, void *context)
{
	(void)bytes, (void)n, (void)context;
	return 0;
}

/* Known before the first byte of it is printed. */
static bool
is_whole(const json_t *document)
{
	return document != NULL && json_dump_callback(document, print_nowhere, NULL, 0) == 0;
}

bool
cmd_print(const struct cmd *cmd, json_t *document, const char *text, struct fault *fault)
{
	bool ok = cmd->json ? is_whole(document) : text != NULL;
	if (!ok) { /* what came before is done all the same */
		json_decref(document);
		return fault_set(fault, FAULT_BUG,
		    "実行は終わりましたが、結果を表示できません（%s）。"
		    "もう一度行う前に、できたものを一覧や表示のコマンドで確かめてください。",
		    cmd->json ? "UTF-8 でない名前か文字があります" : "長すぎます");
	}
	(void)signal(SIGPIPE, SIG_DFL); /* nothing is left but printing: "| head" ends us quietly */
	if (cmd->json)
		ok = json_dumpf(document, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER) == 0 &&
		     putchar('\n') != EOF;
	else
		ok = fputs(text, stdout) != EOF &&
		     (text[0] == '\0' || text[strlen(text) - 1] == '\n' || putchar('\n') != EOF);
	json_decref(document);
	if (!ok || fflush(stdout) != 0)
		return fault_set(fault, FAULT_OUTSIDE, "standard output cannot be written");
	return true;
}

bool
cmd_print_rows(const struct cmd *cmd, bool good, json_t *document, struct sink *text,
    const char *none, struct fault *fault)
{
	if (text->len == 0)
		sink_text(text, none);
	if (good)
		good = cmd_print(cmd, document, sink_string(text), fault);
	else
		json_decref(document);
	sink_drop(text);
	return good;
}

/* Which exit tells most where several rows have one: the first of these. */
static const int WORST[] = { 7, 70, 6, 4, 3, 75, 5, 2 };

static size_t
rank(int code)
{
	size_t i = 0;
	while (i < COUNT(WORST) && WORST[i] != code)
		i++;
	return i;
}

void
cmd_exit_row(const struct cmd *cmd, const struct fault *why)
{
	int code = fault_exit(why->code);
	if (*cmd->exit == 0 || rank(code) < rank(*cmd->exit))
		*cmd->exit = code;
}

json_t *
cmd_error(const char *field, const char *code, const char *message, const char *clause)
{
	return json_pack("{s:s?,s:s,s:s,s:s?}", "field", field, "code", code, "message", message,
	    "clause", clause);
}

json_t *
cmd_fault(const struct fault *f)
{
	return cmd_error(f->field, f->name[0] != '\0' ? f->name : fault_name(f->code), f->say,
	    f->clause[0] != '\0' ? f->clause : NULL);
}

bool
cmd_service(const struct cmd *cmd, struct service **out, struct fault *fault)
{
	if (cmd->dir == NULL)
		return fault_field(fault, FAULT_USAGE, "-C",
		    "どのサービスかを -C DIR で指定してください（作るのは akashi init DIR）。");
	return service_open(cmd->dir, cmd->now, out, fault);
}

bool
cmd_file(const struct cmd *cmd, size_t most, struct service **s, void **bytes, size_t *len,
    struct fault *fault)
{
	const char *path = NULL;
	int n;
	if (!cmd_options(cmd, NULL, 0, &path, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(fault, FAULT_USAGE, "FILE", "a file is missing; see --help");
	return cmd_service(cmd, s, fault) && file_read(path, most, (uint8_t **)bytes, len, fault);
}

bool
cmd_whole(const char *s, int64_t least, int64_t most, int64_t *out)
{
	char *end;
	if (*s < '0' || *s > '9' || strlen(s) > 15)
		return false;
	long long v = strtoll(s, &end, 10);
	if (*end != '\0' || v < least || v > most)
		return false;
	*out = v;
	return true;
}

const struct refusal DOSSIER_NUMBER = { "dossier-number", FAULT_INPUT, "R-6.7" };

bool
cmd_dossier(const char *s, const char *field, int64_t *id, struct fault *fault)
{
	char seven[REFERENCE_TEXT] = "";
	bool digits = s != NULL && strspn(s, "0123456789") == strlen(s);
	if (digits && strlen(s) == REFERENCE_TEXT - 1) {
		memcpy(seven, s, REFERENCE_TEXT - 2);
		*id = strtoll(seven, NULL, 10);
		return (reference_good(s) && *id > 0) ||
		       fault_refuse(fault, &DOSSIER_NUMBER, field,
			   "受付番号「%s」の検査数字が合いません。8桁を読み直してください。", s);
	}
	if (digits && s[0] == '0' && s[1] != '\0')
		return fault_refuse(fault, &DOSSIER_NUMBER, field,
		    "「%s」は案件の番号でも受付番号（8桁）でもありません。"
		    "番号は先頭に0を付けずに、受付番号は8桁すべてを入力してください。",
		    s);
	return (digits && cmd_whole(s, 1, INT64_MAX, id)) ||
	       fault_field(fault, FAULT_USAGE, field,
		   "a dossier's number, or the eight digits of its letters, is missing; see "
		   "--help");
}

json_t *
cmd_deficiencies(const struct deficiencies *bad)
{
	json_t *out = json_array();
	for (size_t i = 0; i < bad->count; i++)
		cmd_row(out, json_pack("{s:s,s:s?,s:s,s:s}", "code", bad->at[i].code,
				 "message_code", bad->at[i].message, "message", bad->at[i].say,
				 "clause", bad->at[i].clause));
	return out;
}
