/*
 * act/revoke_many.h - several certificates at once: each is asked for, all are carried, and then one
 * list has them (docs/flows.md, Lapse, Sweep).
 *
 * One that is refused holds up no other. Run again, what is revoked stays so and the rest is asked.
 */
#ifndef AKASHI_ACT_REVOKE_MANY_H
#define AKASHI_ACT_REVOKE_MANY_H

#include "act/revoke.h"
#include "base/text.h"

struct revoke_each {
	char serial[SERIAL_HEX];
	int64_t dossier;
	bool must; /* the caller's own: not only may */
	int64_t task;
	bool done;
	struct fault fault; /* why not */
};
struct revoked_many {
	int64_t done, waiting; /* waiting: for a second officer */
	int64_t list; /* number of the list that has them; 0: none was carried */
};
/* The request's serial is not looked at. */
bool revoke_many(struct service *, const struct revoke_request *, struct revoke_each *, size_t,
    struct revoked_many *, struct fault *) MUST_USE;

#endif
