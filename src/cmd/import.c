/* akashi dossier import: a file of applications into the books. */
#include "cmd/cmd.h"

#include "act/import.h"

struct told {
	json_t *rows;
	struct sink text;
	size_t count, refused, known;
};

static json_t *
findings_json(const struct findings *f, bool warnings)
{
	json_t *out = json_array();
	for (size_t i = 0; i < f->count; i++)
		if (f->at[i].warning == warnings)
			cmd_row(out, cmd_error(f->at[i].field, f->at[i].code, f->at[i].say,
					 f->at[i].clause));
	return out;
}

static void
row_text(const struct import_row *r, struct sink *text)
{
	if (r->accepted)
		sink_print(text, "%s  案件 %lld  照会番号 %s  料金 %lld 円%s\n", r->ref,
		    (long long)r->dossier, r->reference, (long long)r->fee_gross,
		    r->known ? "（登録済み）" : "");
	else
		sink_print(text, "%s  登録できません\n", r->ref);
	for (size_t i = 0; i < r->findings->count; i++)
		sink_print(text, "    %s%s：%s［%s］\n", r->findings->at[i].warning ? "注意 " : "",
		    r->findings->at[i].field, r->findings->at[i].say, r->findings->at[i].clause);
}

static void
tell(void *context, const struct import_row *r)
{
	struct told *t = context;
	t->count++;
	t->refused += !r->accepted;
	t->known += r->known;
	json_t *row = json_pack("{s:s,s:b,s:b,s:o,s:s?,s:o,s:o,s:o}", "ref", r->ref, "accepted",
	    r->accepted, "known", r->known, "dossier",
	    r->dossier == 0 ? json_null() : json_integer(r->dossier), "reference",
	    r->reference[0] == '\0' ? NULL : r->reference, "fee_gross",
	    r->accepted ? json_integer(r->fee_gross) : json_null(), "warnings",
	    findings_json(r->findings, true), "errors", findings_json(r->findings, false));
	cmd_row(t->rows, row);
	row_text(r, &t->text);
}

bool
cmd_dossier_import(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_BYTES(bytes) = NULL;
	struct told t = { .text = SINK_GROW(64 << 20) };
	size_t len;
	bool all;
	if (!cmd_file(cmd, IMPORT_FILE_MOST, &s, &bytes, &len, fault))
		return false;
	t.rows = json_array();
	bool good = import_run(s, bytes, len, tell, &t, &all, fault);
	sink_print(&t.text, "%zu 件：登録 %zu、登録済み %zu、登録できない %zu", t.count,
	    t.count - t.refused - t.known, t.known, t.refused);
	if (good && !all)
		*cmd->exit = fault_exit(FAULT_INPUT);
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "rows", t.rows);
	return cmd_print_rows(cmd, good, doc, &t.text, "", fault);
}
