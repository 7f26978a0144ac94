/* PostgreSQL: SERIALIZABLE, results in binary, each sentence prepared once. */
#include <arpa/inet.h>
#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/engine.h"
#include "store/schema.h"

const struct refusal STORE_NOT_DURABLE = { "store-not-durable", FAULT_STORE, "design 4" };

static const char *const TYPE[] = { "BIGINT NOT NULL", "TEXT COLLATE \"C\" NOT NULL",
	"BYTEA NOT NULL", "BYTEA NOT NULL" };

/* 55P03: its turn did not come within lock_timeout. */
static bool
refused(struct store *s, const PGresult *r, const char *text, struct fault *fault)
{
	const char *state = r == NULL ? NULL : PQresultErrorField(r, PG_DIAG_SQLSTATE);
	s->retry = state != NULL && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
	if (state != NULL && strcmp(state, "55P03") == 0)
		fault_set(fault, FAULT_LATER,
		    "ほかの書き込みが終わりません。しばらくしてからもう一度実行してください。");
	else
		fault_set(fault, FAULT_STORE,
		    "データベースに書き込めません。サーバーの状態を確かめてください。");
	fault_detail(fault, "postgresql %s: %.80s: %.80s", state == NULL ? "-" : state,
	    PQerrorMessage(s->connection), text);
	return false;
}

static bool
done(ExecStatusType t)
{
	return t == PGRES_COMMAND_OK || t == PGRES_TUPLES_OK;
}

static bool
plain(struct store *s, const char *text, struct fault *fault)
{
	PGresult *r = PQexec(s->connection, text);
	bool good = done(PQresultStatus(r)) || refused(s, r, text, fault);
	PQclear(r);
	return good;
}

/*
 * One writer at a time, as with SQLite's gate: each adds to the one log of changes. Its lock sends
 * autovacuum away, hence meta, which is small and soon done; and it lets whoever opens the store prepare
 * what writes meta.
 */
static bool
begin(struct store *s, bool write, struct fault *fault)
{
	return plain(s,
	    write ? "BEGIN ISOLATION LEVEL SERIALIZABLE; "
		    "LOCK TABLE meta IN SHARE UPDATE EXCLUSIVE MODE"
		  : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
		    "SET LOCAL idle_in_transaction_session_timeout = 0",
	    fault);
}

static bool
commit(struct store *s, bool *retry, bool *unknown, struct fault *fault)
{
	(void)retry; /* refused() sets the store's own */
	PGresult *r = PQexec(s->connection, "COMMIT");
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
	if (!good)
		(void)refused(s, r, "COMMIT", fault);
	*unknown = !good && PQstatus(s->connection) != CONNECTION_OK;
	PQclear(r);
	return good;
}

static void
rollback(struct store *s)
{
	if (PQtransactionStatus(s->connection) != PQTRANS_IDLE)
		PQclear(PQexec(s->connection, "ROLLBACK"));
	s->dead = PQstatus(s->connection) != CONNECTION_OK;
}

static bool
cell(
    const PGresult *r, int row, int c, const struct column *column, void *fill, struct fault *fault)
{
	const char *p = PQgetvalue(r, row, c);
	size_t n = (size_t)PQgetlength(r, row, c);
	int64_t number = 0;
	uint32_t small;
	uint64_t big;
	if (column->kind == COLUMN_INT && n == sizeof(small)) {
		memcpy(&small, p, sizeof(small));
		number = (int32_t)ntohl(small);
	} else if (column->kind == COLUMN_INT && n == sizeof(big)) {
		memcpy(&big, p, sizeof(big));
		number = (int64_t)be64toh(big);
	}
	return column_put(column, fill, number, p, n, fault);
}

static bool
rows(const PGresult *r, const struct sql *sql, store_row *row, void *context, struct fault *fault)
{
	bool good = true;
	for (int i = 0; good && i < PQntuples(r); i++) {
		void *fill = calloc(1, sql->row_size);
		good = fill != NULL || fault_set(fault, FAULT_STORE, "記憶域が足りません。");
		for (size_t c = 0; good && c < sql->column_count; c++)
			good = cell(r, i, (int)c, &sql->columns[c], fill, fault);
		good = good && row(fill, context, fault);
		if (fill != NULL)
			row_drop(sql, fill);
		free(fill);
	}
	return good;
}

static void
prepared_drop(struct store *s)
{
	for (size_t i = 0; i < PREPARED; i++) {
		free(s->prepared[i].text);
		s->prepared[i].text = NULL;
	}
}

/* Under the name of its place; what had that name gives it up. */
static bool
prepared_make(struct store *s, const char *text, char name[16], struct fault *fault)
{
	size_t place = prepared_place(s, text);
	struct prepared *k = &s->prepared[place];
	char away[40];
	snprintf(name, 16, "a%zu", place);
	if (k->text != NULL && strcmp(k->text, text) == 0)
		return true;
	snprintf(away, sizeof(away), "DEALLOCATE %s", name);
	if (k->text != NULL && !plain(s, away, fault))
		return false;
	free(k->text);
	k->text = NULL;
	char *copy = strdup(text);
	if (copy == NULL)
		return fault_set(fault, FAULT_STORE, "記憶域が足りません。");
	PGresult *r = PQprepare(s->connection, name, text, 0, NULL);
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK || refused(s, r, text, fault);
	PQclear(r);
	if (good)
		k->text = copy;
	else
		free(copy);
	return good;
}

static bool
run(struct store *s, const struct sql *sql, const struct value *v, size_t n, store_row *row,
    void *context, int64_t *changed, struct fault *fault)
{
	const char *at[40];
	int len[40], format[40];
	char number[40][24], name[16];
	if (n > COUNT(at))
		return fault_set(fault, FAULT_BUG, "値が多すぎます。");
	for (size_t i = 0; i < n; i++) {
		bool blob = v[i].kind == COLUMN_BLOB || v[i].kind == COLUMN_FIXED;
		snprintf(number[i], sizeof(number[i]), "%lld", (long long)v[i].number);
		at[i] = v[i].kind == COLUMN_INT ? number[i] : blob && v[i].n == 0 ? "" : v[i].at;
		len[i] = (int)v[i].n;
		format[i] = blob;
	}
	if (!prepared_make(s, sql->text, name, fault))
		return false;
	PGresult *r = PQexecPrepared(s->connection, name, (int)n, at, len, format, 1);
	bool good = done(PQresultStatus(r)) || refused(s, r, sql->text, fault);
	good = good && (row == NULL || rows(r, sql, row, context, fault));
	if (good && changed != NULL)
		*changed = strtoll(PQcmdTuples(r), NULL, 10);
	PQclear(r);
	return good;
}

static bool
check(struct store *s, const struct sql *sql, struct fault *fault)
{
	PGresult *r = PQprepare(s->connection, "", sql->text, 0, NULL);
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK || refused(s, r, sql->text, fault);
	PQclear(r);
	if (!good)
		return false;
	r = PQdescribePrepared(s->connection, "");
	good = PQnfields(r) == (int)sql->column_count;
	for (int i = 0; good && i < (int)sql->column_count; i++)
		good = strcmp(PQfname(r, i), sql->columns[i].name) == 0;
	PQclear(r);
	if (good)
		return true;
	fault_set(fault, FAULT_STORE, "データベースの表とこのソフトウェアが合いません。");
	fault_detail(fault, "%.200s", sql->text);
	return false;
}

static void
quiet(void *context, const char *message)
{
	(void)context, (void)message; /* "already exists, skipping" is no news */
}

/* A server that says "committed" before its disk does loses what people were told is done. */
static bool
durable(struct store *s, struct fault *fault)
{
	static const char *const NEEDED[] = { "fsync", "full_page_writes", "synchronous_commit" };
	char text[64];
	for (size_t i = 0; i < COUNT(NEEDED); i++) {
		snprintf(text, sizeof(text), "SHOW %s", NEEDED[i]);
		PGresult *r = PQexec(s->connection, text);
		bool off = PQntuples(r) != 1 || strcmp(PQgetvalue(r, 0, 0), "off") == 0;
		PQclear(r);
		if (off)
			return fault_refuse(fault, &STORE_NOT_DURABLE, "store",
			    "データベースサーバーの設定「%s」が off です。"
			    "電源が切れると記録が失われます。on にしてから始めてください。",
			    NEEDED[i]);
	}
	return true;
}

/*
 * Of the machine at the other end nothing need ever be heard again. One that fell with the gate in hand
 * loses it before those who wait give up: between two statements of a write we reckon, seal and wait 5 s
 * for keys.db, not 30. Who only reads holds up nobody, and may think for longer (begin).
 */
static const char PATIENCE[] = "SET idle_in_transaction_session_timeout = '30s'; "
			       "SET lock_timeout = '60s'";
/* A server whose machine fell is missed within a minute; what akashi.conf says of these comes first. */
static const struct {
	const char *name, *value;
} ROAD[] = {
	{ "keepalives_idle", "30" }, /* s */
	{ "keepalives_interval", "10" }, { "keepalives_count", "3" },
	{ "tcp_user_timeout", "60000" }, /* ms */
};

static PGconn *
reach(const char *url)
{
	const char *name[COUNT(ROAD) + 2] = { NULL }, *value[COUNT(ROAD) + 2] = { NULL };
	for (size_t i = 0; i < COUNT(ROAD); i++) {
		name[i] = ROAD[i].name;
		value[i] = ROAD[i].value;
	}
	name[COUNT(ROAD)] = "dbname"; /* expanded, it counts before what stands in front of it */
	value[COUNT(ROAD)] = url;
	return PQconnectdbParams(name, value, true);
}

static bool
connected(struct store *s, struct fault *fault)
{
	if (PQstatus(s->connection) == CONNECTION_OK) {
		(void)PQsetNoticeProcessor(s->connection, quiet, NULL);
		return durable(s, fault) && plain(s, PATIENCE, fault);
	}
	fault_set(fault, FAULT_STORE, "データベースサーバーに接続できません。");
	fault_detail(fault, "%.200s", PQerrorMessage(s->connection));
	return false;
}

static bool
reconnect(struct store *s, struct fault *fault)
{
	prepared_drop(s);
	PQfinish(s->connection);
	s->connection = reach(s->url);
	return connected(s, fault);
}

static void
close_all(struct store *s)
{
	prepared_drop(s);
	PQfinish(s->connection);
}

static bool scratch(const struct store *, struct store *, struct fault *);
/* A table made for looking is a temporary one; what must not differ is the rest. */
/* clang-format off */
static const struct sql SCHEMA = {
	"WITH t AS (SELECT c.oid, c.relname::text AS of, "
	"  concat_ws(' ', c.relkind, replace(c.relpersistence::text, 't', 'p'), c.relrowsecurity, "
	"    c.relforcerowsecurity, c.relhassubclass) AS kind FROM pg_class c "
	"  WHERE c.relkind IN ('r', 'p', 'v', 'f') AND c.relnamespace = "
	"  (SELECT relnamespace FROM pg_class WHERE oid = 'meta'::regclass)) "
	"SELECT of COLLATE \"C\" AS of, name COLLATE \"C\" AS name, convert_to(text, 'UTF8') AS text "
	"FROM (SELECT of, ' table' AS name, kind AS text FROM t "
	"UNION ALL SELECT of, ' column ' || a.attname, concat_ws(' ', "
	"  format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname, a.attidentity, "
	"  a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) "
	"  FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped "
	"  LEFT JOIN pg_collation l ON l.oid = a.attcollation "
	"  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
	"UNION ALL SELECT of, ' constraint ' || k.conname, "
	"  concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated, k.condeferrable) "
	"  FROM t JOIN pg_constraint k ON k.conrelid = t.oid "
	"UNION ALL SELECT of, ' index ' || i.relname, concat_ws(' ', "
	"  replace(replace(pg_get_indexdef(i.oid), ' ON pg_temp.', ' ON '), "
	"  ' ON ' || quote_ident(n.nspname) || '.', ' ON '), "
	"  x.indisvalid, x.indisready, x.indislive) FROM t JOIN pg_index x ON x.indrelid = t.oid "
	"  JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace "
	"UNION ALL SELECT of, ' trigger ' || g.tgname, "
	"  concat_ws(' ', pg_get_triggerdef(g.oid), g.tgenabled) "
	"  FROM t JOIN pg_trigger g ON g.tgrelid = t.oid AND (NOT g.tgisinternal OR g.tgenabled <> 'O') "
	"UNION ALL SELECT of, ' rule ' || r.rulename, pg_get_ruledef(r.oid) "
	"  FROM t JOIN pg_rewrite r ON r.ev_class = t.oid) AS part ORDER BY 1, 2",
	SCHEMA_COLUMNS, SCHEMA_COLUMN_COUNT, sizeof(struct schema_row)
};
/* clang-format on */
static const struct engine POSTGRES = { "postgresql", TYPE, "", begin, commit, rollback, run, check,
	plain, reconnect, close_all, scratch, &SCHEMA };

/* Temporary tables, never committed. */
static bool
scratch(const struct store *of, struct store *s, struct fault *fault)
{
	return postgres_open(of->url, s, fault) &&
	       plain(s, "SET search_path = pg_temp; BEGIN", fault);
}

bool
postgres_open(const char *url, struct store *s, struct fault *fault)
{
	s->engine = &POSTGRES;
	s->connection = reach(url);
	return connected(s, fault);
}
