/* What the signer answers is held against what was asked and what its keys sign: one that lies, or
 * whose answers somebody changed on the way, is refused and leaves nothing. [design 2] */
#include "test.h"

#include "between.h"
#include "begun.h"
#include "store/list_row.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"

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

static void
a_list_that_is_not_the_journals_is_not_published(void **state)
{
	static const struct lie LIES[] = { { SIGNER_LIST_PART, .flip = 1 },
		{ SIGNER_LIST_PART, .flip = 420 }, { SIGNER_LIST_PART, .cut = 1 },
		{ SIGNER_LIST_PART, .cut = 200 } };
	(void)state;
	struct crew crew;
	struct fault fault = { 0 };
	int before = 0, after = 0;
	char path[SERVICE_PATH];
	struct service *s = begun_service(0, "list");
	struct task_row list = { .kind = "list", .created_at = s->now.sec };
	made_or_die(store_read(s->store, count_lists, &before, &fault) &&
			store_write(s->store, NULL, begun_task, &list, &fault) &&
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
	static const struct lie LIES[] = { { SIGNER_VOID, .flip = 1 }, { SIGNER_VOID, .cut = 1 },
		{ SIGNER_VOID, .flip = 100 } };
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

static bool
ca_digest(const void *row, void *context, struct fault *fault)
{
	const struct task_row *t = row;
	(void)fault;
	if (strcmp(t->kind, "cacert") == 0)
		memcpy(((struct task_row *)context)->digest, t->digest, sizeof(t->digest));
	return true;
}

static bool
ca_again(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *t = context;
	return tx_table(tx, &TASK_TABLE, ca_digest, t, fault) && task_add(tx, t, &t->id, fault);
}

static void
ended(void *context, const struct task_row *t)
{
	struct task_row *ours = context;
	if (t->id == ours->id)
		*ours = *t;
}

/* The other issuer brings newer heads than the one that what issues is asked with: before it was read,
 * on its way, and once more on the way of the second. */
static void
what_issues_is_asked_again_when_its_head_was_overtaken(void **state)
{
	enum { BEFORE, ON_ITS_WAY, TWICE, WHEN };
	(void)state;
	for (int when = BEFORE; when < WHEN; when++) {
		struct crew crew;
		struct fault fault = { 0 }, why = { 0 };
		struct sink head[BETWEEN_HEADS];
		struct service *s = begun_service(0, "overtaken");
		struct task_row t = { .kind = "cacert", .created_at = s->now.sec };
		int64_t count;
		made_or_die(store_write(s->store, NULL, ca_again, &t, &fault) &&
				crew_start(s, &crew, &fault) && crew_ca(&crew, &fault),
		    &fault);
		struct task_row end = { .id = t.id };
		heads_to_come(&crew, head);
		struct lie lie = { .kind = SIGNER_CACERT };
		for (int i = 0; i < when; i++)
			lie.before[i] = der_of(head[i].at, head[i].len);
		OWN_SINK receipt = SINK_GROW(FRAME_MOST);
		if (when == BEFORE) /* what the signer said of itself is remembered, and old */
			made_or_die(crew_status(&crew, &fault) &&
					crew_ask(&crew, ROAD_OFFICERS, SIGNER_HEAD,
					    der_of(head[0].at, head[0].len), &receipt, &fault),
			    &fault);
		struct liar l = liar_between(&crew, ROAD_ISSUER, &lie);
		made_or_die(errand_all(&crew, ended, &end, &count, &fault), &fault);
		assert_int_equal(errand_good(&end, &why), when != TWICE);
		assert_string_equal(end.state, when == TWICE ? "waiting" : "done");
		assert_string_equal(why.name, when == TWICE ? "signer-head-overtaken" : "");
		made_or_die(errand_all(&crew, ended, &end, &count, &fault), &fault);
		assert_string_equal(end.state, "done");
		liar_gone(&crew, ROAD_ISSUER, &l);
		for (int i = 0; i < BETWEEN_HEADS; i++)
			sink_drop(&head[i]);
		crew_end(&crew);
		service_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_that_is_not_the_journals_is_not_published),
		cmocka_unit_test(a_receipt_that_is_not_the_signers_ends_nothing),
		cmocka_unit_test(what_issues_is_asked_again_when_its_head_was_overtaken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
