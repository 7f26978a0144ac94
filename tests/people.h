/* People with keys under a charter of a test's own: DIR/rehearsal/keys/ID, DIR/ca/charter.der; and
 * the archive key's agent. */
#ifndef AKASHI_TESTS_PEOPLE_H
#define AKASHI_TESTS_PEOPLE_H

#include <signal.h>
#include <sys/prctl.h>

#include "act/keys.h"
#include "act/person.h"
#include "base/file.h"
#include "made.h"
#include "rules/role.h"
#include "wire/serve.h"

#include <string.h>

struct somebody {
	const char *id;
	enum role role;
	enum surface surface;
	unsigned more; /* roles besides, as a set */
};

static inline void
people_charter(struct service *s, const struct charter *c)
{
	char path[SERVICE_PATH];
	struct sink packed = SINK_GROW(CHARTER_MOST);
	struct fault fault = { 0 };
	charter_pack(c, &packed);
	made_or_die(file_write(service_path(s, "ca/charter.der", path), 0600, packed.at, packed.len,
			&fault),
	    &fault);
	sink_drop(&packed);
	free(s->charter); /* read again when it is next asked for */
	s->charter = NULL;
}

/* The caller frees the charter that stands in the folder now. */
static inline struct charter *
people_make(struct service *s, const struct somebody *people, size_t n)
{
	struct charter *c = calloc(1, sizeof(*c));
	struct fault fault = { 0 };
	if (c == NULL)
		abort();
	c->rehearsal = true;
	c->number = 1;
	c->not_before = s->now;
	c->not_after = (struct instant){ s->now.sec + 40 * 86400 };
	c->quorum = 1;
	memset(c->service, 7, sizeof(c->service));
	for (size_t i = 0; i < n; i++) {
		char name[64], path[SERVICE_PATH];
		struct key_public k;
		struct holder *h = &c->staff[c->staffs++];
		snprintf(name, sizeof(name), "rehearsal/keys/%s", people[i].id);
		struct key_request r = { .out = service_path(s, name, path),
			.purpose = KEY_PERSON,
			.rehearsal = true,
			.passphrase = "" };
		made_or_die(keys_new(&r, &k, &fault), &fault);
		snprintf(h->id, sizeof(h->id), "%s", people[i].id);
		h->roles = 1 << people[i].role | people[i].more;
		h->surface = people[i].surface;
		memcpy(h->point, k.bytes, sizeof(h->point));
	}
	uint8_t secret[SEAL_SECRET]; /* nobody's: a test that opens warrants puts its own */
	seal_pair(c->signer_seal, secret);
	seal_pair(c->keymaker_seal, secret);
	people_charter(s, c);
	return c;
}

/* The agent beside the build; the service ends it when it closes. */
static inline void
people_agent(struct service *s)
{
	char self[512], key[SERVICE_PATH], log[SERVICE_PATH];
	struct fault fault = { 0 };
	int peer[2], passphrase[2];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 32);
	if (n <= 0 || !socket_pair(peer, &fault) || pipe(passphrase) != 0)
		abort();
	self[n] = '\0';
	snprintf(strrchr(self, '/'), 32, "/../akashi-key");
	service_path(s, "rehearsal/keys/archive", key);
	service_path(s, "keys/archive.log", log);
	(void)close(passphrase[1]);
	s->agent_pid = fork();
	if (s->agent_pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (dup2(peer[1], 60) == -1 || dup2(passphrase[0], 61) == -1 || dup2(60, 3) == -1 ||
		    dup2(61, 4) == -1)
			_exit(70);
		(void)close_range(5, ~0u, 0);
		execl(self, "akashi-key", "--verb", "unwrap", "--key", key, "--log", log, "--limit",
		    "4000", (char *)NULL);
		_exit(70);
	}
	(void)close(peer[1]);
	(void)close(passphrase[0]);
	s->agent = peer[0];
}

/* The caller frees the person. */
static inline struct person *
people_open(struct service *s, const char *id)
{
	char name[64], path[SERVICE_PATH];
	struct person *p = NULL;
	struct fault fault = { 0 };
	snprintf(name, sizeof(name), "rehearsal/keys/%s", id);
	made_or_die(person_open(s, service_path(s, name, path), "", 0, &p, &fault), &fault);
	return p;
}

#endif
