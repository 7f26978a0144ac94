/* akashi receipt mail: a receipt that came as a signed mail. */
#include "cmd/cmd.h"

#include <string.h>

#include "act/person.h"
#include "act/receipt_mail.h"
#include "base/file.h"
#include "wire/reader.h"

static json_t *
instant_json(struct instant at)
{
	char text[INSTANT_TEXT];
	return at.sec == 0 ? json_null() : json_string(instant_print(text, at));
}

static bool
print_taken(
    const struct cmd *cmd, const struct receipt_mailed *m, struct day day, struct fault *fault)
{
	char date[DAY_TEXT], may[DAY_TEXT], must[DAY_TEXT];
	const struct received *r = &m->received;
	OWN_SINK say = SINK_GROW(64 << 10);
	day_print(date, day);
	sink_print(&say,
	    "案件 %lld の受領を署名付きメールで登録しました（%s、%s）。鍵の包みを消しました。%s\n"
	    "件名：%s\n本文：\n%s",
	    (long long)m->dossier, date, m->method,
	    r->time == RECEIPT_IN_TIME ? "" : "期限を過ぎた受領です。", m->subject, m->text);
	return cmd_print(cmd,
	    json_pack("{s:i,s:b,s:I,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:s}", "v", 1,
		"accepted", 1, "dossier", (json_int_t)m->dossier, "edition", (json_int_t)r->edition,
		"serial", r->serial, "date", date, "time", receipt_time_name(r->time), "may",
		day_print(may, r->may), "must", day_print(must, r->must), "state", r->state,
		"method", m->method, "signed_at", instant_json(m->signed_at), "subject", m->subject,
		"text", m->text),
	    sink_string(&say), fault);
}

/* One document says it in both languages; the exit status says that it was refused. */
static bool
print_refused(const struct cmd *cmd, const struct receipt_mailed *m, const struct fault *why,
    struct fault *fault)
{
	OWN_SINK say = SINK_GROW(64 << 10);
	sink_print(
	    &say, "受領は登録していません。期限はそのままです。\n%s\n%s", why->say, m->english);
	*cmd->exit = fault_exit(why->code);
	return cmd_print(cmd,
	    json_pack("{s:i,s:b,s:o,s:s,s:[o]}", "v", 1, "accepted", 0, "dossier",
		m->dossier == 0 ? json_null() : json_integer(m->dossier), "message_en", m->english,
		"errors", cmd_error(why->field, why->name, why->say, why->clause)),
	    sink_string(&say), fault);
}

struct call {
	const char *file, *date, *key, *passphrase;
	struct receipt_mail_request request;
};

static bool
call_read(const struct cmd *cmd, struct call *c, struct fault *fault)
{
	const struct option_row rows[] = {
		{ "--date", &c->date, NULL, false },
		{ "--key", &c->key, NULL, false },
		{ "--reason", &c->request.reason, NULL, false },
		{ "--passphrase-file", &c->passphrase, NULL, false },
	};
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &c->file, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(
		    fault, FAULT_USAGE, "FILE", "receipt mail needs a file; see --help");
	return c->date == NULL || day_read(c->date, &c->request.day) ||
	       fault_field(
		   fault, FAULT_USAGE, "--date", "--date は 2026-11-27 のように書いてください。");
}

bool
cmd_receipt_mail(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	OWN_BYTES(bytes) = NULL;
	struct call c = { .file = NULL };
	struct receipt_mailed m;
	struct fault why = { 0 };
	if (!call_read(cmd, &c, fault) || !cmd_service(cmd, &s, fault) ||
	    (c.key != NULL && !cmd_person(s, c.key, c.passphrase, &p, fault)) ||
	    !file_read(c.file, READER_INPUT_MOST, (uint8_t **)(void *)&bytes, &c.request.n, fault))
		return false;
	if (c.date == NULL)
		c.request.day = s->today;
	c.request.bytes = bytes;
	c.request.person = p;
	if (receipt_mail(s, &c.request, &m, &why))
		return print_taken(cmd, &m, c.request.day, fault);
	if (m.english != NULL)
		return print_refused(cmd, &m, &why, fault);
	*fault = why;
	return false;
}
