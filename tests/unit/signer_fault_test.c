/*
 * akashi-signer when the clock, the generator or the disk is not as it should be, when it is killed
 * and when its files are damaged. A shim moves the real program's calls. [R-4.91] [R-12.2] [storage 3]
 */
#include "signing.h"

#include <time.h>

#include "base/file.h"
#include "wire/agent.h"

static void
a_rehearsal_is_told_the_time_and_it_never_goes_back(void **state)
{
	struct world *w = *state;
	struct order_made o;
	struct signer_issued out;
	struct signer_list list;
	OWN_SINK held = { 0 };
	OWN_SINK bytes = { 0 };
	struct {
		int64_t sec;
		const char *row;
	} ROWS[] = {
		{ w->now.sec - 1, "signer-clock-back" }, /* the list is of now */
		{ w->now.sec, NULL },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		order_new(w, tell, &ROWS[i].sec, &o);
		if (ROWS[i].row != NULL)
			refused_order(w, &o, ROWS[i].row);
		else
			issue(w, &o, &out, &held);
		order_free(&o);
	}
	w->now.sec -= 3600; /* lists go on, at the last line's time */
	list_of(w, WORLD_ROAD_ISSUER, &list, &bytes);
}

static void
a_real_service_goes_by_the_systems_clock_alone(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = { .real = true, .preload = SHIM, .shared = path };
	struct instant now = instant_now();
	const int64_t at = now.sec;
	struct {
		int64_t wall; /* seconds the clock is put forward */
		int64_t told; /* what the request says; it does not count */
		enum shim_sync sync;
		const char *row;
	} ROWS[] = {
		{ 0, at, SYNC_YES, NULL },
		{ 0, at + 864000, SYNC_YES, NULL },
		{ 0, at - 864000, SYNC_YES, NULL },
		{ 0, at, SYNC_NO, "signer-clock-unsynchronised" },
		{ 3, at, SYNC_YES, NULL },
		{ 30, at, SYNC_YES, "signer-clock-jumped" },
		{ 864000, at, SYNC_YES, "signer-clock-jumped" },
		{ -30, at, SYNC_YES, "signer-clock-back" },
		{ 4, at, SYNC_YES, NULL },
	};
	(void)state;
	shim->synchronised = SYNC_YES;
	struct world *w = world_new(&options);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct order_made o;
		struct signer_issued out;
		struct signer_list list;
		OWN_SINK held = { 0 };
		OWN_SINK bytes = { 0 };
		w->now = instant_now();
		shim->wall = ROWS[i].wall;
		shim->synchronised = ROWS[i].sync;
		order_new(w, tell, &ROWS[i].told, &o);
		if (ROWS[i].row != NULL) {
			refused_order(w, &o, ROWS[i].row);
			list_of(w, WORLD_ROAD_ISSUER, &list, &bytes); /* goes on, with an alarm */
		} else {
			issue(w, &o, &out, &held);
			assert_in_range(out.not_before.sec - w->now.sec, 0, 10);
		}
		order_free(&o);
		shim->wall = 0;
	}
	world_free(w);
	(void)unlink(path);
}

/* What the journal is told, by each of the lines that go on. */
static void
lines_go_on(struct world *w, const uint8_t serial[20], int64_t least, int64_t *last)
{
	OWN_SINK list = { 0 };
	OWN_SINK held = { 0 };
	OWN_SINK head = SINK_GROW(8192);
	OWN_SINK reply = { 0 };
	OWN_SINK receipt = { 0 };
	struct signer_list l;
	struct fault f = { 0 };
	accepted(world_list(w, WORLD_ROAD_OFFICERS, &l, &held, &list, &f), &f);
	struct line listed, whole = withdraw(w, serial, "10-1-3", BOTH, &receipt);
	struct der d = l.line, bytes;
	assert_true(line_take(&d, &listed, &bytes));
	world_head_pack(w, &head);
	accepted(call(w, WORLD_ROAD_OFFICERS, SIGNER_HEAD, &head, &reply, &f), &f);
	struct line checkpoint = world_receipt(w, &reply);
	assert_in_range(listed.at.sec, least, instant_now().sec);
	assert_int_equal(listed.not_before.sec, listed.at.sec);
	assert_in_range(whole.at.sec, listed.at.sec, instant_now().sec);
	assert_in_range(checkpoint.at.sec, whole.at.sec, instant_now().sec);
	*last = checkpoint.at.sec;
}

/* What is written while it stands ahead is of the time that went on: once it is set right lists are of
 * now, and issuing goes on. */
static void
a_clock_that_was_ahead_for_a_minute_leaves_no_line_of_then(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = { .real = true, .preload = SHIM, .shared = path };
	uint8_t serial[2][20];
	(void)state;
	shim->synchronised = SYNC_YES;
	struct world *w = world_new(&options);
	w->now = instant_now();
	int64_t last = w->now.sec - 10;
	world_issue(w, serial[0], NULL);
	world_issue(w, serial[1], NULL);
	for (int right = 0; right < 2; right++) {
		w->now = instant_now();
		shim->wall = right ? 0 : (int64_t)10 * 365 * DAY_SECONDS;
		lines_go_on(w, serial[right], last, &last);
	}
	w->now = instant_now();
	world_issue(w, serial[0], NULL);
	world_free(w);
	(void)unlink(path);
}

static void
a_policy_row_turns_an_unsynchronised_clock_into_a_note(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = {
		.real = true, .preload = SHIM, .shared = path, .unsynchronised = "note"
	};
	uint8_t serial[20];
	(void)state;
	shim->synchronised = SYNC_YES;
	struct world *w = world_new(&options);
	shim->synchronised = SYNC_NO;
	w->now = instant_now();
	world_issue(w, serial, NULL);
	world_free(w);
	(void)unlink(path);
}

/* G4: what the generator gives is a serial once, or nothing. */
static void
a_stuck_generator_gives_one_certificate_and_a_failing_one_none(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = { .preload = SHIM, .shared = path };
	struct order_made o;
	struct signer_issued out;
	struct fault f = { 0 };
	uint8_t serial[20];
	OWN_SINK held = { 0 };
	OWN_SINK none = { 0 };
	(void)state;
	struct world *w = world_new(&options);
	shim->random = RANDOM_STUCK;
	world_issue(w, serial, NULL);
	int stuck = getenv("LONG") != NULL ? 1000 : 20, fails = getenv("LONG") != NULL ? 100 : 3;
	for (int i = 0; i < stuck; i++) { /* another program on the same journal gets no further */
		order_new(w, NULL, NULL, &o);
		refused_order(w, &o, "signer-serial");
		order_free(&o);
		world_kill(w);
		world_start(w);
	}
	shim->random = RANDOM_AS_IS;
	world_issue(w, serial, NULL);
	order_new(w, NULL, NULL, &o);
	for (int i = 0; i < fails; i++) {
		shim->random = RANDOM_FAILS;
		f = (struct fault){ 0 };
		refused(order_send(w, &o, &out, &none, &f), &f, "frame-gone");
		assert_int_not_equal(world_stop(w), 0);
		shim->random = RANDOM_AS_IS;
		world_start(w);
	}
	issue(w, &o, &out, &held);
	printf(
	    "# G4: a stuck generator met by %d programs gave one certificate, one that failed %d "
	    "times none\n",
	    stuck, fails);
	order_free(&o);
	world_free(w);
	(void)unlink(path);
}

static void
what_the_disk_does_not_hold_is_never_answered(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = { .preload = SHIM, .shared = path };
	static const struct {
		int fsync_fails, write_fails;
		bool revoke; /* else an order */
	} ROWS[] = { { 1, 0, false }, { 0, 7, false }, { 1, 0, true }, { 0, 7, true },
		{ 0, 8, true } };
	uint8_t serial[20];
	(void)state;
	struct world *w = world_new(&options);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct order_made o;
		struct signer_issued out;
		struct fault f = { 0 };
		OWN_SINK held = { 0 };
		OWN_SINK none = { 0 };
		OWN_SINK reply = { 0 };
		OWN_SINK more = { 0 };
		OWN_SINK body = SINK_GROW(FRAME_MOST);
		world_issue(w, serial, NULL);
		int64_t uses = world_uses(w);
		order_new(w, NULL, NULL, &o);
		world_revoke_body(w, serial, "10-1-3", BOTH, &body);
		shim->fsync_fails = ROWS[i].fsync_fails;
		shim->write_fails = ROWS[i].write_fails;
		refused(ROWS[i].revoke
			    ? call(w, WORLD_ROAD_OFFICERS, SIGNER_REVOKE, &body, &none, &f)
			    : order_send(w, &o, &out, &none, &f),
		    &f, "frame-gone");
		assert_int_equal(world_uses(w), uses);
		assert_int_equal(world_stop(w), 75);
		shim->fsync_fails = shim->write_fails = 0;
		world_start(w);
		(void)withdraw(w, serial, "10-1-3", BOTH, &reply);
		issue(w, &o, &out, &held);
		order_free(&o);
	}
	world_free(w);
	(void)unlink(path);
}

/* Three groups of INTENTs, then the DONEs: each on disk before what rests on it. */
static void
what_the_disk_does_not_hold_of_a_batch_is_neither_signed_nor_answered(void **state)
{
	enum { N = 2 * SIGNER_GROUP + 4, SYNCS = 4 };
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = { .preload = SHIM, .shared = path };
	struct world *w = world_new(&options);
	(void)state;
	for (int i = 1; i <= SYNCS + 1; i++) {
		struct batch_made b;
		struct fault f = { 0 };
		int64_t uses = world_uses(w);
		batch_new(w, N, NULL, NULL, &b);
		shim->fsync_fails = i;
		bool good = batch_send(w, &b, &f);
		shim->fsync_fails = 0;
		if (i > SYNCS) {
			accepted(good, &f);
		} else {
			refused(good, &f, "frame-gone");
			assert_in_range(world_uses(w) - uses, 0, (i - 1) * SIGNER_GROUP);
			assert_int_equal(world_stop(w), 75);
			world_start(w);
			accepted(batch_send(w, &b, &f), &f);
		}
		for (int k = 0; k < N; k++)
			accepted(b.end[k].good, &b.end[k].fault);
		batch_free(&b);
	}
	world_free(w);
	(void)unlink(path);
}

static void
a_second_signer_on_one_journal_says_so_by_its_end(void **state)
{
	struct world *w = *state;
	uint8_t serial[20];
	assert_int_equal(world_second(w), SIGNER_LOCKED);
	world_issue(w, serial, NULL);
	assert_int_equal(world_stop(w), 0);
	world_start(w);
	world_issue(w, serial, NULL);
}

struct counts {
	struct seen {
		int64_t dossier;
		uint8_t serial[20];
	} seen[256];
	size_t intents;
	bool doubled;
};

static bool
count(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct counts *c = context;
	(void)whole, (void)fault;
	if (l->kind != LINE_INTENT)
		return true;
	for (size_t i = 0; i < c->intents; i++)
		c->doubled |= c->seen[i].dossier == l->dossier ||
			      memcmp(c->seen[i].serial, l->serial, 20) == 0;
	c->seen[c->intents].dossier = l->dossier;
	memcpy(c->seen[c->intents++].serial, l->serial, 20);
	return true;
}

/* So many orders have their line in the journal, each one and a number of its own. */
static void
each_once(struct world *w, size_t orders)
{
	struct counts *c = calloc(1, sizeof(*c));
	world_journal(w, count, c);
	assert_int_equal(c->intents, orders);
	assert_false(c->doubled);
	free(c);
}

static unsigned
cast(void)
{
	unsigned seed = (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	return seed;
}

/* At a moment of the next so many microseconds; then it is there again. */
static void
killed_within(struct world *w, int most, unsigned *seed)
{
	const struct timespec nap = { 0, (long)(rand_r(seed) % most) * 1000 };
	(void)nanosleep(&nap, NULL);
	world_kill(w);
	world_start(w);
}

static void
killed_at_any_time_it_keeps_everything(void **state)
{
	enum { N = 60 };
	struct world *w = *state;
	unsigned seed = cast();
	for (int i = 0; i < N; i++) {
		struct order_made o;
		struct signer_issued out;
		OWN_SINK held = { 0 };
		OWN_SINK body = SINK_GROW(FRAME_MOST);
		struct fault f = { 0 };
		order_new(w, NULL, NULL, &o);
		order_body(&o, &body);
		const struct frame ask = { 1, SIGNER_ISSUE, der_of(body.at, body.len) };
		assert_true(frame_send(w->road[WORLD_ROAD_ISSUER], &ask, &f));
		killed_within(w, 12000, &seed);
		issue(w, &o, &out, &held);
		order_free(&o);
	}
	each_once(w, N);
}

static void
killed_within_a_batch_it_keeps_each_of_it_once(void **state)
{
	enum { N = 8, OF = 20 };
	struct world *w = *state;
	unsigned seed = cast();
	for (int i = 0; i < N; i++) {
		struct batch_made b;
		struct fault f = { 0 };
		batch_new(w, OF, NULL, NULL, &b);
		const struct frame ask = { 1, SIGNER_ISSUE, der_of(b.body.at, b.body.len) };
		accepted(frame_send(w->road[WORLD_ROAD_ISSUER], &ask, &f), &f);
		killed_within(w, 40000, &seed);
		accepted(batch_send(w, &b, &f), &f);
		for (int k = 0; k < OF; k++)
			accepted(b.end[k].good, &b.end[k].fault);
		batch_free(&b);
	}
	each_once(w, N * OF);
}

static void
file_change(struct world *w, const char *name, size_t where, int change)
{
	char path[128];
	uint8_t *bytes;
	size_t n;
	struct fault f = { 0 };
	(void)snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	accepted(file_read(path, SIZE_MAX >> 1, &bytes, &n, &f), &f);
	if (change == 0)
		n = where;
	else
		bytes[where < n ? where : n - 1] ^= (uint8_t)change;
	accepted(file_write(path, 0600, bytes, n, &f), &f);
	free(bytes);
}

static void
at_its_start_it_mends_what_is_derived_and_refuses_a_damaged_journal(void **state)
{
	struct world *w = *state;
	struct signer_list out;
	uint8_t serial[3][20];
	OWN_SINK before = { 0 };
	for (int i = 0; i < 3; i++) {
		OWN_SINK reply = { 0 };
		world_issue(w, serial[i], NULL);
		(void)withdraw(w, serial[i], "10-1-3", BOTH, &reply);
	}
	for (int i = 0; i < 3; i++) {
		OWN_SINK list = { 0 };
		assert_int_equal(world_stop(w), 0);
		file_change(w, "revoked.der", i == 2 ? 0 : 30, i);
		world_start(w);
		list_of(w, WORLD_ROAD_ISSUER, &out, &list);
		for (int k = 0; k < 3; k++)
			assert_non_null(memmem(list.at, list.len, serial[k], 20));
	}
	assert_int_equal(world_stop(w), 0);
	file_change(w, "journal/000001.log", 900, 4); /* inside, whole lines behind it */
	world_start(w);
	assert_int_equal(world_stop(w), 7);
	file_change(w, "journal/000001.log", 900, 4);
	world_start(w);
	world_issue(w, serial[0], NULL);
}

static void
the_lines_it_tells_are_those_on_disk(void **state)
{
	struct world *w = *state;
	char path[128];
	uint8_t *bytes, serial[20];
	size_t n;
	struct fault f = { 0 };
	OWN_SINK copy = SINK_GROW(1 << 22);
	struct signer_lines at = { 1, 0, { NULL, 0 } };
	for (int i = 0; i < 300; i++) {
		OWN_SINK reply = { 0 };
		OWN_SINK head = SINK_GROW(8192);
		w->log.size++;
		world_head_pack(w, &head);
		accepted(call(w, WORLD_ROAD_ISSUER, SIGNER_HEAD, &head, &reply, &f), &f);
		w->log.known = w->log.size;
	}
	world_issue(w, serial, NULL);
	for (bool more = true; more;) {
		OWN_SINK ask = SINK_GROW(256);
		OWN_SINK reply = { 0 };
		signer_lines_pack(&at, &ask);
		accepted(call(w, WORLD_ROAD_OFFICERS, SIGNER_LINES, &ask, &reply, &f), &f);
		assert_true(signer_lines_read(der_of(reply.at, reply.len), &at));
		sink_bytes(&copy, at.bytes.p, at.bytes.n);
		more = at.bytes.n > 0;
		at.bytes = der_of(NULL, 0);
	}
	(void)snprintf(path, sizeof(path), "%s/journal/000001.log", w->dir);
	accepted(file_read(path, 1 << 22, &bytes, &n, &f), &f);
	assert_int_equal(copy.len, n);
	assert_memory_equal(copy.at, bytes, n);
	free(bytes);
}

/* Sent once more, under the head of now. */
static bool
once_more(struct world *w, struct order_made *o, struct signer_issued *out, struct sink *held,
    struct fault *f)
{
	sink_drop(&o->proof);
	o->proof = SINK_GROW(4096);
	world_head(w, &o->head, &o->proof);
	return order_send(w, o, out, held, f);
}

/* The last INTENT, in the journal's first segment. */
struct intent_at {
	off_t from, octets;
};

static bool
intent_find(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct intent_at *at = context;
	(void)fault;
	assert_int_equal(l->place.at / JOURNAL_SPAN, 1);
	if (l->kind == LINE_INTENT)
		*at = (struct intent_at){ (off_t)(l->place.at % JOURNAL_SPAN), (off_t)whole.n };
	return true;
}

/* While it stands open. */
static void
octet_change(struct world *w, off_t at)
{
	char path[128];
	uint8_t octet;
	(void)snprintf(path, sizeof(path), "%s/journal/000001.log", w->dir);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(pread(fd, &octet, 1, at), 1);
	octet ^= 1;
	assert_int_equal(pwrite(fd, &octet, 1, at), 1);
	(void)close(fd);
}

/* No signature is checked again, so the line must be the one that was written when they were. */
static void
a_line_that_is_not_what_it_was_gives_no_certificate(void **state)
{
	struct world *w = *state;
	struct order_made o;
	struct signer_issued first, out;
	struct intent_at at = { 0 };
	struct fault good = { 0 };
	OWN_SINK held = { 0 };
	OWN_SINK more = { 0 };
	order_new(w, NULL, NULL, &o);
	issue(w, &o, &first, &held);
	world_journal(w, intent_find, &at);
	int64_t uses = world_uses(w);
	for (off_t i = 0; i < at.octets; i++) {
		OWN_SINK none = { 0 };
		struct fault f = { 0 };
		octet_change(w, at.from + i);
		assert_false(once_more(w, &o, &out, &none, &f));
		assert_int_equal(f.code, FAULT_STORE);
		octet_change(w, at.from + i);
	}
	assert_true(at.octets > 200);
	assert_int_equal(world_uses(w), uses);
	accepted(once_more(w, &o, &out, &more, &good), &good);
	assert_memory_equal(out.digest, first.digest, 32);
	order_free(&o);
}

/* From whichever segment, one that was there at the start or was begun since. */
static void
asked_again(struct world *w, struct order_made *o, const struct signer_issued *first,
    const struct line *revoked)
{
	OWN_SINK held = { 0 };
	OWN_SINK reply = { 0 };
	struct signer_issued out;
	struct fault f = { 0 };
	accepted(once_more(w, o, &out, &held, &f), &f);
	assert_memory_equal(out.digest, first->digest, 32);
	struct line l = withdraw(w, revoked->serial, "10-1-3", BOTH, &reply);
	assert_int_equal(l.seq, revoked->seq);
	assert_memory_equal(l.previous, revoked->previous, 32);
}

static void
a_full_segment_is_followed_by_the_next(void **state)
{
	struct world *w = *state;
	char folder[128], path[JOURNAL_PATH];
	struct journal j;
	struct fault f = { 0 };
	struct signer_status s;
	struct line l = { .kind = LINE_HEAD };
	struct signer_lines at = { 1, 0, { NULL, 0 } };
	uint8_t serial[20];
	int64_t seen = 0;
	struct order_made old, young;
	struct signer_issued of_old, of_young;
	OWN_SINK held = { 0 };
	OWN_SINK first = { 0 };
	OWN_SINK second = { 0 };
	OWN_SINK receipt = { 0 };
	OWN_SINK later = { 0 };
	(void)snprintf(folder, sizeof(folder), "%s/journal", w->dir);
	order_new(w, NULL, NULL, &old);
	issue(w, &old, &of_old, &first);
	world_issue(w, serial, NULL);
	struct line revoked = withdraw(w, serial, "10-1-3", BOTH, &receipt);
	assert_int_equal(world_stop(w), 0);
	accepted(journal_open(folder, &j, NULL, NULL, &f), &f);
	world_root(0, l.root);
	for (int64_t bytes = 0; bytes < JOURNAL_SEGMENT + (1 << 20); bytes += 100)
		accepted(journal_add(&j, &l, &f), &f);
	accepted(journal_sync(&j, &f), &f);
	journal_close(&j);
	for (int i = 0; i < 2; i++) { /* the next, and no third */
		world_start(w);
		asked_again(w, &old, &of_old, &revoked);
		if (i == 0) {
			order_new(w, NULL, NULL, &young);
			issue(w, &young, &of_young, &second);
			world_issue(w, serial, NULL);
			revoked = withdraw(w, serial, "10-1-3", BOTH, &later);
		}
		asked_again(w, &young, &of_young, &revoked);
		world_issue(w, serial, NULL);
		if (i == 0)
			assert_int_equal(world_stop(w), 0);
	}
	order_free(&old);
	order_free(&young);
	assert_true(file_exists(journal_segment(folder, 2, path)));
	assert_false(file_exists(journal_segment(folder, 3, path)));
	world_status(w, &s, &held);
	for (int64_t before = -1; at.segment * 1000000000 + at.offset > before;) {
		OWN_SINK ask = SINK_GROW(256);
		OWN_SINK reply = { 0 };
		struct line got;
		struct der whole;
		before = at.segment * 1000000000 + at.offset;
		signer_lines_pack(&at, &ask);
		accepted(call(w, WORLD_ROAD_ISSUER, SIGNER_LINES, &ask, &reply, &f), &f);
		assert_true(signer_lines_read(der_of(reply.at, reply.len), &at));
		while (line_take(&at.bytes, &got, &whole))
			assert_int_equal(got.seq, ++seen);
		assert_int_equal(at.bytes.n, 0);
	}
	assert_int_equal(seen, s.seq);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_rehearsal_is_told_the_time_and_it_never_goes_back),
		cmocka_unit_test(a_real_service_goes_by_the_systems_clock_alone),
		cmocka_unit_test(a_clock_that_was_ahead_for_a_minute_leaves_no_line_of_then),
		cmocka_unit_test(a_policy_row_turns_an_unsynchronised_clock_into_a_note),
		cmocka_unit_test(a_stuck_generator_gives_one_certificate_and_a_failing_one_none),
		cmocka_unit_test(what_the_disk_does_not_hold_is_never_answered),
		WITH(a_second_signer_on_one_journal_says_so_by_its_end),
		WITH(killed_at_any_time_it_keeps_everything),
		WITH(killed_within_a_batch_it_keeps_each_of_it_once),
		cmocka_unit_test(
		    what_the_disk_does_not_hold_of_a_batch_is_neither_signed_nor_answered),
		WITH(at_its_start_it_mends_what_is_derived_and_refuses_a_damaged_journal),
		WITH(the_lines_it_tells_are_those_on_disk),
		WITH(a_full_segment_is_followed_by_the_next),
		WITH(a_line_that_is_not_what_it_was_gives_no_certificate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
