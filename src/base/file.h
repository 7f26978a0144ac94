/*
 * base/file.h - whole files: read with a limit, written so that readers see the old or the new.
 */
#ifndef AKASHI_BASE_FILE_H
#define AKASHI_BASE_FILE_H

#include <sys/types.h>

#include "base/fault.h"

/* The caller frees *bytes (a NUL stands behind them). Larger than `most`: refused. */
bool file_read(
    const char *path, size_t most, uint8_t **bytes, size_t *len, struct fault *) MUST_USE;
/* "PATH.new.PID": the name it has while this process writes it. False: does not fit. */
bool file_aside(const char *path, char *out, size_t size) MUST_USE;
/* Who writes, or wrote, the file of that name; 0: it is no such name. */
pid_t file_writer(const char *name);
/* Write aside, fsync, rename, fsync the folder. A failed fsync is never retried. */
bool file_write(const char *path, int mode, const void *, size_t, struct fault *) MUST_USE;
/* The same, but refused where the name exists already; refused, nothing of it is left. */
bool file_write_new(const char *path, int mode, const void *, size_t, struct fault *) MUST_USE;
/* Made, or there already; its name is on disk in the folder that holds it. path has no slash at its
 * end. */
bool file_folder(const char *path, int mode, struct fault *) MUST_USE;
bool file_exists(const char *path);
/* fsync of the folder that holds path. */
bool file_sync_folder(const char *path) MUST_USE;

#endif
