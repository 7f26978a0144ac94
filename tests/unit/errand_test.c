/* act/errand: who carries a task holds it, and who lost it does nothing more. On both engines. */
#include "test.h"

#include "act/errand.h"
#include "made.h"

static bool
ask(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *t = context;
	return task_add(tx, t, &t->id, fault);
}

struct take {
	int64_t now;
	struct task_row row;
	bool found;
};

static bool
take(struct tx *tx, void *context, struct fault *fault)
{
	struct take *t = context;
	return task_take(tx, &(struct task_round){ .lanes = TASK_ALL }, NULL, "pid:1", t->now, 60,
	    &t->row, &t->found, fault);
}

static struct take
taken(struct service *s, int64_t now)
{
	struct fault fault = { 0 };
	struct take t = { .now = now };
	made_or_die(store_write(s->store, NULL, take, &t, &fault), &fault);
	return t;
}

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *t = context;
	bool found;
	return task_get(tx, t->id, t, &found, fault) && found;
}

static struct task_row
row_of(struct service *s, int64_t id)
{
	struct fault fault = { 0 };
	struct task_row t = { .id = id };
	made_or_die(store_read(s->store, look, &t, &fault), &fault);
	return t;
}

/* As another command tells a rehearsal what time it is. */
static int64_t
passes(const char *dir, const char *told)
{
	struct fault fault = { 0 };
	struct service *s;
	made_or_die(service_open(dir, told, &s, &fault), &fault);
	int64_t now = s->now.sec;
	service_close(s);
	return now;
}

/* From the clock as it goes on, not from the moment at which the act began. */
static void
a_lease_goes_on_from_the_time_it_is(void **state)
{
	static const struct {
		const char *kind;
		int64_t least, most; /* seconds of a lease; a slow machine's added */
	} ROWS[] = { { "issue", 380, 500 }, { "sweep", 3600, 3720 }, { "audit", 3600, 3720 } };
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			char dir[256];
			struct fault fault = { 0 };
			struct service *s = made_service(engine, ROWS[i].kind, dir);
			struct task_row t = { .created_at = s->now.sec };
			snprintf(t.kind, sizeof(t.kind), "%s", ROWS[i].kind);
			made_or_die(store_write(s->store, NULL, ask, &t, &fault), &fault);
			struct take first = taken(s, s->now.sec);
			int64_t later = passes(dir, "2026-11-20T09:00:50+09:00");
			assert_true(errand_hold(s, &first.row, &fault));
			int64_t until = row_of(s, t.id).until;
			assert_in_range(until - later, ROWS[i].least, ROWS[i].most);
			struct task_row held = row_of(s, t.id);
			const struct instant ends = { until - 2 * SIGNER_MS / 1000 };
			assert_true(errand_fresh(&held, (struct instant){ later + 60 }));
			assert_false(errand_fresh(&held, ends));
			assert_false(taken(s, until - 1).found);
			assert_int_equal(row_of(s, t.id).fence, 1);
			struct take second = taken(s, until);
			assert_true(second.found);
			assert_int_equal(second.row.fence, 2);
			service_close(s);
		}
}

static void
who_lost_a_task_neither_holds_nor_ends_it(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct fault fault = { 0 };
		struct service *s = made_service(engine, "lost", dir);
		struct task_row t = { .kind = "issue", .created_at = s->now.sec };
		made_or_die(store_write(s->store, NULL, ask, &t, &fault), &fault);
		struct take first = taken(s, s->now.sec), second = taken(s, s->now.sec + 60);
		assert_true(first.found && second.found);
		assert_false(errand_hold(s, &first.row, &fault));
		assert_ptr_equal(fault.row, &TASK_FENCE);
		struct task_row now = row_of(s, t.id);
		assert_int_equal(now.until, second.row.until);
		assert_int_equal(now.fence, 2);
		assert_string_equal(now.state, "taken");
		fault = (struct fault){ 0 };
		assert_true(errand_hold(s, &second.row, &fault));
		service_close(s);
	}
}

/* Three orders that no dossier has, taken together: each is refused. */
struct three {
	struct service *service;
	int64_t id[3];
	int told;
};

/* As the first is told of, another issuer takes the second, whose lease has ended. */
static void
thief(void *context, const struct task_row *t)
{
	struct three *three = context;
	assert_int_equal(t->id, three->id[three->told == 0 ? 0 : 2]);
	if (three->told++ > 0)
		return;
	struct take second = taken(three->service, row_of(three->service, three->id[1]).until);
	assert_true(second.found);
	assert_int_equal(second.row.id, three->id[1]);
}

static void
one_that_is_refused_and_lost_keeps_no_other(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct fault fault = { 0 };
		struct three three = { .service = made_service(engine, "three", dir) };
		struct service *s = three.service;
		struct crew crew = {
			.service = s, .lanes = TASK_ALL, .asked = -1, .road = { -1, -1 }
		};
		int64_t count = 0;
		for (int i = 0; i < 3; i++) {
			struct task_row t = {
				.kind = "issue", .dossier = 991 + i, .created_at = s->now.sec
			};
			made_or_die(store_write(s->store, NULL, ask, &t, &fault), &fault);
			three.id[i] = t.id;
		}
		starter_begin(&crew.own, s);
		(void)!errand_all(&crew, thief, &three, &count, &fault); /* nobody signs here */
		assert_int_equal(count, 3);
		assert_int_equal(three.told, 2);
		assert_string_equal(row_of(s, three.id[0]).state, "refused");
		assert_string_equal(row_of(s, three.id[1]).state, "taken");
		assert_int_equal(row_of(s, three.id[1]).fence, 2);
		assert_string_equal(row_of(s, three.id[2]).state, "refused");
		crew_end(&crew);
		service_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_goes_on_from_the_time_it_is),
		cmocka_unit_test(who_lost_a_task_neither_holds_nor_ends_it),
		cmocka_unit_test(one_that_is_refused_and_lost_keeps_no_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
