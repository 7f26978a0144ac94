/* Records of 200 bytes: kinds 03 (statement) and 01 (notice of transfers, formats A and B). */
#include "exchange/bank_fixed.h"

#include <stdio.h>
#include <string.h>

enum { RECORD = 200 };

/* Where a number or text stands in a record: positions from 1, as the banks' tables print them. */
enum field {
	H_BANK,
	H_BRANCH,
	H_KIND,
	H_ACCOUNT,
	D_DAY,
	D_ENTRY,
	D_TYPE,
	D_AMOUNT,
	D_AMOUNT2,
	D_PAYER,
	D_CANCEL,
	T_COUNT,
	T_SUM,
	T_COUNT2,
	T_SUM2,
	T_RECORDS,
	E_RECORDS,
	E_ACCOUNTS,
	FIELDS
};

/* clang-format off */
static const struct place {
	const char *name;
	struct { int at, len; } in[2]; /* kind 03, kind 01; length 0: not there */
} PLACE[FIELDS] = {
	[H_BANK]    = { "銀行番号",	 { {  23,  4 }, {  23,  4 } } },
	[H_BRANCH]  = { "支店番号",	 { {  42,  3 }, {  42,  3 } } },
	[H_KIND]    = { "預金種目",	 { {  63,  1 }, {  60,  1 } } },
	[H_ACCOUNT] = { "口座番号",	 { {  64, 10 }, {  61,  7 } } },
	[D_DAY]	    = { "勘定日",	 { {  10,  6 }, {   8,  6 } } },
	[D_ENTRY]   = { "入払区分",	 { {  22,  1 }, {   0,  0 } } },
	[D_TYPE]    = { "取引区分",	 { {  23,  2 }, {   0,  0 } } },
	[D_AMOUNT]  = { "金額",		 { {  25, 12 }, {  20, 10 } } },
	[D_AMOUNT2] = { "金額(2)",	 { {   0,  0 }, { 129, 12 } } },
	[D_PAYER]   = { "振込依頼人名",	 { {  82, 48 }, {  50, 48 } } },
	[D_CANCEL]  = { "取消区分",	 { {   0,  0 }, { 128,  1 } } },
	[T_COUNT]   = { "入金件数",	 { {   2,  6 }, {   2,  6 } } },
	[T_SUM]	    = { "入金額合計",	 { {   8, 13 }, {   8, 12 } } },
	[T_COUNT2]  = { "出金・取消件数", { {  21,  6 }, {  20,  6 } } },
	[T_SUM2]    = { "出金・取消合計", { {  27, 13 }, {  26, 12 } } },
	[T_RECORDS] = { "データ件数",	 { {  55,  7 }, {   0,  0 } } },
	[E_RECORDS] = { "レコード総件数", { {   2, 10 }, {   0,  0 } } },
	[E_ACCOUNTS] = { "口座数",	 { {  12,  5 }, {   0,  0 } } },
};
/* clang-format on */

struct group { /* from a header to its trailer */
	bool open;
	char account[BANK_ACCOUNT];
	int64_t count[2], sum[2], sum_b; /* [0] in, [1] out or cancelled; as format B reads it */
	int64_t records;
	size_t first; /* of its lines */
};

struct reading {
	struct bank_file *file;
	struct day today;
	int kind; /* 0: 03, 1: 01 */
	int record;
	struct group group;
	int groups;
	bool ended;
};

static bool
number(struct reading *r, const uint8_t *rec, enum field f, int64_t *out)
{
	int at = PLACE[f].in[r->kind].at - 1, len = PLACE[f].in[r->kind].len;
	int64_t v = 0;
	for (int i = 0; i < len; i++) {
		if (rec[at + i] < '0' || rec[at + i] > '9') {
			bank_error(r->file, r->record, PLACE[f].name,
			    "%d番目のレコードの「%s」（%d～%d文字目）が数字ではありません。",
			    r->record, PLACE[f].name, at + 1, at + len);
			return false;
		}
		v = v * 10 + (rec[at + i] - '0');
	}
	*out = v;
	return true;
}

static void
header(struct reading *r, const uint8_t *rec)
{
	int64_t bank, branch, kind, account;
	r->kind = memcmp(rec + 1, "03", 2) == 0 ? 0 : 1;
	if (rec[3] != '0' || (r->kind == 1 && memcmp(rec + 1, "01", 2) != 0)) {
		bank_error(r->file, r->record, "種別コード",
		    "種別コード %.2s・コード区分 %c のファイルは読めません。"
		    "種別01か03、JISコードで受け取り直してください。",
		    (const char *)rec + 1, rec[3]);
		return;
	}
	if (r->group.open)
		bank_error(r->file, r->record, "データ区分",
		    "%d番目のレコード：前の口座のトレーラがないまま次のヘッダが来ました。",
		    r->record);
	if (!number(r, rec, H_BANK, &bank) || !number(r, rec, H_BRANCH, &branch) ||
	    !number(r, rec, H_KIND, &kind) || !number(r, rec, H_ACCOUNT, &account))
		return;
	if (kind >= 5)
		bank_error(r->file, r->record, PLACE[H_KIND].name,
		    "預金種目 %d（通知・定期・積立）の明細は読めません。"
		    "普通・当座・貯蓄の明細を受け取り直してください。",
		    (int)kind);
	r->group = (struct group){ .open = true, .first = r->file->count };
	snprintf(r->group.account, sizeof(r->group.account), "%04d-%03d-%lld", (int)bank,
	    (int)branch, (long long)account);
	r->groups++;
}

static enum bank_entry
entry_of(const struct reading *r, const uint8_t *rec)
{
	if (r->kind == 1)
		return rec[127] == '1' ? BANK_CANCELLED : BANK_DEPOSIT;
	if (memcmp(rec + 22, "19", 2) == 0)
		return BANK_CORRECTION;
	return rec[21] == '1' ? BANK_DEPOSIT : BANK_WITHDRAWAL;
}

/* Format B's second amount: used only above ten digits, then the first is zero. */
static int64_t
second_amount(const struct reading *r, const uint8_t *rec)
{
	int64_t v = 0;
	for (int i = 128; r->kind == 1 && i < 152; i++) {
		if (rec[i] < '0' || rec[i] > '9')
			return 0;
		v = i < 140 ? v * 10 + (rec[i] - '0') : v;
	}
	return v;
}

static void
data(struct reading *r, const uint8_t *rec)
{
	struct bank_line line = { .record = r->record, .entry = entry_of(r, rec) };
	struct group *g = &r->group;
	char six[7];
	if (!g->open) {
		bank_error(r->file, r->record, "データ区分",
		    "%d番目のレコード：ヘッダより前に明細があります。", r->record);
		return;
	}
	if (!number(r, rec, D_AMOUNT, &line.amount))
		return;
	snprintf(six, sizeof(six), "%.6s", (const char *)rec + PLACE[D_DAY].in[r->kind].at - 1);
	if (!bank_era_day(six, r->today, &line.booked))
		bank_error(r->file, r->record, PLACE[D_DAY].name,
		    "%d番目のレコードの勘定日「%s」は日付ではありません。", r->record, six);
	if (r->kind == 0 && (rec[21] < '1' || rec[21] > '2'))
		bank_error(r->file, r->record, PLACE[D_ENTRY].name,
		    "%d番目のレコードの入払区分「%c」は1か2でなければなりません。", r->record,
		    rec[21]);
	bool out = r->kind == 0 ? rec[21] == '2' : line.entry == BANK_CANCELLED;
	int64_t b = second_amount(r, rec);
	line.takes_back = out && line.entry != BANK_WITHDRAWAL;
	g->count[out]++;
	g->sum[out] += line.amount;
	g->sum_b += out ? 0 : line.amount + b;
	g->records++;
	line.amount = line.amount == 0 ? b : line.amount;
	memcpy(line.account, g->account, sizeof(line.account));
	bank_payer_put(&line, rec + PLACE[D_PAYER].in[r->kind].at - 1, 48, r->file);
	if (!bank_line_add(r->file, &line))
		bank_error(r->file, r->record, "件数",
		    "明細が %d 件を超えています。分けて受け取ってください。", BANK_LINES_MOST);
}

static void
agree(struct reading *r, enum field f, int64_t said, int64_t counted)
{
	if (said != counted)
		bank_error(r->file, r->record, PLACE[f].name,
		    "トレーラの「%s」%lld が明細の合計 %lld と一致しません。"
		    "ファイルが欠けているか書き換えられています。受け取り直してください。",
		    PLACE[f].name, (long long)said, (long long)counted);
}

static void
trailer(struct reading *r, const uint8_t *rec)
{
	struct group *g = &r->group;
	int64_t v[FIELDS] = { 0 };
	if (!g->open) {
		bank_error(r->file, r->record, "データ区分",
		    "%d番目のレコード：ヘッダのないトレーラです。", r->record);
		return;
	}
	g->open = false;
	for (int f = T_COUNT; f <= T_RECORDS; f++)
		if (!number(r, rec, (enum field)f, &v[f]))
			return;
	bool b = g->sum[0] != v[T_SUM] && g->sum_b == v[T_SUM];
	if (b)
		r->file->format = BANK_ZENGIN_01B;
	agree(r, T_COUNT, v[T_COUNT], g->count[0]);
	agree(r, T_SUM, v[T_SUM], b ? g->sum_b : g->sum[0]);
	agree(r, T_COUNT2, v[T_COUNT2], g->count[1]);
	agree(r, T_SUM2, v[T_SUM2], g->sum[1]);
	if (PLACE[T_RECORDS].in[r->kind].len > 0)
		agree(r, T_RECORDS, v[T_RECORDS], g->records);
}

/* Of kind 03 it counts records (with or without itself) and accounts; of kind 01 nothing. */
static void
end(struct reading *r, const uint8_t *rec)
{
	if (r->group.open || r->groups == 0)
		bank_error(r->file, r->record, "データ区分",
		    "トレーラがないままファイルが終わっています。");
	r->ended = true;
	int64_t records, accounts;
	if (r->kind != 0 || r->groups == 0 || !number(r, rec, E_RECORDS, &records) ||
	    !number(r, rec, E_ACCOUNTS, &accounts))
		return;
	if ((records != r->record && records != r->record - 1) || accounts != r->groups)
		bank_error(r->file, r->record, PLACE[E_RECORDS].name,
		    "エンドレコードの件数がファイルと一致しません。受け取り直してください。");
}

void
bank_fixed_read(const uint8_t *p, size_t n, struct day today, struct bank_file *file)
{
	struct reading r = { .file = file, .today = today };
	file->format = memcmp(p + 1, "03", 2) == 0 ? BANK_ZENGIN_03 : BANK_ZENGIN_01A;
	while (n > 0 && p[n - 1] == 0x1a)
		n--; /* an end-of-file sign of old systems */
	bool lines = n > RECORD && (p[RECORD] == '\r' || p[RECORD] == '\n');
	size_t gap = !lines ? 0 : p[RECORD] == '\r' ? 2 : 1;
	for (size_t at = 0; at < n; at += RECORD + gap) {
		r.record++;
		if (n - at < RECORD || r.ended) {
			bank_error(file, r.record, "レコード",
			    r.ended ? "エンドレコードの後にデータがあります。"
				    : "最後のレコードが200文字に足りません。"
				      "ファイルが途中で切れています。");
			return;
		}
		if (gap > 0 && n - at > RECORD &&
		    (n - at < RECORD + gap || p[at + RECORD + gap - 1] != '\n')) {
			bank_error(file, r.record, "レコード",
			    "%d番目のレコードが200文字ではありません。", r.record);
			return;
		}
		switch (p[at]) {
		case '1':
			header(&r, p + at);
			break;
		case '2':
			data(&r, p + at);
			break;
		case '8':
			trailer(&r, p + at);
			break;
		case '9':
			end(&r, p + at);
			break;
		default:
			bank_error(file, r.record, "データ区分",
			    "%d番目のレコードのデータ区分が1・2・8・9のどれでもありません。",
			    r.record);
			return;
		}
	}
	if (!r.ended)
		bank_error(file, r.record, "レコード",
		    "エンドレコードがありません。ファイルが途中で切れています。");
}
