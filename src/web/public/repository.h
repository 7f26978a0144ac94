/*
 * web/public/repository.h - the folder the world may fetch from, and what its names may be.
 */
#ifndef AKASHI_WEB_PUBLIC_REPOSITORY_H
#define AKASHI_WEB_PUBLIC_REPOSITORY_H

#include "base/day.h"
#include "base/fault.h"

#include <sys/stat.h>

enum { REPOSITORY_READ = 64 << 20 };

/* The media type of a name that may be asked for; NULL: such a name is never opened. */
const char *repository_type(const char *name);
/* A plain file of that name, never a link. FAULT_MISSING: none; FAULT_STORE: the folder is ill. */
bool repository_open(int folder, const char *name, int *fd, struct stat *, struct fault *) MUST_USE;
/* The whole file, a NUL behind it; the caller frees. */
bool repository_read(
    int folder, const char *name, uint8_t **bytes, size_t *n, struct fault *) MUST_USE;

#endif
