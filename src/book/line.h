/*
 * book/line.h - one line of the signer's journal, as canonical DER [design 2].
 *
 * SEQUENCE { SEQUENCE { seq, at, kind, digest of the line before }, SEQUENCE { the kind's fields } }.
 * Which fields a kind has is a table. Never holds a name.
 */
#ifndef AKASHI_BOOK_LINE_H
#define AKASHI_BOOK_LINE_H

#include "book/warrant.h"

enum line_kind {
	LINE_GENESIS, /* body: charter 0 */
	LINE_CHARTER, /* body: charter, extra: profile pack */
	LINE_CACERT, /* body: the certificate, once signed (the line before it: INTENT) */
	LINE_CAINTENT, /* a CA certificate will be signed */
	LINE_INTENT,
	LINE_DONE,
	LINE_BOOKED,
	LINE_REVOKED,
	LINE_VOID,
	LINE_LIST,
	LINE_HEAD,
	LINE_EPOCH, /* size, root: the head it accepts; body: what custodians signed */
	LINE_ADOPTION, /* body: the warrant; the CA key will sign its digest, tbs */
	LINE_ADOPTED, /* body: the next part; serial: its first. The CACERT line puts them in force */
	LINES
};
const char *line_name(enum line_kind); /* "INTENT" */

enum { LINE_MOST = 256 << 10, GROUND_TEXT = 16, LINE_TAG = 8 };

/* Where a line lies in our own journal (book/journal.h), and how its digest begins: zeros where it was not
 * read there. Not packed. */
struct line_place {
	int64_t at;
	uint8_t tag[LINE_TAG];
};

struct line {
	int64_t seq; /* from 1 */
	struct instant at;
	enum line_kind kind;
	uint8_t previous[32];
	int64_t dossier, edition;
	int64_t number; /* of a charter, of a list, of an epoch, of a part */
	int64_t size; /* leaves of the event log; entries of a list */
	int64_t reason; /* CRLReason; 0: none is written */
	uint8_t serial[SERIAL];
	uint8_t warrant[32], spki[32], tbs[32];
	uint8_t digest[32]; /* of a certificate, a charter, a key statement */
	uint8_t root[32]; /* of the event log */
	struct instant not_before, not_after; /* of a list: thisUpdate, nextUpdate */
	struct instant invalid_since; /* .sec 0: not known */
	char ground[GROUND_TEXT];
	struct der body, extra; /* borrowed */
	struct line_place place;
};

void line_pack(const struct line *, struct sink *);
/* Takes one line off the cursor; false: torn or not a line. */
bool line_take(struct der *, struct line *, struct der *whole) MUST_USE;
void line_digest(struct der whole, uint8_t out[32]);
/* What the signer's receipt is a signature over: "akashi receipt v1" 00 line; their SHA-256. */
void line_receipt_signed(struct der whole, struct sink *);
void line_receipt_digest(struct der whole, uint8_t out[32]);

#endif
