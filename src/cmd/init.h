/*
 * cmd/init.h - what "akashi init" and "akashi demo" share of their command line.
 */
#ifndef AKASHI_CMD_INIT_H
#define AKASHI_CMD_INIT_H

#include "act/init.h"

/* --ca-key and --ca-passphrase-file: the passphrase into locked memory of KEY_PASSPHRASE_MOST, from
 * which the request borrows it. Good where neither was given. */
bool cmd_init_ca(struct init_request *, const char *file, void *locked, struct fault *) MUST_USE;

#endif
