/*
 * book/act.h - what a person signed: one act, in one role, over one document [design 2].
 *
 * The signature is over SHA-256("akashi approval v1" 00 DER{version, act, role, person, charter,
 * signing time, SHA-256(document)}), so that a clerk's cannot pass for an approver's. Whether the
 * person may do it is the charter's to say (book/charter.h).
 */
#ifndef AKASHI_BOOK_ACT_H
#define AKASHI_BOOK_ACT_H

#include "base/record.h"
#include "pki/p256.h"
#include "rules/role.h"

enum { ACT_PERSON = 40, ACT_PACKED = 512 };

/* Every act a person signs, and the role it is signed in. */
enum act_kind {
	ACT_CHARTER,
	ACT_PACK, /* a policy adopted */
	ACT_CACERT,
	ACT_SCREEN,
	ACT_APPROVE,
	ACT_REVOKE,
	ACT_CONFIRM, /* a payment */
	ACT_REFUND, /* money goes back; two of accounting */
	ACT_RECEIPT,
	ACT_DAY, /* a print day opened or closed */
	ACT_SPOIL, /* an envelope, before a witness */
	ACT_VOID, /* by the approver's role; by the screener's: the next */
	ACT_VOID_SCREEN,
	ACT_EVIDENCE, /* the manifest of a folder of evidence */
	ACT_EPOCH, /* a restored or second signer goes on */
	ACT_KINDS
};
const char *act_name(enum act_kind);
enum role act_role(enum act_kind);

struct act {
	char act[16], role[16], person[ACT_PERSON];
	int64_t charter; /* number of the charter it was signed under */
	struct instant at;
	uint8_t subject[32]; /* SHA-256 of the document */
	struct der signature; /* borrowed */
};

/* What the signature is over: its bytes, "akashi approval v1" 00 DER; their SHA-256. */
void act_signed(const struct act *, struct sink *);
void act_digest(const struct act *, uint8_t out[32]);
void act_pack(const struct act *, struct sink *);
bool act_take(struct der *, struct act *) MUST_USE;
bool act_unpack(struct der, struct act *) MUST_USE;
/* Fills kind and role, signs; the signature is appended to `signature`, which a borrows. */
bool act_sign(struct act *a, enum act_kind, const uint8_t secret[P256_SECRET],
    struct sink *signature, struct fault *) MUST_USE;

#endif
