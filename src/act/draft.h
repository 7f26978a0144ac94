/*
 * act/draft.h - the next charter while people prepare and sign it (docs/flows.md, Charter).
 *
 * DIR/ca/charter.draft, with the policy it names in DIR/ca/policy.draft and the compiled pack in
 * DIR/ca/pack.draft. Whoever changes it begins its term anew; signatures are over its digest, so a
 * changed draft has none. Nothing here counts until the signer has journaled the charter.
 */
#ifndef AKASHI_ACT_DRAFT_H
#define AKASHI_ACT_DRAFT_H

#include "act/keys.h"
#include "act/service.h"
#include "book/charter.h"

/* The draft, or the charter in force with number and term moved on. The caller frees *out. */
bool draft_read(struct service *, struct charter **, bool *fresh, struct fault *) MUST_USE;
/* number, previous and term are set here. */
bool draft_write(struct service *, struct charter *, struct fault *) MUST_USE;
/* The packed bytes and their digest; FAULT_MISSING: there is none. */
bool draft_packed(struct service *, struct sink *, uint8_t digest[32], struct fault *) MUST_USE;
void draft_end(struct service *);

/* A person with roles and surface, or by the key's purpose a station, signer, keymaker, archive. */
struct draft_holder {
	const char *name, *roles, *surface; /* roles, surface: NULL for programs and stations */
	const struct key_public *key;
};
extern const struct refusal DRAFT_REHEARSAL_KEY, DRAFT_NAME, DRAFT_ROLES;
bool draft_add(struct charter *, const struct draft_holder *, struct fault *) MUST_USE;
/* A person's or station's key leaves the next charter. */
bool draft_remove(struct charter *, const char *name, struct fault *) MUST_USE;

/* DIR/policy compiled into the draft: it becomes the policy with the charter. */
bool draft_adopt(struct service *, struct charter *, uint8_t policy[32], struct fault *) MUST_USE;

#endif
