/*
 * act/service.h - one service on disk, opened: its store, keys, rules in force and clock.
 *
 * Everything an act needs and nothing it may not have: no CA key, no archive key. Whoever opens
 * closes. now is read once: an act has one time.
 */
#ifndef AKASHI_ACT_SERVICE_H
#define AKASHI_ACT_SERVICE_H

#include "act/conf.h"
#include "base/day.h"
#include "base/der.h"
#include "base/text.h"
#include "rules/policy.h"
#include "store/dossier_row.h"
#include "store/event_row.h"
#include "store/keys_db.h"

#include <sys/types.h>

enum { SERVICE_PATH = 512 };

struct charter;

struct service {
	char dir[SERVICE_PATH - 64];
	struct conf conf;
	bool rehearsal;
	struct instant now;
	struct day today; /* in Japan */
	const char *clock_note; /* on every event; or NULL */
	char actor[64]; /* for events; "os:UID" unless an act proves a person */
	struct store *store;
	struct keys_db *keys;
	struct policy policy; /* in force */
	struct pinned *pinned; /* older ones that dossiers are pinned to, as asked for */
	uint8_t *index_key; /* locked */
	bool archive_known; /* false: no dossier can be taken in yet */
	uint8_t archive_public[32], accounting_public[32], contact_public[32];
	struct charter *charter; /* in force, once asked for */
	uint8_t charter_digest[32];
	uint8_t charter_seen[32]; /* by the last service_tick */
	int64_t policy_seen; /* its number in the store */
	char archive_seen[DIGEST_HEX]; /* as the store has it: "" until the first charter */
	int agent; /* socket of the archive key's agent; -1: not asked for yet */
	pid_t agent_pid; /* 0: not our child */
};

extern const struct refusal SERVICE_POLICY; /* the rules in force are not those adopted */

/* told: --now or NULL. FAULT_MISSING: no service there. */
bool service_open(const char *dir, const char *told, struct service **, struct fault *) MUST_USE;
void service_close(struct service *);
/*
 * For a standing program, between two acts: the time it is now, and charter, policy and archive key
 * as they are in force now. What was borrowed from the service before is gone.
 */
bool service_tick(struct service *, struct fault *) MUST_USE;
/* What time it is meanwhile, for a lease: s->now, the act's own, stays. */
bool service_clock(const struct service *, struct instant *now, struct fault *) MUST_USE;
/* A rehearsal is told that it is then; FAULT_USAGE in a real service. */
bool service_tell(struct service *, struct instant, struct fault *) MUST_USE;
static inline void
service_drop(struct service **s)
{
	service_close(*s);
}
#define OWN_SERVICE __attribute__((cleanup(service_drop))) struct service *

/* "DIR/name". */
const char *service_path(const struct service *, const char *name, char out[SERVICE_PATH]);
/* The policy a dossier is pinned to; owned by the service. Within an act's transaction or not. */
bool service_policy(
    struct service *, const uint8_t digest[32], const struct policy **, struct fault *) MUST_USE;
bool service_policy_in(struct tx *, struct service *, const uint8_t digest[32],
    const struct policy **, struct fault *) MUST_USE;

/*
 * The charter in force: DIR/ca/charter.der, as the signer journaled it; owned by the service. digest
 * may be NULL. FAULT_STATE: there is none yet.
 */
bool service_charter(
    struct service *, const struct charter **, uint8_t digest[32], struct fault *) MUST_USE;

/* An event of this service, its act id drawn; the caller adds it in the act's own transaction. */
void service_event(const struct service *, const char *kind, int64_t dossier, struct event_row *);
/* Everything in it but its number, as canonical bytes; their leaf digest [RFC6962 2.1]. */
void service_event_bytes(const struct event_row *, struct sink *);
void service_event_leaf(const struct event_row *, uint8_t leaf[32]);
/* Gives the row its leaf digest, then adds it. STANDBY_WAITS: this folder takes no such act yet. */
bool service_event_add(struct tx *, struct event_row *, struct fault *) MUST_USE;
/* A store_body that adds it, or nothing where its act id, made of what it is about, stands already. */
bool service_event_once(struct tx *, void *event, struct fault *) MUST_USE;

/* Opens what is sealed to a dossier, through the archive key's agent, which logs the reason. */
bool service_open_sealed(struct service *, const struct dossier_row *, const char *purpose,
    struct der sealed, const char *reason, struct sink *, struct fault *) MUST_USE;

#endif
