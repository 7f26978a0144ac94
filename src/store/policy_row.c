#include "store/policy_row.h"

#define ROW struct policy_row
static const struct column POLICY[] = {
	COL(ROW, digest, COLUMN_FIXED),
	COL(ROW, number, COLUMN_INT),
	COL(ROW, adopted_at, COLUMN_INT),
	COL(ROW, files, COLUMN_BLOB),
};
static const struct column NUMBER_ONLY[] = { COL(ROW, number, COLUMN_INT) };
#define ALL "SELECT digest, number, adopted_at, files FROM policy_version "
#define RESULT POLICY, COUNT(POLICY), sizeof(ROW)
enum { BY_DIGEST, LATEST, LATEST_NUMBER, SQLS };
static const struct sql SQL[] = {
	[BY_DIGEST] = { ALL "WHERE digest = $1", RESULT },
	[LATEST] = { ALL "ORDER BY number DESC LIMIT 1", RESULT },
	[LATEST_NUMBER] = { "SELECT number FROM policy_version ORDER BY number DESC LIMIT 1",
	    NUMBER_ONLY, COUNT(NUMBER_ONLY), sizeof(ROW) },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table POLICY_TABLE = { "policy_version", POLICY, COUNT(POLICY), 1, "UNIQUE (number)",
	NULL, SQL, SQLS };

bool
policy_by_digest(struct tx *tx, const uint8_t digest[32], struct policy_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[BY_DIGEST], VALUES(V_BLOB(digest, 32)), row, found, fault);
}

bool
policy_latest(struct tx *tx, struct policy_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[LATEST], NULL, 0, row, found, fault);
}

bool
policy_number_latest(struct tx *tx, int64_t *number, struct fault *fault)
{
	struct policy_row row = { .number = 0 };
	bool found;
	if (!tx_one(tx, &SQL[LATEST_NUMBER], NULL, 0, &row, &found, fault))
		return false;
	*number = found ? row.number : 0;
	return true;
}
