/*
 * book/ledger.h - what the journal's lines add up to: who is in force, what was signed, revoked.
 *
 * Fed line by line, at start and after each line added; never changed otherwise. Finds a grant by
 * dossier or serial in constant time. 64 octets a certificate and one or two for the buckets: what its lines
 * say besides is read back from the journal, by their place, for the few that are asked about again [goals S11].
 */
#ifndef AKASHI_BOOK_LEDGER_H
#define AKASHI_BOOK_LEDGER_H

#include "book/adopted.h"
#include "book/journal.h"
#include "book/pack.h"

enum grant_state { GRANT_INTENT, GRANT_DONE, GRANT_BOOKED, GRANT_VOID };

/* One dossier and edition the signer has seen. */
struct grant {
	int64_t dossier, edition;
	struct line_place place; /* of its INTENT or VOID; once revoked, of the REVOKED */
	uint32_t next_dossier, next_serial; /* in their chains; from 1, 0 ends */
	uint8_t serial[SERIAL];
	enum grant_state state : 8;
	bool revoked;
};

struct ledger {
	uint8_t service[SERVICE_ID];
	bool rehearsal;
	uint8_t adopts[32]; /* digest of the certificate of the CA that moves in; zeros: none */
	struct charter *charter; /* in force, 0 at first; owned */
	struct sink charter_packed, pack_packed, certificate; /* owned; empty before */
	uint8_t charter_digest[32];
	struct line charter_line; /* without what it borrows */
	struct pack *pack; /* NULL before charter 1; owned */
	uint8_t ca_serial[SERIAL];
	struct line ca_intent; /* the last CAINTENT without a CACERT: kind LINE_CAINTENT; else 0 */
	int64_t epoch; /* 0 at first */
	struct line epoch_line; /* without what it borrows; seq 0: none */
	struct adopted_book adopted; /* certificates of a CA that moved in */
	int64_t list; /* number of the last */
	struct instant list_at;
	int64_t size; /* of the event log, last journaled */
	uint8_t root[32];
	int64_t issued, revoked, unbooked;
	struct grant *grant; /* [1] ... [grants]; owned */
	uint32_t grants, room;
	/* Owned; chains of eight at most, taken over all. */
	uint32_t *by_dossier, *by_serial, buckets;
};

bool ledger_line(struct ledger *, const struct line *, struct fault *) MUST_USE;
/* Its CA is one of before. */
bool ledger_adopts(const struct ledger *);
/* What stands on the CA's list of before, to go before all else: once, behind its CACERT line. */
void ledger_take_entries(struct ledger *, struct sink *out);
/* Whether a certificate has that number, whoever issued it. */
bool ledger_serial_taken(const struct ledger *, const uint8_t serial[SERIAL]);
/* Where the line of its revocation lies, by us, the first; NULL: none. */
const struct line_place *ledger_revocation(const struct ledger *, const uint8_t serial[SERIAL]);
/* The next list's: epoch * 2^32 + counter, and never one that was used [design 2]. */
int64_t ledger_next_list(const struct ledger *);
void ledger_free(struct ledger *);
/* The newest edition seen of a dossier; the exact one; by serial. NULL: none. */
struct grant *ledger_newest(const struct ledger *, int64_t dossier);
struct grant *ledger_find(const struct ledger *, int64_t dossier, int64_t edition);
struct grant *ledger_serial(const struct ledger *, const uint8_t serial[SERIAL]);
/* A number nobody has. False: the generator repeats itself. */
bool ledger_draw(const struct ledger *, uint8_t serial[SERIAL]) MUST_USE;

#endif
