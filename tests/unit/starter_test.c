/* act/starter: who may ask for what, and whose road to which signer an issuer gets. [design 1] */
#include "test.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "act/starter.h"
#include "made.h"
#include "programs.h"
#include "wire/child.h"
#include "wire/handover.h"
#include "wire/serve.h"
#include "wire/signer.h"

struct bench {
	struct service *s;
	struct starter starter;
	int ear[ROADS], asking[ROADS]; /* of an issuer in each place */
};

static struct bench *
bench_open(const char *name)
{
	char dir[256];
	struct fault fault = { 0 };
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	programs_beside();
	b->s = made_service(0, name, dir);
	starter_begin(&b->starter, b->s);
	for (int i = 0; i < ROADS; i++) {
		int ends[2];
		made_or_die(socket_pair(ends, &fault), &fault);
		b->ear[i] = ends[0];
		b->asking[i] = ends[1];
	}
	return b;
}

static void
bench_close(struct bench *b)
{
	starter_end(&b->starter);
	for (int i = 0; i < ROADS; i++) {
		(void)close(b->ear[i]);
		(void)close(b->asking[i]);
	}
	service_close(b->s);
	free(b);
}

/* The starter at the other end answers once, in a moment of its own. */
static pid_t
answering(struct bench *b, enum road place)
{
	pid_t p = fork();
	if (p == 0) {
		struct fault none = { 0 };
		(void)!frame_wait(b->ear[place], 20000, &none);
		_exit(starter_answer(&b->starter, b->ear[place], place) ? 0 : 1);
	}
	return p;
}

static void
answered(pid_t p)
{
	int status = -1;
	assert_int_equal(waitpid(p, &status, 0), p);
	assert_int_equal(status, 0);
}

static bool
signer_answers(int road, struct fault *fault)
{
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	return frame_call(road, SIGNER_STATUS, der_of(NULL, 0), SIGNER_MS, &reply, fault);
}

static void
only_the_issuer_gets_a_keymaker(void **state)
{
	(void)state;
	struct bench *b = bench_open("starter");
	struct fault fault = { 0 };
	int fd = -1;
	pid_t p = answering(b, ROAD_OFFICERS);
	assert_false(starter_ask_keymaker(b->asking[ROAD_OFFICERS], &fd, &fault));
	answered(p);
	assert_string_equal(fault.name, STARTER_PLACE.name);
	assert_int_equal(fd, -1);
	fault = (struct fault){ 0 };
	p = answering(b, ROAD_ISSUER);
	assert_true(starter_ask_keymaker(b->asking[ROAD_ISSUER], &fd, &fault));
	answered(p);
	assert_true(fd != -1);
	(void)close(fd);
	bench_close(b);
}

/* The starter was slower than the issuer waited: what comes then is nobody's, and lost is only that. */
static void
an_answer_that_comes_too_late_spoils_none_after_it(void **state)
{
	(void)state;
	struct bench *b = bench_open("late");
	struct fault fault = { 0 };
	const struct frame late = { 1, FRAME_ANSWER, der_of(NULL, 0) };
	int brought[2], fd = -1;
	made_or_die(socket_pair(brought, &fault), &fault);
	assert_true(handover_send(b->ear[ROAD_ISSUER], &late, brought[1], &fault));
	(void)close(brought[1]);
	pid_t p = answering(b, ROAD_ISSUER);
	made_or_die(starter_ask_keymaker(b->asking[ROAD_ISSUER], &fd, &fault), &fault);
	answered(p);
	assert_true(fd != -1);
	(void)close(fd);
	char c;
	assert_int_equal(recv(brought[0], &c, 1, MSG_DONTWAIT), 0); /* what it brought was let go */
	(void)close(brought[0]);
	bench_close(b);
}

/* As `akashi serve` and two issuers do, in one process: one signer, each its own road. */
static void
both_have_a_road_to_one_signer_and_to_the_next(void **state)
{
	(void)state;
	struct bench *b = bench_open("roads");
	struct fault fault = { 0 };
	struct started first = { 0 }, second = { 0 }, next = { 0 };
	int officers, issuer, again;
	struct starter *st = &b->starter;
	made_or_die(starter_signer(st, ROAD_OFFICERS, 0, &officers, &first, &fault) &&
			starter_signer(st, ROAD_ISSUER, 0, &issuer, &second, &fault),
	    &fault);
	assert_int_equal(first.number, second.number);
	assert_true(signer_answers(officers, &fault) && signer_answers(issuer, &fault));
	(void)close(issuer); /* that issuer died; the next in its place goes on */
	made_or_die(starter_signer(st, ROAD_ISSUER, 0, &issuer, &second, &fault), &fault);
	assert_int_equal(first.number, second.number);
	assert_true(signer_answers(issuer, &fault));
	/* the other issuer's signer is not one issuer's to end: its key is there, its road is whole */
	made_or_die(starter_signer(st, ROAD_ISSUER, second.number, &again, &next, &fault), &fault);
	assert_int_equal(next.number, second.number);
	(void)close(again);
	assert_true(starter_ended(st, second.number, &fault));
	assert_true(signer_answers(officers, &fault) && signer_answers(issuer, &fault));
	assert_int_equal(kill(st->key, SIGKILL), 0); /* the key is gone, so another is wanted */
	siginfo_t gone;
	assert_int_equal(waitid(P_PID, (id_t)st->key, &gone, WEXITED | WNOWAIT), 0);
	made_or_die(starter_signer(st, ROAD_ISSUER, second.number, &again, &next, &fault), &fault);
	assert_int_equal(next.number, second.number + 1);
	assert_true(signer_answers(again, &fault));
	assert_false(signer_answers(officers, &fault)); /* of the one that ended */
	assert_string_equal(fault.name, FRAME_GONE.name);
	fault = (struct fault){ 0 };
	(void)close(officers);
	assert_true(starter_ended(st, first.number, &fault)); /* which says nothing of the next */
	made_or_die(
	    starter_signer(st, ROAD_OFFICERS, first.number, &officers, &second, &fault), &fault);
	assert_int_equal(second.number, next.number);
	assert_true(signer_answers(officers, &fault) && signer_answers(again, &fault));
	(void)close(officers);
	(void)close(issuer);
	(void)close(again);
	bench_close(b);
}

/* A signer that cannot start says why by how it ended, asked when the lock (-1: none) is let go. */
static struct fault
signer_ended(struct bench *b, int lock)
{
	struct fault fault = { 0 }, why = { 0 };
	struct started is;
	int road;
	made_or_die(starter_signer(&b->starter, ROAD_ISSUER, 0, &road, &is, &fault), &fault);
	assert_false(signer_answers(road, &fault));
	(void)close(lock);
	assert_false(starter_ended(&b->starter, is.number, &why));
	(void)close(road);
	return why;
}

static void
a_signer_without_its_journal_is_a_broken_one(void **state)
{
	(void)state;
	struct bench *b = bench_open("broken");
	char path[SERVICE_PATH], away[SERVICE_PATH];
	assert_int_equal(rename(service_path(b->s, "ca/journal/000001.log", path),
			     service_path(b->s, "ca/journal/away", away)),
	    0);
	assert_int_equal(signer_ended(b, -1).code, FAULT_BROKEN);
	bench_close(b);
}

static int
taken(struct bench *b, const char *name, char path[SERVICE_PATH])
{
	struct fault fault = { 0 };
	int lock;
	made_or_die(lock_take(service_path(b->s, name, path), &lock, &fault), &fault);
	return lock;
}

/* Whose lock it was may be gone by the time anybody asks: how the signer ended says it. */
static void
a_signer_that_found_the_lock_held_says_so(void **state)
{
	(void)state;
	struct bench *b = bench_open("locked");
	char path[SERVICE_PATH];
	assert_ptr_equal(signer_ended(b, taken(b, "ca/journal/lock", path)).row, &STARTER_BUSY);
	bench_close(b);
}

/* errand_wait looks at a lock again and again while the one that comes takes it. */
static void
who_only_looks_at_a_lock_refuses_it_to_nobody(void **state)
{
	(void)state;
	struct bench *b = bench_open("looked");
	char path[SERVICE_PATH];
	int lock = taken(b, "run/looked.lock", path);
	assert_true(lock_held(path));
	(void)close(lock);
	pid_t looks = fork();
	if (looks == 0)
		for ((void)prctl(PR_SET_PDEATHSIG, SIGKILL);;)
			(void)lock_held(path);
	assert_true(looks > 0);
	for (int i = 0; i < 300; i++)
		(void)close(taken(b, "run/looked.lock", path));
	(void)kill(looks, SIGKILL);
	(void)waitpid(looks, NULL, 0);
	bench_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_issuer_gets_a_keymaker),
		cmocka_unit_test(an_answer_that_comes_too_late_spoils_none_after_it),
		cmocka_unit_test(both_have_a_road_to_one_signer_and_to_the_next),
		cmocka_unit_test(a_signer_without_its_journal_is_a_broken_one),
		cmocka_unit_test(a_signer_that_found_the_lock_held_says_so),
		cmocka_unit_test(who_only_looks_at_a_lock_refuses_it_to_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
