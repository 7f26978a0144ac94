/*
 * act/mail.h - a mail an act owes its subscriber, written within the act's own transaction.
 *
 * mail_add only writes the row: akashi-courier opens the contact card, composes and sends
 * (docs/flows.md, Mail). The values are sealed to the contact key, so nothing personal stands in
 * clear; the words are those of the policy in force. Added again with the same dossier, kind and
 * key, nothing happens: an act may be repeated.
 */
#ifndef AKASHI_ACT_MAIL_H
#define AKASHI_ACT_MAIL_H

#include "act/service.h"
#include "rules/mail.h"
#include "store/mail_row.h"

struct mail_ask {
	const struct service *service;
	int64_t dossier;
	const char *serial; /* hex; NULL: no certificate's */
	const char *kind; /* a row of MAIL_KINDS */
	const char *key; /* which of that kind: "day=14"; NULL: there is only one */
	const char *why; /* clock and clause: "K-12 R-4.118" */
	const struct mail_value *value; /* exactly those of the kind */
	size_t values;
	struct instant due; /* not before; 0: at once */
};
/* No such kind; the values are not the kind's (MAIL_VALUE). */
extern const struct refusal MAIL_KIND;
bool mail_add(struct tx *, const struct mail_ask *, struct fault *) MUST_USE;

enum { MAIL_ID_TEXT = 2 * MAIL_ID + 1 }; /* the mail's number as people read it: in hex */
/* An event about it; its act id is the caller's to keep. */
void mail_event(
    const struct service *, const char *kind, const struct mail_row *, struct event_row *);

/*
 * It came back [RFC3464]: status is what the report says, "5.1.1". What was sent, accepted or not,
 * is bounced; the courier then writes its words as a letter, and it stays on the list of
 * failed mail until mail_follow. Again: nothing. FAULT_MISSING: no such mail; FAULT_STATE: it was
 * never sent.
 */
bool mail_bounced(struct service *, const uint8_t id[MAIL_ID], const char *status,
    struct mail_row *after, struct fault *) MUST_USE;
/* Somebody wrote or called instead. FAULT_STATE: it did not fail. */
bool mail_follow(
    struct service *, const uint8_t id[MAIL_ID], struct mail_row *after, struct fault *) MUST_USE;

/* A state, "failed" (without those that were followed up) or, "" with a dossier, all of its mail. */
enum { MAIL_LIST = 1000 };
bool mail_list(struct service *, const char *state, int64_t dossier, store_row *, void *,
    struct fault *) MUST_USE;

#endif
