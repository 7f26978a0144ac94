/*
 * akashi-key: one key, one verb. Opened by a custodian, it stays open while others restart.
 *
 * akashi-key --verb unwrap|sign --key FILE --log FILE --limit N [--mark real] [--listen PATH]
 * "unwrap" holds the archive key, "sign" the CA key; --mark real takes no rehearsal's. Descriptor 3
 * is the asker's socket, or (--listen) where "ready" is told; descriptor 4 gives the passphrase. Who
 * asked, for which dossier and why is in the log, on disk, before any answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/day.h"
#include "base/file.h"
#include "pki/rsa.h"
#include "vault/keyfile.h"
#include "wire/agent.h"
#include "wire/serve.h"
#include "wire/signals.h"

enum { PEER_FD = 3, PASSPHRASE_FD = 4, HOUR = 3600, LIMIT_MOST = 4096 };

struct agent {
	uint8_t *secret; /* locked: the archive key */
	struct rsa *ca; /* NULL for unwrap */
	int log;
	int limit; /* answers an hour; the CA key has none */
	int64_t asked[LIMIT_MOST]; /* when, in a ring */
	size_t next;
	int64_t count;
	bool stopped; /* nobody is answered any more */
};

/* On disk before it is answered; a log that cannot be written answers nobody. */
static bool
agent_log(
    struct agent *a, const char *person, int64_t dossier, const char *reason, struct fault *fault)
{
	char line[400], now[INSTANT_TEXT];
	int n = snprintf(line, sizeof(line), "%s %s %lld %s\n", instant_print(now, instant_now()),
	    person, (long long)dossier, reason);
	if (n > 0 && (size_t)n < sizeof(line) && write(a->log, line, (size_t)n) == n &&
	    fsync(a->log) == 0)
		return true;
	fault_set(fault, FAULT_STORE, "鍵の使用記録を書けないため、鍵を使いません。");
	a->stopped = true;
	return false;
}

static bool
agent_allow(struct agent *a, struct fault *fault)
{
	int64_t now = instant_now().sec,
		first = a->asked[(a->next + LIMIT_MOST - (size_t)a->limit) % LIMIT_MOST];
	if (a->ca != NULL) /* as often as the journal announces */
		return true;
	if (first != 0 && now - first < HOUR)
		return fault_set(fault, FAULT_LATER,
		    "この1時間に鍵を使える回数（%d回）を超えました。時間をおいてください。",
		    a->limit);
	a->asked[a->next] = now;
	a->next = (a->next + 1) % LIMIT_MOST;
	return true;
}

static bool
one_line(const char *s)
{
	return strpbrk(s, "\n\r") == NULL && s[0] != '\0';
}

static bool
unwrap(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	struct agent_unwrap u;
	uint8_t key[AGENT_KEY];
	if (!agent_unwrap_read(body, &u) || !one_line(u.person) || !one_line(u.reason))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	if (!agent_allow(a, fault) || !agent_log(a, u.person, u.dossier, u.reason, fault))
		return false;
	a->count++;
	if (!seal_open_fixed(
		"dossier-key", a->secret, u.wrapped.p, u.wrapped.n, key, sizeof(key), fault))
		return false;
	sink_bytes(reply, key, sizeof(key));
	secret_wipe(key, sizeof(key));
	return true;
}

/* One digest, announced by what the signer's journal says it is for. */
static bool
sign(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	struct agent_sign ask;
	char named[128 + 80];
	struct sink reason = SINK_INTO(named);
	if (!agent_sign_read(body, &ask) || !one_line(ask.reason))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	sink_print(&reason, "%s ", ask.reason);
	sink_hex(&reason, ask.digest, sizeof(ask.digest));
	if (sink_string(&reason) == NULL || !agent_allow(a, fault) ||
	    !agent_log(a, "signer", 0, named, fault))
		return false;
	a->count++;
	return rsa_sign(a->ca, ask.digest, reply, fault);
}

static bool
public_half(const struct agent *a, struct sink *reply)
{
	uint8_t public[SEAL_PUBLIC];
	if (a->ca != NULL)
		return rsa_spki(a->ca, reply);
	seal_public(a->secret, public);
	sink_bytes(reply, public, sizeof(public));
	return true;
}

/* By whom it was closed is in the log; one that serves a single asker ends with it. */
static bool
shut(struct agent *a, struct der body, struct fault *fault)
{
	char person[64];
	if (!der_take_utf8(&body, person, sizeof(person)) || !der_done(&body) || !one_line(person))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	if (!agent_log(a, person, 0, "close", fault))
		return false;
	a->stopped = true;
	return true;
}

static bool
handle(void *context, size_t place, const struct frame *f, struct sink *reply, struct fault *fault)
{
	struct agent *a = context;
	(void)place;
	if (f->kind == AGENT_UNWRAP && a->ca == NULL)
		return unwrap(a, f->body, reply, fault);
	if (f->kind == AGENT_SIGN && a->ca != NULL)
		return sign(a, f->body, reply, fault);
	if (f->kind == AGENT_PUBLIC)
		return public_half(a, reply);
	if (f->kind == AGENT_CLOSE)
		return shut(a, f->body, fault);
	if (f->kind != AGENT_COUNT)
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "この鍵にできない仕事です。");
	der_put_int(reply, a->count);
	return true;
}

struct arguments {
	const char *verb, *key, *log, *limit, *listen, *mark;
};

static bool
arguments_read(int argc, char **argv, struct arguments *a, struct fault *fault)
{
	const struct {
		const char *name, **value;
	} rows[] = { { "--verb", &a->verb }, { "--key", &a->key }, { "--log", &a->log },
		{ "--limit", &a->limit }, { "--listen", &a->listen }, { "--mark", &a->mark } };
	*a = (struct arguments){ 0 };
	for (int i = 1; i + 1 < argc; i += 2)
		for (size_t k = 0; k < COUNT(rows); k++)
			if (strcmp(argv[i], rows[k].name) == 0)
				*rows[k].value = argv[i + 1];
	bool verb =
	    a->verb != NULL && (strcmp(a->verb, "unwrap") == 0 || strcmp(a->verb, "sign") == 0);
	return (verb && a->key != NULL && a->log != NULL && a->limit != NULL) ||
	       fault_set(fault, FAULT_USAGE,
		   "akashi-key: --verb unwrap|sign --key FILE --log FILE --limit N");
}

static bool
passphrase_read(uint8_t *out, size_t size, size_t *n)
{
	ssize_t got = 0;
	*n = 0;
	while (*n < size && (got = read(PASSPHRASE_FD, out + *n, size - *n)) > 0)
		*n += (size_t)got;
	(void)close(PASSPHRASE_FD);
	return got >= 0;
}

/* A rehearsal's keys are marked as such where they were made. */
static bool
secret_read(const struct arguments *args, bool ca, const void *passphrase, size_t n,
    struct sink *out, struct fault *fault)
{
	static const char *const PURPOSE[2][2] = { { "archive", "rehearsal-archive" },
		{ "ca", "rehearsal-ca" } };
	struct fault first = { 0 };
	if (keyfile_read_sink(args->key, PURPOSE[ca][0], passphrase, n, out, &first))
		return true;
	if (first.row != &KEYFILE_OTHER_PURPOSE || args->mark != NULL) {
		*fault = first;
		return false;
	}
	return keyfile_read_sink(args->key, PURPOSE[ca][1], passphrase, n, out, fault);
}

static bool
key_take(struct agent *a, bool ca, const struct sink *plain, struct fault *fault)
{
	if (ca)
		return rsa_from_pkcs8(plain->at, plain->len, &a->ca, fault);
	if (plain->len != SEAL_SECRET)
		return fault_refuse(fault, &KEYFILE_FORM, "key", "保管鍵の大きさが違います。");
	memcpy(a->secret, plain->at, SEAL_SECRET);
	return true;
}

static bool
agent_open(struct agent *a, const struct arguments *args, struct fault *fault)
{
	OWN_SECRET(passphrase) = secret_new(1024);
	OWN_SECRET(plain) = secret_new(KEYFILE_SECRET_MOST);
	struct sink out = { .at = plain, .cap = KEYFILE_SECRET_MOST };
	bool ca = strcmp(args->verb, "sign") == 0;
	size_t n;
	a->secret = secret_new(SEAL_SECRET);
	a->limit = (int)strtol(args->limit, NULL, 10);
	a->log = open(args->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	/* 0 is no limit, which only the CA key has: the journal announces what it signs */
	if (a->limit < (ca ? 0 : 1) || a->limit >= LIMIT_MOST)
		return fault_set(fault, FAULT_USAGE,
		    "akashi-key: --limit は 1 から %d の回数です（規則 unwrap_hourly）。",
		    LIMIT_MOST - 1);
	if (a->log == -1 || !file_sync_folder(args->log))
		return fault_set(fault, FAULT_USAGE,
		    "akashi-key: 記録「%s」を書けません。場所と権限を確かめてください。",
		    args->log);
	if (a->secret == NULL || passphrase == NULL || plain == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	return passphrase_read(passphrase, 1024, &n) &&
	       secret_read(args, ca, passphrase, n, &out, fault) && key_take(a, ca, &out, fault);
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct arguments args;
	struct agent agent = { 0 };
	struct serve serve = { .listener = -1,
		.signals = -1,
		.stop = &agent.stopped,
		.handle = handle,
		.context = &agent };
	const struct rlimit none = { 0, 0 };
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	bool good = arguments_read(argc, argv, &args, &fault) && vault_start(&fault) &&
		    agent_open(&agent, &args, &fault) &&
		    signals_take((const int[]){ SIGTERM, SIGINT, 0 }, &serve.signals, &fault);
	if (good && args.listen != NULL)
		good = socket_listen(args.listen, &serve.listener, &fault);
	else if (good)
		serve.fd[serve.count++] = PEER_FD;
	if (good && args.listen != NULL)
		(void)!write(PEER_FD, "r", 1); /* ready: whoever opened it waits for this */
	if (good && args.listen != NULL)
		(void)close(PEER_FD);
	good = good && serve_run(&serve, &fault);
	secret_free(agent.secret);
	rsa_free(agent.ca);
	if (args.listen != NULL)
		(void)unlink(args.listen);
	if (!good)
		fprintf(stderr, "akashi-key: %s\n", fault.say);
	return fault_exit(fault.code);
}
