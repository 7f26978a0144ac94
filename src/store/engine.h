/* store/engine.h - what differs between the two engines; used inside store/ only. */
#ifndef AKASHI_STORE_ENGINE_H
#define AKASHI_STORE_ENGINE_H

#include "base/sink.h"
#include "store/store.h"

struct engine {
	const char *name;
	const char *const *type; /* of each column_kind in DDL */
	const char *table_end; /* STRICT or nothing */
	bool (*begin)(struct store *, bool write, struct fault *);
	/* unknown: the connection died in COMMIT and nobody knows */
	bool (*commit)(struct store *, bool *retry, bool *unknown, struct fault *);
	void (*rollback)(struct store *);
	/* fetch is called per row (may be NULL); changed may be NULL */
	bool (*run)(struct store *, const struct sql *, const struct value *, size_t, store_row *,
	    void *, int64_t *changed, struct fault *);
	/* prepares only: compares the result's columns with the statement's */
	bool (*check)(struct store *, const struct sql *, struct fault *);
	bool (*plain)(struct store *, const char *text, struct fault *); /* DDL */
	bool (*reconnect)(struct store *, struct fault *);
	void (*close)(struct store *);
	/* an empty store beside it that nobody else sees, gone when it is closed */
	bool (*scratch)(const struct store *, struct store *, struct fault *);
	const struct sql *schema; /* the parts of every table (store/schema.h) */
};

/*
 * A statement that stays prepared: each text has one of a few places, which another text may take over. With
 * one place each, two of a loop's sentences that met there were parsed anew at every turn.
 */
enum { PREPARED = 256, PREPARED_NEAR = 8 };
struct prepared {
	char *text; /* owned; NULL: none */
	void *statement; /* SQLite's */
	bool busy;
};

struct store {
	const struct engine *engine;
	void *connection;
	int gate; /* SQLite: the writers' queue; -1 */
	bool dead; /* an error after which nothing is trusted */
	bool retry; /* the last statement failed to serialise */
	char url[1024];
	struct prepared prepared[PREPARED];
	struct parts *wanted; /* owned: its tables as they should stand (store/schema.c); or NULL */
};
struct tx {
	struct store *store;
	struct sink changes; /* noted, not yet written (store/change_row.h); owned by store.c */
};

/* The pages of an open database into a new file, which is complete when it returns. */
bool sqlite_pages(void *connection, const char *path, struct fault *) MUST_USE;
bool sqlite_open(const char *path, struct store *, struct fault *) MUST_USE;
bool postgres_open(const char *url, struct store *, struct fault *) MUST_USE;
void parts_free(struct parts *);
/* Every table where there is none. */
bool tables_make(struct store *, struct fault *) MUST_USE;

/*
 * Where a text stands; else a free one of its places, or one that is not busy and holds another; else its
 * first, which is busy and not to be taken.
 */
size_t prepared_place(const struct store *, const char *text);
/* Decoding shared by both: one column into the row being filled. */
bool column_put(const struct column *, void *row, int64_t number, const void *p, size_t n,
    struct fault *) MUST_USE;
void row_drop(const struct sql *, void *row);
/* One column of a row, borrowed. */
struct value column_value(const struct column *, const void *row);

#endif
