/*
 * proc/key_ca.h - the CA key inside akashi-key: out of an encrypted file, or in a token.
 *
 * The file in its place says which. The passphrase, or PIN, is the caller's, in locked memory, and
 * is borrowed until ca_key_close: a token's session that was lost is opened again with it.
 */
#ifndef AKASHI_PROC_KEY_CA_H
#define AKASHI_PROC_KEY_CA_H

#include "pki/rsa.h"
#include "token/token.h"
#include "wire/agent.h"

extern const struct refusal CA_KEY_SIGNATURE; /* what it signs does not verify */

struct ca_key {
	struct rsa *file; /* or NULL */
	struct token *token; /* or NULL */
	struct token_place place; /* of the token */
	uint8_t spki[RSA_SPKI_MOST];
	size_t spki_len;
};

/* real: no rehearsal's key. */
bool ca_key_open(const char *path, bool real, const void *passphrase, size_t, struct ca_key *,
    struct fault *) MUST_USE;
void ca_key_close(struct ca_key *);
bool ca_key_sign(
    struct ca_key *, const uint8_t digest[32], struct sink *signature, struct fault *) MUST_USE;
/* It signs a text made for that alone; what it is and where. */
bool ca_key_about(struct ca_key *, struct sink *about, struct fault *) MUST_USE;
/* A new key in a token: tried, then its file. On refusal neither is left. */
bool ca_key_make(const char *path, const struct agent_make *, const void *pin, size_t,
    struct sink *spki, struct fault *) MUST_USE;

#endif
