#include "act/starter.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/agent.h"
#include "act/keys.h"
#include "act/passphrase.h"
#include "base/record.h"
#include "vault/secret.h"
#include "wire/child.h"
#include "wire/handover.h"
#include "wire/serve.h"
#include "wire/signer.h"

const struct refusal STARTER_BUSY = { "signer-busy", FAULT_LATER, "design 1" };
const struct refusal STARTER_PLACE = { "starter-place", FAULT_DENIED, "design 1" };

enum { END_MS = 3000, ASK_MS = 30000, REQUEST_MOST = 256 };

void
starter_begin(struct starter *st, struct service *s)
{
	*st = (struct starter){ .service = s, .road = { -1, -1 } };
}

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
	if (good)
		*fd = ends[0];
	else
		(void)close(ends[0]);
	return good || fault_set(fault, FAULT_BUG, "鍵を渡せません。");
}

/* A rehearsal's own agent. */
static bool
agent_start(struct starter *st, int *fd, struct fault *fault)
{
	struct agent_call call;
	int ends[2], passphrase;
	agent_call(st->service, KEY_CA, false, &call);
	if (!passphrase_pipe(st->service, key_purpose_name(KEY_CA), &passphrase, fault))
		return false;
	if (!socket_pair(ends, fault)) {
		(void)close(passphrase);
		return false;
	}
	struct child child = { "akashi-key", call.argv, { ends[1], passphrase }, 2, false };
	bool good = child_start(&child, &st->key, fault);
	(void)close(ends[1]);
	(void)close(passphrase);
	*fd = ends[0];
	return good;
}

/* *pid: whose it is. */
static bool
opened_agent(const struct starter *st, int *fd, pid_t *pid)
{
	char path[SERVICE_PATH];
	struct fault none = { 0 };
	struct ucred who = { .pid = 0 };
	socklen_t n = sizeof(who);
	if (!socket_connect(service_path(st->service, "run/ca.sock", path), fd, &none))
		return false;
	(void)getsockopt(*fd, SOL_SOCKET, SO_PEERCRED, &who, &n);
	*pid = who.pid;
	return true;
}

/* The one a custodian opened, or a rehearsal's; else nobody is at the other end. */
static bool
key_agent(struct starter *st, int *fd, struct fault *fault)
{
	int ends[2];
	st->agent = 0;
	st->is.ca = opened_agent(st, fd, &st->agent);
	if (st->is.ca)
		return true;
	if (st->service->rehearsal)
		return st->is.ca = agent_start(st, fd, fault);
	if (!socket_pair(ends, fault))
		return false;
	(void)close(ends[1]);
	*fd = ends[0];
	return true;
}

static bool
signer_start(struct starter *st, struct fault *fault)
{
	char journal[SERVICE_PATH], revoked[SERVICE_PATH];
	const char *argv[] = { "--journal", service_path(st->service, "ca/journal", journal),
		"--revoked", service_path(st->service, "ca/revoked.der", revoked), NULL };
	int officers[2], issuer[2], agent = -1, secret = -1;
	if (!secret_pipe(st->service, KEY_SIGNER, &secret, fault))
		return false;
	bool good = key_agent(st, &agent, fault) && socket_pair(officers, fault);
	bool both = good && socket_pair(issuer, fault);
	if (good && !both) {
		(void)close(officers[0]);
		(void)close(officers[1]);
	}
	good = both;
	if (both) {
		struct child child = { "akashi-signer", argv,
			{ officers[1], issuer[1], agent, secret }, 4, false };
		good = child_start(&child, &st->signer, fault);
		(void)close(officers[1]);
		(void)close(issuer[1]);
		st->road[ROAD_OFFICERS] = officers[0];
		st->road[ROAD_ISSUER] = issuer[0];
		st->is.number++;
	}
	if (agent != -1)
		(void)close(agent);
	(void)close(secret);
	return good;
}

static void
roads_close(struct starter *st)
{
	for (int i = 0; i < ROADS; i++)
		if (st->road[i] != -1)
			(void)close(st->road[i]);
	st->road[ROAD_OFFICERS] = st->road[ROAD_ISSUER] = -1;
}

static void
signer_end(struct starter *st)
{
	roads_close(st);
	if (st->signer != 0)
		st->status = child_end(st->signer, END_MS);
	if (st->key != 0)
		(void)child_end(st->key, END_MS);
	st->signer = st->key = 0;
}

void
starter_reap(struct starter *st)
{
	for (size_t i = 0; i < STARTER_MAKERS; i++)
		if (st->maker[i] != 0 && waitpid(st->maker[i], NULL, WNOHANG) != 0)
			st->maker[i] = 0;
}

void
starter_end(struct starter *st)
{
	signer_end(st);
	for (size_t i = 0; i < STARTER_MAKERS; i++)
		if (st->maker[i] != 0)
			(void)child_end(st->maker[i], END_MS);
	memset(st->maker, 0, sizeof(st->maker));
}

static bool
child_runs(pid_t pid)
{
	siginfo_t ended = { .si_pid = 0 };
	return pid != 0 && waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       ended.si_pid == 0;
}

/* It has not ended; one that has is cleared away. */
static bool
signer_runs(struct starter *st)
{
	if (st->signer == 0 || child_runs(st->signer))
		return st->signer != 0;
	signer_end(st);
	return false;
}

/* Whoever asks may not end a signer that has all there is: the other issuer works with it. */
static bool
agent_is_new(const struct starter *st)
{
	pid_t pid;
	int fd;
	if (!opened_agent(st, &fd, &pid))
		return st->service->rehearsal && !child_runs(st->key);
	(void)close(fd);
	return pid != st->agent;
}

/* The signer has closed one of its roads, which it does only when it ends or was not read. */
static bool
hung_up(const struct starter *st)
{
	struct pollfd p[ROADS];
	for (int i = 0; i < ROADS; i++)
		p[i] = (struct pollfd){ .fd = st->road[i] };
	return poll(p, ROADS, 0) > 0;
}

bool
starter_signer(struct starter *st, enum road road, int64_t other, int *fd, struct started *is,
    struct fault *fault)
{
	bool runs = signer_runs(st);
	if (runs && other == st->is.number && agent_is_new(st)) {
		signer_end(st);
		runs = false;
	}
	if (!runs && !signer_start(st, fault)) {
		signer_end(st);
		return false;
	}
	int own = fcntl(st->road[road], F_DUPFD_CLOEXEC, 0);
	if (own == -1)
		return fault_set(fault, FAULT_LATER, "ソケットを渡せません。");
	*fd = own;
	*is = st->is;
	return true;
}

/* The place of a new one; the oldest is waited for where there is none. */
static pid_t *
maker_place(struct starter *st)
{
	starter_reap(st);
	for (size_t i = 0; i < STARTER_MAKERS; i++)
		if (st->maker[i] == 0)
			return &st->maker[i];
	(void)child_end(st->maker[0], END_MS);
	memmove(st->maker, &st->maker[1], (STARTER_MAKERS - 1) * sizeof(st->maker[0]));
	return &st->maker[STARTER_MAKERS - 1];
}

bool
starter_keymaker(struct starter *st, int *fd, struct fault *fault)
{
	static const char *const USER[] = { "akashi-keymaker", NULL };
	const char *argv[] = { NULL };
	int ends[2], secret;
	if (!secret_pipe(st->service, KEY_KEYMAKER, &secret, fault))
		return false;
	if (!socket_pair(ends, fault)) {
		(void)close(secret);
		return false;
	}
	struct child child = { "akashi-keymaker", argv, { ends[1], secret }, 2, false,
		child_uid(USER) };
	bool good = child_start(&child, maker_place(st), fault);
	(void)close(ends[1]);
	(void)close(secret);
	if (good)
		*fd = ends[0];
	else
		(void)close(ends[0]);
	return good;
}

/* From outside, not for what it did. */
static bool
was_ended(int status)
{
	return status == 128 + SIGKILL || status == 128 + SIGTERM || status == 128 + SIGINT ||
	       status == 128 + SIGHUP;
}

/* A signer that is gone says why by how it ended: somebody else's lock, a broken book. */
bool
starter_ended(struct starter *st, int64_t number, struct fault *fault)
{
	if (number != st->is.number) /* and another runs already */
		return true;
	if (signer_runs(st) && !hung_up(st)) /* it is not so */
		return true;
	signer_end(st);
	int status = st->status;
	if (status == SIGNER_LOCKED)
		return fault_refuse(fault, &STARTER_BUSY, NULL,
		    "署名プログラムはほかの akashi が使っています。"
		    "終わるのを待ってから、もう一度実行してください。");
	if (status == fault_exit(FAULT_STORE))
		return fault_set(fault, FAULT_STORE,
		    "署名プログラムが台帳のフォルダに書けません。"
		    "空き容量と権限を確かめてください。");
	if (status == 0 || was_ended(status))
		return true;
	bool broken = status == fault_exit(FAULT_BROKEN) ||
		      status == fault_exit(FAULT_MISSING); /* no journal is a broken one */
	return fault_set(fault, broken ? FAULT_BROKEN : FAULT_CRYPTO,
	    "署名プログラムが止まりました（%d）。台帳と鍵を確かめてください。", status);
}

/* Requests and their answers. */
enum starter_kind { SIGNER = 70, KEYMAKER, ENDED };

static const struct record_field STARTED[] = {
	RECORD(started, number, INT),
	RECORD(started, ca, BOOL),
};

static bool
run(struct starter *st, enum road road, const struct frame *f, struct sink *reply, int *fd,
    struct fault *fault)
{
	struct started is;
	if (!record_unpack(STARTED, COUNT(STARTED), f->body, &is))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	switch ((enum starter_kind)f->kind) {
	case SIGNER:
		if (!starter_signer(st, road, is.number, fd, &is, fault))
			return false;
		record_pack(STARTED, COUNT(STARTED), &is, reply);
		return true;
	case KEYMAKER:
		return road == ROAD_ISSUER
			   ? starter_keymaker(st, fd, fault)
			   : fault_refuse(fault, &STARTER_PLACE, NULL,
				 "失効の口からは鍵を作れません。akashi issue を使ってください。");
	case ENDED:
		return starter_ended(st, is.number, fault);
	}
	return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の種類が正しくありません。");
}

bool
starter_answer(struct starter *st, int ear, enum road road)
{
	uint8_t in[REQUEST_MOST], bytes[2048];
	struct sink reply = SINK_INTO(bytes);
	struct frame request;
	struct fault fault = { 0 }, lost = { 0 };
	int fd = -1;
	if (!frame_receive(ear, in, sizeof(in), 0, &request, &lost))
		return false;
	bool good = run(st, road, &request, &reply, &fd, &fault);
	if (!good)
		fault_pack(&fault, &reply);
	const struct frame back = { request.id, good ? FRAME_ANSWER : FRAME_FAULT,
		der_of(reply.at, reply.len) };
	bool sent = handover_send(ear, &back, fd, &lost);
	if (fd != -1)
		(void)close(fd);
	return sent;
}

/* An answer without a descriptor where one was asked for is none. */
static bool
ask(int starter, enum starter_kind kind, int64_t number, struct sink *reply, int *fd,
    struct fault *fault)
{
	uint8_t bytes[64];
	struct sink body = SINK_INTO(bytes);
	int given;
	record_pack(STARTED, COUNT(STARTED), &(struct started){ .number = number }, &body);
	if (!handover_call(starter, kind, der_of(body.at, body.len), ASK_MS, reply, &given, fault))
		return false;
	if (fd != NULL && given == -1)
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "口が渡されていません。");
	if (fd != NULL)
		*fd = given;
	return true;
}

bool
starter_ask_signer(int starter, int64_t other, int *out, struct started *is, struct fault *fault)
{
	uint8_t bytes[64];
	struct sink reply = SINK_INTO(bytes);
	int fd;
	if (!ask(starter, SIGNER, other, &reply, &fd, fault))
		return false;
	if (!record_unpack(STARTED, COUNT(STARTED), der_of(reply.at, reply.len), is)) {
		(void)close(fd);
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	}
	*out = fd;
	return true;
}

bool
starter_ask_keymaker(int starter, int *fd, struct fault *fault)
{
	return ask(starter, KEYMAKER, 0, NULL, fd, fault);
}

bool
starter_ask_ended(int starter, int64_t number, struct fault *fault)
{
	return ask(starter, ENDED, number, NULL, NULL, fault);
}
