#include "act/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "act/agent.h"
#include "act/backup.h"
#include "act/clock.h"
#include "act/clocks.h"
#include "act/mail_in.h"
#include "act/publish.h"
#include "act/standby.h"
#include "base/file.h"
#include "book/charter.h"
#include "book/journal.h"
#include "store/line_row.h"
#include "store/mail_row.h"
#include "store/meta_row.h"
#include "store/task_row.h"

enum { HOUR = 3600, MINUTE = 60, MAILS = 1000, NEVER = INT32_MAX };
enum { CLOCKS_LATE = 2 * HOUR }; /* akashi-courier runs them every hour */
/* So many copies of the keys within keys_copy_days: of 35 days, one every 8 days and 18 hours. */
enum { KEYS_COPIES = 4 };

/* Everything the store is asked, at one moment. */
struct asked {
	const struct service *service;
	int64_t oldest, copied, failed;
	int64_t unsent; /* since when the oldest mail that nobody has in hand is due; 0: none is */
	int64_t clocks; /* since when the oldest of what they have to do waits; 0: nothing does */
	bool incident;
};

static bool
mail_count(const void *row, void *context, struct fault *fault)
{
	(void)row, (void)fault;
	++*(int64_t *)context;
	return true;
}

static bool
ask_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct asked *a = context;
	struct meta_row incident = { .name = "" };
	bool found;
	a->failed = 0;
	if (!task_oldest(tx, &a->oldest, fault) || !line_last(tx, &a->copied, fault) ||
	    !mail_row_failed(tx, MAILS, mail_count, &a->failed, fault) ||
	    !meta_get(tx, "incident", &incident, &found, fault) ||
	    !mail_row_due(tx, a->service->now.sec, &a->unsent, fault) ||
	    !clocks_late(tx, a->service, &a->clocks, fault))
		return false;
	a->incident = found && incident.value[0] != '\0';
	return true;
}

struct looking {
	struct service *service;
	struct asked store;
	struct health_row *row;
	bool skip; /* it is no question here */
};
typedef bool health_look(struct looking *, struct fault *);

static bool
clock_look(struct looking *l, struct fault *fault)
{
	(void)fault;
	l->skip = l->service->rehearsal; /* it is told the time */
	l->row->value = !clock_synchronised();
	return true;
}

/* What is of a time to come, by more than clocks differ, was made by a clock that was wrong: it says
 * nothing of now, and would hide for as long what stopped. */
static int64_t
age(int64_t now, int64_t at)
{
	return at - now > HOUR ? NEVER : now - at;
}

/* A stopped publisher is seen before half the period is over. */
static bool
list_look(struct looking *l, struct fault *fault)
{
	struct service *s = l->service;
	struct published last;
	const struct clock *k = policy_clock(&s->policy, "K-17", s->today);
	if (!publish_last(s, &last, fault))
		return false;
	l->row->limit = k == NULL || k->figure_count < 1 ? 0 : (int64_t)k->figures[0] * HOUR / 2;
	l->row->value = last.number == 0 ? NEVER : age(s->now.sec, last.this_update.sec);
	return true;
}

static int64_t
minutes(const struct service *s, const char *setting)
{
	return (int64_t)policy_number(&s->policy, setting, s->today) * MINUTE;
}

/* The first line the store has no copy of. */
struct uncopied {
	int64_t copied;
	struct instant at;
};

static bool
uncopied_line(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct uncopied *u = context;
	(void)whole, (void)fault;
	if (l->seq == u->copied + 1)
		u->at = l->at;
	return true;
}

/* While certificates are issued the copies are always a little behind: for how long counts. */
static bool
journal_look(struct looking *l, struct fault *fault)
{
	struct service *s = l->service;
	char path[SERVICE_PATH];
	struct uncopied u = { .copied = l->store.copied };
	struct journal end;
	if (!journal_read(service_path(s, "ca/journal", path), uncopied_line, &u, &end, fault))
		return false;
	l->row->limit = minutes(s, "queue_minutes");
	l->row->value = end.seq < u.copied    ? NEVER /* copies of what is no more */
			: end.seq == u.copied ? 0
					      : age(s->now.sec, u.at.sec);
	return true;
}

static bool
agents_look(struct looking *l, struct fault *fault)
{
	(void)fault;
	l->skip = l->service->rehearsal; /* it starts its own */
	l->row->value =
	    !agent_is_open(l->service, KEY_CA) + !agent_is_open(l->service, KEY_ARCHIVE);
	return true;
}

static bool
queue_look(struct looking *l, struct fault *fault)
{
	(void)fault;
	l->row->limit = minutes(l->service, "queue_minutes");
	l->row->value = l->store.oldest == 0 ? 0 : age(l->service->now.sec, l->store.oldest);
	return true;
}

static bool
disk_look(struct looking *l, struct fault *fault)
{
	struct statvfs fs;
	if (statvfs(l->service->dir, &fs) != 0 || fs.f_blocks == 0)
		return fault_set(fault, FAULT_STORE, "ディスクの空きを調べられません。");
	l->row->value = 100 - (int64_t)(fs.f_bavail * 100 / fs.f_blocks);
	l->row->limit =
	    100 - policy_number(&l->service->policy, "disk_free_percent", l->service->today);
	return true;
}

/* Seconds since the instant that stands first, or second, in a small file. */
static int64_t
age_of(const struct service *s, const char *name, int field)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	long long at[2] = { 0, 0 };
	struct fault none = { 0 };
	if (!file_read(service_path(s, name, path), 4096, (uint8_t **)(void *)&bytes, &n, &none) ||
	    sscanf(bytes, "%lld %lld", &at[0], &at[1]) != 2)
		return NEVER;
	return age(s->now.sec, at[field]);
}

static bool
backup_look(struct looking *l, struct fault *fault)
{
	(void)fault;
	l->row->limit = minutes(l->service, "backup_minutes");
	l->row->value = age_of(l->service, BACKUP_LAST, 0);
	return true;
}

/* A copy each week; those of before are gone when they are old [design 4]. */
static bool
keys_look(struct looking *l, struct fault *fault)
{
	struct service *s = l->service;
	(void)fault;
	l->row->limit = (int64_t)policy_number(&s->policy, "keys_copy_days", s->today) *
			DAY_SECONDS / KEYS_COPIES;
	l->row->value = age_of(s, BACKUP_KEYS_LAST, 1);
	return true;
}

static bool
inbox_look(struct looking *l, struct fault *fault)
{
	(void)fault;
	l->skip = l->service->conf.mailbox[0] == '\0';
	l->row->limit = minutes(l->service, "queue_minutes");
	l->row->value = age_of(l->service, MAIL_IN_LAST, 0);
	return true;
}

/* At its end issuing stops: the next is to be signed before [design 2]. */
static bool
charter_look(struct looking *l, struct fault *fault)
{
	struct service *s = l->service;
	const struct charter *c;
	char path[SERVICE_PATH];
	l->skip = !file_exists(service_path(s, "ca/charter.der", path)); /* it has not begun */
	if (l->skip)
		return true;
	if (!service_charter(s, &c, NULL, fault))
		return false;
	l->row->limit = (c->not_after.sec - c->not_before.sec) / DAY_SECONDS -
			policy_number(&s->policy, "charter_days_left", s->today);
	l->row->value = age(s->now.sec, c->not_before.sec) / DAY_SECONDS;
	return true;
}

static bool
mail_look(struct looking *l, struct fault *fault)
{
	(void)fault;
	l->row->value = l->store.failed;
	return true;
}

static bool
courier_look(struct looking *l, struct fault *fault)
{
	const struct service *s = l->service;
	(void)fault;
	l->row->limit = minutes(s, "queue_minutes");
	l->row->value = l->store.unsent == 0 ? 0 : age(s->now.sec, l->store.unsent);
	return true;
}

static bool
clocks_look(struct looking *l, struct fault *fault)
{
	(void)fault;
	l->row->limit = CLOCKS_LATE;
	l->row->value = l->store.clocks == 0 ? 0 : age(l->service->now.sec, l->store.clocks);
	return true;
}

static bool
incident_look(struct looking *l, struct fault *fault)
{
	(void)fault;
	l->row->value = l->store.incident;
	return true;
}

static bool
standby_look(struct looking *l, struct fault *fault)
{
	char path[SERVICE_PATH];
	(void)fault;
	l->row->value = file_exists(service_path(l->service, STANDBY_MARK, path));
	return true;
}

/* clang-format off */
static const struct { const char *name, *unit; health_look *look; const char *say; } ROWS[] = {
	{ "clock",    "wrong",   clock_look,    "時計が同期していること。していなければ chrony などを確かめてください。" },
	{ "list",     "seconds", list_look,     "最後の CRL からの時間。過ぎたら akashi crl publish を行い、akashi-issuer --revoke を確かめてください。" },
	{ "journal",  "seconds", journal_look,  "台帳の行が写されないままの時間。過ぎたら akashi sweep を行ってください。" },
	{ "agents",   "closed",  agents_look,   "閉じている鍵の数。管理者が akashi key open で開いてください。" },
	{ "queue",    "seconds", queue_look,    "いちばん古い待ち仕事の時間。過ぎたら akashi serve と鍵を確かめてください。" },
	{ "disk",     "percent", disk_look,     "使っているディスクの割合。過ぎたら空けてください。" },
	{ "backup",   "seconds", backup_look,   "最後のバックアップからの時間。過ぎたら akashi backup を確かめてください。" },
	{ "keys",     "seconds", keys_look,     "最後の鍵の写しからの時間。過ぎたら akashi backup --keys を行ってください。" },
	{ "charter",  "days",    charter_look,  "憲章の始まりからの日数。過ぎたら akashi charter sign で次の憲章に署名してください。" },
	{ "inbox",    "seconds", inbox_look,    "最後にメールボックスを読めてからの時間。過ぎたら akashi mail fetch で理由を確かめてください。" },
	{ "mail",     "mails",   mail_look,     "届かず、まだ連絡していないメール。akashi mail list --state failed で見てください。" },
	{ "courier",  "seconds", courier_look,  "いちばん古い、まだ送っていないメールの、送る時刻からの時間。過ぎたら akashi serve（akashi-courier）の動きを確かめてください。" },
	{ "clocks",   "seconds", clocks_look,   "期限の仕事の遅れ。過ぎたら akashi clocks run を行い、akashi serve（akashi-courier）の動きを確かめてください。" },
	{ "incident", "found",   incident_look, "台帳とデータベースの食い違い。akashi sweep と audit verify で確かめてください。" },
	{ "standby",  "waits",   standby_look,  "復元した写しのまま期を待っていないこと。akashi epoch draft で始めてください。" },
};
/* clang-format on */

bool
health_run(struct service *s, health_tell *tell, void *context, int *bad, struct fault *fault)
{
	struct looking l = { .service = s, .store.service = s };
	*bad = 0;
	if (!store_read(s->store, ask_tx, &l.store, fault))
		return false;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct health_row row = {
			.name = ROWS[i].name, .unit = ROWS[i].unit, .say = ROWS[i].say
		};
		l.row = &row;
		l.skip = false;
		if (!ROWS[i].look(&l, fault))
			return false;
		if (l.skip)
			continue;
		row.good = row.value <= row.limit;
		*bad += !row.good;
		tell(context, &row);
	}
	return true;
}
