#include "store/paper_row.h"

#define ROW struct paper_row
static const struct column PAPER[] = {
	COL(ROW, id, COLUMN_INT),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, envelope, COLUMN_FIXED),
	COL(ROW, organisation, COLUMN_FIXED),
	COL(ROW, code, COLUMN_TEXT),
	COL(ROW, arrived, COLUMN_TEXT),
	COL(ROW, issued, COLUMN_TEXT),
	COL(ROW, copy, COLUMN_INT),
	COL(ROW, stamp, COLUMN_INT),
	COL(ROW, representative, COLUMN_INT),
	COL(ROW, notice, COLUMN_TEXT),
	COL(ROW, print, COLUMN_TEXT),
	COL(ROW, verdict, COLUMN_TEXT),
	COL(ROW, last_good, COLUMN_TEXT),
};
#define ALL                                                                                        \
	"SELECT id, dossier, envelope, organisation, code, arrived, issued, copy, stamp, "         \
	"representative, notice, print, verdict, "                                                 \
	"last_good FROM paper "
#define RESULT PAPER, COUNT(PAPER), sizeof(ROW)
enum { OF_DOSSIER, OF_ENVELOPE, JUDGED, SQLS };
static const struct sql SQL[] = {
	[OF_DOSSIER] = { ALL "WHERE dossier = $1 ORDER BY id", RESULT },
	[OF_ENVELOPE] = { ALL "WHERE envelope = $1 AND organisation = $2 ORDER BY id", RESULT },
	[JUDGED] = { "UPDATE paper SET verdict = $2, last_good = $3 WHERE id = $1", NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS paper_envelope ON paper (envelope, organisation)", NULL
};
const struct table PAPER_TABLE = { "paper", PAPER, COUNT(PAPER), 1,
	"UNIQUE (dossier, code, arrived, issued, copy, stamp, representative, "
	"notice, print)",
	INDEXES, SQL, SQLS };

bool
paper_of_dossier(
    struct tx *tx, int64_t dossier, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_DOSSIER], VALUES(V_INT(dossier)), each, context, fault);
}

bool
paper_of_envelope(struct tx *tx, const uint8_t envelope[32], const uint8_t organisation[32],
    store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_ENVELOPE],
	    VALUES(V_BLOB(envelope, 32), V_BLOB(organisation, 32)), each, context, fault);
}

bool
paper_judged(
    struct tx *tx, int64_t id, const char *verdict, const char *last_good, struct fault *fault)
{
	return tx_change(
	    tx, &SQL[JUDGED], VALUES(V_INT(id), V_TEXT(verdict), V_TEXT(last_good)), NULL, fault);
}
