/* What the signer answers is held against what was asked and what its keys sign: one that lies, or
 * whose answers somebody changed on the way, is refused and leaves nothing. [design 2] */
#include "test.h"

#include <signal.h>
#include <sys/wait.h>

#include "act/errand.h"
#include "begun.h"
#include "base/file.h"
#include "store/list_row.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"
#include "wire/serve.h"

/* What stands between the crew and its signer. */
struct liar {
	pid_t pid;
	int kept; /* the road of the signer itself */
};
struct lie {
	int64_t kind; /* whose answers are changed */
	size_t cut; /* so many bytes at the end never come */
	size_t flip; /* the byte that is changed, from the end; 0: none */
};

static void
lie_on(int from, int to, const struct lie *l)
{
	static uint8_t bytes[FRAME_MOST];
	struct frame f;
	struct fault fault = { 0 };
	while (frame_receive(from, bytes, sizeof(bytes), -1, &f, &fault)) {
		struct sink reply = SINK_GROW(FRAME_MOST);
		int64_t id = f.id;
		if (!frame_call(to, f.kind, f.body, SIGNER_MS, &reply, &fault))
			break;
		if (f.kind == l->kind)
			reply.len -= reply.len < l->cut ? reply.len : l->cut;
		if (f.kind == l->kind && l->flip != 0 && reply.len > l->flip)
			reply.at[reply.len - l->flip] ^= 1;
		const struct frame answer = { id, FRAME_ANSWER, der_of(reply.at, reply.len) };
		if (!frame_send(from, &answer, &fault))
			break;
		sink_drop(&reply);
	}
	_exit(0);
}

static struct liar
liar_between(struct crew *c, enum road road, const struct lie *l)
{
	struct liar liar = { .kept = c->road[road] };
	struct fault fault = { 0 };
	int pair[2];
	made_or_die(socket_pair(pair, &fault), &fault);
	liar.pid = fork();
	assert_true(liar.pid >= 0);
	if (liar.pid == 0) {
		(void)close(pair[0]);
		lie_on(pair[1], liar.kept, l);
	}
	(void)close(pair[1]);
	c->road[road] = pair[0];
	return liar;
}

static void
liar_gone(struct crew *c, enum road road, struct liar *l)
{
	int status;
	(void)close(c->road[road]);
	assert_int_equal(waitpid(l->pid, &status, 0), l->pid);
	c->road[road] = l->kept;
}

static bool
count_row(const void *row, void *context, struct fault *fault)
{
	(void)row, (void)fault;
	++*(int *)context;
	return true;
}

static bool
count_lists(struct tx *tx, void *context, struct fault *fault)
{
	return list_each(tx, count_row, context, fault);
}

static bool
list_take(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *t = context;
	int64_t id;
	bool found;
	return task_add(tx, t, &id, fault) &&
	       task_take(tx, &(struct task_round){ .lanes = TASK_ALL }, NULL, "liar", t->created_at,
		   3600, t, &found, fault) &&
	       found;
}

static void
a_list_that_is_not_the_journals_is_not_published(void **state)
{
	static const struct lie LIES[] = { { SIGNER_LIST_PART, 0, 1 }, { SIGNER_LIST_PART, 0, 420 },
		{ SIGNER_LIST_PART, 1, 0 }, { SIGNER_LIST_PART, 200, 0 } };
	(void)state;
	struct crew crew;
	struct fault fault = { 0 };
	int before = 0, after = 0;
	char path[SERVICE_PATH];
	struct service *s = begun_service(0, "list");
	struct task_row list = { .kind = "list", .created_at = s->now.sec };
	made_or_die(store_read(s->store, count_lists, &before, &fault) &&
			store_write(s->store, NULL, list_take, &list, &fault) &&
			crew_start(s, &crew, &fault) && crew_ca(&crew, &fault),
	    &fault);
	for (size_t i = 0; i < COUNT(LIES); i++) {
		struct fault why = { 0 };
		struct liar l = liar_between(&crew, ROAD_ISSUER, &LIES[i]);
		assert_false(errand_list(&crew, &list, &why));
		assert_string_equal(why.name, i == 0 ? "crl-signature" : "publish-digest");
		liar_gone(&crew, ROAD_ISSUER, &l);
		assert_false(file_exists(service_path(s, "ca/crl/2.crl", path)));
	}
	made_or_die(store_read(s->store, count_lists, &after, &fault), &fault);
	assert_int_equal(after, before);
	crew_end(&crew);
	service_close(s);
}

/* A void of edition 1 of dossier 1, as it waits for the signer. */
struct waiting {
	struct warrant_row warrant;
	struct proof_row proof;
	int events;
};

static bool
write_waiting(struct tx *tx, void *context, struct fault *fault)
{
	struct waiting *w = context;
	return tx_insert(tx, &WARRANT_TABLE, &w->warrant, NULL, fault) &&
	       tx_insert(tx, &PROOF_TABLE, &w->proof, NULL, fault);
}

static bool
count_events(struct tx *tx, void *context, struct fault *fault)
{
	return event_each(tx, 1, count_row, context, fault);
}

static struct task_row
void_waits(struct service *s)
{
	struct waiting w = { .warrant = { .kind = "void", .dossier = 1, .edition = 1 },
		.proof = { .seat = "1", .surface = "station" } };
	struct task_row t = { .kind = "void", .dossier = 1, .edition = 1 };
	struct warrant v = {
		.kind = WARRANT_VOID, .dossier = 1, .edition = 1, .last_day = day_plus(s->today, 7)
	};
	const struct charter *c;
	struct fault fault = { 0 };
	struct sink packed = SINK_GROW(WARRANT_MOST), act = SINK_GROW(4096);
	struct person *p = people_open(s, "approval-2");
	made_or_die(service_charter(s, &c, NULL, &fault), &fault);
	memcpy(v.service, c->service, SERVICE_ID);
	warrant_pack(&v, &packed);
	warrant_digest(der_of(packed.at, packed.len), t.digest);
	made_or_die(person_sign(p, ACT_VOID, t.digest, s->now, &act, &fault), &fault);
	memcpy(w.warrant.digest, t.digest, 32);
	memcpy(w.proof.digest, t.digest, 32);
	snprintf(w.proof.person, sizeof(w.proof.person), "approval-2");
	snprintf(w.warrant.last_day, sizeof(w.warrant.last_day), "2026-12-01");
	w.warrant.sealed = (struct blob){ packed.at, packed.len };
	w.proof.act = (struct blob){ act.at, act.len };
	made_or_die(store_write(s->store, NULL, write_waiting, &w, &fault), &fault);
	sink_drop(&packed);
	sink_drop(&act);
	person_free(p);
	return t;
}

static void
a_receipt_that_is_not_the_signers_ends_nothing(void **state)
{
	static const struct lie LIES[] = { { SIGNER_VOID, 0, 1 }, { SIGNER_VOID, 1, 0 },
		{ SIGNER_VOID, 0, 100 } };
	(void)state;
	struct crew crew;
	struct fault fault = { 0 };
	int before = 0, after = 0;
	struct service *s = begun_service(0, "receipt");
	struct task_row t = void_waits(s);
	made_or_die(
	    store_read(s->store, count_events, &before, &fault) && crew_start(s, &crew, &fault),
	    &fault);
	for (size_t i = 0; i < COUNT(LIES); i++) {
		struct fault why = { 0 };
		struct liar l = liar_between(&crew, ROAD_OFFICERS, &LIES[i]);
		assert_false(errand_void(&crew, &t, &why));
		assert_string_equal(why.name, "revoke-receipt");
		liar_gone(&crew, ROAD_OFFICERS, &l);
	}
	made_or_die(store_read(s->store, count_events, &after, &fault), &fault);
	assert_int_equal(after, before);
	crew_end(&crew);
	service_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_that_is_not_the_journals_is_not_published),
		cmocka_unit_test(a_receipt_that_is_not_the_signers_ends_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
