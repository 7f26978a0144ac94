/*
 * book/pack.h - the profile pack: what of the policy the signer needs, compiled to DER [design 2].
 *
 * Profiles, their fields, grounds with their reasons, and a few settings. YAML never reaches the
 * signer; the charter names the pack's digest. Reading gives a struct policy with those rows only.
 */
#ifndef AKASHI_BOOK_PACK_H
#define AKASHI_BOOK_PACK_H

#include "base/record.h"
#include "rules/policy.h"

enum { PACK_MOST = 96 << 10 };
extern const struct refusal PACK_FORM;

/* The rows in force on that day. */
void pack_compile(const struct policy *, struct day, struct sink *);

struct pack; /* owns its rows */
bool pack_read(struct der, struct pack **, struct fault *) MUST_USE;
void pack_free(struct pack *);
const struct policy *pack_policy(const struct pack *);

#endif
