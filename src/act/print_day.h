/*
 * act/print_day.h - a print day is opened and closed (docs/flows.md, Print day).
 *
 * Open: each station gives a new print key it signed; one day is open at a time. Close: refused by
 * name while an envelope of the day is neither sent nor spoiled, a key of it has no certificate, or a case must be revoked for
 * want of a receipt [K-22]; then the row, then the keys, then the downloads of that day.
 */
#ifndef AKASHI_ACT_PRINT_DAY_H
#define AKASHI_ACT_PRINT_DAY_H

#include "act/person.h"
#include "book/statement.h"

/* Lies over a day's keys and its row: who opens, closes, settles or loses one. */
#define PRINT_DAY_LOCK "run/day.lock"

/* One is open; none is; an envelope is not sent; a key is made, its certificate not yet: its letters
 * could never be printed; a case must be revoked. */
extern const struct refusal PRINT_DAY_STANDS, PRINT_DAY_NONE, PRINT_DAY_ENVELOPE, PRINT_DAY_ISSUING,
    PRINT_DAY_MUST;

struct print_day_opened {
	char day[16];
	int64_t round;
	char station[2][ACT_PERSON]; /* of PIN and password letters */
};
bool print_day_begin(
    struct service *, const struct person *, struct print_day_opened *, struct fault *) MUST_USE;

/* What its act is signed over: word "open" or "close"; the SHA-256 of these bytes. */
void print_day_document(
    const struct charter *, const char *word, const char *day, int64_t round, struct sink *);

/* What stands in the way of closing. */
struct print_day_block {
	const struct refusal *row;
	int64_t dossier;
	char envelope[24], note[16]; /* of PRINT_DAY_ENVELOPE; else "" */
	char say[512];
};
typedef void print_day_tell(void *context, const struct print_day_block *);

struct print_day_closed {
	char day[16];
	int64_t round, sent, spoiled; /* envelopes of the day */
	int64_t downloads; /* opened now */
};
/* Refused by the first block; all were told. */
bool print_day_end(struct service *, const struct person *, print_day_tell *, void *,
    struct print_day_closed *, struct fault *) MUST_USE;

/* Where no day is open: keys left at the stations are wiped, downloads that are due are opened.
 * What a crash after closing left; changes nothing else. */
bool print_day_settle(struct service *, int64_t *downloads, struct fault *) MUST_USE;

/* That station starts without its key of the day: an open day is lost, with an event, and nothing is issued to
 * its keys any more. It stays open until it is closed, or opened anew on the same day. FAULT_LATER: somebody
 * opens or closes one. */
bool print_day_lost(struct service *, enum print_letter, struct fault *) MUST_USE;

#endif
