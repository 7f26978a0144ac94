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
#define ALL                                                                                        \
	"SELECT dossier, edition, spki, statement, package, letter_pin, letter_password, "         \
	"print_day, created_at FROM key_set "
#define RESULT KEY_SET, COUNT(KEY_SET), sizeof(ROW)
enum { ONE, NO_PIN, NO_PASSWORD, NO_PACKAGE, SQLS };
static const struct sql SQL[] = {
	[ONE] = { ALL "WHERE dossier = $1 AND edition = $2", RESULT },
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
const struct table KEY_SET_TABLE = { "key_set", KEY_SET, COUNT(KEY_SET),
	"PRIMARY KEY (dossier, edition)", NULL, SQL, SQLS };

bool
key_set_get(struct tx *tx, int64_t dossier, int64_t edition, struct key_set_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_INT(dossier), V_INT(edition)), row, found, fault);
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
