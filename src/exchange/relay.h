/*
 * exchange/relay.h - one message to the mail relay by SMTP [RFC5321], and what it answered.
 *
 * libcurl speaks; the connection is this call's own. From this machine to itself plain text
 * will do (without `ca`), to any other TLS is demanded (STARTTLS, or smtps://) [RFC3207]. The relay's word after RCPT
 * decides: 5xx is the recipient's end, everything else may pass. Never sees a name or a case.
 */
#ifndef AKASHI_EXCHANGE_RELAY_H
#define AKASHI_EXCHANGE_RELAY_H

#include "base/der.h"
#include "base/fault.h"

struct relay {
	const char *url; /* smtp://HOST:PORT or smtps://HOST:PORT */
	const char *user, *password; /* NULL: nobody asks */
	const char *ca; /* file of certificates that are trusted; NULL: the system's */
};
enum relay_end { RELAY_ACCEPTED, RELAY_LATER, RELAY_REFUSED };
struct relay_reply {
	enum relay_end end;
	char status[64]; /* the reply's code and, where it has one, RFC 3463's: "550 5.1.1" */
	char why[160]; /* what libcurl says where there was no reply; for the log */
};
/* Refused (FAULT_INPUT): no such address of a relay. */
bool relay_good(const char *url, struct fault *) MUST_USE;
/* envelope: where what cannot be delivered comes back to. Refused only before anything is said. */
bool relay_send(const struct relay *, const char *envelope, const char *to, struct der message,
    struct relay_reply *, struct fault *) MUST_USE;

#endif
