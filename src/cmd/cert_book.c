/* akashi cert list, export: the service's own certificates. */
#include "cmd/cmd.h"

#include "act/cert.h"
#include "base/file.h"
#include "base/pem.h"
#include "base/text.h"
#include "pki/bundle.h"
#include "vault/digest.h"

enum { PEM_MOST = 64 << 10 };

struct listed {
	struct instant now;
	json_t *rows;
	struct sink text;
};

static json_t *
instant_json(int64_t at)
{
	char text[INSTANT_TEXT];
	return at == 0 ? json_null() : json_string(instant_print(text, (struct instant){ at }));
}

static void
list_row(void *context, const struct cert_row *c)
{
	struct listed *l = context;
	char until[INSTANT_TEXT];
	const char *state = cert_state(c, l->now);
	cmd_row(l->rows,
	    json_pack("{s:s,s:I,s:I,s:s,s:o,s:o,s:s,s:o,s:s?}", "serial", c->serial, "dossier",
		(json_int_t)c->dossier, "edition", (json_int_t)c->edition, "product", c->product,
		"not_before", instant_json(c->not_before), "not_after", instant_json(c->not_after),
		"state", state, "revoked_at", instant_json(c->revoked_at), "ground",
		c->ground[0] == '\0' ? NULL : c->ground));
	instant_print(until, (struct instant){ c->not_after });
	sink_print(&l->text, "%s  案件 %lld  %s  %s まで  %s\n", c->serial, (long long)c->dossier,
	    c->product, until, state);
}

bool
cmd_cert_list(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct listed l = { .text = SINK_GROW(256 << 20) };
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault))
		return false;
	l.now = s->now;
	l.rows = json_array();
	bool good = cert_each(s, list_row, &l, fault);
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "rows", l.rows);
	return cmd_print_rows(cmd, good, doc, &l.text, "電子証明書はまだありません。", fault);
}

struct export_call {
	char serial[SERIAL_HEX];
	const char *out;
	bool pem;
};

static bool
export_read(const struct cmd *cmd, struct export_call *call, struct fault *fault)
{
	const char *serial = NULL;
	const struct option_row rows[] = {
		{ .name = "--out", .value = &call->out, .required = true },
		{ .name = "--pem", .flag = &call->pem },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &serial, 1, &n, fault))
		return false;
	return (n == 1 && cert_serial_read(serial, call->serial)) ||
	       fault_field(fault, FAULT_USAGE, "SERIAL",
		   "export takes a certificate's number in hex; \"akashi cert list\" tells them");
}

bool
cmd_cert_export(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_SINK der = SINK_GROW(PEM_MOST);
	OWN_SINK pem = SINK_GROW(PEM_MOST);
	struct export_call call = { .pem = false };
	uint8_t digest[32];
	char hex[DIGEST_HEX];
	if (!export_read(cmd, &call, fault) || !cmd_service(cmd, &s, fault) ||
	    !cert_open(s, call.serial, "cert export", &der, fault))
		return false;
	pem_print("CERTIFICATE", der_of(der.at, der.len), &pem);
	const struct sink *bytes = call.pem ? &pem : &der;
	if (!file_write_new(call.out, 0640, bytes->at, bytes->len, fault))
		return false;
	digest_of(der.at, der.len, digest);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:s,s:s,s:s}", "v", 1, "serial", call.serial, "out", call.out,
		"form", call.pem ? "pem" : "der", "fingerprint",
		hex_print(hex, digest, sizeof(digest))),
	    call.out, fault);
}
