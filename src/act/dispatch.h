/*
 * act/dispatch.h - an envelope goes to the post: its number of registered mail.
 *
 * One transaction: the letter's note, its payload deleted, the first sending's day, the
 * dossier's step, the event. A letter that came back (act/report.h) goes by another number, so often as
 * the policy says; then the chase starts anew, both limits stay. The same number again changes nothing. Then the download opens if
 * this was the last thing missing (act/download.h).
 */
#ifndef AKASHI_ACT_DISPATCH_H
#define AKASHI_ACT_DISPATCH_H

#include "act/service.h"
#include "store/letter_row.h"

/* No such letter of the newest edition; the envelope in hand is another; not scanned yet; it or the other one is spoiled; sent by
 * another number; the number was another envelope's not long ago; the certificate or case has ended; it came back
 * too often. */
extern const struct refusal DISPATCH_NONE, DISPATCH_ENVELOPE, DISPATCH_UNSCANNED, DISPATCH_SPOILED,
    DISPATCH_SENT, DISPATCH_TRACKING, DISPATCH_ENDED, DISPATCH_RETURNED;
/* A warning, not a refusal: the time told to the subscriber shortens. */
extern const struct refusal DISPATCH_LATE;

struct dispatch_request {
	int64_t dossier;
	const char *letter; /* "pin" "password" */
	const char *envelope; /* its barcode, as scanned */
	const char *tracking; /* as typed */
};
struct dispatched {
	struct letter_row row;
	bool already; /* it was sent with this number before */
	bool download; /* opened by this call */
	char state[24]; /* of the dossier */
	char late[256]; /* the warning; or "" */
};
bool dispatch_run(struct service *, const struct dispatch_request *, struct dispatched *,
    struct fault *) MUST_USE;

#endif
