/*
 * token/place.h - where a key lies in a token: a text file of lines "name = value", no secret in it.
 *
 * It stands in a key file's place. Token and key are named by label and serial number, never by a
 * slot's number, which changes [design 5]. The module and its environment may be edited after a
 * move to another system; the public half says which key it is. Whoever may write the file or the
 * module may read the PIN, so both are refused where others than their owner may write them.
 */
#ifndef AKASHI_TOKEN_PLACE_H
#define AKASHI_TOKEN_PLACE_H

#include "base/fault.h"
#include "base/sink.h"

enum { TOKEN_PUBLIC_MOST = 600, TOKEN_LABEL = 33, TOKEN_SERIAL = 17, TOKEN_ID = 16 };

extern const struct refusal TOKEN_FORM; /* not such a file */
extern const struct refusal TOKEN_LOOSE; /* others may write it */

struct token_place {
	char purpose[32]; /* as of a key file: ca, rehearsal-ca */
	char module[256]; /* the PKCS#11 module's path */
	char environment[256]; /* NAME=VALUE, all the module finds set; or "" */
	char token[TOKEN_LABEL], serial[TOKEN_SERIAL];
	char key[64]; /* label of both halves */
	char id[2 * TOKEN_ID + 1]; /* CKA_ID, hex */
	char public_half[2 * TOKEN_PUBLIC_MOST + 1]; /* SubjectPublicKeyInfo, hex */
};

/* What a person names: an absolute path, and a variable's name before its value. */
bool token_place_good(const struct token_place *, struct fault *) MUST_USE;
/* Its first line says that it is one; false too where there is no file. */
bool token_place_is(const char *path) MUST_USE;
bool token_place_read(const char *path, struct token_place *, struct fault *) MUST_USE;
/* Mode 0600; refused where the file exists. */
bool token_place_write(const char *path, const struct token_place *, struct fault *) MUST_USE;
/* Nobody but root and we may write it. */
bool token_place_ours(const char *path, struct fault *) MUST_USE;

#endif
