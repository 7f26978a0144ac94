/* akashi revoke, warrant void, crl publish: what officers end, and the list that says so. */
#include "cmd/cmd.h"

#include "act/cert.h"
#include "act/publish.h"
#include "act/revoke.h"

struct revoke_call {
	char serial[SERIAL_HEX];
	const char *ground, *key, *passphrase, *second, *second_passphrase, *reason;
	struct day since, fax;
};

static bool
revoke_read(const struct cmd *cmd, struct revoke_call *call, struct fault *fault)
{
	const char *serial = NULL, *since = NULL, *fax = NULL;
	const struct option_row rows[] = {
		{ .name = "--ground", .value = &call->ground, .required = true },
		{ .name = "--key", .value = &call->key, .required = true },
		{ .name = "--passphrase-file", .value = &call->passphrase },
		{ .name = "--second", .value = &call->second },
		{ .name = "--second-passphrase-file", .value = &call->second_passphrase },
		{ .name = "--reason", .value = &call->reason },
		{ .name = "--invalid-since", .value = &since },
		{ .name = "--fax", .value = &fax },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &serial, 1, &n, fault))
		return false;
	if (n != 1 || !cert_serial_read(serial, call->serial))
		return fault_field(fault, FAULT_USAGE, "SERIAL",
		    "revoke takes a certificate's number in hex; \"akashi cert list\" tells them");
	if (fax != NULL && !day_read(fax, &call->fax))
		return fault_field(fault, FAULT_USAGE, "--fax",
		    "--fax takes the day of the FAX, such as 2026-11-20");
	return since == NULL || day_read(since, &call->since) ||
	       fault_field(fault, FAULT_USAGE, "--invalid-since",
		   "--invalid-since takes a day such as 2026-11-20");
}

static void
revoked_text(const struct revoked *is, const char *serial, struct sink *text)
{
	char at[INSTANT_TEXT];
	sink_print(text, "%s は%s失効しています（事由 %s、%s）。", serial,
	    is->already ? "すでに" : "", is->ground, instant_print(at, is->at));
	if (is->list != 0)
		sink_print(text, "CRL %lld に載っています。", (long long)is->list);
	if (is->gave_way[0] != '\0')
		sink_print(
		    text, "署名のそろっていなかった事由 %s の申請は取り下げました。", is->gave_way);
}

static bool
revoked_print(
    const struct cmd *cmd, const struct revoked *is, const char *serial, struct fault *fault)
{
	char at[INSTANT_TEXT];
	OWN_SINK text = SINK_GROW(4096);
	revoked_text(is, serial, &text);
	json_t *list = is->list == 0 ? json_null() : json_integer((json_int_t)is->list);
	return cmd_print(cmd,
	    json_pack("{s:i,s:s,s:s,s:s,s:b,s:i,s:i,s:o}", "v", 1, "serial", serial, "ground",
		is->ground, "revoked_at", instant_print(at, is->at), "already", is->already,
		"signatures", is->signatures, "needed", is->needed, "list", list),
	    sink_string(&text), fault);
}

bool
cmd_revoke(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON first = NULL;
	OWN_PERSON second = NULL;
	struct revoke_call call = { .passphrase = NULL };
	struct revoked is;
	if (!revoke_read(cmd, &call, fault) || !cmd_service(cmd, &s, fault) ||
	    !cmd_person(s, call.key, call.passphrase, &first, fault) ||
	    (call.second != NULL &&
		!cmd_person(s, call.second, call.second_passphrase, &second, fault)))
		return false;
	const struct revoke_request q = { .serial = call.serial,
		.ground = call.ground,
		.reason = call.reason,
		.invalid_since = call.since,
		.fax = call.fax,
		.first = first,
		.second = second };
	return revoke_run(s, &q, &is, fault) && revoked_print(cmd, &is, call.serial, fault);
}

bool
cmd_warrant_void(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	const char *number = NULL, *key = NULL, *passphrase = NULL;
	const struct option_row rows[] = {
		{ .name = "--key", .value = &key, .required = true },
		{ .name = "--passphrase-file", .value = &passphrase },
	};
	struct voided is;
	char text[256];
	struct sink say = SINK_INTO(text);
	int64_t dossier;
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &number, 1, &n, fault))
		return false;
	if (!cmd_dossier(number, "N", &dossier, fault) || !cmd_service(cmd, &s, fault) ||
	    !cmd_person(s, key, passphrase, &p, fault) || !void_run(s, p, dossier, &is, fault))
		return false;
	sink_print(&say, "案件 %lld の第 %lld 版は%s無効です。次の版を審査からやり直してください。",
	    (long long)dossier, (long long)is.edition, is.already ? "すでに" : "");
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:b}", "v", 1, "dossier", (json_int_t)dossier, "edition",
		(json_int_t)is.edition, "already", is.already),
	    sink_string(&say), fault);
}

bool
cmd_crl_publish(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct published is;
	char from[INSTANT_TEXT], until[INSTANT_TEXT], text[512];
	struct sink say = SINK_INTO(text);
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault) ||
	    !publish_run(s, &is, fault))
		return false;
	instant_print(from, is.this_update);
	instant_print(until, is.next_update);
	sink_print(&say, "CRL %lld（失効 %lld 件）を公開しました。次の更新期限は %s です。",
	    (long long)is.number, (long long)is.entries, until);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:s,s:s}", "v", 1, "number", (json_int_t)is.number, "entries",
		(json_int_t)is.entries, "this_update", from, "next_update", until),
	    sink_string(&say), fault);
}
