/*
 * exchange/mailbox.h - a mailbox by IMAP [RFC3501]: what is new, one mail of it, and "taken".
 *
 * libcurl speaks. From this machine to itself plain text will do (without `ca`), to any other TLS
 * is demanded (STARTTLS, or imaps://). A mail that is taken carries our own keyword: people may
 * read the mailbox beside us, and \Seen says only that somebody did. Never looks into a mail.
 */
#ifndef AKASHI_EXCHANGE_MAILBOX_H
#define AKASHI_EXCHANGE_MAILBOX_H

#include "base/day.h"
#include "base/fault.h"
#include "base/sink.h"

extern const struct refusal MAILBOX_AWAY; /* what the server said stands in the fault's detail */
/* It keeps no keywords: what was taken would come anew. */
extern const struct refusal MAILBOX_MARKS;
extern const struct refusal MAILBOX_KEPT; /* this mail it does not give; others it may */

struct mailbox_conf {
	const char *url; /* imap://HOST:PORT/FOLDER or imaps:// */
	const char *user, *password;
	const char *ca; /* file of certificates that are trusted; NULL: the system's */
};
enum { MAILBOX_NEW = 500 };
struct mailbox_new {
	int64_t validity; /* of the numbers: they mean other mails when it changes */
	int64_t uid[MAILBOX_NEW];
	size_t count; /* MAILBOX_NEW: there may be more */
};
struct mailbox;

/* Refused (FAULT_INPUT): no such address. The caller closes it. */
bool mailbox_open(const struct mailbox_conf *, struct mailbox **, struct fault *) MUST_USE;
void mailbox_close(struct mailbox *);
/* Those without our keyword whose number is above `after`; 0: all. */
bool mailbox_look(struct mailbox *, int64_t after, struct mailbox_new *, struct fault *) MUST_USE;
/* *whole false: it is larger than the sink's limit. arrived: the server's word; 0: none. */
bool mailbox_fetch(struct mailbox *, int64_t uid, struct sink *, bool *whole,
    struct instant *arrived, struct fault *) MUST_USE;
/* Our keyword and \Seen; or \Flagged, for a person. */
bool mailbox_taken(struct mailbox *, int64_t uid, struct fault *) MUST_USE;
bool mailbox_flag(struct mailbox *, int64_t uid, struct fault *) MUST_USE;

#endif
