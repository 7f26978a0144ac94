/* SQLite: one file, writers queued by the kernel's lock on a file beside it [storage 1]. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "store/engine.h"
#include "store/schema.h"

static const char *const TYPE[] = { "INTEGER NOT NULL", "TEXT NOT NULL", "BLOB NOT NULL",
	"BLOB NOT NULL" };

/* File systems whose locks are not this machine's: NFS, SMB, CIFS, SMB2, FUSE, 9P, AFS. */
static const unsigned long REMOTE[] = { 0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546,
	0x01021997, 0x5346414f };

static bool
refused(struct store *s, const char *text, struct fault *fault)
{
	int code = sqlite3_extended_errcode(s->connection);
	fault_set(
	    fault, FAULT_STORE, "データベースに書き込めません。空き容量と権限を確かめてください。");
	fault_detail(fault, "sqlite %d: %s: %.80s", code, sqlite3_errmsg(s->connection), text);
	s->dead = s->dead || (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CORRUPT ||
		  (code & 0xff) == SQLITE_FULL;
	return false;
}

static bool
plain(struct store *s, const char *text, struct fault *fault)
{
	return sqlite3_exec(s->connection, text, NULL, NULL, NULL) == SQLITE_OK ||
	       refused(s, text, fault);
}

static bool
begin(struct store *s, bool write, struct fault *fault)
{
	if (write)
		while (flock(s->gate, LOCK_EX) != 0)
			if (errno != EINTR)
				return fault_set(
				    fault, FAULT_STORE, "データベースの順番を取れません。");
	return plain(s, write ? "BEGIN IMMEDIATE" : "BEGIN", fault);
}

static bool
commit(struct store *s, bool *retry, bool *unknown, struct fault *fault)
{
	(void)retry, (void)unknown;
	bool done = plain(s, "COMMIT", fault);
	if (done)
		(void)flock(s->gate, LOCK_UN);
	return done;
}

static void
rollback(struct store *s)
{
	if (sqlite3_get_autocommit(s->connection) == 0)
		(void)sqlite3_exec(s->connection, "ROLLBACK", NULL, NULL, NULL);
	(void)flock(s->gate, LOCK_UN);
}

static int
bind(sqlite3_stmt *stmt, size_t i, const struct value *v)
{
	char name[8];
	snprintf(name, sizeof(name), "$%u", (unsigned)(i + 1) % 1000);
	int at = sqlite3_bind_parameter_index(stmt, name);
	switch (v->kind) {
	case COLUMN_INT:
		return sqlite3_bind_int64(stmt, at, v->number);
	case COLUMN_TEXT:
		return sqlite3_bind_text(stmt, at, v->at, -1, SQLITE_STATIC);
	case COLUMN_FIXED:
	case COLUMN_BLOB:
		return sqlite3_bind_blob64(
		    stmt, at, v->n == 0 ? (const void *)"" : v->at, v->n, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static bool
decode(
    sqlite3_stmt *stmt, const struct sql *sql, store_row *row, void *context, struct fault *fault)
{
	void *fill = calloc(1, sql->row_size);
	bool good = fill != NULL || fault_set(fault, FAULT_STORE, "記憶域が足りません。");
	for (size_t i = 0; good && i < sql->column_count; i++) {
		const struct column *column = &sql->columns[i];
		bool number = column->kind == COLUMN_INT; /* its bytes would be made a text of */
		int c = (int)i;
		const void *p = number ? NULL : sqlite3_column_blob(stmt, c);
		good = column_put(column, fill, number ? sqlite3_column_int64(stmt, c) : 0, p,
		    number ? 0 : (size_t)sqlite3_column_bytes(stmt, c), fault);
	}
	good = good && row(fill, context, fault);
	if (fill != NULL)
		row_drop(sql, fill);
	free(fill);
	return good;
}

static void
prepared_drop(struct prepared *k)
{
	(void)sqlite3_finalize(k->statement);
	free(k->text);
	*k = (struct prepared){ .busy = false };
}

/* Prepared, in its place; NULL: the text says nothing that can be. Whoever has it puts it back. */
static struct prepared *
prepared_take(struct store *s, const char *text, struct prepared *own)
{
	struct prepared *k = &s->prepared[prepared_place(s, text)];
	if (k->busy)
		k = own; /* a row of it runs the same sentence, or one whose places are all as busy */
	else if (k->text != NULL && strcmp(k->text, text) != 0)
		prepared_drop(k);
	if (k->text == NULL) {
		sqlite3_stmt *stmt = NULL;
		k->text = strdup(text);
		if (k->text == NULL || sqlite3_prepare_v3(s->connection, text, -1,
					   SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
			prepared_drop(k);
			return NULL;
		}
		k->statement = stmt;
	}
	k->busy = true;
	return k;
}

static void
prepared_put(struct prepared *k, struct prepared *own)
{
	if (k == own)
		prepared_drop(own);
	if (k == NULL || k == own)
		return;
	(void)sqlite3_reset(k->statement);
	(void)sqlite3_clear_bindings(k->statement);
	k->busy = false;
}

static bool
run(struct store *s, const struct sql *sql, const struct value *v, size_t n, store_row *row,
    void *context, int64_t *changed, struct fault *fault)
{
	struct prepared own = { .busy = false }, *kept = prepared_take(s, sql->text, &own);
	sqlite3_stmt *stmt = kept == NULL ? NULL : kept->statement;
	int code = stmt == NULL ? SQLITE_ERROR : SQLITE_OK;
	for (size_t i = 0; code == SQLITE_OK && i < n; i++)
		code = bind(stmt, i, &v[i]);
	bool good = code == SQLITE_OK || refused(s, sql->text, fault);
	while (good && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		good = row == NULL || decode(stmt, sql, row, context, fault);
	if (good && code != SQLITE_DONE)
		good = refused(s, sql->text, fault);
	if (good && changed != NULL)
		*changed = sqlite3_changes64(s->connection);
	prepared_put(kept, &own);
	return good;
}

static bool
check(struct store *s, const struct sql *sql, struct fault *fault)
{
	sqlite3_stmt *stmt = NULL;
	if (sqlite3_prepare_v2(s->connection, sql->text, -1, &stmt, NULL) != SQLITE_OK)
		return refused(s, sql->text, fault);
	bool good = sqlite3_column_count(stmt) == (int)sql->column_count;
	for (int i = 0; good && i < (int)sql->column_count; i++)
		good = strcmp(sqlite3_column_name(stmt, i), sql->columns[i].name) == 0;
	(void)sqlite3_finalize(stmt);
	if (good)
		return true;
	fault_set(fault, FAULT_STORE, "データベースの表とこのソフトウェアが合いません。");
	fault_detail(fault, "%.200s", sql->text);
	return false;
}

static void
close_all(struct store *s)
{
	for (size_t i = 0; i < PREPARED; i++)
		prepared_drop(&s->prepared[i]);
	(void)sqlite3_close_v2(s->connection);
	if (s->gate != -1)
		(void)close(s->gate);
}

static bool
reconnect(struct store *s, struct fault *fault)
{
	(void)s;
	return fault_set(fault, FAULT_STORE, "データベースを開き直してください。");
}

static bool scratch(const struct store *, struct store *, struct fault *);
static const struct sql SCHEMA = {
	"SELECT substr(tbl_name, 1, 60) AS of, ' ' || type || ' ' || substr(name, 1, 60) AS name, "
	"CAST(coalesce(sql, '') AS BLOB) AS text FROM sqlite_master ORDER BY 1, 2",
	SCHEMA_COLUMNS, SCHEMA_COLUMN_COUNT, sizeof(struct schema_row)
};
static const struct engine SQLITE = { "sqlite", TYPE, " STRICT", begin, commit, rollback, run,
	check, plain, reconnect, close_all, scratch, &SCHEMA };

static bool
scratch(const struct store *of, struct store *s, struct fault *fault)
{
	sqlite3 *db = NULL;
	s->engine = of->engine;
	int code =
	    sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	s->connection = db;
	return code == SQLITE_OK || fault_set(fault, FAULT_STORE, "記憶域が足りません。");
}

static bool
local(const char *path, struct fault *fault)
{
	char folder[1024];
	struct statfs fs;
	const char *slash = strrchr(path, '/');
	snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path),
	    slash == NULL ? "." : path);
	if (statfs(folder, &fs) != 0)
		return fault_set(
		    fault, FAULT_STORE, "データベースのフォルダ「%s」がありません。", folder);
	for (size_t i = 0; i < COUNT(REMOTE); i++)
		if ((unsigned long)fs.f_type == REMOTE[i])
			return fault_set(fault, FAULT_STORE,
			    "「%s」はネットワーク上のファイルシステムです。"
			    "この機械のディスクに置いてください。",
			    folder);
	return true;
}

bool
sqlite_open(const char *path, struct store *s, struct fault *fault)
{
	char gate[1100];
	sqlite3 *db = NULL;
	snprintf(gate, sizeof(gate), "%s.gate", path);
	if (!local(path, fault))
		return false;
	s->engine = &SQLITE;
	s->gate = open(gate, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int code = sqlite3_open_v2(
	    path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	s->connection = db;
	if (code != SQLITE_OK || s->gate == -1)
		return fault_set(fault, FAULT_STORE, "データベース「%s」を開けません。", path);
	(void)sqlite3_extended_result_codes(db, 1);
	(void)sqlite3_busy_timeout(db, 5000);
	/* checkpoint: batch after batch meets the same pages, which are copied once for many */
	return plain(s,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
	    "PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF; PRAGMA wal_autocheckpoint=4000",
	    fault);
}
