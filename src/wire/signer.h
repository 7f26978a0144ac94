/*
 * wire/signer.h - what the signer is asked, and what it answers [design 1, 2].
 *
 * Every request carries the newest head of the event log with the proof that it only grew. `now`
 * counts only in a rehearsal. Revocations and voids are answered with a signed receipt.
 */
#ifndef AKASHI_WIRE_SIGNER_H
#define AKASHI_WIRE_SIGNER_H

#include "base/record.h"

/* The refusal of a signer behind which the CA key is not open. */
#define SIGNER_AWAY "signer-key-away"
/* Of an order whose answer found no room beside the others: it is asked for once more. */
#define SIGNER_NO_ROOM "signer-full"
/* Of what issues: a newer head came before it. It is asked for once more, with one of now. */
#define SIGNER_OVERTAKEN "signer-head-overtaken"

enum signer_kind {
	SIGNER_STATUS = 40, /* -> signer_status */
	SIGNER_CHARTER, /* signer_document: charter, pack, acts -> the CHARTER line */
	SIGNER_CACERT, /* signer_document: warrant, acts -> the CA certificate */
	SIGNER_ISSUE, /* signer_orders -> a signer_end for each, in their order */
	SIGNER_BOOKED, /* signer_orders -> nothing */
	SIGNER_REVOKE, /* signer_document: warrant, acts -> signer_receipt */
	SIGNER_VOID, /* the same */
	SIGNER_LIST, /* signer_head -> signer_list: a new list begins */
	SIGNER_LIST_PART, /* signer_list_part -> its bytes from there; none: that was all */
	SIGNER_HEAD, /* signer_head -> signer_receipt: a checkpoint */
	SIGNER_LINES, /* signer_lines -> signer_lines: what stands at that place, and the next */
	SIGNER_EPOCH, /* signer_document: epoch, acts -> signer_receipt */
	SIGNER_ADOPT, /* signer_document: warrant, acts -> nothing; the certificate: it was adopted */
	SIGNER_ADOPTED /* signer_document: extra, the next part -> nothing; none: that was all -> the certificate */
};
enum { SIGNER_MS = 120000, SIGNER_BATCH = 64, SIGNER_GROUP = 16 };
/* Exit status, and only of this: another signer has the journal. */
enum { SIGNER_LOCKED = 76 };

struct signer_head {
	struct instant now;
	int64_t older; /* the size the proof begins at: what the signer had journaled */
	int64_t size; /* leaves of the event log; 0: none yet */
	uint8_t root[32];
	struct der proof; /* that it extends the last one journaled [RFC6962 2.1.2] */
};

struct signer_document {
	struct der head; /* signer_head */
	struct der document; /* a charter, an epoch or a warrant in the clear */
	struct der extra; /* the profile pack, a part; empty else */
	struct der acts; /* SEQUENCE OF act */
};

/* Up to SIGNER_BATCH, packed one behind the other: signer_issue, or signer_booked. */
struct signer_orders {
	struct der head, orders;
};

struct signer_issue {
	struct der sealed, wrapped; /* the warrant and its key, wrapped for the signer */
	struct der acts, spki, statement;
};

struct signer_issued {
	uint8_t serial[20];
	struct instant not_before, not_after;
	uint8_t digest[32]; /* of the certificate */
	struct der for_dossier, for_package; /* the certificate, sealed ("certificate") */
};

/* What became of one order; one of the two is empty. */
struct signer_end {
	struct der issued; /* signer_issued */
	struct der fault; /* as in a frame */
};

struct signer_booked {
	int64_t dossier, edition;
};

struct signer_receipt {
	struct der line; /* REVOKED, VOID or HEAD, whole */
	struct der signature; /* by the signer's receipt key over "akashi receipt v1" 00 line */
};

struct signer_list {
	int64_t number, bytes; /* of the whole list */
	uint8_t tbs[32];
	struct der line; /* LIST, whole */
};

/* Whoever asks keeps the place, so many may fetch at once, each from where it stopped. */
struct signer_list_part {
	int64_t number, offset;
};

/* A place in the journal and whole lines from there; none: that is all there is. */
struct signer_lines {
	int64_t segment, offset; /* segments from 1 */
	struct der bytes;
};

struct signer_status {
	uint8_t service[16];
	bool rehearsal;
	int64_t seq, charter, list, size, issued, revoked, unbooked;
	uint8_t root[32]; /* of the last head journaled, with size */
	uint8_t last[32]; /* digest of the journal's last line */
	struct der charter_packed, pack, certificate; /* in force; empty before */
};

RECORD_DOOR(signer_head, read);
RECORD_DOOR(signer_document, read);
RECORD_DOOR(signer_orders, read);
RECORD_DOOR(signer_issue, read);
RECORD_DOOR(signer_issued, read);
RECORD_DOOR(signer_end, read);
RECORD_DOOR(signer_booked, read);
RECORD_DOOR(signer_receipt, read);
RECORD_DOOR(signer_lines, read);
RECORD_DOOR(signer_list, read);
RECORD_DOOR(signer_list_part, read);
RECORD_DOOR(signer_status, read);

#endif
