#include "store/letter_row.h"

#define ROW struct letter_row
static const struct column LETTER[] = {
	COL(ROW, envelope, COLUMN_TEXT),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, letter, COLUMN_TEXT),
	COL(ROW, recipient, COLUMN_TEXT),
	COL(ROW, route, COLUMN_TEXT),
	COL(ROW, note, COLUMN_TEXT),
	COL(ROW, tracking, COLUMN_TEXT),
	COL(ROW, print_day, COLUMN_TEXT),
	COL(ROW, created_at, COLUMN_INT),
	COL(ROW, printed_at, COLUMN_INT),
	COL(ROW, sent_at, COLUMN_INT),
	COL(ROW, returns, COLUMN_INT),
};
#define ALL                                                                                        \
	"SELECT envelope, dossier, edition, letter, recipient, route, note, tracking, print_day, " \
	"created_at, printed_at, sent_at, returns FROM letter "
#define RESULT LETTER, COUNT(LETTER), sizeof(ROW)
enum { ONE, TRACKED, NOTED, OF, OF_DAY, MOVE, SQLS };
static const struct sql SQL[] = {
	[ONE] = { ALL "WHERE envelope = $1", RESULT },
	[TRACKED] = { ALL
	    "WHERE tracking = $1 AND tracking <> '' ORDER BY sent_at DESC, envelope LIMIT 1",
	    RESULT },
	[NOTED] = { ALL "WHERE note = $1 ORDER BY dossier, letter", RESULT },
	[OF] = { ALL "WHERE dossier = $1 AND edition = $2 ORDER BY letter", RESULT },
	[OF_DAY] = { ALL "WHERE print_day = $1 ORDER BY dossier, letter", RESULT },
	[MOVE] = { "UPDATE letter SET note = $3, tracking = $4, printed_at = $5, sent_at = $6, "
		   "returns = $7 "
		   "WHERE envelope = $1 AND note = $2",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS letter_note ON letter (note, dossier)",
	"CREATE INDEX IF NOT EXISTS letter_day ON letter (print_day, dossier)",
	"CREATE INDEX IF NOT EXISTS letter_tracking ON letter (tracking, sent_at) WHERE tracking "
	"<> ''",
	NULL
};
const struct table LETTER_TABLE = { "letter", LETTER, COUNT(LETTER), 1,
	"UNIQUE (dossier, edition, letter)", INDEXES, SQL, SQLS };

bool
letter_get(
    struct tx *tx, const char *envelope, struct letter_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_TEXT(envelope)), row, found, fault);
}

bool
letter_by_tracking(
    struct tx *tx, const char *tracking, struct letter_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[TRACKED], VALUES(V_TEXT(tracking)), row, found, fault);
}

bool
letter_noted(struct tx *tx, const char *note, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[NOTED], VALUES(V_TEXT(note)), each, context, fault);
}

bool
letter_of_dossier(struct tx *tx, int64_t dossier, int64_t edition, store_row *each, void *context,
    struct fault *fault)
{
	return tx_each(tx, &SQL[OF], VALUES(V_INT(dossier), V_INT(edition)), each, context, fault);
}

bool
letter_of_day(struct tx *tx, const char *day, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_DAY], VALUES(V_TEXT(day)), each, context, fault);
}

bool
letter_move(struct tx *tx, const struct letter_row *l, const char *from, struct fault *fault)
{
	int64_t changed;
	return tx_change(tx, &SQL[MOVE],
		   VALUES(V_TEXT(l->envelope), V_TEXT(from), V_TEXT(l->note), V_TEXT(l->tracking),
		       V_INT(l->printed_at), V_INT(l->sent_at), V_INT(l->returns)),
		   &changed, fault) &&
	       (changed == 1 ||
		   fault_set(fault, FAULT_STATE,
		       "封筒「%s」の状態が変わっています。表示し直してください。", l->envelope));
}
