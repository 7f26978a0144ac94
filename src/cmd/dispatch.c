/* akashi dispatch, package fetch, receipt paper: from the post to the receipt. */
#include "cmd/cmd.h"

#include <string.h>

#include "act/dispatch.h"
#include "act/fetch.h"
#include "act/person.h"
#include "act/receipt.h"
#include "base/text.h"
#include "cmd/passphrase.h"
#include "vault/secret.h"

enum { PASSWORD_MOST = 256 };

static bool
number_read(const struct cmd *cmd, const struct option_row *rows, size_t n, int64_t *id,
    struct fault *fault)
{
	const char *number = NULL;
	int count;
	return cmd_options(cmd, rows, n, &number, 1, &count, fault) &&
	       cmd_dossier(number, "N", id, fault);
}

static json_t *
warning(const struct refusal *row, const char *say)
{
	return json_pack("[o]", cmd_error(NULL, row->name, say, row->clause));
}

static bool
print_sent(const struct cmd *cmd, const struct dispatched *d, struct fault *fault)
{
	const struct letter_row *l = &d->row;
	char text[1024], at[INSTANT_TEXT];
	struct sink say = SINK_INTO(text);
	sink_print(&say, "案件 %lld の封筒 %s を%s（%s、番号 %s）。%s%s%s", (long long)l->dossier,
	    l->envelope, d->already ? "発送済みです" : "発送しました", l->route, l->tracking,
	    d->download ? "ダウンロードを開きました。" : "", d->late[0] == '\0' ? "" : "\n注意：",
	    d->late);
	json_t *doc = json_pack("{s:i,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:s}", "v", 1, "dossier",
	    (json_int_t)l->dossier, "letter", l->letter, "to", l->recipient, "route", l->route,
	    "envelope", l->envelope, "tracking", l->tracking, "sent_at",
	    instant_print(at, (struct instant){ l->sent_at }), "already", d->already, "download",
	    d->download, "state", d->state);
	cmd_field(
	    doc, "warnings", d->late[0] == '\0' ? json_array() : warning(&DISPATCH_LATE, d->late));
	return cmd_print(cmd, doc, sink_string(&say), fault);
}

bool
cmd_dispatch(const struct cmd *cmd, struct fault *fault)
{
	struct dispatch_request r = { 0 };
	const struct option_row rows[] = {
		{ "--letter", &r.letter, NULL, true },
		{ "--envelope", &r.envelope, NULL, true },
		{ "--tracking", &r.tracking, NULL, true },
	};
	OWN_SERVICE s = NULL;
	struct dispatched d;
	return number_read(cmd, rows, COUNT(rows), &r.dossier, fault) &&
	       cmd_service(cmd, &s, fault) && dispatch_run(s, &r, &d, fault) &&
	       print_sent(cmd, &d, fault);
}

static bool
print_fetched(const struct cmd *cmd, const char *out, const struct fetched *f, struct fault *fault)
{
	char hex[DIGEST_HEX];
	OWN_SINK say = SINK_GROW(1 << 14);
	hex_print(hex, f->digest, sizeof(f->digest));
	sink_print(&say,
	    "「%s」に電子証明書と鍵を保存しました（%lld バイト）。"
	    "開くには PIN コードが要ります。\nSHA-256 %s\n"
	    "あと %lld 回、%s までダウンロードできます。内容を確かめ、受領をご連絡ください。",
	    out, (long long)f->octets, hex, (long long)f->left, f->last_day);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:s,s:s,s:I,s:s,s:I,s:s}", "v", 1, "dossier",
		(json_int_t)f->dossier, "serial", f->serial, "file", out, "octets",
		(json_int_t)f->octets, "sha256", hex, "left", (json_int_t)f->left, "last_day",
		f->last_day),
	    sink_string(&say), fault);
}

static bool
legacy_asked(bool legacy, const char *reason, struct fault *fault)
{
	return legacy == (reason != NULL) ||
	       fault_field(fault, FAULT_USAGE, legacy ? "--reason" : "--legacy",
		   "--legacy and --reason go together");
}

bool
cmd_package_fetch(const struct cmd *cmd, struct fault *fault)
{
	const char *file = NULL;
	struct fetch_request r = { 0 };
	bool legacy = false;
	const struct option_row rows[] = {
		{ "--token", &r.token, NULL, true },
		{ "--password-file", &file, NULL, true },
		{ "--out", &r.out, NULL, true },
		{ "--legacy", NULL, &legacy, false },
		{ "--reason", &r.legacy, NULL, false },
	};
	int n;
	if (!vault_start(fault))
		return false;
	OWN_SERVICE s = NULL;
	struct fetched f;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !legacy_asked(legacy, r.legacy, fault) ||
	    !cmd_service(cmd, &s, fault)) /* which readies the locked memory */
		return false;
	OWN_SECRET(locked) = secret_new(PASSWORD_MOST + 1);
	struct sink password = { .at = locked, .cap = PASSWORD_MOST };
	if (locked == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!passphrase_take(file, PASSPHRASE_OPEN, &password, fault))
		return false;
	((char *)locked)[password.len] = '\0';
	r.password = locked;
	return fetch_run(s, &r, &f, fault) && print_fetched(cmd, r.out, &f, fault);
}

static json_t *
never_downloaded(void)
{
	return json_pack("[o]",
	    cmd_error("N", "receipt-undownloaded",
		"まだダウンロードされていない案件です。鍵の包みは消えました。番号の誤りでないか、"
		"すぐに確かめてください。",
		"R-4.97"));
}

static bool
print_received(const struct cmd *cmd, int64_t id, const struct received *r, const char *date,
    struct fault *fault)
{
	char may[DAY_TEXT], must[DAY_TEXT], text[1024];
	struct sink say = SINK_INTO(text);
	sink_print(&say, "案件 %lld の受領を登録しました（%s）。鍵の包みを消しました。%s%s",
	    (long long)id, date, r->time == RECEIPT_IN_TIME ? "" : "期限を過ぎた受領です。",
	    r->never_downloaded
		? "\n注意：まだダウンロードされていない案件です。番号を確かめてください。"
		: "");
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "v", 1, "dossier",
		(json_int_t)id, "edition", (json_int_t)r->edition, "serial", r->serial, "date",
		date, "time", receipt_time_name(r->time), "may", day_print(may, r->may), "must",
		day_print(must, r->must), "state", r->state, "warnings",
		r->never_downloaded ? never_downloaded() : json_array()),
	    sink_string(&say), fault);
}

bool
cmd_receipt_paper(const struct cmd *cmd, struct fault *fault)
{
	const char *date = NULL, *key = NULL, *passphrase = NULL;
	struct receipt_request r = { 0 };
	const struct option_row rows[] = {
		{ "--date", &date, NULL, true },
		{ "--key", &key, NULL, true },
		{ "--reason", &r.reason, NULL, false },
		{ "--passphrase-file", &passphrase, NULL, false },
	};
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	struct received is;
	if (!number_read(cmd, rows, COUNT(rows), &r.dossier, fault))
		return false;
	if (!day_read(date, &r.day))
		return fault_field(
		    fault, FAULT_USAGE, "--date", "--date は 2026-11-27 のように書いてください。");
	if (!cmd_service(cmd, &s, fault) || !cmd_person(s, key, passphrase, &p, fault))
		return false;
	r.person = p;
	return receipt_record(s, &r, &is, fault) &&
	       print_received(cmd, r.dossier, &is, date, fault);
}
