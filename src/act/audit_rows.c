/* Every row of every table against the log of changes, whose heads the events hold. */
#include "act/audit_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/standby.h"
#include "base/file.h"
#include "base/text.h"
#include "store/change_row.h"
#include "store/schema.h"
#include "vault/digest.h"

enum { PAGE = 2000, FATES_FIRST = 1 << 12, SHORT = 16, ENTRY_MOST = 1024 };

/* What the log said last of a row. */
struct fate {
	uint64_t name; /* of table and key */
	int64_t seq; /* the batch that says so; 0: this place is empty */
	uint8_t digest[SHORT]; /* zeros: it is gone, or was met */
};

struct audit_rows {
	struct fate *fate; /* owned; a table of hashes, `room` a power of two */
	size_t room, count;
	int64_t seq; /* batches read */
	uint8_t head[32];
	const struct table *table; /* that is compared */
};

/* Where people know the rows of a table by another name. */
static const struct {
	const char *table, *place;
} KNOWN_AS[] = { { "cert", "certificate" }, { "revocation_list", "list" } };

void
audit_rows_free(struct audit *a)
{
	if (a->rows != NULL)
		free(a->rows->fate);
	free(a->rows);
	a->rows = NULL;
}

bool
audit_rows_begin(struct audit *a, struct fault *fault)
{
	audit_rows_free(a);
	a->rows = calloc(1, sizeof(*a->rows));
	struct fate *fates = calloc(FATES_FIRST, sizeof(*fates));
	if (a->rows == NULL || fates == NULL) {
		free(fates);
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	}
	a->rows->fate = fates;
	a->rows->room = FATES_FIRST;
	return true;
}

static uint64_t
name_of(const struct change *c)
{
	struct digest d;
	uint8_t digest[32];
	uint64_t name;
	digest_begin(&d);
	digest_add(&d, c->table.p, c->table.n);
	digest_add(&d, "", 1);
	digest_add(&d, c->key.p, c->key.n);
	digest_end(&d, digest);
	memcpy(&name, digest, sizeof(name));
	return name;
}

/* Its place, or the empty one where it would be. */
static struct fate *
fate_at(const struct audit_rows *r, uint64_t name)
{
	size_t i = (size_t)name & (r->room - 1);
	while (r->fate[i].seq != 0 && r->fate[i].name != name)
		i = (i + 1) & (r->room - 1);
	return &r->fate[i];
}

static bool
fates_widen(struct audit_rows *r, struct fault *fault)
{
	struct audit_rows wide = *r;
	if (r->count < r->room / 4 * 3)
		return true;
	wide.room = 2 * r->room;
	wide.fate = calloc(wide.room, sizeof(*wide.fate));
	if (wide.fate == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (size_t i = 0; i < r->room; i++)
		if (r->fate[i].seq != 0)
			*fate_at(&wide, r->fate[i].name) = r->fate[i];
	free(r->fate);
	*r = wide;
	return true;
}

static bool
batch_read(struct audit_rows *r, const struct blob *rows, struct fault *fault)
{
	struct der left = der_of(rows->at, rows->n);
	struct change c;
	while (change_take(&left, &c)) {
		if (!fates_widen(r, fault))
			return false;
		uint64_t name = name_of(&c);
		struct fate *f = fate_at(r, name);
		r->count += f->seq == 0;
		*f = (struct fate){ .name = name, .seq = r->seq };
		if (c.digest.n >= SHORT)
			memcpy(f->digest, c.digest.p, SHORT);
	}
	return true;
}

/* An event says at which head it was written. */
static bool
heads_meet(struct audit *a)
{
	const struct audit_rows *r = a->rows;
	for (; a->mark_at < a->marks && a->mark[a->mark_at].changes <= r->seq; a->mark_at++) {
		const struct audit_mark *m = &a->mark[a->mark_at];
		if (m->changes != r->seq || memcmp(m->head, r->head, sizeof(r->head)) != 0)
			return audit_broken(a, "change", m->changes,
			    "操作の記録 %lld にある行の記録と違います。", (long long)m->event);
	}
	return true;
}

static bool
batch_meet(const void *row, void *context, struct fault *fault)
{
	const struct change_row *c = row;
	struct audit *a = context;
	struct audit_rows *r = a->rows;
	if (a->broken)
		return true;
	if (c->seq != r->seq + 1)
		return audit_broken(a, "change", c->seq <= r->seq ? c->seq : r->seq + 1,
		    c->seq <= r->seq ? "余分な行の記録があります。" : "行の記録がありません。");
	change_fold(r->head, &c->rows);
	r->seq = c->seq;
	if (memcmp(r->head, c->head, sizeof(r->head)) != 0)
		return audit_broken(a, "change", c->seq, "行の記録の内容が要約と合いません。");
	return batch_read(r, &c->rows, fault) && heads_meet(a);
}

static bool
batches_read(struct tx *tx, struct audit *a, int64_t most, struct fault *fault)
{
	return change_page(
	    tx, a->rows->seq == 0 ? INT64_MIN : a->rows->seq + 1, most, batch_meet, a, fault);
}

bool
audit_rows_page(struct tx *tx, struct audit *a, struct fault *fault)
{
	heads_meet(a);
	while (!a->broken && a->mark_at < a->marks) {
		int64_t before = a->rows->seq;
		int64_t left = a->mark[a->marks - 1].changes - before;
		if (!batches_read(tx, a, left < PAGE ? left : PAGE, fault))
			return false;
		if (a->rows->seq == before)
			audit_broken(a, "change", before + 1, "行の記録がありません。");
	}
	a->marks = a->mark_at = 0;
	return true;
}

static bool
row_broken(struct audit *a, const struct table *t, struct der key, const char *say)
{
	char place[AUDIT_PLACE];
	struct sink out = SINK_INTO(place);
	const char *name = t->name;
	for (size_t i = 0; i < COUNT(KNOWN_AS); i++)
		if (strcmp(KNOWN_AS[i].table, name) == 0)
			name = KNOWN_AS[i].place;
	sink_print(&out, "%s ", name);
	change_key_print(t, key, &out);
	place[out.len < sizeof(place) ? out.len : sizeof(place) - 1] = '\0';
	text_clean(place);
	return audit_broken(a, place, AUDIT_NONE, "%s", say);
}

static bool
row_meet(const void *row, void *context, struct fault *fault)
{
	static const uint8_t GONE[SHORT] = { 0 };
	struct audit *a = context;
	uint8_t bytes[ENTRY_MOST];
	struct sink packed = SINK_INTO(bytes);
	struct change c;
	(void)fault;
	if (a->broken)
		return true;
	change_of(a->rows->table, row, &packed);
	struct der entry = der_of(packed.at, packed.len);
	if (packed.full || !change_take(&entry, &c))
		return audit_broken(a, a->rows->table->name, AUDIT_NONE, "行を読めません。");
	struct fate *f = fate_at(a->rows, name_of(&c));
	if (f->seq == 0 || memcmp(f->digest, GONE, SHORT) == 0)
		return row_broken(a, a->rows->table, c.key, "操作の記録にない行です。");
	if (memcmp(f->digest, c.digest.p, SHORT) != 0)
		return row_broken(
		    a, a->rows->table, c.key, "この行は、操作が最後に書いたものではありません。");
	memset(f->digest, 0, SHORT);
	return true;
}

/* The row is named from the batch that says it is there. */
struct missing {
	struct audit *audit;
	uint64_t name;
};

static bool
missing_name(const void *row, void *context, struct fault *fault)
{
	struct missing *m = context;
	const struct change_row *batch = row;
	struct der left = der_of(batch->rows.at, batch->rows.n);
	struct change c;
	(void)fault;
	while (change_take(&left, &c))
		for (size_t i = 0; i < TABLE_COUNT && name_of(&c) == m->name; i++)
			if (strlen(TABLES[i]->name) == c.table.n &&
			    memcmp(TABLES[i]->name, c.table.p, c.table.n) == 0)
				return row_broken(
				    m->audit, TABLES[i], c.key, "操作の記録にある行がありません。");
	left = der_of(batch->rows.at, batch->rows.n);
	while (change_take(&left, &c))
		if (name_of(&c) == m->name)
			return batch->seq <= m->audit->given_keys ||
			       row_broken(m->audit, &WRAPPED_TABLE, c.key,
				   "廃棄の記録がないのに、鍵がありません。");
	return audit_broken(m->audit, "change", batch->seq, "この記録にある行がありません。");
}

static bool
missing_look(struct tx *tx, struct audit *a, struct fault *fault)
{
	static const uint8_t GONE[SHORT] = { 0 };
	for (size_t i = 0; i < a->rows->room && !a->broken; i++) {
		const struct fate *f = &a->rows->fate[i];
		struct missing m = { a, f->name };
		if (f->seq != 0 && memcmp(f->digest, GONE, SHORT) != 0 &&
		    !change_page(tx, f->seq, 1, missing_name, &m, fault))
			return false;
	}
	return true;
}

static struct fate *
wrapped_fate(
    struct audit *a, const struct wrapped_row *w, uint8_t bytes[ENTRY_MOST], struct change *c)
{
	struct sink packed = { .at = bytes, .cap = ENTRY_MOST };
	change_of(&WRAPPED_TABLE, w, &packed);
	struct der entry = der_of(packed.at, packed.len);
	return packed.full || !change_take(&entry, c) ? NULL : fate_at(a->rows, name_of(c));
}

/* One that nobody noted was left by a fall: no record has it [flows]. */
static bool
wrapped_meet(const void *row, void *context, struct fault *fault)
{
	const struct wrapped_row *w = row;
	struct audit *a = context;
	uint8_t bytes[ENTRY_MOST];
	struct change c;
	(void)fault;
	struct fate *f = wrapped_fate(a, w, bytes, &c);
	if (f == NULL || f->seq == 0)
		return true;
	if (w->again)
		return row_broken(a, &WRAPPED_TABLE, c.key, "廃棄した鍵が戻されています。");
	if (memcmp(f->digest, c.digest.p, SHORT) != 0)
		return row_broken(
		    a, &WRAPPED_TABLE, c.key, "この鍵は、操作が最後に書いたものではありません。");
	memset(f->digest, 0, SHORT);
	return true;
}

static bool
destroyed_meet(void *context, const char *kind, const char *owner, struct fault *fault)
{
	struct audit *a = context;
	struct wrapped_row w = { .again = true };
	uint8_t bytes[ENTRY_MOST];
	struct change c;
	(void)fault;
	snprintf(w.kind, sizeof(w.kind), "%s", kind);
	snprintf(w.owner, sizeof(w.owner), "%s", owner);
	struct fate *f = wrapped_fate(a, &w, bytes, &c);
	if (f != NULL && f->seq != 0)
		memset(f->digest, 0, SHORT);
	return true;
}

/* Wrapped keys lie beside the store: what was put there is as it was, or destroyed. */
static bool
wrapped_look(struct audit *a, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct service *s = a->crew->service;
	if (file_exists(service_path(s, STANDBY_MARK, path)))
		a->given_keys = INT64_MAX;
	return keys_db_rows(s->keys, wrapped_meet, a, fault) &&
	       keys_db_destroyed(s->keys, destroyed_meet, a, fault);
}

/* What no event covers yet is held against itself. */
bool
audit_rows_end(struct tx *tx, struct audit *a, struct fault *fault)
{
	int64_t before;
	struct fault why = { 0 };
	do {
		before = a->rows->seq;
		if (!batches_read(tx, a, PAGE, fault))
			return false;
	} while (a->rows->seq > before && !a->broken);
	for (size_t i = 0; i < TABLE_COUNT && !a->broken; i++) {
		a->rows->table = TABLES[i];
		if (TABLES[i]->apart || tx_table(tx, TABLES[i], row_meet, a, &why))
			continue;
		if (why.code == FAULT_BROKEN) /* a value no program of ours wrote */
			return audit_broken(a, TABLES[i]->name, AUDIT_NONE, "%.350s", why.say);
		*fault = why;
		return false;
	}
	return (a->broken || wrapped_look(a, fault)) && missing_look(tx, a, fault);
}

/* A condition that no longer stands holds back no second row of one kind. */
bool
audit_schema(struct audit *a, struct fault *fault)
{
	char where[SCHEMA_WHERE], place[AUDIT_PLACE];
	if (!schema_check(a->crew->service->store, where, fault))
		return false;
	if (where[0] == '\0')
		return true;
	snprintf(place, sizeof(place), "schema %s", where);
	text_clean(place);
	return audit_broken(a, place, AUDIT_NONE,
	    "データベースの表の定義が、このソフトウェアの作るものと違います。");
}
