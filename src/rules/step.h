/*
 * rules/step.h - the states of a dossier and the only ways from one to another.
 *
 * Payment is a parallel track (a fact, not a state): it may come before or after screening.
 * A row's clause is what a refused clerk is shown. Pure.
 */
#ifndef AKASHI_RULES_STEP_H
#define AKASHI_RULES_STEP_H

#include "base/day.h"
#include "base/fault.h"

enum state {
	STATE_PRINTED, /* applied; the papers have not come */
	STATE_SCREENING, /* papers complete, before a clerk */
	STATE_DEFICIENT, /* 不備 */
	STATE_SCREENED, /* passed, before the approver */
	STATE_APPROVED,
	STATE_ISSUED,
	STATE_DISPATCHED,
	STATE_DOWNLOADED, /* acquired, not yet reported */
	STATE_ACTIVE, /* 受領済 */
	STATE_REVOKED,
	STATE_EXPIRED,
	STATE_REJECTED,
	STATE_WITHDRAWN,
	STATE_FORM_EXPIRED,
	STATE_REFUNDED,
	STATES
};
/* Ended without a certificate: no money is taken any more, what came goes back. */
enum {
	STATES_CLOSED = 1 << STATE_REJECTED | 1 << STATE_WITHDRAWN | 1 << STATE_FORM_EXPIRED |
			1 << STATE_REFUNDED
};

enum step_event {
	STEP_COMPLETE, /* papers judged complete */
	STEP_DEFICIENCY, /* papers judged deficient, or screening says so */
	STEP_FORM_LATE, /* the form came after its year */
	STEP_PASS,
	STEP_APPROVE,
	STEP_RESUBMIT, /* the approval ran out, or an envelope was spoiled: a next edition */
	STEP_ISSUE,
	STEP_SEND,
	STEP_DOWNLOAD,
	STEP_RECEIPT,
	STEP_LAPSE_MAY, /* may be revoked: no receipt 30 days from issue */
	STEP_LAPSE_MUST, /* must be revoked: no receipt 30 days from sending */
	STEP_REVOKE,
	STEP_TERM_END,
	STEP_REFUND,
	STEP_REJECT,
	STEP_WITHDRAW,
	STEP_CLOSE, /* three months after the first notice, nothing to give back */
	STEP_EVENTS
};

enum fact {
	FACT_PAID = 1 << 0, /* of a refund: something was received */
	FACT_PROFILE_CHECKED = 1 << 1,
	FACT_MEDIA_MADE = 1 << 2,
	FACT_SPOILED = 1 << 3, /* a letter of the edition: it was never handed over */
	FACT_IN_TIME = 1 << 4 /* it had arrived within the form's year, or by the refund's last day,
				 was typed later, and no money went back */
};
enum origin { ANY_TIME, FROM_ISSUE, FROM_SENDING, FROM_FIRST_NOTICE, ORIGINS };

struct step {
	unsigned from; /* set of states */
	enum step_event on;
	enum state to;
	unsigned need; /* facts that must already hold */
	enum origin since; /* only after months and days from it have fully passed */
	int months, days;
	const char *clause;
};

const char *state_name(enum state); /* as in JSON and in the store: "in_screening" */
const char *state_label(enum state); /* Japanese */
bool state_read(const char *, enum state *) MUST_USE;

/* NULL: a dossier cannot move that way. */
const struct step *step_find(enum state, enum step_event);
/* Refused with the step's clause: wrong state, a fact that is missing, or too early. */
bool step_allow(enum state, enum step_event, unsigned facts, const struct day origin[ORIGINS],
    struct day today, enum state *to, struct fault *) MUST_USE;

#endif
