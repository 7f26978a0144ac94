/* akashi mail fetch: what came into the mailbox is taken in. */
#include "cmd/cmd.h"

#include "act/mail_in.h"

struct told {
	json_t *mails;
	struct sink text;
	size_t count[MAIL_IN_ENDS];
};

static void
tell(void *context, const struct mail_in_told *m)
{
	struct told *t = context;
	t->count[m->end]++;
	cmd_row(t->mails, json_pack("{s:s,s:s,s:o,s:s?,s:s?,s:s?,s:s?}", "file", m->file, "end",
			      mail_in_end_name(m->end), "dossier",
			      m->dossier == 0 ? json_null() : json_integer(m->dossier), "code",
			      m->code, "message", m->say, "id", m->id, "status", m->status));
	sink_print(&t->text, "%s  %s%s%s\n", m->file, mail_in_end_name(m->end),
	    m->say == NULL ? "" : "：", m->say == NULL ? "" : m->say);
}

bool
cmd_mail_fetch(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct told t = { .text = SINK_GROW(16 << 20) };
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault))
		return false;
	t.mails = json_array();
	bool good = mail_in_run(s, tell, &t, fault);
	sink_print(&t.text,
	    "受領 %zu（登録済み %zu）、断ったもの %zu、不達 %zu、担当者が読むもの %zu",
	    t.count[MAIL_IN_RECEIPT], t.count[MAIL_IN_KNOWN], t.count[MAIL_IN_REFUSED],
	    t.count[MAIL_IN_BOUNCED], t.count[MAIL_IN_LEFT]);
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "mails", t.mails);
	return cmd_print_rows(cmd, good, doc, &t.text, "", fault);
}
