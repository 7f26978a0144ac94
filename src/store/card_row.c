#include "store/card_row.h"

#define ROW struct card_row
static const struct column CARD[] = {
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, card, COLUMN_BLOB),
};
#define RESULT CARD, COUNT(CARD), sizeof(ROW)
enum { OF_KIND, PAGE, ONE, REPLACE, DESTROY, SQLS };
static const struct sql SQL[] = {
	[OF_KIND] = { "SELECT dossier, kind, card FROM card WHERE kind = $1 ORDER BY dossier",
	    RESULT },
	[PAGE] = { "SELECT dossier, kind, card FROM card WHERE kind = $1 AND dossier > $2 "
		   "ORDER BY dossier LIMIT $3",
	    RESULT },
	[REPLACE] = { "UPDATE card SET card = $3 WHERE dossier = $1 AND kind = $2", NULL, 0, 0 },
	[ONE] = { "SELECT dossier, kind, card FROM card WHERE dossier = $1 AND kind = $2", RESULT },
	[DESTROY] = { "DELETE FROM card WHERE dossier = $1 AND kind = $2", NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS card_kind ON card (kind, dossier)", NULL
};
const struct table CARD_TABLE = { "card", CARD, COUNT(CARD), 2, "", INDEXES, SQL, SQLS };

bool
card_each(struct tx *tx, const char *kind, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_KIND], VALUES(V_TEXT(kind)), each, context, fault);
}

bool
card_page(struct tx *tx, const char *kind, int64_t after, int64_t most, store_row *each,
    void *context, struct fault *fault)
{
	return tx_each(
	    tx, &SQL[PAGE], VALUES(V_TEXT(kind), V_INT(after), V_INT(most)), each, context, fault);
}

bool
card_replace(struct tx *tx, const struct card_row *row, struct fault *fault)
{
	return tx_change(tx, &SQL[REPLACE],
	    VALUES(V_INT(row->dossier), V_TEXT(row->kind), V_BLOB(row->card.at, row->card.n)), NULL,
	    fault);
}

bool
card_get(struct tx *tx, int64_t dossier, const char *kind, struct card_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_INT(dossier), V_TEXT(kind)), row, found, fault);
}

bool
card_destroy(struct tx *tx, int64_t dossier, const char *kind, struct fault *fault)
{
	return tx_change(tx, &SQL[DESTROY], VALUES(V_INT(dossier), V_TEXT(kind)), NULL, fault);
}
