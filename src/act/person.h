/*
 * act/person.h - a person with a key: who they are by the charter in force, and their signatures.
 *
 * person_open proves who acts: the key file opens with its passphrase and its public point stands
 * in the charter. From then on that person is the actor of the service's events. A rehearsal's keys
 * are refused in a real service [design 4]. The secret stays in locked memory.
 */
#ifndef AKASHI_ACT_PERSON_H
#define AKASHI_ACT_PERSON_H

#include "act/service.h"
#include "book/charter.h"

struct person {
	char id[ACT_PERSON];
	int64_t roles; /* 1u << ROLE_... */
	enum surface surface;
	int64_t charter; /* number of the one in force */
	uint8_t *secret; /* locked */
};
extern const struct refusal PERSON_REHEARSAL_KEY;

/* The caller frees *out. KEYFILE_PASSPHRASE: not this one. */
bool person_open(struct service *, const char *key_file, const void *passphrase, size_t,
    struct person **out, struct fault *) MUST_USE;
void person_free(struct person *);
static inline void
person_drop(struct person **p)
{
	person_free(*p);
}
#define OWN_PERSON __attribute__((cleanup(person_drop))) struct person *

/* ACT_WRONG_ROLE: that act is another role's. */
bool person_may(const struct person *, enum act_kind, struct fault *) MUST_USE;
/* The same of a role; for what is reported, not signed. */
bool person_is(const struct person *, enum role, struct fault *) MUST_USE;
/* The signed act, packed, appended to `packed`. */
bool person_sign(const struct person *, enum act_kind, const uint8_t document[32], struct instant,
    struct sink *packed, struct fault *) MUST_USE;

#endif
