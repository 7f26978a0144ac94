/* Uses of the CA key: each is of a digest the journal announced [design 5]. */
#include "act/audit_in.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/text.h"
#include "vault/digest.h"
#include "wire/serve.h"

enum { LOG_LINE = 512 };
static const char BY_SIGNER[] = " signer ";

bool
audit_announce(struct audit *a, const struct line *l, struct fault *fault)
{
	if (!ARRAY_ROOM(a->announced, a->announcements, a->announced_room, fault))
		return false;
	memcpy(a->announced[a->announcements++], l->tbs, sizeof(l->tbs));
	return true;
}

static int
by_octets(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

/* A use's line ends with its digest, whatever its asker named as reason: none of them ends so. */
static bool
line_opened(const char *line, int64_t agent)
{
	char opened[64];
	size_t n = strlen(line),
	       end = (size_t)snprintf(opened, sizeof(opened), AGENT_OPENED, (long long)agent);
	return n >= end && strcmp(line + n - end, opened) == 0;
}

/* "TIME signer AGENT REASON DIGEST": a use; false where the line tells of none. */
static bool
use_read(const char *line, int64_t *agent, uint8_t digest[32])
{
	const char *by = strstr(line, BY_SIGNER), *hex = strrchr(line, ' ');
	char *end;
	if (by == NULL || hex == NULL || strlen(hex + 1) != 64)
		return false;
	by += sizeof(BY_SIGNER) - 1;
	*agent = strtoll(by, &end, 10);
	return *by >= '0' && *by <= '9' && *end == ' ' && hex_read(hex + 1, digest, 32);
}

/* One that went as it was asked is not there, nor one nobody can connect to; one that is there and cannot be
 * heard proves nothing. */
static bool
uses_ask(struct audit *a, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct agent_uses uses;
	bool heard = false;
	service_path(a->crew->service, "run/ca.sock", path);
	for (int tries = 2; !heard && tries >= 0; tries--) {
		OWN_SINK reply = SINK_GROW(256);
		struct fault none = { 0 };
		int fd;
		if (!socket_connect(path, &fd, &none))
			return true;
		if (tries == 0)
			(void)fault_set(fault, FAULT_LATER,
			    "認証局の鍵のプログラムが、使用回数を答えません。"
			    "鍵を開き直してから、もう一度実行してください。");
		else
			heard =
			    frame_call(fd, AGENT_USES, der_of(NULL, 0), AGENT_MS, &reply, &none) &&
			    agent_uses_read(der_of(reply.at, reply.len), &uses);
		(void)close(fd);
	}
	if (heard)
		a->uses = uses;
	return heard;
}

/* What was used until now is in a journal that is read later; where no agent is open there is
 * nothing to hold the log against. */
bool
audit_uses_now(struct audit *a, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct stat st;
	if (!uses_ask(a, fault))
		return false;
	bool there = stat(service_path(a->crew->service, "keys/ca.log", path), &st) == 0;
	a->uses_end = there ? st.st_size : 0;
	return there || errno == ENOENT ||
	       fault_set(fault, FAULT_OUTSIDE, "「%s」を読めません。", path);
}

static bool
line_meet(struct audit *a, int64_t n, const char *line, struct agent_uses *since)
{
	uint8_t digest[32];
	int64_t agent;
	if (!use_read(line, &agent, digest))
		return audit_broken(a, "use", n, "認証局の鍵の使用記録のこの行が読めません。");
	if (a->announcements == 0 ||
	    bsearch(digest, a->announced, a->announcements, 32, by_octets) == NULL)
		return audit_broken(a, "use", n,
		    "台帳が予告していないものに、認証局の鍵が署名しています。要約 %s",
		    strrchr(line, ' ') + 1);
	if (agent == a->uses.agent) {
		digest_chain(since->chain, digest);
		since->count++;
	}
	return true;
}

/* Uses since its agent opened the key are added up as it does itself. */
static bool
log_read(struct audit *a, FILE *log)
{
	char line[LOG_LINE];
	struct agent_uses since = { 0 };
	bool opened = false, met = a->uses.agent == 0;
	for (int64_t n = 1;
	     !a->broken && ftell(log) < a->uses_end && fgets(line, sizeof(line), log) != NULL;
	     n++) {
		line[strcspn(line, "\n")] = '\0';
		if (line_opened(line, a->uses.agent)) {
			since = (struct agent_uses){ 0 };
			opened = true;
		} else if (strstr(line, BY_SIGNER) != NULL) {
			(void)line_meet(a, n, line, &since);
		}
		if (opened && since.count == a->uses.count)
			met = memcmp(since.chain, a->uses.chain, sizeof(since.chain)) == 0;
	}
	return met ||
	       audit_broken(a, "use", AUDIT_NONE,
		   "認証局の鍵の使用記録が、鍵のプログラムの覚えている回数や要約と違います。");
}

bool
audit_uses(struct audit *a, struct fault *fault)
{
	char path[SERVICE_PATH];
	FILE *log = fopen(service_path(a->crew->service, "keys/ca.log", path), "re");
	if (log == NULL && errno != ENOENT)
		return fault_set(fault, FAULT_OUTSIDE, "「%s」を開けません。", path);
	if (a->announcements > 0)
		qsort(a->announced, a->announcements, 32, by_octets);
	bool good = log != NULL ? log_read(a, log)
				: a->uses.agent == 0 || audit_broken(a, "use", AUDIT_NONE,
							    "認証局の鍵の使用記録がありません。");
	if (log != NULL)
		(void)fclose(log);
	return good;
}
