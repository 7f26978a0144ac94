/* store: warrants, the signatures over them and the queue of what is to be done, on both engines.
 * [R-4.72] [design 2] [design 3] [storage 2] [storage 3] */
#include "test.h"

#include <sys/wait.h>

#include "engines.h"
#include "store/proof_row.h"
#include "store/task_row.h"
#include "store/warrant_row.h"

static struct store *
bench(int engine, const char *name, char url[ENGINE_URL])
{
	struct store *s = NULL;
	struct fault fault = { 0 };
	engine_url(engine, name, url);
	if (!store_open(url, true, &s, &fault))
		print_message("%s (%s)\n", fault.say, fault.detail);
	assert_non_null(s);
	return s;
}

static struct warrant_row
a_warrant(uint8_t first, int64_t edition, const char *serial)
{
	struct warrant_row w = { .dossier = 7, .edition = edition, .created_at = 5 };
	memset(w.digest, first, 32);
	snprintf(w.kind, sizeof(w.kind), "%s", serial[0] == '\0' ? "certificate" : "revoke");
	snprintf(w.serial, sizeof(w.serial), "%s", serial);
	snprintf(w.last_day, sizeof(w.last_day), "2026-12-20");
	w.sealed = (struct blob){ (uint8_t *)"sealed", 6 };
	return w;
}

static bool
warrants(struct tx *tx, void *context, struct fault *fault)
{
	struct warrant_row one = a_warrant(1, 1, ""), same = a_warrant(2, 1, ""),
			   next = a_warrant(3, 2, ""), revoke = a_warrant(4, 1, "0a0b"), back;
	bool inserted, found;
	(void)context;
	assert_true(tx_insert(tx, &WARRANT_TABLE, &one, &inserted, fault) && inserted);
	assert_true(tx_insert(tx, &WARRANT_TABLE, &same, &inserted, fault) && !inserted);
	assert_true(tx_insert(tx, &WARRANT_TABLE, &next, &inserted, fault) && inserted);
	assert_true(tx_insert(tx, &WARRANT_TABLE, &revoke, &inserted, fault) && inserted);
	assert_true(warrant_get(tx, same.digest, &back, &found, fault) && !found);
	assert_true(warrant_of(tx, "certificate", 7, 2, &back, &found, fault) && found);
	assert_memory_equal(back.digest, next.digest, 32);
	assert_memory_equal(back.sealed.at, "sealed", 6);
	warrant_drop(&back);
	assert_true(warrant_of(tx, "revoke", 7, 1, &back, &found, fault) && !found);
	assert_true(warrant_of_serial(tx, "0a0b", &back, &found, fault) && found);
	assert_int_equal(back.digest[0], 4);
	warrant_drop(&back);
	assert_true(warrant_end(tx, one.digest, "booked", fault));
	assert_true(warrant_end(tx, one.digest, "booked", fault)); /* again: fine */
	assert_false(warrant_end(tx, one.digest, "void", fault));
	assert_ptr_equal(fault->row, &WARRANT_ENDED);
	*fault = (struct fault){ 0 };
	assert_true(warrant_get(tx, one.digest, &back, &found, fault) && found);
	assert_string_equal(back.ended, "booked");
	warrant_drop(&back);
	return true;
}

static void
one_warrant_per_dossier_and_edition_and_it_ends_once(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char url[ENGINE_URL];
		struct fault fault = { 0 };
		struct store *s = bench(engine, "warrant", url);
		assert_true(store_write(s, NULL, warrants, NULL, &fault));
		store_close(s);
	}
}

static bool
add_proof(struct tx *tx, void *context, struct fault *fault)
{
	return proof_add(tx, context, fault);
}

static bool
count_proof(const void *row, void *context, struct fault *fault)
{
	(void)row, (void)fault;
	++*(int *)context;
	return true;
}

static bool
count_proofs(struct tx *tx, void *context, struct fault *fault)
{
	uint8_t digest[32] = { 9 };
	return proof_each(tx, digest, count_proof, context, fault);
}

static void
neither_a_person_nor_a_surface_signs_twice(void **state)
{
	static const struct {
		const char *seat, *person, *surface;
		const struct refusal *row; /* NULL: accepted */
	} ROWS[] = {
		{ "screen", "sato", "desk", NULL },
		{ "screen", "abe", "station", &PROOF_SEAT },
		{ "approve", "sato", "station", &PROOF_PERSON },
		{ "approve", "abe", "desk", &PROOF_SURFACE },
		{ "approve", "abe", "station", NULL },
		{ "approve", "abe", "station", &PROOF_SEAT },
	};
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char url[ENGINE_URL];
		struct store *s = bench(engine, "proof", url);
		int n = 0, want = 0;
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			struct fault fault = { 0 };
			struct proof_row p = { .digest = { 9 }, .at = 3 };
			snprintf(p.seat, sizeof(p.seat), "%s", ROWS[i].seat);
			snprintf(p.person, sizeof(p.person), "%s", ROWS[i].person);
			snprintf(p.surface, sizeof(p.surface), "%s", ROWS[i].surface);
			p.act = (struct blob){ (uint8_t *)"act", 3 };
			bool good = store_write(s, NULL, add_proof, &p, &fault);
			assert_int_equal(good, ROWS[i].row == NULL);
			assert_ptr_equal(fault.row, ROWS[i].row);
			want += good;
		}
		struct fault fault = { 0 };
		assert_true(store_read(s, count_proofs, &n, &fault));
		assert_int_equal(n, want);
		store_close(s);
	}
}

static int64_t
add_task(struct tx *tx, const char *kind, uint8_t first, struct fault *fault)
{
	struct task_row t = { .dossier = 7, .edition = 1, .created_at = 100 };
	int64_t id = 0;
	snprintf(t.kind, sizeof(t.kind), "%s", kind);
	memset(t.digest, first, 32);
	assert_true(task_add(tx, &t, &id, fault));
	return id;
}

static struct task_row
take(struct tx *tx, int64_t now, struct fault *fault)
{
	struct task_row t = { 0 };
	bool found;
	assert_true(task_take(tx, &(struct task_round){ .lanes = TASK_ALL }, NULL, "issuer", now,
	    60, &t, &found, fault));
	return found ? t : (struct task_row){ 0 };
}

static bool
queue(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row t, late;
	bool found;
	(void)context;
	int64_t a = add_task(tx, "issue", 1, fault), b = add_task(tx, "list", 0, fault),
		c = add_task(tx, "revoke", 2, fault), d = add_task(tx, "void", 3, fault);
	assert_int_equal(add_task(tx, "issue", 1, fault), a); /* asked again: the same */
	assert_int_equal(take(tx, 200, fault).id, c); /* revocations and voids first */
	assert_int_equal(take(tx, 200, fault).id, d);
	assert_int_equal(take(tx, 200, fault).id, b); /* then lists */
	t = take(tx, 200, fault);
	assert_int_equal(t.id, a);
	assert_int_equal(t.fence, 1);
	assert_int_equal(add_task(tx, "issue", 1, fault), a); /* taken is open too */
	assert_int_equal(take(tx, 200, fault).id, 0);
	assert_true(task_hold(tx, b, 1, 900, fault));
	assert_true(task_end(tx, c, 1, "done", 0, "0a0b", 210, fault));
	assert_true(task_end(tx, d, 1, "done", 0, "", 210, fault));
	late = take(tx, 260, fault); /* the lease has ended: another takes it */
	assert_int_equal(late.id, a);
	assert_int_equal(late.fence, 2);
	assert_false(task_end(tx, a, 1, "done", 0, "", 261, fault));
	assert_ptr_equal(fault->row, &TASK_FENCE);
	*fault = (struct fault){ 0 };
	assert_false(task_hold(tx, a, 1, 999, fault));
	*fault = (struct fault){ 0 };
	assert_true(task_end(tx, a, 2, "refused", FAULT_STATE, "warrant-day 期限", 262, fault));
	assert_true(task_get(tx, a, &t, &found, fault) && found);
	assert_string_equal(t.state, "refused");
	assert_int_equal(t.exit, FAULT_STATE);
	assert_int_equal(t.done_at, 262);
	assert_int_equal(take(tx, 270, fault).id, 0); /* the list's lease was prolonged */
	int64_t again = add_task(tx, "issue", 1, fault); /* once ended, it may be asked anew */
	assert_true(again > d);
	assert_true(task_last(tx, "issue", t.digest, &t, &found, fault) && found);
	assert_int_equal(t.id, again);
	t = take(tx, 280, fault);
	assert_true(task_end(tx, again, t.fence, "waiting", 0, "", 0, fault)); /* given back */
	assert_int_equal(take(tx, 280, fault).fence, 2);
	return true;
}

static void
the_queue_gives_each_to_one_and_a_lost_lease_changes_nothing(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char url[ENGINE_URL];
		struct fault fault = { 0 };
		struct store *s = bench(engine, "task", url);
		assert_true(store_write(s, NULL, queue, NULL, &fault));
		store_close(s);
	}
}

static int64_t
take_of(struct tx *tx, struct task_round *round, struct fault *fault)
{
	struct task_row t = { 0 };
	bool found;
	assert_true(task_take(tx, round, NULL, "issuer", 200, 60, &t, &found, fault));
	if (found)
		task_past(round, &t);
	return found ? t.id : 0;
}

/* Two issuers: each sees and takes back its own alone. [design 1] */
static bool
lanes(struct tx *tx, void *context, struct fault *fault)
{
	struct task_round urgent = { .lanes = TASK_URGENT }, ordinary = { .lanes = TASK_ORDINARY };
	struct task_row t;
	bool found;
	(void)context;
	int64_t issue = add_task(tx, "issue", 1, fault), list = add_task(tx, "list", 0, fault),
		sweep = add_task(tx, "sweep", 0, fault), revoke = add_task(tx, "revoke", 2, fault);
	assert_int_equal(take_of(tx, &urgent, fault), revoke);
	assert_int_equal(take_of(tx, &ordinary, fault), issue);
	assert_int_equal(take_of(tx, &urgent, fault), list);
	assert_int_equal(take_of(tx, &urgent, fault), 0);
	assert_int_equal(take_of(tx, &ordinary, fault), sweep);
	assert_int_equal(take_of(tx, &ordinary, fault), 0);
	assert_true(task_release(tx, TASK_ORDINARY, fault));
	assert_true(task_get(tx, issue, &t, &found, fault) && found);
	assert_string_equal(t.state, "waiting");
	assert_true(task_get(tx, revoke, &t, &found, fault) && found);
	assert_string_equal(t.state, "taken");
	assert_true(task_release(tx, TASK_URGENT, fault));
	assert_true(task_get(tx, revoke, &t, &found, fault) && found);
	assert_string_equal(t.state, "waiting");
	return true;
}

static void
of_two_issuers_each_has_its_own_lanes(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char url[ENGINE_URL];
		struct fault fault = { 0 };
		struct store *s = bench(engine, "lanes", url);
		assert_true(store_write(s, NULL, lanes, NULL, &fault));
		store_close(s);
	}
}

static bool
fill(struct tx *tx, void *context, struct fault *fault)
{
	(void)context;
	for (uint8_t i = 0; i < 20; i++)
		(void)add_task(tx, "issue", i, fault);
	return true;
}

static bool
take_one(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row t;
	return task_take(tx, &(struct task_round){ .lanes = TASK_ALL }, NULL, "racer", 200, 60, &t,
	    context, fault);
}

/* How many of the queue one process got. */
static int
take_all(const char *url)
{
	struct fault fault = { 0 };
	struct store *s;
	int mine = 0;
	bool found = true;
	if (!store_open(url, false, &s, &fault))
		return 99;
	while (found) {
		if (!store_write(s, NULL, take_one, &found, &fault)) {
			if (fault.code != FAULT_LATER)
				return 99;
			fault = (struct fault){ 0 };
			found = true;
			continue;
		}
		mine += found;
	}
	store_close(s);
	return mine;
}

static void
of_many_takers_each_task_has_one(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		enum { N = 3 };
		pid_t child[N];
		int sum = 0, status;
		char url[ENGINE_URL];
		struct fault fault = { 0 };
		struct store *s = bench(engine, "takers", url);
		assert_true(store_write(s, NULL, fill, NULL, &fault));
		store_close(s);
		for (int i = 0; i < N; i++) {
			child[i] = fork();
			if (child[i] == 0)
				_exit(take_all(url));
		}
		for (int i = 0; i < N; i++) {
			assert_int_equal(waitpid(child[i], &status, 0), child[i]);
			assert_true(WIFEXITED(status));
			sum += WEXITSTATUS(status);
		}
		assert_int_equal(sum, 20);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_warrant_per_dossier_and_edition_and_it_ends_once),
		cmocka_unit_test(neither_a_person_nor_a_surface_signs_twice),
		cmocka_unit_test(the_queue_gives_each_to_one_and_a_lost_lease_changes_nothing),
		cmocka_unit_test(of_two_issuers_each_has_its_own_lanes),
		cmocka_unit_test(of_many_takers_each_task_has_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
