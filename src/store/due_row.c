#include "store/due_row.h"

#define ROW struct due_row
static const struct column DUE[] = {
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, clock, COLUMN_TEXT),
	COL(ROW, word, COLUMN_TEXT),
	COL(ROW, figure, COLUMN_INT),
	COL(ROW, key, COLUMN_TEXT),
	COL(ROW, day, COLUMN_TEXT),
	COL(ROW, role, COLUMN_TEXT),
	COL(ROW, acted_at, COLUMN_INT),
	COL(ROW, open, COLUMN_INT),
	COL(ROW, result, COLUMN_TEXT),
};
#define ALL "SELECT dossier, clock, word, figure, key, day, role, acted_at, open, result FROM due "
#define RESULT DUE, COUNT(DUE), sizeof(ROW)
#define THIS "WHERE dossier = $1 AND clock = $2 AND word = $3 AND figure = $4 AND key = $5 "
#define ORDER "day, dossier, clock, word, figure, key"
enum { OF, NEXT, ONE, ACT, DROP, FORGET, CLOSE, OPEN, OPEN_ROLE, SQLS };
static const struct sql SQL[] = {
	[OF] = { ALL "WHERE dossier = $1 ORDER BY " ORDER, RESULT },
	[NEXT] = { ALL "WHERE acted_at = 0 AND day <= $1 AND (" ORDER
		       ") > ($2, $3, $4, $5, $6, $7) ORDER BY " ORDER " LIMIT 1",
	    RESULT },
	[ONE] = { ALL THIS "AND acted_at = 0", RESULT },
	[ACT] = { "UPDATE due SET acted_at = $6, open = $7 " THIS "AND acted_at = 0", NULL, 0, 0 },
	[DROP] = { "DELETE FROM due " THIS "AND acted_at = 0", NULL, 0, 0 },
	[FORGET] = { "DELETE FROM due WHERE dossier = $1 AND clock = $2 AND acted_at <> 0 AND "
		     "EXISTS (SELECT 1 FROM due AS was WHERE was.dossier = $1 AND was.clock = $2 "
		     "AND was.word = $3 AND was.acted_at <> 0)",
	    NULL, 0, 0 },
	[CLOSE] = { "UPDATE due SET open = 0, result = $6 " THIS "AND open = 1", NULL, 0, 0 },
	[OPEN] = { ALL "WHERE open = 1 AND (" ORDER ") > ($1, $2, $3, $4, $5, $6) ORDER BY " ORDER
		       " LIMIT $7",
	    RESULT },
	[OPEN_ROLE] = { ALL "WHERE open = 1 AND role = $8 AND (" ORDER
			    ") > ($1, $2, $3, $4, $5, $6) ORDER BY " ORDER " LIMIT $7",
	    RESULT },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
static const char *const INDEXES[] = { "CREATE INDEX IF NOT EXISTS due_waiting ON due (" ORDER
				       ") WHERE acted_at = 0",
	"CREATE INDEX IF NOT EXISTS due_list ON due (" ORDER ") WHERE open = 1",
	"CREATE INDEX IF NOT EXISTS due_role ON due (role, " ORDER ") WHERE open = 1", NULL };
const struct table DUE_TABLE = { "due", DUE, COUNT(DUE), 5, "", INDEXES, SQL, SQLS };

#define KEY(r)                                                                                     \
	V_INT((r)->dossier), V_TEXT((r)->clock), V_TEXT((r)->word), V_INT((r)->figure),            \
	    V_TEXT((r)->key)
#define PLACE(r)                                                                                   \
	V_TEXT((r)->day), V_INT((r)->dossier), V_TEXT((r)->clock), V_TEXT((r)->word),              \
	    V_INT((r)->figure), V_TEXT((r)->key)
static const struct due_row TOP = { .dossier = -1 };

bool
due_add(struct tx *tx, const struct due_row *r, struct fault *fault)
{
	return tx_insert(tx, &DUE_TABLE, r, NULL, fault);
}

bool
due_of(struct tx *tx, int64_t dossier, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[OF], VALUES(V_INT(dossier)), each, context, fault);
}

bool
due_next(struct tx *tx, const char *day, const struct due_row *after, struct due_row *out,
    bool *found, struct fault *fault)
{
	const struct due_row *a = after == NULL ? &TOP : after;
	return tx_one(tx, &SQL[NEXT], VALUES(V_TEXT(day), PLACE(a)), out, found, fault);
}

bool
due_waits(struct tx *tx, const struct due_row *r, bool *waits, struct fault *fault)
{
	struct due_row is;
	return tx_one(tx, &SQL[ONE], VALUES(KEY(r)), &is, waits, fault);
}

bool
due_act(struct tx *tx, const struct due_row *r, struct fault *fault)
{
	int64_t changed;
	return tx_change(tx, &SQL[ACT], VALUES(KEY(r), V_INT(r->acted_at), V_INT(r->open)),
		   &changed, fault) &&
	       (changed == 1 || fault_set(fault, FAULT_STATE, "この期限はもう処理されています。"));
}

bool
due_drop(struct tx *tx, const struct due_row *r, struct fault *fault)
{
	return tx_change(tx, &SQL[DROP], VALUES(KEY(r)), NULL, fault);
}

bool
due_forget(struct tx *tx, int64_t dossier, const char *clock, const char *word, bool *forgot,
    struct fault *fault)
{
	int64_t changed = 0;
	bool good = tx_change(
	    tx, &SQL[FORGET], VALUES(V_INT(dossier), V_TEXT(clock), V_TEXT(word)), &changed, fault);
	*forgot = changed > 0;
	return good;
}

bool
due_close(struct tx *tx, const struct due_row *r, struct fault *fault)
{
	return tx_change(tx, &SQL[CLOSE], VALUES(KEY(r), V_TEXT(r->result)), NULL, fault);
}

bool
due_open(struct tx *tx, const char *role, const struct due_row *after, int64_t most,
    store_row *each, void *context, struct fault *fault)
{
	const struct due_row *a = after == NULL ? &TOP : after;
	if (role[0] == '\0')
		return tx_each(tx, &SQL[OPEN], VALUES(PLACE(a), V_INT(most)), each, context, fault);
	return tx_each(
	    tx, &SQL[OPEN_ROLE], VALUES(PLACE(a), V_INT(most), V_TEXT(role)), each, context, fault);
}
