/* People with keys under a charter of a test's own: DIR/rehearsal/keys/ID, DIR/ca/charter.der. */
#ifndef AKASHI_TESTS_PEOPLE_H
#define AKASHI_TESTS_PEOPLE_H

#include "act/keys.h"
#include "act/person.h"
#include "base/file.h"
#include "made.h"
#include "rules/role.h"

#include <string.h>

struct somebody {
	const char *id;
	enum role role;
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
		h->roles = 1 << people[i].role;
		h->surface = SURFACE_DESK;
		memcpy(h->point, k.bytes, sizeof(h->point));
	}
	people_charter(s, c);
	return c;
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
