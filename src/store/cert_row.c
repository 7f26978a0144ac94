#include "store/cert_row.h"

#define ROW struct cert_row
static const struct column CERT[] = {
	COL(ROW, serial, COLUMN_TEXT),
	COL(ROW, dossier, COLUMN_INT),
	COL(ROW, edition, COLUMN_INT),
	COL(ROW, product, COLUMN_TEXT),
	COL(ROW, vend_rule, COLUMN_TEXT),
	COL(ROW, not_before, COLUMN_INT),
	COL(ROW, not_after, COLUMN_INT),
	COL(ROW, digest, COLUMN_FIXED),
	COL(ROW, for_dossier, COLUMN_BLOB),
	COL(ROW, for_package, COLUMN_BLOB),
	COL(ROW, acquired_at, COLUMN_INT),
	COL(ROW, revoked_at, COLUMN_INT),
	COL(ROW, ground, COLUMN_TEXT),
	COL(ROW, reason, COLUMN_INT),
	COL(ROW, receipt, COLUMN_BLOB),
};
#define ALL                                                                                        \
	"SELECT serial, dossier, edition, product, vend_rule, not_before, not_after, digest, "     \
	"for_dossier, for_package, acquired_at, revoked_at, ground, reason, receipt FROM cert "
#define RESULT CERT, COUNT(CERT), sizeof(ROW)
enum { ONE, OF, LATEST, LIST, REVOKED, ACQUIRED, SQLS };
static const struct sql SQL[] = {
	[ONE] = { ALL "WHERE serial = $1", RESULT },
	[OF] = { ALL "WHERE dossier = $1 AND edition = $2", RESULT },
	[LATEST] = { ALL "WHERE dossier = $1 ORDER BY edition DESC LIMIT 1", RESULT },
	[LIST] = { ALL "WHERE serial > $1 ORDER BY serial LIMIT $2", RESULT },
	[REVOKED] = { "UPDATE cert SET revoked_at = $2, ground = $3, reason = $4, receipt = $5 "
		      "WHERE serial = $1 AND revoked_at = 0",
	    NULL, 0, 0 },
	[ACQUIRED] = { "UPDATE cert SET acquired_at = $2 WHERE serial = $1 AND acquired_at = 0",
	    NULL, 0, 0 },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table CERT_TABLE = { "cert", CERT, COUNT(CERT), 1, "UNIQUE (dossier, edition)", NULL,
	SQL, SQLS };

bool
cert_get(struct tx *tx, const char *serial, struct cert_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[ONE], VALUES(V_TEXT(serial)), row, found, fault);
}

bool
cert_of(struct tx *tx, int64_t dossier, int64_t edition, struct cert_row *row, bool *found,
    struct fault *fault)
{
	return tx_one(tx, &SQL[OF], VALUES(V_INT(dossier), V_INT(edition)), row, found, fault);
}

bool
cert_latest(struct tx *tx, int64_t dossier, struct cert_row *row, bool *found, struct fault *fault)
{
	return tx_one(tx, &SQL[LATEST], VALUES(V_INT(dossier)), row, found, fault);
}

bool
cert_list(struct tx *tx, const char *after, int64_t most, store_row *each, void *context,
    struct fault *fault)
{
	return tx_each(tx, &SQL[LIST], VALUES(V_TEXT(after), V_INT(most)), each, context, fault);
}

bool
cert_revoked(struct tx *tx, const char *serial, int64_t at, const char *ground, int64_t reason,
    const struct blob *receipt, struct fault *fault)
{
	return tx_change(tx, &SQL[REVOKED],
	    VALUES(V_TEXT(serial), V_INT(at), V_TEXT(ground), V_INT(reason),
		V_BLOB(receipt->at, receipt->n)),
	    NULL, fault);
}

bool
cert_acquired(struct tx *tx, const char *serial, int64_t at, struct fault *fault)
{
	return tx_change(tx, &SQL[ACQUIRED], VALUES(V_TEXT(serial), V_INT(at)), NULL, fault);
}

void
cert_drop(struct cert_row *r)
{
	blob_drop(&r->for_dossier);
	blob_drop(&r->for_package);
	blob_drop(&r->receipt);
}
