/* akashi init: a service in an empty folder. */
#include "cmd/init.h"

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/passphrase.h"

bool
cmd_init_ca(struct init_request *r, const char *file, void *locked, struct fault *fault)
{
	struct sink passphrase = { .at = locked, .cap = KEY_PASSPHRASE_MOST };
	if (r->ca_key == NULL)
		return file == NULL || fault_field(fault, FAULT_USAGE, "--ca-passphrase-file",
					   "--ca-passphrase-file goes with --ca-key");
	if (!r->rehearsal)
		return fault_field(fault, FAULT_USAGE, "--ca-key",
		    "--ca-key is for rehearsals; a real service's key is put into DIR/keys/ca");
	if (locked == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!passphrase_take(file, PASSPHRASE_OPEN, &passphrase, fault))
		return false;
	r->ca_passphrase = passphrase.at;
	r->ca_passphrase_len = passphrase.len;
	return true;
}

bool
cmd_init(const struct cmd *cmd, struct fault *fault)
{
	struct init_request r = { .told = cmd->now };
	struct option_many custodians = { .count = 0 };
	const char *quorum = NULL, *file = NULL;
	const struct option_row rows[] = {
		{ "--rehearsal", NULL, &r.rehearsal, false },
		{ "--policy", &r.policy, NULL, false },
		{ "--store", &r.store, NULL, false },
		{ "--listen", &r.listen, NULL, false },
		{ .name = "--custodian", .many = &custodians },
		{ "--quorum", &quorum, NULL, false },
		{ "--adopt", &r.adopt, NULL, false },
		{ "--ca-key", &r.ca_key, NULL, false },
		{ "--ca-passphrase-file", &file, NULL, false },
	};
	struct init_made made;
	char hex[DIGEST_HEX], text[1024];
	struct sink say = SINK_INTO(text);
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &r.dir, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(fault, FAULT_USAGE, "DIR", "init needs a folder; see --help");
	if (quorum != NULL && !cmd_whole(quorum, 1, INIT_CUSTODIANS, &r.quorum))
		return fault_field(fault, FAULT_USAGE, "--quorum", "--quorum takes 1 to 16");
	if (r.adopt != NULL && r.rehearsal && r.ca_key == NULL)
		return fault_field(fault, FAULT_USAGE, "--adopt",
		    "in a rehearsal --adopt goes with --ca-key, the key of that CA");
	r.custodian = custodians.at;
	r.custodians = custodians.count;
	if (!vault_start(fault))
		return false;
	OWN_SECRET(locked) = secret_new(KEY_PASSPHRASE_MOST);
	if (!cmd_init_ca(&r, file, locked, fault) || !init_run(&r, &made, fault))
		return false;
	sink_print(&say, "「%s」に%sサービスを作りました。規則の版：%.16s\n台帳の最初の行：%s",
	    r.dir, r.rehearsal ? "試験用の" : "", hex_print(hex, made.policy, sizeof(made.policy)),
	    made.words);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:b,s:s,s:s,s:s}", "v", 1, "dir", r.dir, "rehearsal", r.rehearsal,
		"store", made.engine, "policy", hex, "words", made.words),
	    sink_string(&say), fault);
}
