#include "store/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/engine.h"

enum { PARTS = 1000 };

struct part {
	char of[SCHEMA_NAME], name[SCHEMA_NAME + 16];
	struct blob text; /* owned */
	bool met;
};
struct parts {
	struct part part[PARTS];
	size_t count;
};

#define ROW struct schema_row
const struct column SCHEMA_COLUMNS[SCHEMA_COLUMN_COUNT] = {
	COL(ROW, of, COLUMN_TEXT),
	COL(ROW, name, COLUMN_TEXT),
	COL(ROW, text, COLUMN_BLOB),
};

static bool
ours(const char *table)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		if (strcmp(TABLES[i]->name, table) == 0)
			return true;
	return false;
}

static bool
part_keep(const void *row, void *context, struct fault *fault)
{
	const struct schema_row *r = row;
	struct parts *all = context;
	if (!ours(r->of))
		return true;
	if (all->count == PARTS)
		return fault_set(fault, FAULT_BROKEN, "データベースの表の定義が多すぎます。");
	struct part *p = &all->part[all->count];
	snprintf(p->of, sizeof(p->of), "%s", r->of);
	snprintf(p->name, sizeof(p->name), "%s", r->name);
	p->text.at = malloc(r->text.n + 1);
	if (p->text.at == NULL)
		return fault_set(fault, FAULT_STORE, "記憶域が足りません。");
	memcpy(p->text.at, r->text.at, r->text.n);
	p->text.n = r->text.n;
	all->count++;
	return true;
}

static bool
parts_read(struct store *s, struct parts *all, struct fault *fault)
{
	return s->engine->run(s, s->engine->schema, NULL, 0, part_keep, all, NULL, fault);
}

/* Made once a connection: it is the program that decides it. The empty store goes with its own. */
static bool
parts_want(struct store *s, struct fault *fault)
{
	struct store made = { .gate = -1 };
	struct parts *all = s->wanted == NULL ? calloc(1, sizeof(*all)) : NULL;
	if (s->wanted != NULL)
		return true;
	bool good = all != NULL || fault_set(fault, FAULT_STORE, "記憶域が足りません。");
	good = good && s->engine->scratch(s, &made, fault) && tables_make(&made, fault) &&
	       parts_read(&made, all, fault);
	if (made.engine != NULL)
		made.engine->close(&made);
	if (good)
		s->wanted = TAKE(all);
	parts_free(all);
	return good;
}

static void
meet(struct parts *is, const struct parts *want, char where[SCHEMA_WHERE])
{
	for (size_t i = 0; i < want->count; i++) {
		const struct part *w = &want->part[i];
		bool same = false;
		for (size_t k = 0; k < is->count && !same; k++) {
			struct part *p = &is->part[k];
			same = !p->met && strcmp(p->of, w->of) == 0 &&
			       strcmp(p->name, w->name) == 0 && p->text.n == w->text.n &&
			       memcmp(p->text.at, w->text.at, w->text.n) == 0;
			p->met = p->met || same;
		}
		if (!same && where[0] == '\0')
			snprintf(where, SCHEMA_WHERE, "%.63s%.56s", w->of, w->name);
	}
	for (size_t k = 0; k < is->count && where[0] == '\0'; k++)
		if (!is->part[k].met)
			snprintf(
			    where, SCHEMA_WHERE, "%.63s%.56s", is->part[k].of, is->part[k].name);
}

void
parts_free(struct parts *all)
{
	for (size_t i = 0; all != NULL && i < all->count; i++)
		blob_drop(&all->part[i].text);
	free(all);
}

bool
schema_check(struct store *s, char where[SCHEMA_WHERE], struct fault *fault)
{
	struct parts *is = calloc(1, sizeof(*is));
	bool good = is != NULL || fault_set(fault, FAULT_STORE, "記憶域が足りません。");
	good = good && parts_read(s, is, fault) && parts_want(s, fault);
	where[0] = '\0';
	if (good)
		meet(is, s->wanted, where);
	parts_free(is);
	return good;
}
