#include "act/download.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/dossier.h"
#include "act/letter.h"
#include "base/file.h"
#include "exchange/mail.h"
#include "rules/clock.h"
#include "rules/say.h"
#include "store/card_row.h"
#include "store/cert_row.h"
#include "store/download_row.h"
#include "store/print_day_row.h"
#include "vault/code.h"
#include "vault/keyfile.h"

enum { MAIL_MOST = 16 << 10, CARD_MOST = 1024, EMAIL_MOST = 256 };

struct opening {
	struct service *service;
	struct dossier_row dossier;
	int64_t edition;
	struct letter_list letters;
	struct card_row contact;
	struct day issued;
	bool due;
	char *token; /* locked */
	char file[SERVICE_PATH];
	char email[EMAIL_MOST], lang[8];
	struct download_row row;
	struct event_row event;
};

static void
rows_drop(struct opening *o)
{
	dossier_drop(&o->dossier);
	letter_list_drop(&o->letters);
	o->letters = (struct letter_list){ 0 };
	blob_drop(&o->contact.card);
}

static void
opening_drop(struct opening *o)
{
	rows_drop(o);
	secret_free(o->token);
	explicit_bzero(o->email, sizeof(o->email));
}
#define OWN_OPENING __attribute__((cleanup(opening_drop))) struct opening

static bool
all_sent(const struct letter_list *l)
{
	bool password = false;
	for (size_t i = 0; i < l->count; i++) {
		if (strcmp(l->at[i].note, "sent") != 0)
			return false;
		password = password || strcmp(l->at[i].letter, "password") == 0;
	}
	return password && l->count == 2;
}

static bool
day_closed(struct tx *tx, const char *day, bool *closed, struct fault *fault)
{
	struct print_day_row row = { 0 };
	bool found;
	if (!print_day_last(tx, day, &row, &found, fault))
		return false;
	*closed = found && row.closed_at != 0;
	print_day_drop(&row);
	return true;
}

/* Issued, not revoked; from when its window counts [K-10]. */
static bool
cert_live(struct tx *tx, struct opening *o, bool *live, struct fault *fault)
{
	struct cert_row c = { 0 };
	bool found;
	if (!cert_of(tx, o->dossier.id, o->edition, &c, &found, fault))
		return false;
	*live = found && c.revoked_at == 0;
	o->issued = instant_day((struct instant){ c.not_before });
	cert_drop(&c);
	return true;
}

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct opening *o = context;
	struct download_row old;
	int64_t id = o->dossier.id;
	bool open, closed = false, live, card;
	rows_drop(o);
	o->due = false;
	if (!dossier_load_in(tx, id, &o->dossier, fault) ||
	    !letter_of_dossier(tx, id, o->edition, letter_list_add, &o->letters, fault) ||
	    !download_get(tx, id, o->edition, &old, &open, fault) ||
	    !cert_live(tx, o, &live, fault))
		return false;
	if (open || !live || !all_sent(&o->letters))
		return true;
	if (!day_closed(tx, o->letters.at[0].print_day, &closed, fault))
		return false;
	o->due = closed && o->edition == o->dossier.edition;
	return !o->due || (card_get(tx, id, "contact", &o->contact, &card, fault) &&
			      (card || fault_set(fault, FAULT_BROKEN,
					   "案件 %lld の連絡先がありません。", (long long)id)));
}

/* Opened with the courier's key, whose work this is. */
static bool
contact_open(struct opening *o, struct fault *fault)
{
	char path[SERVICE_PATH];
	uint8_t plain[CARD_MOST];
	struct sink out = SINK_INTO(plain);
	OWN_SECRET(secret) = secret_new(SEAL_SECRET);
	if (secret == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!keyfile_read(service_path(o->service, "keys/contact", path), "contact", "", 0, secret,
		SEAL_SECRET, fault) ||
	    !seal_open("contact-card", secret, o->contact.card.at, o->contact.card.n, &out, fault))
		return false;
	struct der d = der_of(out.at, out.len), all;
	bool good = der_take(&d, DER_SEQUENCE, &all) &&
		    der_take_utf8(&all, o->email, sizeof(o->email)) &&
		    der_take_utf8(&all, o->lang, sizeof(o->lang)) && der_done(&all);
	explicit_bzero(plain, sizeof(plain));
	return good || fault_set(fault, FAULT_BROKEN, "案件 %lld の連絡先が壊れています。",
			   (long long)o->dossier.id);
}

static bool
text_put(const struct opening *o, const char *code, const struct say_value *v, size_t n,
    struct sink *out, struct fault *fault)
{
	const struct text *t = policy_text(&o->service->policy, code, o->service->today);
	if (t == NULL)
		return fault_set(
		    fault, FAULT_BROKEN, "文面 %s が規則（texts.yaml）にありません。", code);
	say_fill(out, strcmp(o->lang, "en") == 0 ? t->en : t->ja, v, n);
	return true;
}

static const char *
setting(const struct opening *o, const char *name)
{
	const char *value = policy_setting(&o->service->policy, name, o->service->today);
	return value == NULL ? "" : value;
}

/* "Sent today", or on which day [M-401]. */
static bool
sent_put(const struct opening *o, struct sink *out, struct fault *fault)
{
	char numbers[64], day[DAY_TEXT];
	struct sink list = SINK_INTO(numbers);
	int64_t last = 0;
	for (size_t i = 0; i < o->letters.count; i++) {
		const struct letter_row *l = &o->letters.at[i];
		sink_print(&list, "%s%s", i == 0 ? "" : ", ", l->tracking);
		last = l->sent_at > last ? l->sent_at : last;
	}
	struct day sent = instant_day((struct instant){ last });
	const struct say_value v[] = { { "A", sink_string(&list) },
		{ "日付", day_print(day, sent) } };
	bool today = day_cmp(sent, o->service->today) == 0;
	return text_put(o, today ? "M-401" : "mail-sent-before", v, COUNT(v), out, fault);
}

/* May from issue, must from the first sending [M-403]. */
static bool
receipt_put(const struct opening *o, const struct policy *p, struct sink *out, struct fault *fault)
{
	struct day may, must, sent = instant_day((struct instant){ o->dossier.sent_at });
	char a[DAY_TEXT], b[DAY_TEXT];
	if (!clock_named_last_day(p, "K-12", o->issued, &may, fault) ||
	    !clock_named_last_day(p, "K-22", sent, &must, fault))
		return false;
	const struct say_value v[] = { { "A", day_print(a, may) }, { "B", day_print(b, must) } };
	return text_put(o, "M-403", v, COUNT(v), out, fault);
}

static bool
body_put(struct opening *o, struct sink *out, struct fault *fault)
{
	const struct policy *p;
	char sent[768], receipt[768], url[256];
	struct sink s = SINK_INTO(sent), r = SINK_INTO(receipt), u = SINK_INTO(url);
	struct day last;
	if (!service_policy(o->service, o->dossier.policy, &p, fault) ||
	    !clock_named_last_day(p, "K-10", o->issued, &last, fault) || !sent_put(o, &s, fault) ||
	    !receipt_put(o, p, &r, fault))
		return false;
	day_print(o->row.last_day, last);
	sink_print(&u, "%s/download/%s", setting(o, "public_url"), o->token);
	bool en = strcmp(o->lang, "en") == 0;
	if (sink_string(&s) == NULL || sink_string(&r) == NULL || sink_string(&u) == NULL)
		return fault_set(fault, FAULT_BUG, "案内の文面が長すぎます。");
	const struct say_value v[] = { { "サービス",
					   setting(o, en ? "service_name_en" : "service_name") },
		{ "URL", url }, { "期限", o->row.last_day }, { "発送", sent }, { "受領", receipt },
		{ "運営者", setting(o, en ? "operator_roman" : "operator") },
		{ "電話", setting(o, "support_phone") }, { "照会番号", o->dossier.reference } };
	bool good = text_put(o, "mail-download", v, COUNT(v), out, fault);
	explicit_bzero(url, sizeof(url));
	return good;
}

static bool
subject_put(const struct opening *o, struct sink *out, struct fault *fault)
{
	const struct say_value v[] = { { "照会番号", o->dossier.reference } };
	if (o->service->rehearsal)
		sink_text(out, "【試験用 TEST】");
	return text_put(o, "mail-download-subject", v, COUNT(v), out, fault);
}

/* The file first; what it carries works from the row on. */
static bool
mail_write(struct opening *o, struct fault *fault)
{
	OWN_SECRET(bodies) = secret_new(MAIL_MOST);
	OWN_SECRET(whole) = secret_new(MAIL_MOST);
	char name[64], id[40], subject[256];
	struct sink body = { .at = bodies, .cap = MAIL_MOST },
		    file = { .at = whole, .cap = MAIL_MOST }, head = SINK_INTO(subject),
		    word = SINK_INTO(id);
	if (bodies == NULL || whole == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	sink_print(&word, "download-%lld-%lld-", (long long)o->dossier.id, (long long)o->edition);
	sink_hex(&word, o->row.token, 4);
	if (!subject_put(o, &head, fault) || !body_put(o, &body, fault))
		return false;
	if (sink_string(&head) == NULL || sink_string(&body) == NULL || sink_string(&word) == NULL)
		return fault_set(fault, FAULT_BUG, "案内の文面が長すぎます。");
	const struct mail m = { setting(o, "mail_from"), o->email, subject, id, o->service->now,
		bodies };
	snprintf(name, sizeof(name), "outbox/%s.eml", id);
	return mail_print(&m, &file, fault) &&
	       file_write(service_path(o->service, name, o->file), 0600, file.at, file.len, fault);
}

static bool
row_write(struct tx *tx, void *context, struct fault *fault)
{
	struct opening *o = context;
	return tx_insert(tx, &DOWNLOAD_TABLE, &o->row, &o->due, fault) &&
	       (!o->due || service_event_add(tx, &o->event, fault));
}

/* For whoever plays the subscriber of a rehearsal. */
static bool
token_keep(const struct opening *o, struct fault *fault)
{
	char path[SERVICE_PATH], name[64];
	if (!o->service->rehearsal)
		return true;
	if (!file_folder(service_path(o->service, "rehearsal/tokens", path), 0700, fault))
		return false;
	snprintf(name, sizeof(name), "rehearsal/tokens/%lld", (long long)o->dossier.id);
	return file_write(
	    service_path(o->service, name, path), 0600, o->token, strlen(o->token), fault);
}

static bool
open_now(struct opening *o, struct fault *fault)
{
	o->token = secret_new(TOKEN_TEXT);
	if (o->token == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	token_new(o->token);
	o->row.dossier = o->dossier.id;
	o->row.edition = o->edition;
	o->row.opened_at = o->service->now.sec;
	token_digest(DOWNLOAD_PURPOSE, o->token, o->row.token);
	if (!contact_open(o, fault) || !mail_write(o, fault))
		return false;
	service_event(o->service, "download-opened", o->dossier.id, &o->event);
	snprintf(o->event.detail, sizeof(o->event.detail), "edition=%lld until=%s",
	    (long long)o->edition, o->row.last_day);
	if (!store_write(o->service->store, o->event.act_id, row_write, o, fault))
		return false;
	if (!o->due) { /* somebody else was first: that letter's token counts */
		(void)unlink(o->file);
		return true;
	}
	return token_keep(o, fault);
}

bool
download_open(
    struct service *s, int64_t dossier, int64_t edition, bool *opened, struct fault *fault)
{
	OWN_OPENING o = { .service = s, .edition = edition };
	o.dossier.id = dossier;
	if (!store_read(s->store, look, &o, fault) || (o.due && !open_now(&o, fault)))
		return false;
	*opened = o.due;
	return true;
}

struct of_day {
	const char *day;
	struct letter_list letters;
};

static bool
day_read_letters(struct tx *tx, void *context, struct fault *fault)
{
	struct of_day *d = context;
	d->letters.count = 0;
	return letter_of_day(tx, d->day, letter_list_add, &d->letters, fault);
}

bool
download_open_day(struct service *s, const char *day, int64_t *opened, struct fault *fault)
{
	struct of_day d = { .day = day };
	bool good = store_read(s->store, day_read_letters, &d, fault), one;
	int64_t count = 0;
	for (size_t i = 0; good && i < d.letters.count; i++) {
		const struct letter_row *l = &d.letters.at[i];
		if (strcmp(l->letter, "password") != 0)
			continue;
		good = download_open(s, l->dossier, l->edition, &one, fault);
		count += good && one;
	}
	letter_list_drop(&d.letters);
	*opened = count;
	return good;
}
