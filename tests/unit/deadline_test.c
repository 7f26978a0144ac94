/* wire/deadline: a connection ends at its time, whatever it says. */
#include "test.h"

#include <sys/socket.h>
#include <unistd.h>

#include "wire/deadline.h"

static void
what_is_past_its_time_is_cut_and_nothing_else(void **state)
{
	(void)state;
	static struct deadlines d;
	int a[2], b[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, b), 0);
	assert_true(deadline_set(&d, a[0], 1000));
	assert_true(deadline_set(&d, b[0], 2000));
	assert_int_equal(deadline_wait(&d, 400, 5000), 600);
	assert_int_equal(deadline_wait(&d, 1500, 5000), 0);
	assert_int_equal(deadline_cut(&d, 999), 0);
	assert_int_equal(deadline_cut(&d, 1000), 1);
	char c;
	assert_int_equal(read(a[1], &c, 1), 0); /* ended */
	assert_int_equal(write(b[0], "x", 1), 1);
	assert_int_equal(read(b[1], &c, 1), 1); /* lives */
	deadline_clear(&d, b[0]);
	assert_int_equal(deadline_cut(&d, INT64_MAX), 0);
	assert_int_equal(deadline_wait(&d, 0, 700), 700);
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
}

static void
a_descriptor_beyond_the_table_is_refused(void **state)
{
	(void)state;
	static struct deadlines d;
	assert_false(deadline_set(&d, DEADLINE_FDS, 1));
	assert_false(deadline_set(&d, -1, 1));
	deadline_clear(&d, -1);
	assert_int_equal(deadline_cut(&d, 2), 0);
	assert_true(deadline_now() > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_past_its_time_is_cut_and_nothing_else),
		cmocka_unit_test(a_descriptor_beyond_the_table_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
