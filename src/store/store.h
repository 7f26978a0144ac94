/*
 * store/store.h - one store over SQLite or PostgreSQL: transactions, statements, rows.
 *
 * store_open, then store_write with a body: begun, run, committed; rolled back when the body
 * refuses. On PostgreSQL it is SERIALIZABLE and the whole body runs again on a serialisation
 * failure, so a body writes its outputs only into its context and never acts outside. Parameters
 * are $1, $2 ... bound by name. What was written is noted row by row (store/change_row.h). Holds
 * "when and what, never who" [design promise 3].
 */
#ifndef AKASHI_STORE_STORE_H
#define AKASHI_STORE_STORE_H

#include "base/day.h"
#include "base/fault.h"

struct store;
struct tx;

enum { ACT_ID = 16, STORE_BLOB_MOST = 1 << 20 };

struct blob {
	uint8_t *at; /* owned */
	size_t n;
};
void blob_drop(struct blob *);

enum column_kind { COLUMN_INT, COLUMN_TEXT, COLUMN_FIXED, COLUMN_BLOB };
struct column {
	const char *name;
	enum column_kind kind;
	size_t at, size;
};
#define COL(type, field, kind)                                                                     \
	{                                                                                          \
#field, kind, offsetof(type, field), sizeof(((type *)0)->field)                    \
	}

struct sql {
	const char *text;
	const struct column *columns; /* what it returns; NULL: nothing */
	size_t column_count, row_size;
};

struct table {
	const char *name;
	const struct column *columns;
	size_t column_count;
	size_t keys; /* the first so many are the primary key */
	const char *constraints; /* the others, both engines */
	const char *const *indexes; /* whole sentences, NULL-ended; or NULL */
	const struct sql *statements;
	size_t statement_count;
	bool apart; /* its rows are held by something else than the log of changes */
};
extern const struct table *const TABLES[];
extern const size_t TABLE_COUNT;

struct value {
	enum column_kind kind;
	int64_t number;
	const void *at;
	size_t n;
};
#define V_INT(v) ((struct value){ COLUMN_INT, (v), NULL, 0 })
#define V_TEXT(s) ((struct value){ COLUMN_TEXT, 0, (s), 0 })
#define V_BLOB(p, len) ((struct value){ COLUMN_BLOB, 0, (p), (len) })
#define VALUES(...)                                                                                \
	(const struct value[]){ __VA_ARGS__ },                                                     \
	    sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value)

extern const struct refusal STORE_NOT_DURABLE; /* its server does not wait for the disk */
extern const struct refusal STORE_SCHEMA; /* made by another version; it is left as it is */

/* "sqlite:PATH" or "postgresql://...". create: makes the tables where there are none. */
bool store_open(const char *url, bool create, struct store **, struct fault *) MUST_USE;
void store_close(struct store *);
const char *store_engine(const struct store *); /* "sqlite" "postgresql" */
/* After an error nothing more is asked of it; closed and opened again it may be as it was. */
bool store_lost(const struct store *);

typedef bool store_body(struct tx *, void *context, struct fault *);
/* act: the 128-bit id whose event row the body writes; NULL only for what leaves no event. */
bool store_write(struct store *, const uint8_t act[ACT_ID], store_body *, void *context,
    struct fault *) MUST_USE;
bool store_read(struct store *, store_body *, void *context, struct fault *) MUST_USE;

/*
 * A whole copy as it stands at one moment, into a new file of SQLite: a store of SQLite page by page,
 * one of PostgreSQL row by row through the same tables, so that either can be restored to either.
 */
bool store_copy(struct store *, const char *path, struct fault *) MUST_USE;
/* Closes a copy that was opened, as one file again. */
bool store_settle(struct store *, const char *path, struct fault *) MUST_USE;
/* Every row of one store into another, in which there is none; what it notes is what was noted. */
bool store_fill(struct store *from, struct store *to, struct fault *) MUST_USE;

/* Each row is decoded into a struct of the statement's row_size; its blobs end with the call. */
typedef bool store_row(const void *row, void *context, struct fault *);
bool tx_each(struct tx *, const struct sql *, const struct value *, size_t, store_row *,
    void *context, struct fault *) MUST_USE;
/* Every row of a table in the order of its key, a page at a time. */
bool tx_table(struct tx *, const struct table *, store_row *, void *, struct fault *) MUST_USE;
/* At most one row, into *row, whose blobs the caller then owns. */
bool tx_one(struct tx *, const struct sql *, const struct value *, size_t, void *row, bool *found,
    struct fault *) MUST_USE;
bool tx_change(struct tx *, const struct sql *, const struct value *, size_t, int64_t *changed,
    struct fault *) MUST_USE;
/* INSERT of a whole row, ON CONFLICT DO NOTHING: inserted says whether it was new. */
bool tx_insert(
    struct tx *, const struct table *, const void *row, bool *inserted, struct fault *) MUST_USE;
/* The next of a gapless row of numbers, from 1. */
bool tx_next(struct tx *, const char *counter, int64_t *, struct fault *) MUST_USE;

#endif
