/*
 * wire/news.h - "what happened here", as the service writes it and the public site reads it.
 *
 * DIR/repository/news.txt, docs/formats/repository.md: one line per event in plain Japanese and
 * English. The words come from a table and take one number, so a name, an address or a serial
 * cannot get in. Readers skip lines they do not understand.
 */
#ifndef AKASHI_WIRE_NEWS_H
#define AKASHI_WIRE_NEWS_H

#include "base/day.h"
#include "base/fault.h"

enum news_kind {
	NEWS_BEGUN, /* the service was founded */
	NEWS_POLICY, /* rules adopted */
	NEWS_CHARTER, /* n: its number */
	NEWS_CA, /* the CA certificate was made */
	NEWS_DAY_OPEN,
	NEWS_DAY_CLOSED,
	NEWS_APPLIED, /* n: applications taken in */
	NEWS_RETURNED, /* n: applications given back with reasons */
	NEWS_ARRIVED, /* n: envelopes of papers */
	NEWS_DEFICIENT, /* n: applicants asked for better papers */
	NEWS_SCREENED, /* n: applications screened */
	NEWS_APPROVED,
	NEWS_PAID,
	NEWS_ISSUED,
	NEWS_PRINTED, /* n: letters */
	NEWS_DISPATCHED, /* n: letters handed to the post */
	NEWS_RECEIVED, /* n: receipts */
	NEWS_REMINDED,
	NEWS_REVOKED,
	NEWS_LAPSED, /* n: revoked for want of a receipt */
	NEWS_LIST, /* n: the list's number */
	NEWS_AUDITED, /* n: entries in the log, all proven */
	NEWS_KINDS
};

enum { NEWS_WORDS = 256, NEWS_MOST = 500, NEWS_BYTES = 1 << 18 };

struct news_line {
	struct instant at;
	char ja[NEWS_WORDS], en[NEWS_WORDS];
};

struct news_item {
	struct instant at;
	enum news_kind kind;
	int64_t n;
};
/*
 * Adds lines, by rename, and the mark up to which they tell; what counts joins a line of the same
 * kind, day and ten minutes just before it. Whoever adds from the mark on tells everything once.
 */
bool news_add_all(
    const char *path, const struct news_item *, size_t, int64_t mark, struct fault *) MUST_USE;
/* 0: there is none. */
bool news_mark(const char *path, int64_t *mark, struct fault *) MUST_USE;
/* Oldest first; the newest `most` when there are more. How many there are. */
size_t news_read(const char *text, struct news_line *, size_t most);

#endif
