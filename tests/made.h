/* A rehearsal service of its own for a test, made by init on either engine, at the samples' day. */
#ifndef AKASHI_TESTS_MADE_H
#define AKASHI_TESTS_MADE_H

#include "act/init.h"
#include "engines.h"

#define MADE_AT "2026-11-20T09:00:00+09:00"

static inline void
made_or_die(bool good, const struct fault *fault)
{
	if (good)
		return;
	fprintf(stderr, "%s (%s)\n", fault->say, fault->detail);
	abort();
}

/* dir is written: the folder of the service. */
static inline void
made_folder(int engine, const char *name, char dir[256])
{
	char url[ENGINE_URL], store[ENGINE_URL], policy[512], host[200], user[50];
	struct fault fault = { 0 };
	struct init_made made;
	snprintf(dir, 256, "/tmp/akashi-%s-XXXXXX", name);
	if (mkdtemp(dir) == NULL)
		abort();
	snprintf(policy, sizeof(policy), "%s/policy", SOURCE);
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

static inline struct service *
made_service(int engine, const char *name, char dir[256])
{
	struct service *s = NULL;
	struct fault fault = { 0 };
	made_folder(engine, name, dir);
	made_or_die(service_open(dir, MADE_AT, &s, &fault), &fault);
	return s;
}

#endif
