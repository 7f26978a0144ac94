#include "store/download_row.h"

#define ROW struct download_row
static const struct column DOWNLOAD[] = {
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, token, COLUMN_FIXED),
	COL(ROW, opened_at, COLUMN_INT),
	COL(ROW, last_day, COLUMN_TEXT),
	COL(ROW, tries, COLUMN_INT),
	COL(ROW, locked_until, COLUMN_INT),
	COL(ROW, completions, COLUMN_INT),
	COL(ROW, closed_at, COLUMN_INT),
};
#define ALL                                                                                        \
	"SELECT dossier, edition, token, opened_at, last_day, tries, locked_until, completions, "  \
	"closed_at FROM download "
#define RESULT DOWNLOAD, COUNT(DOWNLOAD), sizeof(ROW)
enum { ONE, BY_TOKEN, TALLY, EXTEND, CLOSE, SQLS };
static const struct sql SQL[] = {
	[ONE] = { ALL "WHERE dossier = $1 AND edition = $2", RESULT },
	[BY_TOKEN] = { ALL "WHERE token = $1", RESULT },
	[TALLY] = { "UPDATE download SET tries = $3, locked_until = $4, completions = $5 "
		    "WHERE dossier = $1 AND edition = $2 AND closed_at = 0",
	    NULL, 0, 0 },
	[EXTEND] = { "UPDATE download SET last_day = $3 WHERE dossier = $1 AND edition = $2", NULL,
	    0, 0 },
	[CLOSE] = { "UPDATE download SET closed_at = $3 WHERE dossier = $1 AND edition = $2 AND "
		    "closed_at = 0",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table DOWNLOAD_TABLE = { "download", DOWNLOAD, COUNT(DOWNLOAD), 2, "UNIQUE (token)",
	NULL, SQL, SQLS };

bool
download_get(struct tx *tx, int64_t dossier, int64_t edition, struct download_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_INT(dossier), V_INT(edition)), row, found, fault);
}

bool
download_by_token(struct tx *tx, const uint8_t token[32], struct download_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[BY_TOKEN], VALUES(V_BLOB(token, 32)), row, found, fault);
}

bool
download_count(struct tx *tx, const struct download_row *d, struct fault *fault)
{
	int64_t changed;
	return tx_change(tx, &SQL[TALLY],
		   VALUES(V_INT(d->dossier), V_INT(d->edition), V_INT(d->tries),
		       V_INT(d->locked_until), V_INT(d->completions)),
		   &changed, fault) &&
	       (changed == 1 || fault_set(fault, FAULT_STATE,
				    "このダウンロードは終了しています。お問い合わせください。"));
}

bool
download_extend(struct tx *tx, const struct download_row *d, struct fault *fault)
{
	return tx_change(tx, &SQL[EXTEND],
	    VALUES(V_INT(d->dossier), V_INT(d->edition), V_TEXT(d->last_day)), NULL, fault);
}

bool
download_close(struct tx *tx, int64_t dossier, int64_t edition, int64_t at, struct fault *fault)
{
	return tx_change(
	    tx, &SQL[CLOSE], VALUES(V_INT(dossier), V_INT(edition), V_INT(at)), NULL, fault);
}
