/*
 * exchange/mail.h - one plain letter as a file that can be sent [RFC5322].
 *
 * UTF-8, 8bit [RFC2045], CRLF; header texts as encoded words [RFC2047]. Nothing typed by a
 * stranger can add a header: an address with anything but visible ASCII is refused.
 */
#ifndef AKASHI_EXCHANGE_MAIL_H
#define AKASHI_EXCHANGE_MAIL_H

#include "base/day.h"
#include "base/fault.h"
#include "base/sink.h"

/* No address; a line beyond 998 octets or a control character in a header. */
extern const struct refusal MAIL_ADDRESS, MAIL_TEXT;

struct mail {
	const char *from, *to; /* bare addresses */
	const char *subject; /* UTF-8 */
	const char *id; /* left of the Message-ID's @; its right is that of `from` */
	struct instant at;
	const char *body; /* UTF-8, lines ended by \n */
};
bool mail_print(const struct mail *, struct sink *, struct fault *) MUST_USE;

#endif
