/*
 * book/charter.h - who may do what: one numbered, chained document the custodians sign [design 2].
 *
 * Charter 0 is the beginning that stands in the journal's first line: service, custodians, quorum;
 * each later one is signed by m of the custodians of the one before. It lists every person's key
 * with roles and surface, the programs' public keys and the digest of the profile pack. Valid at
 * most 40 days. An act counts if its charter is not above the one in force and the person still
 * has the key and role in that one.
 */
#ifndef AKASHI_BOOK_CHARTER_H
#define AKASHI_BOOK_CHARTER_H

#include "book/act.h"

enum { CHARTER_MOST = 120 << 10, CHARTER_DAYS = 40, SERVICE_ID = 16 };
enum { CUSTODIANS_MOST = 16, STAFF_MOST = 400, STATIONS_MOST = 8 };

/* A person's or station's key. */
struct holder {
	char id[ACT_PERSON];
	int64_t roles; /* 1u << ROLE_... */
	enum surface surface;
	uint8_t point[P256_POINT];
};

struct charter {
	uint8_t service[SERVICE_ID];
	bool rehearsal;
	int64_t number;
	uint8_t previous[32]; /* digest of the one before; zeros in charter 0 */
	struct instant not_before, not_after; /* equal in charter 0 */
	int64_t quorum;
	uint8_t signer_point[P256_POINT], signer_seal[32]; /* receipts; warrants */
	uint8_t keymaker_point[P256_POINT], keymaker_seal[32]; /* statements; warrants */
	uint8_t archive_seal[32];
	/* digest of the profile pack; in charter 0: of the certificate of a CA that moves in, or zeros */
	uint8_t pack[32];
	struct holder custodian[CUSTODIANS_MOST], staff[STAFF_MOST], station[STATIONS_MOST];
	size_t custodians, staffs, stations;
};

void charter_pack(const struct charter *, struct sink *);
/* Refused (charter-form): not DER as we write it, or beyond a limit. */
bool charter_unpack(struct der, struct charter *, struct fault *) MUST_USE;
void charter_digest(struct der packed, uint8_t out[32]);

const struct holder *charter_staff(const struct charter *, const char *id); /* NULL: none */
const struct holder *charter_custodian(const struct charter *, const char *id);
const struct holder *charter_station(const struct charter *, const char *id);
/* Whose key this is, among staff and custodians. */
const struct holder *charter_by_point(const struct charter *, const uint8_t point[P256_POINT]);

/* Every way an act can fail; what tests look at. */
extern const struct refusal CHARTER_FORM, ACT_CHARTER_AHEAD, ACT_UNKNOWN_PERSON, ACT_WRONG_ROLE,
    ACT_WRONG_KIND, ACT_OTHER_DOCUMENT, ACT_SIGNATURE, CHARTER_SUCCESSION, CHARTER_TERM,
    CHARTER_QUORUM, CHARTER_KEYS, CHARTER_CLASH;

/* That this act of this kind over this document counts under the charter. */
bool charter_act(const struct charter *, const struct act *, enum act_kind,
    const uint8_t document[32], struct fault *) MUST_USE;
/* The same of many acts by the same few; the memo may be NULL. */
bool charter_act_by(struct p256_memo *, const struct charter *, const struct act *, enum act_kind,
    const uint8_t document[32], struct fault *) MUST_USE;
/* That m different custodians signed the document. acts: SEQUENCE OF act; one that does not hold, of
 * somebody who left meanwhile, holds up no other. Refused: one person's twice. */
bool charter_quorum(const struct charter *, enum act_kind, const uint8_t document[32],
    struct der acts, struct fault *) MUST_USE;
/* That next follows on the one in force: same service, number + 1, chained, term, sane keys. */
bool charter_follows(const struct charter *now, struct der now_packed, const struct charter *next,
    struct fault *) MUST_USE;

#endif
