#include "store/line_row.h"

#define ROW struct line_row
static const struct column LINE[] = {
	COL(ROW, seq, COLUMN_INT),
	COL(ROW, at, COLUMN_INT),
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, serial, COLUMN_TEXT),
	COL(ROW, bytes, COLUMN_BLOB),
};
#define ALL "SELECT seq, at, kind, dossier, edition, serial, bytes FROM journal_line "
#define RESULT LINE, COUNT(LINE), sizeof(ROW)
enum { PAGE, ADOPTED, OF_SERIAL, ALL_OF_SERIAL, OF_NONE, SEEN, LAST, SQLS };
static const struct column LINE_LAST[] = { COL(struct line_row, seq, COLUMN_INT) };
static const struct column LINE_SEEN[] = {
	COL(struct line_seen, edition, COLUMN_INT),
	COL(struct line_seen, revoked, COLUMN_INT),
};
static const struct sql SQL[] = {
	[PAGE] = { ALL "WHERE seq >= $1 ORDER BY seq LIMIT $2", RESULT },
	[ADOPTED] = { ALL "WHERE kind = 'ADOPTED' AND serial <= $1 AND seq > (SELECT MAX(seq) FROM "
			  "journal_line WHERE serial = '' AND kind = 'ADOPTION') "
			  "ORDER BY serial DESC, seq DESC LIMIT 1",
	    RESULT },
	[OF_SERIAL] = { ALL "WHERE serial = $1 AND kind = 'INTENT' ORDER BY seq LIMIT 1", RESULT },
	[ALL_OF_SERIAL] = { ALL "WHERE serial = $1 ORDER BY seq", RESULT },
	[OF_NONE] = { ALL "WHERE serial = '' AND kind = $1 ORDER BY seq", RESULT },
	[SEEN] = { "SELECT COALESCE(MAX(i.edition), 0) AS edition, "
		   "COALESCE(MAX(CASE WHEN EXISTS (SELECT 1 FROM journal_line r WHERE r.serial = "
		   "i.serial AND r.kind = 'REVOKED') THEN i.edition ELSE 0 END), 0) AS revoked "
		   "FROM journal_line i WHERE i.dossier = $1 AND i.kind IN ('INTENT', 'VOID')",
	    LINE_SEEN, COUNT(LINE_SEEN), sizeof(struct line_seen) },
	[LAST] = { "SELECT seq FROM journal_line ORDER BY seq DESC LIMIT 1", LINE_LAST,
	    COUNT(LINE_LAST), sizeof(ROW) },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS journal_line_serial ON journal_line (serial, kind)",
	"CREATE INDEX IF NOT EXISTS journal_line_dossier ON journal_line (dossier, kind)",
	"CREATE INDEX IF NOT EXISTS journal_line_adopted ON journal_line (serial) WHERE kind = "
	"'ADOPTED'",
	NULL
};
const struct table LINE_TABLE = { "journal_line", LINE, COUNT(LINE), 1, "", INDEXES, SQL, SQLS,
	.apart = true };

bool
line_page(
    struct tx *tx, int64_t from, int64_t most, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[PAGE], VALUES(V_INT(from), V_INT(most)), each, context, fault);
}

bool
line_adopted(
    struct tx *tx, const char *serial, struct line_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[ADOPTED], VALUES(V_TEXT(serial)), row, found, fault);
}

bool
line_of_serial(
    struct tx *tx, const char *serial, struct line_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[OF_SERIAL], VALUES(V_TEXT(serial)), row, found, fault);
}

bool
line_serial_each(
    struct tx *tx, const char *serial, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[ALL_OF_SERIAL], VALUES(V_TEXT(serial)), each, context, fault);
}

bool
line_kind_each(struct tx *tx, const char *kind, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_NONE], VALUES(V_TEXT(kind)), each, context, fault);
}

void
line_drop(struct line_row *l)
{
	blob_drop(&l->bytes);
}

bool
line_seen(struct tx *tx, int64_t dossier, struct line_seen *out, struct fault *fault)
{
	bool found;
	return tx_one(tx, &SQL[SEEN], VALUES(V_INT(dossier)), out, &found, fault);
}

bool
line_last(struct tx *tx, int64_t *seq, struct fault *fault)
{
	struct line_row row = { .seq = 0 };
	bool found;
	if (!tx_one(tx, &SQL[LAST], NULL, 0, &row, &found, fault))
		return false;
	*seq = found ? row.seq : 0;
	return true;
}
