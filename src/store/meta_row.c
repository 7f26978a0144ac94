#include "store/meta_row.h"

static const struct column META[] = {
	COL(struct meta_row, name, COLUMN_TEXT),
	COL(struct meta_row, value, COLUMN_TEXT),
};
enum { META_SET, META_GET, META_SQLS };
static const struct sql META_SQL[] = {
	[META_SET] = { "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO "
		       "UPDATE SET value = excluded.value",
	    NULL, 0, 0 },
	[META_GET] = { "SELECT name, value FROM meta WHERE name = $1", META, COUNT(META),
	    sizeof(struct meta_row) },
};
_Static_assert(COUNT(META_SQL) == META_SQLS, "every statement name needs its text");
const struct table META_TABLE = { "meta", META, COUNT(META), 1, "", NULL, META_SQL, META_SQLS };

struct counter_row {
	char name[64];
	int64_t value;
};
static const struct column COUNTER[] = {
	COL(struct counter_row, name, COLUMN_TEXT),
	COL(struct counter_row, value, COLUMN_INT),
};
static const struct sql COUNTER_SQL[] = {
	{ "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value "
	  "= counter.value + 1 RETURNING name, value",
	    COUNTER, COUNT(COUNTER), sizeof(struct counter_row) },
	{ "SELECT name, value FROM counter WHERE name = $1", COUNTER, COUNT(COUNTER),
	    sizeof(struct counter_row) },
};
const struct table COUNTER_TABLE = { "counter", COUNTER, COUNT(COUNTER), 1, "", NULL, COUNTER_SQL,
	COUNT(COUNTER_SQL) };

bool
meta_put(struct tx *tx, const char *name, const char *value, struct fault *fault)
{
	return tx_change(tx, &META_SQL[META_SET], VALUES(V_TEXT(name), V_TEXT(value)), NULL, fault);
}

bool
meta_get(struct tx *tx, const char *name, struct meta_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &META_SQL[META_GET], VALUES(V_TEXT(name)), row, found, fault);
}

bool
counter_get(struct tx *tx, const char *name, int64_t *out, struct fault *fault)
{
	struct counter_row row = { 0 };
	bool found = false;
	if (!tx_one(tx, &COUNTER_SQL[1], VALUES(V_TEXT(name)), &row, &found, fault))
		return false;
	*out = found ? row.value : 0;
	return true;
}

bool
tx_next(struct tx *tx, const char *counter, int64_t *out, struct fault *fault)
{
	struct counter_row row = { 0 };
	bool found = false;
	if (!tx_one(tx, &COUNTER_SQL[0], VALUES(V_TEXT(counter)), &row, &found, fault))
		return false;
	*out = row.value;
	return found || fault_set(fault, FAULT_BUG, "番号を取れません。");
}
