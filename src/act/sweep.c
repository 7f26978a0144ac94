#include "act/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/errand.h"
#include "act/sweep_in.h"
#include "base/array.h"
#include "store/meta_row.h"

const struct refusal SWEEP_COUNT = { "sweep-count", FAULT_STATE, "storage 4" };
const struct refusal SWEEP_INCIDENT = { "sweep-incident", FAULT_BROKEN, "storage 4" };

/*
 * What a difference means. Authority: the signer on what was signed and revoked, the store on why
 * [storage 4]. What the books say when it is found stands beside it in act/sweep_books.c.
 */
/* clang-format off */
static const struct { const char *name; bool incident; const char *say; } DIFFERENCE[] = {
	[UNFINISHED]	 = { "intent-unfinished", false, "署名が始まったまま止まっていました。同じ鍵で署名プログラムに頼み直します。" },
	[UNKNOWN_ORDER]	 = { "order-unknown", false, "台帳にある署名の依頼がデータベースにありません。失効担当お二人で失効させ、次の版を審査してください。" },
	[ENDED_ORDER]	 = { "order-ended", false, "署名が始まった版が終わっています。24 時間後に CRL に載ります。次の版に署名してください。" },
	[UNBOOKED]	 = { "done-unbooked", false, "電子証明書の受け取りを署名プログラムに伝えました。" },
	[NO_LINE]	 = { "certificate-without-line", true, "台帳にない電子証明書がデータベースにあります。発行を止めました。監査担当に知らせてください。" },
	[REVOKED_BEHIND] = { "revocation-behind", false, "台帳にある失効をデータベースに写します。" },
	[REVOKED_AHEAD]	 = { "revocation-not-in-journal", true, "台帳にない失効がデータベースにあります。指示があれば届け直します。監査担当に知らせてください。" },
	[UNDELIVERED]	 = { "warrant-undelivered", false, "署名のそろった指示を署名プログラムに届け直します。" },
	[TASK_LEFT]	 = { "task-left", false, "途中で終わったプログラムの仕事を引き継ぎました。" },
	[LIST_BEHIND]	 = { "list-unpublished", false, "署名した CRL が公開されていませんでした。次の CRL を公開します。" },
	[LIST_FILE]	 = { "list-file", false, "公開中の CRL が最後のものと違いました。置き直しました。" },
	[KEY_LEFT]	 = { "warrant-key-left", false, "終わった発行指示の鍵を廃棄しました。" },
	[PRINT_KEY_LEFT] = { "print-key-left", false, "閉じた印刷日の鍵を消しました。" },
	[STRAY_FILE]	 = { "stray-file", false, "書きかけのファイルを消しました。" },
	[COPIES_BROKEN]	 = { "copies-broken", true, "データベースにある台帳の写しが台帳と違います。発行を止めました。監査担当に知らせてください。" },
};
/* clang-format on */
_Static_assert(COUNT(DIFFERENCE) == DIFFERENCES, "every difference needs its meaning");

/* In this order: what is booked first frees the keys that are looked for later. */
static sweep_scan *const SCANS[] = { sweep_books, sweep_acts, sweep_warrants, sweep_lists,
	sweep_keys, sweep_print_keys, sweep_files };

struct found *
sweep_add(struct sweep *s, enum difference what, struct fault *fault)
{
	if (!ARRAY_ROOM(s->found, s->count, s->room, fault))
		return NULL;
	s->found[s->count] = (struct found){ .what = what };
	return &s->found[s->count++];
}

void
sweep_follow(struct sweep *s, struct found *f, const char *kind, const uint8_t digest[32])
{
	f->follow = (struct task_row){ .dossier = f->dossier,
		.edition = f->edition,
		.created_at = s->crew->service->now.sec };
	snprintf(f->follow.kind, sizeof(f->follow.kind), "%s", kind);
	if (digest != NULL)
		memcpy(f->follow.digest, digest, sizeof(f->follow.digest));
	else
		f->follow.dossier = f->follow.edition = 0;
}

static bool
found_put(struct tx *tx, struct sweep *s, struct found *f, struct fault *fault)
{
	int64_t now = s->crew->service->now.sec;
	struct difference_row d = { .dossier = f->dossier,
		.edition = f->edition,
		.sweep = s->task->id,
		.found_at = now,
		.done_at = f->done ? now : 0 };
	snprintf(d.kind, sizeof(d.kind), "%s", DIFFERENCE[f->what].name);
	snprintf(d.serial, sizeof(d.serial), "%s", f->serial);
	snprintf(d.name, sizeof(d.name), "%s", f->name);
	return (f->follow.kind[0] == '\0' || task_add(tx, &f->follow, &d.task, fault)) &&
	       difference_put(tx, &d, fault);
}

static bool
finish_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct sweep *s = context;
	const struct service *service = s->crew->service;
	const char *incident = "";
	struct event_row event;
	int64_t closed;
	for (size_t i = 0; i < s->count; i++) {
		if (!found_put(tx, s, &s->found[i], fault))
			return false;
		if (DIFFERENCE[s->found[i].what].incident && s->found[i].follow.kind[0] == '\0')
			incident = DIFFERENCE[s->found[i].what].name;
	}
	if (!difference_adopt(tx, s->task->id, fault) ||
	    !difference_close(tx, s->task->id, service->now.sec, &closed, fault) ||
	    !meta_put(tx, "incident", incident, fault))
		return false;
	service_event(service, "swept", 0, &event);
	snprintf(event.detail, sizeof(event.detail), "differences=%zu incident=%s", s->count,
	    incident[0] == '\0' ? "none" : incident);
	return errand_done(tx, s->task, event.detail, service->now.sec, fault) &&
	       (s->count == 0 || service_event_add(tx, &event, fault));
}

static void
sweep_drop(struct sweep *s)
{
	ledger_free(&s->ledger);
	grants_said_free(&s->said);
	free(s->found);
	free(s->has);
}

bool
errand_sweep(struct crew *c, const struct task_row *t, struct fault *fault)
{
	struct sweep s = { .crew = c, .task = t };
	bool good = crew_copy_lines(c, fault);
	for (size_t i = 0; good && i < COUNT(SCANS); i++)
		good = errand_hold(c->service, t, fault) && SCANS[i](&s, fault);
	good = good && store_write(c->service->store, NULL, finish_tx, &s, fault);
	sweep_drop(&s);
	return good;
}

bool
sweep_task_left(struct tx *tx, const struct task_row *t, int64_t now, struct fault *fault)
{
	struct difference_row d = {
		.dossier = t->dossier, .edition = t->edition, .task = t->id, .found_at = now
	};
	snprintf(d.kind, sizeof(d.kind), "%s", DIFFERENCE[TASK_LEFT].name);
	snprintf(d.name, sizeof(d.name), "%s", t->kind);
	return difference_put(tx, &d, fault);
}

bool
sweep_allows(struct tx *tx, struct fault *fault)
{
	struct meta_row incident = { 0 };
	bool found;
	if (!meta_get(tx, "incident", &incident, &found, fault))
		return false;
	return !found || incident.value[0] == '\0' ||
	       fault_refuse(fault, &SWEEP_INCIDENT, NULL,
		   "台帳とデータベースが食い違っています（%s）。発行を止めています。"
		   "監査担当が akashi sweep と audit verify で確かめてください。",
		   incident.value);
}

/* What the sweep said, read back by whoever asked for it. */
struct reading {
	struct service *service;
	int64_t sweep;
	struct difference_row *row; /* owned */
	int64_t *task; /* owned: of those that have one */
	bool *over; /* owned: of each row, whether what was asked for with it is done */
	size_t count, room, tasks;
};

static bool
reading_row(const void *row, void *context, struct fault *fault)
{
	struct reading *r = context;
	if (!ARRAY_ROOM(r->row, r->count, r->room, fault))
		return false;
	r->row[r->count++] = *(const struct difference_row *)row;
	return true;
}

static bool
read_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct reading *r = context;
	r->count = 0;
	return difference_of_sweep(tx, r->sweep, reading_row, r, fault);
}

/* What was asked for with the sweep has ended, one way or the other. */
static bool
wait_for_tasks(struct reading *r, struct fault *fault)
{
	r->task = calloc(r->count + 1, sizeof(*r->task));
	r->over = calloc(r->count + 1, sizeof(*r->over));
	if (r->task == NULL || r->over == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (size_t i = 0; i < r->count; i++)
		if (r->row[i].task != 0 && r->row[i].done_at == 0)
			r->task[r->tasks++] = r->row[i].task;
	return errand_each(r->service, r->task, r->tasks, NULL, NULL, fault);
}

/* A task that was left is carried on whatever its end; what was asked for must be done. */
static bool
resolved(const struct difference_row *d, const struct task_row *t)
{
	return strcmp(t->state, "done") == 0 ||
	       (strcmp(t->state, "refused") == 0 &&
		   strcmp(d->kind, DIFFERENCE[TASK_LEFT].name) == 0);
}

/* The rows are left as they were read: it may have to run again. */
static bool
settle_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct reading *r = context;
	for (size_t i = 0; i < r->count; i++) {
		struct difference_row d = r->row[i];
		struct task_row t;
		bool found;
		if (d.task == 0 || d.done_at != 0)
			continue;
		if (!task_get(tx, d.task, &t, &found, fault))
			return false;
		r->over[i] = found && resolved(&d, &t);
		d.done_at = r->service->now.sec;
		if (r->over[i] && !difference_put(tx, &d, fault))
			return false;
	}
	return true;
}

static void
tell_row(const struct difference_row *d, sweep_tell *tell, void *context, struct swept *out)
{
	struct sweep_row row = {
		.dossier = d->dossier, .edition = d->edition, .done = d->done_at != 0
	};
	for (size_t i = 0; i < COUNT(DIFFERENCE); i++)
		if (strcmp(DIFFERENCE[i].name, d->kind) == 0) {
			row.difference = DIFFERENCE[i].name;
			row.say = DIFFERENCE[i].say;
			row.incident = DIFFERENCE[i].incident && !row.done;
		}
	if (row.difference == NULL)
		return; /* of another version's table */
	snprintf(row.serial, sizeof(row.serial), "%s", d->serial);
	snprintf(row.name, sizeof(row.name), "%s", d->name);
	out->count++;
	out->open += !row.done;
	out->incidents += row.incident;
	tell(context, &row);
}

bool
sweep_run(
    struct service *s, sweep_tell *tell, void *context, struct swept *out, struct fault *fault)
{
	struct task_row ended;
	struct reading r = { .service = s };
	*out = (struct swept){ 0 };
	bool good = errand_new(s, "sweep", &r.sweep, fault) &&
		    errand_run(s, r.sweep, &ended, fault) &&
		    store_read(s->store, read_tx, &r, fault) && wait_for_tasks(&r, fault) &&
		    (r.tasks == 0 || store_write(s->store, NULL, settle_tx, &r, fault));
	for (size_t i = 0; good && i < r.count; i++) {
		r.row[i].done_at = r.over[i] ? s->now.sec : r.row[i].done_at;
		tell_row(&r.row[i], tell, context, out);
	}
	free(r.row);
	free(r.task);
	free(r.over);
	return good;
}

static bool
proposed_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct reading *r = context;
	r->count = 0;
	return difference_open(tx, DIFFERENCE[UNKNOWN_ORDER].name, reading_row, r, fault);
}

/* What came of all of them; the first that was refused speaks for it. */
static bool
revoked_all(const struct revoke_each *each, const struct sweep_revoked *is, struct fault *fault)
{
	for (int64_t i = 0; i < is->proposed; i++)
		if (each[i].fault.code != FAULT_NONE) {
			*fault = each[i].fault;
			return false;
		}
	return is->many.waiting == 0 || fault_set(fault, FAULT_SECOND,
					    "失効の申請を %lld 件記録しました。"
					    "もう一人の失効担当が同じ命令で署名してください。",
					    (long long)is->many.waiting);
}

bool
sweep_revoke(struct service *s, const struct revoke_request *q, int64_t count,
    struct sweep_revoked *out, struct fault *fault)
{
	struct reading r = { .service = s };
	*out = (struct sweep_revoked){ .proposed = 0 };
	bool good =
	    person_may(q->first, ACT_REVOKE, fault) &&
	    store_read(s->store, proposed_tx, &r, fault) &&
	    ((int64_t)r.count == count ||
		fault_refuse(fault, &SWEEP_COUNT, "--count",
		    "最後の akashi sweep の order-unknown は %zu 件です。もう一度一覧を見て、"
		    "その件数を渡してください。",
		    r.count));
	OWN_BYTES(room) = calloc(r.count + 1, sizeof(struct revoke_each));
	struct revoke_each *each = room;
	good = good && (each != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。"));
	out->proposed = (int64_t)r.count;
	for (size_t i = 0; good && i < r.count; i++)
		snprintf(each[i].serial, sizeof(each[i].serial), "%s", r.row[i].serial);
	good = good && revoke_many(s, q, each, r.count, &out->many, fault) &&
	       revoked_all(each, out, fault);
	free(r.row);
	return good;
}
