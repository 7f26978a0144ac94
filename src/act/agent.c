#include "act/agent.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/passphrase.h"
#include "base/file.h"
#include "pki/cert.h"
#include "wire/agent.h"
#include "wire/child.h"
#include "wire/serve.h"

const struct refusal AGENT_OTHER_CERTIFICATE = { "key-other-certificate", FAULT_BROKEN,
	"design 5" };

enum { READY_MS = 30000, CLOSED_MS = 5000, CERTIFICATE_MOST = 1 << 16 };
static const char REHEARSAL_LIMIT[] = "4000"; /* a whole practice in an hour */

static const struct {
	const char *verb, *socket, *log;
} AGENTS[KEY_PURPOSES] = {
	[KEY_CA] = { "sign", "run/ca.sock", "keys/ca.log" },
	[KEY_ARCHIVE] = { "unwrap", "run/archive.sock", "keys/archive.log" },
};

/* It says so when the passphrase was right and it listens, or why not; else it is gone. */
static bool
wait_ready(int fd, pid_t pid, struct fault *fault)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t said[4096];
	struct frame why;
	struct fault none = { 0 };
	ssize_t n = poll(&p, 1, READY_MS) == 1 ? read(fd, said, sizeof(said)) : 0;
	if (n == 1 && said[0] == 'r')
		return true;
	(void)child_end(pid, 1000);
	if (n > 1 && frame_unpack(der_of(said, (size_t)n), &why, &none))
		(void)!frame_accept(&why, NULL, fault);
	return fault_set(
	    fault, FAULT_INPUT, "鍵を開けませんでした。鍵ファイルと合言葉を確かめてください。");
}

void
agent_call(const struct service *s, enum key_purpose purpose, bool standing, struct agent_call *c)
{
	char name[64];
	size_t n = 0;
	const char *limit =
	    s->rehearsal ? REHEARSAL_LIMIT : policy_setting(&s->policy, "unwrap_hourly", s->today);
	snprintf(name, sizeof(name), "%s/%s", s->rehearsal ? "rehearsal/keys" : "keys",
	    key_purpose_name(purpose));
	const char *const rows[][2] = {
		{ "--verb", AGENTS[purpose].verb }, { "--key", service_path(s, name, c->key) },
		{ "--log", service_path(s, AGENTS[purpose].log, c->log) },
		{ "--limit", purpose == KEY_CA ? "0" : limit },
		{ s->rehearsal ? NULL : "--mark", "real" },
		{ standing ? "--listen" : NULL, service_path(s, AGENTS[purpose].socket, c->socket) }
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i][0] != NULL) {
			c->argv[n++] = rows[i][0];
			c->argv[n++] = rows[i][1];
		}
	c->argv[n] = NULL;
}

/* Until it has let go: whoever looks next finds nobody. */
static bool
wait_gone(int fd, struct fault *fault)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;
	return (poll(&p, 1, CLOSED_MS) == 1 && read(fd, &c, 1) <= 0) ||
	       fault_set(fault, FAULT_LATER, "鍵のプログラムがまだ終わっていません。");
}

bool
agent_is_open(const struct service *s, enum key_purpose purpose)
{
	char path[SERVICE_PATH];
	struct fault none = { 0 };
	int fd;
	if (!socket_connect(service_path(s, AGENTS[purpose].socket, path), &fd, &none))
		return false;
	(void)close(fd);
	return true;
}

static bool
start(struct service *s, enum key_purpose purpose, const int passphrase[2], struct fault *fault)
{
	struct agent_call call;
	int ready[2];
	pid_t pid;
	agent_call(s, purpose, true, &call);
	if (pipe(ready) != 0)
		return fault_set(fault, FAULT_BUG, "パイプを作れません。");
	struct child c = { "akashi-key", call.argv, { ready[1], passphrase[0] }, 2, true };
	bool good = child_start(&c, &pid, fault);
	(void)close(ready[1]);
	(void)close(passphrase[0]);
	if (passphrase[1] != -1)
		(void)close(passphrase[1]);
	good = good && wait_ready(ready[0], pid, fault);
	(void)close(ready[0]);
	return good;
}

/* A rehearsal's own, where nobody gave one. */
static bool
rehearsal_passphrase(
    const struct service *s, enum key_purpose purpose, int *fd, bool *taken, struct fault *fault)
{
	*taken = s->rehearsal;
	return !*taken || passphrase_pipe(s, key_purpose_name(purpose), fd, fault);
}

bool
agent_key_open(struct service *s, enum key_purpose purpose, const void *passphrase, size_t n,
    struct fault *fault)
{
	int pass[2] = { -1, -1 };
	bool taken = false;
	if (agent_is_open(s, purpose))
		return fault_set(
		    fault, FAULT_STATE, "この鍵はもう開いています。そのまま使えます。");
	if (n == 0 && !rehearsal_passphrase(s, purpose, &pass[0], &taken, fault))
		return false;
	if (taken)
		return start(s, purpose, pass, fault);
	if (pipe(pass) != 0)
		return fault_set(fault, FAULT_BUG, "パイプを作れません。");
	if (n > 0 && write(pass[1], passphrase, n) != (ssize_t)n)
		return fault_set(fault, FAULT_BUG, "合言葉を渡せません。");
	return start(s, purpose, pass, fault);
}

bool
agent_key_close(struct service *s, enum key_purpose purpose, struct fault *fault)
{
	char path[SERVICE_PATH];
	uint8_t bytes[128];
	struct sink who = SINK_INTO(bytes);
	struct fault none = { 0 };
	int fd;
	if (!socket_connect(service_path(s, AGENTS[purpose].socket, path), &fd, &none))
		return fault_set(
		    fault, FAULT_STATE, "この鍵は開いていません。閉じるものはありません。");
	der_put_utf8(&who, s->actor);
	bool good = frame_call(fd, AGENT_CLOSE, der_of(who.at, who.len), AGENT_MS, NULL, fault) &&
		    wait_gone(fd, fault);
	(void)close(fd);
	return good;
}

static bool
certificate_meet(
    const struct service *s, const struct key_about *k, bool *certified, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	struct der spki;
	*certified = file_exists(service_path(s, "ca/ca.crt", path));
	if (!*certified)
		return true;
	if (!file_read(path, CERTIFICATE_MOST, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	return (cert_spki(der_of(bytes, n), &spki) && spki.n == k->half.len &&
		   memcmp(spki.p, k->half.bytes, spki.n) == 0) ||
	       fault_refuse(fault, &AGENT_OTHER_CERTIFICATE, "key",
		   "この鍵は認証局の証明書の鍵ではありません。"
		   "鍵のファイルを取り違えていないか確かめてください。");
}

bool
agent_key_check(struct service *s, const void *passphrase, size_t n, struct key_about *out,
    bool *certified, struct fault *fault)
{
	struct agent_call call;
	uint8_t *own = NULL;
	size_t own_len = 0;
	agent_call(s, KEY_CA, false, &call);
	if (n == 0 && s->rehearsal &&
	    !passphrase_of(s, key_purpose_name(KEY_CA), &own, &own_len, fault))
		return false;
	bool good = keys_check(call.key, !s->rehearsal, own != NULL ? own : passphrase,
			own != NULL ? own_len : n, out, fault) &&
		    certificate_meet(s, out, certified, fault);
	if (own != NULL)
		explicit_bzero(own, own_len);
	free(own);
	return good;
}
