#include "wire/agent.h"

static const struct record_field UNWRAP[] = {
	RECORD(agent_unwrap, person, TEXT),
	RECORD(agent_unwrap, reason, TEXT),
	RECORD(agent_unwrap, dossier, INT),
	RECORD(agent_unwrap, wrapped, BYTES),
};
static const struct record_field SIGN[] = {
	RECORD(agent_sign, reason, TEXT),
	RECORD(agent_sign, digests, BYTES),
};
static const struct record_field USES[] = {
	RECORD(agent_uses, agent, INT),
	RECORD(agent_uses, count, INT),
	RECORD(agent_uses, chain, FIXED),
};
static const struct record_field MAKE[] = {
	RECORD(agent_make, purpose, TEXT),
	RECORD(agent_make, module, TEXT),
	RECORD(agent_make, environment, TEXT),
	RECORD(agent_make, token, TEXT),
	RECORD(agent_make, serial, TEXT),
	RECORD(agent_make, bits, INT),
};
static const struct record_field ABOUT[] = {
	RECORD(agent_about, module, TEXT),
	RECORD(agent_about, token, TEXT),
	RECORD(agent_about, serial, TEXT),
	RECORD(agent_about, key, TEXT),
	RECORD(agent_about, bits, INT),
	RECORD(agent_about, spki, BYTES),
};

RECORD_PAIR(agent_unwrap, read, UNWRAP)
RECORD_PAIR(agent_sign, read, SIGN)
RECORD_PAIR(agent_uses, read, USES)
RECORD_PAIR(agent_make, read, MAKE)
RECORD_PAIR(agent_about, read, ABOUT)
