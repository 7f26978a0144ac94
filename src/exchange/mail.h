/*
 * exchange/mail.h - one plain letter as a message that can be sent [RFC5322].
 *
 * text/plain in UTF-8, base64 [RFC2045], so that every road carries it; header texts as encoded
 * words [RFC2047]; CRLF. Nothing typed by a stranger can add a header: an address with anything but
 * visible ASCII and a header text with a control character are refused. The same mail at the same
 * time gives the same bytes. Ours and not GMime's: of a text without spaces, as Japanese is, that
 * (3.2.13) makes encoded words longer than the 75 characters allowed.
 */
#ifndef AKASHI_EXCHANGE_MAIL_H
#define AKASHI_EXCHANGE_MAIL_H

#include "base/day.h"
#include "base/fault.h"
#include "base/sink.h"

/* No address; a control character in a header, or no UTF-8. */
extern const struct refusal MAIL_ADDRESS, MAIL_TEXT;

struct mail {
	const char *from, *to; /* bare addresses */
	const char *name; /* shown with `from`, UTF-8 */
	const char *subject; /* UTF-8 */
	const char *id; /* left of the Message-ID's @; its right is that of `from` */
	struct instant at;
	const char *body; /* UTF-8, lines ended by \n */
};
bool mail_print(const struct mail *, struct sink *, struct fault *) MUST_USE;
/* Whether it may stand in an envelope or a header. */
bool mail_address_good(const char *);

#endif
