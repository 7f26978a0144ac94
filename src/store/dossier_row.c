#include "store/dossier_row.h"

#define ROW struct dossier_row
static const struct column DOSSIER[] = {
	COL(ROW, id, COLUMN_INT),
	COL(ROW, ref_digest, COLUMN_FIXED),
	COL(ROW, content_digest, COLUMN_FIXED),
	COL(ROW, reference, COLUMN_TEXT),
	COL(ROW, product, COLUMN_TEXT),
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, state, COLUMN_TEXT),
	COL(ROW, payment, COLUMN_TEXT),
	COL(ROW, delegate, COLUMN_INT),
	COL(ROW, in_person, COLUMN_INT),
	COL(ROW, former_name, COLUMN_INT),
	COL(ROW, organisation, COLUMN_FIXED),
	COL(ROW, form_date, COLUMN_TEXT),
	COL(ROW, arrived, COLUMN_TEXT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, fee_gross, COLUMN_INT),
	COL(ROW, policy, COLUMN_FIXED),
	COL(ROW, public_key, COLUMN_FIXED),
	COL(ROW, record, COLUMN_BLOB),
	COL(ROW, screening, COLUMN_BLOB),
	COL(ROW, created_at, COLUMN_INT),
	COL(ROW, first_notice_at, COLUMN_INT),
	COL(ROW, approved_at, COLUMN_INT),
	COL(ROW, issued_at, COLUMN_INT),
	COL(ROW, sent_at, COLUMN_INT),
	COL(ROW, receipt_at, COLUMN_INT),
};
#define ALL                                                                                        \
	"SELECT id, ref_digest, content_digest, reference, product, kind, state, payment, "        \
	"delegate, in_person, former_name, organisation, form_date, arrived, "                     \
	"edition, fee_gross, policy, public_key, record, screening, created_at, first_notice_at, " \
	"approved_at, issued_at, sent_at, "                                                        \
	"receipt_at FROM dossier "
#define RESULT DOSSIER, COUNT(DOSSIER), sizeof(ROW)
enum { GET, BY_REF, LIST, LIST_STATE, UPDATE, SQLS };
static const struct sql SQL[] = {
	[GET] = { ALL "WHERE id = $1", RESULT },
	[BY_REF] = { ALL "WHERE ref_digest = $1", RESULT },
	[LIST] = { ALL "WHERE id > $1 ORDER BY id LIMIT $2", RESULT },
	[LIST_STATE] = { ALL "WHERE state = $3 AND id > $1 ORDER BY id LIMIT $2", RESULT },
	[UPDATE] = { "UPDATE dossier SET state = $3, payment = $4, arrived = $5, edition = $6, "
		     "fee_gross = $7, screening = $8, "
		     "first_notice_at = $9, approved_at = $10, issued_at = $11, sent_at = $12, "
		     "receipt_at = $13 "
		     "WHERE id = $1 AND state = $2",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS dossier_state ON dossier (state, id)", NULL
};
const struct table DOSSIER_TABLE = { "dossier", DOSSIER, COUNT(DOSSIER), 1,
	"UNIQUE (ref_digest), UNIQUE (reference)", INDEXES, SQL, SQLS };

bool
dossier_get(struct tx *tx, int64_t id, struct dossier_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[GET], VALUES(V_INT(id)), row, found, fault);
}

bool
dossier_by_ref(struct tx *tx, const uint8_t digest[32], struct dossier_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[BY_REF], VALUES(V_BLOB(digest, 32)), row, found, fault);
}

bool
dossier_list(struct tx *tx, const char *state, int64_t after, int64_t most, store_row *each,
    void *context, struct fault *fault)
{
	if (state[0] == '\0')
		return tx_each(
		    tx, &SQL[LIST], VALUES(V_INT(after), V_INT(most)), each, context, fault);
	return tx_each(tx, &SQL[LIST_STATE], VALUES(V_INT(after), V_INT(most), V_TEXT(state)), each,
	    context, fault);
}

bool
dossier_update(struct tx *tx, const struct dossier_row *d, const char *from, struct fault *fault)
{
	int64_t changed;
	if (!tx_change(tx, &SQL[UPDATE],
		VALUES(V_INT(d->id), V_TEXT(from), V_TEXT(d->state), V_TEXT(d->payment),
		    V_TEXT(d->arrived), V_INT(d->edition), V_INT(d->fee_gross),
		    V_BLOB(d->screening.at, d->screening.n), V_INT(d->first_notice_at),
		    V_INT(d->approved_at), V_INT(d->issued_at), V_INT(d->sent_at),
		    V_INT(d->receipt_at)),
		&changed, fault))
		return false;
	return changed == 1 || fault_set(fault, FAULT_STATE,
				   "この案件はほかの方が先に進めました。"
				   "表示し直してからもう一度実行してください。");
}

void
dossier_drop(struct dossier_row *d)
{
	blob_drop(&d->record);
	blob_drop(&d->screening);
}
