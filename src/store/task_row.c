#include "store/task_row.h"

#include <stdio.h>
#include <string.h>

const struct refusal TASK_FENCE = { "task-fence", FAULT_LATER, "storage 3" };

#define ROW struct task_row
static const struct column TASK[] = {
	COL(ROW, id, COLUMN_INT),
	COL(ROW, kind, COLUMN_TEXT),
	COL(ROW, digest, COLUMN_FIXED),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, lane, COLUMN_INT),
	COL(ROW, state, COLUMN_TEXT),
	COL(ROW, taker, COLUMN_TEXT),
	COL(ROW, fence, COLUMN_INT),
	COL(ROW, until, COLUMN_INT),
	COL(ROW, result, COLUMN_TEXT),
	COL(ROW, exit, COLUMN_INT),
	COL(ROW, created_at, COLUMN_INT),
	COL(ROW, done_at, COLUMN_INT),
};
#define ALL                                                                                        \
	"SELECT id, kind, digest, dossier, edition, lane, state, taker, fence, until, result, "    \
	"exit, created_at, done_at FROM task "
#define RESULT TASK, COUNT(TASK), sizeof(ROW)
enum { GET, OPEN, OF, NEXT, OLDEST, TAKE_IT, HOLD, TAKEN, RELEASE, END, SQLS };
static const struct sql SQL[] = {
	[GET] = { ALL "WHERE id = $1", RESULT },
	[OPEN] = { ALL "WHERE kind = $1 AND digest = $2 AND dossier = $3 AND edition = $4 "
		       "AND state IN ('waiting', 'taken')",
	    RESULT },
	[OF] = { ALL "WHERE kind = $1 AND digest = $2 ORDER BY id DESC LIMIT 1", RESULT },
	[NEXT] = { ALL "WHERE state IN ('waiting', 'taken') AND (state = 'waiting' OR until <= $1) "
		       "AND lane = $2 AND id > $3 ORDER BY id LIMIT 1",
	    RESULT },
	[OLDEST] = { ALL "WHERE state IN ('waiting', 'taken') ORDER BY created_at, id LIMIT 1",
	    RESULT },
	[TAKE_IT] = { "UPDATE task SET state = 'taken', taker = $3, fence = fence + 1, until = $4 "
		      "WHERE id = $1 AND fence = $2",
	    NULL, 0, 0 },
	[HOLD] = { "UPDATE task SET until = $3 WHERE id = $1 AND fence = $2 AND state = 'taken'",
	    NULL, 0, 0 },
	[TAKEN] = { ALL "WHERE state = 'taken' ORDER BY id", RESULT },
	[RELEASE] = { "UPDATE task SET state = 'waiting' WHERE state = 'taken' AND lane = $1", NULL,
	    0, 0 },
	[END] = { "UPDATE task SET state = $3, exit = $4, result = $5, done_at = $6 "
		  "WHERE id = $1 AND fence = $2 AND state = 'taken'",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = {
	"CREATE UNIQUE INDEX IF NOT EXISTS task_open ON task (kind, digest, dossier, edition) "
	"WHERE state IN ('waiting', 'taken')",
	"CREATE INDEX IF NOT EXISTS task_state ON task (state, id)",
	"CREATE INDEX IF NOT EXISTS task_lane ON task (lane, id) WHERE state IN ('waiting', "
	"'taken')",
	"CREATE INDEX IF NOT EXISTS task_of ON task (digest, kind, id)", NULL
};
const struct table TASK_TABLE = { "task", TASK, COUNT(TASK), 1, "", INDEXES, SQL, SQLS };

static enum task_lane
lane_of(const char *kind)
{
	static const struct {
		const char *kind;
		enum task_lane lane;
	} ROWS[] = { { "revoke", TASK_REVOKES }, { "void", TASK_REVOKES }, { "list", TASK_LISTS } };
	for (size_t i = 0; i < COUNT(ROWS); i++)
		if (strcmp(ROWS[i].kind, kind) == 0)
			return ROWS[i].lane;
	return TASK_OTHERS;
}

/* Asking twice is one task; the unique index says so where two ask at once. */
bool
task_add(struct tx *tx, const struct task_row *asked, int64_t *id, struct fault *fault)
{
	struct task_row open, t = *asked;
	bool found, inserted;
	if (!tx_one(tx, &SQL[OPEN],
		VALUES(V_TEXT(t.kind), V_BLOB(t.digest, 32), V_INT(t.dossier), V_INT(t.edition)),
		&open, &found, fault))
		return false;
	if (found) {
		*id = open.id;
		return true;
	}
	if (!tx_next(tx, "task", &t.id, fault))
		return false;
	(void)snprintf(t.state, sizeof(t.state), "waiting");
	t.lane = lane_of(t.kind);
	t.taker[0] = t.result[0] = '\0';
	t.fence = t.until = t.exit = t.done_at = 0;
	if (!tx_insert(tx, &TASK_TABLE, &t, &inserted, fault))
		return false;
	*id = t.id;
	return inserted || fault_set(fault, FAULT_LATER,
			       "同じ依頼が同時に出されました。もう一度実行してください。");
}

bool
task_get(struct tx *tx, int64_t id, struct task_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[GET], VALUES(V_INT(id)), row, found, fault);
}

bool
task_last(struct tx *tx, const char *kind, const uint8_t digest[32], struct task_row *row,
    bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[OF], VALUES(V_TEXT(kind), V_BLOB(digest, 32)), row, found, fault);
}

void
task_past(struct task_round *r, const struct task_row *t)
{
	r->past[t->lane] = t->id > r->past[t->lane] ? t->id : r->past[t->lane];
}

bool
task_taken_each(struct tx *tx, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[TAKEN], NULL, 0, each, context, fault);
}

bool
task_release(struct tx *tx, unsigned lanes, struct fault *fault)
{
	for (int lane = 0; lane < TASK_LANES; lane++)
		if ((lanes >> lane & 1) != 0 &&
		    !tx_change(tx, &SQL[RELEASE], VALUES(V_INT(lane)), NULL, fault))
			return false;
	return true;
}

static bool
next(struct tx *tx, const struct task_round *r, int64_t now, struct task_row *row, bool *found,
    struct fault *fault)
{
	*found = false;
	for (int lane = 0; lane < TASK_LANES && !*found; lane++)
		if ((r->lanes >> lane & 1) != 0 &&
		    !tx_one(tx, &SQL[NEXT], VALUES(V_INT(now), V_INT(lane), V_INT(r->past[lane])),
			row, found, fault))
			return false;
	return true;
}

bool
task_take(struct tx *tx, const struct task_round *r, const char *kind, const char *taker,
    int64_t now, int64_t lease, struct task_row *row, bool *found, struct fault *fault)
{
	int64_t changed = 0;
	if (!next(tx, r, now, row, found, fault))
		return false;
	*found = *found && (kind == NULL || strcmp(row->kind, kind) == 0);
	if (!*found)
		return true;
	if (!tx_change(tx, &SQL[TAKE_IT],
		VALUES(V_INT(row->id), V_INT(row->fence), V_TEXT(taker), V_INT(now + lease)),
		&changed, fault))
		return false;
	*found = changed == 1;
	row->fence++;
	row->until = now + lease;
	(void)snprintf(row->taker, sizeof(row->taker), "%s", taker);
	(void)snprintf(row->state, sizeof(row->state), "taken");
	return true;
}

static bool
one_changed(int64_t changed, struct fault *fault)
{
	return changed == 1 ||
	       fault_refuse(fault, &TASK_FENCE, "task",
		   "この依頼はほかの発行係が引き継ぎました。結果はそちらが記録します。");
}

bool
task_hold(struct tx *tx, int64_t id, int64_t fence, int64_t until, struct fault *fault)
{
	int64_t changed;
	return tx_change(tx, &SQL[HOLD], VALUES(V_INT(id), V_INT(fence), V_INT(until)), &changed,
		   fault) &&
	       one_changed(changed, fault);
}

bool
task_end(struct tx *tx, int64_t id, int64_t fence, const char *state, int64_t code,
    const char *result, int64_t now, struct fault *fault)
{
	int64_t changed;
	return tx_change(tx, &SQL[END],
		   VALUES(V_INT(id), V_INT(fence), V_TEXT(state), V_INT(code), V_TEXT(result),
		       V_INT(now)),
		   &changed, fault) &&
	       one_changed(changed, fault);
}

bool
task_oldest(struct tx *tx, int64_t *created_at, struct fault *fault)
{
	struct task_row t = { .id = 0 };
	bool found;
	if (!tx_one(tx, &SQL[OLDEST], NULL, 0, &t, &found, fault))
		return false;
	*created_at = found ? t.created_at : 0;
	return true;
}
