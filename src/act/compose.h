/*
 * act/compose.h - an application becomes the exact contents people sign for (book/warrant.h).
 *
 * Fields stand in the profile's order; a former surname, where one is recorded, is the name of the
 * certificate; deliveries go to the addresses of the form by the matrix.
 * In a rehearsal the subject ends with the mark. Pure: what it rests on are arguments.
 */
#ifndef AKASHI_ACT_COMPOSE_H
#define AKASHI_ACT_COMPOSE_H

#include "book/warrant.h"
#include "rules/application.h"

struct compose {
	const struct charter *charter; /* in force: service, rehearsal */
	const struct policy *policy; /* the dossier's own */
	const struct application *application;
	struct day applied; /* whose rows price and profile are */
	int64_t dossier, edition;
	const char *reference; /* becomes the subject's serial number */
	struct day last_day; /* of use */
	uint8_t salt[WARRANT_SALT];
	uint8_t dossier_key[32]; /* the certificate is sealed to it */
	uint8_t record[32], screening[32]; /* digests of what it rests on */
};
/* A field the profile demands is empty, or is longer than it allows; no such product or profile. */
extern const struct refusal COMPOSE_FIELD, COMPOSE_LONG, COMPOSE_PRODUCT;

/* Holds names: the caller wipes `packed`. */
bool compose_certificate(const struct compose *, struct sink *packed, struct fault *) MUST_USE;

#endif
