/*
 * act/init.h - a new service in an empty folder [design 8].
 *
 * Steps are rows of a table, in order; akashi.conf is the last, so a folder without it is no
 * service. A refusal takes away what was made. Makes no person's key [design 2]: the archive key is
 * made only in a rehearsal, weakly guarded beside it; a real service gets its public half with its
 * first charter.
 */
#ifndef AKASHI_ACT_INIT_H
#define AKASHI_ACT_INIT_H

#include "act/service.h"

struct init_request {
	const char *dir;
	const char *policy; /* folder; NULL: the shipped one */
	const char *store; /* sqlite:PATH or postgresql://...; NULL: sqlite within dir */
	const char *listen; /* HOST:PORT; NULL: the default */
	const char *told; /* --now, rehearsals only; or NULL */
	bool rehearsal;
};
struct init_made {
	uint8_t policy[32]; /* digest of the policy in force */
	char engine[16]; /* "sqlite" "postgresql" */
};

/* The caller has called nothing before; FAULT_STATE: the folder is not empty. */
bool init_run(const struct init_request *, struct init_made *, struct fault *) MUST_USE;

#endif
