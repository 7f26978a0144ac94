#include "wire/agent.h"

static const struct record_field UNWRAP[] = {
	RECORD(agent_unwrap, person, TEXT),
	RECORD(agent_unwrap, reason, TEXT),
	RECORD(agent_unwrap, dossier, INT),
	RECORD(agent_unwrap, wrapped, BYTES),
};
static const struct record_field SIGN[] = {
	RECORD(agent_sign, reason, TEXT),
	RECORD(agent_sign, digest, FIXED),
};

RECORD_PAIR(agent_unwrap, read, UNWRAP)
RECORD_PAIR(agent_sign, read, SIGN)
