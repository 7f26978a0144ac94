#include "act/crew.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/agent.h"
#include "act/keys.h"
#include "act/passphrase.h"
#include "base/file.h"
#include "vault/secret.h"
#include "wire/agent.h"
#include "wire/child.h"
#include "wire/serve.h"

const struct refusal CREW_CA_SHUT = { "ca-shut", FAULT_LATER, "design 1" };

enum { END_MS = 3000 };

/* A program's own key file: a rehearsal's beside everything, a real one's under its passphrase. */
static bool
program_key(struct service *s, enum key_purpose purpose, struct sink *secret, struct fault *fault)
{
	char name[64], path[SERVICE_PATH];
	uint8_t *passphrase;
	size_t n;
	snprintf(name, sizeof(name), "%s/%s", s->rehearsal ? "rehearsal/keys" : "keys",
	    key_purpose_name(purpose));
	service_path(s, name, path);
	if (!passphrase_of(s, key_purpose_name(purpose), &passphrase, &n, fault))
		return false;
	const void *given = n == 0 ? (const void *)"" : passphrase;
	bool good = keys_open(path, purpose, s->rehearsal, given, n, secret, fault);
	if (passphrase != NULL)
		explicit_bzero(passphrase, n);
	free(passphrase);
	return good;
}

/* The secret goes through a pipe, read by the program before it locks itself in. */
static bool
secret_pipe(struct service *s, enum key_purpose purpose, int *fd, struct fault *fault)
{
	OWN_SECRET(secret) = secret_new(KEY_PAIR_SECRET + 1);
	struct sink out = { .at = secret, .cap = KEY_PAIR_SECRET + 1 };
	int ends[2];
	if (secret == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!program_key(s, purpose, &out, fault))
		return false;
	if (pipe(ends) != 0)
		return fault_set(fault, FAULT_BUG, "パイプを作れません。");
	bool good = write(ends[1], secret, out.len) == (ssize_t)out.len;
	(void)close(ends[1]);
	*fd = ends[0];
	return good || fault_set(fault, FAULT_BUG, "鍵を渡せません。");
}

/* A rehearsal's own agent. */
static bool
agent_start(struct service *s, struct crew *c, int *fd, struct fault *fault)
{
	struct agent_call call;
	int ends[2], passphrase[2];
	agent_call(s, KEY_CA, false, &call);
	if (!socket_pair(ends, fault) || pipe(passphrase) != 0)
		return fault_set(fault, FAULT_BUG, "ソケットを作れません。");
	(void)close(passphrase[1]); /* a rehearsal's key has none */
	struct child child = { "akashi-key", call.argv, { ends[1], passphrase[0] }, 2, false };
	bool good = child_start(&child, &c->key, fault);
	(void)close(ends[1]);
	(void)close(passphrase[0]);
	*fd = ends[0];
	return good;
}

/* The one a custodian opened, or a rehearsal's; else nobody is at the other end. */
static bool
key_agent(struct service *s, struct crew *c, int *fd, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct fault none = { 0 };
	int ends[2];
	c->ca = socket_connect(service_path(s, "run/ca.sock", path), fd, &none);
	if (c->ca)
		return true;
	if (s->rehearsal)
		return c->ca = agent_start(s, c, fd, fault);
	if (!socket_pair(ends, fault))
		return false;
	(void)close(ends[1]);
	*fd = ends[0];
	return true;
}

static bool
signer_start(struct service *s, struct crew *c, struct fault *fault)
{
	char journal[SERVICE_PATH], revoked[SERVICE_PATH];
	const char *argv[] = { "--journal", service_path(s, "ca/journal", journal), "--revoked",
		service_path(s, "ca/revoked.der", revoked), NULL };
	int officers[2], issuer[2], agent = -1, secret = -1;
	if (!secret_pipe(s, KEY_SIGNER, &secret, fault))
		return false;
	bool good = key_agent(s, c, &agent, fault) && socket_pair(officers, fault);
	if (good && socket_pair(issuer, fault)) {
		struct child child = { "akashi-signer", argv,
			{ officers[1], issuer[1], agent, secret }, 4, false };
		good = child_start(&child, &c->signer, fault);
		(void)close(officers[1]);
		(void)close(issuer[1]);
		c->road[ROAD_OFFICERS] = officers[0];
		c->road[ROAD_ISSUER] = issuer[0];
	}
	if (agent != -1)
		(void)close(agent);
	(void)close(secret);
	return good;
}

bool
crew_start(struct service *s, struct crew *c, struct fault *fault)
{
	*c = (struct crew){ .service = s, .road = { -1, -1 }, .stale = true };
	if (signer_start(s, c, fault) && crew_status(c, fault))
		return true;
	crew_end(c);
	return false;
}

static void
signer_end(struct crew *c)
{
	for (int i = 0; i < 2; i++)
		if (c->road[i] != -1)
			(void)close(c->road[i]);
	if (c->signer != 0)
		(void)child_end(c->signer, END_MS);
	if (c->key != 0)
		(void)child_end(c->key, END_MS);
	c->road[0] = c->road[1] = -1;
	c->signer = c->key = 0;
	c->stale = true;
}

void
crew_end(struct crew *c)
{
	signer_end(c);
	sink_drop(&c->status_bytes);
	head_drop(&c->head);
	*c = (struct crew){ .road = { -1, -1 } };
}

bool
crew_ca(struct crew *c, struct fault *fault)
{
	struct service *s = c->service;
	if (c->ca)
		return true;
	if (!s->rehearsal && !agent_is_open(s, KEY_CA))
		return fault_refuse(fault, &CREW_CA_SHUT, NULL,
		    "認証局の鍵が開いていません。管理者が akashi key open ca "
		    "で開いてから、もう一度実行してください。");
	signer_end(c);
	c->signer_gone = !signer_start(s, c, fault);
	return !c->signer_gone;
}

/* From outside, not for what it did. */
static bool
was_ended(int status)
{
	return status == 128 + SIGKILL || status == 128 + SIGTERM || status == 128 + SIGINT ||
	       status == 128 + SIGHUP;
}

/* A signer that is gone says why by how it ended: somebody else's lock, a broken book. */
static bool
gone(struct crew *c, struct fault *fault)
{
	int status = c->signer == 0 ? 0 : child_end(c->signer, END_MS);
	c->signer = 0;
	c->signer_gone = true;
	if (status == fault_exit(FAULT_LATER) || status == 0 || was_ended(status))
		return false;
	struct fault why = { 0 };
	bool broken = status == fault_exit(FAULT_BROKEN) ||
		      status == fault_exit(FAULT_MISSING); /* no journal is a broken one */
	enum fault_code code = broken ? FAULT_BROKEN : FAULT_CRYPTO;
	fault_set(
	    &why, code, "署名プログラムが止まりました（%d）。台帳と鍵を確かめてください。", status);
	*fault = why;
	return false;
}

bool
crew_ask(struct crew *c, enum road road, int64_t kind, struct der body, struct sink *reply,
    struct fault *fault)
{
	struct fault inner = { 0 };
	if (frame_call(c->road[road], kind, body, SIGNER_MS, reply, &inner))
		return true;
	c->stale = true;
	c->ca = c->ca && strcmp(inner.name, SIGNER_AWAY) != 0;
	*fault = inner;
	return strcmp(inner.name, FRAME_GONE.name) == 0 ? gone(c, fault) : false;
}

bool
crew_status(struct crew *c, struct fault *fault)
{
	if (!c->stale)
		return true;
	struct sink bytes = SINK_GROW(FRAME_MOST);
	if (!crew_ask(c, ROAD_ISSUER, SIGNER_STATUS, der_of(NULL, 0), &bytes, fault)) {
		sink_drop(&bytes);
		return false;
	}
	sink_drop(&c->status_bytes);
	c->status_bytes = bytes;
	c->stale = false;
	return signer_status_read(der_of(bytes.at, bytes.len), &c->status) ||
	       fault_refuse(fault, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。");
}

bool
crew_head(struct crew *c, struct sink *out, struct fault *fault)
{
	struct signer_head h = { .now = c->service->now };
	OWN_SINK proof = SINK_GROW(8192);
	if (!crew_status(c, fault) ||
	    !head_read(&c->head, c->service->store, &c->status, &h, &proof, fault))
		return false;
	signer_head_pack(&h, out);
	c->stale = true; /* whatever is asked with it may move the book */
	return true;
}

bool
crew_document(struct crew *c, enum road road, int64_t kind, struct der document, struct der extra,
    struct der acts, struct sink *reply, struct fault *fault)
{
	OWN_SINK head = SINK_GROW(16384);
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	if (!crew_head(c, &head, fault))
		return false;
	struct signer_document d = { der_of(head.at, head.len), document, extra, acts };
	signer_document_pack(&d, &body);
	return crew_ask(c, road, kind, der_of(body.at, body.len), reply, fault);
}

bool
crew_make(struct crew *c, const struct keymaker_ask *ask, struct sink *reply, struct fault *fault)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	const char *argv[] = { NULL };
	int ends[2], secret;
	pid_t pid;
	keymaker_ask_pack(ask, &body);
	if (!secret_pipe(c->service, KEY_KEYMAKER, &secret, fault))
		return false;
	if (!socket_pair(ends, fault)) {
		(void)close(secret);
		return false;
	}
	static const char *const USER[] = { "akashi-keymaker", NULL };
	struct child child = { "akashi-keymaker", argv, { ends[1], secret }, 2, false,
		child_uid(USER) };
	bool started = child_start(&child, &pid, fault);
	(void)close(ends[1]);
	(void)close(secret);
	bool good = started && frame_call(ends[0], KEYMAKER_MAKE, der_of(body.at, body.len),
				   KEYMAKER_MS, reply, fault);
	(void)close(ends[0]);
	if (started)
		(void)child_end(pid, END_MS);
	return good;
}
