/*
 * alter DIR SEED: changes each column of each table, deletes a row, puts one in, lets two rows change
 * places, one at a time and by no sentence of the store's; says for each what the audit then names.
 * A line a change: TABLE WHAT, then "found" or what was said instead. The last: how many of how many.
 *
 * alter DIR SEED COUNT [EVENTS]: so many of these at random, the log's end cut off, yesterday's database put
 * back and indexes dropped among them; in a log that is first made so many events longer. [goals G9]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "act/audit.h"
#include "or_die.h"
#include "programs.h"
#include "store/engine.h"
#include "thief.h"
#include "wire/frame.h"

enum { CELLS = 40, ROWS = 4000, OTHERS = 3 };

/* One row, each of its values a copy. */
struct copy {
	struct value cell[CELLS];
};
struct work {
	struct crew crew;
	uint64_t random;
	int done, found;
	bool quiet;
	int64_t covered; /* events the signer's last checkpoint covers */
};
struct rows {
	const struct table *table;
	struct copy *row;
	size_t count, seen; /* more than ROWS: some of them, by chance */
	struct work *work;
};

static uint64_t
draw(struct work *w, uint64_t below)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return w->random % below;
}

static struct value
value_copy(struct value v)
{
	size_t n = v.kind == COLUMN_TEXT ? strlen(v.at) : v.n;
	if (v.kind == COLUMN_INT)
		return v;
	char *at = calloc(1, n + 2);
	if (at == NULL)
		exit(2);
	if (n > 0)
		memcpy(at, v.at, n);
	v.at = at;
	v.n = n;
	return v;
}

static void
copy_drop(const struct table *t, struct copy *c)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (c->cell[i].kind != COLUMN_INT)
			free((void *)(uintptr_t)c->cell[i].at);
}

static bool
keep(const void *row, void *context, struct fault *fault)
{
	struct rows *r = context;
	(void)fault;
	size_t at = r->seen++;
	if (r->count == ROWS && (at = draw(r->work, r->seen)) >= ROWS)
		return true;
	struct copy *c = &r->row[at];
	if (at < r->count)
		copy_drop(r->table, c);
	else
		r->count++;
	for (size_t i = 0; i < r->table->column_count; i++)
		c->cell[i] = value_copy(column_value(&r->table->columns[i], row));
	return true;
}

static bool
keep_all(struct tx *tx, void *context, struct fault *fault)
{
	struct rows *r = context;
	return tx_table(tx, r->table, keep, r, fault);
}

struct sentence {
	const char *text;
	const struct value *v;
	size_t n;
};

static bool
say(struct tx *tx, void *context, struct fault *fault)
{
	const struct sentence *s = context;
	const struct sql sql = { s->text, NULL, 0, 0 };
	int64_t changed;
	return tx_change(tx, &sql, s->v, s->n, &changed, fault) &&
	       (changed == 1 || fault_set(fault, FAULT_BUG, "%lld rows", (long long)changed));
}

/* By hand: the store notes nothing. */
static bool
by_hand(struct work *w, const char *text, const struct value *v, size_t n)
{
	struct sentence s = { text, v, n };
	struct fault none = { 0 };
	return store_write(w->crew.service->store, NULL, say, &s, &none);
}

static bool
put(struct work *w, const struct table *t, const struct copy *c)
{
	char text[2048];
	struct sink out = SINK_INTO(text);
	sink_print(&out, "INSERT INTO %s VALUES (", t->name);
	for (size_t i = 0; i < t->column_count; i++)
		sink_print(&out, "%s$%zu", i == 0 ? "" : ", ", i + 1);
	sink_text(&out, ")");
	return by_hand(w, sink_string(&out), c->cell, t->column_count);
}

static bool
take(struct work *w, const struct table *t, const struct copy *c)
{
	char text[2048];
	struct sink out = SINK_INTO(text);
	sink_print(&out, "DELETE FROM %s WHERE ", t->name);
	for (size_t i = 0; i < t->keys; i++)
		sink_print(&out, "%s%s = $%zu", i == 0 ? "" : " AND ", t->columns[i].name, i + 1);
	return by_hand(w, sink_string(&out), c->cell, t->keys);
}

static void
or_stop(bool good, const struct table *t, const char *what)
{
	if (good)
		return;
	printf("%s %s: this test cannot do that\n", t->name, what);
	exit(1);
}

/* Another value of its kind: the kth that could be. */
static struct value
other(struct value v, size_t size, int kth)
{
	struct value o = value_copy(v);
	char *at = (char *)(uintptr_t)o.at;
	if (o.kind == COLUMN_INT) {
		o.number += kth == 0 ? 1000000 : kth == 1 ? -1 : 1;
	} else if (o.kind == COLUMN_TEXT && o.n + 1 < size) {
		at[o.n++] = 'x';
	} else if (o.n == 0) {
		at[o.n++] = 'x';
	} else {
		at[o.n - 1] ^= 1;
	}
	return o;
}

static const char *
known_as(const struct table *t)
{
	static const char *const NAMES[][2] = { { "cert", "certificate" },
		{ "revocation_list", "list" }, { "journal_line", "journal-copy" } };
	for (size_t i = 0; i < COUNT(NAMES); i++)
		if (strcmp(NAMES[i][0], t->name) == 0)
			return NAMES[i][1];
	return t->name;
}

/* The audit names something of that kind. */
static void
judge_named(struct work *w, const char *name, const char *of, const char *what)
{
	struct audited is;
	struct fault fault = { 0 };
	or_die(audit_books(&w->crew, NULL, &is, &fault), &fault);
	bool found =
	    !is.ok && strncmp(is.place, name, strlen(name)) == 0 && is.place[strlen(name)] == ' ';
	w->done++;
	w->found += found;
	if (found && !w->quiet)
		printf("%s %s: found %s\n", of, what, is.place);
	if (!found)
		printf("%s %s: NOT found: \"%s\" %s\n", of, what, is.place, is.say);
}

static void
judge(struct work *w, const struct table *t, const char *what)
{
	judge_named(w, known_as(t), t->name, what);
}

static void
changed(struct work *w, const struct rows *r, size_t at, size_t column)
{
	const struct table *t = r->table;
	struct copy c = r->row[at];
	bool good = false;
	or_stop(take(w, t, &r->row[at]), t, t->columns[column].name);
	for (int kth = 0; kth < OTHERS && !good; kth++) {
		c.cell[column] = other(r->row[at].cell[column], t->columns[column].size, kth);
		good = put(w, t, &c);
	}
	or_stop(good, t, t->columns[column].name);
	judge(w, t, t->columns[column].name);
	or_stop(take(w, t, &c) && put(w, t, &r->row[at]), t, "back");
}

static void
gone(struct work *w, const struct rows *r, size_t at)
{
	or_stop(take(w, r->table, &r->row[at]), r->table, "deleted");
	judge(w, r->table, "deleted");
	or_stop(put(w, r->table, &r->row[at]), r->table, "back");
}

/* Like another, but for all that must be its own. */
static void
added(struct work *w, const struct rows *r, size_t at)
{
	struct copy c = r->row[at];
	for (size_t i = 0; i < r->table->column_count; i++)
		c.cell[i] = other(c.cell[i], r->table->columns[i].size, 0);
	or_stop(put(w, r->table, &c), r->table, "added");
	judge(w, r->table, "added");
	or_stop(take(w, r->table, &c), r->table, "back");
}

/* Each under the other's key; false: they cannot, for something of theirs must be one's own. */
static bool
swapped(struct work *w, const struct rows *r, size_t at, size_t with)
{
	const struct table *t = r->table;
	struct copy a = r->row[with], b = r->row[at];
	memcpy(a.cell, r->row[at].cell, t->keys * sizeof(a.cell[0]));
	memcpy(b.cell, r->row[with].cell, t->keys * sizeof(b.cell[0]));
	or_stop(take(w, t, &r->row[at]) && take(w, t, &r->row[with]), t, "swapped");
	bool one = put(w, t, &a), both = one && put(w, t, &b);
	if (both)
		judge(w, t, "swapped");
	or_stop((!one || take(w, t, &a)) && (!both || take(w, t, &b)) && put(w, t, &r->row[at]) &&
		    put(w, t, &r->row[with]),
	    t, "back");
	return both;
}

/* Rows of no meaning, by the store's own hand, in a table that is empty. */
struct filling {
	const struct table *table;
	int i;
};

static bool
fill(struct tx *tx, void *context, struct fault *fault)
{
	static char text[] = "alter";
	const struct filling *f = context;
	uint64_t row[1024] = { 0 }; /* every table's row fits, and is aligned */
	bool inserted;
	for (size_t i = 0; i < f->table->column_count; i++) {
		const struct column *c = &f->table->columns[i];
		uint8_t *at = (uint8_t *)row + c->at;
		const int64_t number = 50000000 + f->i;
		const struct blob blob = { (uint8_t *)text, (size_t)f->i };
		if (c->at + c->size > sizeof(row))
			return fault_set(fault, FAULT_BUG, "%s: too wide", f->table->name);
		if (c->kind == COLUMN_INT)
			memcpy(at, &number, sizeof(number));
		else if (c->kind == COLUMN_TEXT)
			snprintf((char *)at, c->size, "alter-%d", f->i);
		else if (c->kind == COLUMN_FIXED)
			memset(at, f->i, c->size);
		else
			memcpy(at, &blob, sizeof(blob));
	}
	return tx_insert(tx, f->table, row, &inserted, fault) && inserted;
}

static bool
count(const void *row, void *context, struct fault *fault)
{
	(void)row, (void)fault;
	++*(int *)context;
	return true;
}

struct counting {
	const struct table *table;
	int rows;
};

static bool
count_all(struct tx *tx, void *context, struct fault *fault)
{
	struct counting *c = context;
	c->rows = 0;
	return tx_table(tx, c->table, count, &c->rows, fault);
}

static void
fill_all(struct work *w)
{
	struct fault fault = { 0 };
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		struct counting c = { .table = TABLES[i] };
		or_die(store_read(w->crew.service->store, count_all, &c, &fault), &fault);
		for (struct filling f = { TABLES[i], 1 }; c.rows == 0 && f.i <= 2; f.i++)
			or_die(store_write(w->crew.service->store, NULL, fill, &f, &fault), &fault);
	}
}

static void
read_all(struct work *w, const struct table *t, struct rows *r)
{
	struct fault fault = { 0 };
	*r = (struct rows){ .table = t, .row = calloc(ROWS, sizeof(struct copy)), .work = w };
	or_die(r->row != NULL && store_read(w->crew.service->store, keep_all, r, &fault), &fault);
}

static bool
alike(const struct rows *r, size_t a, size_t b)
{
	for (size_t i = r->table->keys; i < r->table->column_count; i++) {
		const struct value *x = &r->row[a].cell[i], *y = &r->row[b].cell[i];
		if (x->number != y->number || x->n != y->n ||
		    (x->kind != COLUMN_INT && memcmp(x->at, y->at, x->n) != 0))
			return false;
	}
	return true;
}

static void
every(struct work *w, const struct rows *r)
{
	for (size_t i = 0; i < r->table->column_count; i++)
		changed(w, r, draw(w, r->count), i);
	gone(w, r, draw(w, r->count));
	added(w, r, draw(w, r->count));
	size_t at = draw(w, r->count), with = 0;
	while (with < r->count && (alike(r, at, with) || !swapped(w, r, at, with)))
		with++;
	if (with == r->count && r->count > 1 && r->table->keys < r->table->column_count)
		printf("%s: no two rows to swap\n", r->table->name);
}

static void
any(struct work *w, const struct rows *r)
{
	size_t at = draw(w, r->count), column = draw(w, r->table->column_count + 3);
	size_t with = draw(w, r->count);
	if (column < r->table->column_count)
		changed(w, r, at, column);
	else if (column == r->table->column_count)
		added(w, r, at);
	else if (column != r->table->column_count + 1 || alike(r, at, with) ||
		 !swapped(w, r, at, with))
		gone(w, r, at);
}

/* Older than the last checkpoint, which is at most ten minutes old [design 4]. */
static void
cut(struct work *w)
{
	struct store *s = w->crew.service->store;
	thief_keep(s, "uncut");
	thief_cut(s, (int64_t)draw(w, (uint64_t)w->covered));
	judge_named(w, "event", "store", "cut");
	thief_back(s, "uncut");
	thief_forget(s, "uncut");
}

static void
yesterday(struct work *w)
{
	struct store *s = w->crew.service->store;
	thief_keep(s, "today");
	thief_back(s, "yesterday");
	judge_named(w, "event", "store", "of yesterday");
	thief_back(s, "today");
	thief_forget(s, "today");
}

static void
unindexed(struct work *w)
{
	const struct table *t = TABLES[draw(w, TABLE_COUNT)];
	while (t->indexes == NULL)
		t = TABLES[draw(w, TABLE_COUNT)];
	size_t n = 0;
	while (t->indexes[n] != NULL)
		n++;
	const char *sentence = t->indexes[draw(w, n)];
	thief_drop_index(w->crew.service->store, sentence);
	judge_named(w, "schema", t->name, "without an index");
	thief_say(w->crew.service->store, "%s", sentence);
}

/* What is there now is yesterday's; a day goes by, and the signer hears of its end. */
static void
day_by(struct work *w, int64_t events)
{
	struct service *s = w->crew.service;
	struct fault fault = { 0 };
	OWN_SINK head = SINK_GROW(16384);
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	thief_grow(s, events);
	thief_keep(s->store, "yesterday");
	thief_grow(s, 10);
	or_die(crew_status(&w->crew, &fault) && crew_head(&w->crew, &head, &fault) &&
		   crew_ask(&w->crew, ROAD_ISSUER, SIGNER_HEAD, der_of(head.at, head.len), &reply,
		       &fault),
	    &fault);
	w->crew.stale = true;
	or_die(crew_status(&w->crew, &fault) && crew_copy_lines(&w->crew, &fault), &fault);
	w->covered = w->crew.status.size;
}

/* Of twenty, one cuts the log, one goes back a day, one drops an index. */
static void
anything(struct work *w, const struct rows *all)
{
	static void (*const WHOLE[])(struct work *) = { cut, yesterday, unindexed };
	uint64_t kind = draw(w, 20);
	const struct rows *r = &all[draw(w, TABLE_COUNT)];
	if (kind < COUNT(WHOLE)) {
		WHOLE[kind](w);
		return;
	}
	while (r->count == 0)
		r = &all[draw(w, TABLE_COUNT)];
	any(w, r);
}

static void
whole(struct work *w)
{
	struct audited is;
	struct fault fault = { 0 };
	or_die(audit_books(&w->crew, NULL, &is, &fault), &fault);
	printf(is.ok ? "whole\n" : "NOT whole: %s %s\n", is.place, is.say);
}

int
main(int argc, char **argv)
{
	struct service *s = NULL;
	struct fault fault = { 0 };
	struct work *w = calloc(1, sizeof(*w));
	struct rows all[64];
	if (argc < 3 || w == NULL || TABLE_COUNT > COUNT(all))
		return 2;
	programs_beside();
	w->random = 88172645463325252u + (uint64_t)strtoull(argv[2], NULL, 10);
	w->quiet = argc > 3;
	or_die(service_open(argv[1], NULL, &s, &fault) && crew_start(s, &w->crew, &fault), &fault);
	or_die(crew_copy_lines(&w->crew, &fault), &fault);
	fill_all(w);
	if (w->quiet)
		day_by(w, argc > 4 ? strtol(argv[4], NULL, 10) : 0);
	whole(w);
	for (size_t i = 0; i < TABLE_COUNT; i++)
		read_all(w, TABLES[i], &all[i]);
	for (size_t i = 0; i < TABLE_COUNT && argc == 3; i++)
		every(w, &all[i]);
	for (long i = 0; argc > 3 && i < strtol(argv[3], NULL, 10); i++)
		anything(w, all);
	whole(w);
	if (w->quiet)
		thief_forget(s->store, "yesterday");
	printf("%d of %d\n", w->found, w->done);
	crew_end(&w->crew);
	service_close(s);
	return 0;
}
