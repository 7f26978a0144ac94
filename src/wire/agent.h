/*
 * wire/agent.h - what a key agent is asked: to unwrap one dossier's key, or to sign one digest.
 *
 * Each request names person, dossier and reason, which the agent logs before it answers.
 */
#ifndef AKASHI_WIRE_AGENT_H
#define AKASHI_WIRE_AGENT_H

#include "base/record.h"
#include "wire/frame.h"

/* AGENT_COUNT: how often the key was used since it was opened; the log names each.
 * AGENT_CLOSE: it answers, then it is gone and the key with it. */
enum agent_kind { AGENT_UNWRAP = 10, AGENT_SIGN, AGENT_PUBLIC, AGENT_COUNT, AGENT_CLOSE };
enum { AGENT_KEY = 32, AGENT_MS = 20000 };

struct agent_unwrap {
	char person[64], reason[128];
	int64_t dossier;
	struct der wrapped; /* sealed to the archive key */
};
RECORD_DOOR(agent_unwrap, read);

struct agent_sign {
	char reason[128]; /* INTENT, LIST, CACERT: what announced the digest */
	uint8_t digest[32]; /* SHA-256 */
};
RECORD_DOOR(agent_sign, read);

#endif
