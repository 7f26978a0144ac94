#include "store/payment_row.h"

#define ROW struct payment_row
static const struct column PAYMENT[] = {
	COL(ROW, line, COLUMN_INT),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, amount, COLUMN_INT),
	COL(ROW, document, COLUMN_FIXED),
	COL(ROW, asked_at, COLUMN_INT),
	COL(ROW, confirmed_at, COLUMN_INT),
};
#define ALL "SELECT line, dossier, amount, document, asked_at, confirmed_at FROM payment "
#define RESULT PAYMENT, COUNT(PAYMENT), sizeof(ROW)
enum { GET, OF_DOSSIER, OF_LINE, UPDATE, UNDO, PAGE, SQLS };
static const struct sql SQL[] = {
	[GET] = { ALL "WHERE line = $1 AND dossier = $2", RESULT },
	[OF_DOSSIER] = { ALL "WHERE dossier = $1 ORDER BY line", RESULT },
	[OF_LINE] = { ALL "WHERE line = $1 ORDER BY dossier", RESULT },
	[UPDATE] = { "UPDATE payment SET amount = $3, document = $4, asked_at = $5, "
		     "confirmed_at = $6 "
		     "WHERE line = $1 AND dossier = $2 AND confirmed_at = 0",
	    NULL, 0, 0 },
	[UNDO] = { "UPDATE payment SET confirmed_at = 0 WHERE line = $1 AND dossier = $2", NULL, 0,
	    0 },
	[PAGE] = { ALL "WHERE confirmed_at <> 0 AND (line > $1 OR (line = $1 AND dossier > $2)) "
		       "ORDER BY line, dossier LIMIT $3",
	    RESULT },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS payment_dossier ON payment (dossier, line)", NULL
};
const struct table PAYMENT_TABLE = { "payment", PAYMENT, COUNT(PAYMENT), 2, "", INDEXES, SQL,
	SQLS };

bool
payment_get(struct tx *tx, int64_t line, int64_t dossier, struct payment_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[GET], VALUES(V_INT(line), V_INT(dossier)), row, found, fault);
}

static bool
payment_of_dossier(
    struct tx *tx, int64_t dossier, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_DOSSIER], VALUES(V_INT(dossier)), each, context, fault);
}

bool
payment_page(struct tx *tx, const struct payment_row *after, int64_t most, store_row *each,
    void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[PAGE],
	    VALUES(V_INT(after->line), V_INT(after->dossier), V_INT(most)), each, context, fault);
}

static bool
add_amount(const void *row, void *context, struct fault *fault)
{
	const struct payment_row *p = row;
	(void)fault;
	*(int64_t *)context += p->confirmed_at != 0 ? p->amount : 0;
	return true;
}

bool
payment_received(struct tx *tx, int64_t dossier, int64_t *out, struct fault *fault)
{
	int64_t sum = 0;
	if (!payment_of_dossier(tx, dossier, add_amount, &sum, fault))
		return false;
	*out = sum;
	return true;
}

bool
payment_of_line(struct tx *tx, int64_t line, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_LINE], VALUES(V_INT(line)), each, context, fault);
}

bool
payment_given(struct tx *tx, int64_t line, int64_t *out, struct fault *fault)
{
	int64_t sum = 0;
	if (!payment_of_line(tx, line, add_amount, &sum, fault))
		return false;
	*out = sum;
	return true;
}

bool
payment_update(struct tx *tx, const struct payment_row *p, struct fault *fault)
{
	int64_t changed;
	if (!tx_change(tx, &SQL[UPDATE],
		VALUES(V_INT(p->line), V_INT(p->dossier), V_INT(p->amount),
		    V_BLOB(p->document, sizeof(p->document)), V_INT(p->asked_at),
		    V_INT(p->confirmed_at)),
		&changed, fault))
		return false;
	return changed == 1 ||
	       fault_set(fault, FAULT_STATE,
		   "この入金確認はほかの方が先に終えました。照合し直してください。");
}

bool
payment_undo(struct tx *tx, const struct payment_row *p, struct fault *fault)
{
	return tx_change(tx, &SQL[UNDO], VALUES(V_INT(p->line), V_INT(p->dossier)), NULL, fault);
}
