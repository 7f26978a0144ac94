/* An array that grows keeps what it has; where there is no memory it stays as it was. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static void
it_grows_and_keeps_what_it_has(void **state)
{
	int *all = NULL;
	size_t count = 0, room = 0, moved = 0;
	struct fault fault = { 0 };
	(void)state;
	for (; count < 5000; count++) {
		size_t before = room;
		assert_true(ARRAY_ROOM(all, count, room, &fault));
		assert_true(count < room);
		moved += room != before;
		all[count] = (int)count;
	}
	for (size_t i = 0; i < count; i++)
		assert_int_equal(all[i], i);
	assert_in_range(moved, 2, 12); /* by doubling */
	free(all);
}

/* AddressSanitizer would end the program instead. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void
without_memory_it_stays(void **state)
{
	int *all = NULL;
	size_t room = 0;
	struct fault fault = { 0 };
	(void)state;
	assert_true(ARRAY_ROOM(all, 0, room, &fault));
	int *was = all;
	size_t full = room;
	all[0] = 7;
	assert_false(array_room(&all, full, &room, SIZE_MAX / 4, &fault));
	assert_int_equal(fault.code, FAULT_BUG);
	assert_ptr_equal(all, was);
	assert_int_equal(room, full);
	assert_int_equal(all[0], 7);
	free(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_grows_and_keeps_what_it_has),
		cmocka_unit_test(without_memory_it_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
