/* What custodians sign for the CA certificate, and for how long it may be used. [design 2] */
#include "test.h"

#include "begun.h"

/* What one custodian signed 41 days ago counts for nothing, and stands in nobody's way. */
static void
a_certificates_draft_past_its_last_day_is_drafted_anew(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct fault fault = { 0 };
		struct service *s = begun_charter(engine, "stale");
		struct enacted is = begun_sign(s, "custodian-1", false);
		assert_int_equal(is.signatures, 1);
		assert_false(is.done);
		struct instant later = { s->now.sec + 41 * DAY_SECONDS };
		made_or_die(service_tell(s, later, &fault), &fault);
		(void)begun_sign(s, "custodian-1", true); /* the charter lapsed as well */
		(void)begun_sign(s, "custodian-2", true);
		free(s->charter);
		s->charter = NULL;
		is = begun_sign(s, "custodian-2", false);
		assert_int_equal(is.signatures, 1);
		assert_false(is.done);
		is = begun_sign(s, "custodian-1", false);
		assert_int_equal(is.signatures, 2);
		assert_true(is.done);
		struct enacted more = { 0 };
		struct person *p = people_open(s, "custodian-1");
		assert_false(enact_certificate(s, p, &more, &fault));
		assert_string_equal(fault.name, "ca-certified");
		assert_false(more.done);
		person_free(p);
		service_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificates_draft_past_its_last_day_is_drafted_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
