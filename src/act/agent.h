/*
 * act/agent.h - a key is opened by its custodian and stays open while others restart [design 1].
 *
 * The agent listens on DIR/run/ca.sock or archive.sock; the passphrase reaches it through a pipe.
 */
#ifndef AKASHI_ACT_AGENT_H
#define AKASHI_ACT_AGENT_H

#include "act/keys.h"
#include "act/service.h"

/* purpose: KEY_CA or KEY_ARCHIVE. FAULT_STATE: it is open already. */
bool agent_key_open(
    struct service *, enum key_purpose, const void *passphrase, size_t, struct fault *) MUST_USE;

#endif
