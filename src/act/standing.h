/*
 * act/standing.h - the programs a service keeps running while `akashi serve` does [design 1].
 *
 * standing_begin takes DIR/run/lock and the port and starts them; standing_run keeps them until a
 * signal; standing_end. As root the public site gets a user of its own; as anybody else no program
 * is shielded from another and a real service is refused.
 */
#ifndef AKASHI_ACT_STANDING_H
#define AKASHI_ACT_STANDING_H

#include "act/service.h"
#include "act/starter.h"
#include "wire/keeper.h"

/* Another serves it; the programs of a real one would not be shielded. */
extern const struct refusal STANDING_ALREADY, STANDING_UNSHIELDED;

struct standing_program;

struct standing {
	struct service *service;
	const char *listen; /* HOST:PORT; borrowed */
	int lock, listener, folder; /* -1 */
	const struct standing_program *program[KEEPER_MOST]; /* those that are wanted, in order */
	struct keeper keeper;
	struct starter starter; /* of signer and keymakers, for the issuer */
};

/* tell: of a program's end and return; context is the keeper_tell's, place is of this room. */
bool standing_begin(struct service *, const char *listen, keeper_tell *, void *context,
    struct standing *, struct fault *) MUST_USE;
void standing_run(struct standing *);
/* Good for one that could not begin. */
void standing_end(struct standing *);

const char *standing_name(const struct standing *, size_t place); /* "akashi-print (pin)" */
pid_t standing_pid(const struct standing *, size_t place);
uid_t standing_uid(const struct standing *, size_t place);

#endif
