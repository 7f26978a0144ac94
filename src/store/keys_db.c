#include "store/keys_db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/change_row.h"
#include "store/engine.h"

const struct refusal KEYS_DB_NONE = { "keys-none", FAULT_BROKEN, "design 4" };

#define ROW struct wrapped_row
static const struct column WRAPPED[] = {
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, owner, COLUMN_TEXT),
	COL(ROW, bytes, COLUMN_BLOB),
};
const struct table WRAPPED_TABLE = { "wrapped", WRAPPED, COUNT(WRAPPED), 2, "", NULL, NULL, 0 };

/* Of each its kind is ?1 and its owner ?2. */
enum text { PUT, GET, NEXT_OWNER, NOTE_THERE, NOTE, DELETE, TEXTS };
static const char *const TEXT[TEXTS] = {
	[PUT] = "INSERT INTO wrapped (kind, owner, bytes) VALUES (?1, ?2, ?3)",
	[GET] = "SELECT bytes FROM wrapped WHERE kind = ?1 AND owner = ?2",
	[NEXT_OWNER] = "SELECT CAST(owner AS BLOB) FROM wrapped WHERE kind = ?1 AND owner > ?2 "
		       "ORDER BY owner LIMIT 1",
	[NOTE_THERE] = "INSERT OR IGNORE INTO destroyed SELECT kind, owner FROM wrapped "
		       "WHERE kind = ?1 AND owner = ?2",
	[NOTE] = "INSERT OR IGNORE INTO destroyed (kind, owner) VALUES (?1, ?2)",
	[DELETE] = "DELETE FROM wrapped WHERE kind = ?1 AND owner = ?2",
};

struct keys_db {
	sqlite3 *db;
	sqlite3_stmt *made[TEXTS]; /* NULL: not yet asked for */
	bool open, cut; /* between begin and end; the log is to be cut at its end */
};

static bool
refused(struct keys_db *k, struct fault *fault)
{
	fault_set(fault, FAULT_STORE, "鍵の表に書き込めません。空き容量と権限を確かめてください。");
	fault_detail(fault, "keys.db: %s", sqlite3_errmsg(k->db));
	return false;
}

bool
keys_db_open(const char *path, bool create, struct keys_db **out, struct fault *fault)
{
	struct stat st;
	if (!create && (stat(path, &st) != 0 || st.st_size == 0))
		return fault_refuse(fault, &KEYS_DB_NONE, "keys",
		    "鍵の表「%s」がありません。"
		    "バックアップから戻してください。何も変えていません。",
		    path);
	struct keys_db *k = calloc(1, sizeof(*k));
	if (k == NULL)
		return fault_set(fault, FAULT_STORE, "記憶域が足りません。");
	if (sqlite3_open_v2(path, &k->db,
		SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(k->db, 5000) != SQLITE_OK ||
	    sqlite3_exec(k->db,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
		"CREATE TABLE IF NOT EXISTS wrapped (kind TEXT NOT NULL, owner TEXT NOT NULL, "
		"bytes BLOB NOT NULL, "
		"PRIMARY KEY (kind, owner)) STRICT; "
		"CREATE TABLE IF NOT EXISTS destroyed (kind TEXT NOT NULL, owner TEXT NOT NULL, "
		"PRIMARY KEY (kind, owner)) STRICT",
		NULL, NULL, NULL) != SQLITE_OK) {
		(void)refused(k, fault);
		keys_db_close(k);
		return false;
	}
	*out = k;
	return true;
}

void
keys_db_close(struct keys_db *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < TEXTS; i++)
		(void)sqlite3_finalize(k->made[i]);
	(void)sqlite3_close_v2(k->db);
	free(k);
}

static int
made(struct keys_db *k, enum text text, sqlite3_stmt **out)
{
	int code = SQLITE_OK;
	if (k->made[text] == NULL)
		code = sqlite3_prepare_v3(
		    k->db, TEXT[text], -1, SQLITE_PREPARE_PERSISTENT, &k->made[text], NULL);
	*out = k->made[text];
	return code;
}

/* One statement; blob may be NULL. The step's code. */
static int
step(struct keys_db *k, enum text text, const char *kind, const char *owner, const void *p,
    size_t n, struct blob *out)
{
	sqlite3_stmt *s;
	int code = made(k, text, &s);
	if (code != SQLITE_OK)
		return code;
	(void)sqlite3_bind_text(s, 1, kind, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(s, 2, owner, -1, SQLITE_STATIC);
	if (p != NULL)
		(void)sqlite3_bind_blob64(s, 3, p, n, SQLITE_STATIC);
	code = sqlite3_step(s);
	if (code == SQLITE_ROW && out != NULL) {
		out->n = (size_t)sqlite3_column_bytes(s, 0);
		out->at = malloc(out->n + 1);
		if (out->at != NULL)
			memcpy(out->at, sqlite3_column_blob(s, 0), out->n);
	}
	(void)sqlite3_reset(s); /* one that still reads keeps the log from being cut */
	(void)sqlite3_clear_bindings(s);
	return code;
}

bool
keys_db_put(struct keys_db *k, const char *kind, const char *owner, const void *p, size_t n,
    struct fault *fault)
{
	return step(k, PUT, kind, owner, p, n, NULL) == SQLITE_DONE || refused(k, fault);
}

bool
keys_db_get(
    struct keys_db *k, const char *kind, const char *owner, struct blob *out, struct fault *fault)
{
	struct blob b = { 0 };
	int code = step(k, GET, kind, owner, NULL, 0, &b);
	if (code == SQLITE_DONE)
		return fault_set(fault, FAULT_MISSING, "この記録の鍵は廃棄されています。");
	if (code != SQLITE_ROW || b.at == NULL)
		return refused(k, fault);
	*out = b;
	return true;
}

static bool
log_cut(struct keys_db *k, struct fault *fault)
{
	k->cut = false;
	return sqlite3_wal_checkpoint_v2(k->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
		   SQLITE_OK ||
	       refused(k, fault);
}

bool
keys_db_begin(struct keys_db *k, struct fault *fault)
{
	k->open = sqlite3_exec(k->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
	return k->open || refused(k, fault);
}

bool
keys_db_end(struct keys_db *k, bool good, struct fault *fault)
{
	bool open = k->open;
	k->open = false;
	if (good && open && sqlite3_exec(k->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		good = refused(k, fault);
	if (!good && open)
		(void)sqlite3_exec(k->db, "ROLLBACK", NULL, NULL, NULL);
	return good && (!k->cut || log_cut(k, fault));
}

static bool
destroy(struct keys_db *k, enum text note, const char *kind, const char *owner, struct fault *fault)
{
	const enum text steps[] = { note, DELETE };
	bool own = !k->open, good = !own || keys_db_begin(k, fault);
	if (!good)
		return false;
	for (size_t i = 0; good && i < COUNT(steps); i++)
		good = step(k, steps[i], kind, owner, NULL, 0, NULL) == SQLITE_DONE ||
		       refused(k, fault);
	k->cut = k->cut || good;
	return own ? keys_db_end(k, good, fault) : good;
}

bool
keys_db_destroy(struct keys_db *k, const char *kind, const char *owner, struct fault *fault)
{
	return destroy(k, NOTE_THERE, kind, owner, fault);
}

bool
keys_db_destroy_noted(struct keys_db *k, const char *kind, const char *owner, struct fault *fault)
{
	return destroy(k, NOTE, kind, owner, fault);
}

/* The first owner behind `last`, into out; SQLITE_DONE: there is none. */
static int
next_owner(struct keys_db *k, const char *kind, const char *last, char out[KEY_OWNER])
{
	struct blob b = { 0 };
	int code = step(k, NEXT_OWNER, kind, last, NULL, 0, &b);
	size_t n = b.n < KEY_OWNER ? b.n : KEY_OWNER - 1;
	if (code == SQLITE_ROW && b.at != NULL) {
		memcpy(out, b.at, n);
		out[n] = '\0';
	}
	bool lost = code == SQLITE_ROW && b.at == NULL;
	blob_drop(&b);
	return lost ? SQLITE_NOMEM : code;
}

bool
keys_db_each(
    struct keys_db *k, const char *kind, keys_owner *each, void *context, struct fault *fault)
{
	char owner[KEY_OWNER] = "";
	int code;
	while ((code = next_owner(k, kind, owner, owner)) == SQLITE_ROW)
		if (!each(context, owner, fault))
			return false;
	return code == SQLITE_DONE || refused(k, fault);
}

/* Whose name is longer than any of ours is none of ours, and nobody noted it (wrapped_row). */
static const char NEXT_KEY[] = "SELECT kind, owner, bytes, EXISTS (SELECT 1 FROM destroyed d "
			       "WHERE d.kind = w.kind AND d.owner = w.owner) FROM wrapped w "
			       "WHERE (kind, owner) > (?1, ?2) AND "
			       "length(CAST(kind AS BLOB)) < 24 AND "
			       "length(CAST(owner AS BLOB)) < 80 ORDER BY kind, owner LIMIT 1";

_Static_assert(
    sizeof(((struct wrapped_row *)NULL)->kind) == 24 && KEY_OWNER == 80, "as NEXT_KEY says");

/* False: no memory. */
static bool
text_take(sqlite3_stmt *s, int column, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(s, column);
	return text != NULL && snprintf(out, size, "%s", text) < (int)size;
}

/* The first row behind the one that stands in *row, in its place; its step's code. */
static int
next_row(sqlite3_stmt *s, struct wrapped_row *row)
{
	blob_drop(&row->bytes);
	(void)sqlite3_bind_text(s, 1, row->kind, -1, SQLITE_TRANSIENT);
	(void)sqlite3_bind_text(s, 2, row->owner, -1, SQLITE_TRANSIENT);
	int code = sqlite3_step(s);
	if (code == SQLITE_ROW) {
		row->bytes.n = (size_t)sqlite3_column_bytes(s, 2);
		row->bytes.at = malloc(row->bytes.n + 1);
		row->again = sqlite3_column_int(s, 3) != 0;
		if (row->bytes.at == NULL || !text_take(s, 0, row->kind, sizeof(row->kind)) ||
		    !text_take(s, 1, row->owner, sizeof(row->owner)))
			code = SQLITE_NOMEM;
		else if (row->bytes.n > 0)
			memcpy(row->bytes.at, sqlite3_column_blob(s, 2), row->bytes.n);
	}
	(void)sqlite3_reset(s); /* nothing is read on, or the log could not be cut meanwhile */
	return code;
}

bool
keys_db_rows(struct keys_db *k, store_row *each, void *context, struct fault *fault)
{
	sqlite3_stmt *s = NULL;
	struct wrapped_row row = { .again = false };
	int code;
	bool good = true;
	if (sqlite3_prepare_v2(k->db, NEXT_KEY, -1, &s, NULL) != SQLITE_OK)
		return refused(k, fault);
	while (good && (code = next_row(s, &row)) == SQLITE_ROW)
		good = each(&row, context, fault);
	if (good && code != SQLITE_DONE)
		good = refused(k, fault);
	(void)sqlite3_finalize(s);
	blob_drop(&row.bytes);
	return good;
}

bool
keys_db_note(
    struct keys_db *k, struct tx *tx, const char *kind, const char *owner, struct fault *fault)
{
	struct wrapped_row row = { .again = false };
	if (!keys_db_get(k, kind, owner, &row.bytes, fault))
		return false;
	(void)snprintf(row.kind, sizeof(row.kind), "%s", kind);
	(void)snprintf(row.owner, sizeof(row.owner), "%s", owner);
	change_note(tx, &WRAPPED_TABLE, &row, false);
	blob_drop(&row.bytes);
	return true;
}

bool
keys_db_copy(struct keys_db *k, const char *path, struct fault *fault)
{
	return sqlite_pages(k->db, path, fault);
}

bool
keys_db_destroyed(struct keys_db *k, keys_destroyed *each, void *context, struct fault *fault)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(
	    k->db, "SELECT kind, owner FROM destroyed ORDER BY kind, owner", -1, &s, NULL);
	bool good = code == SQLITE_OK;
	while (good && (code = sqlite3_step(s)) == SQLITE_ROW)
		good = each(context, (const char *)sqlite3_column_text(s, 0),
		    (const char *)sqlite3_column_text(s, 1), fault);
	(void)sqlite3_finalize(s);
	return good ? code == SQLITE_DONE || refused(k, fault) : false;
}
