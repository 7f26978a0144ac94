/* act/audit: every single change, deletion, insertion and swap in log, copies and lists is found
 * and named, on both engines. [X-1] [design 4] */
#include "test.h"

#include <pthread.h>

#include "act/audit_in.h"
#include "act/errand.h"
#include "act/payment_confirm.h"
#include "base/file.h"
#include "act/publish.h"
#include "begun.h"
#include "scene.h"
#include "store/engine.h"
#include "store/frontier_row.h"
#include "store/line_row.h"
#include "store/list_row.h"
#include "wire/frame.h"
#include "wire/serve.h"

enum { CHANGES = 200, ROWS_MOST = 400, SENTENCE = 1200 };

struct bench {
	struct service *s;
	struct crew crew;
	struct event_row event[ROWS_MOST];
	struct line_row line[ROWS_MOST];
	struct list_row list[ROWS_MOST];
	size_t events, lines, lists;
	uint64_t random;
};

static uint64_t
draw(struct bench *b, uint64_t below)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random % below;
}

static bool
keep_event(const void *row, void *context, struct fault *fault)
{
	struct bench *b = context;
	(void)fault;
	assert_true(b->events < ROWS_MOST);
	b->event[b->events++] = *(const struct event_row *)row;
	return true;
}

static bool
keep_line(const void *row, void *context, struct fault *fault)
{
	struct bench *b = context;
	const struct line_row *l = row;
	(void)fault;
	assert_true(b->lines < ROWS_MOST);
	struct line_row *to = &b->line[b->lines++];
	*to = *l;
	to->bytes.at = malloc(l->bytes.n);
	assert_non_null(to->bytes.at);
	memcpy(to->bytes.at, l->bytes.at, l->bytes.n);
	return true;
}

static bool
keep_list(const void *row, void *context, struct fault *fault)
{
	struct bench *b = context;
	(void)fault;
	assert_true(b->lists < ROWS_MOST);
	b->list[b->lists++] = *(const struct list_row *)row;
	return true;
}

static bool
keep_all(struct tx *tx, void *context, struct fault *fault)
{
	struct bench *b = context;
	b->events = b->lines = b->lists = 0;
	return event_each(tx, 1, keep_event, b, fault) &&
	       line_page(tx, 1, ROWS_MOST, keep_line, b, fault) &&
	       list_each(tx, keep_list, b, fault);
}

/* Deposit 1 is of dossier 1. */
static void
confirm(struct service *s)
{
	struct payment_confirmed is;
	struct fault fault = { 0 };
	struct person *p = people_open(s, "accounting-1");
	made_or_die(payment_confirm(s, p, 1, 1, &is, &fault), &fault);
	person_free(p);
}

static void
bench_open(struct bench *b, int engine, const char *name)
{
	static const struct scene SCENE = { .name = "audit",
		.kase = { { "DL-B2", "ﾀｶﾊｼ ﾘﾖｳ" }, { "DL-I2", "ﾀｶﾊｼ ﾘﾖｳ" } },
		.in = { { 19250, "#1 ﾀｶﾊｼ ﾘﾖｳ" }, { 19250, "ﾔﾏﾀﾞ ﾊﾅｺ" } } };
	struct taken taken = { .count = 0 };
	struct fault fault = { 0 };
	struct published is;
	int64_t task;
	struct task_row ended;
	*b = (struct bench){ .random = 88172645463325252u };
	b->s = begun_service(engine, name);
	scene_apply(b->s, &SCENE, &taken);
	deposits_import(b->s, SCENE.in, DEPOSITS, &taken);
	confirm(b->s);
	made_or_die(publish_run(b->s, &is, &fault) && errand_new(b->s, "head", &task, &fault) &&
			errand_run(b->s, task, &ended, &fault) &&
			crew_start(b->s, &b->crew, &fault) && crew_copy_lines(&b->crew, &fault) &&
			store_read(b->s->store, keep_all, b, &fault),
	    &fault);
	assert_true(b->events >= 10 && b->lines >= 7 && b->lists >= 2);
}

static void
bench_close(struct bench *b)
{
	for (size_t i = 0; i < b->lines; i++)
		line_drop(&b->line[i]);
	crew_end(&b->crew);
	service_close(b->s);
}

static bool
run_text(struct tx *tx, void *context, struct fault *fault)
{
	const struct sql sql = { context, NULL, 0, 0 };
	int64_t changed;
	return tx_change(tx, &sql, NULL, 0, &changed, fault) &&
	       (changed > 0 || fault_set(fault, FAULT_BUG, "%s: no row", (char *)context));
}

static void
sql(struct bench *b, const char *text, ...)
{
	char sentence[SENTENCE];
	struct fault fault = { 0 };
	va_list args;
	va_start(args, text);
	vsnprintf(sentence, sizeof(sentence), text, args);
	va_end(args);
	made_or_die(store_write(b->s->store, NULL, run_text, sentence, &fault), &fault);
}

struct adding {
	const struct table *table;
	const void *row;
};

/* By no sentence of the store's: it notes nothing. */
static bool
add_row(struct tx *tx, void *context, struct fault *fault)
{
	const struct adding *a = context;
	char text[SENTENCE];
	struct value v[40];
	struct sink out = SINK_INTO(text);
	sink_print(&out, "INSERT INTO %s VALUES (", a->table->name);
	for (size_t i = 0; i < a->table->column_count; i++) {
		sink_print(&out, "%s$%zu", i == 0 ? "" : ", ", i + 1);
		v[i] = column_value(&a->table->columns[i], a->row);
	}
	sink_text(&out, ")");
	const struct sql sql = { sink_string(&out), NULL, 0, 0 };
	return tx_change(tx, &sql, v, a->table->column_count, NULL, fault);
}

static void
put(struct bench *b, const struct table *table, const void *row)
{
	struct adding a = { table, row };
	struct fault fault = { 0 };
	made_or_die(store_write(b->s->store, NULL, add_row, &a, &fault), &fault);
}

/* A row as it is to be, in the place of the one with its number. */
static void
replace(struct bench *b, const struct table *table, const char *number, int64_t at, const void *row)
{
	sql(b, "DELETE FROM %s WHERE %s = %lld", table->name, number, (long long)at);
	put(b, table, row);
}

/* Where the audit says it is: KIND NUMBER, or KIND FROM-TO around it. */
static void
assert_named(struct bench *b, const char *kind, int64_t number)
{
	struct audited is;
	struct fault fault = { 0 };
	long long from = 0, to = 0;
	size_t n = strlen(kind);
	made_or_die(audit_books(&b->crew, NULL, &is, &fault), &fault);
	if (is.ok || strncmp(is.place, kind, n) != 0 || is.place[n] != ' ')
		print_message(
		    "%s %lld: found \"%s\" %s\n", kind, (long long)number, is.place, is.say);
	assert_false(is.ok);
	assert_true(strncmp(is.place, kind, n) == 0 && is.place[n] == ' ');
	int read = sscanf(is.place + n + 1, "%lld-%lld", &from, &to);
	if (read == 1)
		to = from;
	if (number < from || number > to)
		print_message(
		    "%s %lld: found \"%s\" %s\n", kind, (long long)number, is.place, is.say);
	assert_true(read >= 1 && number >= from && number <= to);
}

static void
assert_whole(struct bench *b)
{
	struct audited is;
	struct fault fault = { 0 };
	made_or_die(audit_books(&b->crew, NULL, &is, &fault), &fault);
	if (!is.ok)
		print_message("%s: %s\n", is.place, is.say);
	assert_true(is.ok);
	assert_int_equal(is.tree_size, b->events);
	assert_string_equal(is.place, "");
}

/* One field of an event, its leaf made anew as a careful thief would, or left. */
static void
event_changed(struct bench *b)
{
	struct event_row e = b->event[draw(b, b->events)];
	const struct event_row was = e;
	bool careful = draw(b, 2) == 0;
	switch (draw(b, careful ? 6 : 7)) {
	case 0:
		e.act_id[draw(b, ACT_ID)] ^= 1;
		break;
	case 1:
		e.at++;
		break;
	case 2:
		e.kind[0] ^= 1;
		break;
	case 3:
		snprintf(e.actor, sizeof(e.actor), "somebody-else");
		break;
	case 4:
		e.dossier += 1;
		break;
	case 5:
		snprintf(e.detail, sizeof(e.detail), "number=77");
		break;
	case 6:
		e.leaf[draw(b, 32)] ^= 0x80;
		break;
	}
	if (careful)
		service_event_leaf(&e, e.leaf);
	replace(b, &EVENT_TABLE, "seq", e.seq, &e);
	assert_named(b, "event", e.seq);
	replace(b, &EVENT_TABLE, "seq", e.seq, &was);
}

static void
event_deleted(struct bench *b)
{
	const struct event_row *e = &b->event[draw(b, b->events)];
	sql(b, "DELETE FROM event WHERE seq = %lld", (long long)e->seq);
	assert_named(b, "event", e->seq);
	put(b, &EVENT_TABLE, e);
}

/* At either end, where there is room; one in between would have another's number. */
static void
event_inserted(struct bench *b)
{
	struct event_row e = b->event[draw(b, b->events)];
	e.seq = draw(b, 2) == 0 ? (int64_t)b->events + 1 : -(int64_t)draw(b, 5);
	e.act_id[0] ^= 0x55;
	service_event_leaf(&e, e.leaf);
	put(b, &EVENT_TABLE, &e);
	assert_named(b, "event", e.seq);
	sql(b, "DELETE FROM event WHERE seq = %lld", (long long)e.seq);
}

static void
event_swapped(struct bench *b)
{
	size_t i = draw(b, b->events), k = draw(b, b->events - 1);
	k += k >= i;
	struct event_row one = b->event[i], other = b->event[k];
	int64_t first = one.seq < other.seq ? one.seq : other.seq;
	sql(b, "DELETE FROM event WHERE seq = %lld OR seq = %lld", (long long)one.seq,
	    (long long)other.seq);
	int64_t seq = one.seq;
	one.seq = other.seq;
	other.seq = seq;
	put(b, &EVENT_TABLE, &one);
	put(b, &EVENT_TABLE, &other);
	assert_named(b, "event", first);
	sql(b, "DELETE FROM event WHERE seq = %lld OR seq = %lld", (long long)one.seq,
	    (long long)other.seq);
	put(b, &EVENT_TABLE, &b->event[i]);
	put(b, &EVENT_TABLE, &b->event[k]);
}

static void
copy_changed(struct bench *b)
{
	struct line_row l = b->line[draw(b, b->lines)];
	const struct line_row was = l;
	uint8_t bytes[64 << 10];
	assert_true(l.bytes.n <= sizeof(bytes));
	memcpy(bytes, l.bytes.at, l.bytes.n);
	l.bytes.at = bytes;
	switch (draw(b, 5)) {
	case 0:
		bytes[draw(b, l.bytes.n)] ^= (uint8_t)(1u << draw(b, 8));
		break;
	case 1:
		l.at++;
		break;
	case 2:
		l.dossier++;
		break;
	case 3:
		l.edition++;
		break;
	case 4:
		snprintf(l.serial, sizeof(l.serial), "%040d", 7);
		break;
	}
	replace(b, &LINE_TABLE, "seq", l.seq, &l);
	assert_named(b, "journal-copy", l.seq);
	replace(b, &LINE_TABLE, "seq", l.seq, &was);
}

static void
copy_deleted(struct bench *b)
{
	const struct line_row *l = &b->line[draw(b, b->lines)];
	sql(b, "DELETE FROM journal_line WHERE seq = %lld", (long long)l->seq);
	assert_named(b, "journal-copy", l->seq);
	put(b, &LINE_TABLE, l);
}

static void
copy_inserted(struct bench *b)
{
	struct line_row l = b->line[draw(b, b->lines)];
	bool behind = draw(b, 2) == 0;
	l.seq = behind ? (int64_t)b->lines + 1 : 0;
	put(b, &LINE_TABLE, &l);
	assert_named(b, "journal-copy", behind ? l.seq : 1);
	sql(b, "DELETE FROM journal_line WHERE seq = %lld", (long long)l.seq);
}

static void
list_changed(struct bench *b)
{
	struct list_row l = b->list[draw(b, b->lists)];
	const struct list_row was = l;
	switch (draw(b, 4)) {
	case 0:
		l.this_update++;
		break;
	case 1:
		l.next_update++;
		break;
	case 2:
		l.entries++;
		break;
	case 3:
		l.digest[draw(b, 32)] ^= 1;
		break;
	}
	replace(b, &LIST_TABLE, "number", l.number, &l);
	assert_named(b, "list", l.number);
	replace(b, &LIST_TABLE, "number", l.number, &was);
}

static void
list_deleted(struct bench *b)
{
	const struct list_row *l = &b->list[draw(b, b->lists)];
	sql(b, "DELETE FROM revocation_list WHERE number = %lld", (long long)l->number);
	assert_named(b, "list", l->number);
	put(b, &LIST_TABLE, l);
}

static void
list_inserted(struct bench *b)
{
	struct list_row l = b->list[draw(b, b->lists)];
	l.number = (int64_t)b->lists + 1 + (int64_t)draw(b, 3);
	put(b, &LIST_TABLE, &l);
	assert_named(b, "list", l.number);
	sql(b, "DELETE FROM revocation_list WHERE number = %lld", (long long)l.number);
}

static void (*const TAMPER[])(struct bench *) = { event_changed, event_changed, event_changed,
	event_deleted, event_inserted, event_swapped, copy_changed, copy_changed, copy_deleted,
	copy_inserted, list_changed, list_deleted, list_inserted };

static void
every_single_change_of_the_books_is_found_and_named(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		assert_non_null(b);
		bench_open(b, engine, "audit");
		assert_whole(b);
		for (int i = 0; i < CHANGES; i++)
			TAMPER[i < (int)COUNT(TAMPER) ? (size_t)i : draw(b, COUNT(TAMPER))](b);
		assert_whole(b); /* all was put back */
		bench_close(b);
		free(b);
	}
}

static bool
one_event(struct tx *tx, void *context, struct fault *fault)
{
	struct event_row e;
	service_event(context, "test", 0, &e);
	return service_event_add(tx, &e, fault);
}

/* What no checkpoint covers is held by its leaf and its number; the next checkpoint holds it. */
static void
events_behind_the_last_checkpoint_are_counted_too(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		struct fault fault = { 0 };
		assert_non_null(b);
		bench_open(b, engine, "tail");
		for (int i = 0; i < 3; i++)
			made_or_die(
			    store_write(b->s->store, NULL, one_event, b->s, &fault), &fault);
		b->events += 3;
		assert_whole(b);
		sql(b, "UPDATE event SET actor = 'x' WHERE seq = %zu", b->events - 1);
		assert_named(b, "event", (int64_t)b->events - 1);
		sql(b, "DELETE FROM event WHERE seq >= %zu", b->events - 1);
		assert_named(b, "event", (int64_t)b->events - 1);
		b->events -= 3;
		bench_close(b);
		free(b);
	}
}

struct kept {
	struct frontier_row row;
	bool found;
};

static bool
kept_read(struct tx *tx, void *context, struct fault *fault)
{
	struct kept *k = context;
	return frontier_last(tx, INT64_MAX, &k->row, &k->found, fault);
}

static bool
kept_put(struct tx *tx, void *context, struct fault *fault)
{
	const struct kept *k = context;
	return frontier_put(tx, &k->row, fault);
}

/* What spares a start the whole log is held against the whole log. */
static void
a_kept_frontier_that_is_not_the_logs_is_named(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		struct kept k = { .found = false };
		struct fault fault = { 0 };
		OWN_SINK head = SINK_GROW(16384);
		assert_non_null(b);
		bench_open(b, engine, "frontier");
		for (; b->events < HEAD_STEP + 5; b->events++)
			made_or_die(
			    store_write(b->s->store, NULL, one_event, b->s, &fault), &fault);
		made_or_die(crew_head(&b->crew, &head, &fault) &&
				store_read(b->s->store, kept_read, &k, &fault),
		    &fault);
		assert_true(k.found && k.row.size == HEAD_STEP);
		assert_whole(b);
		k.row.nodes.at[5] ^= 1;
		made_or_die(store_write(b->s->store, NULL, kept_put, &k, &fault), &fault);
		assert_named(b, "frontier", HEAD_STEP);
		k.row.nodes.at[5] ^= 1;
		made_or_die(store_write(b->s->store, NULL, kept_put, &k, &fault), &fault);
		assert_whole(b);
		k.row.size = HEAD_STEP - 1;
		made_or_die(store_write(b->s->store, NULL, kept_put, &k, &fault), &fault);
		assert_named(b, "frontier", HEAD_STEP - 1);
		frontier_drop(&k.row);
		bench_close(b);
		free(b);
	}
}

static bool
first_payment(struct tx *tx, void *context, struct fault *fault)
{
	bool found;
	return payment_get(tx, 1, 1, context, &found, fault) && found;
}

static bool
add_noted(struct tx *tx, void *context, struct fault *fault)
{
	return tx_insert(tx, &PAYMENT_TABLE, context, NULL, fault);
}

static bool
update_noted(struct tx *tx, void *context, struct fault *fault)
{
	return payment_update(tx, context, fault);
}

/* Not even whoever has the store's own sentences can say what is paid. */
static void
a_payment_nobody_signed_is_named(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		struct payment_row good, forged;
		struct fault fault = { 0 };
		assert_non_null(b);
		bench_open(b, engine, "paid");
		made_or_die(store_read(b->s->store, first_payment, &good, &fault), &fault);
		assert_whole(b);
		forged = good; /* another's signature, for another line and dossier */
		forged.line = 2;
		forged.dossier = 2;
		forged.confirmed_at = 0; /* it only waits */
		made_or_die(store_write(b->s->store, NULL, add_noted, &forged, &fault), &fault);
		assert_whole(b);
		sql(b, "UPDATE payment SET amount = amount + 1 WHERE line = 1");
		assert_named(b, "payment", 1);
		sql(b, "UPDATE payment SET amount = amount - 1 WHERE line = 1");
		assert_whole(b);
		forged.confirmed_at = good.confirmed_at;
		made_or_die(store_write(b->s->store, NULL, update_noted, &forged, &fault), &fault);
		assert_named(b, "payment", 2);
		bench_close(b);
		free(b);
	}
}

struct meanwhile {
	struct crew *crew;
	struct der head; /* of the event log */
	int lines;
};

/* At the first copy the signer signs another list, and is asked again how far its book goes. */
static bool
list_meanwhile(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct meanwhile *m = context;
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	(void)l;
	(void)whole;
	if (m->lines++ > 0)
		return true;
	m->crew->stale = true;
	return crew_ask(m->crew, ROAD_ISSUER, SIGNER_LIST, m->head, &reply, fault) &&
	       crew_status(m->crew, fault);
}

/* The copies are read on to that line; none is called missing. */
static void
a_line_written_while_the_copies_are_read_is_not_missing(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		struct crew_place place = { .at = { 0 } };
		OWN_SINK head = SINK_GROW(16384);
		struct fault fault = { 0 };
		assert_non_null(b);
		bench_open(b, engine, "meanwhile");
		int64_t before = b->crew.status.seq;
		made_or_die(crew_head(&b->crew, &head, &fault), &fault);
		struct meanwhile m = { &b->crew, der_of(head.at, head.len), 0 };
		made_or_die(crew_copies(&b->crew, &place, list_meanwhile, &m, &fault), &fault);
		assert_true(b->crew.status.seq > before && m.lines == b->crew.status.seq);
		bench_close(b);
		free(b);
	}
}

/* The other issuer, on the signer's road beside the audit. */
struct publisher {
	struct crew crew;
	int from; /* the audit's requests */
	int looks; /* at what the signer says of itself */
};

static void
list_out(struct publisher *p)
{
	struct service *s = p->crew.service;
	struct task_row t = { .kind = "list", .created_at = s->now.sec };
	struct fault fault = { 0 };
	made_or_die(store_write(s->store, NULL, begun_task, &t, &fault) &&
			errand_list(&p->crew, &t, &fault),
	    &fault);
}

/*
 * One list when the audit has read the whole journal, before it hears so; another when it looks again,
 * which is where it reads of the first among the events.
 */
static void *
publish_beside(void *context)
{
	static uint8_t bytes[FRAME_MOST];
	struct publisher *p = context;
	struct frame f;
	struct fault fault = { 0 };
	while (frame_receive(p->from, bytes, sizeof(bytes), -1, &f, &fault)) {
		OWN_SINK reply = SINK_GROW(FRAME_MOST);
		int look = f.kind == SIGNER_STATUS ? ++p->looks : 0;
		if (look == 3)
			list_out(p);
		made_or_die(frame_call(p->crew.road[ROAD_ISSUER], f.kind, f.body, SIGNER_MS, &reply,
				&fault),
		    &fault);
		if (look == 2)
			list_out(p);
		const struct frame answer = { f.id, FRAME_ANSWER, der_of(reply.at, reply.len) };
		made_or_die(frame_send(p->from, &answer, &fault), &fault);
	}
	return NULL;
}

/* Heads that count events of after those that are read are no sign of events that are gone; but one
 * that was journaled before is. */
static void
lists_published_while_the_events_are_read_miss_no_event(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench *b = calloc(1, sizeof(*b));
		struct audited is;
		struct fault fault = { 0 };
		pthread_t thread;
		int pair[2];
		assert_non_null(b);
		bench_open(b, engine, "beside");
		sql(b, "DELETE FROM event WHERE seq = %zu", b->events);
		sql(b, "UPDATE counter SET value = value - 1 WHERE name = 'event'");
		assert_named(b, "event", (int64_t)b->events);
		put(b, &EVENT_TABLE, &b->event[b->events - 1]);
		sql(b, "UPDATE counter SET value = value + 1 WHERE name = 'event'");
		assert_whole(b);
		struct publisher p = { .crew = { .lanes = TASK_URGENT,
					   .asked = -1,
					   .road = { -1, b->crew.road[ROAD_ISSUER] },
					   .is = b->crew.is,
					   .stale = true } };
		made_or_die(service_open(b->s->dir, NULL, &p.crew.service, &fault) &&
				socket_pair(pair, &fault),
		    &fault);
		p.from = pair[1];
		b->crew.road[ROAD_ISSUER] = pair[0];
		assert_int_equal(pthread_create(&thread, NULL, publish_beside, &p), 0);
		made_or_die(audit_books(&b->crew, NULL, &is, &fault), &fault);
		if (!is.ok)
			print_message("%s: %s\n", is.place, is.say);
		assert_true(is.ok && p.looks >= 3);
		(void)close(pair[0]);
		assert_int_equal(pthread_join(thread, NULL), 0);
		(void)close(pair[1]);
		b->crew.road[ROAD_ISSUER] = p.crew.road[ROAD_ISSUER];
		sink_drop(&p.crew.status_bytes);
		head_drop(&p.crew.head);
		service_close(p.crew.service);
		bench_close(b);
		free(b);
	}
}

/* What lies in DIR/ca is what the journal says: bytes changed, a file gone, another beside. */
static void
every_file_of_the_journal_is_held_against_it(void **state)
{
	static const struct {
		const char *name, *place;
	} FILES[] = { { "ca/ca.crt", "ca-certificate" }, { "ca/charter.der", "charter" },
		{ "ca/pack.der", "pack" }, { "ca/crl/1.crl", "list 1" },
		{ "ca/crl/2.crl", "list 2" } };
	(void)state;
	struct bench *b = calloc(1, sizeof(*b));
	struct audited is;
	struct fault fault = { 0 };
	char path[SERVICE_PATH];
	assert_non_null(b);
	bench_open(b, 0, "anchor");
	for (size_t i = 0; i < 2 * COUNT(FILES); i++) {
		uint8_t *bytes;
		size_t n;
		service_path(b->s, FILES[i / 2].name, path);
		made_or_die(file_read(path, 1 << 20, &bytes, &n, &fault), &fault);
		bytes[n - 1] ^= 1;
		if (i % 2 == 0)
			made_or_die(file_write(path, 0644, bytes, n, &fault), &fault);
		else
			assert_int_equal(unlink(path), 0);
		made_or_die(audit_books(&b->crew, NULL, &is, &fault), &fault);
		assert_false(is.ok);
		assert_string_equal(is.place, FILES[i / 2].place);
		bytes[n - 1] ^= 1;
		made_or_die(file_write(path, 0644, bytes, n, &fault), &fault);
		assert_whole(b);
		free(bytes);
	}
	static const char *const STRAYS[][2] = { { "ca/crl/77.crl", "file ca/crl/77.crl" },
		{ "ca/crl/1.bak", "file ca/crl/1.bak" }, { "ca/revoked.der", "revoked" } };
	for (size_t i = 0; i < COUNT(STRAYS); i++) {
		service_path(b->s, STRAYS[i][0], path);
		made_or_die(file_write(path, 0644, "x", 1, &fault), &fault);
		made_or_die(audit_books(&b->crew, NULL, &is, &fault), &fault);
		assert_false(is.ok);
		assert_string_equal(is.place, STRAYS[i][1]);
		assert_int_equal(unlink(path), 0);
	}
	assert_whole(b);
	bench_close(b);
	free(b);
}

/* What may be missing was issued before the log got shorter; a later epoch that goes on with all of
 * it excuses nothing more [storage 4]. */
static void
an_epoch_that_gives_nothing_up_excuses_nothing(void **state)
{
	static const struct {
		enum line_kind kind;
		int64_t number; /* dossier, or epoch */
		int64_t size; /* of the log */
		uint32_t given_up; /* then */
		size_t lost; /* of those BOOKED behind the last checkpoint */
	} LINES_READ[] = {
		{ LINE_INTENT, 1, 5, 0, 0 },
		{ LINE_BOOKED, 1, 0, 0, 0 },
		{ LINE_EPOCH, 1, 5, 0, 1 },
		{ LINE_INTENT, 2, 9, 0, 1 },
		{ LINE_EPOCH, 2, 5, 2, 1 },
		{ LINE_INTENT, 3, 7, 2, 1 },
		{ LINE_BOOKED, 3, 0, 2, 1 },
		{ LINE_HEAD, 0, 8, 2, 1 }, /* has its event */
		{ LINE_EPOCH, 3, 8, 2, 1 },
	};
	(void)state;
	struct audit *a = calloc(1, sizeof(*a));
	assert_non_null(a);
	for (size_t i = 0; i < COUNT(LINES_READ); i++) {
		struct fault fault = { 0 };
		struct line l = { .seq = (int64_t)i + 1,
			.kind = LINES_READ[i].kind,
			.dossier = LINES_READ[i].number,
			.edition = 1,
			.number = LINES_READ[i].number,
			.size = LINES_READ[i].size };
		l.serial[0] = (uint8_t)(i + 1);
		made_or_die(audit_line(a, &l, der_of("line", 4), &fault), &fault);
		assert_false(a->broken);
		assert_int_equal(a->given_up, LINES_READ[i].given_up);
		assert_int_equal(a->lost, LINES_READ[i].lost);
	}
	assert_int_equal(a->ledger.grants, 3);
	assert_int_equal(a->late[0], 1);
	free(a->late);
	ledger_free(&a->ledger);
	grants_said_free(&a->said);
	free(a->checkpoint);
	free(a->line);
	free(a->announced);
	free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_single_change_of_the_books_is_found_and_named),
		cmocka_unit_test(events_behind_the_last_checkpoint_are_counted_too),
		cmocka_unit_test(a_kept_frontier_that_is_not_the_logs_is_named),
		cmocka_unit_test(a_payment_nobody_signed_is_named),
		cmocka_unit_test(a_line_written_while_the_copies_are_read_is_not_missing),
		cmocka_unit_test(lists_published_while_the_events_are_read_miss_no_event),
		cmocka_unit_test(every_file_of_the_journal_is_held_against_it),
		cmocka_unit_test(an_epoch_that_gives_nothing_up_excuses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
