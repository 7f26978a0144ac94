/* akashi payment: deposits taken in from the bank's files, and whose they may be. */
#include "cmd/cmd.h"

#include <stdlib.h>

#include "act/payment_confirm.h"
#include "act/payment_import.h"
#include "act/payment_match.h"
#include "act/refund.h"
#include "base/file.h"

/* Every error of the file at once: it was refused as a whole, nothing was booked. */
static bool
print_errors(const struct cmd *cmd, const struct payment_imported *im, struct fault *fault)
{
	OWN_SINK text = SINK_GROW(1 << 16);
	json_t *errors = json_array();
	for (size_t i = 0; i < im->error_count; i++) {
		cmd_row(
		    errors, cmd_error(im->error[i].field, "bank-file", im->error[i].say, "R-6.8"));
		sink_print(&text, "%s\n", im->error[i].say);
	}
	sink_text(&text, "このファイルからは何も登録していません。");
	*cmd->exit = fault_exit(FAULT_INPUT);
	return cmd_print(
	    cmd, json_pack("{s:i,s:o}", "v", 1, "errors", errors), sink_string(&text), fault);
}

/* What the bank took back, for people to look at. */
static json_t *
reversals_json(const struct payment_imported *im, struct sink *text)
{
	json_t *all = json_array();
	for (size_t i = 0; i < im->reversals; i++) {
		const struct payment_reversal *r = &im->reversal[i];
		cmd_row(all, json_pack("{s:I,s:s,s:I,s:o,s:I}", "line", (json_int_t)r->line,
				 "booked", r->booked, "amount", (json_int_t)r->amount, "deposit",
				 r->deposit == 0 ? json_null() : json_integer(r->deposit), "given",
				 (json_int_t)r->given));
		sink_print(text, "明細 %lld（%s、%lld 円）は銀行による取消・訂正です。",
		    (long long)r->line, r->booked, (long long)r->amount);
		if (r->deposit == 0)
			sink_text(
			    text, "同じ入金が見つかりません。通帳と照らして確かめてください。\n");
		else if (r->given == 0)
			sink_print(text, "入金 %lld は割り当てられなくなりました。\n",
			    (long long)r->deposit);
		else
			sink_print(text,
			    "入金 %lld のうち案件に割り当てていた %lld 円を取り消しました。"
			    "発行前の案件は未入金に戻り、"
			    "発行後の案件は経理の一覧に未収（debt）として載ります。\n",
			    (long long)r->deposit, (long long)r->given);
	}
	return all;
}

/* What may be a second transfer of the day: only a file of the whole day tells. */
static json_t *
repeats_json(const struct payment_imported *im, struct sink *text)
{
	json_t *all = json_array();
	for (size_t i = 0; i < im->repeats; i++) {
		const struct payment_repeat *r = &im->repeat[i];
		cmd_row(all, json_pack("{s:I,s:s,s:I}", "line", (json_int_t)r->line, "booked",
				 r->booked, "amount", (json_int_t)r->amount));
		sink_print(text,
		    "登録済みの明細 %lld（%s、%lld 円）と同じ行がありました。"
		    "別の入金なら、その日の全部の行が入った明細を受け取って取り込んでください。\n",
		    (long long)r->line, r->booked, (long long)r->amount);
	}
	return all;
}

static const char ALL_KNOWN[] = "どの行も登録済みのものと同じです。別の入金があるはずなら、"
				"その日の全部の行が入った明細を受け取って取り込んでください。\n";

bool
cmd_payment_import(const struct cmd *cmd, struct fault *fault)
{
	const char *path = NULL, *account = NULL;
	const struct option_row rows[] = { { "--account", &account, NULL, false } };
	OWN_SERVICE s = NULL;
	OWN_BYTES(bytes) = NULL;
	struct payment_imported im;
	struct fault why = { 0 };
	OWN_SINK say = SINK_GROW(64 << 20);
	size_t len;
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &path, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(fault, FAULT_USAGE, "FILE", "import needs a file; see --help");
	if (!cmd_service(cmd, &s, fault) ||
	    !file_read(path, BANK_FILE_MOST, (uint8_t **)(void *)&bytes, &len, fault))
		return false;
	if (!payment_import(s, bytes, len, account, &im, &why)) {
		if (im.error_count > 0)
			return print_errors(cmd, &im, fault);
		*fault = why;
		return false;
	}
	json_t *reversals = reversals_json(&im, &say), *repeats = repeats_json(&im, &say);
	if (im.added == 0 && im.lines > 0)
		sink_text(&say, ALL_KNOWN);
	payment_imported_free(&im);
	sink_print(&say, "%lld 行を読みました（%s）。新しい行は %lld、入金の合計は %lld 円です。",
	    (long long)im.lines, bank_format_name(im.format), (long long)im.added,
	    (long long)im.deposits);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:I,s:I,s:I,s:I,s:o,s:o}", "v", 1, "format",
		bank_format_name(im.format), "lines", (json_int_t)im.lines, "new",
		(json_int_t)im.added, "known", (json_int_t)im.known, "deposits",
		(json_int_t)im.deposits, "reversals", reversals, "repeats", repeats),
	    sink_string(&say), fault);
}

static json_t *
line_json(const struct payment_book *b, const struct payment_line *l)
{
	json_t *candidates = json_array();
	for (size_t i = l->first; i < l->first + l->count; i++) {
		const struct payment_candidate *c = &b->candidate[i];
		cmd_row(candidates,
		    json_pack("{s:I,s:s,s:I,s:s}", "dossier", (json_int_t)c->dossier, "ref", c->ref,
			"difference", (json_int_t)c->difference, "reason", c->reason));
	}
	return json_pack("{s:I,s:s,s:s,s:I,s:I,s:s,s:o}", "line", (json_int_t)l->line, "account",
	    l->account, "booked", l->booked, "amount", (json_int_t)l->amount, "remaining",
	    (json_int_t)l->remaining, "payer", l->payer, "candidates", candidates);
}

static void
line_text(const struct payment_book *b, const struct payment_line *l, struct sink *text)
{
	sink_print(text, "%lld  %s  %lld 円", (long long)l->line, l->booked, (long long)l->amount);
	if (l->remaining != l->amount)
		sink_print(text, "（残り %lld 円）", (long long)l->remaining);
	sink_print(text, "  %s%s\n", l->payer, l->count == 0 ? "  候補なし" : "");
	for (size_t i = l->first; i < l->first + l->count; i++) {
		const struct payment_candidate *c = &b->candidate[i];
		sink_print(text, "    案件 %lld（%s）  差額 %+lld 円  %s\n", (long long)c->dossier,
		    c->ref, (long long)c->difference, c->reason);
	}
}

bool
cmd_payment_match(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_SINK text = SINK_GROW(64 << 20);
	struct payment_book *b;
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault) ||
	    !payment_match(s, &b, fault))
		return false;
	json_t *lines = json_array(), *dossiers = json_array();
	for (size_t i = 0; i < b->line_count; i++) {
		cmd_row(lines, line_json(b, &b->line[i]));
		line_text(b, &b->line[i], &text);
	}
	for (size_t i = 0; i < b->case_count; i++) {
		const struct payment_case *c = &b->kase[i];
		cmd_row(dossiers,
		    json_pack("{s:I,s:s,s:s,s:I,s:I,s:s}", "dossier", (json_int_t)c->dossier, "ref",
			c->ref, "reference", c->reference, "due", (json_int_t)c->due, "received",
			(json_int_t)c->received, "payment", outcome_name(c->outcome)));
		sink_print(&text, "案件 %lld（%s）  料金 %lld 円  入金済み %lld 円  %s\n",
		    (long long)c->dossier, c->ref, (long long)c->due, (long long)c->received,
		    outcome_name(c->outcome));
	}
	payment_book_free(b);
	sink_text(&text, "提案だけです。登録は akashi payment confirm で行ってください。");
	return cmd_print(cmd,
	    json_pack("{s:i,s:o,s:o}", "v", 1, "lines", lines, "dossiers", dossiers),
	    sink_string(&text), fault);
}

struct confirm_call {
	int64_t line, dossier;
	const char *key, *passphrase_file;
};

static bool
confirm_read(const struct cmd *cmd, struct confirm_call *call, struct fault *fault)
{
	const char *line = NULL, *dossier = NULL;
	const struct option_row rows[] = {
		{ "--dossier", &dossier, NULL, true },
		{ "--key", &call->key, NULL, true },
		{ "--passphrase-file", &call->passphrase_file, NULL, false },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &line, 1, &n, fault))
		return false;
	if (n != 1 || !cmd_whole(line, 1, INT64_MAX, &call->line))
		return fault_field(fault, FAULT_USAGE, "LINE",
		    "confirm needs the number of a line; \"akashi payment match\" lists them");
	return cmd_dossier(dossier, "--dossier", &call->dossier, fault);
}

bool
cmd_payment_confirm(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	struct confirm_call call = { 0 };
	struct payment_confirmed is;
	char text[512];
	struct sink say = SINK_INTO(text);
	if (!confirm_read(cmd, &call, fault) || !cmd_service(cmd, &s, fault) ||
	    !cmd_person(s, call.key, call.passphrase_file, &p, fault) ||
	    !payment_confirm(s, p, call.line, call.dossier, &is, fault))
		return false;
	sink_print(&say,
	    "入金 %lld から案件 %lld に %lld 円を%s。料金 %lld 円のうち %lld 円（%s）。"
	    "入金の残りは %lld 円です。",
	    (long long)call.line, (long long)call.dossier, (long long)is.amount,
	    is.already ? "割り当て済みです" : "割り当てました", (long long)is.fee.due,
	    (long long)is.fee.received, payment_label(is.fee.state), (long long)is.remaining);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:I,s:I,s:I,s:I,s:s,s:b}", "v", 1, "line",
		(json_int_t)call.line, "dossier", (json_int_t)call.dossier, "amount",
		(json_int_t)is.amount, "remaining", (json_int_t)is.remaining, "due",
		(json_int_t)is.fee.due, "received", (json_int_t)is.fee.received, "payment",
		payment_name(is.fee.state), "already", is.already),
	    sink_string(&say), fault);
}

static bool
refund_print(const struct cmd *cmd, const struct refunded *is, struct fault *fault)
{
	char text[256];
	struct sink say = SINK_INTO(text);
	sink_print(&say, "案件 %lld の返金 %lld 円を%s登録しました（署名 %d）。",
	    (long long)is->row.dossier, (long long)is->row.amount, is->already ? "すでに" : "",
	    is->signatures);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:s,s:I,s:s,s:b}", "v", 1, "dossier", (json_int_t)is->row.dossier,
		"cause", is->row.cause, "yen", (json_int_t)is->row.amount, "day", is->row.day,
		"already", is->already),
	    sink_string(&say), fault);
}

bool
cmd_payment_refund(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON first = NULL;
	OWN_PERSON second = NULL;
	const char *number = NULL, *key = NULL, *pass = NULL, *other = NULL, *other_pass = NULL;
	const struct option_row rows[] = {
		{ .name = "--key", .value = &key, .required = true },
		{ .name = "--passphrase-file", .value = &pass },
		{ .name = "--second", .value = &other },
		{ .name = "--second-passphrase-file", .value = &other_pass },
	};
	struct refunded is;
	int64_t dossier;
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &number, 1, &n, fault))
		return false;
	if (!cmd_dossier(number, "N", &dossier, fault) || !cmd_service(cmd, &s, fault) ||
	    !cmd_person(s, key, pass, &first, fault) ||
	    (other != NULL && !cmd_person(s, other, other_pass, &second, fault)))
		return false;
	return refund_run(s, dossier, first, second, &is, fault) && refund_print(cmd, &is, fault);
}
