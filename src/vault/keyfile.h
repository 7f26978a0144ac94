/*
 * vault/keyfile.h - a secret in a file, under its owner's passphrase (Argon2id).
 *
 * The file names what the key is for; a key of one purpose is refused as another's. Mode 0600: one that
 * others may read or write is refused.
 */
#ifndef AKASHI_VAULT_KEYFILE_H
#define AKASHI_VAULT_KEYFILE_H

#include "vault/seal.h"

extern const struct refusal KEYFILE_PASSPHRASE, KEYFILE_FORM, KEYFILE_READABLE,
    KEYFILE_OTHER_PURPOSE;

/* How hard a guess is made: WEAK only for keys that lie beside their passphrase (rehearsals). */
enum keyfile_cost { KEYFILE_WEAK, KEYFILE_STRONG };

/* A secret, up to a CA key in PKCS#8. */
enum { KEYFILE_SECRET_MOST = 8192 };

/* Refused where the file exists. */
bool keyfile_write(const char *path, const char *purpose, const void *secret, size_t,
    const void *passphrase, size_t, enum keyfile_cost, struct fault *) MUST_USE;
/* secret lies in locked memory and has size octets; a file of another size is refused. */
bool keyfile_read(const char *path, const char *purpose, const void *passphrase, size_t,
    void *secret, size_t size, struct fault *) MUST_USE;
/* The same where only the owner knows the size: into the sink over locked memory. */
bool keyfile_read_sink(const char *path, const char *purpose, const void *passphrase, size_t,
    struct sink *secret, struct fault *) MUST_USE;

#endif
