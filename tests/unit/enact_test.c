/* What custodians sign for the CA certificate, and for how long it may be used. [design 2] */
#include "test.h"

#include "act/enact_in.h"
#include "begun.h"

struct looking {
	struct warrant_row row;
	bool found, asks; /* asks: its task is added, as with the quorum */
};

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct looking *l = context;
	struct task_row task = { .kind = "cacert" };
	int64_t id;
	if (!warrant_of(tx, "cacert", 0, 0, &l->row, &l->found, fault))
		return false;
	memcpy(task.digest, l->row.digest, sizeof(task.digest));
	return !l->asks || task_add(tx, &task, &id, fault);
}

static struct looking
looked(struct service *s, bool asks)
{
	struct looking l = { .asks = asks };
	struct fault fault = { 0 };
	made_or_die(store_write(s->store, NULL, look, &l, &fault), &fault);
	warrant_drop(&l.row);
	assert_true(l.found);
	return l;
}

static void
days_pass(struct service *s, int days)
{
	struct fault fault = { 0 };
	made_or_die(
	    service_tell(s, (struct instant){ s->now.sec + days * DAY_SECONDS }, &fault), &fault);
	(void)begun_sign(s, "custodian-1", true); /* the charter lapsed as well */
	(void)begun_sign(s, "custodian-2", true);
	free(s->charter);
	s->charter = NULL;
}

static struct enacted
not_certified(struct service *s, const char *custodian, const char *why)
{
	struct fault fault = { 0 };
	struct enacted more = { 0 };
	struct person *p = people_open(s, custodian);
	assert_false(enact_certificate(s, p, &more, &fault));
	assert_string_equal(fault.name, why);
	person_free(p);
	return more;
}

/* What one custodian signed 41 days ago counts for nothing, and stands in nobody's way. */
static void
a_certificates_draft_past_its_last_day_is_drafted_anew(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct service *s = begun_charter(engine, "stale");
		struct enacted is = begun_sign(s, "custodian-1", false);
		assert_int_equal(is.signatures, 1);
		assert_false(is.done);
		days_pass(s, 41);
		is = begun_sign(s, "custodian-2", false);
		assert_int_equal(is.signatures, 1);
		assert_false(is.done);
		is = begun_sign(s, "custodian-1", false);
		assert_int_equal(is.signatures, 2);
		assert_true(is.done);
		assert_false(not_certified(s, "custodian-1", "ca-certified").done);
		service_close(s);
	}
}

/* What the signer may have begun it can only end with the same warrant: past its last day it says no. */
static void
one_with_a_task_stays_until_the_signer_has_decided(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct service *s = begun_charter(engine, "in_hand");
		(void)begun_sign(s, "custodian-1", false);
		days_pass(s, 41);
		struct looking was = looked(s, true);
		assert_int_equal(begun_sign(s, "custodian-1", false).signatures, 1);
		assert_memory_equal(looked(s, false).row.digest, was.row.digest, 32);
		(void)not_certified(s, "custodian-2", "signer-warrant-late");
		assert_int_equal(begun_sign(s, "custodian-1", false).signatures, 1);
		assert_memory_not_equal(looked(s, false).row.digest, was.row.digest, 32);
		assert_true(begun_sign(s, "custodian-2", false).done);
		service_close(s);
	}
}

/* Of two who draft at the same moment the second signs again: nothing counts for what has no row. */
static void
a_second_draft_of_the_same_moment_is_refused(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct fault fault = { 0 };
		struct enacted more = { 0 };
		struct service *s = begun_charter(engine, "at_once");
		uint8_t bytes[] = { 1 };
		struct warrant_row other = { .kind = "cacert",
			.last_day = "2026-12-30",
			.sealed = { bytes, sizeof(bytes) } };
		memset(other.digest, 1, sizeof(other.digest));
		struct person *p = people_open(s, "custodian-2");
		struct enacting g = { .service = s,
			.person = p,
			.kind = ACT_CACERT,
			.digest = other.digest,
			.warrant = &other };
		struct enact_acts acts = { .digest = other.digest };
		(void)begun_sign(s, "custodian-1", false);
		assert_false(enact_sign(&g, "cacert", "ca-signed", &more, &fault));
		assert_string_equal(fault.name, "ca-other");
		assert_int_equal(fault.code, FAULT_STATE);
		fault = (struct fault){ 0 };
		made_or_die(enact_read(s, &acts, &fault), &fault);
		assert_int_equal(acts.count, 0);
		sink_drop(&acts.bytes);
		person_free(p);
		assert_true(begun_sign(s, "custodian-2", false).done);
		service_close(s);
	}
}

/* Who looked on its last day and signs when another custodian has drafted it anew signs again. */
static void
a_signature_over_a_draft_that_was_replaced_is_refused(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct fault fault = { 0 };
		struct enacted more = { 0 };
		struct service *s = begun_charter(engine, "replaced");
		(void)begun_sign(s, "custodian-1", false);
		struct looking was = looked(s, false);
		days_pass(s, 41);
		(void)begun_sign(s, "custodian-1", false);
		struct person *p = people_open(s, "custodian-2");
		struct enacting g = {
			.service = s, .person = p, .kind = ACT_CACERT, .digest = was.row.digest
		};
		struct enact_acts acts = { .digest = was.row.digest };
		assert_false(enact_sign(&g, "cacert", "ca-signed", &more, &fault));
		assert_string_equal(fault.name, "ca-other");
		fault = (struct fault){ 0 };
		made_or_die(enact_read(s, &acts, &fault), &fault);
		assert_int_equal(acts.count, 1); /* of custodian-1, of before */
		sink_drop(&acts.bytes);
		person_free(p);
		assert_true(begun_sign(s, "custodian-2", false).done);
		service_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificates_draft_past_its_last_day_is_drafted_anew),
		cmocka_unit_test(one_with_a_task_stays_until_the_signer_has_decided),
		cmocka_unit_test(a_second_draft_of_the_same_moment_is_refused),
		cmocka_unit_test(a_signature_over_a_draft_that_was_replaced_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
