#include "store/mail_row.h"

#include <stdio.h>

const struct refusal MAIL_FENCE = { "mail-fence", FAULT_LATER, "storage 3" };

#define ROW struct mail_row
static const struct column MAIL[] = {
	COL(ROW, id, COLUMN_FIXED),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, serial, COLUMN_TEXT),
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, key, COLUMN_TEXT),
	COL(ROW, why, COLUMN_TEXT),
	COL(ROW, policy, COLUMN_FIXED),
	COL(ROW, vals, COLUMN_BLOB),
	COL(ROW, state, COLUMN_TEXT),
	COL(ROW, due, COLUMN_INT),
	COL(ROW, tries, COLUMN_INT),
	COL(ROW, taker, COLUMN_TEXT),
	COL(ROW, fence, COLUMN_INT),
	COL(ROW, until, COLUMN_INT),
	COL(ROW, created_at, COLUMN_INT),
	COL(ROW, sent_at, COLUMN_INT),
	COL(ROW, accepted_at, COLUMN_INT),
	COL(ROW, failed_at, COLUMN_INT),
	COL(ROW, status, COLUMN_TEXT),
	COL(ROW, letter_at, COLUMN_INT),
	COL(ROW, followed_at, COLUMN_INT),
};
#define ALL                                                                                        \
	"SELECT id, dossier, serial, kind, key, why, policy, vals, state, due, tries, taker, "     \
	"fence, until, created_at, sent_at, accepted_at, failed_at, status, letter_at, "           \
	"followed_at FROM mail "
#define RESULT MAIL, COUNT(MAIL), sizeof(ROW)
enum { ONE, OF, IN, FAILED, UNWRITTEN, NEXT, TAKE_IT, MOVE, FORGET, SQLS };
static const struct sql SQL[] = {
	[ONE] = { ALL "WHERE id = $1", RESULT },
	[OF] = { ALL "WHERE dossier = $1 ORDER BY created_at, kind, key", RESULT },
	[IN] = { ALL "WHERE state = $1 ORDER BY due, id LIMIT $2", RESULT },
	[FAILED] = { ALL "WHERE followed_at = 0 AND state IN ('bounced', 'given-up') "
			 "ORDER BY due, id LIMIT $1",
	    RESULT },
	[UNWRITTEN] = { ALL "WHERE letter_at = 0 AND state IN ('bounced', 'given-up') "
			    "ORDER BY due, id LIMIT 1",
	    RESULT },
	[NEXT] = { ALL "WHERE state IN ('queued', 'sent') AND due <= $1 AND until <= $1 "
		       "ORDER BY due, id LIMIT 1",
	    RESULT },
	[TAKE_IT] = { "UPDATE mail SET fence = fence + 1, taker = $3, until = $4 WHERE id = $1 AND "
		      "fence = $2",
	    NULL, 0, 0 },
	[MOVE] = { "UPDATE mail SET fence = fence + 1, state = $3, due = $4, tries = $5, until = "
		   "$6, sent_at = $7, "
		   "accepted_at = $8, failed_at = $9, status = $10, letter_at = $11, followed_at = "
		   "$12 "
		   "WHERE id = $1 AND fence = $2",
	    NULL, 0, 0 },
	/* CASE, so that mail_kept is taken: for an OR SQLite walks all mail of a state */
	[FORGET] = { "UPDATE mail SET vals = $2 WHERE length(vals) > 0 AND due < $1 AND CASE state "
		     "WHEN 'accepted' THEN accepted_at < $1 "
		     "ELSE letter_at > 0 AND followed_at > 0 AND followed_at < $1 END",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS mail_state ON mail (state, due, id)",
	"CREATE INDEX IF NOT EXISTS mail_failed ON mail (followed_at, due, id) WHERE state IN "
	"('bounced', 'given-up')",
	"CREATE INDEX IF NOT EXISTS mail_unwritten ON mail (letter_at, due, id) WHERE state IN "
	"('bounced', 'given-up')",
	"CREATE INDEX IF NOT EXISTS mail_kept ON mail (due) WHERE length(vals) > 0", NULL
};
const struct table MAIL_TABLE = { "mail", MAIL, COUNT(MAIL), 1, "UNIQUE (dossier, kind, key)",
	INDEXES, SQL, SQLS };

void
mail_row_drop(struct mail_row *m)
{
	blob_drop(&m->vals);
}

bool
mail_row_add(struct tx *tx, const struct mail_row *m, bool *added, struct fault *fault)
{
	return tx_insert(tx, &MAIL_TABLE, m, added, fault);
}

bool
mail_row_get(struct tx *tx, const uint8_t id[MAIL_ID], struct mail_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_BLOB(id, MAIL_ID)), row, found, fault);
}

bool
mail_row_of(struct tx *tx, int64_t dossier, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF], VALUES(V_INT(dossier)), each, context, fault);
}

bool
mail_row_in(struct tx *tx, const char *state, int64_t most, store_row *each, void *context,
    struct fault *fault)
{
	return tx_each(tx, &SQL[IN], VALUES(V_TEXT(state), V_INT(most)), each, context, fault);
}

bool
mail_row_failed(struct tx *tx, int64_t most, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[FAILED], VALUES(V_INT(most)), each, context, fault);
}

bool
mail_row_unwritten(struct tx *tx, struct mail_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[UNWRITTEN], NULL, 0, row, found, fault);
}

bool
mail_row_due(struct tx *tx, int64_t now, int64_t *since, struct fault *fault)
{
	struct mail_row row = { 0 };
	bool found;
	if (!tx_one(tx, &SQL[NEXT], VALUES(V_INT(now)), &row, &found, fault))
		return false;
	*since = found ? row.due : 0;
	mail_row_drop(&row);
	return true;
}

bool
mail_row_take(struct tx *tx, const char *taker, int64_t now, struct mail_row *row, bool *found,
    struct fault *fault)
{
	int64_t changed = 0;
	if (!tx_one(tx, &SQL[NEXT], VALUES(V_INT(now)), row, found, fault))
		return false;
	if (!*found)
		return true;
	if (!tx_change(tx, &SQL[TAKE_IT],
		VALUES(V_BLOB(row->id, MAIL_ID), V_INT(row->fence), V_TEXT(taker),
		    V_INT(now + MAIL_LEASE)),
		&changed, fault))
		return false;
	*found = changed == 1;
	row->fence++;
	row->until = now + MAIL_LEASE;
	(void)snprintf(row->taker, sizeof(row->taker), "%s", taker);
	return true;
}

bool
mail_row_move(struct tx *tx, const struct mail_row *m, struct fault *fault)
{
	int64_t changed;
	return tx_change(tx, &SQL[MOVE],
		   VALUES(V_BLOB(m->id, MAIL_ID), V_INT(m->fence), V_TEXT(m->state), V_INT(m->due),
		       V_INT(m->tries), V_INT(m->until), V_INT(m->sent_at), V_INT(m->accepted_at),
		       V_INT(m->failed_at), V_TEXT(m->status), V_INT(m->letter_at),
		       V_INT(m->followed_at)),
		   &changed, fault) &&
	       (changed == 1 ||
		   fault_refuse(fault, &MAIL_FENCE, "mail",
		       "このメールはほかのプログラムが引き継ぎました。結果はそちらが記録します。"));
}

bool
mail_row_forget(struct tx *tx, int64_t before, int64_t *count, struct fault *fault)
{
	return tx_change(tx, &SQL[FORGET], VALUES(V_INT(before), V_BLOB("", 0)), count, fault);
}
