#include "store/proof_row.h"

#include <string.h>

const struct refusal PROOF_SEAT = { "proof-seat", FAULT_STATE, "R-4.72" };
const struct refusal PROOF_PERSON = { "M-602", FAULT_DENIED, "R-4.72" };
const struct refusal PROOF_SURFACE = { "proof-surface", FAULT_DENIED, "design 2" };

#define ROW struct proof_row
static const struct column PROOF[] = {
	COL(ROW, digest, COLUMN_FIXED),
	COL(ROW, seat, COLUMN_TEXT),
	COL(ROW, person, COLUMN_TEXT),
	COL(ROW, surface, COLUMN_TEXT),
	COL(ROW, act, COLUMN_BLOB),
	COL(ROW, at, COLUMN_INT),
};
enum { OF, AGAIN, SQLS };
static const struct sql SQL[] = {
	[OF] = { "SELECT digest, seat, person, surface, act, at FROM proof WHERE digest = $1 "
		 "ORDER BY seat",
	    PROOF, COUNT(PROOF), sizeof(ROW) },
	[AGAIN] = { "UPDATE proof SET act = $3, at = $4 WHERE digest = $1 AND person = $2", NULL, 0,
	    0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table PROOF_TABLE = { "proof", PROOF, COUNT(PROOF), 2,
	"UNIQUE (digest, person), UNIQUE (digest, surface)", NULL, SQL, SQLS };

/* What stands in the way of a new one. */
static bool
in_the_way(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *is = row, *p = context;
	if (strcmp(is->seat, p->seat) == 0)
		return fault_refuse(fault, &PROOF_SEAT, "person",
		    "「%s」さんの署名がすでにあります。案件を表示し直してください。", is->person);
	if (strcmp(is->person, p->person) == 0)
		return fault_refuse(fault, &PROOF_PERSON, "person",
		    "「%s」さんはすでに署名しています。別の方が署名してください。", is->person);
	if (strcmp(is->surface, p->surface) == 0)
		return fault_refuse(fault, &PROOF_SURFACE, "surface",
		    "二つの署名が同じ場所（%s）の鍵によるものです。"
		    "別の場所の鍵で署名してください。",
		    is->surface);
	return true;
}

bool
proof_add(struct tx *tx, const struct proof_row *p, struct fault *fault)
{
	struct proof_row copy = *p;
	bool inserted;
	if (!tx_insert(tx, &PROOF_TABLE, p, &inserted, fault))
		return false;
	if (inserted)
		return true;
	return proof_each(tx, p->digest, in_the_way, &copy, fault) &&
	       fault_set(fault, FAULT_BUG, "署名を保存できません。");
}

bool
proof_again(struct tx *tx, const struct proof_row *p, struct fault *fault)
{
	return tx_change(tx, &SQL[AGAIN],
	    VALUES(V_BLOB(p->digest, 32), V_TEXT(p->person), V_BLOB(p->act.at, p->act.n),
		V_INT(p->at)),
	    NULL, fault);
}

bool
proof_each(
    struct tx *tx, const uint8_t digest[32], store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF], VALUES(V_BLOB(digest, 32)), each, context, fault);
}
