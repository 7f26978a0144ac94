/*
 * book/pack.h - the profile pack: what of the policy the signer needs, compiled to DER [design 2].
 *
 * Profiles, their fields, grounds with their reasons, a few settings, and the digest of the whole
 * rulebook: the charter names the pack's digest, so custodians sign for every rule. YAML never reaches
 * the signer. Reading gives a struct policy with those rows only.
 */
#ifndef AKASHI_BOOK_PACK_H
#define AKASHI_BOOK_PACK_H

#include "base/record.h"
#include "rules/policy.h"

enum { PACK_MOST = 96 << 10 };
extern const struct refusal PACK_FORM;

/* The rows in force on that day. rulebook: the digest of all rules; NULL: none is named. */
void pack_compile(const struct policy *, struct day, const uint8_t rulebook[32], struct sink *);

struct pack; /* owns its rows */
bool pack_read(struct der, struct pack **, struct fault *) MUST_USE;
void pack_free(struct pack *);
const struct policy *pack_policy(const struct pack *);
bool pack_names(const struct pack *, const uint8_t rulebook[32]);

#endif
