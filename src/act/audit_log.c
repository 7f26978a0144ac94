/* The journal, its copies and the event log with its tree. */
#include "act/audit_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "pki/crl.h"
#include "store/frontier_row.h"
#include "store/meta_row.h"

static bool
checkpoint_line(struct audit *a, const struct line *l, struct fault *fault)
{
	if (a->checkpoints > 0 && l->size < a->checkpoint[a->checkpoints - 1].size)
		return audit_broken(
		    a, "journal", l->seq, "確認点の件数が前の行より少なくなっています。");
	if (!ARRAY_ROOM(a->checkpoint, a->checkpoints, a->checkpoint_room, fault))
		return false;
	struct checkpoint *c = &a->checkpoint[a->checkpoints++];
	*c = (struct checkpoint){ .size = l->size, .seq = l->seq };
	memcpy(c->root, l->root, sizeof(c->root));
	a->lates = a->lost; /* it has their events */
	return true;
}

static uint32_t
grant_place(const struct audit *a, const struct line *l)
{
	const struct grant *g = ledger_find(&a->ledger, l->dossier, l->edition);
	return g == NULL ? 0 : (uint32_t)(g - a->ledger.grant);
}

static bool
booked_line(struct audit *a, const struct line *l, struct fault *fault)
{
	if (!ARRAY_ROOM(a->late, a->lates, a->late_room, fault))
		return false;
	a->late[a->lates++] = grant_place(a, l);
	return true;
}

/* What was journaled of the log an epoch gave up is no checkpoint any more [design 4]. What was BOOKED
 * behind the last one is in no checkpoint at all. */
static bool
epoch_line(struct audit *a, const struct line *l, struct fault *fault)
{
	a->epochs++;
	a->lost = a->lates;
	while (a->checkpoints > 0 && a->checkpoint[a->checkpoints - 1].size > l->size) {
		a->checkpoints--;
		a->given_up = a->ledger.grants; /* not where all of the log went on */
	}
	return checkpoint_line(a, l, fault);
}

struct listed *
audit_list(const struct audit *a, int64_t number)
{
	size_t from = 0, to = a->lists;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (a->list[middle].number == number)
			return &a->list[middle];
		if (a->list[middle].number < number)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static bool
list_line(struct audit *a, const struct line *l, struct fault *fault)
{
	if (l->number != a->next_list)
		return audit_broken(a, "journal", l->seq, "CRL の番号が続いていません。");
	if (!ARRAY_ROOM(a->list, a->lists, a->list_room, fault))
		return false;
	a->list[a->lists++] = (struct listed){ .number = l->number,
		.entries = l->size,
		.this_update = l->not_before,
		.next_update = l->not_after };
	memcpy(a->list[a->lists - 1].tbs, l->tbs, sizeof(l->tbs));
	return true;
}

/* Digests of so many grants; new ones are zeros. */
static bool
done_room(struct audit *a, size_t grants, struct fault *fault)
{
	while (a->done_room < grants) {
		size_t before = a->done_room;
		if (!ARRAY_ROOM(a->done, before, a->done_room, fault))
			return false;
		memset(a->done[before], 0, (a->done_room - before) * sizeof(*a->done));
	}
	return true;
}

static bool
done_line(struct audit *a, const struct line *l, struct fault *fault)
{
	size_t place = grant_place(a, l);
	if (!done_room(a, place + 1, fault))
		return false;
	memcpy(a->done[place], l->digest, sizeof(a->done[place]));
	return true;
}

/* The charter in force from here on: its receipt key counts for what was receipted with it. */
static bool
charter_line(struct audit *a, struct fault *fault)
{
	const uint8_t *point = a->ledger.charter->signer_point;
	if (a->points > 0 && memcmp(a->point[a->points - 1], point, P256_POINT) == 0)
		return audit_clerks(a, a->ledger.charter, fault);
	memcpy(a->point[a->points % AUDIT_POINTS], point, P256_POINT);
	a->points += a->points < AUDIT_POINTS;
	return audit_clerks(a, a->ledger.charter, fault);
}

bool
audit_line(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct audit *a = context;
	if (!ARRAY_ROOM(a->line, a->lines, a->line_room, fault))
		return false;
	line_digest(whole, a->line[a->lines++]);
	a->next_list = ledger_next_list(&a->ledger);
	if (!ledger_line(&a->ledger, l, fault) || !grants_said_line(&a->said, &a->ledger, l, fault))
		return false;
	switch (l->kind) {
	case LINE_INTENT:
		return audit_announce(a, l, fault) && checkpoint_line(a, l, fault);
	case LINE_HEAD:
		return checkpoint_line(a, l, fault);
	case LINE_EPOCH:
		return epoch_line(a, l, fault);
	case LINE_DONE:
		return done_line(a, l, fault);
	case LINE_BOOKED:
		return booked_line(a, l, fault);
	case LINE_LIST:
		return audit_announce(a, l, fault) && list_line(a, l, fault);
	case LINE_CHARTER:
		return charter_line(a, fault);
	case LINE_REVOKED:
		crl_entry(l->serial, l->at, (int)l->reason, l->invalid_since, &a->entries);
		break;
	case LINE_CAINTENT:
	case LINE_ADOPTION:
		return audit_announce(a, l, fault);
	case LINE_CACERT:
		ledger_take_entries(&a->ledger, &a->entries);
		break;
	case LINE_GENESIS:
	case LINE_ADOPTED:
	case LINE_VOID:
	case LINES:
		break;
	}
	return true;
}

/* A refusal that says the books are broken is what the audit was for. */
static bool
told(struct audit *a, const char *place, int64_t number, const struct fault *why,
    struct fault *fault)
{
	if (why->code == FAULT_BROKEN)
		return audit_broken(a, place, number, "%.350s", why->say);
	*fault = *why;
	return false;
}

bool
audit_read_on(struct audit *a, struct fault *fault)
{
	struct fault why = { 0 };
	return crew_journal(a->crew, &a->place, audit_line, a, &why) ||
	       told(a, "journal", AUDIT_NONE, &why, fault);
}

bool
audit_journal(struct audit *a, struct fault *fault)
{
	if (!audit_read_on(a, fault))
		return false;
	size_t grants = a->ledger.grants + 1;
	a->has = calloc(grants, 1);
	if (a->has == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	return done_room(a, grants, fault);
}

static bool
copy_line(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct audit *a = context;
	uint8_t digest[32];
	a->copied = l->seq;
	if ((size_t)l->seq > a->lines && !audit_read_on(a, fault))
		return false;
	line_digest(whole, digest);
	return ((size_t)l->seq <= a->lines && memcmp(digest, a->line[l->seq - 1], 32) == 0) ||
	       audit_broken(a, "journal-copy", l->seq, "台帳の写しが台帳の行と違います。");
}

bool
audit_copies(struct audit *a, struct fault *fault)
{
	struct fault why = { 0 };
	struct crew_place place = { .at = { 0 } };
	return crew_copies(a->crew, &place, copy_line, a, &why) ||
	       told(a, "journal-copy", a->copied + 1, &why, fault);
}

/* "number=7 entries=..." of an event that says a list was published. */
static bool
published(struct audit *a, const char *detail, struct fault *fault)
{
	long long number = 0;
	if (sscanf(detail, "number=%lld", &number) != 1 || number < 1)
		return true;
	if (audit_list(a, number) == NULL && !audit_read_on(a, fault))
		return false;
	struct listed *l = audit_list(a, number);
	if (l != NULL)
		l->published = true;
	return true;
}

/* Every checkpoint of so many events has the root of those that were read. */
static bool
checkpoints_meet(struct audit *a)
{
	uint8_t root[32];
	tree_root(&a->tree, root);
	for (; a->at < a->checkpoints && a->checkpoint[a->at].size == a->tree.size; a->at++) {
		const struct checkpoint *c = &a->checkpoint[a->at];
		int64_t from = a->at == 0 ? 0 : a->checkpoint[a->at - 1].size;
		char place[AUDIT_PLACE];
		if (memcmp(root, c->root, sizeof(root)) == 0)
			continue;
		if (from + 1 == c->size)
			return audit_broken(a, "event", c->size,
			    "台帳の %lld 行目の確認点と合いません。", (long long)c->seq);
		snprintf(place, sizeof(place), "event %lld-%lld", (long long)from + 1,
		    (long long)c->size);
		return audit_broken(a, place, AUDIT_NONE,
		    "この間のどれかが変わったか入れ替わっています（台帳の %lld 行目の確認点）。",
		    (long long)c->seq);
	}
	return true;
}

/* Two events whose places in the log of changes are the wrong way round. */
static bool
either_broken(struct audit *a, int64_t second)
{
	char place[AUDIT_PLACE];
	snprintf(place, sizeof(place), "event %lld-%lld", (long long)second - 1, (long long)second);
	return audit_broken(
	    a, place, AUDIT_NONE, "どちらかが変わったか入れ替わっています（行の記録の順）。");
}

static bool
step_keep(struct audit *a, struct fault *fault)
{
	if (!ARRAY_ROOM(a->step, a->steps, a->step_room, fault))
		return false;
	tree_root(&a->tree, a->step[a->steps++]);
	return true;
}

static bool
event_meet(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct audit *a = context;
	uint8_t leaf[32];
	if (a->broken)
		return true;
	if (e->seq != a->tree.size + 1)
		return audit_broken(a, "event", e->seq <= a->tree.size ? e->seq : a->tree.size + 1,
		    e->seq <= a->tree.size ? "余分な記録があります。" : "記録がありません。");
	service_event_leaf(e, leaf);
	if (memcmp(leaf, e->leaf, sizeof(leaf)) != 0)
		return audit_broken(a, "event", e->seq, "記録の内容が要約と合いません。");
	if (e->changes <= a->changes)
		return either_broken(a, e->seq);
	a->changes = e->changes;
	if (strcmp(e->kind, "epoch-begun") == 0 && a->begun++ < a->epochs)
		a->given_keys = e->changes;
	struct audit_mark *m = &a->mark[a->marks++];
	*m = (struct audit_mark){ e->seq, e->changes, { 0 } };
	memcpy(m->head, e->changes_head, sizeof(m->head));
	tree_add(&a->tree, leaf);
	if (a->tree.size % HEAD_STEP == 0 && !step_keep(a, fault))
		return false;
	if (strcmp(e->kind, "list-published") == 0 && !published(a, e->detail, fault))
		return false;
	return checkpoints_meet(a);
}

/* Events, the changes they cover and the rows these tell of, as they stand at one moment. */
static bool
events_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct audit *a = context;
	int64_t before;
	a->tree = (struct tree){ 0 };
	a->at = a->marks = a->mark_at = a->steps = 0;
	a->changes = a->begun = a->given_keys = 0;
	if (!audit_rows_begin(a, fault))
		return false;
	checkpoints_meet(a); /* of the empty log */
	do {
		before = a->tree.size;
		if (!event_page(tx, before == 0 ? INT64_MIN : before + 1, AUDIT_EVENTS, event_meet,
			a, fault) ||
		    !audit_rows_page(tx, a, fault))
			return false;
	} while (a->tree.size > before && !a->broken);
	return counter_get(tx, "event", &a->counter, fault);
}

static bool
rows_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct audit *a = context;
	/* The journal, read on meanwhile, counts events of after the moment that is read. */
	const size_t due = a->checkpoints;
	if (!events_tx(tx, a, fault))
		return false;
	if (a->at < due)
		audit_broken(a, "event", a->tree.size + 1,
		    "台帳の確認点は %lld 件です。記録が足りません。",
		    (long long)a->checkpoint[a->at].size);
	if (!a->broken && !audit_rows_end(tx, a, fault))
		return false;
	if (a->counter > a->tree.size)
		audit_broken(a, "event", a->tree.size + 1, "最後の記録がありません。");
	if (a->counter < a->tree.size)
		audit_broken(a, "event", a->counter + 1, "余分な記録があります。");
	return true;
}

bool
audit_events(struct audit *a, struct fault *fault)
{
	return store_read(a->crew->service->store, rows_tx, a, fault);
}

/* What is kept to save reading the log again says the same as the log. */
static bool
frontier_meet(const void *row, void *context, struct fault *fault)
{
	const struct frontier_row *f = row;
	struct audit *a = context;
	struct tree t;
	uint8_t root[32];
	size_t step = (size_t)(f->size / HEAD_STEP);
	(void)fault;
	if (f->size > a->tree.size) /* made since the log was read */
		return true;
	bool good = f->size > 0 && f->size % HEAD_STEP == 0 &&
		    tree_nodes_read(f->size, f->nodes.at, f->nodes.n, &t);
	if (good)
		tree_root(&t, root);
	return (good && memcmp(root, a->step[step - 1], sizeof(root)) == 0) ||
	       audit_broken(a, "frontier", f->size, "操作記録の途中までの要約が記録と合いません。");
}

static bool
frontiers_tx(struct tx *tx, void *context, struct fault *fault)
{
	return frontier_each(tx, frontier_meet, context, fault);
}

bool
audit_frontiers(struct audit *a, struct fault *fault)
{
	return store_read(a->crew->service->store, frontiers_tx, a, fault);
}
