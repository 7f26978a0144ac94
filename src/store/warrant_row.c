#include "store/warrant_row.h"

const struct refusal WARRANT_ENDED = { "warrant-ended", FAULT_STATE, "design 2" };

#define ROW struct warrant_row
static const struct column WARRANT[] = {
	COL(ROW, digest, COLUMN_FIXED),
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, serial, COLUMN_TEXT),
	COL(ROW, sealed, COLUMN_BLOB),
	COL(ROW, last_day, COLUMN_TEXT),
	COL(ROW, created_at, COLUMN_INT),
	COL(ROW, ended, COLUMN_TEXT),
};
#define ALL                                                                                        \
	"SELECT digest, kind, dossier, edition, serial, sealed, last_day, created_at, ended "      \
	"FROM warrant "
#define RESULT WARRANT, COUNT(WARRANT), sizeof(ROW)
enum { GET, OF, OF_SERIAL, OPEN, END, WITHDRAW, SQLS };
static const struct sql SQL[] = {
	[GET] = { ALL "WHERE digest = $1", RESULT },
	[OF] = { ALL "WHERE kind = $1 AND dossier = $2 AND edition = $3 AND serial = ''", RESULT },
	[OF_SERIAL] = { ALL "WHERE serial = $1 AND kind = 'revoke'", RESULT },
	[OPEN] = { ALL "WHERE kind = $1 AND ended = '' ORDER BY created_at, digest", RESULT },
	[END] = { "UPDATE warrant SET ended = $2 WHERE digest = $1 AND (ended = '' OR ended = $2)",
	    NULL, 0, 0 },
	[WITHDRAW] = { "DELETE FROM warrant WHERE digest = $1 AND ended = ''", NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS warrant_serial ON warrant (serial, kind)",
	"CREATE INDEX IF NOT EXISTS warrant_open ON warrant (kind, ended)", NULL
};
const struct table WARRANT_TABLE = { "warrant", WARRANT, COUNT(WARRANT), 1,
	"UNIQUE (kind, dossier, edition, serial)", INDEXES, SQL, SQLS };

bool
warrant_get(struct tx *tx, const uint8_t digest[32], struct warrant_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[GET], VALUES(V_BLOB(digest, 32)), row, found, fault);
}

bool
warrant_of(struct tx *tx, const char *kind, int64_t dossier, int64_t edition,
    struct warrant_row *row, bool *found, struct fault *fault)
{
	return tx_one(
	    tx, &SQL[OF], VALUES(V_TEXT(kind), V_INT(dossier), V_INT(edition)), row, found, fault);
}

bool
warrant_of_serial(
    struct tx *tx, const char *serial, struct warrant_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[OF_SERIAL], VALUES(V_TEXT(serial)), row, found, fault);
}

bool
warrant_open_each(
    struct tx *tx, const char *kind, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OPEN], VALUES(V_TEXT(kind)), each, context, fault);
}

bool
warrant_end(struct tx *tx, const uint8_t digest[32], const char *ended, struct fault *fault)
{
	int64_t changed;
	if (!tx_change(tx, &SQL[END], VALUES(V_BLOB(digest, 32), V_TEXT(ended)), &changed, fault))
		return false;
	return changed == 1 ||
	       fault_refuse(fault, &WARRANT_ENDED, "warrant",
		   "この発行指示はすでに終わっています。案件を表示し直してください。");
}

bool
warrant_withdraw(struct tx *tx, const uint8_t digest[32], struct fault *fault)
{
	return tx_change(tx, &SQL[WITHDRAW], VALUES(V_BLOB(digest, 32)), NULL, fault);
}

void
warrant_drop(struct warrant_row *w)
{
	blob_drop(&w->sealed);
}
