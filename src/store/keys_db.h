/*
 * store/keys_db.h - wrapped keys: DIR/keys/keys.db, always SQLite, in no general backup.
 *
 * Destroying a record is destroying its key here [design promise 3]: secure_delete, and the
 * write-ahead log is cut after each destruction. The row is durable before the dossier's.
 */
#ifndef AKASHI_STORE_KEYS_DB_H
#define AKASHI_STORE_KEYS_DB_H

#include "store/store.h"

struct keys_db;
extern const struct refusal KEYS_DB_NONE;

enum { KEY_OWNER = 80, KEY_WRAPPED_MOST = 512 };

/* Made only with a service; where one is missing it is refused, lest every record seem destroyed. */
bool keys_db_open(const char *path, bool create, struct keys_db **, struct fault *) MUST_USE;
void keys_db_close(struct keys_db *);
/* kind: "dossier", "warrant-signer" ...; owner: whose it is. Refused where there is one. */
bool keys_db_put(struct keys_db *, const char *kind, const char *owner, const void *, size_t,
    struct fault *) MUST_USE;
/* FAULT_MISSING: destroyed, or never there. The caller owns the blob. */
bool keys_db_get(
    struct keys_db *, const char *kind, const char *owner, struct blob *, struct fault *) MUST_USE;
/* Every owner of a kind, in order; one at a time, so what each does may destroy it. */
typedef bool keys_owner(void *context, const char *owner, struct fault *);
bool keys_db_each(
    struct keys_db *, const char *kind, keys_owner *, void *, struct fault *) MUST_USE;
/* What is put and destroyed between the two is one commit; good false: none of it happens. */
bool keys_db_begin(struct keys_db *, struct fault *) MUST_USE;
bool keys_db_end(struct keys_db *, bool good, struct fault *) MUST_USE;
/* Gone for good when it returns, or when keys_db_end does. Nothing to destroy is fine. */
bool keys_db_destroy(
    struct keys_db *, const char *kind, const char *owner, struct fault *) MUST_USE;
/* Noted as destroyed though no such key is there: another copy has it, and may come after this one. */
bool keys_db_destroy_noted(
    struct keys_db *, const char *kind, const char *owner, struct fault *) MUST_USE;

/* A wrapped key as it lies there. */
struct wrapped_row {
	char kind[24], owner[KEY_OWNER];
	struct blob bytes;
	bool again; /* no column: it was destroyed, and is back */
};
extern const struct table WRAPPED_TABLE; /* for the log of changes alone: no store has it */
/* All of them, one at a time: an audit of an hour keeps no destruction from cutting the log. */
bool keys_db_rows(struct keys_db *, store_row *, void *, struct fault *) MUST_USE;
/* In the transaction that brings what it is the key of: an audit then holds the key against this. */
bool keys_db_note(
    struct keys_db *, struct tx *, const char *kind, const char *owner, struct fault *) MUST_USE;

/* A copy as it stands, into a new file. */
bool keys_db_copy(struct keys_db *, const char *path, struct fault *) MUST_USE;
/*
 * What was ever destroyed, "kind owner" in order: it goes into every general backup, so that an older
 * copy of the keys is brought up to it before it opens anything [design promise 3].
 */
typedef bool keys_destroyed(void *context, const char *kind, const char *owner, struct fault *);
bool keys_db_destroyed(struct keys_db *, keys_destroyed *, void *, struct fault *) MUST_USE;

#endif
