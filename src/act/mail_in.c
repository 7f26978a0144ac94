#include "act/mail_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "act/mail.h"
#include "act/standby.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "exchange/mailbox.h"
#include "vault/code.h"
#include "wire/child.h"
#include "wire/reader.h"

enum { PASSWORD_MOST = 512, MAIL_NAME = 96 };
enum { LOOKS_MOST = 20 }; /* of one fetch: past 10000 mails that are kept back */

static const struct refusal MAIL_IN_LARGE = { "mail-large", FAULT_INPUT, "R-4.111" };
static const struct refusal MAIL_IN_OTHER = { "mail-other", FAULT_INPUT, "R-4.111" };
static const struct refusal MAIL_IN_REPORT = { "mail-report", FAULT_INPUT, "RFC3464 2.3.3" };
static const struct refusal MAIL_IN_STRANGE = { "mail-strange", FAULT_MISSING, "RFC3464" };

static const char *const ENDS[] = { "receipt", "known", "refused", "bounce", "left" };
_Static_assert(COUNT(ENDS) == MAIL_IN_ENDS, "every end has its word");

const char *
mail_in_end_name(enum mail_in_end e)
{
	return ENDS[e];
}

struct inbox {
	struct service *service;
	mail_in_tell *tell;
	void *context;
	struct mailbox *mailbox; /* NULL while only the folder is handled */
	bool looked; /* into the mailbox; if not, it is away or does not let us in */
	int64_t validity; /* of its numbers; 0 */
	char name[MAIL_NAME];
	int64_t uid; /* of that name, under this validity; 0: the server is not asked */
	bool waits; /* it stays in the folder until it can be flagged */
	struct day arrived;
	uint8_t digest[CODE_DIGEST]; /* of the mail, under the index key */
};

/* The same mail is left once, however often it comes. */
static bool
left(struct inbox *i, const char *code, struct fault *fault)
{
	struct event_row event;
	uint8_t act[CODE_DIGEST];
	service_event(i->service, "mail-left", 0, &event);
	index_digest(i->service->index_key, "mail-left", i->digest, sizeof(i->digest), act);
	memcpy(event.act_id, act, sizeof(event.act_id));
	struct sink detail = SINK_INTO(event.detail);
	sink_print(&detail, "reason=%s mail=", code);
	sink_hex(&detail, i->digest, sizeof(i->digest));
	(void)sink_string(&detail);
	return store_write(i->service->store, event.act_id, service_event_once, &event, fault);
}

/* Told, and where a person is to look, flagged in the mailbox. */
static bool
told(struct inbox *i, struct mail_in_told *t, struct fault *fault)
{
	bool person = t->end == MAIL_IN_REFUSED || t->end == MAIL_IN_LEFT;
	if (person && i->uid != 0 && !mailbox_flag(i->mailbox, i->uid, fault))
		return false;
	i->waits = person && !i->looked;
	t->file = i->name;
	i->tell(i->context, t);
	return true;
}

static bool
leave(struct inbox *i, const struct fault *why, struct fault *fault)
{
	struct mail_in_told t = { .end = MAIL_IN_LEFT, .code = why->name, .say = why->say };
	return left(i, why->name, fault) && told(i, &t, fault);
}

static bool
receipt(struct inbox *i, const void *bytes, size_t n, const struct outside_mail *mail,
    struct fault *fault)
{
	const struct receipt_mail_request r = { .bytes = bytes, .n = n, .day = i->arrived };
	struct receipt_mailed *m = calloc(1, sizeof(*m));
	struct fault why = { 0 };
	if (m == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	bool good = receipt_mail_read(i->service, &r, mail, m, &why);
	bool known = strcmp(why.name, RECEIPT_KNOWN.name) == 0;
	struct mail_in_told t = { .end = good	 ? MAIL_IN_RECEIPT
					 : known ? MAIL_IN_KNOWN
						 : MAIL_IN_REFUSED,
		.dossier = m->dossier,
		.code = good ? NULL : why.name,
		.say = good ? NULL : why.say };
	bool ours = !good && m->english == NULL; /* our own trouble: it is tried again */
	if (ours)
		*fault = why;
	free(m);
	return !ours && told(i, &t, fault);
}

/* HEX@ at p: the number of a mail of ours. */
static bool
number_at(const char *p, uint8_t id[MAIL_ID])
{
	char hex[MAIL_ID_TEXT];
	(void)snprintf(hex, sizeof(hex), "%s", p);
	return strlen(hex) == 2 * MAIL_ID && p[2 * MAIL_ID] == '@' && hex_read(hex, id, MAIL_ID);
}

/* Which of our mails it is about: by the address it came back to, else by what it brings back. */
static bool
number_of(const struct mail_in *m, uint8_t id[MAIL_ID])
{
	const char *plus = strrchr(m->to, '+');
	return (plus != NULL && number_at(plus + 1, id)) || number_at(m->original, id);
}

/* A comment may follow it [RFC3464 2.3.4]; one that cannot be read is another or undefined status. */
static const char *
status_of(const struct mail_in *m, char out[sizeof(m->status)])
{
	size_t n = strspn(m->status, "0123456789.");
	(void)snprintf(out, sizeof(m->status), "%.*s", (int)n, m->status);
	return n == 0 ? "5.0.0" : out;
}

static bool
strange(struct inbox *i, struct fault *fault)
{
	struct fault why = { 0 };
	(void)fault_refuse(&why, &MAIL_IN_STRANGE, NULL,
	    "不達の知らせですが、当方のどのメールのことかわかりません。"
	    "メールボックスで読んでください。");
	return leave(i, &why, fault);
}

/* The road of akashi mail bounced; again: nothing. */
static bool
bounced(struct inbox *i, const struct mail_in *m, struct fault *fault)
{
	uint8_t id[MAIL_ID];
	char status[sizeof(m->status)], text[MAIL_ID_TEXT];
	struct mail_row row;
	struct fault why = { 0 };
	if (strcasecmp(m->action, "failed") != 0) {
		(void)fault_refuse(&why, &MAIL_IN_REPORT, NULL,
		    "配達の途中の知らせで、不達ではありません（Action: %s）。", m->action);
		return leave(i, &why, fault);
	}
	if (!number_of(m, id))
		return strange(i, fault);
	if (!mail_bounced(i->service, id, status_of(m, status), &row, &why)) {
		if (why.code == FAULT_MISSING || why.code == FAULT_STATE)
			return strange(i, fault);
		*fault = why;
		return false;
	}
	struct mail_in_told t = { .end = MAIL_IN_BOUNCED,
		.dossier = row.dossier,
		.id = hex_print(text, id, MAIL_ID),
		.status = row.status };
	return told(i, &t, fault);
}

static bool
by_kind(
    struct inbox *i, const void *bytes, size_t n, const struct outside_mail *m, struct fault *fault)
{
	struct fault why = { 0 };
	switch (m->mail.kind) {
	case MAIL_IN_SIGNED:
	case MAIL_IN_WRAPPED:
		return receipt(i, bytes, n, m, fault);
	case MAIL_IN_BOUNCE:
		return bounced(i, &m->mail, fault);
	case MAIL_IN_PLAIN:
	case MAIL_IN_KINDS:
		break;
	}
	(void)fault_refuse(&why, &MAIL_IN_OTHER, NULL,
	    "受領の署名付きメールでも不達の知らせでもありません。メールボックスで読んでください。");
	return leave(i, &why, fault);
}

static bool
bytes_handle(struct inbox *i, const void *bytes, size_t n, struct fault *fault)
{
	struct outside_mail *m = calloc(1, sizeof(*m));
	struct fault why = { 0 };
	if (m == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	index_digest(i->service->index_key, "receipt-mail", bytes, n, i->digest);
	bool good;
	if (outside_mail(bytes, n, m, &why)) {
		good = by_kind(i, bytes, n, m, fault);
	} else if (why.code == FAULT_INPUT) {
		good = leave(i, &why, fault);
	} else {
		good = false;
		*fault = why;
	}
	free(m);
	return good;
}

static const char *
path_of(const struct inbox *i, char path[SERVICE_PATH])
{
	char name[MAIL_NAME + 8];
	(void)snprintf(name, sizeof(name), "inbox/%s", i->name);
	return service_path(i->service, name, path);
}

/* One that lies in the folder; then it lies there no more, unless it waits for its flag. */
static bool
file_handle(struct inbox *i, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	path_of(i, path);
	i->waits = false;
	if (!file_read(path, RECEIPT_MAIL_MOST, (uint8_t **)(void *)&bytes, &n, fault) ||
	    !bytes_handle(i, bytes, n, fault))
		return false;
	return i->waits || (unlink(path) == 0 && file_sync_folder(path)) ||
	       fault_set(fault, FAULT_STORE, "「%s」を消せません。", path);
}

/* mail-VALIDITY-UID-2026-11-22.eml */
static void
name_put(struct inbox *i, int64_t uid)
{
	char day[DAY_TEXT];
	(void)snprintf(i->name, sizeof(i->name), "mail-%lld-%lld-%s.eml", (long long)i->validity,
	    (long long)uid, day_print(day, i->arrived));
}

static bool
name_read(struct inbox *i, const char *name)
{
	long long validity, uid;
	char day[DAY_TEXT], again[MAIL_NAME];
	if (sscanf(name, "mail-%lld-%lld-%10[0-9-].eml", &validity, &uid, day) != 3 ||
	    !day_read(day, &i->arrived))
		return false;
	(void)snprintf(again, sizeof(again), "mail-%lld-%lld-%s.eml", validity, uid, day);
	if (strcmp(again, name) != 0)
		return false;
	memcpy(i->name, again, sizeof(i->name));
	i->uid = i->mailbox != NULL && validity == i->validity ? uid : 0;
	return true;
}

static bool
folder_handle(struct inbox *i, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_FOLDER all = { 0 };
	bool good = folder_read(service_path(i->service, "inbox", path), &all, fault);
	for (size_t k = 0; good && k < all.n; k++)
		if (name_read(i, folder_name(&all, k)))
			good = file_handle(i, fault);
	return good;
}

/* What the server says, not later than now; a rehearsal's mails arrive when it is told they do. */
static struct day
day_of(const struct service *s, struct instant arrived)
{
	return s->rehearsal || arrived.sec == 0 || arrived.sec > s->now.sec ? s->today
									    : instant_day(arrived);
}

/* Too large to be any of ours: it stays where it is. */
static bool
large(struct inbox *i, struct fault *fault)
{
	struct fault why = { 0 };
	index_digest(i->service->index_key, "mail-large", i->name, strlen(i->name), i->digest);
	(void)fault_refuse(&why, &MAIL_IN_LARGE, NULL,
	    "メールが大きすぎます（2MB まで）。メールボックスで読んでください。");
	return leave(i, &why, fault);
}

/* Durable here first, then taken there, then handled. */
static bool
one_fetch(struct inbox *i, int64_t uid, struct fault *fault)
{
	OWN_SINK bytes = SINK_GROW(RECEIPT_MAIL_MOST);
	struct instant arrived;
	char path[SERVICE_PATH];
	bool whole;
	if (!mailbox_fetch(i->mailbox, uid, &bytes, &whole, &arrived, fault))
		return false;
	i->arrived = day_of(i->service, arrived);
	i->uid = uid;
	name_put(i, uid);
	if (!whole)
		return large(i, fault) && mailbox_taken(i->mailbox, uid, fault);
	return file_write(path_of(i, path), 0600, bytes.at, bytes.len, fault) &&
	       mailbox_taken(i->mailbox, uid, fault) && file_handle(i, fault);
}

/* One the server does not give holds up no other: *kept says the first. */
static bool
found_fetch(struct inbox *i, const struct mailbox_new *found, size_t *taken, struct fault *kept,
    struct fault *fault)
{
	for (size_t k = 0; k < found->count; k++) {
		struct fault why = { 0 };
		if (one_fetch(i, found->uid[k], &why)) {
			++*taken;
		} else if (why.row != &MAILBOX_KEPT) {
			*fault = why;
			return false;
		} else if (kept->code == FAULT_NONE) {
			*kept = why;
		}
	}
	return true;
}

/* As many as one look finds, whatever is kept back before them. */
static bool
new_handle(struct inbox *i, struct fault *fault)
{
	struct mailbox_new found = { .count = 0 };
	struct fault kept = { 0 };
	size_t taken = 0;
	if (!mailbox_look(i->mailbox, 0, &found, fault))
		return false;
	i->looked = true;
	i->validity = found.validity;
	if (!folder_handle(i, fault))
		return false;
	for (int looks = 1;; looks++) {
		if (!found_fetch(i, &found, &taken, &kept, fault))
			return false;
		if (found.count < MAILBOX_NEW || taken >= MAILBOX_NEW || looks == LOOKS_MOST)
			break;
		if (!mailbox_look(i->mailbox, found.uid[found.count - 1], &found, fault))
			return false;
		i->validity = found.validity;
	}
	if (kept.code != FAULT_NONE)
		*fault = kept;
	return kept.code == FAULT_NONE;
}

static bool
mailbox_handle(struct inbox *i, const char *password, struct fault *fault)
{
	const struct conf *c = &i->service->conf;
	const struct mailbox_conf conf = { c->mailbox, c->mailbox_user, password,
		c->mailbox_ca[0] == '\0' ? NULL : c->mailbox_ca };
	if (!mailbox_open(&conf, &i->mailbox, fault))
		return false;
	bool good = new_handle(i, fault);
	mailbox_close(i->mailbox);
	i->mailbox = NULL;
	return good;
}

static bool
password_read(const struct conf *c, char *out, struct fault *fault)
{
	uint8_t *bytes = NULL;
	size_t n;
	if (c->mailbox_password_file[0] == '\0')
		return true;
	if (!file_read(c->mailbox_password_file, PASSWORD_MOST - 1, &bytes, &n, fault))
		return false;
	size_t kept = strcspn((const char *)bytes, "\r\n"); /* a NUL stands behind them */
	memcpy(out, bytes, kept);
	out[kept] = '\0';
	explicit_bzero(bytes, n);
	free(bytes);
	return true;
}

static bool
run(struct inbox *i, struct fault *fault)
{
	OWN_SECRET(password) = secret_new(PASSWORD_MOST);
	if (password == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	((char *)password)[0] = '\0';
	if (i->service->conf.mailbox[0] == '\0')
		return fault_field(fault, FAULT_STATE, "mailbox",
		    "akashi.conf に mailbox がありません。"
		    "imap://ホスト:ポート/INBOX のように書いてください。");
	bool good = password_read(&i->service->conf, (char *)password, fault) &&
		    mailbox_handle(i, (const char *)password, fault);
	struct fault folder = { 0 };
	if (!i->looked && !folder_handle(i, &folder)) /* what was taken is ours to handle */
		*fault = folder;
	return good;
}

static bool
note_good(const struct service *s, struct fault *fault)
{
	char path[SERVICE_PATH], text[32];
	int n = snprintf(text, sizeof(text), "%lld 0\n", (long long)s->now.sec);
	return file_write(service_path(s, MAIL_IN_LAST, path), 0600, text, (size_t)n, fault);
}

bool
mail_in_run(struct service *s, mail_in_tell *tell, void *context, struct fault *fault)
{
	struct inbox i = { .service = s, .tell = tell, .context = context };
	char path[SERVICE_PATH];
	int lock;
	if (!standby_over(s, fault) ||
	    !lock_take(service_path(s, "run/mail-in.lock", path), &lock, fault))
		return false;
	bool good = run(&i, fault) && note_good(s, fault);
	(void)close(lock);
	return good;
}
