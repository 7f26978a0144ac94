/* akashi cert: what a certificate says, and whether it is good. */
#include "cmd/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "act/cert.h"
#include "base/file.h"
#include "pki/inspect.h"
#include "pki/path.h"

enum { LIST = OPTION_MANY, CERT_BYTES_MOST = 64 << 10 };

/* Files of one option; what they hold is owned here. */
struct files {
	struct option_many names;
	struct bundle_file at[LIST];
};

static void
files_drop(struct files *f)
{
	for (size_t i = 0; i < f->names.count; i++)
		free((void *)(uintptr_t)f->at[i].bytes.p);
}

/* A file that cannot be read is a bad file, not a missing thing: exit 2. No memory for it says nothing of it. */
static bool
file_take(const char *name, struct bundle_file *out, struct fault *fault)
{
	uint8_t *bytes = NULL;
	size_t n = 0;
	struct fault why = { 0 };
	if (!file_read(name, BUNDLE_MOST, &bytes, &n, &why))
		return fault_set(
		    fault, why.code == FAULT_BUG ? FAULT_BUG : FAULT_USAGE, "%s", why.say);
	*out = (struct bundle_file){ name, der_of(bytes, n) };
	return true;
}

static bool
files_take(struct files *f, struct fault *fault)
{
	for (size_t i = 0; i < f->names.count; i++)
		if (!file_take(f->names.at[i], &f->at[i], fault))
			return false;
	return true;
}

static bool
verdict_print(
    const struct cmd *cmd, const struct path_verdict *v, struct instant at, struct fault *fault)
{
	char when[INSTANT_TEXT];
	OWN_SINK text = SINK_GROW(4096);
	sink_print(&text, "%s: %s", v->valid ? "valid" : "not valid", v->say);
	if (!v->valid)
		sink_print(&text, " (%s, depth %d: %s)", v->reason, v->depth, v->detail);
	if (!v->valid)
		*cmd->exit = 1;
	return cmd_print(cmd,
	    json_pack("{s:i,s:b,s:s,s:s,s:i,s:i,s:s,s:{s:i,s:s}}", "v", 1, "valid", v->valid,
		"reason", v->reason, "message", v->say, "depth", v->depth, "length", v->length,
		"at", instant_print(when, at), "openssl", "code", v->code, "text", v->detail),
	    sink_string(&text), fault);
}

static bool
verify_files(const struct cmd *cmd, struct path_job *job, struct files *anchors,
    struct files *intermediates, struct files *crls, struct fault *fault)
{
	struct path_verdict verdict;
	if (!files_take(anchors, fault) || !files_take(intermediates, fault) ||
	    !files_take(crls, fault))
		return false;
	job->anchors = anchors->at;
	job->anchor_count = anchors->names.count;
	job->intermediates = intermediates->at;
	job->intermediate_count = intermediates->names.count;
	job->crls = crls->at;
	job->crl_count = crls->names.count;
	return path_verify(job, &verdict, fault) && verdict_print(cmd, &verdict, job->at, fault);
}

bool
cmd_cert_verify(const struct cmd *cmd, struct fault *fault)
{
	struct files anchors = { 0 }, intermediates = { 0 }, crls = { 0 };
	const char *at = NULL, *name = NULL;
	struct path_job job = { .at = instant_now() };
	const struct option_row rows[] = {
		{ .name = "--anchor", .many = &anchors.names, .required = true },
		{ .name = "--ca", .many = &intermediates.names },
		{ .name = "--crl", .many = &crls.names },
		{ .name = "--at", .value = &at },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &name, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_set(
		    fault, FAULT_USAGE, "the certificate's file is missing; see --help");
	if (at != NULL && !instant_read(at, &job.at))
		return fault_field(fault, FAULT_USAGE, "--at",
		    "--at takes an instant such as 2026-11-20T09:00:00+09:00");
	if (!file_take(name, &job.end_entity, fault))
		return false;
	bool done = verify_files(cmd, &job, &anchors, &intermediates, &crls, fault);
	free((void *)(uintptr_t)job.end_entity.bytes.p);
	files_drop(&anchors);
	files_drop(&intermediates);
	files_drop(&crls);
	return done;
}

struct inspection {
	json_t *rows;
	struct sink text;
};

static void
row_add(void *with, const struct inspect_row *r)
{
	struct inspection *in = with;
	cmd_row(in->rows, json_pack("{s:i,s:s,s:s?,s:s?,s:s?,s:s,s:b}", "certificate",
			      r->certificate, "path", r->path, "oid", r->oid, "label", r->label,
			      "kind", r->kind, "text", r->text, "critical", r->critical));
	sink_print(&in->text, "%s%s%s%s%s%s: %s\n", r->path, r->critical ? " [critical]" : "",
	    r->label != NULL ? " " : "", r->label != NULL ? r->label : "",
	    r->oid != NULL ? " " : "", r->oid != NULL ? r->oid : "", r->text);
}

/* Where the bytes come from: each source says whether the argument is one of its own. */
struct source {
	bool (*fits)(const struct cmd *, const char *arg);
	bool (*take)(const struct cmd *, const char *arg, struct bundle_file *, struct fault *);
};

static bool
any_fits(const struct cmd *cmd, const char *arg)
{
	(void)cmd;
	return arg != NULL;
}

/* With -C the number of one of the service's own, unless there is a file of that name. */
static bool
serial_fits(const struct cmd *cmd, const char *arg)
{
	char serial[SERIAL_HEX];
	return cmd->dir != NULL && cert_serial_read(arg, serial) && !file_exists(arg);
}

static bool
from_service(const struct cmd *cmd, const char *arg, struct bundle_file *out, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_SINK der = SINK_GROW(CERT_BYTES_MOST);
	char serial[SERIAL_HEX];
	if (!cmd_service(cmd, &s, fault) || !cert_serial_read(arg, serial) ||
	    !cert_open(s, serial, "cert inspect", &der, fault))
		return false;
	*out = (struct bundle_file){ arg, der_of(TAKE(der.at), der.len) };
	return true;
}

static bool
from_file(const struct cmd *cmd, const char *arg, struct bundle_file *out, struct fault *fault)
{
	(void)cmd;
	return file_take(arg, out, fault);
}

static const struct source SOURCES[] = {
	{ serial_fits, from_service },
	{ any_fits, from_file },
};

static bool
bytes_take(const struct cmd *cmd, const char *arg, struct bundle_file *out, struct fault *fault)
{
	for (size_t i = 0; i < COUNT(SOURCES); i++)
		if (SOURCES[i].fits(cmd, arg))
			return SOURCES[i].take(cmd, arg, out, fault);
	return fault_set(fault, FAULT_USAGE, "no such certificate; see --help");
}

bool
cmd_cert_inspect(const struct cmd *cmd, struct fault *fault)
{
	const char *arg = NULL;
	struct bundle_file file = { 0 };
	struct inspection in = { .text = SINK_GROW(16 << 20) };
	int n;
	if (!cmd_options(cmd, NULL, 0, &arg, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_set(
		    fault, FAULT_USAGE, "the certificate's file is missing; see --help");
	if (!bytes_take(cmd, arg, &file, fault))
		return false;
	in.rows = json_array();
	bool done = inspect_file(&file, row_add, &in, fault);
	done = done && cmd_print(cmd, json_pack("{s:i,s:O}", "v", 1, "rows", in.rows),
			   sink_string(&in.text), fault);
	json_decref(in.rows);
	sink_drop(&in.text);
	free((void *)(uintptr_t)file.bytes.p);
	return done;
}
