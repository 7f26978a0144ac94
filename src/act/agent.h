/*
 * act/agent.h - a key is opened by its custodian and stays open while others restart [design 1].
 *
 * The agent listens on DIR/run/ca.sock or archive.sock; the passphrase reaches it through a pipe.
 */
#ifndef AKASHI_ACT_AGENT_H
#define AKASHI_ACT_AGENT_H

#include "act/keys.h"
#include "act/service.h"

extern const struct refusal AGENT_OTHER_CERTIFICATE; /* the CA certificate is another key's */

/* purpose: KEY_CA or KEY_ARCHIVE. FAULT_STATE: it is open already. */
bool agent_key_open(
    struct service *, enum key_purpose, const void *passphrase, size_t, struct fault *) MUST_USE;

/*
 * The CA key is tried: it opens, it signs, it is the one the CA certificate names; each thing that
 * is wrong is a row of its own (vault/keyfile.h, token/, the one above). certified: there is one.
 */
bool agent_key_check(struct service *, const void *passphrase, size_t, struct key_about *,
    bool *certified, struct fault *) MUST_USE;

/* Closed, whoever opened it; the agent logs it and ends. FAULT_STATE: it is not open. */
bool agent_key_close(struct service *, enum key_purpose, struct fault *) MUST_USE;

/* How akashi-key is started; standing: it listens on its socket, else it serves descriptor 3. */
struct agent_call {
	char key[SERVICE_PATH], log[SERVICE_PATH], socket[SERVICE_PATH];
	const char *argv[13]; /* borrowed from the above and the policy; NULL-ended */
};
void agent_call(const struct service *, enum key_purpose, bool standing, struct agent_call *);
/* Somebody holds it open. */
bool agent_is_open(const struct service *, enum key_purpose);

#endif
