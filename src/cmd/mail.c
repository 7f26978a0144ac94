/* akashi mail list, send, bounced, followed. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/mail.h"
#include "base/text.h"
#include "wire/child.h"

enum { SEND_MS = 600000 };

static json_t *
when(int64_t at)
{
	char text[INSTANT_TEXT];
	return at == 0 ? json_null() : json_string(instant_print(text, (struct instant){ at }));
}

static json_t *
mail_json(const struct mail_row *m)
{
	char id[MAIL_ID_TEXT];
	return json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:o,s:I,s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "id",
	    hex_print(id, m->id, MAIL_ID), "dossier", (json_int_t)m->dossier, "serial", m->serial,
	    "kind", m->kind, "key", m->key, "why", m->why, "state", m->state, "due", when(m->due),
	    "tries", (json_int_t)m->tries, "status", m->status, "created_at", when(m->created_at),
	    "sent_at", when(m->sent_at), "accepted_at", when(m->accepted_at), "failed_at",
	    when(m->failed_at), "letter_at", when(m->letter_at), "followed_at",
	    when(m->followed_at));
}

struct printing {
	json_t *rows;
	struct sink *text;
};

static void
mail_line(const struct mail_row *m, struct sink *out)
{
	char id[MAIL_ID_TEXT], due[INSTANT_TEXT];
	sink_print(out, "%s  案件 %lld  %s %s  %s  %s  %s\n", hex_print(id, m->id, MAIL_ID),
	    (long long)m->dossier, m->kind, m->key, m->state,
	    instant_print(due, (struct instant){ m->due }), m->status);
}

static bool
print_row(const void *row, void *context, struct fault *fault)
{
	const struct printing *p = context;
	(void)fault;
	cmd_row(p->rows, mail_json(row));
	mail_line(row, p->text);
	return true;
}

bool
cmd_mail_list(const struct cmd *cmd, struct fault *fault)
{
	static const char *const STATES[] = { "queued", "sent", "accepted", "bounced", "given-up",
		"failed" };
	const char *state = NULL, *number = NULL;
	int64_t dossier = 0;
	const struct option_row rows[] = { { "--state", &state, NULL, false },
		{ "--dossier", &number, NULL, false } };
	OWN_SERVICE s = NULL;
	OWN_SINK text = SINK_GROW(1 << 20);
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault))
		return false;
	bool known = state == NULL;
	for (size_t i = 0; i < COUNT(STATES) && !known; i++)
		known = strcmp(STATES[i], state) == 0;
	if (number != NULL && !cmd_dossier(number, "--dossier", &dossier, fault))
		return false;
	if (!known || (state == NULL) == (number == NULL))
		return fault_field(fault, FAULT_USAGE, "--state",
		    "either --state (queued, sent, accepted, bounced, given-up, failed) "
		    "or --dossier N; see --help");
	struct printing p = { json_array(), &text };
	if (!cmd_service(cmd, &s, fault) ||
	    !mail_list(s, state == NULL ? "" : state, dossier, print_row, &p, fault)) {
		json_decref(p.rows);
		return false;
	}
	return cmd_print(cmd, json_pack("{s:i,s:o}", "v", 1, "mails", p.rows),
	    text.len == 0 ? "該当するメールはありません。" : sink_string(&text), fault);
}

/* What our own program says of itself is passed on: only the rest may be the relay's. */
static enum fault_code
ended_as(int exit)
{
	static const enum fault_code OWN[] = { FAULT_BROKEN, FAULT_BUG, FAULT_LATER };
	for (size_t i = 0; i < COUNT(OWN); i++)
		if (fault_exit(OWN[i]) == exit)
			return OWN[i];
	return FAULT_OUTSIDE;
}

/* The program that holds the key, for as long as something is due. */
static bool
courier(struct service *s, long long done[4], struct fault *fault)
{
	const char *argv[] = { "--dir", s->dir, "--once", NULL };
	int ends[2];
	char said[128];
	pid_t pid;
	if (pipe(ends) != 0)
		return fault_set(fault, FAULT_BUG, "パイプを作れません。");
	const struct child c = { "akashi-courier", argv, { ends[1] }, 1, false, 0 };
	bool good = child_start(&c, &pid, fault);
	(void)close(ends[1]);
	int exit = good ? child_end(pid, SEND_MS) : 0;
	ssize_t n = good && exit == 0 ? read(ends[0], said, sizeof(said) - 1) : 0;
	(void)close(ends[0]);
	said[n > 0 ? n : 0] = '\0';
	return good && ((exit == 0 && sscanf(said, "%lld %lld %lld %lld", &done[0], &done[1],
					  &done[2], &done[3]) == 4) ||
			   fault_set(fault, ended_as(exit),
			       "akashi-courier が終わりまで送れませんでした（%d）。"
			       "上の理由を確かめてください。",
			       exit));
}

bool
cmd_mail_send(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	long long done[4];
	char text[512];
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault) ||
	    !courier(s, done, fault))
		return false;
	(void)snprintf(text, sizeof(text),
	    "送れたメール %lld 件、あとで送り直すメール %lld 件、"
	    "届かなかったメール %lld 件、手紙にしたもの %lld 件です。",
	    done[0], done[1], done[2], done[3]);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:I,s:I,s:I}", "v", 1, "accepted", (json_int_t)done[0], "later",
		(json_int_t)done[1], "failed", (json_int_t)done[2], "letters", (json_int_t)done[3]),
	    text, fault);
}

static bool
number_of(const char *text, uint8_t id[MAIL_ID], struct fault *fault)
{
	return (text != NULL && strlen(text) == 2 * MAIL_ID && hex_read(text, id, MAIL_ID)) ||
	       fault_field(fault, FAULT_USAGE, "ID",
		   "a mail's number is 32 hex digits, as akashi mail list prints it");
}

static bool
print_one(const struct cmd *cmd, const struct mail_row *m, struct fault *fault)
{
	char text[512];
	struct sink line = SINK_INTO(text);
	mail_line(m, &line);
	json_t *doc = mail_json(m);
	cmd_field(doc, "v", json_integer(1));
	return cmd_print(cmd, doc, sink_string(&line), fault);
}

bool
cmd_mail_bounced(const struct cmd *cmd, struct fault *fault)
{
	const char *id = NULL, *status = NULL;
	const struct option_row rows[] = { { "--status", &status, NULL, true } };
	uint8_t number[MAIL_ID];
	struct mail_row m;
	OWN_SERVICE s = NULL;
	int n;
	return cmd_options(cmd, rows, COUNT(rows), &id, 1, &n, fault) &&
	       number_of(id, number, fault) && cmd_service(cmd, &s, fault) &&
	       mail_bounced(s, number, status, &m, fault) && print_one(cmd, &m, fault);
}

bool
cmd_mail_followed(const struct cmd *cmd, struct fault *fault)
{
	const char *id = NULL;
	uint8_t number[MAIL_ID];
	struct mail_row m;
	OWN_SERVICE s = NULL;
	int n;
	return cmd_options(cmd, NULL, 0, &id, 1, &n, fault) && number_of(id, number, fault) &&
	       cmd_service(cmd, &s, fault) && mail_follow(s, number, &m, fault) &&
	       print_one(cmd, &m, fault);
}
