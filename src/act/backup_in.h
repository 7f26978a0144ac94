/*
 * act/backup_in.h - a copy while it is written: what act/backup.c and act/backup_keys.c share.
 *
 * backing_begin, files, backing_end; backing_drop whatever came of it.
 */
#ifndef AKASHI_ACT_BACKUP_IN_H
#define AKASHI_ACT_BACKUP_IN_H

#include <sys/stat.h>

#include "act/backup.h"

struct backing {
	struct service *service;
	char folder[MANIFEST_PATH]; /* being written */
	char before[MANIFEST_PATH]; /* the one before; "" none */
	struct manifest is, was;
	struct backed_up *out;
	dev_t out_device; /* what copies lie in: never a part of one */
	ino_t out_inode;
	int lock; /* one at a time: what is left of another is taken away; -1: not held */
};

/* is.days > 0 before it: a copy of the keys. BACKUP_OTHER: what lies in `out` is none of ours. */
bool backing_begin(struct backing *, const char *out, struct fault *) MUST_USE;
/* A file of the service, copied or linked. */
bool backing_file_back(
    struct backing *, const char *name, const struct stat *, struct fault *) MUST_USE;
/* Manifest, folders, name. */
bool backing_end(struct backing *, const char *out, struct fault *) MUST_USE;
void backing_drop(struct backing *);
/* Of the same service and the same kind: keys, or all else. */
bool backing_same(const struct backing *, const struct manifest *);
/* Of the last copy of the keys; 0: none yet. */
int64_t backing_keys_number(const struct service *);

#endif
