#include "store/bank_row.h"

#define ROW struct bank_row
static const struct column BANK[] = {
	COL(ROW, id, COLUMN_INT),
	COL(ROW, digest, COLUMN_FIXED),
	COL(ROW, account, COLUMN_TEXT),
	COL(ROW, booked, COLUMN_TEXT),
	COL(ROW, entry, COLUMN_TEXT),
	COL(ROW, amount, COLUMN_INT),
	COL(ROW, remaining, COLUMN_INT),
	COL(ROW, payer, COLUMN_BLOB),
	COL(ROW, imported_at, COLUMN_INT),
};
static const struct column ID[] = { COL(ROW, id, COLUMN_INT) };
#define ALL                                                                                        \
	"SELECT id, digest, account, booked, entry, amount, remaining, payer, imported_at "        \
	"FROM bank_line "
#define RESULT BANK, COUNT(BANK), sizeof(ROW)
enum { KNOWN, GET, OPEN, TAKE_SOME, SQLS };
static const struct sql SQL[] = {
	[KNOWN] = { "SELECT id FROM bank_line WHERE digest = $1", ID, COUNT(ID), sizeof(ROW) },
	[GET] = { ALL "WHERE id = $1", RESULT },
	[OPEN] = { ALL "WHERE remaining > 0 ORDER BY id", RESULT },
	[TAKE_SOME] = { "UPDATE bank_line SET remaining = remaining - $3 "
			"WHERE id = $1 AND remaining = $2",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS bank_line_open ON bank_line (id) WHERE remaining > 0", NULL
};
const struct table BANK_TABLE = { "bank_line", BANK, COUNT(BANK), 1,
	"UNIQUE (digest), CHECK (remaining BETWEEN 0 AND amount)", INDEXES, SQL, SQLS };

bool
bank_known(struct tx *tx, const uint8_t digest[32], int64_t *id, struct fault *fault)
{
	struct bank_row row;
	bool known;
	if (!tx_one(tx, &SQL[KNOWN], VALUES(V_BLOB(digest, 32)), &row, &known, fault))
		return false;
	*id = known ? row.id : 0;
	return true;
}

bool
bank_get(struct tx *tx, int64_t id, struct bank_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[GET], VALUES(V_INT(id)), row, found, fault);
}

bool
bank_open_each(struct tx *tx, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OPEN], NULL, 0, each, context, fault);
}

bool
bank_take(struct tx *tx, int64_t id, int64_t was, int64_t amount, struct fault *fault)
{
	int64_t changed;
	if (!tx_change(
		tx, &SQL[TAKE_SOME], VALUES(V_INT(id), V_INT(was), V_INT(amount)), &changed, fault))
		return false;
	return changed == 1 ||
	       fault_set(fault, FAULT_STATE,
		   "この入金はほかの方が先に割り当てました。照合し直してください。");
}

void
bank_drop(struct bank_row *row)
{
	blob_drop(&row->payer);
}
