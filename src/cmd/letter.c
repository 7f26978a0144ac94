/* akashi letter print, done, spoil: what becomes of each envelope. */
#include "cmd/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "act/letter_print.h"
#include "act/person.h"
#include "base/file.h"
#include "wire/print.h"

struct told {
	const struct cmd *cmd;
	struct service *service;
	json_t *rows;
	struct sink text;
};

static json_t *
row_json(const struct letter_row *l)
{
	return json_pack("{s:I,s:s,s:s,s:s,s:s,s:s}", "dossier", (json_int_t)l->dossier, "letter",
	    l->letter, "to", l->recipient, "route", l->route, "envelope", l->envelope, "note",
	    l->note);
}

static bool
put(struct service *service, const struct letter_row *l, const char *end, const void *bytes,
    size_t n, struct fault *fault)
{
	char name[64], path[SERVICE_PATH];
	struct sink s = SINK_INTO(name);
	sink_print(&s, "rehearsal/letters/%s.%s", l->envelope, end);
	return file_write(service_path(service, sink_string(&s), path), 0600, bytes, n, fault);
}

bool
cmd_sheet_keep(struct service *service, const struct letter_told *l, struct fault *fault)
{
	char path[SERVICE_PATH], key[32], value[1024];
	struct der fields = l->fields;
	if (!file_folder(service_path(service, "rehearsal/letters", path), 0700, fault))
		return false;
	json_t *doc = json_pack("{s:i,s:I,s:I}", "v", 1, "dossier", (json_int_t)l->row->dossier,
	    "edition", (json_int_t)l->row->edition);
	while (print_field_take(&fields, key, sizeof(key), value, sizeof(value)))
		cmd_field(doc, key, json_string(value));
	char *says = json_dumps(doc, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	json_decref(doc);
	bool good = says != NULL && fields.n == 0
			? put(service, l->row, "json", says, strlen(says), fault) &&
			      put(service, l->row, "pdf", l->pdf.p, l->pdf.n, fault)
			: fault_set(fault, FAULT_BROKEN, "用紙の控えを読めません。");
	free(says);
	return good;
}

static bool
tell(void *context, const struct letter_told *l, struct fault *fault)
{
	struct told *t = context;
	json_t *row = row_json(l->row), *errors = json_array();
	const struct fault *why = l->fault;
	sink_print(&t->text, "封筒 %s  案件 %lld  %s  %s  %s：%s\n", l->row->envelope,
	    (long long)l->row->dossier, l->row->letter, l->row->recipient, l->row->route,
	    why == NULL ? "印刷しました。封をして akashi letter done で読み取ってください。"
			: why->say);
	if (why != NULL) {
		cmd_row(errors, cmd_fault(why));
		cmd_exit_row(t->cmd, why);
	}
	cmd_field(row, "errors", errors);
	cmd_row(t->rows, row);
	return !l->printed || !t->service->rehearsal || cmd_sheet_keep(t->service, l, fault);
}

bool
cmd_letter_print(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct told t = { .cmd = cmd, .text = SINK_GROW(64 << 20) };
	int n;
	bool all;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault))
		return false;
	t.service = s;
	t.rows = json_array();
	bool good = letter_print_run(s, tell, &t, &all, fault);
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "rows", t.rows);
	if (good && !all && *cmd->exit == 0)
		*cmd->exit = fault_exit(FAULT_OUTSIDE);
	return cmd_print_rows(cmd, good, doc, &t.text, "印刷を待つ通知書はありません。", fault);
}

static bool
envelope_read(const struct cmd *cmd, const struct option_row *rows, size_t n, const char **envelope,
    struct fault *fault)
{
	int count;
	return cmd_options(cmd, rows, n, envelope, 1, &count, fault) &&
	       (count == 1 || fault_field(fault, FAULT_USAGE, "ENVELOPE",
				  "an envelope's number is missing; see --help"));
}

bool
cmd_letter_done(const struct cmd *cmd, struct fault *fault)
{
	const char *envelope = NULL;
	OWN_SERVICE s = NULL;
	struct letter_done d;
	char text[256];
	struct sink say = SINK_INTO(text);
	if (!envelope_read(cmd, NULL, 0, &envelope, fault) || !cmd_service(cmd, &s, fault) ||
	    !letter_done(s, envelope, &d, fault))
		return false;
	sink_print(&say,
	    d.already ? "封筒 %s（案件 %lld）は読み取り済みです。"
		      : "封筒 %s（案件 %lld）を読み取りました。発送できます。",
	    d.row.envelope, (long long)d.row.dossier);
	json_t *doc = row_json(&d.row);
	cmd_field(doc, "v", json_integer(1));
	cmd_field(doc, "already", json_boolean(d.already));
	return cmd_print(cmd, doc, sink_string(&say), fault);
}

static void
spoiled_say(const struct letter_spoiled *d, struct sink *say)
{
	sink_print(say,
	    "封筒 %s（案件 %lld 第 %lld 版）を書損にしました。この版はもう送れません。\n"
	    "証明書 %s を失効し（akashi revoke %s --ground 11-4）、次の版を発行してください。\n",
	    d->row.envelope, (long long)d->row.dossier, (long long)d->row.edition, d->serial,
	    d->serial);
	if (d->other[0] != '\0' && strcmp(d->other_note, "spoiled") != 0)
		sink_print(
		    say, "同じ版の封筒 %s も送れません。破棄して書損にしてください。\n", d->other);
}

bool
cmd_letter_spoil(const struct cmd *cmd, struct fault *fault)
{
	const char *envelope = NULL, *witness = NULL, *passphrase = NULL;
	const struct option_row rows[] = {
		{ "--witness", &witness, NULL, true },
		{ "--passphrase-file", &passphrase, NULL, false },
	};
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	struct letter_spoiled d;
	char text[1024];
	struct sink say = SINK_INTO(text);
	if (!envelope_read(cmd, rows, COUNT(rows), &envelope, fault) ||
	    !cmd_service(cmd, &s, fault) || !cmd_person(s, witness, passphrase, &p, fault) ||
	    !letter_spoil(s, p, envelope, &d, fault))
		return false;
	spoiled_say(&d, &say);
	json_t *doc = row_json(&d.row);
	cmd_field(doc, "v", json_integer(1));
	cmd_field(doc, "edition", json_integer(d.row.edition));
	cmd_field(doc, "witness", json_string(p->id));
	cmd_field(doc, "revoke",
	    d.serial[0] == '\0' ? json_null()
				: json_pack("{s:s,s:s}", "serial", d.serial, "ground", "11-4"));
	cmd_field(doc, "other", d.other[0] == '\0' ? json_null() : json_string(d.other));
	return cmd_print(cmd, doc, sink_string(&say), fault);
}
