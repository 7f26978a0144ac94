/* akashi ca adopt: a CA of before moves in; custodians then sign with "akashi ca certify". */
#include "cmd/cmd.h"

#include "act/adopt.h"

static void
told_text(const struct adopt_told *t, struct sink *text)
{
	char from[INSTANT_TEXT], until[INSTANT_TEXT], end[INSTANT_TEXT];
	sink_print(text,
	    "引き継ぐ証明書 %lld 枚（有効 %lld、期限切れ %lld、失効リストに %lld、失効し期限切れで"
	    "リストにない %lld）。\n失効リスト %lld（%s から %s まで）。次の番号は %lld です。\n"
	    "認証局の証明書は %s まで。\n案：%s\n前の認証局はもう失効も発行もしないでください。"
	    "管理者が akashi ca certify で署名すると引き継がれます。",
	    (long long)t->certificates, (long long)t->good, (long long)t->ended,
	    (long long)t->listed, (long long)t->left_out, (long long)t->number,
	    instant_print(from, t->this_update), instant_print(until, t->next_update),
	    (long long)t->number + 1, instant_print(end, t->ca_end), t->words);
}

bool
cmd_ca_adopt(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_SINK text = SINK_GROW(4096);
	struct adopt_request r;
	const struct option_row rows[] = {
		{ "--certificate", &r.certificate, NULL, true },
		{ "--crl", &r.crl, NULL, true },
		{ "--index", &r.index, NULL, true },
	};
	struct adopt_told t;
	char from[INSTANT_TEXT], until[INSTANT_TEXT], end[INSTANT_TEXT];
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !cmd_service(cmd, &s, fault) || !adopt_draft(s, &r, &t, fault))
		return false;
	told_text(&t, &text);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:b}", "v", 1,
		"certificates", (json_int_t)t.certificates, "good", (json_int_t)t.good, "ended",
		(json_int_t)t.ended, "listed", (json_int_t)t.listed, "left_out",
		(json_int_t)t.left_out, "list", (json_int_t)t.number, "next_list",
		(json_int_t)t.number + 1, "this_update", instant_print(from, t.this_update),
		"next_update", instant_print(until, t.next_update), "ca_end",
		instant_print(end, t.ca_end), "words", t.words, "in_force", false),
	    sink_string(&text), fault);
}
