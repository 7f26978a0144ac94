#include "store/change_row.h"

#include <string.h>

#include "store/engine.h"
#include "vault/digest.h"

enum { BATCH = 64 << 10, KEY_MOST = 512 };

#define ROW struct change_row
static const struct column CHANGE[] = {
	COL(ROW, seq, COLUMN_INT),
	COL(ROW, rows, COLUMN_BLOB),
	COL(ROW, head, COLUMN_FIXED),
};
#define ALL "SELECT seq, rows, head FROM change "
#define RESULT CHANGE, COUNT(CHANGE), sizeof(ROW)
static const struct column HEAD[] = { COL(ROW, seq, COLUMN_INT), COL(ROW, head, COLUMN_FIXED) };
enum { LAST, PAGE, SQLS };
static const struct sql SQL[] = {
	[LAST] = { "SELECT seq, head FROM change ORDER BY seq DESC LIMIT 1", HEAD, COUNT(HEAD),
	    sizeof(ROW) },
	[PAGE] = { ALL "WHERE seq >= $1 ORDER BY seq LIMIT $2", RESULT },
};
_Static_assert(COUNT(SQL) == SQLS, "every statement name needs its text");
const struct table CHANGE_TABLE = { "change", CHANGE, COUNT(CHANGE), 1, "", NULL, SQL, SQLS,
	.apart = true };

const struct table *
change_table(const struct sql *sql)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		const struct table *t = TABLES[i];
		for (size_t k = 0; k < t->statement_count; k++)
			if (&t->statements[k] == sql)
				return t->apart || strncmp(sql->text, "SELECT", 6) == 0 ? NULL : t;
	}
	return NULL;
}

static void
key_pack(const struct table *t, const void *row, struct sink *out)
{
	for (size_t i = 0; i < t->keys; i++) {
		struct value v = column_value(&t->columns[i], row);
		switch (v.kind) {
		case COLUMN_INT:
			der_put_int(out, v.number);
			break;
		case COLUMN_TEXT:
			der_put_utf8(out, v.at);
			break;
		case COLUMN_FIXED:
		case COLUMN_BLOB:
			der_put_octets(out, v.at, v.n);
			break;
		}
	}
}

void
change_key_print(const struct table *t, struct der key, struct sink *out)
{
	struct der part;
	uint8_t tag;
	int64_t number;
	for (size_t i = 0; i < t->keys; i++) {
		sink_text(out, i == 0 ? "" : " ");
		if (t->columns[i].kind == COLUMN_INT && der_take_int(&key, &number))
			sink_print(out, "%lld", (long long)number);
		else if (der_take_any(&key, &tag, &part) && t->columns[i].kind == COLUMN_TEXT)
			sink_bytes(out, part.p, part.n);
		else
			sink_hex(out, part.p, part.n);
	}
}

/* Every column with its kind and its length: no two rows look alike. */
static void
row_digest(const struct table *t, const void *row, uint8_t out[32])
{
	struct digest d;
	digest_begin(&d);
	digest_add(&d, "akashi row v1", sizeof("akashi row v1"));
	digest_add(&d, t->name, strlen(t->name) + 1);
	for (size_t i = 0; i < t->column_count; i++) {
		struct value v = column_value(&t->columns[i], row);
		size_t n = v.kind == COLUMN_TEXT ? strlen(v.at) : v.n;
		uint64_t number = v.kind == COLUMN_INT ? (uint64_t)v.number : n;
		uint8_t head[9] = { (uint8_t)v.kind };
		for (int k = 0; k < 8; k++)
			head[8 - k] = (uint8_t)(number >> 8 * k);
		digest_add(&d, head, sizeof(head));
		if (v.kind != COLUMN_INT && n > 0)
			digest_add(&d, v.at, n);
	}
	digest_end(&d, out);
}

static void
entry_pack(const struct table *t, const void *row, bool gone, struct sink *out)
{
	uint8_t key[KEY_MOST], digest[32];
	struct sink packed = SINK_INTO(key);
	key_pack(t, row, &packed);
	if (!gone)
		row_digest(t, row, digest);
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, t->name);
	der_put_octets(out, packed.at, packed.len);
	der_put_octets(out, digest, gone ? 0 : sizeof(digest));
	der_end(out, all);
	out->full = out->full || packed.full;
}

void
change_of(const struct table *t, const void *row, struct sink *out)
{
	entry_pack(t, row, false, out);
}

bool
change_take(struct der *rows, struct change *c)
{
	struct der entry;
	return der_take(rows, DER_SEQUENCE, &entry) && der_take(&entry, DER_UTF8, &c->table) &&
	       der_take_octets(&entry, &c->key) && der_take_octets(&entry, &c->digest) &&
	       der_done(&entry);
}

void
change_note(struct tx *tx, const struct table *t, const void *row, bool gone)
{
	entry_pack(t, row, gone, &tx->changes);
}

void
change_fold(uint8_t head[32], const struct blob *rows)
{
	struct digest d;
	digest_begin(&d);
	digest_add(&d, "akashi change v1", sizeof("akashi change v1"));
	digest_add(&d, head, 32);
	digest_add(&d, rows->at, rows->n);
	digest_end(&d, head);
}

/* As many whole entries as a batch takes. */
static size_t
batch_length(struct der rows)
{
	const uint8_t *from = rows.p;
	struct change c;
	size_t n = 0;
	while (n < BATCH && change_take(&rows, &c))
		n = (size_t)(rows.p - from);
	return n;
}

bool
change_flush(struct tx *tx, int64_t *seq, uint8_t head[32], struct fault *fault)
{
	struct change_row last = { 0 };
	bool found, inserted;
	if (tx->changes.full)
		return fault_set(fault, FAULT_BUG, "一度に書く行が多すぎます。");
	if (!tx_one(tx, &SQL[LAST], NULL, 0, &last, &found, fault))
		return false;
	struct der left = der_of(tx->changes.at, tx->changes.len);
	while (left.n > 0) {
		last.rows = (struct blob){ (uint8_t *)(uintptr_t)left.p, batch_length(left) };
		last.seq++;
		change_fold(last.head, &last.rows);
		if (!tx_insert(tx, &CHANGE_TABLE, &last, &inserted, fault))
			return false;
		if (!inserted)
			return fault_set(fault, FAULT_BROKEN, "行の記録の番号が続いていません。");
		left = der_of(left.p + last.rows.n, left.n - last.rows.n);
	}
	tx->changes.len = 0;
	*seq = last.seq;
	memcpy(head, last.head, sizeof(last.head));
	return true;
}

bool
change_page(
    struct tx *tx, int64_t from, int64_t most, store_row *each, void *context, struct fault *fault)
{
	return tx_each(tx, &SQL[PAGE], VALUES(V_INT(from), V_INT(most)), each, context, fault);
}

bool
change_last(struct tx *tx, int64_t *seq, struct fault *fault)
{
	struct change_row last = { 0 };
	bool found;
	if (!tx_one(tx, &SQL[LAST], NULL, 0, &last, &found, fault))
		return false;
	*seq = found ? last.seq : 0;
	blob_drop(&last.rows);
	return true;
}
