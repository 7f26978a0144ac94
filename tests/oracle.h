/*
 * tests/oracle.h - which clock must act for a case on which day, worked out by hand from the
 * requirements' rows alone: its own calendar, its own figures, nothing of src/.
 */
#ifndef AKASHI_TESTS_ORACLE_H
#define AKASHI_TESTS_ORACLE_H

#include <stdbool.h>

/* What is known of a case when the year begins; "" or NULL: not so. Days as 2026-11-20. */
struct oracle_case {
	const char *state;
	bool paid, received, download, held, renewed;
	const char *form, *arrival, *notice, *deficiency, *approval, *issue, *sending, *returned,
	    *resent, *end, *stay, *change, *registered, *lost, *fax, *paper, *ended;
	int more_may, more_must, more_refund; /* extensions, in days */
};
/* What is known of the service. */
struct oracle_service {
	const char *begins; /* the day the cases were taken in */
	const char *abolition, *accredited;
	bool from_sending; /* the setting receipt_clock = sent */
};
/* figure -1: at the clock's end. */
typedef void oracle_tell(
    void *context, const char *day, const char *clock, const char *act, int figure);
void oracle_acts(const struct oracle_service *, const struct oracle_case *, const char *until,
    oracle_tell *, void *);
void oracle_service_acts(const struct oracle_service *, const char *until, oracle_tell *, void *);

#endif
