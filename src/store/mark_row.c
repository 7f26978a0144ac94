#include "store/mark_row.h"

#define ROW struct mark_row
static const struct column MARK[] = {
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, name, COLUMN_TEXT),
	COL(ROW, day, COLUMN_TEXT),
	COL(ROW, value, COLUMN_INT),
	COL(ROW, known, COLUMN_TEXT),
};
#define RESULT MARK, COUNT(MARK), sizeof(ROW)
enum { PUT, ONE, OF, DROP, SQLS };
static const struct sql SQL[] = {
	[PUT] = { "INSERT INTO mark (dossier, name, day, value, known) VALUES ($1, $2, $3, $4, $5) "
		  "ON CONFLICT (dossier, name) DO UPDATE SET day = $3, value = $4, known = $5",
	    NULL, 0, 0 },
	[ONE] = { "SELECT dossier, name, day, value, known FROM mark WHERE dossier = $1 AND name = "
		  "$2",
	    RESULT },
	[OF] = { "SELECT dossier, name, day, value, known FROM mark WHERE dossier = $1 ORDER BY "
		 "name",
	    RESULT },
	[DROP] = { "DELETE FROM mark WHERE dossier = $1 AND name = $2", NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table MARK_TABLE = { "mark", MARK, COUNT(MARK), 2, "", NULL, SQL, SQLS };

bool
mark_put(struct tx *tx, const struct mark_row *m, struct fault *fault)
{
	return tx_change(tx, &SQL[PUT],
	    VALUES(V_INT(m->dossier), V_TEXT(m->name), V_TEXT(m->day), V_INT(m->value),
		V_TEXT(m->known)),
	    NULL, fault);
}

bool
mark_get(struct tx *tx, int64_t dossier, const char *name, struct mark_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_INT(dossier), V_TEXT(name)), row, found, fault);
}

bool
mark_of(struct tx *tx, int64_t dossier, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF], VALUES(V_INT(dossier)), each, context, fault);
}

bool
mark_drop(struct tx *tx, int64_t dossier, const char *name, struct fault *fault)
{
	return tx_change(tx, &SQL[DROP], VALUES(V_INT(dossier), V_TEXT(name)), NULL, fault);
}
