/* act/conf, act/clock, and what a standing program sees of a new charter. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "act/clock.h"
#include "act/conf.h"
#include "act/rulebook.h"
#include "base/text.h"
#include "people.h"
#include "store/meta_row.h"
#include "store/policy_row.h"
#include "vault/digest.h"

static void
the_file_made_by_init_reads_back(void **state)
{
	const char *path = *state;
	struct conf a, b;
	struct fault fault = { 0 };
	conf_default(&a);
	(void)snprintf(a.printer_pin, sizeof(a.printer_pin), "raw:127.0.0.1:9100");
	assert_true(conf_write(path, &a, &fault));
	assert_true(conf_read(path, &b, &fault));
	assert_memory_equal(&a, &b, sizeof(a));
}

static void
a_bad_line_is_named(void **state)
{
	const char *path = *state;
	static const struct {
		const char *text, *say;
	} ROWS[] = { { "store = a\nbogus = 1\n", "2 行目" },
		{ "store = a\n\n# x\nstore = b", "4 行目" }, { "just words\n", "1 行目" } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct fault fault = { 0 };
		struct conf conf = { .store = "kept" };
		assert_true(file_write(path, 0600, ROWS[i].text, strlen(ROWS[i].text), &fault));
		assert_false(conf_read(path, &conf, &fault));
		assert_int_equal(fault.code, FAULT_INPUT);
		assert_non_null(strstr(fault.say, ROWS[i].say));
		assert_string_equal(conf.store, "kept");
	}
}

static void
a_rehearsal_goes_on_from_the_time_it_was_told(void **state)
{
	const char *path = *state;
	struct fault fault = { 0 };
	struct instant now, sys = { 2000000000 };
	(void)unlink(path);
	assert_true(clock_read(path, NULL, sys, &now, &fault));
	assert_int_equal(now.sec, sys.sec);
	assert_true(clock_read(path, "2026-11-20T09:00:00+09:00", sys, &now, &fault));
	assert_int_equal(now.sec, 1795132800);
	assert_true(clock_read(path, NULL, (struct instant){ sys.sec + 60 }, &now, &fault));
	assert_int_equal(now.sec, 1795132860);
	/* the system's clock is set back: not ours */
	assert_true(clock_read(path, NULL, (struct instant){ sys.sec - 9999 }, &now, &fault));
	assert_int_equal(now.sec, 1795132800);
	/* a time whose terms no document could hold is none */
	assert_false(clock_read(path, "9999-12-31T00:00:00+09:00", sys, &now, &fault));
	assert_int_equal(fault.code, FAULT_USAGE);
	fault = (struct fault){ 0 };
	/* an earlier time may be told for one look, and does not turn the clock back */
	assert_true(clock_read(path, "2026-11-01T09:00:00+09:00", sys, &now, &fault));
	assert_true(clock_read(path, NULL, sys, &now, &fault));
	assert_int_equal(now.sec, 1795132800);
}

static void
a_real_service_is_not_told_the_time(void **state)
{
	(void)state;
	struct fault fault = { 0 };
	struct instant now = { 7 };
	assert_false(
	    clock_read(NULL, "2026-11-20T09:00:00+09:00", (struct instant){ 1 }, &now, &fault));
	assert_int_equal(fault.code, FAULT_USAGE);
	assert_int_equal(now.sec, 7);
}

/* What the store takes with a charter [flows]: after its file, in a transaction of its own. */
struct adopting {
	struct policy_row policy;
	char archive[DIGEST_HEX];
};

static bool
adopt(struct tx *tx, void *context, struct fault *fault)
{
	struct adopting *a = context;
	return (a->policy.files.n == 0 || tx_insert(tx, &POLICY_TABLE, &a->policy, NULL, fault)) &&
	       meta_put(tx, "archive", a->archive, fault);
}

/* A standing program looks between the charter's file and the store's rows: it sees both. */
static void
rules_that_come_after_their_charter_are_seen(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct fault fault = { 0 };
		struct sink files = SINK_GROW(RULEBOOK_MOST);
		struct adopting a = { .policy.number = 2 };
		uint8_t key[32] = { 7 };
		char dir[256];
		struct service *s = made_service(engine, "seen", dir);
		made_or_die(service_tick(s, &fault), &fault);
		free(people_make(s, NULL, 0));
		made_or_die(service_tick(s, &fault), &fault);
		hex_print(a.archive, key, 32);
		made_or_die(store_write(s->store, NULL, adopt, &a, &fault), &fault);
		made_or_die(service_tick(s, &fault), &fault);
		assert_true(s->archive_known);
		assert_memory_equal(s->archive_public, key, 32);
		made_or_die(rulebook_pack(SOURCE "/policy", &files, &fault), &fault);
		a.policy.files = (struct blob){ files.at, files.len };
		digest_of(files.at, files.len, a.policy.digest);
		assert_memory_not_equal(s->policy.digest, a.policy.digest, 32);
		made_or_die(store_write(s->store, NULL, adopt, &a, &fault), &fault);
		made_or_die(service_tick(s, &fault), &fault);
		assert_memory_equal(s->policy.digest, a.policy.digest, 32);
		sink_drop(&files);
		service_close(s);
	}
}

int
main(void)
{
	char path[TEST_PATH];
	int fd = test_file("service", path);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(the_file_made_by_init_reads_back, path),
		cmocka_unit_test_prestate(a_bad_line_is_named, path),
		cmocka_unit_test_prestate(a_rehearsal_goes_on_from_the_time_it_was_told, path),
		cmocka_unit_test_prestate(a_real_service_is_not_told_the_time, path),
		cmocka_unit_test(rules_that_come_after_their_charter_are_seen),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	(void)close(fd);
	(void)unlink(path);
	return rc;
}
