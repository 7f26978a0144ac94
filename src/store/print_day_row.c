#include "store/print_day_row.h"

#define ROW struct print_day_row
static const struct column PRINT_DAY[] = {
	COL(ROW, day, COLUMN_TEXT),
	COL(ROW, round, COLUMN_INT),
	COL(ROW, print_pin, COLUMN_BLOB),
	COL(ROW, print_password, COLUMN_BLOB),
	COL(ROW, opened_at, COLUMN_INT),
	COL(ROW, closed_at, COLUMN_INT),
};
#define ALL "SELECT day, round, print_pin, print_password, opened_at, closed_at FROM print_day "
#define RESULT PRINT_DAY, COUNT(PRINT_DAY), sizeof(ROW)
enum { OPEN, LAST, NEWEST, CLOSE, LOSE, SQLS };
static const struct sql SQL[] = {
	[OPEN] = { ALL "WHERE closed_at = 0 AND day >= $1 ORDER BY day DESC, round DESC LIMIT 1",
	    RESULT },
	[LAST] = { ALL "WHERE day = $1 ORDER BY round DESC LIMIT 1", RESULT },
	[NEWEST] = { ALL "ORDER BY day DESC, round DESC LIMIT 1", RESULT },
	[CLOSE] = { "UPDATE print_day SET closed_at = $3 WHERE day = $1 AND round = $2 AND "
		    "closed_at = 0",
	    NULL, 0, 0 },
	[LOSE] = { "UPDATE print_day SET print_pin = $3, print_password = $3 WHERE day = $1 AND "
		   "round = $2 AND closed_at = 0",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table PRINT_DAY_TABLE = { "print_day", PRINT_DAY, COUNT(PRINT_DAY), 2, "", NULL, SQL,
	SQLS };

bool
print_day_open(
    struct tx *tx, const char *any, struct print_day_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[OPEN], VALUES(V_TEXT(any)), row, found, fault);
}

bool
print_day_last(
    struct tx *tx, const char *day, struct print_day_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[LAST], VALUES(V_TEXT(day)), row, found, fault);
}

bool
print_day_newest(struct tx *tx, struct print_day_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[NEWEST], NULL, 0, row, found, fault);
}

bool
print_day_close(struct tx *tx, const char *day, int64_t round, int64_t at, struct fault *fault)
{
	return tx_change(
	    tx, &SQL[CLOSE], VALUES(V_TEXT(day), V_INT(round), V_INT(at)), NULL, fault);
}

bool
print_day_lose(struct tx *tx, const char *day, int64_t round, struct fault *fault)
{
	return tx_change(
	    tx, &SQL[LOSE], VALUES(V_TEXT(day), V_INT(round), V_BLOB("", 0)), NULL, fault);
}

void
print_day_drop(struct print_day_row *r)
{
	blob_drop(&r->print_pin);
	blob_drop(&r->print_password);
}
