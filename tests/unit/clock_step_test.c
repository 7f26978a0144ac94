/*
 * Somebody sets the clock while a real service's signer issues and lists: a second, an hour, a day
 * back, a year, five years ahead, or it stands; at each of twenty points. No certificate says a time
 * outside its warrant's or before an earlier one, and each step that is felt is told. [goals G16]
 */
#include "signing.h"

#include <time.h>

#include "base/file.h"

enum { POINTS = 20, HOUR = 3600, DAY = 86400, YEAR = 365 * DAY, FELT = 5 };

static const struct {
	const char *name;
	int64_t wall;
	bool stands;
} STEPS[] = {
	{ "-1 s", -1, false },
	{ "-1 h", -HOUR, false },
	{ "-1 d", -DAY, false },
	{ "+1 y", YEAR, false },
	{ "+5 y", 5 * (int64_t)YEAR, false },
	{ "stop", 0, true },
};

struct proof {
	struct shim *shim;
	struct world *world;
	int said; /* what the signer writes to its standard error */
	int64_t last; /* notBefore of the newest certificate */
	int tried, issued, refused, lists, told;
};

/* An order of now; its certificate keeps to its warrant, or it is refused for the clock. */
static bool
order_try(struct proof *p)
{
	struct order_made o;
	struct signer_issued out;
	struct fault f = { 0 };
	OWN_SINK held = { 0 };
	p->world->now = instant_now();
	order_new(p->world, NULL, NULL, &o);
	int64_t act = o.act[0].at.sec > o.act[1].at.sec ? o.act[0].at.sec : o.act[1].at.sec;
	bool good = order_send(p->world, &o, &out, &held, &f);
	if (good) {
		assert_in_range(out.not_before.sec, act - 60, day_end(o.warrant.last_day).sec);
		assert_true(out.not_before.sec >= p->last);
		p->last = out.not_before.sec;
		p->issued++;
	} else {
		assert_true(strcmp(f.name, "signer-clock-back") == 0 ||
			    strcmp(f.name, "signer-clock-jumped") == 0);
		p->refused++;
	}
	order_free(&o);
	return good;
}

/* Alarms since the last look. */
static int
alarms(struct proof *p)
{
	char text[4096];
	int n = 0;
	ssize_t got;
	while ((got = read(p->said, text, sizeof(text) - 1)) > 0) {
		text[got] = '\0';
		for (const char *at = text; (at = strstr(at, "ALARM")) != NULL; at++)
			n++;
	}
	return n;
}

static void
list_try(struct proof *p)
{
	struct signer_list list;
	OWN_SINK bytes = { 0 };
	list_of(p->world, WORLD_ROAD_ISSUER, &list, &bytes);
	p->lists++;
}

/* The clock is set at that call of what the signer does; then everything is asked once more. */
static void
step_at(struct proof *p, size_t step, int point)
{
	struct shim *shim = p->shim;
	bool felt = STEPS[step].stands || STEPS[step].wall > FELT || STEPS[step].wall < -FELT;
	shim->step_wall = STEPS[step].wall;
	shim->step_frozen = STEPS[step].stands ? instant_now().sec : 0;
	shim->step_boot = STEPS[step].stands ? HOUR : 0;
	shim->step_at = point;
	(void)order_try(p);
	list_try(p);
	assert_int_equal(shim->step_at, 0); /* the point was reached */
	(void)alarms(p);
	bool second = order_try(p);
	list_try(p);
	int told = alarms(p) + !second;
	assert_true(!felt || (!second && told > 1));
	p->told += told > 0;
	p->tried++;
}

static void
no_certificate_says_a_time_that_was_not(void **state)
{
	char path[64], err[TEST_PATH];
	struct proof p = { .shim = shim_new(path) };
	const struct world_options options = { .real = true, .preload = SHIM, .shared = path };
	int every = getenv("LONG") != NULL ? 1 : 3, stderr_was = dup(2),
	    to = test_file("said", err);
	(void)state;
	p.said = open(err, O_RDONLY | O_CLOEXEC);
	assert_true(p.said != -1 && to != -1);
	p.shim->synchronised = SYNC_YES; /* the source itself lies */
	for (size_t step = 0; step < COUNT(STEPS); step++)
		for (int point = 1; point <= POINTS; point += every) {
			p.shim->wall = p.shim->boot = p.shim->frozen = 0;
			(void)dup2(to, 2);
			p.world = world_new(&options);
			(void)dup2(stderr_was, 2);
			p.last = 0;
			assert_true(order_try(&p));
			step_at(&p, step, point);
			world_free(p.world);
		}
	printf("# G16: %d steps of the clock (%zu kinds, %d points), %d certificates, none outside "
	       "its "
	       "warrant or before an earlier one, %d orders refused, %d lists, %d steps told\n",
	    p.tried, COUNT(STEPS), (POINTS + every - 1) / every, p.issued, p.refused, p.lists,
	    p.told);
	(void)close(p.said), (void)close(to), (void)close(stderr_was);
	(void)unlink(err), (void)unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_certificate_says_a_time_that_was_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
