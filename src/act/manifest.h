/*
 * act/manifest.h - what stands in a backup: every file with its SHA-256, and where the books ended.
 *
 * OUT/NUMBER/MANIFEST, lines "name value ..." of plain text; the last is the digest of all before it,
 * so a backup that was cut or changed is found before anything is restored from it. Copying a file
 * and checking one read it once, in parts.
 */
#ifndef AKASHI_ACT_MANIFEST_H
#define AKASHI_ACT_MANIFEST_H

#include <sys/types.h>

#include "base/day.h"
#include "base/fault.h"

enum { MANIFEST_NAME = 256, MANIFEST_PATH = 1024 };

struct manifest_file {
	char name[MANIFEST_NAME]; /* "ca/charter.der" */
	uint8_t digest[32];
	int64_t size, changed; /* of its source: nanoseconds; 0: it has none */
};

struct manifest {
	char service[33]; /* its id, in hex */
	int64_t number;
	struct instant made;
	int64_t line; /* last of the journal ... */
	uint8_t last[32]; /* ... and its digest */
	int64_t events; /* head of the store's log */
	uint8_t root[32];
	int64_t changes; /* where its log of changes ends */
	int64_t keys; /* number of the last copy of the keys; 0: none yet */
	int64_t days; /* of a copy of the keys: after so many it opens nothing any more */
	struct manifest_file *file; /* owned, in order of name */
	size_t files, room;
};
extern const struct refusal MANIFEST_BROKEN, MANIFEST_FILE, MANIFEST_NAMED;

void manifest_free(struct manifest *);
/* Room for one more file, zeroed; NULL: no memory, or MANIFEST_NAMED: no manifest can hold the name. */
struct manifest_file *manifest_add(struct manifest *, const char *name, struct fault *);
const struct manifest_file *manifest_find(const struct manifest *, const char *name);
bool manifest_write(struct manifest *, const char *folder, struct fault *) MUST_USE;
/* MANIFEST_BROKEN: it is not whole. */
bool manifest_read(const char *folder, struct manifest *, struct fault *) MUST_USE;
/* MANIFEST_FILE: one is missing or not what it was. */
bool manifest_check(const struct manifest *, const char *folder, struct fault *) MUST_USE;
/* The largest number below that one there is in that folder; 0: none. */
bool manifest_newest(const char *folder, int64_t below, int64_t *newest, struct fault *) MUST_USE;

/* A copy with its digest, fsynced; FAULT_MISSING: the source is gone. */
bool manifest_copy(
    const char *from, const char *to, int mode, struct manifest_file *, struct fault *) MUST_USE;
/* Its digest and size. */
bool manifest_digest(const char *path, struct manifest_file *, struct fault *) MUST_USE;
/* Every folder of a path below `root` that is not there is made. */
bool manifest_folders(const char *root, const char *name, struct fault *) MUST_USE;

#endif
