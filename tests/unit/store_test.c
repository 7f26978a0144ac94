/* store: the same truths on both engines: all or nothing, once, in order, and two at a time.
 * [design promise 3] [storage 1] [storage 2] [X-1] */
#include "test.h"

#include <dlfcn.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "engines.h"
#include "folder.h"
#include "store/dossier_row.h"
#include "store/engine.h"
#include "store/event_row.h"
#include "store/keys_db.h"
#include "store/meta_row.h"
#include "store/paper_row.h"
#include "store/policy_row.h"
#include "store/schema.h"

struct bench {
	struct store *store;
	char url[ENGINE_URL];
	struct fault fault;
};

static void
open_bench(struct bench *b, int engine, const char *name)
{
	*b = (struct bench){ 0 };
	engine_url(engine, name, b->url);
	if (!store_open(b->url, true, &b->store, &b->fault))
		print_message("%s (%s)\n", b->fault.say, b->fault.detail);
	assert_non_null(b->store);
	assert_string_equal(store_engine(b->store), engine == 0 ? "sqlite" : "postgresql");
}

static struct event_row
event(uint8_t first)
{
	struct event_row e = { .at = 1, .kind = "test", .actor = "system" };
	memset(e.act_id, first, ACT_ID);
	return e;
}

static bool
add_two_then_refuse(struct tx *tx, void *context, struct fault *fault)
{
	struct event_row a = event(1), b = event(2);
	(void)context;
	return event_begin(tx, &a, fault) && event_add(tx, &a, fault) &&
	       event_begin(tx, &b, fault) && event_add(tx, &b, fault) &&
	       fault_set(fault, FAULT_STATE, "no");
}

static bool
add_one(struct tx *tx, void *context, struct fault *fault)
{
	struct event_row e = event(*(uint8_t *)context);
	return event_begin(tx, &e, fault) && event_add(tx, &e, fault);
}

static bool
count_row(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	int64_t *n = context;
	(void)fault;
	assert_int_equal(e->seq, *n + 1); /* no gaps */
	(*n)++;
	return true;
}

static bool
count_all(struct tx *tx, void *context, struct fault *fault)
{
	return event_each(tx, 1, count_row, context, fault);
}

static void
a_refused_body_leaves_nothing_and_numbers_have_no_gaps(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		int64_t n = 0;
		uint8_t id = 7;
		open_bench(&b, engine, "events");
		assert_false(store_write(b.store, NULL, add_two_then_refuse, NULL, &b.fault));
		assert_int_equal(b.fault.code, FAULT_STATE);
		b.fault = (struct fault){ 0 };
		for (id = 7; id < 10; id++)
			assert_true(store_write(b.store, NULL, add_one, &id, &b.fault));
		id = 8; /* the same act again */
		assert_false(store_write(b.store, NULL, add_one, &id, &b.fault));
		assert_int_equal(b.fault.code, FAULT_STATE);
		assert_true(store_read(b.store, count_all, &n, &(struct fault){ 0 }));
		assert_int_equal(n, 3);
		store_close(b.store);
	}
}

static bool
whole_dossier(struct tx *tx, void *context, struct fault *fault)
{
	struct dossier_row *d = context, back = { 0 };
	bool inserted, found;
	if (!tx_insert(tx, &DOSSIER_TABLE, d, &inserted, fault))
		return false;
	assert_true(inserted);
	if (!tx_insert(tx, &DOSSIER_TABLE, d, &inserted, fault))
		return false;
	assert_false(inserted);
	if (!dossier_by_ref(tx, d->ref_digest, &back, &found, fault))
		return false;
	assert_true(found);
	assert_string_equal(back.product, "DL-B2");
	assert_int_equal(back.record.n, 5);
	assert_memory_equal(back.record.at,
	    "a\0b\xff"
	    "c",
	    5);
	assert_int_equal(back.fee_gross, 19250);
	snprintf(back.state, sizeof(back.state), "in_screening");
	if (!dossier_update(tx, &back, "printed", fault))
		return false;
	struct fault stale = { 0 };
	assert_false(dossier_update(tx, &back, "printed", &stale));
	assert_int_equal(stale.code, FAULT_STATE);
	dossier_drop(&back);
	return true;
}

static bool
no_row(const void *row, void *context, struct fault *fault)
{
	(void)row, (void)fault;
	++*(int *)context;
	return true;
}

static bool
list_states(struct tx *tx, void *context, struct fault *fault)
{
	return dossier_list(tx, "in_screening", 0, 10, no_row, context, fault) &&
	       dossier_list(tx, "printed", 0, 10, no_row, context, fault) &&
	       dossier_list(tx, "", 0, 10, no_row, context, fault);
}

static void
rows_come_back_whole_and_a_stale_update_is_refused(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		uint8_t record[5] = { 'a', 0, 'b', 0xff, 'c' };
		struct dossier_row d = { .id = 1,
			.reference = "12345674",
			.product = "DL-B2",
			.kind = "individual",
			.state = "printed",
			.payment = "unpaid",
			.fee_gross = 19250,
			.record = { record, 5 } };
		int listed = 0;
		open_bench(&b, engine, "dossier");
		assert_true(store_write(b.store, NULL, whole_dossier, &d, &b.fault));
		assert_true(store_read(b.store, list_states, &listed, &b.fault));
		assert_int_equal(listed, 2);
		store_close(b.store);
		assert_true(store_open(b.url, false, &b.store, &b.fault)); /* opens again */
		store_close(b.store);
	}
}

static bool
add_in_a_race(struct tx *tx, void *context, struct fault *fault)
{
	struct dossier_row d = {
		.product = "DL-B2", .kind = "individual", .state = "printed", .payment = "unpaid"
	};
	bool inserted;
	int64_t *mine = context;
	if (!tx_next(tx, "dossier", &d.id, fault))
		return false;
	memset(d.ref_digest, 1, 32); /* everybody the same reference */
	snprintf(d.reference, sizeof(d.reference), "%lld", (long long)d.id);
	if (!tx_insert(tx, &DOSSIER_TABLE, &d, &inserted, fault))
		return false;
	*mine = inserted;
	return true;
}

static bool
change(struct tx *tx, void *text, struct fault *fault)
{
	const struct sql sql = { text, NULL, 0, 0 };
	int64_t changed = 0;
	return tx_change(tx, &sql, NULL, 0, &changed, fault) &&
	       (changed == 1 || fault_set(fault, FAULT_BUG, "%s", (char *)text));
}

static bool
read_dossiers(struct tx *tx, void *context, struct fault *fault)
{
	return tx_table(tx, &DOSSIER_TABLE, no_row, context, fault);
}

/* A condition sees all of a value: what we would read less of, or more, is no value of ours. */
static void
a_value_that_reads_like_another_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *column;
		int engines;
	} ROWS[] = {
		{ "UPDATE dossier SET state = 'printed' || char(0) || 'x'", "state", 1 },
		{ "UPDATE dossier SET payment = char(0)", "payment", 1 },
		{ "UPDATE dossier SET policy = substr(policy, 1, 0)", "policy", 2 },
		{ "UPDATE dossier SET policy = substr(policy, 1, 31)", "policy", 2 },
	};
	for (int engine = 0; engine < ENGINES; engine++)
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			struct bench b;
			int64_t number;
			int read = 0;
			char name[16];
			if (engine >= ROWS[i].engines)
				continue; /* it has no character 0 */
			snprintf(name, sizeof(name), "alike%zu", i);
			open_bench(&b, engine, name);
			assert_true(store_write(b.store, NULL, add_in_a_race, &number, &b.fault));
			assert_true(store_read(b.store, read_dossiers, &read, &b.fault));
			assert_true(store_write(
			    b.store, NULL, change, (void *)(uintptr_t)ROWS[i].text, &b.fault));
			assert_false(store_read(b.store, read_dossiers, &read, &b.fault));
			assert_int_equal(b.fault.code, FAULT_BROKEN);
			assert_non_null(strstr(b.fault.say, ROWS[i].column));
			store_close(b.store);
		}
}

static void
of_many_at_once_one_wins(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		enum { N = 4 };
		pid_t child[N];
		int won = 0, status;
		open_bench(&b, engine, "race");
		store_close(b.store);
		for (int i = 0; i < N; i++) {
			child[i] = fork();
			if (child[i] == 0) {
				int64_t mine = 0;
				struct fault fault = { 0 };
				struct store *s;
				bool good = store_open(b.url, false, &s, &fault);
				for (int k = 0; good && k < 20; k++) {
					int64_t one = 0;
					good = store_write(s, NULL, add_in_a_race, &one, &fault) ||
					       fault.code == FAULT_LATER;
					fault = (struct fault){ 0 };
					mine += one;
				}
				_exit(good ? (int)mine : 99);
			}
		}
		for (int i = 0; i < N; i++) {
			assert_int_equal(waitpid(child[i], &status, 0), child[i]);
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
			won += WEXITSTATUS(status);
		}
		assert_int_equal(won, 1);
	}
}

static bool
die_inside(struct tx *tx, void *context, struct fault *fault)
{
	(void)context;
	if (meta_put(tx, "half", "done", fault))
		_exit(3);
	return false;
}

static bool
half_there(struct tx *tx, void *context, struct fault *fault)
{
	struct meta_row row;
	return meta_get(tx, "half", &row, context, fault);
}

static void
a_crash_between_statements_leaves_nothing(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		int status;
		bool found = true;
		open_bench(&b, engine, "crash");
		store_close(b.store);
		pid_t child = fork();
		if (child == 0) {
			struct store *s;
			if (store_open(b.url, false, &s, &b.fault))
				(void)!store_write(s, NULL, die_inside, NULL, &b.fault);
			_exit(99);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WEXITSTATUS(status), 3);
		assert_true(store_open(b.url, false, &b.store, &b.fault));
		assert_true(store_read(b.store, half_there, &found, &b.fault));
		assert_false(found);
		store_close(b.store);
	}
}

static void
a_store_of_another_shape_is_refused(void **state)
{
	(void)state;
	struct fault fault = { 0 };
	struct store *s;
	char url[ENGINE_URL];
	engine_url(0, "shape", url);
	assert_false(store_open(url, false, &s, &fault)); /* no tables */
	assert_int_equal(fault.code, FAULT_STORE);
	fault = (struct fault){ 0 };
	assert_false(store_open("sqlite:/no/such/folder/akashi.db", true, &s, &fault));
	fault = (struct fault){ 0 };
	assert_false(
	    store_open("postgresql://127.0.0.1:1/none?connect_timeout=1", true, &s, &fault));
	assert_int_equal(fault.code, FAULT_STORE);
}

static bool
schema_put(struct tx *tx, void *context, struct fault *fault)
{
	const char *value = context;
	const struct sql forget = { "DELETE FROM meta WHERE name = 'schema'", NULL, 0, 0 };
	int64_t changed;
	return value != NULL ? meta_put(tx, "schema", value, fault)
			     : tx_change(tx, &forget, NULL, 0, &changed, fault);
}

static bool
schema_get(struct tx *tx, void *context, struct fault *fault)
{
	bool found;
	return meta_get(tx, "schema", context, &found, fault) && found;
}

/* What another version made is neither read nor made over; both versions are named. */
static void
a_store_of_another_version_is_refused_and_left_as_it_is(void **state)
{
	static const char *const VERSIONS[] = { "1", "99", "3x", "", NULL };
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		struct meta_row row, own;
		char says[600];
		open_bench(&b, engine, "version");
		assert_true(store_read(b.store, schema_get, &own, &b.fault));
		snprintf(says, sizeof(says), "このソフトウェアの版は「%s」", own.value);
		for (size_t i = 0; i < COUNT(VERSIONS); i++) {
			char want[64] = "データベースに版の記録がありません";
			union {
				const char *in;
				void *out;
			} version = { VERSIONS[i] };
			assert_true(store_write(b.store, NULL, schema_put, version.out, &b.fault));
			if (VERSIONS[i] != NULL)
				snprintf(
				    want, sizeof(want), "データベースの版は「%s」", VERSIONS[i]);
			for (int create = 0; create < 1 + (VERSIONS[i] != NULL); create++) {
				struct fault fault = { 0 };
				struct store *s = NULL;
				assert_false(store_open(b.url, create, &s, &fault));
				assert_ptr_equal(fault.row, &STORE_SCHEMA);
				assert_int_equal(fault_exit(fault.code), 7);
				assert_null(s);
				assert_non_null(strstr(fault.say, want));
				assert_non_null(strstr(fault.say, says));
			}
			if (VERSIONS[i] == NULL)
				continue;
			assert_true(store_read(b.store, schema_get, &row, &b.fault));
			assert_string_equal(row.value, VERSIONS[i]);
		}
		assert_true(store_write(b.store, NULL, schema_put, own.value, &b.fault));
		store_close(b.store);
		assert_true(store_open(b.url, false, &b.store, &b.fault));
		store_close(b.store);
	}
}

static void
a_destroyed_key_is_nowhere_in_the_file(void **state)
{
	(void)state;
	char folder[TEST_PATH], path[TEST_PATH + 16], command[200];
	struct keys_db *k;
	struct blob b = { 0 };
	struct fault fault = { 0 };
	test_folder("keys", folder);
	snprintf(path, sizeof(path), "%s/keys.db", folder);
	assert_false(
	    keys_db_open(path, false, &k, &fault)); /* an empty one would look like all destroyed */
	assert_ptr_equal(fault.row, &KEYS_DB_NONE);
	fault = (struct fault){ 0 };
	assert_true(keys_db_open(path, true, &k, &fault));
	keys_db_close(k);
	assert_true(keys_db_open(path, false, &k, &fault));
	assert_true(keys_db_put(k, "dossier", "1", "MARKEDSECRET", 12, &fault));
	assert_true(keys_db_get(k, "dossier", "1", &b, &fault));
	assert_memory_equal(b.at, "MARKEDSECRET", 12);
	blob_drop(&b);
	assert_false(keys_db_put(k, "dossier", "1", "other", 5, &fault));
	fault = (struct fault){ 0 };
	snprintf(command, sizeof(command), "grep -rq MARKEDSECRET %s", folder);
	assert_int_equal(system(command), 0); /* planted, and found */
	assert_true(keys_db_destroy(k, "dossier", "1", &fault));
	assert_int_not_equal(system(command), 0);
	assert_false(keys_db_get(k, "dossier", "1", &b, &fault));
	assert_int_equal(fault.code, FAULT_MISSING);
	keys_db_close(k);
}

static bool
listed(void *context, const char *kind, const char *owner, struct fault *fault)
{
	(void)fault;
	sink_print(context, "%s %s,", kind, owner);
	return true;
}

static void
a_key_that_is_not_there_is_noted_destroyed_where_told_so(void **state)
{
	(void)state;
	char folder[TEST_PATH], path[TEST_PATH + 16];
	struct keys_db *k;
	struct fault fault = { 0 };
	OWN_SINK out = SINK_GROW(256);
	test_folder("keys", folder);
	snprintf(path, sizeof(path), "%s/keys.db", folder);
	assert_true(keys_db_open(path, true, &k, &fault));
	assert_true(keys_db_put(k, "dossier", "3", "x", 1, &fault));
	assert_true(keys_db_destroy(k, "dossier", "1", &fault)); /* one may still be put there */
	for (int again = 0; again < 2; again++)
		assert_true(keys_db_destroy_noted(k, "dossier", "2", &fault) &&
			    keys_db_destroy_noted(k, "dossier", "3", &fault));
	assert_true(keys_db_destroyed(k, listed, &out, &fault));
	assert_string_equal(sink_string(&out), "dossier 2,dossier 3,");
	keys_db_close(k);
}

/* Its context: another connection, by which each key is destroyed while they are looked through. */
static bool
destroy_beside(const void *row, void *beside, struct fault *fault)
{
	const struct wrapped_row *w = row;
	assert_int_equal(w->bytes.n, 12);
	assert_memory_equal(w->bytes.at, "MARKEDSECRET", 12);
	return keys_db_destroy(beside, w->kind, w->owner, fault);
}

static void
a_key_is_destroyed_while_all_are_looked_through(void **state)
{
	(void)state;
	char folder[TEST_PATH], path[TEST_PATH + 16], command[200];
	struct keys_db *k, *beside;
	struct fault fault = { 0 };
	int left = 0;
	test_folder("looked", folder);
	snprintf(path, sizeof(path), "%s/keys.db", folder);
	assert_true(keys_db_open(path, true, &k, &fault));
	assert_true(keys_db_open(path, false, &beside, &fault));
	for (const char *owner = "123"; *owner != '\0'; owner++)
		assert_true(keys_db_put(k, "dossier", owner, "MARKEDSECRET", 12, &fault));
	assert_true(keys_db_put(k, "search", "1", "MARKEDSECRET", 12, &fault));
	assert_true(keys_db_rows(k, destroy_beside, beside, &fault));
	snprintf(command, sizeof(command), "grep -rq MARKEDSECRET %s", folder);
	assert_int_not_equal(system(command), 0);
	assert_true(keys_db_rows(k, no_row, &left, &fault));
	assert_int_equal(left, 0);
	keys_db_close(beside);
	keys_db_close(k);
}

enum { BUSY_KEYS = 20000, BUSY_BYTES = 400, BUSY_STEPS = 50 };

/* Another connection that writes after each step of a copy; NULL: none does. */
static struct keys_db *writer;
static int steps;

/* SQLite's own, seen from src/store. */
int
sqlite3_backup_step(sqlite3_backup *b, int pages)
{
	int (*real)(sqlite3_backup *, int);
	char owner[KEY_OWNER];
	struct fault fault = { 0 };
	*(void **)(void *)&real = dlsym(RTLD_NEXT, "sqlite3_backup_step");
	int code = real(b, pages);
	snprintf(owner, sizeof(owner), "more%d", ++steps);
	if (writer != NULL)
		assert_true(keys_db_put(writer, "dossier", owner, "x", 1, &fault));
	return steps > BUSY_STEPS ? SQLITE_ERROR : code;
}

static void
a_busy_store_is_copied_in_one_read(void **state)
{
	(void)state;
	char folder[TEST_PATH], path[TEST_PATH + 16], copy[TEST_PATH + 16], owner[KEY_OWNER];
	uint8_t bytes[BUSY_BYTES] = { 1 };
	struct keys_db *k;
	struct blob b = { 0 };
	struct fault fault = { 0 };
	test_folder("busy", folder);
	snprintf(path, sizeof(path), "%s/keys.db", folder);
	snprintf(copy, sizeof(copy), "%s/copy.db", folder);
	assert_true(keys_db_open(path, true, &k, &fault) && keys_db_begin(k, &fault));
	for (int i = 0; i < BUSY_KEYS; i++) {
		snprintf(owner, sizeof(owner), "%d", i);
		assert_true(keys_db_put(k, "dossier", owner, bytes, sizeof(bytes), &fault));
	}
	assert_true(keys_db_end(k, true, &fault));
	assert_true(keys_db_open(path, false, &writer, &fault));
	steps = 0; /* in parts it would begin anew after each */
	assert_true(keys_db_copy(k, copy, &fault));
	assert_int_not_equal(steps, 0); /* they were seen */
	keys_db_close(writer);
	writer = NULL;
	keys_db_close(k);
	assert_true(keys_db_open(copy, false, &k, &fault));
	assert_true(keys_db_get(k, "dossier", owner, &b, &fault));
	assert_int_equal(b.n, BUSY_BYTES);
	blob_drop(&b);
	keys_db_close(k);
}

/* What was done to a table by hand, what undoes it, and the part that is named: no log of rows knows. */
static const struct {
	int engine;
	const char *done, *undone, *where;
} PARTS[] = {
	{ 0, "DROP INDEX event_dossier", "CREATE INDEX event_dossier ON event (dossier, seq)",
	    "event index event_dossier" },
	{ 0, "CREATE INDEX more ON cert (digest)", "DROP INDEX more", "cert index more" },
	{ 0, "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END",
	    "DROP TRIGGER t", "event trigger t" },
	{ 0, "CREATE VIEW others AS SELECT 1", "DROP VIEW others", "" },
	{ 0,
	    "ALTER TABLE policy_version RENAME TO p; CREATE TABLE policy_version (digest BLOB NOT "
	    "NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (digest)) STRICT; "
	    "DROP TABLE p",
	    "SELECT 1", "policy_version index sqlite_autoindex_policy_version_2" },
	{ 1, "DROP INDEX event_dossier", "CREATE INDEX event_dossier ON event (dossier, seq)",
	    "event index event_dossier" },
	{ 1, "CREATE INDEX more ON cert (digest)", "DROP INDEX more", "cert index more" },
	{ 1, "CREATE RULE r AS ON DELETE TO event DO INSTEAD NOTHING", "DROP RULE r ON event",
	    "event rule r" },
	{ 1,
	    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
	    "CREATE TRIGGER t BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION f()",
	    "DROP TRIGGER t ON event", "event trigger t" },
	{ 1, "ALTER TABLE cert ALTER product DROP NOT NULL",
	    "ALTER TABLE cert ALTER product SET NOT NULL", "cert column product" },
	{ 1, "ALTER TABLE cert SET UNLOGGED", "ALTER TABLE cert SET LOGGED", "cert table" },
	{ 1, "ALTER TABLE bank_line DROP CONSTRAINT bank_line_check",
	    "ALTER TABLE bank_line ADD CONSTRAINT bank_line_check "
	    "CHECK (remaining BETWEEN 0 AND amount)",
	    "bank_line constraint bank_line_check" },
	{ 1, "CREATE TABLE others (n int)", "DROP TABLE others", "" },
	{ 1, "ALTER TABLE cert DROP CONSTRAINT cert_dossier_edition_key", "SELECT 1",
	    "cert constraint cert_dossier_edition_key" },
};

static void
what_a_table_lost_or_got_is_named(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		char where[SCHEMA_WHERE];
		open_bench(&b, engine, "schema");
		for (size_t i = 0; i < COUNT(PARTS); i++) {
			if (PARTS[i].engine != engine)
				continue;
			assert_true(schema_check(b.store, where, &b.fault));
			assert_string_equal(where, "");
			assert_true(b.store->engine->plain(b.store, PARTS[i].done, &b.fault));
			assert_true(schema_check(b.store, where, &b.fault));
			assert_string_equal(where, PARTS[i].where);
			assert_true(b.store->engine->plain(b.store, PARTS[i].undone, &b.fault));
		}
		store_close(b.store);
	}
}

/* A session of somebody else on the same server, with one sentence said. */
static PGconn *
beside(const struct bench *b, const char *text)
{
	PGconn *c = PQconnectdb(b->url);
	PGresult *r = PQexec(c, text);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s", PQerrorMessage(c));
	PQclear(r);
	return c;
}

static void
say(struct bench *b, const char *text)
{
	assert_true(b->store->engine->plain(b->store, text, &b->fault));
}

static bool
put_meta(struct tx *tx, void *context, struct fault *fault)
{
	return meta_put(tx, "half", context, fault);
}

/* 64 bytes each: a file of so few pages is full soon. */
static bool
put_much(struct tx *tx, void *context, struct fault *fault)
{
	char name[64];
	(void)context;
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "%063d", i);
		if (!meta_put(tx, name, name, fault))
			return false;
	}
	return true;
}

static void
a_store_that_is_lost_says_so(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		bool found;
		open_bench(&b, engine, "lost");
		assert_false(store_write(b.store, NULL, add_two_then_refuse, NULL, &b.fault));
		assert_false(store_lost(b.store));
		if (engine == 0)
			say(&b, "PRAGMA max_page_count = 100");
		else
			PQfinish(
			    beside(&b, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
				       "WHERE datname = current_database() AND "
				       "pid <> pg_backend_pid()"));
		b.fault = (struct fault){ 0 };
		assert_false(store_write(b.store, NULL, put_much, NULL, &b.fault));
		assert_int_equal(b.fault.code, FAULT_STORE);
		assert_true(store_lost(b.store));
		assert_false(store_read(b.store, half_there, &found, &(struct fault){ 0 }));
		store_close(b.store);
		assert_true(store_open(b.url, false, &b.store, &b.fault));
		store_close(b.store);
	}
}

static bool
open_beside(struct tx *tx, void *url, struct fault *fault)
{
	struct store *s;
	(void)tx;
	if (!store_open(url, false, &s, fault))
		return false;
	store_close(s);
	return true;
}

/* One more than have room where their place is: each says its own number. */
enum { MEETING = PREPARED_NEAR + 1 };
struct number_row {
	int64_t n;
};
static const struct column NUMBER[] = { COL(struct number_row, n, COLUMN_INT) };

/* The first place whose neighbours are free too, whatever was prepared as the store was opened. */
static void
meeting_texts(const struct store *s, char text[MEETING][48])
{
	static const struct store NONE;
	size_t home = PREPARED;
	for (size_t place = 0, row = 0; home == PREPARED && place < PREPARED; place++) {
		row = s->prepared[place].text == NULL ? row + 1 : 0;
		if (row == PREPARED_NEAR)
			home = place + 1 - PREPARED_NEAR;
	}
	assert_true(home < PREPARED);
	for (int n = 0, i = 0; i < MEETING; n++) {
		snprintf(text[i], sizeof(text[i]), "SELECT CAST(%d AS bigint) AS n", n);
		i += prepared_place(&NONE, text[i]) == home;
	}
}

/* Which of its places a text gets, by what stands there: free '.', idle 'i', busy 'b', the text itself 't'. */
static void
a_text_gets_the_best_of_its_places(void **state)
{
	(void)state;
	static const struct {
		const char *there;
		size_t gets;
	} ROWS[] = { { "........", 0 }, { "...t....", 3 }, { "bbbbbbbt", 7 }, { "biiiiiii", 1 },
		{ "bbii.ii.", 4 }, { "iiiiiiii", 0 }, { "bbbbbbbb", 0 } };
	static const char TEXT[] = "SELECT CAST(0 AS bigint) AS n";
	static const struct store NONE;
	static struct store s;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		s = NONE;
		for (size_t k = 0; k < PREPARED_NEAR; k++) {
			char c = ROWS[i].there[k];
			struct prepared *at =
			    &s.prepared[(prepared_place(&NONE, TEXT) + k) % PREPARED];
			at->busy = c == 'b';
			at->text = c == '.' ? NULL : strdup(c == 't' ? TEXT : "another");
		}
		assert_int_equal(prepared_place(&s, TEXT),
		    (prepared_place(&NONE, TEXT) + ROWS[i].gets) % PREPARED);
		for (size_t k = 0; k < PREPARED; k++)
			free(s.prepared[k].text);
	}
}

static int64_t
number_of(const char *text)
{
	return strtoll(text + strlen("SELECT CAST("), NULL, 10);
}

static bool
ask_number(struct tx *tx, const char *text, struct fault *fault)
{
	struct sql ask = { text, NUMBER, 1, sizeof(struct number_row) };
	struct number_row row = { -1 };
	bool found, good = tx_one(tx, &ask, NULL, 0, &row, &found, fault);
	assert_true(!good || row.n == number_of(text));
	return good;
}

static bool
ask_all(struct tx *tx, void *context, struct fault *fault)
{
	char(*text)[48] = context;
	for (int k = 0; k < 2 * MEETING; k++)
		if (!ask_number(tx, text[k % MEETING], fault))
			return false;
	return true;
}

/* Sentences under way, one in a row of another: all that are, and one more. */
struct under_way {
	struct tx *tx;
	char (*text)[48];
	int at;
};

static bool
ask_within(const void *row, void *context, struct fault *fault)
{
	struct under_way *u = context;
	int mine = u->at;
	assert_int_equal(((const struct number_row *)row)->n, number_of(u->text[mine]));
	if (++u->at == MEETING)
		return ask_number(u->tx, u->text[0], fault) &&
		       ask_number(u->tx, u->text[mine], fault);
	struct sql ask = { u->text[mine + 1], NUMBER, 1, sizeof(struct number_row) };
	return tx_each(u->tx, &ask, NULL, 0, ask_within, u, fault);
}

static bool
ask_nested(struct tx *tx, void *context, struct fault *fault)
{
	struct under_way u = { tx, context, 0 };
	struct sql ask = { u.text[0], NUMBER, 1, sizeof(struct number_row) };
	return tx_each(tx, &ask, NULL, 0, ask_within, &u, fault) && u.at == MEETING;
}

static void
sentences_whose_places_meet_stay_prepared(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		char text[MEETING][48];
		int kept = 0;
		open_bench(&b, engine, "prepared");
		meeting_texts(b.store, text);
		assert_true(store_read(b.store, ask_all, text, &b.fault));
		for (int i = 0; i < MEETING; i++) {
			const char *there =
			    b.store->prepared[prepared_place(b.store, text[i])].text;
			kept += there != NULL && strcmp(there, text[i]) == 0;
		}
		assert_int_equal(kept, PREPARED_NEAR); /* one had to give way, not all */
		assert_true(store_read(b.store, ask_nested, text, &b.fault));
		assert_true(store_read(b.store, ask_all, text, &b.fault));
		store_close(b.store);
	}
}

/* Who reads waits for no writer, though what writes is prepared as a store is opened. */
static void
a_store_is_opened_beside_a_write(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct bench b;
		open_bench(&b, engine, "beside");
		if (engine == 1)
			setenv("PGOPTIONS", "-c statement_timeout=5s", 1);
		assert_true(store_write(b.store, NULL, open_beside, b.url, &b.fault));
		(void)unsetenv("PGOPTIONS");
		store_close(b.store);
	}
}

/* Whoever vacuums or analyses the largest table is neither waited for nor sent away. */
static void
a_write_waits_for_no_vacuum_of_the_log_of_changes(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b, 1, "vacuum");
	say(&b, "SET lock_timeout = '3s'");
	PGconn *c = beside(&b, "BEGIN; LOCK TABLE change IN SHARE UPDATE EXCLUSIVE MODE");
	bool good = store_write(b.store, NULL, put_meta, "done", &b.fault);
	PQfinish(c);
	assert_true(good);
	store_close(b.store);
}

static void
a_write_whose_turn_does_not_come_may_be_asked_again_later(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b, 1, "turn");
	say(&b, "SET lock_timeout = '500ms'");
	PGconn *c = beside(&b, "BEGIN; LOCK TABLE meta IN SHARE UPDATE EXCLUSIVE MODE");
	bool good = store_write(b.store, NULL, put_meta, "done", &b.fault);
	PQfinish(c);
	assert_false(good);
	assert_int_equal(b.fault.code, FAULT_LATER);
	assert_false(store_lost(b.store));
	assert_true(store_write(b.store, NULL, put_meta, "done", &(struct fault){ 0 }));
	store_close(b.store);
}

/* As on a machine that fell: it says nothing more, and closes nothing. */
static bool
freeze(struct tx *tx, void *told, struct fault *fault)
{
	if (!meta_put(tx, "half", "done", fault) || write(*(int *)told, "x", 1) != 1)
		return false;
	for (;;)
		(void)pause();
}

static void
who_falls_silent_in_a_write_loses_it(void **state)
{
	(void)state;
	struct bench b;
	int ends[2], status;
	char word;
	bool found = true;
	open_bench(&b, 1, "silent");
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct bench own = b;
		if (store_open(b.url, false, &own.store, &own.fault)) {
			say(&own, "SET idle_in_transaction_session_timeout = '1s'");
			(void)!store_write(own.store, NULL, freeze, &ends[1], &own.fault);
		}
		_exit(99);
	}
	assert_int_equal(read(ends[0], &word, 1), 1);
	say(&b, "SET lock_timeout = '20s'");
	bool good = store_write(b.store, NULL, put_much, NULL, &b.fault) &&
		    store_read(b.store, half_there, &found, &b.fault);
	(void)kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(good);
	assert_false(found);
	store_close(b.store);
}

struct setting {
	char value[32];
};
static const struct column SETTING[] = { COL(struct setting, value, COLUMN_TEXT) };

static bool
settings_look(struct tx *tx, void *context, struct fault *fault)
{
	struct setting *out = context;
	static const char *const TEXT[] = { "SELECT current_setting('lock_timeout') AS value",
		"SELECT current_setting('idle_in_transaction_session_timeout') AS value" };
	for (size_t i = 0; i < COUNT(TEXT); i++) {
		const struct sql sql = { TEXT[i], SETTING, 1, sizeof(*out) };
		bool found;
		if (!tx_one(tx, &sql, NULL, 0, &out[i], &found, fault))
			return false;
	}
	return true;
}

static void
is_named(struct store *s, const char *name, const char *value)
{
	PQconninfoOption *all = PQconninfo(s->connection), *o = all;
	while (o->keyword != NULL && strcmp(o->keyword, name) != 0)
		o++;
	assert_string_equal(o->val, value);
	PQconninfoFree(all);
}

/* Who waits, waits longer than who is silent is waited for; who reads may think as long as he likes. */
static void
a_connection_has_its_limits_and_those_of_its_address_come_first(void **state)
{
	(void)state;
	struct bench b;
	struct setting is[2];
	char own[ENGINE_URL + 32];
	open_bench(&b, 1, "limits");
	assert_true(store_write(b.store, NULL, settings_look, is, &b.fault));
	assert_string_equal(is[0].value, "1min");
	assert_string_equal(is[1].value, "30s");
	assert_true(store_read(b.store, settings_look, is, &b.fault));
	assert_string_equal(is[1].value, "0");
	is_named(b.store, "keepalives_idle", "30");
	is_named(b.store, "tcp_user_timeout", "60000");
	store_close(b.store);
	snprintf(own, sizeof(own), "%s keepalives_idle=7", b.url);
	assert_true(store_open(own, false, &b.store, &b.fault));
	is_named(b.store, "keepalives_idle", "7");
	is_named(b.store, "keepalives_count", "3");
	store_close(b.store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_body_leaves_nothing_and_numbers_have_no_gaps),
		cmocka_unit_test(rows_come_back_whole_and_a_stale_update_is_refused),
		cmocka_unit_test(a_value_that_reads_like_another_is_refused),
		cmocka_unit_test(of_many_at_once_one_wins),
		cmocka_unit_test(a_crash_between_statements_leaves_nothing),
		cmocka_unit_test(a_store_of_another_shape_is_refused),
		cmocka_unit_test(a_store_of_another_version_is_refused_and_left_as_it_is),
		cmocka_unit_test(a_destroyed_key_is_nowhere_in_the_file),
		cmocka_unit_test(a_key_that_is_not_there_is_noted_destroyed_where_told_so),
		cmocka_unit_test(a_key_is_destroyed_while_all_are_looked_through),
		cmocka_unit_test(a_busy_store_is_copied_in_one_read),
		cmocka_unit_test(what_a_table_lost_or_got_is_named),
		cmocka_unit_test(a_store_that_is_lost_says_so),
		cmocka_unit_test(a_text_gets_the_best_of_its_places),
		cmocka_unit_test(sentences_whose_places_meet_stay_prepared),
		cmocka_unit_test(a_store_is_opened_beside_a_write),
		cmocka_unit_test(a_write_waits_for_no_vacuum_of_the_log_of_changes),
		cmocka_unit_test(a_write_whose_turn_does_not_come_may_be_asked_again_later),
		cmocka_unit_test(who_falls_silent_in_a_write_loses_it),
		cmocka_unit_test(a_connection_has_its_limits_and_those_of_its_address_come_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
