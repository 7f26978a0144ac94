/*
 * act/report.h - what staff report that clocks hang on: papers, graces, stays, holds, extensions.
 *
 * One row per kind of report (act/report.c): whose it is, in which states, what is asked of it, and
 * the mark it leaves. Report, mark, event and the clocks' rows are one transaction. Reasons are
 * sealed to the dossier.
 */
#ifndef AKASHI_ACT_REPORT_H
#define AKASHI_ACT_REPORT_H

#include "act/person.h"
#include "base/text.h"

enum report_kind {
	REPORT_FAX_PAPER, /* the paper after a FAX */
	REPORT_GRACE_OPEN, /* a representative changed, and nothing else */
	REPORT_GRACE_REGISTERED,
	REPORT_GRACE_CLOSE, /* applied for, or opened by mistake */
	REPORT_GRACE_LOST, /* something else changed too */
	REPORT_STAY, /* a new residence card */
	REPORT_STAY_SPECIAL,
	REPORT_HOLD, /* */
	REPORT_RELEASE,
	REPORT_RENEWED, /* */
	REPORT_ABOLITION_PROOF, /* */
	REPORT_EXTEND, /* */
	REPORT_RETURNED, /* a letter came back */
	REPORT_DONE, /* what stood on a list was done */
	REPORT_KINDS
};
extern const struct refusal REPORT_STATE, REPORT_DAY, REPORT_NO_FAX, REPORT_NO_GRACE, GRACE_KIND,
    GRACE_FIELD, GRACE_REGISTRATION, STAY_NONE, STAY_SPECIAL, HOLD_NONE, RENEWED_BY, ABOLITION_NONE,
    CLOCK_FIXED, CLOCK_DAYS, CLOCK_NOT_OPEN, REPORT_REASON, LETTER_NOT_OUT;

enum { REPORT_REASON_MOST = 1000, CLOCK_DAYS_MOST = 365 };
struct report {
	enum report_kind kind;
	const struct person *person;
	const char *serial; /* of a certificate; or NULL: the dossier */
	int64_t dossier;
	struct day day; /* it happened, or until when; all 0: none */
	const char *reason; /* or NULL */
	const char *const *changed; /* of a grace: every field that changed */
	size_t changes;
	bool unregistered; /* of a grace: a body without registration [G-38] */
	int64_t by; /* of a renewal: the dossier of the new certificate */
	const char *clock, *result; /* of an extension or of what was done */
	int64_t days;
	const char *letter; /* which came back: "pin" "password" */
};
struct reported {
	int64_t dossier;
	char serial[SERIAL_HEX]; /* newest certificate; "" none */
	struct day last; /* of the clock it moved; all 0: none */
	int64_t more; /* days that clock is extended by in all */
};
bool report_run(
    struct service *, const struct report *, struct reported *, struct fault *) MUST_USE;

#endif
