/*
 * act/fetch.h - the subscriber's download: a token, a password, one PKCS#12 (docs/flows.md).
 *
 * The try is counted and durable before the package is opened; so many tries lock it for an hour,
 * so many complete downloads end it, and after its last day [K-10] it is over [M-402]. The file
 * is completed from bag, certificate and MAC key; its PIN is never here.
 */
#ifndef AKASHI_ACT_FETCH_H
#define AKASHI_ACT_FETCH_H

#include "act/service.h"
#include "base/text.h"

/* No such token; closed by receipt or revocation; its window is over; locked; used up; the
 * password does not open it. */
extern const struct refusal FETCH_TOKEN, FETCH_CLOSED, FETCH_OVER, FETCH_LOCKED, FETCH_SPENT,
    FETCH_PASSWORD;
extern const struct refusal FETCH_REASON; /* none, or too long */

enum { FETCH_REASON_MOST = 120 };
struct fetch_request {
	const char *token;
	const char *password; /* as typed; in locked memory */
	const char *out; /* the file to write, 0600 */
	/* Why it must be one that old programs read; NULL: a strong one. */
	const char *legacy;
};
struct fetched {
	char serial[SERIAL_HEX];
	int64_t dossier, octets, left; /* complete downloads that remain */
	uint8_t digest[32]; /* SHA-256 of the file */
	char last_day[16];
};
bool fetch_run(
    struct service *, const struct fetch_request *, struct fetched *, struct fault *) MUST_USE;

#endif
