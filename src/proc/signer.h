/*
 * proc/signer.h - the parts of akashi-signer share this: its books, its keys' places, its clock.
 *
 * Descriptors: 3 revocation officers' road (served first), 4 the issuer, 5 the CA key's agent,
 * 6 the two secrets once at start; then 7 the journal and 8 revoked.der appending, 9 revoked.der
 * reading, 10 ... the journal's segments reading. No SQL, no network, no file is opened later.
 */
#ifndef AKASHI_PROC_SIGNER_H
#define AKASHI_PROC_SIGNER_H

#include "book/ledger.h"
#include "pki/cert.h"
#include "pki/crl.h"
#include "wire/signer.h"

enum {
	SIGNER_REVOKE_FD = 3,
	SIGNER_ISSUER_FD,
	SIGNER_AGENT_FD,
	SIGNER_SECRET_FD,
	SIGNER_JOURNAL_FD,
	SIGNER_REVOKED_FD,
	SIGNER_REVOKED_READ_FD,
	SIGNER_SEGMENT_FD
};
enum { SIGNER_SECRETS = 64, SIGNER_WARRANTS = 192 << 10, SIGNATURE_MOST = 1024, SIGNER_LISTS = 4 };

/* A list that may be fetched; its entries are a prefix of revoked.der, which only grows. */
struct listing {
	struct crl_head head;
	uint8_t before[64], prefix[CRL_PREFIX_MOST], suffix[CRL_SUFFIX_MOST], after[1200];
	size_t before_n, prefix_n, suffix_n, after_n;
	uint64_t bytes; /* of all */
};

struct signer {
	struct ledger ledger;
	struct journal journal;
	struct cert_ca ca; /* of ledger.certificate; spki.n 0 before */
	uint8_t *secret; /* locked: P-256 scalar, X25519 secret */
	uint8_t *warrant; /* locked, SIGNER_WARRANTS: those of one request */
	uint64_t revoked_bytes;
	int64_t wall_less_boot; /* seconds, at start */
	int segments;
	struct listing listing[SIGNER_LISTS]; /* the newest, by number; head.number 0: none */
};
extern const struct refusal SIGNER_PLACE, SIGNER_FORM, SIGNER_CLOCK_BACK, SIGNER_CLOCK_JUMPED,
    SIGNER_CLOCK_UNSYNCHRONISED, SIGNER_HEAD_FORKED, SIGNER_HEAD_OVERTAKEN, SIGNER_NO_CERTIFICATE,
    SIGNER_KEY_AGENT, SIGNER_KEY_AWAY, SIGNER_EDITION_SEEN, SIGNER_OTHER_KEY, SIGNER_LAPSED,
    SIGNER_UNKNOWN, SIGNER_SERIAL, SIGNER_REBUILT, SIGNER_SERVICE, SIGNER_KIND, SIGNER_GROUND,
    SIGNER_OFFICERS, SIGNER_CHARTER_KEYS, SIGNER_PACK, SIGNER_CA_AGAIN, SIGNER_CA_KEY,
    SIGNER_CA_YEARS, SIGNER_CA_MARK, SIGNER_CA_OTHER, SIGNER_ON_LIST, SIGNER_ISSUED_ALREADY,
    SIGNER_LIST_GONE, SIGNER_LIST_PLACE, SIGNER_FULL, SIGNER_SEAL, SIGNER_WARRANT_LATE,
    SIGNER_ADOPT_LATE;

/* The request's head: *now, and the event log's new size and root checked against the last. */
bool signer_head(struct signer *, struct der packed, bool issuing, struct signer_head *,
    struct fault *) MUST_USE;
/* A document people signed; whether it is a warrant of ours, of that kind, and one is in force. */
bool signer_document(struct signer *, struct der body, bool issuing, struct signer_document *,
    struct signer_head *, struct fault *) MUST_USE;
bool signer_warrant(struct signer *, struct der document, enum warrant_kind, struct warrant *,
    struct fault *) MUST_USE;
/*
 * What the CA key begins to sign is begun by the warrant's last day (an order: ORDER_LAST_DAY). What was
 * begun is ended at any time, and no revocation or void is ever too late: the clock does not stop those.
 */
bool signer_in_time(const struct warrant *, const struct signer_head *, struct fault *) MUST_USE;
/* Adds the line and feeds it to the ledger; durable once signer_sync has returned true. */
bool signer_line(struct signer *, struct line *, struct fault *) MUST_USE;
bool signer_sync(struct signer *, struct fault *) MUST_USE;
/* That line, read back from our journal: one that borrows nothing, and is what it was. */
bool signer_line_at(
    struct signer *, const struct line_place *, struct line *, struct fault *) MUST_USE;
/* EPOCH_JOURNAL: that line, with that digest, does not stand in our journal. */
bool signer_holds(struct signer *, int64_t seq, const uint8_t digest[32], struct fault *) MUST_USE;
/* The agent is asked for signatures over digests, one behind the other; its answer is not trusted. */
bool signer_agent_ask(const char *reason, struct der digests, int64_t *id, struct fault *) MUST_USE;
bool signer_agent_answer(
    int64_t id, size_t digests, struct sink *signatures, struct fault *) MUST_USE;
bool signer_agent_wrong(struct fault *); /* always false: a signature that is not the CA key's */
/* Asks the agent for the CA key's signature over SHA-256(tbs) and verifies it. */
bool signer_sign(struct signer *, const char *reason, struct der spki, struct der tbs,
    struct sink *signature, struct fault *) MUST_USE;
/* The same over a digest that is there already. */
bool signer_sign_digest(struct signer *, const char *reason, struct der spki,
    const uint8_t digest[32], struct sink *signature, struct fault *) MUST_USE;
/* A new one: 159 random bits, never seen. */
bool signer_serial(struct signer *, uint8_t serial[SERIAL], struct fault *) MUST_USE;
/* The line, whole, with our signature over it. */
bool signer_receipt_put(
    struct signer *, const struct line *, struct sink *reply, struct fault *) MUST_USE;

typedef bool signer_verb(struct signer *, struct der body, struct sink *reply, struct fault *);
signer_verb signer_issue, signer_booked, signer_charter, signer_cacert, signer_revoke, signer_void,
    signer_list, signer_list_part, signer_lines_from, signer_epoch, signer_adopt, signer_adopted;
/* Grants whose INTENT was never booked count as issued and go on the list after a day. */
bool signer_lapse(struct signer *, struct instant now, struct fault *) MUST_USE;
bool signer_revoked(struct signer *, struct line *, struct fault *) MUST_USE;
/* Finished entries, onto the end of revoked.der. */
bool signer_entries(struct signer *, const void *, size_t, struct fault *) MUST_USE;

#endif
