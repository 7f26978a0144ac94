#include "store/difference_row.h"

#define ROW struct difference_row
static const struct column DIFFERENCE[] = {
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, serial, COLUMN_TEXT),
	COL(ROW, name, COLUMN_TEXT),
	COL(ROW, task, COLUMN_INT),
	COL(ROW, sweep, COLUMN_INT),
	COL(ROW, found_at, COLUMN_INT),
	COL(ROW, done_at, COLUMN_INT),
};
#define RESULT DIFFERENCE, COUNT(DIFFERENCE), sizeof(ROW)
enum { AGAIN, OF_SWEEP, OPEN, ADOPT, CLOSE, SQLS };
static const struct sql SQL[] = {
	[AGAIN] = { "UPDATE difference SET task = $6, sweep = $7, done_at = $8 WHERE kind = $1 AND "
		    "dossier = $2 AND edition = $3 AND serial = $4 AND name = $5",
	    NULL, 0, 0 },
	[OF_SWEEP] = { "SELECT kind, dossier, edition, serial, name, task, sweep, found_at, "
		       "done_at FROM difference WHERE sweep = $1 "
		       "ORDER BY dossier, edition, serial, kind, name",
	    RESULT },
	[OPEN] = { "SELECT kind, dossier, edition, serial, name, task, sweep, found_at, done_at "
		   "FROM difference WHERE done_at = 0 AND kind = $1 ORDER BY dossier, edition, "
		   "serial",
	    RESULT },
	[ADOPT] = { "UPDATE difference SET sweep = $1 WHERE sweep = 0", NULL, 0, 0 },
	[CLOSE] = { "UPDATE difference SET done_at = $2 WHERE done_at = 0 AND sweep < $1", NULL, 0,
	    0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS difference_sweep ON difference (sweep)",
	"CREATE INDEX IF NOT EXISTS difference_open ON difference (sweep) WHERE done_at = 0", NULL
};
const struct table DIFFERENCE_TABLE = { "difference", DIFFERENCE, COUNT(DIFFERENCE), 5, "", INDEXES,
	SQL, SQLS };

bool
difference_put(struct tx *tx, const struct difference_row *d, struct fault *fault)
{
	bool inserted;
	if (!tx_insert(tx, &DIFFERENCE_TABLE, d, &inserted, fault))
		return false;
	return inserted ||
	       tx_change(tx, &SQL[AGAIN],
		   VALUES(V_TEXT(d->kind), V_INT(d->dossier), V_INT(d->edition), V_TEXT(d->serial),
		       V_TEXT(d->name), V_INT(d->task), V_INT(d->sweep), V_INT(d->done_at)),
		   NULL, fault);
}

bool
difference_of_sweep(
    struct tx *tx, int64_t sweep, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_SWEEP], VALUES(V_INT(sweep)), each, context, fault);
}

bool
difference_adopt(struct tx *tx, int64_t sweep, struct fault *fault)
{
	return tx_change(tx, &SQL[ADOPT], VALUES(V_INT(sweep)), NULL, fault);
}

bool
difference_close(struct tx *tx, int64_t sweep, int64_t now, int64_t *count, struct fault *fault)
{
	return tx_change(tx, &SQL[CLOSE], VALUES(V_INT(sweep), V_INT(now)), count, fault);
}

bool
difference_open(
    struct tx *tx, const char *kind, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OPEN], VALUES(V_TEXT(kind)), each, context, fault);
}
