/*
 * act/backup_in.h - a copy while it is written: what act/backup.c, backup_keys.c and backup_out.c share.
 *
 * backing_begin, files, backing_end; backing_drop whatever came of it.
 */
#ifndef AKASHI_ACT_BACKUP_IN_H
#define AKASHI_ACT_BACKUP_IN_H

#include <sys/stat.h>

#include "act/backup.h"

enum { BACKUP_DEEP = 8 };

struct backing {
	struct service *service;
	char folder[MANIFEST_PATH]; /* being written */
	char before[MANIFEST_PATH]; /* the one before; "" none */
	struct manifest is, was;
	struct backed_up *out;
	dev_t out_device; /* what copies lie in: never a part of one */
	ino_t out_inode;
	bool anew; /* nothing of ours need be there */
	int lock; /* one at a time: what is left of another is taken away; -1: not held */
};

/* is.days > 0 before it: a copy of the keys. BACKUP_OTHER: what lies in `out` is none of ours;
 * BACKUP_GONE: the last went there too, and nothing does. */
bool backing_begin(struct backing *, const char *out, struct fault *) MUST_USE;
/* A file of the service, copied or linked. */
bool backing_file_back(
    struct backing *, const char *name, const struct stat *, struct fault *) MUST_USE;
/* Of the copy before, not what it was. */
void backing_spoiled(struct backing *, const char *name);
/* Manifest, folders, name. */
bool backing_end(struct backing *, const char *out, struct fault *) MUST_USE;
void backing_drop(struct backing *);
/* Of the same service and the same kind: keys, or all else. */
bool backing_same(const struct backing *, const struct manifest *);
/* Those of another that stopped in the middle, and those of ours that are too many. */
void backing_old_remove(const struct backing *, const char *out, int64_t keep);
/* A line that says where they lie: third in BACKUP_LAST and BACKUP_KEYS_LAST. */
void backing_out_print(const char *out, struct sink *);
/* Of the last copy of the keys; 0: none yet. */
int64_t backing_keys_number(const struct service *);

#endif
