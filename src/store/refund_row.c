#include "store/refund_row.h"

#define ROW struct refund_row
static const struct column REFUND[] = {
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, cause, COLUMN_TEXT),
	COL(ROW, amount, COLUMN_INT),
	COL(ROW, day, COLUMN_TEXT),
	COL(ROW, document, COLUMN_FIXED),
	COL(ROW, paid_at, COLUMN_INT),
};
#define RESULT REFUND, COUNT(REFUND), sizeof(ROW)
enum { PUT, ONE, PAGE, PAY, SQLS };
static const struct sql SQL[] = {
	[PUT] = { "INSERT INTO refund (dossier, cause, amount, day, document, paid_at) "
		  "VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (dossier) DO UPDATE "
		  "SET cause = $2, amount = $3, day = $4 WHERE refund.paid_at = 0",
	    NULL, 0, 0 },
	[ONE] = { "SELECT dossier, cause, amount, day, document, paid_at FROM refund WHERE dossier "
		  "= $1",
	    RESULT },
	[PAGE] = { "SELECT dossier, cause, amount, day, document, paid_at FROM refund "
		   "WHERE paid_at <> 0 AND dossier > $1 ORDER BY dossier LIMIT $2",
	    RESULT },
	[PAY] = { "UPDATE refund SET document = $2, paid_at = $3 WHERE dossier = $1 AND paid_at = "
		  "0",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table REFUND_TABLE = { "refund", REFUND, COUNT(REFUND), 1, "", NULL, SQL, SQLS };

bool
refund_put(struct tx *tx, const struct refund_row *r, struct fault *fault)
{
	return tx_change(tx, &SQL[PUT],
	    VALUES(V_INT(r->dossier), V_TEXT(r->cause), V_INT(r->amount), V_TEXT(r->day),
		V_BLOB(r->document, sizeof(r->document))),
	    NULL, fault);
}

bool
refund_get(struct tx *tx, int64_t dossier, struct refund_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_INT(dossier)), row, found, fault);
}

bool
refund_page(
    struct tx *tx, int64_t after, int64_t most, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[PAGE], VALUES(V_INT(after), V_INT(most)), each, context, fault);
}

bool
refund_pay(struct tx *tx, const struct refund_row *r, struct fault *fault)
{
	int64_t changed;
	return tx_change(tx, &SQL[PAY],
		   VALUES(V_INT(r->dossier), V_BLOB(r->document, sizeof(r->document)),
		       V_INT(r->paid_at)),
		   &changed, fault) &&
	       (changed == 1 || fault_set(fault, FAULT_STATE, "この返金は済んでいます。"));
}
