/*
 * exchange/mail_in.h - a mail that came in: what kind it is, its number, its words [RFC5322].
 *
 * MIME by GMime; the top is read as a part, so that addresses and dates, of which nothing is
 * wanted, are not looked at. Runs in akashi-reader alone. Never checks a signature: pki/cms does.
 */
#ifndef AKASHI_EXCHANGE_MAIL_IN_H
#define AKASHI_EXCHANGE_MAIL_IN_H

#include "base/record.h"
#include "base/sink.h"
#include "exchange/charset.h"

enum mail_in_kind {
	MAIL_IN_PLAIN,
	MAIL_IN_SIGNED, /* as a whole: S/MIME, or what calls itself so */
	MAIL_IN_WRAPPED, /* something signed within something that is not */
	MAIL_IN_BOUNCE, /* a delivery status report [RFC3464] */
	MAIL_IN_KINDS
};
enum { MAIL_IN_LINE = 512, MAIL_IN_WORDS = 16384 };

struct mail_in {
	enum mail_in_kind kind;
	char id[MAIL_IN_LINE]; /* Message-ID without its brackets */
	char subject[MAIL_IN_LINE];
	char text[MAIL_IN_WORDS]; /* the first plain text, its beginning; of a signed mail empty */
	/* Of a bounce: */
	char status[16], action[16]; /* "5.1.1", "failed" */
	char original[MAIL_IN_LINE]; /* Message-ID of what came back */
	char to[MAIL_IN_LINE]; /* where the report went: it may name the mail */
};
RECORD_DOOR(mail_in, read);

/* Once, before the program locks itself in. */
void mail_in_start(void);
/* Bytes that are no mail are a plain one that says nothing. */
void mail_in_take(struct charsets *, const void *, size_t, struct mail_in *);
/* The first plain text of what a signature was over. */
void mail_in_text(struct charsets *, const void *, size_t, char out[MAIL_IN_WORDS]);

#endif
