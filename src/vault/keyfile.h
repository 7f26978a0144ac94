/*
 * vault/keyfile.h - a 32-octet secret in a file, under its owner's passphrase (Argon2id).
 *
 * The file names what the key is for; a key of one purpose is refused as another's. Mode 0600.
 */
#ifndef AKASHI_VAULT_KEYFILE_H
#define AKASHI_VAULT_KEYFILE_H

#include "vault/seal.h"

extern const struct refusal KEYFILE_PASSPHRASE, KEYFILE_FORM, KEYFILE_OTHER_PURPOSE;

/* How hard a guess is made: WEAK only for keys that lie beside their passphrase (rehearsals). */
enum keyfile_cost { KEYFILE_WEAK, KEYFILE_STRONG };

/* Refused where the file exists. */
bool keyfile_write(const char *path, const char *purpose, const uint8_t secret[SECRET_KEY],
    const void *passphrase, size_t, enum keyfile_cost, struct fault *) MUST_USE;
bool keyfile_read(const char *path, const char *purpose, const void *passphrase, size_t,
    uint8_t secret[SECRET_KEY], struct fault *) MUST_USE;

#endif
