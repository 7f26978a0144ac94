/*
 * rules/running.h - table K: which clocks run for a dossier, what they act, on which day.
 *
 * One row per act of a clock: where it runs (states), from which day, until what has happened, on
 * which of its figures it acts and what it does. How long it runs is a row of policy/clocks. The
 * deeds are carried out by act/clocks; here are only days. Pure.
 */
#ifndef AKASHI_RULES_RUNNING_H
#define AKASHI_RULES_RUNNING_H

#include "rules/policy.h"
#include "rules/role.h"
#include "rules/step.h"

enum running_from {
	RUN_NONE, /* what the store has none of yet */
	RUN_FORM, /* the form's date */
	RUN_ARRIVAL,
	RUN_NOTICE, /* the first result notice */
	RUN_DEFICIENCY, /* the last notice of a deficiency */
	RUN_REFUND, /* the last day before the refund [K-5] */
	RUN_APPROVAL,
	RUN_UNPAID, /* approved, and the fee is owed: since the later of the approval and RUN_UNDONE */
	RUN_UNDONE, /* what was paid does not cover the fee any more */
	RUN_TAX, /* from when the tax is higher than what was paid */
	RUN_ISSUE,
	RUN_SENDING, /* the first */
	RUN_SENT, /* the newest, after a letter came back */
	RUN_RETURNED, /* a letter came back */
	RUN_MAY, /* issue, or sending by the setting receipt_clock */
	RUN_CHANGE, /* of an organisation's representative */
	RUN_REGISTERED, /* that change */
	RUN_GRACE_LOST, /* something else changed too */
	RUN_FAX, /* a revocation asked for by FAX */
	RUN_FAX_PAPER, /* its paper came */
	RUN_STAY, /* the end of the period of stay */
	RUN_END, /* the certificate's last day */
	RUN_ENDED, /* a case without a certificate was decided */
	RUN_ABOLITION, /* the service's last day */
	RUN_LIST, /* the last list was made */
	RUN_ACCREDITED, /* the accreditation, or its last renewal */
	RUN_FROMS
};

/* Of a case, what a row may ask for besides its state. */
enum running_if {
	IF_ANY,
	IF_PAID,
	IF_UNPAID,
	IF_DOWNLOAD, /* the product's series */
	IF_CURRENT, /* not renewed */
	IF_FREE, /* not held back from destruction */
	IF_REFUND, /* money waits to go back */
	IF_UNPROVEN, /* no proof that the abolition's notice came */
	IFS
};

enum clock_when {
	WHEN_SHOWN, /* never: it is only told */
	WHEN_FIRST, /* on its first figure's day; where that start became known later, then */
	WHEN_EACH, /* on every figure's day but those past when the start became known */
	WHEN_END, /* on the day after its last figure's */
	WHEN_OVER, /* on the day after the one it counts back from */
	WHEN_AT_ONCE, /* on the day its start names; no clock of its own is told */
	WHENS
};

enum deed {
	DEED_NONE,
	DEED_MAIL, /* one mail to the subscriber */
	DEED_TASK, /* it stands on a role's list until the clock ends */
	DEED_FORM_EXPIRED,
	DEED_REFUND,
	DEED_TAX, /* mail; the dossier owes the difference */
	DEED_WINDOW, /* mail; where it was tried and failed, a task as well */
	DEED_TERM_END,
	DEED_LIST,
	DEEDS
};

struct clock_act {
	const char *clock; /* code of its row in policy/clocks */
	unsigned states; /* 1u << STATE_...; of the service itself: CLOCK_SERVICE */
	enum running_from from;
	enum running_from until; /* not once that is known; RUN_FROMS: whatever comes */
	enum running_if only;
	enum clock_when when;
	enum deed deed;
	const char *word; /* what it is called in lists, events and JSON; NULL: it is only told */
	const char *mail; /* kind of mail (rules/mail); NULL: none */
	enum role role; /* whose list; ROLES: nobody's */
	bool stretches; /* an approver may extend the clock */
	const char *clause;
};
#define CLOCK_SERVICE (1u << STATES)
extern const struct clock_act CLOCK_ACTS[];
extern const size_t CLOCK_ACT_COUNT;

enum { RUNNING_MORE = 8, CLOCK_CODE = 8 };
struct running_case {
	enum state state; /* STATES: of the service */
	bool is[IFS];
	struct day since; /* it exists: figures are those in force then, or on a later start */
	struct day from[RUN_FROMS]; /* all 0: that has not happened, or is not known */
	int moved[RUN_FROMS]; /* days of it that are an extension's: what was done stays done */
	struct day known[RUN_FROMS]; /* when it became known; all 0: at once */
	struct {
		char clock[CLOCK_CODE];
		int days;
	} more[RUNNING_MORE]; /* extensions */
	size_t mores;
};

/* The days that clock was extended by; 0: none. */
int running_more(const struct running_case *, const char *clock);
/* The n-th figure's last day: with its extension, days counted back from the end of `from`. */
bool running_last_day(const struct policy *, const struct policy *calendar, const struct clock *,
    size_t i, const struct running_case *, struct day from, struct day *, struct fault *) MUST_USE;

struct running {
	const struct clock *clock;
	struct day from, last; /* last all 0: beyond the holiday table */
	bool over; /* today is past it */
};
enum { RUNNING_MOST = 24 };
/* Each clock that runs, once: of reminders the next one, and when all are past the last. */
size_t running_clocks(const struct policy *, const struct policy *calendar,
    const struct running_case *, struct day today, struct running out[RUNNING_MOST]);

/* An act that is owed: on which day, by which figure (-1: at its end). */
struct owed {
	const struct clock_act *act;
	int figure;
	struct day from, day;
	int more; /* days it was extended by: it acts anew */
	int moved; /* days its start was */
};
enum { OWED_MOST = 64 };
/*
 * What the clocks that run owe. A day beyond the calendar is the calendar's last: rather early than
 * never, since what is counted in business days only puts something on a list.
 */
size_t running_owed(const struct policy *, const struct policy *calendar,
    const struct running_case *, struct owed out[OWED_MOST]);

#endif
