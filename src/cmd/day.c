/* akashi day open, day close: a print day, its keys, its evening. */
#include "cmd/cmd.h"

#include "act/person.h"
#include "act/print_day.h"

static bool
call(const struct cmd *cmd, struct service **s, struct person **p, struct fault *fault)
{
	const char *key = NULL, *passphrase = NULL;
	const struct option_row rows[] = {
		{ "--key", &key, NULL, true },
		{ "--passphrase-file", &passphrase, NULL, false },
	};
	int n;
	return cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) &&
	       cmd_service(cmd, s, fault) && cmd_person(*s, key, passphrase, p, fault);
}

bool
cmd_day_open(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	struct print_day_opened d;
	char text[512];
	struct sink say = SINK_INTO(text);
	if (!call(cmd, &s, &p, fault) || !print_day_begin(s, p, &d, fault))
		return false;
	sink_print(&say,
	    "印刷日 %s（第 %lld 回）を開きました。印刷局：PIN は %s、パスワードは %s。", d.day,
	    (long long)d.round, d.station[0], d.station[1]);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:I,s:{s:s,s:s},s:s}", "v", 1, "day", d.day, "round",
		(json_int_t)d.round, "stations", "pin", d.station[0], "password", d.station[1],
		"person", p->id),
	    sink_string(&say), fault);
}

struct told {
	json_t *errors;
	struct sink text;
};

static void
tell(void *context, const struct print_day_block *b)
{
	struct told *t = context;
	json_t *one = cmd_error(NULL, b->row->name, b->say, b->row->clause);
	cmd_field(one, "dossier", json_integer(b->dossier));
	cmd_field(one, "envelope", b->envelope[0] == '\0' ? json_null() : json_string(b->envelope));
	cmd_field(one, "note", b->note[0] == '\0' ? json_null() : json_string(b->note));
	cmd_row(t->errors, one);
	sink_print(&t->text, "%s［%s］\n", b->say, b->row->clause);
}

static bool
print_closed(const struct cmd *cmd, const struct print_day_closed *d, const char *person,
    struct fault *fault)
{
	char text[512];
	struct sink say = SINK_INTO(text);
	sink_print(&say,
	    "印刷日 %s（第 %lld 回）を閉じました。発送 %lld 通、書損 %lld 通。印刷鍵を消しました。"
	    "ダウンロードを %lld 件開きました。",
	    d->day, (long long)d->round, (long long)d->sent, (long long)d->spoiled,
	    (long long)d->downloads);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:I,s:I,s:I,s:I,s:s}", "v", 1, "day", d->day, "round",
		(json_int_t)d->round, "sent", (json_int_t)d->sent, "spoiled",
		(json_int_t)d->spoiled, "downloads", (json_int_t)d->downloads, "person", person),
	    sink_string(&say), fault);
}

bool
cmd_day_close(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	struct told t = { .text = SINK_GROW(64 << 20) };
	struct print_day_closed d;
	struct fault why = { 0 };
	if (!call(cmd, &s, &p, fault))
		return false;
	t.errors = json_array();
	bool good = print_day_end(s, p, tell, &t, &d, &why);
	if (good) {
		json_decref(t.errors);
		good = print_closed(cmd, &d, p->id, fault);
	} else if (json_array_size(t.errors) > 0) {
		*cmd->exit = fault_exit(why.code);
		good = cmd_print(cmd, json_pack("{s:i,s:o}", "v", 1, "errors", t.errors),
		    sink_string(&t.text), fault);
	} else {
		json_decref(t.errors);
		*fault = why;
	}
	sink_drop(&t.text);
	return good;
}
