/* What staff report that clocks hang on: one row per command. */
#include "cmd/cmd.h"

#include <string.h>

#include "act/cert.h"
#include "act/report.h"

enum { ARGUMENTS = 12 };
static const char *const RESULTS[] = { "done", "reached", "not-reached", "will-send" };

/* Every option any of them has; which of them are due is the command's row. */
struct call {
	const char *subject, *key, *passphrase, *date, *until, *review, *reason, *by, *clock, *days,
	    *result, *letter;
	struct option_many changed;
	bool unregistered, special, lost;
	char serial[SERIAL_HEX];
	struct report report;
};

static bool
subject_read(struct call *c, struct fault *fault)
{
	if (strlen(c->subject) < 16 && strspn(c->subject, "0123456789") == strlen(c->subject))
		return cmd_dossier(c->subject, "N", &c->report.dossier, fault);
	c->report.serial = c->serial;
	return cert_serial_read(c->subject, c->serial) ||
	       fault_field(fault, FAULT_USAGE, "N",
		   "give a dossier's number or a certificate's number in hex");
}

static bool
day_option(const char *name, const char *value, struct day *out, struct fault *fault)
{
	return value == NULL || day_read(value, out) ||
	       fault_field(fault, FAULT_USAGE, name, "%s takes a day such as 2026-11-20", name);
}

static bool
result_read(const struct call *c, struct fault *fault)
{
	bool known = c->result == NULL;
	for (size_t i = 0; i < COUNT(RESULTS) && !known; i++)
		known = strcmp(RESULTS[i], c->result) == 0;
	return known || fault_field(fault, FAULT_USAGE, "--result",
			    "--result takes done, reached, not-reached or will-send");
}

static bool
values_read(struct call *c, struct fault *fault)
{
	struct report *r = &c->report;
	if (c->by != NULL && !cmd_dossier(c->by, "--by", &r->by, fault))
		return false;
	if (c->days != NULL && !cmd_whole(c->days, 1, CLOCK_DAYS_MOST, &r->days))
		return fault_field(
		    fault, FAULT_USAGE, "--days", "--days takes 1 to %d", CLOCK_DAYS_MOST);
	bool endless = c->until != NULL && strcmp(c->until, "indefinite") == 0;
	r->reason = c->reason;
	r->clock = c->clock;
	r->result = c->result;
	r->letter = c->letter;
	r->changed = c->changed.at;
	r->changes = c->changed.count;
	r->unregistered = c->unregistered;
	return result_read(c, fault) && day_option("--date", c->date, &r->day, fault) &&
	       (endless || day_option("--until", c->until, &r->day, fault)) &&
	       day_option("--review", c->review, &r->day, fault) && subject_read(c, fault);
}

static bool
told(const struct cmd *cmd, const struct reported *is, struct fault *fault)
{
	char last[DAY_TEXT], text[256];
	struct sink say = SINK_INTO(text);
	sink_print(&say, "案件 %lld に登録しました。", (long long)is->dossier);
	if (is->last.year != 0)
		sink_print(&say, "期限は %s です（延長の合計 %lld 日）。",
		    day_print(last, is->last), (long long)is->more);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:s?,s:s?,s:I}", "v", 1, "dossier", (json_int_t)is->dossier,
		"serial", is->serial[0] == '\0' ? NULL : is->serial, "last",
		is->last.year == 0 ? NULL : day_print(last, is->last), "extended",
		(json_int_t)is->more),
	    sink_string(&say), fault);
}

static bool
run(const struct cmd *cmd, struct call *c, const struct option_row *rows, size_t n,
    enum report_kind kind, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	struct option_row all[ARGUMENTS] = {
		{ .name = "--key", .value = &c->key, .required = true },
		{ .name = "--passphrase-file", .value = &c->passphrase },
	};
	struct reported is;
	int count;
	for (size_t i = 0; i < n; i++)
		all[i + 2] = rows[i];
	if (!cmd_options(cmd, all, n + 2, &c->subject, 1, &count, fault))
		return false;
	if (count != 1)
		return fault_field(fault, FAULT_USAGE, "N",
		    "which one? give a dossier's number or a certificate's; see --help");
	if (!values_read(c, fault) || !cmd_service(cmd, &s, fault) ||
	    !cmd_person(s, c->key, c->passphrase, &p, fault))
		return false;
	c->report.kind = c->lost ? REPORT_GRACE_LOST : c->special ? REPORT_STAY_SPECIAL : kind;
	c->report.person = p;
	return report_run(s, &c->report, &is, fault) && told(cmd, &is, fault);
}

bool
cmd_revocation_paper(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--date", .value = &c.date, .required = true }
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_FAX_PAPER, fault);
}

bool
cmd_grace_open(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--date", .value = &c.date, .required = true },
		{ .name = "--changed", .many = &c.changed, .required = true },
		{ .name = "--no-registration", .flag = &c.unregistered },
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_GRACE_OPEN, fault);
}

bool
cmd_grace_registered(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--date", .value = &c.date, .required = true }
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_GRACE_REGISTERED, fault);
}

bool
cmd_grace_close(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--date", .value = &c.date, .required = true },
		{ .name = "--other-change", .flag = &c.lost },
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_GRACE_CLOSE, fault);
}

bool
cmd_stay(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--until", .value = &c.until, .required = true },
		{ .name = "--special-period", .flag = &c.special },
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_STAY, fault);
}

bool
cmd_hold_add(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--review", .value = &c.review, .required = true },
		{ .name = "--reason", .value = &c.reason, .required = true },
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_HOLD, fault);
}

bool
cmd_hold_end(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	return run(cmd, &c, NULL, 0, REPORT_RELEASE, fault);
}

bool
cmd_cert_renewed(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = { { .name = "--by", .value = &c.by, .required = true } };
	return run(cmd, &c, rows, COUNT(rows), REPORT_RENEWED, fault);
}

bool
cmd_abolition_proof(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--date", .value = &c.date, .required = true }
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_ABOLITION_PROOF, fault);
}

bool
cmd_clocks_extend(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--clock", .value = &c.clock, .required = true },
		{ .name = "--days", .value = &c.days, .required = true },
		{ .name = "--reason", .value = &c.reason, .required = true },
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_EXTEND, fault);
}

bool
cmd_letter_returned(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .key = NULL };
	const struct option_row rows[] = {
		{ .name = "--letter", .value = &c.letter, .required = true },
		{ .name = "--date", .value = &c.date, .required = true },
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_RETURNED, fault);
}

bool
cmd_clocks_done(const struct cmd *cmd, struct fault *fault)
{
	struct call c = { .result = RESULTS[0] };
	const struct option_row rows[] = {
		{ .name = "--clock", .value = &c.clock, .required = true },
		{ .name = "--result", .value = &c.result },
	};
	return run(cmd, &c, rows, COUNT(rows), REPORT_DONE, fault);
}
