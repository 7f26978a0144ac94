/* akashi key: keys made by their owners. */
#include "cmd/cmd.h"

#include <string.h>

#include "act/agent.h"
#include "act/keys.h"
#include "cmd/passphrase.h"

static bool
request_read(const struct cmd *cmd, struct key_request *r, struct key_token *token,
    const char **file, const char **from_file, struct fault *fault)
{
	const char *purpose = NULL;
	const struct option_row rows[] = {
		{ "--for", &purpose, NULL, true },
		{ "--passphrase-file", file, NULL, false },
		{ "--rehearsal", NULL, &r->rehearsal, false },
		{ "--from", &r->from, NULL, false },
		{ "--from-passphrase-file", from_file, NULL, false },
		{ "--token", &token->label, NULL, false },
		{ "--module", &token->module, NULL, false },
		{ "--module-env", &token->environment, NULL, false },
		{ "--serial", &token->serial, NULL, false },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &r->out, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(fault, FAULT_USAGE, "OUT", "key new needs a file; see --help");
	if (!key_purpose_read(purpose, &r->purpose))
		return fault_field(fault, FAULT_USAGE, "--for",
		    "--for takes person, ca, archive, signer, keymaker or station");
	if (r->from == NULL ? *from_file != NULL : r->purpose != KEY_CA || token->label != NULL)
		return fault_field(fault, FAULT_USAGE, "--from",
		    "--from is a ca key's file, without --token; "
		    "--from-passphrase-file goes with it");
	if (token->label == NULL)
		return (token->module == NULL && token->environment == NULL &&
			   token->serial == NULL) ||
		       fault_field(fault, FAULT_USAGE, "--token",
			   "--module, --module-env and --serial go with --token");
	r->token = token;
	return (r->purpose == KEY_CA && token->module != NULL) ||
	       fault_field(fault, FAULT_USAGE, r->purpose == KEY_CA ? "--module" : "--for",
		   "--token makes a key for ca, and needs --module");
}

bool
cmd_key_new(const struct cmd *cmd, struct fault *fault)
{
	struct key_request r = { 0 };
	struct key_token token = { 0 };
	struct key_public k;
	const char *file = NULL, *from_file = NULL;
	char words[WORDS_TEXT];
	OWN_SINK say = SINK_GROW(1 << 14); /* its name stands in it twice */
	if (!request_read(cmd, &r, &token, &file, &from_file, fault) || !vault_start(fault))
		return false;
	OWN_SECRET(locked) = secret_new(KEY_PASSPHRASE_MOST);
	OWN_SECRET(before) = secret_new(KEY_PASSPHRASE_MOST);
	struct sink passphrase = { .at = locked, .cap = KEY_PASSPHRASE_MOST };
	struct sink old = { .at = before, .cap = KEY_PASSPHRASE_MOST };
	if (locked == NULL || before == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	/* A rehearsal's key guards nothing; a token's PIN is there already. */
	if ((!r.rehearsal || r.token != NULL || file != NULL) &&
	    !passphrase_take(
		file, r.token != NULL ? PASSPHRASE_OPEN : PASSPHRASE_NEW, &passphrase, fault))
		return false;
	if (from_file != NULL && !passphrase_take(from_file, PASSPHRASE_OPEN, &old, fault))
		return false;
	r.passphrase = passphrase.at;
	r.passphrase_len = passphrase.len;
	r.from_passphrase = old.at;
	r.from_passphrase_len = old.len;
	if ((r.purpose == KEY_CA && !keys_ca_bits(instant_day(instant_now()), &r.ca_bits, fault)) ||
	    !keys_new(&r, &k, fault))
		return false;
	key_words(&k, words);
	sink_print(&say,
	    "「%s」に%s鍵（%s）を作りました。公開する半分は「%s.pub」です。\n"
	    "渡すときに読み合わせる言葉：%s",
	    r.out, r.rehearsal ? "試験用の" : "", key_purpose_name(r.purpose), r.out, words);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:s+,s:s,s:b,s:s}", "v", 1, "key", r.out, "public", r.out, ".pub",
		"for", key_purpose_name(r.purpose), "rehearsal", r.rehearsal, "words", words),
	    sink_string(&say), fault);
}

/* "ca" or "archive". */
static bool
agent_read(const struct cmd *cmd, const struct option_row *rows, size_t count, const char **which,
    enum key_purpose *purpose, struct fault *fault)
{
	int n;
	return cmd_options(cmd, rows, count, which, 1, &n, fault) &&
	       ((n == 1 && key_purpose_read(*which, purpose) &&
		    (*purpose == KEY_CA || *purpose == KEY_ARCHIVE)) ||
		   fault_field(fault, FAULT_USAGE, "KEY", "%s takes ca or archive", cmd->words[1]));
}

bool
cmd_key_close(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *which = NULL;
	enum key_purpose purpose;
	return agent_read(cmd, NULL, 0, &which, &purpose, fault) && cmd_service(cmd, &s, fault) &&
	       agent_key_close(s, purpose, fault) &&
	       cmd_print(cmd, json_pack("{s:i,s:s,s:b}", "v", 1, "key", which, "open", false),
		   "鍵を閉じました。", fault);
}

bool
cmd_key_open(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *which = NULL, *file = NULL;
	const struct option_row rows[] = { { "--passphrase-file", &file, NULL, false } };
	enum key_purpose purpose;
	if (!agent_read(cmd, rows, COUNT(rows), &which, &purpose, fault) ||
	    !cmd_service(cmd, &s, fault))
		return false;
	OWN_SECRET(locked) = secret_new(KEY_PASSPHRASE_MOST);
	struct sink passphrase = { .at = locked, .cap = KEY_PASSPHRASE_MOST };
	if (locked == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if ((!s->rehearsal || file != NULL) &&
	    !passphrase_take(file, PASSPHRASE_OPEN, &passphrase, fault))
		return false;
	return agent_key_open(s, purpose, passphrase.at, passphrase.len, fault) &&
	       cmd_print(cmd, json_pack("{s:i,s:s,s:b}", "v", 1, "key", which, "open", true),
		   "鍵を開きました。", fault);
}

static bool
print_about(const struct cmd *cmd, const char *which, const struct key_about *k, bool certified,
    struct fault *fault)
{
	char words[WORDS_TEXT], text[1024];
	struct sink say = SINK_INTO(text);
	bool token = k->token[0] != '\0';
	key_words(&k->half, words);
	sink_print(&say, "鍵は開き、正しく署名します（RSA %lld ビット）。", (long long)k->bits);
	if (token)
		sink_print(&say, "\nトークン「%s」（番号 %s）の鍵「%s」、モジュール %s", k->token,
		    k->serial, k->label, k->module);
	sink_print(&say, "\n読み合わせる言葉：%s", words);
	if (certified)
		sink_text(&say, "\n認証局の証明書の鍵です。");
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:s,s:I,s:s,s:b,s:s?,s:s?,s:s?,s:s?}", "v", 1, "key", which, "in",
		token ? "token" : "file", "bits", (json_int_t)k->bits, "words", words, "certified",
		certified, "token", token ? k->token : NULL, "serial", token ? k->serial : NULL,
		"label", token ? k->label : NULL, "module", token ? k->module : NULL),
	    sink_string(&say), fault);
}

bool
cmd_key_check(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *which = NULL, *file = NULL;
	const struct option_row rows[] = { { "--passphrase-file", &file, NULL, false } };
	struct key_about k;
	bool certified = false;
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &which, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(fault, FAULT_USAGE, "KEY", "key check takes ca or a file");
	bool own = strcmp(which, "ca") == 0;
	if (!vault_start(fault) || (own && !cmd_service(cmd, &s, fault)))
		return false;
	OWN_SECRET(locked) = secret_new(KEY_PASSPHRASE_MOST);
	struct sink passphrase = { .at = locked, .cap = KEY_PASSPHRASE_MOST };
	if (locked == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if ((file != NULL || !own || !s->rehearsal) &&
	    !passphrase_take(file, PASSPHRASE_OPEN, &passphrase, fault))
		return false;
	bool good = own ? agent_key_check(s, passphrase.at, passphrase.len, &k, &certified, fault)
			: keys_check(which, false, passphrase.at, passphrase.len, &k, fault);
	return good && print_about(cmd, which, &k, certified, fault);
}
