#include "book/act.h"

#include <stdio.h>
#include <string.h>

#include "vault/digest.h"

static const struct {
	const char *name;
	enum role role;
} ACTS[] = {
	[ACT_CHARTER] = { "charter", ROLE_CUSTODIAN },
	[ACT_PACK] = { "pack", ROLE_CUSTODIAN },
	[ACT_CACERT] = { "cacert", ROLE_CUSTODIAN },
	[ACT_SCREEN] = { "screen", ROLE_SCREENING },
	[ACT_APPROVE] = { "approve", ROLE_APPROVAL },
	[ACT_REVOKE] = { "revoke", ROLE_REVOCATION },
	[ACT_CONFIRM] = { "confirm", ROLE_ACCOUNTING },
	[ACT_REFUND] = { "refund", ROLE_ACCOUNTING },
	[ACT_RECEIPT] = { "receipt", ROLE_RECEPTION },
	[ACT_DAY] = { "day", ROLE_DISPATCH },
	[ACT_SPOIL] = { "spoil", ROLE_DISPATCH },
	[ACT_VOID] = { "void", ROLE_APPROVAL },
	[ACT_VOID_SCREEN] = { "void", ROLE_SCREENING },
	[ACT_EVIDENCE] = { "evidence", ROLE_AUDIT },
	[ACT_EPOCH] = { "epoch", ROLE_CUSTODIAN },
};
_Static_assert(COUNT(ACTS) == ACT_KINDS, "every act needs its role");

static const struct record_field FIELDS[] = {
	RECORD(act, act, TEXT),
	RECORD(act, role, TEXT),
	RECORD(act, person, TEXT),
	RECORD(act, charter, INT),
	RECORD(act, at, INSTANT),
	RECORD(act, subject, FIXED),
	RECORD(act, signature, BYTES),
};

const char *
act_name(enum act_kind k)
{
	return ACTS[k].name;
}

enum role
act_role(enum act_kind k)
{
	return ACTS[k].role;
}

void
act_signed(const struct act *a, struct sink *s)
{
	static const char LABEL[] = "akashi approval v1";
	sink_bytes(s, LABEL, sizeof(LABEL)); /* with its zero byte */
	size_t all = der_begin(s, DER_SEQUENCE);
	der_put_int(s, 1);
	der_put_utf8(s, a->act);
	der_put_utf8(s, a->role);
	der_put_utf8(s, a->person);
	der_put_int(s, a->charter);
	der_put_time(s, a->at);
	der_put_octets(s, a->subject, sizeof(a->subject));
	der_end(s, all);
}

void
act_digest(const struct act *a, uint8_t out[32])
{
	uint8_t bytes[ACT_PACKED];
	struct sink s = SINK_INTO(bytes);
	act_signed(a, &s);
	digest_of(s.at, s.len, out);
}

void
act_pack(const struct act *a, struct sink *out)
{
	record_pack(FIELDS, COUNT(FIELDS), a, out);
}

bool
act_take(struct der *d, struct act *out)
{
	return record_take(FIELDS, COUNT(FIELDS), d, out);
}

bool
act_unpack(struct der d, struct act *out)
{
	return record_unpack(FIELDS, COUNT(FIELDS), d, out);
}

bool
act_sign(struct act *a, enum act_kind kind, const uint8_t secret[P256_SECRET],
    struct sink *signature, struct fault *fault)
{
	uint8_t digest[32];
	size_t from = signature->len;
	(void)snprintf(a->act, sizeof(a->act), "%s", ACTS[kind].name);
	(void)snprintf(a->role, sizeof(a->role), "%s", role_name(ACTS[kind].role));
	act_digest(a, digest);
	if (!p256_sign(secret, digest, signature, fault))
		return false;
	a->signature = der_of(signature->at + from, signature->len - from);
	return true;
}
