/*
 * token/token.h - one RSA key in one PKCS#11 token, and its signatures [design 5].
 *
 * The only place where a module is loaded (through p11-kit), linked into akashi-key alone. A key
 * that is let in can sign, cannot leave its token, and is the one its file (token/place.h) says.
 * The PIN is the caller's, in locked memory, and is borrowed until token_close: a session that was
 * lost is opened again with it, once per signature. A PIN that was refused is never tried again, and
 * the last try is left to who types it, lest the token lock. Signatures are PKCS#1 v1.5 with SHA-256 over the caller's digest [RFC8017
 * 8.2]; they are not verified here.
 */
#ifndef AKASHI_TOKEN_TOKEN_H
#define AKASHI_TOKEN_TOKEN_H

#include "token/place.h"

enum { TOKEN_BITS_LEAST = 2048, TOKEN_BITS_MOST = 4096 };

extern const struct refusal TOKEN_MODULE; /* cannot be loaded, or does not start */
extern const struct refusal TOKEN_ABSENT; /* none of that label and serial number is there */
extern const struct refusal TOKEN_TWO; /* two of that label: the serial number must be named */
extern const struct refusal TOKEN_PIN; /* wrong */
extern const struct refusal TOKEN_PIN_LOCKED;
extern const struct refusal TOKEN_KEY; /* the token has no such key */
extern const struct refusal TOKEN_OTHER_KEY; /* its public half is another one */
extern const struct refusal TOKEN_EXTRACTABLE; /* it could leave the token, or may not sign */
extern const struct refusal TOKEN_MECHANISM; /* the token makes no such signatures */
extern const struct refusal TOKEN_REFUSED; /* it answered with an error */
extern const struct refusal TOKEN_AWAY; /* opened, but it does not sign now */

struct token;

/* Both borrowed until token_close. */
bool token_open(
    const struct token_place *, const void *pin, size_t, struct token **, struct fault *) MUST_USE;
void token_close(struct token *); /* NULL is fine */
/* TOKEN_AWAY, why it is so in words: another try may do. */
bool token_sign(
    struct token *, const uint8_t digest[32], struct sink *signature, struct fault *) MUST_USE;
int token_bits(const struct token *);

/*
 * A new pair in the token: sensitive, not extractable, for signing only. The place's serial may be
 * empty; serial and public half are filled in. On refusal no key is left.
 */
bool token_make(struct token_place *, int bits, const void *pin, size_t, struct fault *) MUST_USE;
/* Both halves that lie at the place go away: what was made is known to nobody. */
void token_unmake(const struct token_place *, const void *pin, size_t);

#endif
