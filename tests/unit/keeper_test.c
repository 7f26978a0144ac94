/* wire/keeper and wire/child: programs are started, started again, ended. [design 1] */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "wire/child.h"
#include "wire/keeper.h"

enum { STEADY, STUBBORN, LATE, SILENT };

struct world {
	int kind[KEEPER_MOST];
	int started[KEEPER_MOST], died[KEEPER_MOST], back[KEEPER_MOST], status;
	pid_t pid[KEEPER_MOST];
};

/* A child of ours plays the program. */
static void
play(int kind, int ready)
{
	sigset_t none;
	(void)sigemptyset(&none);
	(void)alarm(60); /* outlives no test for long */
	(void)signal(SIGTERM, kind == STUBBORN ? SIG_IGN : SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (kind == LATE)
		_exit(75);
	if (kind != SILENT)
		(void)!write(ready, "ready\n", 6);
	(void)close(ready);
	for (;;)
		(void)pause();
}

static bool
start(void *context, size_t place, int ready, pid_t *pid, struct fault *fault)
{
	struct world *w = context;
	(void)fault;
	w->started[place]++;
	*pid = fork();
	if (*pid == 0)
		play(w->kind[place], ready);
	w->pid[place] = *pid;
	return *pid != -1;
}

/* When the first one is back, it is enough. */
static void
tell(void *context, size_t place, int status, int pause)
{
	struct world *w = context;
	(void)pause;
	if (status == -1) {
		w->back[place]++;
		(void)raise(SIGTERM);
	} else {
		w->died[place]++;
		w->status = status;
	}
}

static bool
alive(pid_t pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}

static void
one_that_dies_is_said_once_and_started_again(void **state)
{
	(void)state;
	struct world w = { .kind = { STEADY, STEADY } };
	struct keeper k = { .count = 2, .start = start, .tell = tell, .context = &w, .teller = &w };
	struct fault fault = { 0 };
	assert_true(keeper_begin(&k, &fault));
	const pid_t first = w.pid[0], second = w.pid[1];
	assert_int_equal(kill(first, SIGKILL), 0);
	keeper_run(&k);
	assert_int_equal(w.started[0], 2);
	assert_int_equal(w.died[0], 1);
	assert_int_equal(w.status, 128 + SIGKILL);
	assert_int_equal(w.back[0], 1);
	assert_int_equal(w.started[1], 1);
	assert_int_equal(w.pid[1], second);
	keeper_end(&k);
	assert_false(alive(w.pid[0]));
	assert_false(alive(second));
}

static void
one_that_cannot_start_takes_the_others_with_it(void **state)
{
	(void)state;
	struct world w = { .kind = { STEADY, LATE, STEADY } };
	struct keeper k = { .count = 3, .start = start, .tell = tell, .context = &w, .teller = &w };
	struct fault fault = { 0 };
	assert_false(keeper_begin(&k, &fault));
	assert_int_equal(fault.code, FAULT_LATER);
	assert_int_equal(w.started[2], 0);
	keeper_end(&k);
	assert_false(alive(w.pid[0]));
}

static void
one_that_does_not_end_is_killed_in_time(void **state)
{
	(void)state;
	struct world w = { .kind = { STEADY, STUBBORN } };
	struct keeper k = { .count = 2, .start = start, .tell = tell, .context = &w, .teller = &w };
	struct fault fault = { 0 };
	struct timespec a, b;
	assert_true(keeper_begin(&k, &fault));
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	keeper_end(&k);
	(void)clock_gettime(CLOCK_MONOTONIC, &b);
	assert_false(alive(w.pid[0]));
	assert_false(alive(w.pid[1]));
	assert_true(b.tv_sec - a.tv_sec <= 5);
}

static void
a_signal_ends_the_wait_for_one_that_says_nothing(void **state)
{
	(void)state;
	struct world w = { .kind = { SILENT } };
	struct keeper k = { .count = 1, .start = start, .tell = tell, .context = &w, .teller = &w };
	struct fault fault = { 0 };
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)raise(SIGINT);
	assert_true(keeper_begin(&k, &fault));
	assert_true(k.stopped);
	keeper_run(&k);
	keeper_end(&k);
	assert_false(alive(w.pid[0]));
}

static void
a_child_that_waits_for_nobody_is_killed_after_its_time(void **state)
{
	(void)state;
	pid_t pid = fork();
	if (pid == 0) {
		for (;;)
			(void)pause();
	}
	assert_int_equal(child_end(pid, 50), 128 + SIGKILL);
}

/* What a pipe holds, at that descriptor. */
static int
told_at(const char *word, int fd)
{
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], word, strlen(word)), strlen(word));
	assert_int_equal(dup3(ends[0], fd, O_CLOEXEC), fd);
	(void)close(ends[0]);
	(void)close(ends[1]);
	return fd;
}

static void
a_descriptor_gets_its_place_whatever_its_number(void **state)
{
	const char *const argv[] = { "-c", "read a <&3; read b <&4; [ $a$b = onetwo ]", NULL };
	(void)state;
	for (int at = 60; at < 70; at++) {
		struct fault fault = { 0 };
		pid_t pid;
		/* the shell, from wherever the build lies */
		const struct child c = { .program = "../../../../../../../../../../../../bin/sh",
			.argv = argv,
			.fd = { told_at("one\n", at + 1), told_at("two\n", at) },
			.fd_count = 2 };
		assert_true(child_start(&c, &pid, &fault));
		assert_int_equal(child_end(pid, 10000), 0);
		(void)close(at);
		(void)close(at + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_dies_is_said_once_and_started_again),
		cmocka_unit_test(one_that_cannot_start_takes_the_others_with_it),
		cmocka_unit_test(one_that_does_not_end_is_killed_in_time),
		cmocka_unit_test(a_signal_ends_the_wait_for_one_that_says_nothing),
		cmocka_unit_test(a_child_that_waits_for_nobody_is_killed_after_its_time),
		cmocka_unit_test(a_descriptor_gets_its_place_whatever_its_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
