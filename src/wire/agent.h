/*
 * wire/agent.h - what a key agent is asked: to unwrap one dossier's key, or to sign digests.
 *
 * Each request names person, dossier and reason, which the agent logs before it answers. A CA key's
 * log begins anew with a line "TIME akashi-key AGENT open" and names each digest, "TIME signer AGENT
 * REASON DIGEST"; digest_chain over those of that agent since then is what it remembers of them. A
 * rehearsal may have two agents for a while: one of a starter's, one that stands.
 */
#ifndef AKASHI_WIRE_AGENT_H
#define AKASHI_WIRE_AGENT_H

#include "base/record.h"
#include "wire/frame.h"

/* AGENT_CLOSE: it answers, then it is gone and the key with it.
 * AGENT_MAKE, AGENT_ABOUT: of an agent that was started for just that. */
enum agent_kind {
	AGENT_UNWRAP = 10,
	AGENT_SIGN,
	AGENT_PUBLIC,
	AGENT_USES,
	AGENT_CLOSE,
	AGENT_MAKE,
	AGENT_ABOUT
};
enum {
	AGENT_KEY = 32,
	AGENT_DIGEST = 32,
	AGENT_DIGESTS = 16,
	AGENT_MS = 20000, /* for an answer: a slow token signs once by then ... */
	AGENT_EACH_MS = 500, /* ... and has so long for each further digest of the request */
	AGENT_MAKE_MS = 300000
};
/* How long the answer to AGENT_SIGN of so many is waited for. */
static inline int
agent_sign_ms(size_t digests)
{
	return AGENT_MS + (int)(digests - 1) * AGENT_EACH_MS;
}
#define AGENT_OPENED " akashi-key %lld open" /* its number */

struct agent_unwrap {
	char person[64], reason[128];
	int64_t dossier;
	struct der wrapped; /* sealed to the archive key */
};
RECORD_DOOR(agent_unwrap, read);

struct agent_sign {
	char reason[128]; /* INTENT, LIST, CACERT: what announced the digests */
	/* SHA-256, 1 to AGENT_DIGESTS of them; the answer: as many signatures of one length. */
	struct der digests;
};
RECORD_DOOR(agent_sign, read);

/* How often the key was used since it was opened. */
struct agent_uses {
	int64_t agent; /* its number in the log: of those that run no two have the same */
	int64_t count;
	uint8_t chain[32]; /* zeros, then SHA-256(chain, digest) for each */
};
RECORD_DOOR(agent_uses, read);

/* A key that is to be made in a token; the answer is its SubjectPublicKeyInfo. */
struct agent_make {
	char purpose[32], module[256], environment[256], token[33], serial[17];
	int64_t bits;
};
RECORD_DOOR(agent_make, read);

/* A CA key that was opened and has signed a text made for that. */
struct agent_about {
	char module[256], token[33], serial[17], key[64]; /* "": it lies in a file */
	int64_t bits;
	struct der spki;
};
RECORD_DOOR(agent_about, read);

#endif
