/*
 * act/init.h - a new service in an empty folder [design 8].
 *
 * Steps are rows of a table, in order; akashi.conf is the last, so a folder without it is no
 * service. A refusal takes away what was made. The journal's first line names service, custodians
 * and quorum. A real service makes nobody's key [design 2]; a rehearsal makes all of them, weakly
 * guarded beside it, with two people per role and the draft of charter 1 that lists them.
 */
#ifndef AKASHI_ACT_INIT_H
#define AKASHI_ACT_INIT_H

#include "act/keys.h"
#include "act/service.h"

enum { INIT_CUSTODIANS = 16 };

struct init_request {
	const char *dir;
	const char *policy; /* folder; NULL: the shipped one */
	const char *store; /* sqlite:PATH or postgresql://...; NULL: sqlite within dir */
	const char *listen; /* HOST:PORT; NULL: the default */
	const char *told; /* --now, rehearsals only; or NULL */
	bool rehearsal;
	const char *const *custodian; /* files of their public halves */
	size_t custodians; /* 0: only in a rehearsal, which makes three */
	int64_t quorum; /* 0: two, or one where there is one */
	const char *ca_key; /* of a rehearsal: made before, beside its .pub (in a token); or NULL */
	const void *ca_passphrase; /* the rehearsal keeps it beside the key */
	size_t ca_passphrase_len;
	const char *adopt; /* certificate of the CA that moves in (act/adopt.h); or NULL */
};
struct init_made {
	uint8_t policy[32]; /* digest of the policy in force */
	char engine[16]; /* "sqlite" "postgresql" */
	char words[WORDS_TEXT]; /* of the journal's first line */
};

/* The caller has called nothing before; FAULT_STATE: the folder is not empty. */
bool init_run(const struct init_request *, struct init_made *, struct fault *) MUST_USE;

#endif
