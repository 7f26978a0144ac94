#include "store/list_row.h"

#define ROW struct list_row
static const struct column LIST[] = {
	COL(ROW, number, COLUMN_INT),
	COL(ROW, this_update, COLUMN_INT),
	COL(ROW, next_update, COLUMN_INT),
	COL(ROW, entries, COLUMN_INT),
	COL(ROW, digest, COLUMN_FIXED),
	COL(ROW, published_at, COLUMN_INT),
};
#define ALL                                                                                        \
	"SELECT number, this_update, next_update, entries, digest, published_at FROM "             \
	"revocation_list "
#define RESULT LIST, COUNT(LIST), sizeof(ROW)
enum { EACH, LAST, SQLS };
static const struct sql SQL[] = {
	[EACH] = { ALL "ORDER BY number", RESULT },
	[LAST] = { ALL "WHERE number < $1 ORDER BY number DESC LIMIT 1", RESULT },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table LIST_TABLE = { "revocation_list", LIST, COUNT(LIST), 1, "", NULL, SQL, SQLS };

bool
list_each(struct tx *tx, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[EACH], NULL, 0, each, context, fault);
}

bool
list_before(struct tx *tx, int64_t before, struct list_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[LAST], VALUES(V_INT(before)), row, found, fault);
}
