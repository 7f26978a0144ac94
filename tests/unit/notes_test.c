/* proc/print_notes: what a disk did not take is never noted as there. */
#include "test.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "folder.h"
#include "proc/print_notes.h"

/* Before libc's: a disk that loses what was written, once, and then says nothing more of it. */
static bool LOSES;
int
fsync(int fd)
{
	if (!LOSES)
		return (int)syscall(SYS_fsync, fd);
	LOSES = false;
	return -1;
}

static void
a_note_that_was_lost_once_is_not_said_to_be_there(void **state)
{
	(void)state;
	char folder[TEST_PATH], path[TEST_PATH + 16];
	static const uint8_t ONE[32] = { 1 }, TWO[32] = { 2 };
	const struct day today = { 2026, 11, 20 };
	struct print_notes n;
	struct fault fault = { 0 }, lost = { 0 }, again = { 0 };
	test_folder("notes", folder);
	snprintf(path, sizeof(path), "%s/notes", folder);
	assert_true(notes_open(path, &n, &fault));
	assert_true(notes_add(&n, NOTE_PRINTING, today, ONE, "E1", &fault));
	LOSES = true;
	assert_false(notes_add(&n, NOTE_PRINTING, today, TWO, "E2", &lost));
	assert_ptr_equal(lost.row, &NOTES_DEAD);
	assert_false(LOSES);
	assert_false(notes_add(&n, NOTE_PRINTING, today, TWO, "E2", &again));
	assert_ptr_equal(again.row, &NOTES_DEAD);
	assert_true(notes_begun(&n, ONE));
	notes_close(&n);
	assert_true(notes_open(path, &n, &fault)); /* started again it goes by what it reads */
	assert_true(notes_begun(&n, ONE));
	notes_close(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_that_was_lost_once_is_not_said_to_be_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
