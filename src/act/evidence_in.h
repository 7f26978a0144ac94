/*
 * act/evidence_in.h - what the parts of a folder of evidence share; included by act/evidence*.c alone.
 */
#ifndef AKASHI_ACT_EVIDENCE_IN_H
#define AKASHI_ACT_EVIDENCE_IN_H

#include "act/card.h"
#include "act/evidence.h"
#include "book/line.h"
#include "book/tree.h"
#include "store/card_row.h"
#include "store/cert_row.h"
#include "store/line_row.h"
#include "store/paper_row.h"

enum {
	EVIDENCE_NAME = 64,
	EVIDENCE_WHOLE = 1000 /* lines of the journal */,
	EVIDENCE_CHAIN = 4000 /* of a revocation that has no receipt */,
	EVIDENCE_FILES = 8192
};

struct evidence_file {
	char name[EVIDENCE_NAME];
	struct sink bytes; /* owned */
};
/* An act that was signed, as the tables and the page tell it. */
struct evidence_act {
	char name[32],
	    document[EVIDENCE_NAME]; /* files acts/NAME.*; the file it is over, "" not here */
	struct act act; /* without its signature */
};
struct evidence {
	struct service *service;
	const struct evidence_request *request;
	struct evidence_made made;
	struct evidence_file *file; /* owned */
	size_t files, file_room;
	struct cert_row cert; /* owned blobs */
	struct dossier_row dossier;
	bool by_mail; /* its newest receipt is of this certificate and came so */
	struct card_row mail; /* owned blob: the mail, sealed to the dossier */
	struct card *card; /* owned */
	struct tx *tx; /* of the reading that runs */
	struct charter **charter; /* owned, [number]; NULL where the journal's copies lack it */
	size_t charters, charter_room;
	struct evidence_act *act; /* owned */
	size_t acts, act_room;
	struct line head; /* the checkpoint, without what it borrows */
	struct sink receipt; /* owned: the signer's, packed */
	struct der head_line, head_signature; /* in it */
	struct event_row *event; /* owned */
	size_t events, event_room;
	struct paper_row *paper; /* owned */
	size_t papers, paper_room;
	struct line own[8]; /* of the certificate, without what they borrow */
	size_t owns;
	int64_t first_list, newest_list; /* 0: none */
};

/* The line that revoked it; NULL: none. */
const struct line *evidence_revoked(const struct evidence *);
/* A file of that name, to be filled; its bytes are borrowed until the next. */
struct sink *evidence_file(struct evidence *, struct fault *, const char *name, ...) PRINTF(3, 4);
/* One that holds just these bytes. */
bool evidence_put(struct evidence *, struct der, struct fault *, const char *name, ...)
    PRINTF(4, 5) MUST_USE;
/* Signed bytes, signature and public key as NAME.tbs, NAME.sig, NAME.pem. */
bool evidence_signed(struct evidence *, const char *name, struct der tbs, struct der signature,
    const uint8_t point[P256_POINT], struct fault *) MUST_USE;

typedef bool evidence_part(struct evidence *, struct fault *);
evidence_part evidence_journal, evidence_acts, evidence_lists; /* act/evidence_book.c, _acts.c */
evidence_part evidence_log; /* act/evidence_log.c */
evidence_part evidence_page; /* act/evidence_page.c: index.html and the tables */
/* assets/evidence/verify.sh, VERIFY.txt, page.css */
extern const char EVIDENCE_VERIFY[], EVIDENCE_TEXT[], EVIDENCE_STYLE[];

#endif
