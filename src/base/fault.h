/*
 * base/fault.h - why a call refused: one type, for the person and for the log.
 *
 * A function that can refuse returns bool and takes struct fault * last. The first fault is the
 * cause and is kept. Never holds a secret.
 */
#ifndef AKASHI_BASE_FAULT_H
#define AKASHI_BASE_FAULT_H

#include "base/base.h"

enum fault_code {
	FAULT_NONE,
	FAULT_USAGE, /* the command line is wrong */
	FAULT_INPUT, /* the person can correct it */
	FAULT_MISSING, /* no such dossier, serial, file */
	FAULT_STATE, /* right request, wrong moment */
	FAULT_DENIED, /* this role may not do it */
	FAULT_SECOND, /* kept; waits for a second person */
	FAULT_OUTSIDE, /* mail, bank, token, printer */
	FAULT_STORE, /* the database refused or is gone */
	FAULT_CRYPTO, /* OpenSSL or the key agent refused */
	FAULT_BROKEN, /* books, log or seal do not agree */
	FAULT_BUG, /* we broke our own rule */
	FAULT_LATER, /* somebody else holds it: try again later */
	FAULT_CODES
};

/* A refusal that is a row: of policy/, of a table, of the signer's checks. */
struct refusal {
	const char *name; /* a message or a check by name */
	enum fault_code code;
	const char *clause;
};

struct fault {
	enum fault_code code;
	const struct refusal *row; /* what tests look at; or NULL */
	char name[48], clause[32]; /* of the row, also when it came from another program; or "" */
	const char *field; /* static name of the field; or NULL */
	char say[512]; /* for the person: what happened, what to do */
	char detail[256]; /* for the log: never shown, never a secret */
};

/* Exit status of a command that ends with this code (docs/formats/json.md). */
int fault_exit(enum fault_code);
/* The word that names the code in JSON and logs; static. */
const char *fault_name(enum fault_code);

/* Always false, so refusing takes one line. The first fault is the cause; it is kept. */
bool fault_set(struct fault *, enum fault_code, const char *say, ...) PRINTF(3, 4);
bool fault_field(struct fault *, enum fault_code, const char *field, const char *say, ...)
    PRINTF(4, 5);
bool fault_refuse(struct fault *, const struct refusal *, const char *field, const char *say, ...)
    PRINTF(4, 5);
/* Adds what the log should know; keeps an earlier detail. */
void fault_detail(struct fault *, const char *, ...) PRINTF(2, 3);

#endif
