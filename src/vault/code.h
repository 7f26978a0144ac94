/*
 * vault/code.h - codes a person types: PIN, download password, and what is kept of them.
 *
 * Sixteen of 31 signs no two of which look alike, in groups of four: 79 bits, so one fast hash is
 * enough. Tokens of 128 bits stand in links. Only digests are stored; never the code.
 */
#ifndef AKASHI_VAULT_CODE_H
#define AKASHI_VAULT_CODE_H

#include "vault/seal.h"

enum { CODE_TEXT = 20, TOKEN_TEXT = 33, CODE_DIGEST = 32 };

/* out should lie in locked memory. */
void code_new(char out[CODE_TEXT]);
/* What was typed, with case, width, spaces and hyphens forgiven. False: no such code. */
bool code_read(const char *typed, char out[CODE_TEXT]) MUST_USE;
/* The key pair only who knows the code can make [design 3 step 3]. */
void code_pair(const char *purpose, const char code[CODE_TEXT], uint8_t public[SEAL_PUBLIC],
    uint8_t secret[SEAL_SECRET]);
void token_new(char out[TOKEN_TEXT]);
void token_digest(const char *purpose, const char *token, uint8_t out[CODE_DIGEST]);
/* A digest nobody can guess back without the key: of references, of names [design 4]. */
void index_digest(const uint8_t key[SECRET_KEY], const char *purpose, const void *, size_t,
    uint8_t out[CODE_DIGEST]);

#endif
