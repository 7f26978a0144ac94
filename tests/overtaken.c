/*
 * overtaken DIR DOSSIER [COUNT [NOW | falls N]]: issues it, or COUNT from it on, while another issuer brings the signer
 * newer heads of the log than the ones it is asked with: after the keys' making began, and on the way of the
 * first request, and of the third, behind which the signer has been told what is stored. With NOW another issuer
 * takes all of them instead, their leases ended, as the first is told of. Says each task's end, and then what
 * each edition is. With falls, tasks only, the issuer asks a starter for its roads, of which the first N break where BOOKED is
 * asked on them.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "act/dossier.h"
#include "between.h"
#include "programs.h"
#include "store/warrant_row.h"
#include "wire/handover.h"

/* The edition that stands, and its warrant. */
struct edition {
	struct task_row task;
	struct warrant_row warrant;
};

static bool
edition(struct tx *tx, void *context, struct fault *fault)
{
	struct edition *e = context;
	struct dossier_row d = { 0 };
	bool found = false;
	bool good =
	    dossier_load_in(tx, e->task.dossier, &d, fault) &&
	    warrant_of(tx, "certificate", e->task.dossier, d.edition, &e->warrant, &found, fault) &&
	    (found || fault_set(fault, FAULT_MISSING, "no warrant"));
	e->task.edition = d.edition;
	memcpy(e->task.digest, e->warrant.digest, sizeof(e->task.digest));
	dossier_drop(&d);
	warrant_drop(&e->warrant);
	return good;
}

static bool
add(struct tx *tx, void *context, struct fault *fault)
{
	struct edition *e = context;
	return edition(tx, e, fault) && task_add(tx, &e->task, &e->task.id, fault);
}

static bool
steal(struct tx *tx, void *context, struct fault *fault)
{
	struct task_round round = { .lanes = TASK_ALL };
	struct task_row t;
	bool found = true;
	(void)context;
	while (found) {
		if (!task_take(
			tx, &round, "issue", "another", INT64_MAX - 1000, 60, &t, &found, fault))
			return false;
		if (found)
			task_past(&round, &t);
	}
	return true;
}

/* context: where the tasks are to be taken, once; or NULL. */
static void
ended(void *context, const struct task_row *t)
{
	struct store **stolen = context;
	struct fault fault = { 0 };
	if (strcmp(t->kind, "issue") == 0)
		printf("%s %s\n", t->state, t->result);
	if (*stolen != NULL)
		or_die(store_write(*stolen, NULL, steal, NULL, &fault), &fault);
	*stolen = NULL;
}

/* Each of COUNT, from that one on. */
static void
each(struct service *s, int64_t dossier, long count, store_body *body, bool told)
{
	struct fault fault = { 0 };
	for (long i = 0; i < count; i++) {
		struct edition e = { .task = { .kind = "issue",
					 .dossier = dossier + i,
					 .created_at = s->now.sec } };
		or_die(store_write(s->store, NULL, body, &e, &fault), &fault);
		if (told)
			printf("edition %s\n", e.warrant.ended[0] == 0 ? "open" : e.warrant.ended);
	}
}

/* What the signer said of itself is remembered when the keys are made, and old by then. */
static void
heads_overtake(struct crew *crew)
{
	struct fault fault = { 0 };
	struct sink head[BETWEEN_HEADS];
	struct store *none = NULL;
	OWN_SINK receipt = SINK_GROW(FRAME_MOST);
	int64_t count;
	heads_to_come(crew, head);
	const struct lie lie = { .kind = SIGNER_ISSUE,
		.before = { der_of(head[1].at, head[1].len) },
		.refused = 3,
		.behind = SIGNER_BOOKED };
	or_die(crew_status(crew, &fault) && crew_ask(crew, ROAD_OFFICERS, SIGNER_HEAD,
						der_of(head[0].at, head[0].len), &receipt, &fault),
	    &fault);
	struct liar l = liar_between(crew, ROAD_ISSUER, &lie);
	or_die(errand_all(crew, ended, &none, &count, &fault), &fault);
	liar_gone(crew, ROAD_ISSUER, &l);
	for (int i = 0; i < BETWEEN_HEADS; i++)
		sink_drop(&head[i]);
}

static _Noreturn void
starter_on(struct service *s, int ear)
{
	struct starter st;
	struct pollfd p = { .fd = ear, .events = POLLIN };
	starter_begin(&st, s);
	while (poll(&p, 1, -1) == 1 && starter_answer(&st, ear, ROAD_ISSUER))
		continue;
	starter_end(&st);
	_exit(0);
}

/* Hands on what the crew asks of the starter, and its answers. */
static _Noreturn void
breaks_on(int crew, int starter, int falls)
{
	static uint8_t bytes[FRAME_MOST];
	const struct lie lie = { .breaks = SIGNER_BOOKED };
	struct fault fault = { 0 };
	struct frame f;
	pid_t pid;
	while (frame_receive(crew, bytes, sizeof(bytes), -1, &f, &fault)) {
		OWN_SINK reply = SINK_GROW(FRAME_MOST);
		struct fault why = { 0 };
		int road = -1, whole;
		bool good = handover_call(starter, f.kind, f.body, SIGNER_MS, &reply, &road, &why);
		if (!good && !lie_refuse(crew, f.id, &why))
			break;
		if (!good)
			continue;
		if (road != -1 && falls-- > 0) { /* -1 behind the last that breaks */
			whole = road;
			road = lie_road(whole, &lie, &pid);
			(void)close(whole);
		}
		const struct frame answer = { f.id, FRAME_ANSWER, der_of(reply.at, reply.len) };
		or_die(handover_send(crew, &answer, road, &fault), &fault);
		if (road != -1)
			(void)close(road);
	}
	_exit(falls >= 0); /* a road that broke is followed by another */
}

/* Each program at its end of a pair, ended when the other is closed. */
static void
roads_break(struct service *s, int falls)
{
	struct fault fault = { 0 };
	struct crew crew;
	struct store *none = NULL;
	int apart[2], between[2];
	int64_t count;
	or_die(socket_pair(apart, &fault) && socket_pair(between, &fault), &fault);
	pid_t starter = fork();
	if (starter == 0) {
		(void)close(apart[0]);
		(void)close(between[0]);
		(void)close(between[1]);
		starter_on(s, apart[1]);
	}
	(void)close(apart[1]);
	pid_t breaks = fork();
	if (breaks == 0) {
		(void)close(between[0]);
		breaks_on(between[1], apart[0], falls);
	}
	(void)close(apart[0]);
	(void)close(between[1]);
	or_die(crew_join(s, between[0], TASK_ALL, &crew, &fault), &fault);
	or_die(errand_all(&crew, ended, &none, &count, &fault), &fault);
	crew_end(&crew);
	(void)close(between[0]);
	int status;
	fault_set(&fault, FAULT_BUG, "fewer roads than were to break");
	or_die(waitpid(breaks, &status, 0) == breaks && status == 0 &&
		   waitpid(starter, NULL, 0) == starter,
	    &fault);
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct crew crew;
	OWN_SERVICE s = NULL;
	int64_t count;
	if (argc < 3 || argc > 6)
		return 2;
	programs_beside();
	or_die(service_open(argv[1], argc == 5 ? argv[4] : NULL, &s, &fault), &fault);
	struct store *store = s->store;
	int64_t first = strtol(argv[2], NULL, 10), more = argc > 3 ? strtol(argv[3], NULL, 10) : 1;
	each(s, first, more, add, false);
	if (argc == 6) {
		roads_break(s, atoi(argv[5]));
		return 0;
	}
	or_die(crew_start(s, &crew, &fault), &fault);
	if (argc == 5) {
		or_die(errand_all(&crew, ended, &store, &count, &fault), &fault);
		each(s, first, more, edition, true);
	} else {
		heads_overtake(&crew);
	}
	crew_end(&crew);
	return 0;
}
