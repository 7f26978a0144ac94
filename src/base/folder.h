/*
 * base/folder.h - the names in a folder, all of them or none.
 *
 * A folder that is not there has no names; one that cannot be read is refused, since to whoever
 * backs up, sweeps or audits it "empty" would be a false answer.
 */
#ifndef AKASHI_BASE_FOLDER_H
#define AKASHI_BASE_FOLDER_H

#include "base/base.h"
#include "base/fault.h"

struct dirent;

struct folder {
	struct dirent **at; /* without "." and "..", in byte order */
	size_t n;
};
#define OWN_FOLDER __attribute__((cleanup(folder_drop))) struct folder

bool folder_read(const char *path, struct folder *, struct fault *); /* FAULT_STORE */
const char *folder_name(const struct folder *, size_t); /* owned by the folder */
void folder_drop(struct folder *);

#endif
