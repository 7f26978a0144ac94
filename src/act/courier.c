#include "act/courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/mail_words.h"
#include "act/standby.h"
#include "base/file.h"
#include "base/text.h"
#include "exchange/mail.h"
#include "vault/keyfile.h"
#include "vault/secret.h"
#include "wire/signals.h"

enum {
	PAUSE_FIRST = 60,
	PAUSE_MOST = 4 * 3600,
	FILE_MOST = 256 << 10,
	FORGET_DAYS = 30, /* a report of what was not delivered comes within five days */
	PASSWORD_MOST = 512
};

static bool
password_open(struct courier *c, struct fault *fault)
{
	const char *file = c->service->conf.mail_password_file;
	uint8_t *bytes = NULL;
	size_t n;
	if (file[0] == '\0')
		return true;
	if (!file_read(file, PASSWORD_MOST - 1, &bytes, &n, fault))
		return false;
	c->password = secret_new(PASSWORD_MOST);
	while (n > 0 && (bytes[n - 1] == '\n' || bytes[n - 1] == '\r'))
		n--;
	if (c->password != NULL)
		memcpy(c->password, bytes, n);
	explicit_bzero(bytes, n);
	free(bytes);
	return c->password != NULL || fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
}

static bool
relay_open(struct courier *c, struct fault *fault)
{
	const struct conf *conf = &c->service->conf;
	if (strcmp(conf->mail_relay, "outbox") == 0)
		return true;
	if (!relay_good(conf->mail_relay, fault) || !password_open(c, fault))
		return false;
	c->relay = (struct relay){ .url = conf->mail_relay,
		.user = conf->mail_user[0] == '\0' ? NULL : conf->mail_user,
		.password = c->password,
		.ca = conf->mail_ca[0] == '\0' ? NULL : conf->mail_ca };
	return true;
}

bool
courier_open(struct service *s, struct courier *out, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct courier c = { .service = s, .contact = secret_new(SEAL_SECRET), .stop = -1 };
	bool good =
	    (c.contact != NULL || fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。")) &&
	    keyfile_read(service_path(s, "keys/contact", path), "contact", "", 0, c.contact,
		SEAL_SECRET, fault) &&
	    relay_open(&c, fault);
	if (good)
		*out = c;
	else
		courier_close(&c);
	return good;
}

void
courier_close(struct courier *c)
{
	secret_free(c->contact);
	secret_free(c->password);
	if (c->stop != -1)
		(void)close(c->stop);
	*c = (struct courier){ .stop = -1 };
}

/* One mail in hand. */
struct sending {
	struct courier *courier;
	struct mail_row row;
	bool found;
	struct mail_words words;
	struct sink file; /* the message */
	const char *event; /* NULL: none */
	uint8_t act[ACT_ID];
	struct relay_reply reply;
};

static void
sending_drop(struct sending *s)
{
	mail_row_drop(&s->row);
	mail_words_drop(&s->words);
	sink_drop(&s->file);
}
#define OWN_SENDING __attribute__((cleanup(sending_drop))) struct sending

static char *
outbox_path(const struct sending *s, const char *end, char out[SERVICE_PATH])
{
	char id[MAIL_ID_TEXT], name[64];
	(void)snprintf(name, sizeof(name), "outbox/%s.%s", hex_print(id, s->row.id, MAIL_ID), end);
	service_path(s->courier->service, name, out);
	return out;
}

static bool
take(struct tx *tx, void *context, struct fault *fault)
{
	struct sending *s = context;
	char taker[64];
	mail_row_drop(&s->row);
	(void)snprintf(taker, sizeof(taker), "pid:%ld", (long)getpid());
	return mail_row_take(tx, taker, s->courier->service->now.sec, &s->row, &s->found, fault);
}

static bool
move(struct tx *tx, void *context, struct fault *fault)
{
	struct sending *s = context;
	struct event_row event;
	if (s->event != NULL) {
		mail_event(s->courier->service, s->event, &s->row, &event);
		memcpy(event.act_id, s->act, ACT_ID);
	}
	return mail_row_move(tx, &s->row, fault) &&
	       (s->event == NULL || service_event_add(tx, &event, fault));
}

/* The row as it now is, with its event. state NULL: as it was. */
static bool
note(struct sending *s, const char *state, const char *event, struct fault *fault)
{
	if (state != NULL)
		(void)snprintf(s->row.state, sizeof(s->row.state), "%s", state);
	s->event = event;
	secret_random(s->act, sizeof(s->act));
	if (!store_write(s->courier->service->store, event == NULL ? NULL : s->act, move, s, fault))
		return false;
	s->row.fence++;
	return true;
}

/* Its time is that of the first try: what is sent again is the same, octet for octet. */
static bool
message_make(struct sending *s, struct fault *fault)
{
	char id[MAIL_ID_TEXT], path[SERVICE_PATH];
	struct service *service = s->courier->service;
	if (!mail_words(service, s->courier->contact, &s->row, &s->words, fault))
		return false;
	int64_t at = s->row.sent_at == 0 ? service->now.sec : s->row.sent_at;
	const struct mail m = { .from = policy_setting_text(
				    &service->policy, "mail_from", service->today),
		.to = s->words.to,
		.name = s->words.from_name,
		.subject = s->words.subject,
		.id = hex_print(id, s->row.id, MAIL_ID),
		.at = { at },
		.body = (const char *)s->words.body.at };
	s->file = SINK_GROW(FILE_MOST);
	return mail_print(&m, &s->file, fault) &&
	       file_write(outbox_path(s, "eml", path), 0600, s->file.at, s->file.len, fault);
}

/* bounce@example.jp becomes bounce+ID@example.jp, so that a report says which mail it is about. */
static void
envelope_put(const struct sending *s, struct sink *out)
{
	char id[MAIL_ID_TEXT];
	const struct service *service = s->courier->service;
	const char *box = policy_setting_text(&service->policy, "mail_bounce", service->today);
	const char *at = strchr(box, '@');
	if (at == NULL)
		sink_text(out, box);
	else
		sink_print(
		    out, "%.*s+%s%s", (int)(at - box), box, hex_print(id, s->row.id, MAIL_ID), at);
}

static bool
relay_ask(struct sending *s, struct fault *fault)
{
	char envelope[512];
	struct sink from = SINK_INTO(envelope);
	if (s->courier->relay.url == NULL) {
		s->reply = (struct relay_reply){ .end = RELAY_ACCEPTED, .status = "outbox" };
		return true;
	}
	envelope_put(s, &from);
	if (sink_string(&from) == NULL || !mail_address_good(envelope))
		return fault_set(fault, FAULT_BROKEN,
		    "差出人の戻り先 mail_bounce がメールアドレスではありません（settings.yaml）。");
	return relay_send(&s->courier->relay, envelope, s->words.to,
	    der_of(s->file.at, s->file.len), &s->reply, fault);
}

/* Nobody sends it any more. The file goes before the row, which would leave it for ever. */
static bool
failed(struct sending *s, const char *state, struct courier_done *done, struct fault *fault)
{
	char path[SERVICE_PATH];
	s->row.failed_at = s->courier->service->now.sec;
	s->row.until = 0;
	(void)unlink(outbox_path(s, "eml", path));
	done->failed++;
	return note(
	    s, state, strcmp(state, "bounced") == 0 ? "mail-bounced" : "mail-given-up", fault);
}

static bool
accepted(struct sending *s, struct courier_done *done, struct fault *fault)
{
	char path[SERVICE_PATH];
	s->row.accepted_at = s->courier->service->now.sec;
	s->row.until = 0;
	if (s->courier->relay.url != NULL)
		(void)unlink(outbox_path(s, "eml", path));
	done->accepted++;
	return note(s, "accepted", "mail-accepted", fault);
}

/* A pause that doubles; at the end of mail_days somebody has to write or call. */
static bool
later(struct sending *s, struct courier_done *done, struct fault *fault)
{
	const struct service *service = s->courier->service;
	int64_t now = service->now.sec, pause = PAUSE_FIRST;
	long days = policy_number(&service->policy, "mail_days", service->today);
	for (int64_t i = 1; i < s->row.tries && pause < PAUSE_MOST; i++)
		pause *= 2;
	s->row.due = now + (pause < PAUSE_MOST ? pause : PAUSE_MOST);
	(void)snprintf(done->why, sizeof(done->why), "%s", s->reply.why);
	if (now >= s->row.sent_at + days * DAY_SECONDS)
		return failed(s, "given-up", done, fault);
	s->row.until = 0;
	done->later++;
	return note(s, "queued", NULL, fault);
}

static bool
result(struct sending *s, struct courier_done *done, struct fault *fault)
{
	(void)snprintf(s->row.status, sizeof(s->row.status), "%s", s->reply.status);
	switch (s->reply.end) {
	case RELAY_ACCEPTED:
		return accepted(s, done, fault);
	case RELAY_REFUSED:
		return failed(s, "bounced", done, fault);
	case RELAY_LATER:
		return later(s, done, fault);
	}
	return fault_set(fault, FAULT_BUG, "中継の答えがわかりません。");
}

/* What will pass by itself ends the round; what is wrong with this mail, even by a mistake of ours
 * (MAIL_TEXT, MAIL_VALUE), ends the mail. */
static bool
passes(const struct fault *why)
{
	enum fault_code code = why->code;
	return code == FAULT_LATER || code == FAULT_STORE || code == FAULT_OUTSIDE ||
	       code == FAULT_CRYPTO || (code == FAULT_BUG && why->row == NULL);
}

static bool
send_one(struct sending *s, struct courier_done *done, struct fault *fault)
{
	struct fault why = { 0 };
	if (!message_make(s, &why)) {
		if (passes(&why)) {
			*fault = why;
			return false;
		}
		(void)snprintf(s->row.status, sizeof(s->row.status), "%s",
		    why.name[0] != '\0' ? why.name : fault_name(why.code));
		return failed(s, "given-up", done, fault);
	}
	if (s->row.sent_at == 0)
		s->row.sent_at = s->courier->service->now.sec;
	s->row.tries++;
	return note(s, "sent", NULL, fault) && relay_ask(s, fault) && result(s, done, fault);
}

static bool
unwritten(struct tx *tx, void *context, struct fault *fault)
{
	struct sending *s = context;
	mail_row_drop(&s->row);
	return mail_row_unwritten(tx, &s->row, &s->found, fault);
}

/* The same words on paper; whoever posts it opens the dossier for the address. */
static bool
letter_put(struct sending *s, struct fault *fault)
{
	char path[SERVICE_PATH], id[MAIL_ID_TEXT];
	OWN_SINK text = SINK_GROW(FILE_MOST);
	sink_print(&text,
	    "メール %s が届かなかったため、同じ内容を手紙で送ります。\n"
	    "宛先：案件 %lld の利用申込書の住所（akashi dossier show %lld "
	    "で確かめてください）\n\n%s\n\n",
	    hex_print(id, s->row.id, MAIL_ID), (long long)s->row.dossier, (long long)s->row.dossier,
	    s->words.subject);
	sink_bytes(&text, s->words.body.at, s->words.body.len);
	if (text.full)
		return fault_set(fault, FAULT_BROKEN, "手紙が大きすぎます。");
	return file_write(outbox_path(s, "txt", path), 0600, text.at, text.len, fault);
}

/* Where nothing can be read any more, there is nothing to write: it stays on the list. */
static bool
letter_one(struct sending *s, struct courier_done *done, struct fault *fault)
{
	struct fault why = { 0 };
	bool good =
	    mail_words(s->courier->service, s->courier->contact, &s->row, &s->words, &why) &&
	    letter_put(s, &why);
	if (!good && passes(&why)) {
		*fault = why;
		return false;
	}
	s->row.letter_at = s->courier->service->now.sec;
	done->letters += good;
	return note(s, NULL, NULL, fault);
}

static bool
forget(struct tx *tx, void *context, struct fault *fault)
{
	const struct courier *c = context;
	int64_t count;
	return mail_row_forget(
	    tx, c->service->now.sec - (int64_t)FORGET_DAYS * DAY_SECONDS, &count, fault);
}

/* Once a day. */
static bool
forget_old(struct courier *c, struct fault *fault)
{
	struct day today = c->service->today;
	if (day_cmp(c->forgot, today) == 0)
		return true;
	c->forgot = today;
	return store_write(c->service->store, NULL, forget, c, fault);
}

/* What is there to do: looked at without holding up those who write. */
struct todo {
	const struct courier *courier;
	struct mail_row row;
	int64_t due; /* since when; 0: none is */
	bool unwritten;
};

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct todo *t = context;
	mail_row_drop(&t->row);
	return mail_row_due(tx, t->courier->service->now.sec, &t->due, fault) &&
	       mail_row_unwritten(tx, &t->row, &t->unwritten, fault);
}

/* Standing, a mail is taken at its own time: a round may outlast any lease. */
static bool
tick(struct courier *c, struct fault *fault)
{
	return c->stop == -1 || service_tick(c->service, fault);
}

static bool
stopped(struct courier *c)
{
	c->stopped = c->stopped || (c->stop != -1 && signals_next(c->stop) != 0);
	return c->stopped;
}

typedef bool step(struct sending *, struct courier_done *, struct fault *);

static bool
next(struct courier *c, store_body *find, step *one, struct courier_done *done, struct fault *fault)
{
	OWN_SENDING s = { .courier = c };
	return store_write(c->service->store, NULL, find, &s, fault) &&
	       (!s.found || one(&s, done, fault));
}

bool
courier_run(struct courier *c, struct courier_done *done, struct fault *fault)
{
	struct todo t = { .courier = c };
	*done = (struct courier_done){ 0 };
	if (!standby_over(c->service, fault))
		return false;
	for (;;) {
		bool good = tick(c, fault) && store_read(c->service->store, look, &t, fault);
		mail_row_drop(&t.row);
		if (!good)
			return false;
		if (stopped(c) || (t.due == 0 && !t.unwritten))
			return forget_old(c, fault);
		if ((t.due != 0 && !next(c, take, send_one, done, fault)) ||
		    (t.unwritten && !next(c, unwritten, letter_one, done, fault)))
			return false;
	}
}
