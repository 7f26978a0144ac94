/*
 * act/courier.h - mail that is due goes out, once if it can be (docs/flows.md, Mail).
 *
 * For akashi-courier alone: it holds the contact key. courier_open, courier_run as often as there
 * is something to do, courier_close. Each mail: taken, written into DIR/outbox/ID.eml, its row
 * says "sent", the relay is asked, its row says what came of it. A crash between the last two
 * sends the same bytes with the same Message-ID again. A 4xx is tried again with growing pauses,
 * setting mail_days long; what fails for good is written as a letter, DIR/outbox/ID.txt.
 */
#ifndef AKASHI_ACT_COURIER_H
#define AKASHI_ACT_COURIER_H

#include "act/mail.h"
#include "exchange/relay.h"

struct courier {
	struct service *service; /* borrowed */
	uint8_t *contact; /* secret half of the contact key; locked */
	char *password; /* of the relay; locked; NULL: nobody asks */
	struct relay relay; /* url NULL: files in outbox/ only */
	struct day forgot; /* when what was said 30 days ago was last emptied */
	int stop; /* wire/signals: no further mail is begun once one came, and each has a time of
		   * its own; -1: none can, and all have the service's */
	bool stopped;
};
bool courier_open(struct service *, struct courier *, struct fault *) MUST_USE;
void courier_close(struct courier *);

/* What became of those that were due. */
struct courier_done {
	int64_t accepted, later, failed, letters;
	char why[160]; /* of the last that must wait, for the log */
};
bool courier_run(struct courier *, struct courier_done *, struct fault *) MUST_USE;

#endif
