/*
 * act/mail_in.h - mail that came in: fetched, kept, read by akashi-reader, acted on (docs/flows.md).
 *
 * A mail lies in DIR/inbox, durable, before the mailbox is told that it was taken; what lies there
 * is handled first, also after a crash and where the mailbox lets nobody in: what a person is to find
 * flagged there then lies on until it can be. A signed one is a receipt or is refused; a report of failure
 * goes the road of mail_bounced [RFC3464]; what is neither stays in the mailbox, flagged for a
 * person. Handled again, nothing happens.
 */
#ifndef AKASHI_ACT_MAIL_IN_H
#define AKASHI_ACT_MAIL_IN_H

#include "act/receipt_mail.h"

enum mail_in_end {
	MAIL_IN_RECEIPT, /* recorded */
	MAIL_IN_KNOWN, /* recorded before */
	MAIL_IN_REFUSED, /* signed, but no receipt: flagged */
	MAIL_IN_BOUNCED, /* a report that one of our mails did not arrive */
	MAIL_IN_LEFT, /* anything else: flagged */
	MAIL_IN_ENDS
};
const char *mail_in_end_name(enum mail_in_end);

struct mail_in_told {
	const char *file; /* in DIR/inbox */
	enum mail_in_end end;
	int64_t dossier; /* 0: none */
	const char *code, *say; /* why it was refused or left; or NULL */
	const char *id, *status; /* of a bounce: which mail came back (in hex), "5.1.1"; or NULL */
};
typedef void mail_in_tell(void *context, const struct mail_in_told *);

/* When a fetch last came to its good end, for `akashi health`: an instant, a zero. */
#define MAIL_IN_LAST "run/inbox"
/* FAULT_LATER: another fetch runs. FAULT_STATE: akashi.conf names no mailbox. */
bool mail_in_run(struct service *, mail_in_tell *, void *context, struct fault *) MUST_USE;

#endif
