/* A rehearsal service of its own for a test, made by init on either engine, at the samples' day. */
#ifndef AKASHI_TESTS_MADE_H
#define AKASHI_TESTS_MADE_H

#include <string.h>

#include "act/init.h"
#include "base/file.h"
#include "engines.h"
#include "exchange/policy_file.h"
#include "folder.h"

#define MADE_AT "2026-11-20T09:00:00+09:00"

static inline void
made_or_die(bool good, const struct fault *fault)
{
	if (good)
		return;
	fprintf(stderr, "%s (%s)\n", fault->say, fault->detail);
	abort();
}

/* The shipped policy with a CA key that is made at once: a copy, once per program. */
static inline const char *
made_policy(void)
{
	static char folder[TEST_PATH];
	struct fault fault = { 0 };
	if (folder[0] != '\0')
		return folder;
	test_folder("policy", folder);
	for (size_t i = 0; i < POLICY_FILE_COUNT; i++) {
		char path[512];
		uint8_t *bytes;
		size_t n;
		snprintf(path, sizeof(path), "%s/policy/%s", SOURCE, POLICY_FILES[i]);
		made_or_die(file_read(path, POLICY_FILE_MOST, &bytes, &n, &fault), &fault);
		char *bits = strstr((char *)bytes, "ca_key_bits, value: \"4096\"");
		if (bits != NULL)
			memcpy(strchr(bits, '"') + 1, "2048", 4);
		snprintf(path, sizeof(path), "%s/%s", folder, POLICY_FILES[i]);
		made_or_die(file_write(path, 0600, bytes, n, &fault), &fault);
		free(bytes);
	}
	return folder;
}

/* dir is written: the folder of the service. */
static inline void
made_folder_of(int engine, const char *name, const char *policy, char dir[256])
{
	char url[ENGINE_URL], store[ENGINE_URL], host[200], user[50];
	struct fault fault = { 0 };
	struct init_made made;
	test_folder(name, dir);
	struct init_request r = {
		.dir = dir, .policy = policy, .told = MADE_AT, .rehearsal = true
	};
	if (engine != 0) {
		engine_url(engine, name, url);
		if (sscanf(url, "host=%199s user=%49s", host, user) != 2)
			abort();
		snprintf(store, sizeof(store), "postgresql:///t_%s_%d?host=%s&user=%s", name,
		    (int)getpid(), host, user);
		r.store = store;
	}
	made_or_die(init_run(&r, &made, &fault), &fault);
}

static inline void
made_folder(int engine, const char *name, char dir[256])
{
	made_folder_of(engine, name, made_policy(), dir);
}

static inline struct service *
made_service(int engine, const char *name, char dir[256])
{
	struct service *s = NULL;
	struct fault fault = { 0 };
	made_folder(engine, name, dir);
	made_or_die(service_open(dir, MADE_AT, &s, &fault), &fault);
	return s;
}

static inline bool
made_key_count(void *context, const char *owner, struct fault *fault)
{
	(void)owner;
	(void)fault;
	++*(int *)context;
	return true;
}

/* How many wrapped keys of that kind lie in keys.db. */
static inline int
made_keys(struct service *s, const char *kind)
{
	int n = 0;
	struct fault fault = { 0 };
	made_or_die(keys_db_each(s->keys, kind, made_key_count, &n, &fault), &fault);
	return n;
}

#endif
