#include "store/event_row.h"

#include "store/change_row.h"

#define ROW struct event_row
static const struct column EVENT[] = {
	COL(ROW, seq, COLUMN_INT),
	COL(ROW, act_id, COLUMN_FIXED),
	COL(ROW, at, COLUMN_INT),
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, actor, COLUMN_TEXT),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, detail, COLUMN_TEXT),
	COL(ROW, changes, COLUMN_INT),
	COL(ROW, changes_head, COLUMN_FIXED),
	COL(ROW, leaf, COLUMN_FIXED),
};
#define ALL                                                                                        \
	"SELECT seq, act_id, at, kind, actor, dossier, detail, changes, changes_head, leaf "       \
	"FROM event "
#define RESULT EVENT, COUNT(EVENT), sizeof(ROW)
enum { BY_ACT, OF_DOSSIER, FROM, PAGE, LAST, SQLS };
static const struct sql SQL[] = {
	[BY_ACT] = { ALL "WHERE act_id = $1", RESULT },
	[OF_DOSSIER] = { ALL "WHERE dossier = $1 ORDER BY seq", RESULT },
	[FROM] = { ALL "WHERE seq >= $1 ORDER BY seq", RESULT },
	[PAGE] = { ALL "WHERE seq >= $1 ORDER BY seq LIMIT $2", RESULT },
	[LAST] = { ALL "ORDER BY seq DESC LIMIT 1", RESULT },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE INDEX IF NOT EXISTS event_dossier ON event (dossier, seq)", NULL
};
const struct table EVENT_TABLE = { "event", EVENT, COUNT(EVENT), 1, "UNIQUE (act_id)", INDEXES, SQL,
	SQLS, .apart = true };

bool
event_begin(struct tx *tx, struct event_row *row, struct fault *fault)
{
	return tx_next(tx, "event", &row->seq, fault) &&
	       change_flush(tx, &row->changes, row->changes_head, fault);
}

bool
event_add(struct tx *tx, const struct event_row *row, struct fault *fault)
{
	bool inserted;
	return tx_insert(tx, &EVENT_TABLE, row, &inserted, fault) &&
	       (inserted || fault_set(fault, FAULT_STATE, "この操作は記録済みです。"));
}

bool
event_by_act(struct tx *tx, const uint8_t act[ACT_ID], bool *found, struct fault *fault)
{
	struct event_row row;
	return tx_one(tx, &SQL[BY_ACT], VALUES(V_BLOB(act, ACT_ID)), &row, found, fault);
}

bool
event_of_dossier(
    struct tx *tx, int64_t dossier, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF_DOSSIER], VALUES(V_INT(dossier)), each, context, fault);
}

bool
event_each(struct tx *tx, int64_t from, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[FROM], VALUES(V_INT(from)), each, context, fault);
}

bool
event_page(
    struct tx *tx, int64_t from, int64_t most, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[PAGE], VALUES(V_INT(from), V_INT(most)), each, context, fault);
}

bool
event_last(struct tx *tx, struct event_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[LAST], NULL, 0, row, found, fault);
}
