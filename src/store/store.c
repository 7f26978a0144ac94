#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/change_row.h"
#include "store/engine.h"
#include "store/event_row.h"
#include "store/meta_row.h"

const struct refusal STORE_SCHEMA = { "store-schema", FAULT_BROKEN, "design 4" };

enum { TRIES = 5, CHANGES_MOST = 64 << 20, PAGE = 500, SENTENCE = 2048 };
static const char SCHEMA[] = "7"; /* raised with every table that is not the same any more */

void
blob_drop(struct blob *b)
{
	if (b->at != NULL)
		explicit_bzero(b->at, b->n);
	free(b->at);
	*b = (struct blob){ 0 };
}

bool
column_put(
    const struct column *c, void *row, int64_t number, const void *p, size_t n, struct fault *fault)
{
	uint8_t *at = (uint8_t *)row + c->at;
	switch (c->kind) {
	case COLUMN_INT:
		memcpy(at, &number, sizeof(number));
		return true;
	case COLUMN_TEXT:
		if (n >= c->size || (n > 0 && memchr(p, 0, n) != NULL))
			break; /* we would see less of it than its row's condition does */
		if (n > 0)
			memcpy(at, p, n);
		at[n] = '\0';
		return true;
	case COLUMN_FIXED:
		if (n != c->size)
			break;
		memcpy(at, p, n);
		return true;
	case COLUMN_BLOB: {
		struct blob *b = (struct blob *)(void *)at;
		b->at = malloc(n + 1);
		b->n = n;
		if (b->at == NULL)
			return fault_set(fault, FAULT_STORE, "記憶域が足りません。");
		if (n > 0)
			memcpy(b->at, p, n);
		b->at[n] = 0;
		return true;
	}
	}
	return fault_set(
	    fault, FAULT_BROKEN, "データベースの列「%s」の値が大きさに合いません。", c->name);
}

size_t
prepared_place(const struct store *s, const char *text)
{
	uint32_t hash = 2166136261u;
	for (const char *p = text; *p != '\0'; p++)
		hash = (hash ^ (uint8_t)*p) * 16777619u;
	size_t best = hash % PREPARED;
	for (uint32_t i = PREPARED_NEAR; i-- > 0;) {
		size_t place = (hash + i) % PREPARED;
		const struct prepared *k = &s->prepared[place];
		if (k->text != NULL && strcmp(k->text, text) == 0)
			return place;
		if (k->text == NULL || (!k->busy && s->prepared[best].text != NULL))
			best = place;
	}
	return best;
}

void
row_drop(const struct sql *s, void *row)
{
	for (size_t i = 0; i < s->column_count; i++)
		if (s->columns[i].kind == COLUMN_BLOB)
			blob_drop((struct blob *)(void *)((uint8_t *)row + s->columns[i].at));
}

const char *
store_engine(const struct store *s)
{
	return s->engine->name;
}

bool
store_lost(const struct store *s)
{
	return s->dead;
}

static void
columns_put(const struct table *t, size_t count, struct sink *out)
{
	for (size_t i = 0; i < count; i++) {
		sink_text(out, i == 0 ? "" : ", ");
		sink_text(out, t->columns[i].name);
	}
}

static size_t
row_size(const struct table *t)
{
	size_t most = 0;
	for (size_t i = 0; i < t->column_count; i++) {
		size_t end = t->columns[i].at + t->columns[i].size;
		most = end > most ? end : most;
	}
	return most;
}

static bool
create_table(struct store *s, const struct table *t, struct fault *fault)
{
	char text[4096];
	struct sink out = SINK_INTO(text);
	sink_print(&out, "CREATE TABLE IF NOT EXISTS %s (", t->name);
	for (size_t i = 0; i < t->column_count; i++)
		sink_print(&out, "%s%s %s", i == 0 ? "" : ", ", t->columns[i].name,
		    s->engine->type[t->columns[i].kind]);
	sink_text(&out, ", PRIMARY KEY (");
	columns_put(t, t->keys, &out);
	sink_print(&out, ")%s%s)%s", t->constraints[0] == '\0' ? "" : ", ", t->constraints,
	    s->engine->table_end);
	if (sink_string(&out) == NULL || !s->engine->plain(s, text, fault))
		return false;
	for (size_t i = 0; t->indexes != NULL && t->indexes[i] != NULL; i++)
		if (!s->engine->plain(s, t->indexes[i], fault))
			return false;
	return true;
}

bool
tables_make(struct store *s, struct fault *fault)
{
	for (size_t t = 0; t < TABLE_COUNT; t++)
		if (!create_table(s, TABLES[t], fault))
			return false;
	return true;
}

/* Drift between tables and code is found in the first second. */
static bool
check_table(struct store *s, const struct table *t, struct fault *fault)
{
	for (size_t i = 0; i < t->statement_count; i++)
		if (!s->engine->check(s, &t->statements[i], fault))
			return false;
	return true;
}

static bool
check_all(struct store *s, struct fault *fault)
{
	for (size_t t = 0; t < TABLE_COUNT; t++)
		if (!check_table(s, TABLES[t], fault))
			return false;
	return true;
}

static bool
write_schema(struct tx *tx, void *context, struct fault *fault)
{
	(void)context;
	return meta_put(tx, "schema", SCHEMA, fault);
}

/* *found: it has a version, and it is ours. */
static bool
read_schema(struct tx *tx, void *found, struct fault *fault)
{
	struct meta_row row;
	return meta_get(tx, "schema", &row, found, fault) &&
	       (!*(bool *)found || strcmp(row.value, SCHEMA) == 0 ||
		   fault_refuse(fault, &STORE_SCHEMA, "store",
		       "データベースの版は「%.16s」、このソフトウェアの版は「%s」です。"
		       "版の合う akashi で開いてください。何も変えていません。",
		       row.value, SCHEMA));
}

/* Its version before anything else of it: another version's tables are read by no statement. */
static bool
schema_begin(struct store *s, bool create, struct fault *fault)
{
	bool found;
	if (create ? !create_table(s, &META_TABLE, fault) : !check_table(s, &META_TABLE, fault))
		return false;
	if (!store_read(s, read_schema, &found, fault))
		return false;
	if (!create)
		return found ||
		       fault_refuse(fault, &STORE_SCHEMA, "store",
			   "データベースに版の記録がありません（このソフトウェアの版は「%s」）。"
			   "akashi のデータベースか確かめてください。",
			   SCHEMA);
	return tables_make(s, fault) && (found || store_write(s, NULL, write_schema, NULL, fault));
}

bool
store_open(const char *url, bool create, struct store **out, struct fault *fault)
{
	struct store *s = calloc(1, sizeof(*s));
	bool sqlite = strncmp(url, "sqlite:", 7) == 0;
	if (s == NULL)
		return fault_set(fault, FAULT_STORE, "記憶域が足りません。");
	s->gate = -1;
	snprintf(s->url, sizeof(s->url), "%s", sqlite ? url + 7 : url);
	bool good = sqlite ? sqlite_open(s->url, s, fault) : postgres_open(s->url, s, fault);
	good = good && schema_begin(s, create, fault) && check_all(s, fault);
	if (!good) {
		store_close(s);
		return false;
	}
	*out = s;
	return true;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->engine != NULL)
		s->engine->close(s);
	parts_free(s->wanted);
	free(s);
}

static bool
event_exists(struct tx *tx, void *context, struct fault *fault)
{
	bool found;
	if (!event_by_act(tx, context, &found, fault))
		return false;
	return found ||
	       fault_set(fault, FAULT_STORE,
		   "データベースへの書き込みが終わりませんでした。もう一度実行してください。");
}

/* The connection died in COMMIT: the act's own id says whether it happened [storage 2]. */
static bool
commit_unknown(struct store *s, const uint8_t *act, struct fault *fault)
{
	uint8_t id[ACT_ID];
	if (act == NULL || !s->engine->reconnect(s, fault))
		return fault_set(fault, FAULT_STORE,
		    "データベースとの接続が切れました。結果を確かめてください。");
	memcpy(id, act, sizeof(id));
	return store_read(s, event_exists, id, fault);
}

/* What was written behind the event, or without one. */
static bool
rest_flush(struct tx *tx, struct fault *fault)
{
	int64_t seq;
	uint8_t head[32];
	return tx->changes.len == 0 || change_flush(tx, &seq, head, fault);
}

static bool
run(struct store *s, bool write, const uint8_t *act, store_body *body, void *context,
    struct fault *fault)
{
	for (int i = 0; i < TRIES; i++) {
		struct tx tx = { s, SINK_GROW(CHANGES_MOST) };
		struct fault inner = { 0 };
		bool unknown = false;
		s->retry = false;
		if (s->dead)
			return fault_set(fault, FAULT_STORE,
			    "データベースが使えなくなりました。やり直してください。");
		bool done = s->engine->begin(s, write, &inner) && body(&tx, context, &inner) &&
			    rest_flush(&tx, &inner);
		sink_drop(&tx.changes);
		if (done && s->engine->commit(s, &s->retry, &unknown, &inner))
			return true;
		if (unknown)
			return commit_unknown(s, act, fault);
		s->engine->rollback(s);
		if (!s->retry) {
			*fault = fault->code == FAULT_NONE ? inner : *fault;
			return false;
		}
	}
	return fault_set(fault, FAULT_LATER,
	    "ほかの書き込みが続いています。しばらくしてからもう一度実行してください。");
}

bool
store_write(struct store *s, const uint8_t act[ACT_ID], store_body *body, void *context,
    struct fault *fault)
{
	return run(s, true, act, body, context, fault);
}

bool
store_read(struct store *s, store_body *body, void *context, struct fault *fault)
{
	return run(s, false, NULL, body, context, fault);
}

struct noting {
	struct tx *tx;
	const struct table *table;
	bool gone;
	store_row *row; /* NULL: none is told */
	void *context;
};

static bool
note_row(const void *row, void *context, struct fault *fault)
{
	struct noting *n = context;
	change_note(n->tx, n->table, row, n->gone);
	return n->row == NULL || n->row(row, n->context, fault);
}

bool
tx_each(struct tx *tx, const struct sql *sql, const struct value *v, size_t n, store_row *row,
    void *context, struct fault *fault)
{
	struct noting noting = { tx, change_table(sql), false, row, context };
	if (noting.table != NULL)
		return tx->store->engine->run(tx->store, sql, v, n, note_row, &noting, NULL, fault);
	return tx->store->engine->run(tx->store, sql, v, n, row, context, NULL, fault);
}

struct one {
	const struct sql *sql;
	void *row;
	size_t count;
};

static bool
one_row(const void *row, void *context, struct fault *fault)
{
	struct one *one = context;
	if (one->count++ > 0)
		return fault_set(fault, FAULT_BROKEN, "ひとつのはずの行が二つあります。");
	memcpy(one->row, row, one->sql->row_size);
	bool good = true;
	for (size_t i = 0; i < one->sql->column_count; i++) {
		const struct column *c = &one->sql->columns[i];
		if (c->kind != COLUMN_BLOB)
			continue;
		const struct blob *b =
		    (const struct blob *)(const void *)((const uint8_t *)row + c->at);
		struct blob *own = (struct blob *)(void *)((uint8_t *)one->row + c->at);
		*own =
		    (struct blob){ 0 }; /* the engine's until it is copied, and not ours to free */
		good = good && column_put(c, one->row, 0, b->at, b->n, fault);
	}
	return good;
}

bool
tx_one(struct tx *tx, const struct sql *sql, const struct value *v, size_t n, void *row,
    bool *found, struct fault *fault)
{
	struct one one = { sql, row, 0 };
	if (!tx_each(tx, sql, v, n, one_row, &one, fault)) {
		if (one.count > 0)
			row_drop(sql, row);
		return false;
	}
	*found = one.count > 0;
	return true;
}

bool
tx_change(struct tx *tx, const struct sql *sql, const struct value *v, size_t n, int64_t *changed,
    struct fault *fault)
{
	int64_t count = 0;
	char text[SENTENCE];
	struct sink out = SINK_INTO(text);
	struct noting noting = { tx, change_table(sql), strncmp(sql->text, "DELETE", 6) == 0, NULL,
		NULL };
	const struct table *t = noting.table;
	struct sql told = *sql;
	if (t != NULL) {
		sink_text(&out, sql->text);
		sink_text(&out, " RETURNING ");
		columns_put(t, t->column_count, &out);
		told = (struct sql){ sink_string(&out), t->columns, t->column_count, row_size(t) };
	}
	if (told.text == NULL)
		return fault_set(fault, FAULT_BUG, "表「%s」の文が長すぎます。", t->name);
	if (!tx->store->engine->run(
		tx->store, &told, v, n, t == NULL ? NULL : note_row, &noting, &count, fault))
		return false;
	if (changed != NULL)
		*changed = count;
	return true;
}

struct value
column_value(const struct column *c, const void *row)
{
	const uint8_t *at = (const uint8_t *)row + c->at;
	const struct blob *b = (const struct blob *)(const void *)at;
	int64_t number;
	switch (c->kind) {
	case COLUMN_INT:
		memcpy(&number, at, sizeof(number));
		return V_INT(number);
	case COLUMN_TEXT:
		return V_TEXT((const char *)at);
	case COLUMN_FIXED:
		return V_BLOB(at, c->size);
	case COLUMN_BLOB:
		return V_BLOB(b->at == NULL ? (const void *)"" : b->at, b->n);
	}
	return V_INT(0);
}

/* The one sentence that is put together: its columns are the table's own, so it cannot drift. */
bool
tx_insert(
    struct tx *tx, const struct table *t, const void *row, bool *inserted, struct fault *fault)
{
	char text[SENTENCE];
	struct value v[40];
	struct sink out = SINK_INTO(text);
	int64_t changed;
	sink_text(&out, "INSERT INTO ");
	sink_text(&out, t->name);
	sink_text(&out, " (");
	columns_put(t, t->column_count, &out);
	sink_text(&out, ") VALUES (");
	for (size_t i = 0; i < t->column_count && i < COUNT(v); i++) {
		sink_print(&out, "%s$%zu", i == 0 ? "" : ", ", i + 1);
		v[i] = column_value(&t->columns[i], row);
	}
	sink_text(&out, ") ON CONFLICT DO NOTHING");
	const struct sql sql = { sink_string(&out), NULL, 0, 0 };
	if (sql.text == NULL || t->column_count > COUNT(v))
		return fault_set(fault, FAULT_BUG, "表「%s」の列が多すぎます。", t->name);
	if (!tx_change(tx, &sql, v, t->column_count, &changed, fault))
		return false;
	if (changed == 1 && !t->apart)
		change_note(tx, t, row, false);
	if (inserted != NULL)
		*inserted = changed == 1;
	return true;
}

struct paging {
	const struct table *table;
	store_row *row;
	void *context;
	void *last; /* a copy; its blobs are gone */
	size_t size, count;
};

static bool
page_row(const void *row, void *context, struct fault *fault)
{
	struct paging *p = context;
	memcpy(p->last, row, p->size);
	p->count++;
	return p->row(row, p->context, fault);
}

static bool
page(struct tx *tx, struct paging *p, bool first, struct fault *fault)
{
	const struct table *t = p->table;
	char text[SENTENCE];
	struct value v[8];
	struct sink out = SINK_INTO(text);
	size_t n = first ? 0 : t->keys;
	sink_text(&out, "SELECT ");
	columns_put(t, t->column_count, &out);
	sink_print(&out, " FROM %s", t->name);
	for (size_t i = 0; i < n && i < COUNT(v); i++)
		v[i] = column_value(&t->columns[i], p->last);
	if (n > 0) {
		sink_text(&out, " WHERE (");
		columns_put(t, n, &out);
		for (size_t i = 0; i < n; i++)
			sink_print(&out, "%s$%zu", i == 0 ? ") > (" : ", ", i + 1);
	}
	sink_text(&out, n > 0 ? ") ORDER BY " : " ORDER BY ");
	columns_put(t, t->keys, &out);
	sink_print(&out, " LIMIT %d", PAGE);
	const struct sql sql = { sink_string(&out), t->columns, t->column_count, p->size };
	if (sql.text == NULL || t->keys > COUNT(v))
		return fault_set(fault, FAULT_BUG, "表「%s」の列が多すぎます。", t->name);
	p->count = 0;
	return tx_each(tx, &sql, v, n, page_row, p, fault);
}

bool
tx_table(struct tx *tx, const struct table *t, store_row *row, void *context, struct fault *fault)
{
	struct paging p = { t, row, context, calloc(1, row_size(t)), row_size(t), 0 };
	bool good = p.last != NULL || fault_set(fault, FAULT_STORE, "記憶域が足りません。");
	good = good && page(tx, &p, true, fault);
	while (good && p.count == PAGE)
		good = page(tx, &p, false, fault);
	free(p.last);
	return good;
}
