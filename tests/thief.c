#include "thief.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "or_die.h"
#include "store/engine.h"
#include "store/meta_row.h"

enum { AT_ONCE = 500 };

void
thief_say(struct store *s, const char *sentence, ...)
{
	char text[1024];
	struct fault fault = { 0 };
	va_list args;
	va_start(args, sentence);
	(void)vsnprintf(text, sizeof(text), sentence, args);
	va_end(args);
	or_die(s->engine->plain(s, text, &fault), &fault);
}

void
thief_keep(struct store *s, const char *as)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		thief_say(s, "CREATE TABLE %s_%s AS SELECT * FROM %s", as, TABLES[i]->name,
		    TABLES[i]->name);
}

void
thief_back(struct store *s, const char *as)
{
	thief_say(s, "BEGIN");
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		thief_say(s, "DELETE FROM %s", TABLES[i]->name);
		thief_say(
		    s, "INSERT INTO %s SELECT * FROM %s_%s", TABLES[i]->name, as, TABLES[i]->name);
	}
	thief_say(s, "COMMIT");
}

void
thief_forget(struct store *s, const char *as)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		thief_say(s, "DROP TABLE %s_%s", as, TABLES[i]->name);
}

void
thief_cut(struct store *s, int64_t event)
{
	const long long at = event;
	thief_say(
	    s, "DELETE FROM change WHERE seq > (SELECT changes FROM event WHERE seq = %lld)", at);
	thief_say(s, "DELETE FROM event WHERE seq > %lld", at);
	thief_say(s, "DELETE FROM frontier WHERE size > %lld", at);
	thief_say(s, "UPDATE counter SET value = %lld WHERE name = 'event'", at);
}

void
thief_drop_index(struct store *s, const char *sentence)
{
	char name[64];
	const char *at = strstr(sentence, "NOT EXISTS ");
	if (at == NULL || sscanf(at, "NOT EXISTS %63s", name) != 1)
		exit(2);
	thief_say(s, "DROP INDEX %s", name);
}

struct growing {
	const struct service *service;
	int64_t from, to;
};

static bool
grow(struct tx *tx, void *context, struct fault *fault)
{
	const struct growing *g = context;
	char name[40];
	for (int64_t i = g->from; i < g->to; i++) {
		struct event_row e;
		snprintf(name, sizeof(name), "grown-%lld", (long long)i);
		service_event(g->service, "test", 0, &e);
		if (!meta_put(tx, name, "x", fault) || !service_event_add(tx, &e, fault))
			return false;
	}
	return true;
}

void
thief_grow(struct service *s, int64_t events)
{
	struct fault fault = { 0 };
	for (int64_t at = 0; at < events; at += AT_ONCE) {
		struct growing g = { s, at, at + AT_ONCE < events ? at + AT_ONCE : events };
		or_die(store_write(s->store, NULL, grow, &g, &fault), &fault);
	}
}
