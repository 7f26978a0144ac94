/* akashi dossier find: dossiers by what somebody remembers of them. */
#include "cmd/cmd.h"

#include <string.h>

#include "act/find.h"
#include "rules/step.h"

static void
row_text(const struct find_row *r, struct sink *text)
{
	enum state state;
	bool known = state_read(r->state, &state);
	sink_print(text, "%6lld  %s  %s  %s  （%s）\n", (long long)r->dossier, r->reference,
	    r->name, known ? state_label(state) : r->state, r->matched);
}

static json_t *
matched_json(const char *matched)
{
	json_t *out = json_array();
	for (const char *at = matched; *at != '\0';) {
		const char *end = strchrnul(at, ' ');
		cmd_row(out, json_stringn(at, (size_t)(end - at)));
		at = *end == '\0' ? end : end + 1;
	}
	return out;
}

static json_t *
row_json(const struct find_row *r)
{
	return json_pack("{s:I,s:s,s:s,s:s,s:o}", "dossier", (json_int_t)r->dossier, "reference",
	    r->reference, "name", r->name, "state", r->state, "matched", matched_json(r->matched));
}

bool
cmd_dossier_find(const struct cmd *cmd, struct fault *fault)
{
	const char *wanted = NULL;
	OWN_SERVICE s = NULL;
	struct found_rows *found = NULL;
	OWN_SINK text = SINK_GROW(1 << 16);
	int n;
	if (!cmd_options(cmd, NULL, 0, &wanted, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(fault, FAULT_USAGE, "TEXT", "find needs a text; see --help");
	if (!cmd_service(cmd, &s, fault) || !find_run(s, wanted, &found, fault))
		return false;
	json_t *rows = json_array();
	for (size_t i = 0; i < found->count; i++) {
		cmd_row(rows, row_json(&found->row[i]));
		row_text(&found->row[i], &text);
	}
	int64_t more = found->total - (int64_t)found->count;
	if (found->total == 0)
		sink_text(&text, "見つかりません。");
	if (more > 0)
		sink_print(
		    &text, "ほかに %lld 件あります。言葉を足してください。", (long long)more);
	find_free(found);
	return cmd_print(cmd,
	    json_pack("{s:i,s:o,s:I}", "v", 1, "rows", rows, "more", (json_int_t)more),
	    sink_string(&text), fault);
}
