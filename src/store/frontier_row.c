#include "store/frontier_row.h"

#define ROW struct frontier_row
static const struct column FRONTIER[] = {
	COL(ROW, size, COLUMN_INT),
	COL(ROW, nodes, COLUMN_BLOB),
};
#define RESULT FRONTIER, COUNT(FRONTIER), sizeof(ROW)
enum { PUT, LAST, EACH, SQLS };
static const struct sql SQL[] = {
	[PUT] = { "INSERT INTO frontier (size, nodes) VALUES ($1, $2) ON CONFLICT (size) DO UPDATE "
		  "SET nodes = excluded.nodes",
	    NULL, 0, 0 },
	[LAST] = { "SELECT size, nodes FROM frontier WHERE size <= $1 ORDER BY size DESC LIMIT 1",
	    RESULT },
	[EACH] = { "SELECT size, nodes FROM frontier ORDER BY size", RESULT },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table FRONTIER_TABLE = { "frontier", FRONTIER, COUNT(FRONTIER), 1, "", NULL, SQL,
	SQLS };

bool
frontier_put(struct tx *tx, const struct frontier_row *row, struct fault *fault)
{
	return tx_change(tx, &SQL[PUT],
	    VALUES(V_INT(row->size), V_BLOB(row->nodes.at, row->nodes.n)), NULL, fault);
}

bool
frontier_last(
    struct tx *tx, int64_t most, struct frontier_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[LAST], VALUES(V_INT(most)), row, found, fault);
}

bool
frontier_each(struct tx *tx, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[EACH], NULL, 0, each, context, fault);
}

void
frontier_drop(struct frontier_row *row)
{
	blob_drop(&row->nodes);
}
