/*
 * tests/world.h - a whole signer's world in a folder of its own: custodians, staff, stations, a
 * keymaker's keys, charter 1, the shipped policy as pack, the CA key in a real akashi-key, a real
 * akashi-signer with the descriptors of proc/signer.h, the CA certificate by quorum, list 1.
 *
 * world_new ... order_new, world_issue ... world_free. Whatever goes wrong here aborts with its
 * sentence: only what a test asks for comes back as a fault. Every step of an order can be changed
 * before the next is made from it (world_change), so that what follows is well signed.
 */
#ifndef AKASHI_TESTS_WORLD_H
#define AKASHI_TESTS_WORLD_H

#include <sys/types.h>

#include "book/ledger.h"
#include "book/statement.h"
#include "rules/policy.h"
#include "wire/frame.h"
#include "wire/signer.h"

/* The pool of RSA keys, made at build time (tests/keys.c). */
enum {
	WORLD_KEY_CA,
	WORLD_KEY_CA_OTHER, /* 4096 bits, both */
	WORLD_KEY_SHORT, /* 2048 */
	WORLD_KEY_FIRST, /* 3072, and so on to the end */
	WORLD_KEYS = WORLD_KEY_FIRST + 6
};

enum world_who {
	WORLD_SCREENER, /* desk */
	WORLD_APPROVER, /* station */
	WORLD_APPROVER_DESK,
	WORLD_SCREENER_STATION,
	WORLD_OFFICER,
	WORLD_OFFICER_2,
	WORLD_LEAVER, /* an approver with a station, to be left out of charter 2 */
	WORLD_OFFICER_3,
	WORLD_STAFF,
	WORLD_CUSTODIAN = WORLD_STAFF, /* three, quorum 2 */
	WORLD_STATION = WORLD_CUSTODIAN + 3, /* three */
	WORLD_PEOPLE = WORLD_STATION + 3
};
enum { WORLD_ROAD_OFFICERS, WORLD_ROAD_ISSUER, WORLD_ROADS };

struct world_options {
	bool real; /* not a rehearsal: the system's clock counts */
	bool bare; /* only GENESIS: no charter, no certificate, no list */
	bool unmarked; /* a CA's name is composed as for a real service */
	const uint8_t *adopts; /* digest of the certificate of a CA that moves in; NULL: none */
	int ca_years; /* 0: 20 */
	const char *unsynchronised; /* policy row clock_unsynchronised; NULL: as shipped */
	const char *preload; /* a library put before the signer's own calls; NULL: none */
	const char *shared; /* a file the preloaded library maps, named to it as either */
};

struct world {
	struct world_options options;
	char dir[64];
	struct instant now; /* told with every request; a real service's signer ignores it */
	uint8_t secret[WORLD_PEOPLE][P256_SECRET];
	uint8_t keymaker[P256_SECRET], keymaker_seal[32]; /* secrets */
	uint8_t signer[P256_SECRET + 32]; /* as the program gets them */
	struct policy policy; /* shipped */
	struct sink pack, charter_packed, certificate;
	struct charter charter; /* in force */
	struct der key[WORLD_KEYS]; /* PKCS#8 */
	struct sink spki[WORLD_KEYS];
	uint8_t *keys;
	struct tree_log {
		int64_t size, known; /* leaves now; of the head the signer last journaled */
	} log;
	int64_t dossier; /* of the last order made */
	pid_t agent_pid, signer_pid;
	int agent, road[WORLD_ROADS];
};

/* What stands already when a step is changed; everything later is made from it. */
enum world_stage {
	STAGE_WARRANT, /* certificate, fields, delivery, warrant: before packing */
	STAGE_PACKED, /* the warrant's bytes, before anybody signs them */
	STAGE_ACTS, /* the acts, before they are signed */
	STAGE_SIGNED, /* the acts, signed */
	STAGE_ALTERED, /* the warrant's bytes, after both have signed (`packed`) */
	STAGE_PRINT, /* the print keys, before they are signed */
	STAGE_PRINTED, /* signed */
	STAGE_PRINT_PACKED, /* their bytes */
	STAGE_STATEMENT, /* before it is signed */
	STAGE_STATED, /* signed */
	STAGE_REQUEST, /* all bytes of the request, before it is packed */
	STAGES
};

enum { ORDER_ACTS_MOST = 3 };

struct order_made {
	struct warrant warrant;
	struct warrant_certificate certificate;
	struct warrant_field field[WARRANT_FIELDS];
	size_t fields;
	struct delivery pin, password;
	struct act act[ORDER_ACTS_MOST];
	enum act_kind kind[ORDER_ACTS_MOST];
	enum world_who by[ORDER_ACTS_MOST]; /* whose key signs */
	size_t acts;
	struct print_key print[PRINT_LETTERS];
	enum world_who station[PRINT_LETTERS];
	struct statement statement;
	const uint8_t *statement_secret;
	int key; /* of the pool */
	struct instant now; /* what the request tells */
	struct signer_head head;
	uint8_t dossier_secret[32], package_secret[32];
	struct sink packed, spki, act_list, print_packed[PRINT_LETTERS], statement_packed, sealed,
	    wrapped, proof;
	uint8_t warrant_key[WARRANT_KEY];
	const uint8_t *wrap_for; /* public half; the signer's */
	uint8_t signature[ORDER_ACTS_MOST + PRINT_LETTERS + 1][80];
	char text[8192]; /* for a change's own values */
	uint8_t digest[32]; /* of the warrant as it was signed */
};
/* Called at every stage; NULL in an order nobody changes. */
typedef void world_change(struct world *, struct order_made *, enum world_stage, void *context);

struct world *world_new(const struct world_options *); /* NULL: a rehearsal with everything */
void world_free(struct world *); /* ends its programs and removes its folder */

/* The signer alone. Stopped it ends by itself (its status is given), killed by SIGKILL. */
void world_start(struct world *);
int world_stop(struct world *);
void world_kill(struct world *);
/* A second one on the same journal, until it ends: its exit status. */
int world_second(struct world *);
/* How often the CA key was used, as its agent counts. */
int64_t world_uses(struct world *);

bool world_call(struct world *, int road, enum signer_kind, struct der body, struct sink *reply,
    struct fault *) MUST_USE;
/* The head of a request at w->now: our log as it stands, proven from what the signer knows. */
void world_head(struct world *, struct signer_head *, struct sink *proof);
void world_head_pack(struct world *, struct sink *out);
/* The log's root when it has so many leaves. */
void world_root(int64_t size, uint8_t root[32]);
void world_status(struct world *, struct signer_status *, struct sink *held);

/* A fresh dossier, edition 1, everything as it should be; change at any stage. The caller frees. */
void order_new(struct world *, world_change *, void *context, struct order_made *);
void order_again(struct world *, world_change *, void *context, struct order_made *,
    int64_t dossier, int64_t edition);
void order_free(struct order_made *);
void order_pack(struct order_made *); /* the warrant, anew from its parts */
void order_body(const struct order_made *, struct sink *); /* the request of one */
/* A request of several: each order put behind the other, then all of them under one head. */
void order_put(const struct order_made *, struct sink *orders);
void orders_pack(const struct signer_head *, const struct sink *orders, struct sink *body);
/* The next of its answers, which is taken off; refused: the order's own fault. */
bool order_end(struct der *ends, struct signer_issued *out, struct fault *) MUST_USE;
/* *out is borrowed from held. */
bool order_send(struct world *, const struct order_made *, struct signer_issued *out,
    struct sink *held, struct fault *) MUST_USE;
/* order_new, order_send; the certificate in the clear. Never refused. */
void world_issue(struct world *, uint8_t serial[SERIAL], struct sink *certificate);
void world_booked_body(struct world *, int64_t dossier, int64_t edition, struct sink *body);
bool world_booked(struct world *, int64_t dossier, int64_t edition, struct fault *) MUST_USE;

/* An act of one of them over a document, appended to list (inside its SEQUENCE). */
void world_act(
    struct world *, enum act_kind, enum world_who, const uint8_t document[32], struct sink *list);
/* Warrants that custodians and officers sign: `who` ends with WORLD_PEOPLE. */
void world_revoke_body(struct world *, const uint8_t serial[SERIAL], const char *ground,
    const enum world_who *who, struct sink *body);
void world_void_body(struct world *, int64_t dossier, int64_t edition, enum act_kind,
    const enum world_who *, struct sink *body);
void world_certify_body(struct world *, int years, int key, const enum world_who *, struct sink *);
/* A CA of before; then its parts, none at the end. */
struct warrant_adopt;
void world_adopt_body(
    struct world *, const struct warrant_adopt *, const enum world_who *, struct sink *);
void world_part_body(struct world *, struct der part, struct sink *);
/* The next charter as it should be; then sent, signed by who. Kept when it is accepted. */
void world_charter_next(struct world *, struct charter *);
void world_charter_body(struct world *, const struct charter *, struct der pack,
    const enum world_who *, struct sink *body);
bool world_charter_send(
    struct world *, const struct charter *, const enum world_who *, struct fault *) MUST_USE;
/* An epoch from the journal's last line and head, going on from `to` events; then as they change it. */
struct epoch;
void world_epoch_next(struct world *, int64_t to, struct epoch *);
void world_epoch_body(struct world *, const struct epoch *, const enum world_who *, struct sink *);
/* What a list has from that place on: as much as one answer holds. */
bool world_list_part(struct world *, int road, int64_t number, int64_t offset, struct sink *,
    struct fault *) MUST_USE;
/* A new list, all parts of it; *out's line is borrowed from held. */
bool world_list(struct world *, int road, struct signer_list *out, struct sink *held,
    struct sink *list, struct fault *) MUST_USE;
/* That the signer's receipt is its own; the line in it, borrowed. */
struct line world_receipt(struct world *, const struct sink *reply);
/* The journal as it lies on disk, fed to each (the signer may be running). */
void world_journal(struct world *, journal_each *, void *context);

#define WORLD_SHARED "AKASHI_SHIM"
#define WORLD_POINTS "AKASHI_POINTS"

#endif
