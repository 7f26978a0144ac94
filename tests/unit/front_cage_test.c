/* The public site's cage: what it may do lives, what a broken one would try dies. */
#include "test.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/folder.h"
#include "proc/front_cage.h"

/* _exit by its number: before the other one the address sanitizer asks the kernel for more. */
static void
leave(int status)
{
	(void)syscall(SYS_exit_group, status);
}

static void
read_a_file(void)
{
	char c;
	int fd = (int)syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY);
	leave(fd == -1 ? 1 : read(fd, &c, 1) == 1);
}

static void
write_a_file(void)
{
	(void)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_WRONLY);
}

static void
make_a_file(void)
{
	(void)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_CREAT, 0600);
}

static void
dial_out(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

static void
start_a_program(void)
{
	(void)execl("/bin/true", "true", (char *)NULL);
}

static void
fork_itself(void)
{
	(void)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void
remove_a_file(void)
{
	(void)syscall(SYS_unlinkat, AT_FDCWD, "/nowhere/at-all", 0);
}

static void
look_into_another(void)
{
	(void)syscall(SYS_ptrace, 0, 0, 0, 0);
}

static int
status_of(void (*run)(void))
{
	struct fault fault = { 0 };
	(void)fflush(NULL);
	pid_t p = fork();
	assert_true(p >= 0);
	if (p == 0) {
		if (!cage_lock(FRONT_CAGE, FRONT_CAGE_COUNT, &fault))
			_exit(71);
		run();
		leave(0);
	}
	int status = 0;
	assert_int_equal(waitpid(p, &status, 0), p);
	return status;
}

static void
reading_lives_and_everything_else_dies(void **state)
{
	(void)state;
	void (*const FORBIDDEN[])(void) = { write_a_file, make_a_file, dial_out, start_a_program,
		fork_itself, remove_a_file, look_into_another };
	assert_int_equal(status_of(read_a_file), 0);
	for (size_t i = 0; i < COUNT(FORBIDDEN); i++) {
		int status = status_of(FORBIDDEN[i]);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("forbidden call %zu: status %#x", i, status);
	}
}

static bool
has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1u) > 0;
}

/* Where the kernel has Landlock, a name outside the folder cannot be read; elsewhere it can. */
static void
of_all_files_only_one_folder_can_be_read(void **state)
{
	(void)state;
	(void)fflush(NULL);
	pid_t p = fork();
	assert_true(p >= 0);
	if (p == 0) {
		struct fault fault = { 0 };
		int folder = open(SOURCE "/policy", O_RDONLY | O_DIRECTORY);
		bool locked = folder_only(folder, &fault),
		     in = openat(folder, "clocks.yaml", O_RDONLY) != -1,
		     out = openat(folder, "../LICENSE", O_RDONLY) != -1;
		_exit(locked && in && out == !has_landlock() ? 0 : 1);
	}
	int status = 0;
	assert_int_equal(waitpid(p, &status, 0), p);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_lives_and_everything_else_dies),
		cmocka_unit_test(of_all_files_only_one_folder_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
