/* akashi epoch, standby: a restored or second signer goes on, or may not. */
#include "cmd/cmd.h"

#include "act/enact.h"
#include "act/epoch.h"
#include "act/standby.h"
#include "base/text.h"

static json_t *
head_json(int64_t size, const uint8_t root[32])
{
	char hex[DIGEST_HEX];
	return json_pack("{s:I,s:s}", "size", (json_int_t)size, "root", hex_print(hex, root, 32));
}

bool
cmd_epoch_draft(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *checkpoint = NULL, *crl = NULL;
	const struct option_row rows[] = {
		{ "--checkpoint", &checkpoint, NULL, true },
		{ "--crl", &crl, NULL, true },
	};
	struct epoch_told is;
	char text[1024];
	struct sink say = SINK_INTO(text);
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !cmd_service(cmd, &s, fault) || !epoch_draft(s, checkpoint, crl, &is, fault))
		return false;
	const struct epoch *e = &is.epoch;
	sink_print(&say,
	    "期 %lld の案：%s\n台帳の %lld 行目まで。"
	    "操作記録の末尾は台帳で %lld 件、データベースと合うのは %lld 件まで（今 %lld 件）。\n"
	    "管理者が akashi epoch sign で署名すると、そこから続けます。",
	    (long long)e->number, is.words, (long long)e->seq, (long long)e->from, (long long)e->to,
	    (long long)is.log);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:I,s:I,s:o,s:o,s:s,s:b}", "v", 1, "epoch",
		(json_int_t)e->number, "line", (json_int_t)e->seq, "list", (json_int_t)is.list,
		"events", (json_int_t)is.log, "from", head_json(e->from, e->from_root), "to",
		head_json(e->to, e->to_root), "words", is.words, "in_force", false),
	    sink_string(&say), fault);
}

bool
cmd_epoch_sign(const struct cmd *cmd, struct fault *fault)
{
	return cmd_enact(cmd, epoch_sign, "epoch", "期", fault);
}

bool
cmd_standby_check(const struct cmd *cmd, struct fault *fault)
{
	OWN_STANDBY is = { .list = 0 };
	const char *journal = NULL, *checkpoint = NULL, *crl = NULL;
	const struct option_row rows[] = {
		{ "--journal", &journal, NULL, true },
		{ "--checkpoint", &checkpoint, NULL, true },
		{ "--crl", &crl, NULL, true },
	};
	char text[512];
	struct sink say = SINK_INTO(text);
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !standby_check(journal, checkpoint, crl, &is, fault))
		return false;
	sink_print(&say,
	    "台帳は %lld 行目まであり、"
	    "確認点（%lld 行目）と公開中の CRL %lld（%lld 件）を含んでいます。"
	    "引き継ぐには期が必要です（akashi epoch draft）。",
	    (long long)is.end.seq, (long long)is.checkpoint, (long long)is.list,
	    (long long)is.entries);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:I,s:I,s:I}", "v", 1, "lines", (json_int_t)is.end.seq,
		"checkpoint", (json_int_t)is.checkpoint, "list", (json_int_t)is.list, "entries",
		(json_int_t)is.entries, "epoch", (json_int_t)is.ledger.epoch),
	    sink_string(&say), fault);
}
