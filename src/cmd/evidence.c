/* akashi evidence: everything about one certificate in a folder. */
#include "cmd/cmd.h"

#include "act/cert.h"
#include "act/evidence.h"
#include "base/text.h"

struct evidence_call {
	struct evidence_request request;
	const char *key, *passphrase;
	char serial[SERIAL_HEX];
};

static bool
call_read(const struct cmd *cmd, struct evidence_call *c, struct fault *fault)
{
	const char *serial = NULL;
	const struct option_row rows[] = {
		{ .name = "--out", .value = &c->request.out, .required = true },
		{ .name = "--reason", .value = &c->request.reason, .required = true },
		{ .name = "--key", .value = &c->key, .required = true },
		{ .name = "--passphrase-file", .value = &c->passphrase },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &serial, 1, &n, fault))
		return false;
	c->request.serial = c->serial;
	return (n == 1 && cert_serial_read(serial, c->serial)) ||
	       fault_field(fault, FAULT_USAGE, "SERIAL",
		   "evidence takes a certificate's number in hex; \"akashi cert list\" tells them");
}

bool
cmd_evidence(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON person = NULL;
	struct evidence_call c = { .key = NULL };
	struct evidence_made made;
	char manifest[DIGEST_HEX], genesis[DIGEST_HEX], text[256];
	struct sink say = SINK_INTO(text);
	if (!call_read(cmd, &c, fault) || !cmd_service(cmd, &s, fault) ||
	    !cmd_person(s, c.key, c.passphrase, &person, fault))
		return false;
	c.request.person = person;
	if (!evidence_make(s, &c.request, &made, fault))
		return false;
	sink_print(&say, "証拠を %lld 個のファイルに書きました。", (long long)made.files);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:I,s:s,s:I,s:I,s:I,s:I,s:s,s:s}", "v", 1, "serial", c.serial,
		"dossier", (json_int_t)made.dossier, "out", c.request.out, "files",
		(json_int_t)made.files, "bytes", (json_int_t)made.bytes, "events",
		(json_int_t)made.events, "log_size", (json_int_t)made.log_size, "manifest",
		hex_print(manifest, made.manifest, sizeof(made.manifest)), "first_line",
		hex_print(genesis, made.genesis, sizeof(made.genesis))),
	    sink_string(&say), fault);
}
