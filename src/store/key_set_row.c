#include "store/key_set_row.h"

#define ROW struct key_set_row
static const struct column KEY_SET[] = {
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, spki, COLUMN_BLOB),
	COL(ROW, statement, COLUMN_BLOB),
	COL(ROW, package, COLUMN_BLOB),
	COL(ROW, letter_pin, COLUMN_BLOB),
	COL(ROW, letter_password, COLUMN_BLOB),
	COL(ROW, print_day, COLUMN_TEXT),
	COL(ROW, created_at, COLUMN_INT),
};
static const struct column PAIR[] = {
	COL(struct key_set_pair, dossier, COLUMN_INT),
	COL(struct key_set_pair, edition, COLUMN_INT),
};
#define ALL                                                                                        \
	"SELECT dossier, edition, spki, statement, package, letter_pin, letter_password, "         \
	"print_day, created_at FROM key_set "
#define RESULT KEY_SET, COUNT(KEY_SET), sizeof(ROW)
enum { ONE, OF_DAY, NO_PIN, NO_PASSWORD, NO_PACKAGE, SQLS };
static const struct sql SQL[] = {
	[ONE] = { ALL "WHERE dossier = $1 AND edition = $2", RESULT },
	[OF_DAY] = { "SELECT dossier, edition FROM key_set WHERE print_day = $1 ORDER BY dossier, "
		     "edition",
	    PAIR, COUNT(PAIR), sizeof(struct key_set_pair) },
	[NO_PIN] = { "UPDATE key_set SET letter_pin = $3 WHERE dossier = $1 AND edition = $2", NULL,
	    0, 0 },
	[NO_PASSWORD] = { "UPDATE key_set SET letter_password = $3 WHERE dossier = $1 AND edition "
			  "= $2",
	    NULL, 0, 0 },
	[NO_PACKAGE] = { "UPDATE key_set SET package = $3, letter_pin = $3, letter_password = $3 "
			 "WHERE dossier = $1 AND edition = $2",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS key_set_day ON key_set (print_day, dossier, edition)", NULL
};
const struct table KEY_SET_TABLE = { "key_set", KEY_SET, COUNT(KEY_SET), 2, "", INDEXES, SQL,
	SQLS };

bool
key_set_get(struct tx *tx, int64_t dossier, int64_t edition, struct key_set_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_INT(dossier), V_INT(edition)), row, found, fault);
}

bool
key_set_of_day(struct tx *tx, const char *day, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_DAY], VALUES(V_TEXT(day)), each, context, fault);
}

bool
key_set_delete_pin(struct tx *tx, int64_t dossier, int64_t edition, struct fault *fault)
{
	return tx_change(
	    tx, &SQL[NO_PIN], VALUES(V_INT(dossier), V_INT(edition), V_BLOB("", 0)), NULL, fault);
}

bool
key_set_delete_password(struct tx *tx, int64_t dossier, int64_t edition, struct fault *fault)
{
	return tx_change(tx, &SQL[NO_PASSWORD],
	    VALUES(V_INT(dossier), V_INT(edition), V_BLOB("", 0)), NULL, fault);
}

bool
key_set_destroy(struct tx *tx, int64_t dossier, int64_t edition, struct fault *fault)
{
	return tx_change(tx, &SQL[NO_PACKAGE],
	    VALUES(V_INT(dossier), V_INT(edition), V_BLOB("", 0)), NULL, fault);
}

void
key_set_drop(struct key_set_row *r)
{
	blob_drop(&r->spki);
	blob_drop(&r->statement);
	blob_drop(&r->package);
	blob_drop(&r->letter_pin);
	blob_drop(&r->letter_password);
}
