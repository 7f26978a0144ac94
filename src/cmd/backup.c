/* akashi backup, restore: a copy of the service, and a service from a copy. */
#include "cmd/cmd.h"

#include "act/backup.h"
#include "act/restore.h"
#include "base/text.h"

static bool
backed_print(const struct cmd *cmd, const struct backed_up *is, bool keys, struct fault *fault)
{
	char text[1024], hex[DIGEST_HEX];
	struct sink say = SINK_INTO(text);
	hex_print(hex, is->root, sizeof(is->root));
	if (keys)
		sink_print(&say, "鍵の写し %lld を作りました。古い写し %lld 件を消しました。",
		    (long long)is->number, (long long)is->removed);
	else
		sink_print(&say,
		    "バックアップ %lld：ファイル %lld（写したもの %lld、%lld バイト）。"
		    "台帳 %lld 行、操作記録 %lld 件。",
		    (long long)is->number, (long long)is->files, (long long)is->copied,
		    (long long)is->bytes, (long long)is->line, (long long)is->events);
	if (is->spoiled > 0) {
		*cmd->exit = fault_exit(FAULT_BROKEN);
		sink_print(&say,
		    "\n前のバックアップの中のファイル %lld 件（%s など）が、作った時のものと"
		    "違っていたので写し直しました。前のものはもう復元できません。"
		    "媒体が傷んでいないか確かめてください。",
		    (long long)is->spoiled, is->spoiled_name);
	}
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:b,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:o}", "v", 1, "number",
		(json_int_t)is->number, "keys", keys, "files", (json_int_t)is->files, "copied",
		(json_int_t)is->copied, "bytes", (json_int_t)is->bytes, "removed",
		(json_int_t)is->removed, "spoiled", (json_int_t)is->spoiled, "spoiled_name",
		is->spoiled == 0 ? json_null() : json_string(is->spoiled_name), "line",
		keys ? json_null() : json_integer((json_int_t)is->line), "events",
		keys ? json_null() : json_integer((json_int_t)is->events), "root",
		keys ? json_null() : json_string(hex)),
	    sink_string(&say), fault);
}

bool
cmd_backup(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *out = NULL, *keep = NULL;
	bool keys = false, anew = false;
	int64_t many = 0;
	const struct option_row rows[] = {
		{ .name = "--out", .value = &out, .required = true },
		{ .name = "--keep", .value = &keep },
		{ .name = "--keys", .flag = &keys },
		{ .name = "--anew", .flag = &anew },
	};
	struct backed_up is;
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault))
		return false;
	if (keep != NULL && (keys || !cmd_whole(keep, 1, 1000000, &many)))
		return fault_field(fault, FAULT_USAGE, "--keep",
		    "--keep takes how many backups stay; copies of keys go by their age");
	return cmd_service(cmd, &s, fault) &&
	       (keys ? backup_keys(s, out, anew, &is, fault)
		     : backup_run(s, out, many, anew, &is, fault)) &&
	       backed_print(cmd, &is, keys, fault);
}

static void
restored_text(const struct restored *is, const struct restore *a, struct sink *text)
{
	char at[INSTANT_TEXT];
	sink_print(text, "%s のバックアップ %lld を「%s」に復元しました。\n",
	    instant_print(at, is->made), (long long)is->number, a->to);
	sink_print(text, "操作記録 %lld 件：バックアップした時の末尾と%s。\n",
	    (long long)is->events, is->same_head ? "同じです" : "違います");
	sink_print(text,
	    "台帳 %lld 行：バックアップより %lld 行多く、新しい署名の依頼は %lld 件です。\n",
	    (long long)is->lines, (long long)(is->lines - is->line), (long long)is->newer);
	if (is->charter_newer)
		sink_print(text,
		    "憲章 %lld はバックアップより新しく、署名が失われました。"
		    "期の署名の前に、憲章 %lld の管理者が akashi charter sign で"
		    "もう一度署名してください。\n",
		    (long long)is->charter, (long long)is->charter - 1);
	if (is->keys == 0)
		sink_text(text, "鍵の写しがないので、記録は開けません。\n");
	else
		sink_print(text, "鍵の写し %lld：廃棄済みの鍵 %lld 件を消しました。\n",
		    (long long)is->keys, (long long)is->destroyed);
	if (is->keys != 0 && is->keys < is->keys_newest)
		sink_print(text,
		    "注意：バックアップの時には鍵の写し %lld がありました。"
		    "古い写しでは、その間の記録が開けません。"
		    "あれば --keys にそれを指定して、復元し直してください。\n",
		    (long long)is->keys_newest);
	sink_text(text,
	    "次に akashi sweep、それから akashi epoch draft。それまでは発行も失効もしません。");
}

bool
cmd_restore(const struct cmd *cmd, struct fault *fault)
{
	struct restore a = { .now = cmd->now };
	const struct option_row rows[] = {
		{ .name = "--from", .value = &a.from, .required = true },
		{ .name = "--keys", .value = &a.keys },
		{ .name = "--journal", .value = &a.journal },
		{ .name = "--to", .value = &a.to, .required = true },
		{ .name = "--store", .value = &a.store },
	};
	struct restored is;
	OWN_SINK text = SINK_GROW(4096);
	char hex[DIGEST_HEX], at[INSTANT_TEXT];
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !restore_run(&a, &is, fault))
		return false;
	restored_text(&is, &a, &text);
	if (!is.same_head)
		*cmd->exit = 7;
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:s,s:I,s:o,s:I,s:I,s:I,s:s,s:b,s:I,s:I,s:I,s:I,s:b}", "v", 1,
		"number", (json_int_t)is.number, "made", instant_print(at, is.made), "files",
		(json_int_t)is.files, "keys",
		is.keys == 0 ? json_null() : json_integer((json_int_t)is.keys), "keys_newest",
		(json_int_t)is.keys_newest, "destroyed", (json_int_t)is.destroyed, "events",
		(json_int_t)is.events, "root", hex_print(hex, is.root, sizeof(is.root)),
		"same_head", is.same_head, "line", (json_int_t)is.line, "lines",
		(json_int_t)is.lines, "newer", (json_int_t)is.newer, "charter",
		(json_int_t)is.charter, "charter_newer", is.charter_newer),
	    sink_string(&text), fault);
}
