/*
 * act/backup.h - a copy of the service from which it can be restored (docs/flows.md, Backup)
 * [storage 4].
 *
 * OUT/NUMBER/: the store as one file, journal, charter, lists, policy, public files, sealed files, the
 * public halves of keys. No wrapped key, no private key, no mail: what was destroyed is gone from
 * every copy when the last copy of the keys from before is (backup_keys). Cheap to run again: what has
 * not changed is linked to the copy before, and read there once a day.
 */
#ifndef AKASHI_ACT_BACKUP_H
#define AKASHI_ACT_BACKUP_H

#include "act/manifest.h"
#include "act/service.h"

/* What lies there is another service's, of another kind, or no backup; a part is neither file nor
 * folder, or too deep: a backup without it would not be whole; the last went there, and nothing does: its
 * medium is not mounted, or lost. */
extern const struct refusal BACKUP_OTHER, BACKUP_CANNOT, BACKUP_GONE;

struct backed_up {
	int64_t number;
	int64_t files, copied; /* copied: not linked */
	int64_t bytes; /* of what was copied */
	int64_t line, events;
	int64_t removed; /* older ones, by keep or by age */
	uint8_t root[32];
	int64_t
	    spoiled; /* in the copy before, not what its manifest says: copied anew, not linked */
	char spoiled_name[MANIFEST_NAME]; /* the first */
};
/* keep: so many of the newest stay; 0: all. anew: nothing of ours need be there. */
bool backup_run(struct service *, const char *out, int64_t keep, bool anew, struct backed_up *,
    struct fault *) MUST_USE;

/*
 * The wrapped keys and the service's own secrets into OUT/NUMBER/, and copies older than policy's
 * keys_copy_days away: with the last of those a destruction is in effect [design 4].
 */
bool backup_keys(
    struct service *, const char *out, bool anew, struct backed_up *, struct fault *) MUST_USE;

/* A row of events into a struct tree. */
bool backup_leaf(const void *row, void *context, struct fault *);
/* A folder with all below it. */
void backup_remove(const char *path);

/* The store as one file in a backup; what was destroyed; where the last backup went, for health. */
#define BACKUP_STORE "store.db"
#define BACKUP_DESTROYED "destroyed"
#define BACKUP_LAST "run/backup"
#define BACKUP_KEYS_LAST "keys/copies"

#endif
