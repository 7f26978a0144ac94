/*
 * act/restore.h - a service from a backup, in a new folder (docs/flows.md, Restore) [storage 4].
 *
 * Everything is held against the manifest before anything is written. What was ever destroyed is
 * destroyed in the restored keys first. The folder then waits as a standby (act/standby.h): sweep
 * names what the journal has and the store has not, an epoch puts it into service.
 */
#ifndef AKASHI_ACT_RESTORE_H
#define AKASHI_ACT_RESTORE_H

#include "act/service.h"

extern const struct refusal RESTORE_THERE, RESTORE_KEYS_OLD, RESTORE_OTHER, RESTORE_JOURNAL;

struct restore {
	const char *from; /* OUT, whose newest is taken, or OUT/NUMBER */
	const char *keys; /* the same of a copy of the keys; or NULL: nothing can be opened */
	/* A newer one, of the signer that is alive or of its standby; or NULL. */
	const char *journal;
	const char *to; /* a folder that is not there */
	const char *store; /* postgresql://... of an empty database; NULL: SQLite in the folder */
	const char *now; /* told, of a rehearsal; or NULL */
};

struct restored {
	int64_t number, keys; /* of the backups; keys 0: none */
	int64_t keys_newest; /* copy of the keys when the backup was made; 0: none */
	struct instant made;
	int64_t files, destroyed; /* destroyed: keys of the copy that were gone before */
	int64_t events;
	uint8_t root[32];
	bool same_head; /* the restored log ends as the manifest says */
	int64_t line, lines; /* of the backup's journal, of the one that is there now */
	int64_t charter; /* number of the one the signer has in force */
	bool charter_newer; /* than the backup: it is the draft, to be signed again */
	int64_t newer; /* INTENT lines behind the backup's: sweep names each */
};
bool restore_run(const struct restore *, struct restored *, struct fault *) MUST_USE;

#endif
