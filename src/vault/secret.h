/*
 * vault/secret.h - memory for PINs, keys and passwords: locked, guarded, wiped when freed.
 *
 * vault_start must have been called once in main (it readies libsodium). Never printed or logged.
 */
#ifndef AKASHI_VAULT_SECRET_H
#define AKASHI_VAULT_SECRET_H

#include "base/fault.h"

enum { SECRET_KEY = 32 };

bool vault_start(struct fault *) MUST_USE;
void *secret_new(size_t); /* zeroed; NULL: no locked memory is left */
void secret_free(void *); /* wipes; NULL is fine */
void secret_wipe(void *, size_t);
bool secret_same(const void *, const void *, size_t); /* in constant time */
void secret_random(void *, size_t);

static inline void
secret_drop(void *p)
{
	secret_free(*(void **)p);
}
#define OWN_SECRET(p) __attribute__((cleanup(secret_drop))) void *p

#endif
