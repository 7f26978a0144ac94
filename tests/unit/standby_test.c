/* What is taken in a copy before its epoch: of acts few, by one door. [storage 4] */
#include "test.h"

#include "act/standby.h"
#include "base/file.h"
#include "made.h"

static bool
last_tx(struct tx *tx, void *context, struct fault *fault)
{
	bool found;
	return event_last(tx, context, &found, fault);
}

static int64_t
last(struct service *s)
{
	struct event_row e = { 0 };
	struct fault fault = { 0 };
	made_or_die(store_read(s->store, last_tx, &e, &fault), &fault);
	return e.seq;
}

static bool
acted(struct service *s, const char *event, struct fault *fault)
{
	struct event_row e;
	service_event(s, event, 0, &e);
	return store_write(s->store, e.act_id, service_event_once, &e, fault);
}

static void
a_copy_takes_few_acts_before_its_epoch(void **state)
{
	static const struct {
		const char *event;
		bool taken;
	} ROWS[] = {
		{ "backup-begun", true },
		{ "charter-in-force", true },
		{ "charter-signed", true },
		{ "dossier-searched", true },
		{ "epoch-begun", true },
		{ "epoch-signed", true },
		{ "keys-copied", true },
		{ "revocation-requested", true },
		{ "revocation-withdrawn", true },
		{ "revoked", true },
		{ "swept", true },
		{ "void-requested", true },
		{ "approved", false },
		{ "ca-signed", false },
		{ "day-opened", false },
		{ "dossier-imported", false },
		{ "download-tried", false },
		{ "evidence-taken", false },
		{ "issued", false },
		{ "letter-sent", false },
		{ "letter-spoiled", false },
		{ "list-published", false },
		{ "mail-left", false },
		{ "papers-arrived", false },
		{ "payment-confirmed", false },
		{ "payments-imported", false },
		{ "receipt-recorded", false },
		{ "refund-signed", false },
		{ "screened", false },
		{ "", false },
	};
	char dir[256], mark[SERVICE_PATH];
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		struct service *s = made_service(engine, "copy", dir);
		service_path(s, STANDBY_MARK, mark);
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			struct fault fault = { 0 };
			int64_t before = last(s);
			made_or_die(file_write(mark, 0600, "", 0, &fault), &fault);
			assert_int_equal(acted(s, ROWS[i].event, &fault), ROWS[i].taken);
			assert_ptr_equal(fault.row, ROWS[i].taken ? NULL : &STANDBY_WAITS);
			assert_int_equal(last(s), before + ROWS[i].taken);
			assert_int_equal(unlink(mark), 0);
			fault = (struct fault){ 0 };
			made_or_die(acted(s, ROWS[i].event, &fault), &fault);
		}
		service_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_takes_few_acts_before_its_epoch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
