/*
 * The signer fallen at every write, fsync, rename and answer of its work: what it has answered
 * stands, what is asked again is answered the same, killed or with everything lost that was not
 * fsynced. With one fsync left out that is found. [design 2] [storage 3]
 */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "faults/points.h"
#include "folder.h"
#include "vault/digest.h"
#include "world.h"

enum { JOBS_MOST = 4 };

struct job {
	int road;
	enum signer_kind kind;
	struct sink body;
	bool answered;
	uint8_t answer[32]; /* digest of what must stay as it is */
	int64_t number; /* of a list */
};
struct jobs {
	struct job at[JOBS_MOST];
	size_t n;
	struct charter *next; /* what one of them makes the charter in force; or NULL */
};

static struct job *
job_new(struct jobs *j, int road, enum signer_kind kind)
{
	struct job *job = &j->at[j->n++];
	*job = (struct job){ .road = road, .kind = kind, .body = SINK_GROW(FRAME_MOST) };
	return job;
}

static void
jobs_free(struct jobs *j)
{
	for (size_t i = 0; i < j->n; i++)
		sink_drop(&j->at[i].body);
	free(j->next);
	*j = (struct jobs){ 0 };
}

static void
order_job(struct world *w, struct jobs *j)
{
	struct order_made o;
	order_new(w, NULL, NULL, &o);
	order_body(&o, &job_new(j, WORLD_ROAD_ISSUER, SIGNER_ISSUE)->body);
	order_free(&o);
}

static void
issues(struct world *w, struct jobs *j)
{
	order_job(w, j);
	world_booked_body(w, w->dossier, 1, &job_new(j, WORLD_ROAD_ISSUER, SIGNER_BOOKED)->body);
	order_job(w, j);
	order_job(w, j);
}

static void
revocations(struct world *w, struct jobs *j)
{
	static const enum world_who BOTH[] = { WORLD_OFFICER, WORLD_OFFICER_2, WORLD_PEOPLE };
	uint8_t serial[SERIAL];
	for (int i = 0; i < 2; i++) {
		world_issue(w, serial, NULL);
		world_revoke_body(w, serial, "10-1-3", BOTH,
		    &job_new(j, WORLD_ROAD_OFFICERS, SIGNER_REVOKE)->body);
		world_head_pack(w, &job_new(j, WORLD_ROAD_OFFICERS, SIGNER_LIST)->body);
	}
}

static void
charters(struct world *w, struct jobs *j)
{
	static const enum world_who QUORUM[] = { WORLD_CUSTODIAN, WORLD_CUSTODIAN + 1,
		WORLD_PEOPLE };
	j->next = malloc(sizeof(*j->next));
	world_charter_next(w, j->next);
	world_charter_body(w, j->next, der_of(w->pack.at, w->pack.len), QUORUM,
	    &job_new(j, WORLD_ROAD_ISSUER, SIGNER_CHARTER)->body);
	world_void_body(w, ++w->dossier, 1, ACT_VOID,
	    (enum world_who[]){ WORLD_APPROVER, WORLD_PEOPLE },
	    &job_new(j, WORLD_ROAD_OFFICERS, SIGNER_VOID)->body);
	world_head_pack(w, &job_new(j, WORLD_ROAD_ISSUER, SIGNER_HEAD)->body);
}

/* What must be the same when it is asked again. */
static void
answer_of(struct world *w, const struct job *job, const struct sink *reply, uint8_t out[32],
    int64_t *number)
{
	struct der d = der_of(reply->at, reply->len);
	struct signer_issued issued;
	struct fault fault = { 0 };
	struct signer_receipt receipt;
	struct signer_list list;
	(void)w;
	memset(out, 0, 32);
	if (job->kind == SIGNER_ISSUE) {
		assert_true(order_end(&d, &issued, &fault));
		memcpy(out, issued.digest, 32);
	} else if (job->kind == SIGNER_REVOKE || job->kind == SIGNER_CHARTER) {
		assert_true(signer_receipt_read(d, &receipt));
		digest_of(receipt.line.p, receipt.line.n, out);
	} else if (job->kind == SIGNER_LIST) {
		assert_true(signer_list_read(d, &list));
		*number = list.number;
	}
}

/* False: the signer fell. */
static bool
job_ask(struct world *w, struct job *job)
{
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	struct fault f = { 0 };
	if (!world_call(w, job->road, job->kind, der_of(job->body.at, job->body.len), &reply, &f)) {
		if (strcmp(f.name, "frame-gone") != 0)
			fail_msg("%s: %s", f.name, f.say);
		return false;
	}
	job->answered = true;
	answer_of(w, job, &reply, job->answer, &job->number);
	return true;
}

/* Asked again after the fall. False: it does not answer as it did. */
static bool
job_same(struct world *w, const struct job *job)
{
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	struct fault f = { 0 };
	uint8_t answer[32];
	int64_t number = 0;
	if (!world_call(w, job->road, job->kind, der_of(job->body.at, job->body.len), &reply, &f))
		return false;
	answer_of(w, job, &reply, answer, &number);
	return !job->answered || (memcmp(answer, job->answer, 32) == 0 &&
				     (job->kind != SIGNER_LIST || number > job->number));
}

struct falls {
	int64_t points;
	long wrong; /* falls after which something answered was not so */
};

/* One round of jobs, fallen at point n. False: there is no such point. */
static bool
round_fall(struct world *w, struct points *p, void (*make)(struct world *, struct jobs *),
    int64_t n, enum points_mode mode, bool lose, const char *leave_out, struct falls *falls)
{
	struct jobs j = { 0 };
	bool same = true;
	make(w, &j);
	points_arm(p, n, mode, leave_out);
	for (size_t i = 0; i < j.n && job_ask(w, &j.at[i]); i++)
		;
	bool reached = p->count >= n;
	falls->points = p->count;
	if (!reached && n == 1)
		fail_msg("the signer came to no point");
	if (reached) {
		world_kill(w);
		assert_true(!lose || points_lose(p));
	}
	points_arm(p, 0, POINTS_KILL, NULL);
	if (reached)
		world_start(w);
	for (size_t i = 0; i < j.n; i++)
		if (!job_same(w, &j.at[i])) {
			print_message("point %lld: job %zu is not so\n", (long long)n, i);
			same = false;
		}
	falls->wrong += !same;
	if (j.next != NULL) {
		w->charter = *j.next;
		w->charter_packed.len = 0;
		charter_pack(j.next, &w->charter_packed);
	}
	jobs_free(&j);
	return reached;
}

static const struct {
	const char *name;
	void (*make)(struct world *, struct jobs *);
} ROUNDS[] = {
	{ "issue, booked, issue, issue", issues },
	{ "revoke, list, revoke, list", revocations },
	{ "charter, void, head", charters },
};
static const struct {
	const char *name;
	enum points_mode mode;
	bool lose;
} FALLS[] = {
	{ "killed", POINTS_KILL, false },
	{ "power lost", POINTS_KILL, true },
	{ "killed inside a write", POINTS_TORN, false },
};

static struct falls
sweep(size_t round, size_t fall, const char *leave_out)
{
	char path[TEST_PATH];
	(void)close(test_file("points", path));
	const struct world_options options = { .preload = KILLPOINT, .shared = path };
	struct points *p = points_open(path);
	struct falls falls = { 0 };
	assert_non_null(p);
	struct world *w = world_new(&options);
	for (int64_t n = 1; round_fall(w, p, ROUNDS[round].make, n, FALLS[fall].mode,
		 FALLS[fall].lose, leave_out, &falls);
	     n++)
		if (falls.wrong > 0 && leave_out != NULL)
			break; /* found */
	print_message("%s, %s: %lld points, %ld wrong\n", ROUNDS[round].name, FALLS[fall].name,
	    (long long)falls.points, falls.wrong);
	world_free(w);
	(void)unlink(path);
	return falls;
}

static void
what_was_answered_stands_after_every_fall(void **state)
{
	(void)state;
	for (size_t round = 0; round < COUNT(ROUNDS); round++)
		for (size_t fall = 0; fall < COUNT(FALLS); fall++) {
			struct falls falls = sweep(round, fall, NULL);
			assert_in_range(falls.points, 8, 200);
			assert_int_equal(falls.wrong, 0);
		}
}

static void
one_fsync_left_out_is_found(void **state)
{
	(void)state;
	for (size_t round = 0; round < 2;
	     round++) /* a charter asked again makes the very same line */
		assert_int_not_equal(sweep(round, 1, "journal").wrong, 0);
}

/* Fallen while it starts: the journal is written anew then, and nothing of it may be lost. */
static void
a_start_that_falls_loses_no_line(void **state)
{
	char path[TEST_PATH];
	(void)close(test_file("points", path));
	const struct world_options options = { .preload = KILLPOINT, .shared = path };
	struct points *p = points_open(path);
	uint8_t serial[SERIAL];
	(void)state;
	for (size_t fall = 0; fall < COUNT(FALLS); fall++) {
		struct world *w = world_new(&options);
		bool reached = true;
		world_issue(w, serial, NULL);
		for (int64_t n = 1; reached; n++) {
			struct signer_status before, after;
			struct fault f = { 0 };
			OWN_SINK a = { 0 };
			OWN_SINK b = { 0 };
			OWN_SINK none = SINK_GROW(FRAME_MOST);
			world_status(w, &before, &a);
			world_kill(w);
			points_arm(p, n, FALLS[fall].mode, NULL);
			world_start(w);
			(void)!world_call(
			    w, WORLD_ROAD_ISSUER, SIGNER_STATUS, der_of(NULL, 0), &none, &f);
			reached = p->count >= n;
			world_kill(w);
			assert_true(!FALLS[fall].lose || points_lose(p));
			points_arm(p, 0, POINTS_KILL, NULL);
			world_start(w);
			world_status(w, &after, &b);
			assert_int_equal(after.seq, before.seq);
			assert_memory_equal(after.last, before.last, 32);
		}
		world_free(w);
	}
	(void)unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_answered_stands_after_every_fall),
		cmocka_unit_test(one_fsync_left_out_is_found),
		cmocka_unit_test(a_start_that_falls_loses_no_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
