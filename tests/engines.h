/* An empty store on each engine: SQLite in a new folder, PostgreSQL in a new database. */
#ifndef AKASHI_TESTS_ENGINES_H
#define AKASHI_TESTS_ENGINES_H

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "folder.h"
#include "store/store.h"

enum { ENGINES = 2, ENGINE_URL = 512 };

static inline void
engine_url(int engine, const char *name, char url[ENGINE_URL])
{
	char text[256];
	if (engine == 0) {
		snprintf(url, ENGINE_URL, "sqlite:%s/akashi.db", test_folder(name, text));
		return;
	}
	const char *base = getenv("AKASHI_TEST_POSTGRES");
	if (base == NULL) {
		fprintf(stderr, "run this under tests/postgres\n");
		abort();
	}
	snprintf(text, sizeof(text), "%s dbname=postgres", base);
	PGconn *c = PQconnectdb(text);
	snprintf(text, sizeof(text), "CREATE DATABASE t_%s_%d", name, (int)getpid());
	PGresult *r = PQexec(c, text);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s", PQerrorMessage(c));
		abort();
	}
	PQclear(r);
	PQfinish(c);
	snprintf(url, ENGINE_URL, "%s dbname=t_%s_%d", base, name, (int)getpid());
}

#endif
