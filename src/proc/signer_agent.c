/* The CA key, which is its agent's: asked for signatures, which are believed once they are verified. */
#include "proc/signer.h"

#include <stdio.h>

#include "pki/rsa.h"
#include "vault/digest.h"
#include "wire/agent.h"

bool
signer_agent_wrong(struct fault *fault)
{
	return fault_refuse(fault, &SIGNER_KEY_AGENT, NULL,
	    "認証局の鍵の署名が正しくありません。鍵と証明書の組を確かめてください。");
}

/* A key that was closed is opened again by a person; whatever else is wrong is told as it is. */
static bool
agent_failed(const struct fault *why, struct fault *fault)
{
	if (why->row == &FRAME_GONE)
		return fault_refuse(fault, &SIGNER_KEY_AWAY, NULL,
		    "認証局の鍵が閉じられました。"
		    "管理者が akashi key open ca で開いてから、もう一度実行してください。");
	*fault = *why;
	return false;
}

bool
signer_agent_ask(const char *reason, struct der digests, int64_t *id, struct fault *fault)
{
	uint8_t bytes[1024];
	struct sink body = SINK_INTO(bytes);
	struct agent_sign ask = { .digests = digests };
	struct fault why = { 0 };
	(void)snprintf(ask.reason, sizeof(ask.reason), "%s", reason);
	agent_sign_pack(&ask, &body);
	return frame_ask(SIGNER_AGENT_FD, AGENT_SIGN, der_of(body.at, body.len), id, &why) ||
	       agent_failed(&why, fault);
}

bool
signer_agent_answer(int64_t id, size_t digests, struct sink *signatures, struct fault *fault)
{
	struct fault why = { 0 };
	return frame_answer(SIGNER_AGENT_FD, id, agent_sign_ms(digests), signatures, &why) ||
	       agent_failed(&why, fault);
}

bool
signer_sign_digest(struct signer *s, const char *reason, struct der spki, const uint8_t digest[32],
    struct sink *signature, struct fault *fault)
{
	int64_t id;
	size_t from = signature->len;
	(void)s;
	return signer_agent_ask(reason, der_of(digest, 32), &id, fault) &&
	       signer_agent_answer(id, 1, signature, fault) &&
	       (rsa_verify(spki, digest, signature->at + from, signature->len - from) ||
		   signer_agent_wrong(fault));
}

bool
signer_sign(struct signer *s, const char *reason, struct der spki, struct der tbs,
    struct sink *signature, struct fault *fault)
{
	uint8_t digest[32];
	digest_of(tbs.p, tbs.n, digest);
	return signer_sign_digest(s, reason, spki, digest, signature, fault);
}
