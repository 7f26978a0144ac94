#include "act/download.h"

#include <stdio.h>
#include <string.h>

#include "act/dossier.h"
#include "act/letter.h"
#include "act/mail.h"
#include "act/mark.h"
#include "base/file.h"
#include "store/cert_row.h"
#include "store/download_row.h"
#include "store/print_day_row.h"
#include "vault/code.h"

struct opening {
	struct service *service;
	struct dossier_row dossier;
	int64_t edition;
	struct letter_list letters;
	struct day issued;
	bool due;
	char *token; /* locked */
	char serial[48], may[DAY_TEXT], must[DAY_TEXT];
	struct download_row row;
	struct event_row event;
};

static void
rows_drop(struct opening *o)
{
	dossier_drop(&o->dossier);
	letter_list_drop(&o->letters);
	o->letters = (struct letter_list){ 0 };
}

static void
opening_drop(struct opening *o)
{
	rows_drop(o);
	secret_free(o->token);
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
	(void)snprintf(o->serial, sizeof(o->serial), "%s", c.serial);
	cert_drop(&c);
	return true;
}

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct opening *o = context;
	struct download_row old;
	int64_t id = o->dossier.id;
	bool open, closed = false, live;
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
	return true;
}

/* Numbers of all letters, and on which day the last was sent. */
static void
sent_put(const struct opening *o, struct sink *numbers, char day[DAY_TEXT])
{
	int64_t last = 0;
	for (size_t i = 0; i < o->letters.count; i++) {
		const struct letter_row *l = &o->letters.at[i];
		sink_print(numbers, "%s%s", i == 0 ? "" : ", ", l->tracking);
		last = l->sent_at > last ? l->sent_at : last;
	}
	day_print(day, instant_day((struct instant){ last }));
}

/* Until when it is open [K-10]; may from issue, must from the first sending; each as far
 * as it is extended when the row is written: from then on the row moves. */
static bool
limits(struct tx *tx, struct opening *o, struct fault *fault)
{
	const int64_t id = o->dossier.id;
	const struct policy *p;
	struct day open, may, must, sent = instant_day((struct instant){ o->dossier.sent_at });
	if (!service_policy_in(tx, o->service, o->dossier.policy, &p, fault) ||
	    !mark_last_day(tx, p, id, "K-10", o->issued, &open, fault) ||
	    !mark_last_day(tx, p, id, "K-12", o->issued, &may, fault) ||
	    !mark_last_day(tx, p, id, "K-22", sent, &must, fault))
		return false;
	day_print(o->row.last_day, open);
	day_print(o->may, may);
	day_print(o->must, must);
	snprintf(o->event.detail, sizeof(o->event.detail), "edition=%lld until=%s",
	    (long long)o->edition, o->row.last_day);
	return true;
}

static bool
mail_put(struct tx *tx, const struct opening *o, struct fault *fault)
{
	char numbers[64], sent[DAY_TEXT], edition[32], url[256];
	struct sink list = SINK_INTO(numbers), link = SINK_INTO(url);
	sent_put(o, &list, sent);
	sink_print(&link, "%s/download/%s",
	    policy_setting_text(&o->service->policy, "public_url", o->service->today), o->token);
	(void)snprintf(edition, sizeof(edition), "edition=%lld", (long long)o->edition);
	if (sink_string(&list) == NULL || sink_string(&link) == NULL)
		return fault_set(fault, FAULT_BUG, "案内の文面が長すぎます。");
	const struct mail_value v[] = { { "URL", url, NULL }, { "期限", o->row.last_day, NULL },
		{ "番号", numbers, NULL }, { "発送日", sent, NULL }, { "A", o->may, NULL },
		{ "B", o->must, NULL } };
	const struct mail_ask ask = { .service = o->service,
		.dossier = o->dossier.id,
		.serial = o->serial,
		.kind = "download",
		.key = edition,
		.why = "R-4.92",
		.value = v,
		.values = COUNT(v) };
	bool good = mail_add(tx, &ask, fault);
	explicit_bzero(url, sizeof(url));
	return good;
}

static bool
row_write(struct tx *tx, void *context, struct fault *fault)
{
	struct opening *o = context;
	return limits(tx, o, fault) && tx_insert(tx, &DOWNLOAD_TABLE, &o->row, &o->due, fault) &&
	       (!o->due || (mail_put(tx, o, fault) && service_event_add(tx, &o->event, fault)));
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
	service_event(o->service, "download-opened", o->dossier.id, &o->event);
	if (!store_write(o->service->store, o->event.act_id, row_write, o, fault))
		return false;
	return !o->due || token_keep(o, fault); /* somebody else was first: that token counts */
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
