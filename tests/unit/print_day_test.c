/* Print days and the letters of one: opened by two stations' keys, printed once or not at all,
 * spoiled before a witness, closed when every envelope is sent or spoiled and no case must be
 * revoked. [R-4.92] [R-4.96] [R-4.104] [R-4.116] [R-4.119] [R-7.3] [K-22] [M-403] */
#include "test.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "act/letter.h"
#include "act/letter_print.h"
#include "base/text.h"
#include "post.h"
#include "store/warrant_row.h"

/* Rows of dossiers by their state that were read within a write: SQLite's own, seen from src/store. */
static int listed_in_writes;

int
sqlite3_step(sqlite3_stmt *s)
{
	int (*real)(sqlite3_stmt *);
	*(void **)(void *)&real = dlsym(RTLD_NEXT, "sqlite3_step");
	int code = real(s);
	const char *text = code == SQLITE_ROW ? sqlite3_sql(s) : NULL; /* NULL also: SQLite's own */
	listed_in_writes += text != NULL && strstr(text, " FROM dossier WHERE state") != NULL &&
			    sqlite3_txn_state(sqlite3_db_handle(s), "main") == SQLITE_TXN_WRITE;
	return code;
}

static bool
begin(struct post *p, const struct person *who, struct fault *fault)
{
	struct print_day_opened opened;
	*fault = (struct fault){ 0 };
	return print_day_begin(p->s, who, &opened, fault);
}

struct blocked {
	struct print_day_block at[16];
	size_t count;
};

static void
block_keep(void *context, const struct print_day_block *b)
{
	struct blocked *k = context;
	assert_true(k->count < COUNT(k->at));
	k->at[k->count++] = *b;
}

static bool
end(struct post *p, const struct person *who, struct blocked *k, struct print_day_closed *closed,
    struct fault *fault)
{
	*fault = (struct fault){ 0 };
	*k = (struct blocked){ 0 };
	return print_day_end(p->s, who, block_keep, k, closed, fault);
}

static bool
newest(struct tx *tx, void *context, struct fault *fault)
{
	bool found;
	struct print_day_row *row = context;
	return print_day_newest(tx, row, &found, fault) &&
	       (found || ((*row = (struct print_day_row){ 0 }), true));
}

static struct print_day_row
day_now(struct post *p)
{
	struct print_day_row row = { 0 };
	struct fault fault = { 0 };
	post_die(store_read(p->s->store, newest, &row, &fault), &fault);
	return row;
}

static void
a_day_opens_with_two_signed_keys_and_closes(struct post *p)
{
	struct fault fault;
	struct blocked k;
	struct print_day_closed closed;
	assert_false(begin(p, p->clerk, &fault));
	assert_ptr_equal(fault.row, &ACT_WRONG_ROLE);
	assert_false(end(p, p->dispatch, &k, &closed, &fault));
	assert_ptr_equal(fault.row, &PRINT_DAY_NONE);
	post_die(begin(p, p->dispatch, &fault), &fault);
	struct print_day_row one = day_now(p), two;
	struct der key[PRINT_LETTERS] = { der_of(one.print_pin.at, one.print_pin.n),
		der_of(one.print_password.at, one.print_password.n) };
	post_die(print_keys_check(p->charter, key, p->s->today, &fault), &fault);
	assert_string_equal(one.day, "2026-11-20");
	assert_int_equal(one.round, 1);
	assert_false(begin(p, p->dispatch, &fault));
	assert_ptr_equal(fault.row, &PRINT_DAY_STANDS);
	assert_false(end(p, p->clerk, &k, &closed, &fault));
	assert_ptr_equal(fault.row, &ACT_WRONG_ROLE);
	post_die(end(p, p->witness, &k, &closed, &fault), &fault);
	assert_int_equal(closed.sent + closed.spoiled + closed.downloads, 0);
	post_die(begin(p, p->dispatch, &fault), &fault);
	two = day_now(p);
	assert_int_equal(two.round, 2);
	assert_false(one.print_pin.n == two.print_pin.n &&
		     memcmp(one.print_pin.at, two.print_pin.at, one.print_pin.n) == 0);
	assert_int_equal(post_events(p, "day-opened"), 2);
	assert_int_equal(post_events(p, "day-closed"), 1);
	print_day_drop(&one);
	print_day_drop(&two);
}

/* The key is kept for the rehearsal's next command, and gone with the day. */
static void
a_closed_day_leaves_no_key(struct post *p)
{
	char path[SERVICE_PATH];
	struct fault fault;
	struct blocked k;
	struct print_day_closed closed;
	post_die(begin(p, p->dispatch, &fault), &fault);
	assert_true(file_exists(service_path(p->s, "rehearsal/print-pin.day", path)));
	post_die(end(p, p->dispatch, &k, &closed, &fault), &fault);
	assert_false(file_exists(path));
	assert_false(file_exists(service_path(p->s, "rehearsal/print-password.day", path)));
}

/* What a crash between the key and the row left is wiped by the next opening, or by settling. */
static void
a_key_without_its_day_is_wiped(struct post *p)
{
	struct station st[PRINT_LETTERS];
	uint8_t bytes[PRINT_KEY_PACKED];
	struct sink packed = SINK_INTO(bytes);
	struct fault fault = { 0 };
	struct blocked k;
	struct print_day_closed closed;
	int64_t downloads;
	post_die(stations_reach(p->s, st, &fault), &fault);
	post_die(station_open(
		     &st[0], p->charter->service, (struct day){ 2026, 11, 19 }, &packed, &fault),
	    &fault);
	stations_leave(st);
	post_die(begin(p, p->dispatch, &fault), &fault);
	post_die(end(p, p->dispatch, &k, &closed, &fault), &fault);
	packed.len = 0;
	post_die(stations_reach(p->s, st, &fault), &fault);
	post_die(station_open(&st[1], p->charter->service, p->s->today, &packed, &fault), &fault);
	stations_leave(st);
	char path[SERVICE_PATH];
	assert_true(file_exists(service_path(p->s, "rehearsal/print-password.day", path)));
	post_die(print_day_settle(p->s, &downloads, &fault), &fault);
	assert_false(file_exists(path));
}

static void
a_day_needs_two_stations_of_the_charter(struct post *p)
{
	struct fault fault;
	struct station_call call;
	struct print_day_row row;
	struct charter *c = p->charter;
	struct holder kept = c->station[1];
	c->stations = 1;
	people_charter(p->s, c);
	assert_false(begin(p, p->dispatch, &fault));
	assert_ptr_equal(fault.row, &PRINT_KEY_STATION);
	fault = (struct fault){ 0 };
	assert_false(station_call(p->s, PRINT_PASSWORD, true, &call, &fault));
	assert_ptr_equal(fault.row, &STATION_UNKNOWN);
	c->stations = 2;
	memcpy(c->station[1].point, c->station[0].point, P256_POINT);
	people_charter(p->s, c);
	assert_false(begin(p, p->dispatch, &fault));
	assert_ptr_equal(fault.row, &PRINT_KEY_SIGNATURE);
	row = day_now(p);
	assert_int_equal(row.round, 0);
	c->station[1] = kept;
	people_charter(p->s, c);
	post_die(begin(p, p->dispatch, &fault), &fault);
}

/* A real one, or where serve runs: nobody else starts a station. */
static void
a_station_that_is_away_is_75(struct post *p)
{
	struct fault fault;
	char path[SERVICE_PATH];
	int lock;
	post_station_end(p, PRINT_PIN);
	post_die(lock_take(service_path(p->s, "run/lock", path), &lock, &(struct fault){ 0 }),
	    &(struct fault){ 0 });
	assert_false(begin(p, p->dispatch, &fault));
	assert_ptr_equal(fault.row, &STATION_AWAY);
	assert_int_equal(fault_exit(fault.code), 75);
	(void)close(lock);
	p->s->rehearsal = false;
	struct station st;
	fault = (struct fault){ 0 };
	assert_false(station_reach(p->s, PRINT_PIN, &st, &fault));
	assert_ptr_equal(fault.row, &STATION_AWAY);
	p->s->rehearsal = true;
}

struct told {
	struct letter_row row[8];
	bool printed[8];
	char name[8][48];
	char limit[8][512], fingerprint[8][80], code[8][32];
	size_t pdf[8], count;
	const char *refuse; /* an envelope at which the teller refuses */
};

static bool
keep(void *context, const struct letter_told *l, struct fault *fault)
{
	struct told *t = context;
	struct der fields = l->fields;
	char key[32], value[1024];
	size_t i = t->count++;
	assert_true(i < COUNT(t->row));
	t->row[i] = *l->row;
	t->printed[i] = l->printed;
	t->pdf[i] = l->pdf.n;
	snprintf(t->name[i], sizeof(t->name[i]), "%s", l->fault == NULL ? "" : l->fault->name);
	while (print_field_take(&fields, key, sizeof(key), value, sizeof(value))) {
		if (strcmp(key, "limit_ja") == 0)
			snprintf(t->limit[i], sizeof(t->limit[i]), "%.511s", value);
		if (strcmp(key, "ca_fingerprint") == 0)
			snprintf(t->fingerprint[i], sizeof(t->fingerprint[i]), "%.79s", value);
		if (strcmp(key, "code") == 0)
			snprintf(t->code[i], sizeof(t->code[i]), "%.31s", value);
	}
	if (t->refuse != NULL && strcmp(t->refuse, l->row->envelope) == 0)
		return fault_set(fault, FAULT_STORE, "控えを書けません。");
	return true;
}

static bool
print(struct post *p, struct told *t, bool *all, struct fault *fault)
{
	*fault = (struct fault){ 0 };
	*t = (struct told){ 0 };
	return letter_print_run(p->s, keep, t, all, fault);
}

static const char *
note_of(struct post *p, int64_t dossier, const char *envelope)
{
	static char note[16];
	struct post_seen v = post_see(p, dossier, envelope);
	assert_true(v.has_letter);
	memcpy(note, v.l.note, sizeof(note));
	return note;
}

static void
letters_are_printed_once(struct post *p)
{
	struct fault fault;
	struct told t;
	bool all;
	uint8_t digest[32];
	char hex[DIGEST_HEX];
	assert_false(print(p, &t, &all, &fault));
	assert_ptr_equal(fault.row, &PRINT_NO_DAY);
	post_open_day(p);
	post_issue(p, 1, 1);
	post_issue(p, 3, 1);
	post_die(print(p, &t, &all, &fault), &fault);
	assert_true(all);
	assert_int_equal(t.count, 4);
	digest_of(p->pki->ca_cert.p, p->pki->ca_cert.n, digest);
	for (size_t i = 0; i < t.count; i++) {
		assert_true(t.printed[i] && t.pdf[i] > 1000);
		assert_string_equal(t.row[i].note, "printing");
		assert_string_equal(t.fingerprint[i], hex_print(hex, digest, 32));
		assert_non_null(strstr(t.limit[i], "2026-12-20"));
		assert_string_equal(
		    t.code[i], strcmp(t.row[i].letter, "pin") == 0 ? POST_PIN : POST_PASSWORD);
	}
	assert_string_equal(t.row[3].recipient, "subscriber"); /* 3: the PIN by 簡易書留 */
	assert_string_equal(t.row[3].route, "kani");
	assert_string_equal(t.row[2].recipient, "delegate");
	assert_string_equal(t.row[2].route, "honnin");
	post_die(print(p, &t, &all, &fault), &fault); /* printed, not scanned: left alone */
	assert_true(all && t.count == 0);
	assert_string_equal(note_of(p, 1, "11-pin"), "printing");
	assert_int_equal(post_events(p, "letter-printing"), 4);
	assert_int_equal(post_events(p, "letter-printed"), 4);
}

/* of 1 both limits were extended, of 3 none. */
static void
letters_tell_extended_days(struct post *p)
{
	struct fault fault;
	struct told t;
	bool all;
	post_open_day(p);
	post_issue(p, 1, 1);
	post_issue(p, 3, 1);
	post_extend(p, 1, "K-12", 10);
	post_extend(p, 1, "K-22", 12);
	post_die(print(p, &t, &all, &fault), &fault);
	assert_int_equal(t.count, 4);
	for (size_t i = 0; i < t.count; i++) {
		const bool first = t.row[i].dossier == 1;
		assert_non_null(strstr(t.limit[i], first ? "2026-12-30" : "2026-12-20"));
		assert_true((strstr(t.limit[i], "2026-12-20") == NULL) == first);
		assert_true((strstr(t.limit[i], "2027-01-01") != NULL) == first);
	}
}

/* Between "printing" and "printed" nobody knows: spoiled, its edition's secrets gone. */
static void
what_was_interrupted_is_spoiled_and_never_asked_again(struct post *p)
{
	struct fault fault;
	struct told t;
	bool all;
	post_open_day(p);
	post_issue(p, 1, 1);
	post_note(p, "11-pin", "printing", 0);
	post_die(print(p, &t, &all, &fault), &fault);
	assert_false(all);
	assert_int_equal(t.count, 1); /* the other is spoiled with it: there is no sheet of it */
	assert_string_equal(t.name[0], PRINT_INTERRUPTED.name);
	struct post_seen v = post_see(p, 1, "11-password");
	assert_string_equal(v.l.note, "spoiled");
	assert_int_equal(v.k.package.n + v.k.letter_pin.n + v.k.letter_password.n, 0);
	assert_string_equal(note_of(p, 1, "11-pin"), "spoiled");
	post_die(print(p, &t, &all, &fault), &fault);
	assert_true(all && t.count == 0);
	assert_int_equal(post_events(p, "letter-interrupted"), 1);
}

/* A station that asks the store what it may see, says it, and dies. */
static pid_t
station_false(struct post *p, int *tell)
{
	char path[SERVICE_PATH], url[CONF_URL];
	int ends[2], listener;
	struct fault fault = { 0 };
	post_station_end(p, PRINT_PIN);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	service_path(p->s, "run/print-pin.sock", path);
	post_die(socket_listen(path, &listener, &fault), &fault);
	conf_store_url(p->s->dir, p->s->conf.store, url);
	pid_t pid = fork();
	if (pid == 0) {
		uint8_t *bytes = malloc(FRAME_MOST);
		struct frame f;
		struct store *store = NULL;
		struct service s = { 0 };
		int peer = accept(listener, NULL, NULL);
		bool good = bytes != NULL &&
			    frame_receive(peer, bytes, FRAME_MOST, 20000, &f, &fault) &&
			    f.kind == PRINT_LETTER && store_open(url, false, &store, &fault);
		s.store = store;
		struct post q = { .s = &s };
		(void)!write(ends[1], good ? note_of(&q, 1, "11-pin") : "?", 16);
		_exit(0);
	}
	(void)close(listener);
	(void)close(ends[1]);
	*tell = ends[0];
	return pid;
}

static void
the_note_is_durable_before_the_station_is_asked(struct post *p)
{
	struct fault fault;
	struct told t;
	bool all;
	int told;
	char note[16] = "";
	post_open_day(p);
	post_issue(p, 1, 1);
	post_issue(p, 2, 1);
	pid_t pid = station_false(p, &told);
	post_die(print(p, &t, &all, &fault), &fault);
	assert_int_equal(read(told, note, sizeof(note)), 16);
	assert_string_equal(note, "printing");
	(void)close(told);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(all);
	/* 1's password letter is printed before its PIN letter is lost; then that station stops. */
	assert_string_equal(note_of(p, 1, "11-pin"), "spoiled");
	assert_string_equal(note_of(p, 2, "21-pin"), "waiting");
	assert_string_equal(note_of(p, 2, "21-password"), "printing");
}

static void
printer_pin(struct post *p, const char *where)
{
	snprintf(p->s->conf.printer_pin, CONF_VALUE, "%s", where);
	post_station_end(p, PRINT_PIN);
	post_station(p, PRINT_PIN);
}

static bool
where_read(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	(void)fault;
	if (strcmp(e->kind, "letter-printing") == 0)
		snprintf(context, 512, "%s", e->detail);
	return true;
}
static bool
where_look(struct tx *tx, void *context, struct fault *fault)
{
	return event_each(tx, 1, where_read, context, fault);
}

/* A line of akashi.conf that is changed during the day prints nothing; its event says where it would have gone. */
static void
a_printer_that_is_not_the_stations_own_gets_nothing(struct post *p)
{
	struct fault fault;
	struct told t;
	bool all;
	char where[512] = "";
	post_open_day(p);
	post_issue(p, 1, 1);
	snprintf(p->s->conf.printer_pin, CONF_VALUE, "raw:127.0.0.1:1");
	post_die(print(p, &t, &all, &fault), &fault);
	assert_false(all);
	assert_string_equal(t.name[1], "print-printer");
	assert_string_equal(note_of(p, 1, "11-pin"), "waiting");
	post_die(store_read(p->s->store, where_look, where, &fault), &fault);
	assert_non_null(strstr(where, "envelope=11-pin "));
	assert_non_null(strstr(where, " printer=raw:127.0.0.1:1"));
}

static void
a_printer_that_is_away_spoils_nothing(struct post *p)
{
	struct fault fault;
	struct told t;
	bool all;
	post_open_day(p);
	post_issue(p, 1, 1);
	post_issue(p, 2, 1);
	printer_pin(p, "raw:127.0.0.1:1");
	post_die(print(p, &t, &all, &fault), &fault);
	assert_false(all);
	assert_int_equal(t.count, 3); /* two passwords, one PIN; the other is not asked for */
	assert_string_equal(note_of(p, 1, "11-pin"), "waiting");
	assert_string_equal(note_of(p, 2, "21-pin"), "waiting");
	assert_string_equal(note_of(p, 2, "21-password"), "printing");
	assert_int_equal(post_events(p, "letter-returned"), 1);
	printer_pin(p, "");
	post_die(print(p, &t, &all, &fault), &fault);
	assert_true(all && t.count == 2);
	post_note(p, "11-pin", "waiting", 0); /* a store restored from before: the station knows */
	post_die(print(p, &t, &all, &fault), &fault);
	assert_string_equal(t.name[0], "print-again");
	assert_string_equal(note_of(p, 1, "11-pin"), "spoiled");
}

/* A station that begins again without its key: what is sealed to it is spoiled, the day opens anew; the next day it
 * is closed first. */
static void
a_day_whose_keys_are_lost_issues_nothing_and_opens_anew(struct post *p)
{
	struct fault fault = { 0 };
	struct told t;
	struct blocked k;
	struct print_day_closed closed;
	struct letter_spoiled spoiled;
	bool all;
	char path[SERVICE_PATH];
	post_die(print_day_lost(p->s, PRINT_PIN, &fault), &fault); /* none is open */
	post_open_day(p);
	post_issue(p, 1, 1);
	post_station_end(p, PRINT_PIN);
	assert_int_equal(unlink(service_path(p->s, "rehearsal/print-pin.day", path)), 0);
	post_station(p, PRINT_PIN);
	for (int twice = 0; twice < 2; twice++)
		post_die(print_day_lost(p->s, PRINT_PIN, &fault), &fault);
	assert_int_equal(post_events(p, "day-lost"), 1);
	struct print_day_row row = day_now(p);
	assert_true(print_day_is_lost(&row) && row.closed_at == 0);
	assert_false(print(p, &t, &all, &fault));
	assert_ptr_equal(fault.row, &PRINT_NO_DAY);
	assert_non_null(strstr(fault.say, "letter spoil"));
	assert_false(end(p, p->dispatch, &k, &closed, &fault));
	assert_ptr_equal(fault.row, &PRINT_DAY_ENVELOPE);
	assert_non_null(strstr(fault.say, "letter spoil"));
	post_open_day(p);
	print_day_drop(&row);
	row = day_now(p);
	assert_true(row.round == 2 && !print_day_is_lost(&row));
	post_issue(p, 2, 1);
	post_die(print(p, &t, &all, &fault), &fault);
	assert_int_equal(t.count, 4);
	assert_string_equal(t.name[0], PRINT_ENDED.name);
	assert_string_equal(t.name[1], PRINT_ENDED.name);
	assert_true(t.printed[2] && t.printed[3]);
	assert_false(end(p, p->dispatch, &k, &closed, &fault));
	assert_int_equal(k.count, 4); /* those of the lost keys too */
	fault = (struct fault){ 0 };
	post_die(letter_spoil(p->s, p->witness, "11-pin", &spoiled, &fault), &fault);
	post_note(p, "21-pin", "spoiled", 5);
	post_note(p, "21-password", "spoiled", 5);
	post_die(print_day_lost(p->s, PRINT_PASSWORD, &fault), &fault);
	post_later(p, 86400);
	assert_false(begin(p, p->dispatch, &fault));
	assert_ptr_equal(fault.row, &PRINT_DAY_STANDS);
	post_die(end(p, p->dispatch, &k, &closed, &fault), &fault);
	post_die(begin(p, p->dispatch, &fault), &fault);
	print_day_drop(&row);
}

/* A station that, asked for the day's key, says whether the day is locked, and dies. */
static pid_t
station_asked(struct post *p, int *tell)
{
	char path[SERVICE_PATH];
	int ends[2], listener;
	struct fault fault = { 0 };
	post_station_end(p, PRINT_PASSWORD);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	post_die(
	    socket_listen(service_path(p->s, "run/print-password.sock", path), &listener, &fault),
	    &fault);
	pid_t pid = fork();
	if (pid == 0) {
		uint8_t *bytes = malloc(FRAME_MOST);
		struct frame f;
		int peer = accept(listener, NULL, NULL);
		bool good =
		    bytes != NULL && frame_receive(peer, bytes, FRAME_MOST, 20000, &f, &fault) &&
		    f.kind == PRINT_OPEN && lock_held(service_path(p->s, PRINT_DAY_LOCK, path));
		(void)!write(ends[1], good ? "y" : "n", 1);
		_exit(0);
	}
	(void)close(listener);
	(void)close(ends[1]);
	*tell = ends[0];
	return pid;
}

/* Between a day's keys and its row the newest row is a closed one: who wiped what was left of it would wipe these. */
static void
nobody_settles_while_a_day_is_opened(struct post *p)
{
	struct fault fault;
	int told, lock;
	int64_t downloads;
	char held = 0, path[SERVICE_PATH];
	pid_t pid = station_asked(p, &told);
	assert_false(begin(p, p->dispatch, &fault));
	assert_int_equal(read(told, &held, 1), 1);
	assert_int_equal(held, 'y');
	(void)close(told);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	fault = (struct fault){ 0 };
	post_die(lock_take(service_path(p->s, PRINT_DAY_LOCK, path), &lock, &fault), &fault);
	assert_false(print_day_settle(p->s, &downloads, &fault));
	assert_int_equal(fault.code, FAULT_LATER);
	fault = (struct fault){ 0 };
	assert_false(print_day_lost(p->s, PRINT_PIN, &fault));
	assert_int_equal(fault.code, FAULT_LATER);
	(void)close(lock);
	fault = (struct fault){ 0 };
	post_die(print_day_settle(p->s, &downloads, &fault), &fault);
}

static bool
edition_write(struct tx *tx, void *context, struct fault *fault)
{
	struct dossier_row d = { 0 };
	bool found;
	(void)context;
	if (!dossier_get(tx, 1, &d, &found, fault))
		return false;
	d.edition = 2;
	bool good = dossier_update(tx, &d, d.state, fault);
	dossier_drop(&d);
	return good;
}

static void
an_ended_edition_is_not_printed_nor_two_at_a_time(struct post *p)
{
	struct fault fault = { 0 };
	struct told t;
	bool all;
	char path[SERVICE_PATH];
	int lock;
	post_open_day(p);
	post_issue(p, 1, 1);
	post_die(lock_take(service_path(p->s, "run/letter.lock", path), &lock, &fault), &fault);
	assert_false(print(p, &t, &all, &fault));
	assert_int_equal(fault.code, FAULT_LATER);
	(void)close(lock);
	fault = (struct fault){ 0 };
	post_die(store_write(p->s->store, NULL, edition_write, NULL, &fault), &fault);
	post_die(print(p, &t, &all, &fault), &fault);
	assert_false(all);
	assert_int_equal(t.count, 2);
	assert_string_equal(t.name[0], PRINT_ENDED.name);
	assert_string_equal(note_of(p, 1, "11-pin"), "waiting");
	assert_int_equal(post_events(p, "letter-printing"), 0);
}

static bool
letters_swap(struct tx *tx, void *context, struct fault *fault)
{
	static const struct sql SQL = { "UPDATE key_set SET letter_pin = $1 WHERE dossier = 2",
		NULL, 0, 0 };
	struct key_set_row k = { 0 };
	bool found;
	(void)context;
	bool good =
	    key_set_get(tx, 1, 1, &k, &found, fault) &&
	    tx_change(tx, &SQL, VALUES(V_BLOB(k.letter_pin.at, k.letter_pin.n)), NULL, fault);
	key_set_drop(&k);
	return good;
}

static bool
sets_swap(struct tx *tx, void *context, struct fault *fault)
{
	static const struct sql SQL = { "UPDATE key_set SET letter_pin = $1, statement = $2 "
					"WHERE dossier = 2",
		NULL, 0, 0 };
	struct key_set_row k = { 0 };
	bool found;
	(void)context;
	bool good = key_set_get(tx, 1, 1, &k, &found, fault) &&
		    tx_change(tx, &SQL,
			VALUES(V_BLOB(k.letter_pin.at, k.letter_pin.n),
			    V_BLOB(k.statement.at, k.statement.n)),
			NULL, fault);
	key_set_drop(&k);
	return good;
}

/* Not by its statement, and not with its statement by the journal's line: nobody's PIN is printed
 * under a stranger's envelope. [design 2] */
static void
a_letter_of_another_dossier_is_not_printed(struct post *p)
{
	store_body *const swap[] = { letters_swap, sets_swap };
	struct fault fault = { 0 };
	struct told t;
	bool all;
	post_open_day(p);
	post_issue(p, 1, 1);
	post_issue(p, 2, 1);
	for (size_t i = 0; i < COUNT(swap); i++) {
		post_die(store_write(p->s->store, NULL, swap[i], NULL, &fault), &fault);
		post_die(print(p, &t, &all, &fault), &fault);
		assert_false(all);
		size_t at = 0;
		while (at < t.count && strcmp(t.row[at].envelope, "21-pin") != 0)
			at++;
		assert_true(at < t.count);
		assert_string_equal(t.name[at], PRINT_OTHER.name);
		assert_false(t.printed[at]);
		assert_string_equal(note_of(p, 2, "21-pin"), "waiting");
	}
}

static const struct refusal *
done_row(struct post *p, const char *envelope)
{
	struct letter_done d;
	struct fault fault = { 0 };
	return letter_done(p->s, envelope, &d, &fault) ? NULL : fault.row;
}

static void
an_envelope_is_scanned_once_it_is_printed(struct post *p)
{
	struct letter_done d;
	struct fault fault = { 0 };
	post_open_day(p);
	post_issue(p, 1, 1);
	assert_ptr_equal(done_row(p, "nobody"), &LETTER_UNKNOWN);
	assert_ptr_equal(done_row(p, "11-pin"), &LETTER_UNPRINTED);
	post_note(p, "11-pin", "printing", 0);
	assert_ptr_equal(done_row(p, "11-pin"), &LETTER_UNPRINTED);
	post_note(p, "11-pin", "printing", 5);
	post_die(letter_done(p->s, "11-pin", &d, &fault), &fault);
	assert_false(d.already);
	assert_string_equal(note_of(p, 1, "11-pin"), "done");
	post_die(letter_done(p->s, "11-pin", &d, &fault), &fault);
	assert_true(d.already);
	assert_int_equal(post_events(p, "letter-done"), 1);
	post_note(p, "11-pin", "spoiled", 5);
	assert_ptr_equal(done_row(p, "11-pin"), &LETTER_SPOILED);
}

static const struct refusal *
spoil_row(
    struct post *p, const struct person *who, const char *envelope, struct letter_spoiled *out)
{
	struct fault fault = { 0 };
	return letter_spoil(p->s, who, envelope, out, &fault) ? NULL : fault.row;
}

static void
a_letter_is_spoiled_before_a_witness(struct post *p)
{
	struct letter_spoiled s = { 0 };
	post_open_day(p);
	post_issue(p, 1, 1);
	post_issue(p, 2, 1);
	assert_ptr_equal(spoil_row(p, p->witness, "nobody", &s), &LETTER_UNKNOWN);
	assert_ptr_equal(spoil_row(p, p->clerk, "11-pin", &s), &ACT_WRONG_ROLE);
	assert_string_equal(note_of(p, 1, "11-pin"), "waiting");
	post_note(p, "11-pin", "done", 5);
	assert_null(spoil_row(p, p->witness, "11-pin", &s));
	assert_string_equal(s.serial, "5a0101"); /* to be revoked */
	assert_string_equal(s.other, "11-password");
	assert_string_equal(s.other_note, "spoiled");
	assert_int_equal(post_see(p, 1, "11-pin").k.package.n, 0);
	assert_ptr_equal(spoil_row(p, p->witness, "11-pin", &s), &LETTER_WITNESSED);
	/* One that was spoiled unseen still owes its witness; a printed other one stays. */
	post_note(p, "21-pin", "spoiled", 5);
	post_note(p, "21-password", "done", 5);
	assert_null(spoil_row(p, p->witness, "21-pin", &s));
	assert_string_equal(s.other_note, "done");
	assert_string_equal(note_of(p, 2, "21-password"), "done");
	post_note(p, "21-password", "sent", 5);
	assert_ptr_equal(spoil_row(p, p->witness, "21-password", &s), &LETTER_SENT);
	assert_int_equal(post_events(p, "letter-spoiled"), 2);
}

static void
every_envelope_in_the_way_is_named(struct post *p)
{
	static const struct {
		const char *envelope, *note;
	} NOTES[] = { { "11-pin", "waiting" }, { "11-password", "printing" }, { "21-pin", "done" },
		{ "21-password", "sent" }, { "31-pin", "spoiled" }, { "31-password", "spoiled" } };
	struct fault fault;
	struct blocked k;
	struct print_day_closed closed;
	post_open_day(p);
	for (int64_t d = 1; d <= POST_CASES; d++)
		post_issue(p, d, 1);
	for (size_t i = 0; i < COUNT(NOTES); i++)
		if (strcmp(NOTES[i].note, "waiting") != 0)
			post_note(p, NOTES[i].envelope, NOTES[i].note, 5);
	assert_false(end(p, p->dispatch, &k, &closed, &fault));
	assert_ptr_equal(fault.row, &PRINT_DAY_ENVELOPE);
	assert_int_equal(k.count, 3);
	for (size_t i = 0; i < 3; i++) {
		size_t n = 0;
		while (strcmp(NOTES[n].envelope, k.at[i].envelope) != 0)
			n++;
		assert_true(n < 3);
		assert_string_equal(k.at[i].note, NOTES[n].note);
		assert_int_equal(k.at[i].dossier, NOTES[n].envelope[0] - '0');
		assert_non_null(strstr(k.at[i].say, NOTES[n].envelope));
	}
	struct print_day_row row = day_now(p);
	assert_int_equal(row.closed_at, 0);
	print_day_drop(&row);
	for (size_t i = 0; i < 3; i++)
		post_note(p, NOTES[i].envelope, "spoiled", 5);
	post_die(end(p, p->dispatch, &k, &closed, &fault), &fault);
	assert_int_equal(closed.sent, 1);
	assert_int_equal(closed.spoiled, 5);
}

/* A key made for an order that may still be signed. */
static bool
order_write(struct tx *tx, void *context, struct fault *fault)
{
	const char *ended = context;
	struct key_set_row k = { .dossier = 2, .edition = 1, .print_day = "2026-11-20" };
	struct warrant_row w = { .digest = { 2 },
		.kind = "certificate",
		.dossier = 2,
		.edition = 1,
		.last_day = "2026-12-20" };
	return tx_insert(tx, &KEY_SET_TABLE, &k, NULL, fault) &&
	       tx_insert(tx, &WARRANT_TABLE, &w, NULL, fault) &&
	       (ended == NULL || warrant_end(tx, w.digest, ended, fault));
}

static void
an_order_that_is_being_issued_keeps_the_day_open(struct post *p)
{
	struct fault fault = { 0 };
	struct blocked k;
	struct print_day_closed closed;
	post_open_day(p);
	post_die(store_write(p->s->store, NULL, order_write, NULL, &fault), &fault);
	assert_false(end(p, p->dispatch, &k, &closed, &fault));
	assert_ptr_equal(fault.row, &PRINT_DAY_ISSUING);
	assert_int_equal(k.count, 1);
	assert_int_equal(k.at[0].dossier, 2);
	fault = (struct fault){ 0 };
	post_die(store_write(p->s->store, NULL, order_write, (void *)(uintptr_t) "void", &fault),
	    &fault);
	post_die(end(p, p->dispatch, &k, &closed, &fault), &fault);
}

static bool
sent_write(struct tx *tx, void *context, struct fault *fault)
{
	struct dossier_row d = { 0 };
	bool found;
	if (!dossier_get(tx, 1, &d, &found, fault))
		return false;
	char from[sizeof(d.state)];
	memcpy(from, d.state, sizeof(from));
	snprintf(d.state, sizeof(d.state), "%s", (const char *)context);
	d.sent_at = 1795132800; /* 2026-11-20 09:00 JST */
	bool good = dossier_update(tx, &d, from, fault);
	dossier_drop(&d);
	return good;
}

/* The last day is the thirtieth after sending; the day after, nobody closes. */
static void
a_case_that_must_be_revoked_keeps_the_day_open(struct post *p)
{
	static const char *const STATES_OUT[] = { "dispatched", "downloaded" };
	struct fault fault = { 0 };
	struct blocked k;
	struct print_day_closed closed;
	assert_int_equal(day_at((struct day){ 2026, 11, 20 }, 9, 0, 0).sec, 1795132800);
	listed_in_writes = 0;
	for (size_t i = 0; i < COUNT(STATES_OUT); i++) {
		void *state = (void *)(uintptr_t)STATES_OUT[i];
		post_die(store_write(p->s->store, NULL, sent_write, state, &fault), &fault);
		p->s->now = day_at((struct day){ 2026, 12, 20 }, 23, 59, 59);
		post_later(p, 0);
		post_open_day(p);
		post_die(end(p, p->dispatch, &k, &closed, &fault), &fault);
		post_open_day(p);
		post_later(p, 1);
		assert_false(end(p, p->dispatch, &k, &closed, &fault));
		assert_ptr_equal(fault.row, &PRINT_DAY_MUST);
		assert_int_equal(k.count, 1);
		assert_int_equal(k.at[0].dossier, 1);
		fault = (struct fault){ 0 };
		post_die(store_write(
			     p->s->store, NULL, sent_write, (void *)(uintptr_t) "revoked", &fault),
		    &fault);
		post_die(end(p, p->dispatch, &k, &closed, &fault), &fault);
	}
	assert_int_equal(
	    listed_in_writes, 0); /* nobody waits while all that is out is looked through */
}

static struct pki *PKI;

static void
on_both(void (*body)(struct post *))
{
	post_on_both(PKI, "day", body);
}
ON_BOTH(a_day_opens_with_two_signed_keys_and_closes)
ON_BOTH(a_closed_day_leaves_no_key)
ON_BOTH(a_key_without_its_day_is_wiped)
ON_BOTH(a_day_needs_two_stations_of_the_charter)
ON_BOTH(a_station_that_is_away_is_75)
ON_BOTH(letters_are_printed_once)
ON_BOTH(letters_tell_extended_days)
ON_BOTH(what_was_interrupted_is_spoiled_and_never_asked_again)
ON_BOTH(the_note_is_durable_before_the_station_is_asked)
ON_BOTH(a_printer_that_is_not_the_stations_own_gets_nothing)
ON_BOTH(a_printer_that_is_away_spoils_nothing)
ON_BOTH(a_day_whose_keys_are_lost_issues_nothing_and_opens_anew)
ON_BOTH(nobody_settles_while_a_day_is_opened)
ON_BOTH(an_ended_edition_is_not_printed_nor_two_at_a_time)
ON_BOTH(a_letter_of_another_dossier_is_not_printed)
ON_BOTH(an_envelope_is_scanned_once_it_is_printed)
ON_BOTH(a_letter_is_spoiled_before_a_witness)
ON_BOTH(every_envelope_in_the_way_is_named)
ON_BOTH(an_order_that_is_being_issued_keeps_the_day_open)
ON_BOTH(a_case_that_must_be_revoked_keeps_the_day_open)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_opens_with_two_signed_keys_and_closes_on_both),
		cmocka_unit_test(a_closed_day_leaves_no_key_on_both),
		cmocka_unit_test(a_key_without_its_day_is_wiped_on_both),
		cmocka_unit_test(a_day_needs_two_stations_of_the_charter_on_both),
		cmocka_unit_test(a_station_that_is_away_is_75_on_both),
		cmocka_unit_test(letters_are_printed_once_on_both),
		cmocka_unit_test(letters_tell_extended_days_on_both),
		cmocka_unit_test(what_was_interrupted_is_spoiled_and_never_asked_again_on_both),
		cmocka_unit_test(the_note_is_durable_before_the_station_is_asked_on_both),
		cmocka_unit_test(a_printer_that_is_not_the_stations_own_gets_nothing_on_both),
		cmocka_unit_test(a_printer_that_is_away_spoils_nothing_on_both),
		cmocka_unit_test(a_day_whose_keys_are_lost_issues_nothing_and_opens_anew_on_both),
		cmocka_unit_test(nobody_settles_while_a_day_is_opened_on_both),
		cmocka_unit_test(an_ended_edition_is_not_printed_nor_two_at_a_time_on_both),
		cmocka_unit_test(a_letter_of_another_dossier_is_not_printed_on_both),
		cmocka_unit_test(an_envelope_is_scanned_once_it_is_printed_on_both),
		cmocka_unit_test(a_letter_is_spoiled_before_a_witness_on_both),
		cmocka_unit_test(every_envelope_in_the_way_is_named_on_both),
		cmocka_unit_test(an_order_that_is_being_issued_keeps_the_day_open_on_both),
		cmocka_unit_test(a_case_that_must_be_revoked_keeps_the_day_open_on_both),
	};
	struct fault fault = { 0 };
	if (!vault_start(&fault))
		return 1;
	PKI = pki_new();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	pki_free(PKI);
	return failed;
}
