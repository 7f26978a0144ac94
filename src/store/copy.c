/* A store into a file, and back into a store of either engine. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/engine.h"
#include "store/keys_db.h"
#include "store/meta_row.h"

enum { ALL_PAGES = -1, BUSY_MS = 20, BUSY_TRIES = 500 };

static bool
sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd != -1 && fsync(fd) == 0;
	if (fd != -1)
		(void)close(fd);
	return good && file_sync_folder(path);
}

/*
 * All in one read: in parts it begins anew whenever another wrote between two, and of a busy store
 * never ends. Writers go on meanwhile (WAL); a busy moment is waited for, an error is not tried again.
 */
static int
pages(sqlite3_backup *b)
{
	int code = sqlite3_backup_step(b, ALL_PAGES);
	for (int tries = 0; tries < BUSY_TRIES && (code == SQLITE_BUSY || code == SQLITE_LOCKED);
	     tries++) {
		(void)sqlite3_sleep(BUSY_MS);
		code = sqlite3_backup_step(b, ALL_PAGES);
	}
	return code;
}

bool
sqlite_pages(void *connection, const char *path, struct fault *fault)
{
	sqlite3 *to = NULL;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = fd != -1 && close(fd) == 0 &&
		    sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK;
	sqlite3_backup *b = good ? sqlite3_backup_init(to, "main", connection, "main") : NULL;
	good = b != NULL && pages(b) == SQLITE_DONE;
	good = sqlite3_backup_finish(b) == SQLITE_OK && good;
	/* one file, without a log beside it */
	good =
	    good && sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) == SQLITE_OK;
	good = sqlite3_close(to) == SQLITE_OK && good && sync_file(path);
	return good ||
	       fault_set(fault, FAULT_STORE,
		   "データベースの写し「%s」を作れません。空き容量を確かめてください。", path);
}

struct filling {
	struct store *from;
	struct tx *to;
	const struct table *table;
};

static bool
fill_row(const void *row, void *context, struct fault *fault)
{
	struct filling *f = context;
	bool inserted;
	if (!tx_insert(f->to, f->table, row, &inserted, fault))
		return false;
	f->to->changes.len = 0; /* the log of changes comes with the rest */
	return inserted || fault_set(fault, FAULT_STATE,
			       "データベースにはもう行があります。空のものを指定してください。");
}

static bool
fill_from(struct tx *from, void *context, struct fault *fault)
{
	struct filling *f = context;
	for (size_t t = 0; t < TABLE_COUNT; t++) {
		f->table = TABLES[t];
		if (!tx_table(from, TABLES[t], fill_row, f, fault))
			return false;
	}
	return true;
}

/* A new store has its version, its counters and the changes that tell of them: all of it is copied. */
static bool
empty_it(struct tx *tx, struct fault *fault)
{
	static const struct sql CLEAR[] = { { "DELETE FROM meta", NULL, 0, 0 },
		{ "DELETE FROM counter", NULL, 0, 0 }, { "DELETE FROM change", NULL, 0, 0 } };
	for (size_t i = 0; i < COUNT(CLEAR); i++)
		if (!tx->store->engine->run(tx->store, &CLEAR[i], NULL, 0, NULL, NULL, NULL, fault))
			return false;
	return true;
}

static bool
fill_tx(struct tx *to, void *context, struct fault *fault)
{
	struct filling *f = context;
	f->to = to;
	return empty_it(to, fault) && store_read(f->from, fill_from, f, fault);
}

bool
store_fill(struct store *from, struct store *to, struct fault *fault)
{
	struct filling f = { .from = from };
	return store_write(to, NULL, fill_tx, &f, fault);
}

bool
store_copy(struct store *s, const char *path, struct fault *fault)
{
	char url[1100];
	struct store *to = NULL;
	if (strcmp(store_engine(s), "sqlite") == 0)
		return sqlite_pages(s->connection, path, fault);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	bool good = store_open(url, true, &to, fault) && store_fill(s, to, fault);
	return store_settle(to, path, fault) && good;
}

bool
store_settle(struct store *s, const char *path, struct fault *fault)
{
	char gate[1100];
	bool good = s != NULL && s->engine->plain(s, "PRAGMA journal_mode=DELETE", fault);
	store_close(s);
	snprintf(gate, sizeof(gate), "%s.gate", path);
	(void)unlink(gate);
	return good && (sync_file(path) || fault_set(fault, FAULT_STORE,
					       "データベースの写し「%s」を作れません。", path));
}
