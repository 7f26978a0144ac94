/*
 * rules/running.h - which clocks of table K run for a dossier, from which day, and until when.
 *
 * Which clock runs in which states is a row here; how long it runs is a row of policy/clocks. Of a
 * clock with several figures (reminders) the next one is told, and when all are past the last.
 * Pure.
 */
#ifndef AKASHI_RULES_RUNNING_H
#define AKASHI_RULES_RUNNING_H

#include "rules/policy.h"
#include "rules/step.h"

enum running_from {
	RUN_FORM, /* the form's date */
	RUN_ARRIVAL,
	RUN_NOTICE, /* the first result notice */
	RUN_APPROVAL,
	RUN_ISSUE,
	RUN_SENDING,
	RUN_STAY, /* the end of the period of stay */
	RUN_END, /* the certificate's last day */
	RUN_FROMS
};

struct running_case {
	enum state state;
	bool paid, download; /* download: the product's series */
	struct day from[RUN_FROMS]; /* all 0: that has not happened, or is not known */
};

struct running {
	const struct clock *clock;
	struct day from, last; /* last all 0: beyond the holiday table */
	bool over; /* today is past it */
};
enum { RUNNING_MOST = 24 };

size_t running_clocks(const struct policy *, const struct running_case *, struct day today,
    struct running out[RUNNING_MOST]);

#endif
