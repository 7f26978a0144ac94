/*
 * act/standby.h - a copy of the journal held against what the world has: may a second signer, or a
 * restored one, go on with it? (docs/flows.md, Epoch) [storage 4].
 *
 * It may not be behind the newest checkpoint, which lies outside (repository/checkpoint.der, the
 * signer's receipt over a HEAD line), and its own revocations must hold every number of the list
 * that was published last. Reads only; needs no store.
 */
#ifndef AKASHI_ACT_STANDBY_H
#define AKASHI_ACT_STANDBY_H

#include "book/ledger.h"

extern const struct refusal STANDBY_CHECKPOINT, STANDBY_SHORT, STANDBY_OTHER, STANDBY_LIST,
    STANDBY_SUPERSET, STANDBY_WAITS;

/*
 * In this folder the signer waits for its epoch: nothing but sweep, audit and epoch is done, no mail
 * is sent or fetched, no clock runs and few acts are taken; STANDBY_WAITS.
 */
#define STANDBY_MARK "ca/standby"
struct service;
bool standby_over(const struct service *, struct fault *) MUST_USE;
/* Whether the act that leaves this event is taken here; service_event_add asks for every one. */
bool standby_takes(const struct service *, const char *event);
bool standby_refuse(struct fault *);

/* A head of the event log the journal remembers; of those an epoch gave up none. */
struct standby_head {
	int64_t size;
	uint8_t root[32];
};

struct standby {
	struct ledger ledger;
	struct journal end; /* seq and digest of the last line */
	int64_t checkpoint; /* line of the checkpoint */
	int64_t list, entries; /* of the published list */
	struct standby_head *head; /* owned, in order of size */
	size_t heads, head_room;
};

/* Paths of a journal's folder, a checkpoint and a list. The caller drops *out, also when false. */
bool standby_check(const char *journal, const char *checkpoint, const char *crl, struct standby *,
    struct fault *) MUST_USE;
void standby_drop(struct standby *);
#define OWN_STANDBY __attribute__((cleanup(standby_drop))) struct standby

#endif
