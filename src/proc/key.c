/*
 * akashi-key: one key, one verb. Opened by a custodian, it stays open while others restart.
 *
 * akashi-key --verb unwrap|sign --key FILE --log FILE --limit N [--mark real] [--listen PATH]
 * akashi-key --verb make|check --key FILE [--mark real]
 * "unwrap" holds the archive key, "sign" the CA key, from its file or a token; --mark real takes no
 * rehearsal's. "make" makes a CA key in a token, "check" tries one; each is asked that once and
 * ends. Descriptor 3 is the asker's socket, or (--listen) where "r" says that it is ready, or a frame why not;
 * descriptor 4 gives the passphrase or PIN. Who asked, for which dossier and why is in the log, on
 * disk, before any answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/day.h"
#include "base/file.h"
#include "proc/key_ca.h"
#include "vault/digest.h"
#include "vault/keyfile.h"
#include "wire/agent.h"
#include "wire/child.h"
#include "wire/serve.h"
#include "wire/signals.h"

enum { PEER_FD = 3, PASSPHRASE_FD = 4, HOUR = 3600, LIMIT_MOST = 4096, PASSPHRASE_MOST = 1024 };

static const struct refusal KEY_OPEN = { "key-open", FAULT_STATE, "design 1" };

struct agent {
	const struct verb *verb;
	const char *key; /* its file */
	uint8_t *secret; /* locked: the archive key */
	uint8_t public[SEAL_PUBLIC]; /* its other half */
	uint8_t *passphrase; /* locked; kept for a token alone, whose session may be lost */
	size_t passphrase_len;
	struct ca_key ca;
	struct fault refused; /* why it is not open: all that is answered */
	bool told; /* somebody knows of that */
	int log;
	const char *log_path;
	int limit; /* answers an hour; the CA key has none */
	int64_t asked[LIMIT_MOST]; /* when, in a ring */
	size_t next;
	struct agent_uses uses;
	bool stopped; /* nobody is answered any more */
};

/* A log that cannot be written, or was moved or replaced, answers nobody. */
static bool
agent_unlogged(struct agent *a, struct fault *fault)
{
	a->stopped = true;
	return fault_set(fault, FAULT_STORE, "鍵の使用記録を書けないため、鍵を使いません。");
}

/* number: the dossier, or where the line is of no dossier the agent's own. */
static bool
agent_write(
    struct agent *a, const char *person, int64_t number, const char *reason, struct fault *fault)
{
	char line[400], now[INSTANT_TEXT];
	int n = snprintf(line, sizeof(line), "%s %s %lld %s\n", instant_print(now, instant_now()),
	    person, (long long)number, reason);
	return (n > 0 && (size_t)n < sizeof(line) && write(a->log, line, (size_t)n) == n) ||
	       agent_unlogged(a, fault);
}

static bool
agent_sync(struct agent *a, struct fault *fault)
{
	struct stat ours, there;
	return (fsync(a->log) == 0 && fstat(a->log, &ours) == 0 && stat(a->log_path, &there) == 0 &&
		   ours.st_dev == there.st_dev && ours.st_ino == there.st_ino) ||
	       agent_unlogged(a, fault);
}

/* On disk before it is answered. */
static bool
agent_log(
    struct agent *a, const char *person, int64_t number, const char *reason, struct fault *fault)
{
	return agent_write(a, person, number, reason, fault) && agent_sync(a, fault);
}

static bool
agent_allow(struct agent *a, struct fault *fault)
{
	int64_t now = instant_now().sec,
		first = a->asked[(a->next + LIMIT_MOST - (size_t)a->limit) % LIMIT_MOST];
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
	a->uses.count++;
	if (!seal_open_fixed("dossier-key", a->secret, a->public, u.wrapped.p, u.wrapped.n, key,
		sizeof(key), fault))
		return false;
	sink_bytes(reply, key, sizeof(key));
	secret_wipe(key, sizeof(key));
	return true;
}

/* Each digest is in the log, and the log on disk, before the first signature is made. */
static bool
sign_log(struct agent *a, const struct agent_sign *ask, struct fault *fault)
{
	char named[128 + 80];
	for (size_t at = 0; at < ask->digests.n; at += AGENT_DIGEST) {
		struct sink reason = SINK_INTO(named);
		sink_print(&reason, "%s ", ask->reason);
		sink_hex(&reason, ask->digests.p + at, AGENT_DIGEST);
		if (sink_string(&reason) == NULL ||
		    !agent_write(a, "signer", a->uses.agent, named, fault))
			return false;
	}
	if (!agent_sync(a, fault))
		return false;
	for (size_t at = 0; at < ask->digests.n; at += AGENT_DIGEST, a->uses.count++)
		digest_chain(a->uses.chain, ask->digests.p + at);
	return true;
}

/* Digests, announced by what the signer's journal says they are for. */
static bool
sign(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	struct agent_sign ask;
	if (!agent_sign_read(body, &ask) || !one_line(ask.reason) || ask.digests.n == 0 ||
	    ask.digests.n > AGENT_DIGESTS * AGENT_DIGEST || ask.digests.n % AGENT_DIGEST != 0)
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	if (!sign_log(a, &ask, fault))
		return false;
	for (size_t at = 0; at < ask.digests.n; at += AGENT_DIGEST)
		if (!ca_key_sign(&a->ca, ask.digests.p + at, reply, fault))
			return false;
	return true;
}

static bool
archive_half(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	(void)body;
	(void)fault;
	sink_bytes(reply, a->public, sizeof(a->public));
	return true;
}

static bool
ca_half(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	(void)body;
	(void)fault;
	sink_bytes(reply, a->ca.spki, a->ca.spki_len);
	return true;
}

static bool
uses(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	(void)body;
	(void)fault;
	agent_uses_pack(&a->uses, reply);
	return true;
}

static bool
make(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	struct agent_make m;
	a->stopped = true;
	if (!agent_make_read(body, &m))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	return ca_key_make(a->key, &m, a->passphrase, a->passphrase_len, reply, fault);
}

static bool
about(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	(void)body;
	a->stopped = true;
	return ca_key_about(&a->ca, reply, fault);
}

/* By whom it was closed is in the log; one that serves a single asker ends with it. */
static bool
shut(struct agent *a, struct der body, struct sink *reply, struct fault *fault)
{
	char person[64];
	(void)reply;
	if (!der_take_utf8(&body, person, sizeof(person)) || !der_done(&body) || !one_line(person))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	if (!agent_log(a, person, 0, "close", fault))
		return false;
	a->stopped = true;
	return true;
}

typedef bool answer(struct agent *, struct der body, struct sink *reply, struct fault *);
enum { ANSWERS = 4 };

/* clang-format off */
static const struct verb {
	const char *name;
	bool ca; /* the CA key is opened; of the others "unwrap" opens the archive key */
	bool logs;
	int limit_least; /* 0 is no limit, which only the CA key has: the journal announces what it signs */
	struct { enum agent_kind kind; answer *run; } answers[ANSWERS];
} VERBS[] = {
	{ "unwrap", false, true,  1, { { AGENT_UNWRAP, unwrap }, { AGENT_PUBLIC, archive_half }, { AGENT_USES, uses }, { AGENT_CLOSE, shut } } },
	{ "sign",   true,  true,  0, { { AGENT_SIGN, sign }, { AGENT_PUBLIC, ca_half }, { AGENT_USES, uses }, { AGENT_CLOSE, shut } } },
	{ "make",   false, false, 0, { { AGENT_MAKE, make } } },
	{ "check",  true,  false, 0, { { AGENT_ABOUT, about } } },
};
/* clang-format on */

static bool
handle(void *context, size_t place, const struct frame *f, struct sink *reply, struct fault *fault)
{
	struct agent *a = context;
	(void)place;
	if (a->refused.code != FAULT_NONE) {
		*fault = a->refused;
		a->stopped = a->told = true;
		return false;
	}
	for (size_t i = 0; i < ANSWERS; i++)
		if (a->verb->answers[i].run != NULL && a->verb->answers[i].kind == f->kind)
			return a->verb->answers[i].run(a, f->body, reply, fault);
	return fault_refuse(fault, &FRAME_BROKEN, NULL, "この鍵にできない仕事です。");
}

struct arguments {
	const char *verb, *key, *log, *limit, *listen, *mark;
};

static bool
arguments_read(
    int argc, char **argv, struct arguments *a, const struct verb **verb, struct fault *fault)
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
	const struct verb *v = NULL;
	for (size_t i = 0; a->verb != NULL && i < COUNT(VERBS); i++)
		if (strcmp(VERBS[i].name, a->verb) == 0)
			v = &VERBS[i];
	*verb = v;
	return (v != NULL && a->key != NULL &&
		   (!v->logs || (a->log != NULL && a->limit != NULL))) ||
	       fault_set(fault, FAULT_USAGE,
		   "akashi-key: --verb unwrap|sign|make|check --key FILE [--log FILE --limit N]");
}

static bool
passphrase_read(struct agent *a, struct fault *fault)
{
	ssize_t got = 0;
	a->passphrase = secret_new(PASSPHRASE_MOST);
	if (a->passphrase == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	while (a->passphrase_len < PASSPHRASE_MOST &&
	       (got = read(PASSPHRASE_FD, a->passphrase + a->passphrase_len,
		    PASSPHRASE_MOST - a->passphrase_len)) > 0)
		a->passphrase_len += (size_t)got;
	(void)close(PASSPHRASE_FD);
	return got >= 0 || fault_set(fault, FAULT_INPUT, "合言葉を読めませんでした。");
}

/* A rehearsal's key is marked as such where it was made. */
static bool
archive_open(struct agent *a, bool real, struct fault *fault)
{
	struct fault first = { 0 };
	a->secret = secret_new(SEAL_SECRET);
	if (a->secret == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	bool good = keyfile_read(
	    a->key, "archive", a->passphrase, a->passphrase_len, a->secret, SEAL_SECRET, &first);
	if (!good && first.row == &KEYFILE_OTHER_PURPOSE && !real) {
		first = (struct fault){ 0 };
		good = keyfile_read(a->key, "rehearsal-archive", a->passphrase, a->passphrase_len,
		    a->secret, SEAL_SECRET, &first);
	}
	if (good)
		seal_public(a->secret, a->public);
	else
		*fault = first;
	return good;
}

/* Of two on one socket's path the first would stay open where nobody can close it: the log is locked
 * for as long as we live. */
static bool
alone(const struct agent *a, struct fault *fault)
{
	struct fault why = { 0 };
	int lock;
	if (lock_take(a->log_path, &lock, &why))
		return true;
	if (why.code == FAULT_LATER)
		return fault_refuse(fault, &KEY_OPEN, NULL,
		    "この鍵はもう開いています（記録「%s」が使われています）。"
		    "閉じられないときは、その akashi-key を終わらせてください。",
		    a->log_path);
	*fault = why;
	return false;
}

static bool
log_open(struct agent *a, const struct arguments *args, struct fault *fault)
{
	a->limit = (int)strtol(args->limit, NULL, 10);
	if (a->limit < a->verb->limit_least || a->limit >= LIMIT_MOST)
		return fault_set(fault, FAULT_USAGE,
		    "akashi-key: --limit は 1 から %d の回数です（規則 unwrap_hourly）。",
		    LIMIT_MOST - 1);
	a->log_path = args->log;
	a->log = open(args->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	return ((a->log != -1 && file_sync_folder(args->log)) ||
		   fault_set(fault, FAULT_STORE,
		       "akashi-key: 記録「%s」を書けません。場所と権限を確かめてください。",
		       args->log)) &&
	       (args->listen == NULL || alone(a, fault));
}

static bool
agent_open(struct agent *a, const struct arguments *args, struct fault *fault)
{
	bool real = args->mark != NULL, archive = !a->verb->ca && a->verb->logs;
	if ((a->verb->logs && !log_open(a, args, fault)) || !passphrase_read(a, fault) ||
	    (archive && !archive_open(a, real, fault)) ||
	    (a->verb->ca &&
		!ca_key_open(a->key, real, a->passphrase, a->passphrase_len, &a->ca, fault)))
		return false;
	if (a->ca.file != NULL || archive)
		secret_wipe(a->passphrase, PASSPHRASE_MOST);
	return !a->verb->ca || !a->verb->logs ||
	       agent_log(a, "akashi-key", a->uses.agent, "open", fault);
}

/* On its socket, or at its end of the one it was handed; whoever started it hears whether it is open. */
static bool
agent_stand(struct agent *a, struct serve *serve, const char *listen, struct fault *fault)
{
	uint8_t bytes[2048];
	struct sink why = SINK_INTO(bytes);
	struct fault lost = { 0 };
	if (listen == NULL) {
		serve->fd[serve->count++] = PEER_FD;
		return true;
	}
	bool good =
	    a->refused.code == FAULT_NONE && socket_listen(listen, &serve->listener, &a->refused);
	if (!good)
		fault_pack(&a->refused, &why);
	const struct frame not_ready = { 0, FRAME_FAULT, der_of(why.at, why.len) };
	if (good)
		(void)!write(PEER_FD, "r", 1);
	else
		a->told = frame_send(PEER_FD, &not_ready, &lost);
	(void)close(PEER_FD);
	if (!good)
		*fault = a->refused;
	return good;
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct arguments args;
	struct agent agent = { .log = -1, .uses.agent = getpid() };
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
	bool good = arguments_read(argc, argv, &args, &agent.verb, &fault) && vault_start(&fault) &&
		    signals_take((const int[]){ SIGTERM, SIGINT, 0 }, &serve.signals, &fault);
	agent.key = args.key;
	bool open = good && agent_open(&agent, &args, &agent.refused);
	good =
	    good && agent_stand(&agent, &serve, args.listen, &fault) && serve_run(&serve, &fault);
	if (!open && agent.refused.code != FAULT_NONE)
		fault = agent.refused;
	ca_key_close(&agent.ca);
	secret_free(agent.secret);
	secret_free(agent.passphrase);
	if (good && args.listen != NULL)
		(void)unlink(args.listen);
	if (fault.code != FAULT_NONE && !agent.told)
		fprintf(stderr, "akashi-key: %s\n", fault.say);
	return fault_exit(fault.code);
}
