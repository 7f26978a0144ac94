/* The table a bank's web site gives: CP932 or UTF-8, a heading row, one running balance. */
#include "exchange/bank_fixed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"

/* Yen with or without separators; an empty cell is 0. */
static bool
yen(const char *s, int64_t *out)
{
	int64_t v = 0;
	bool minus = *s == '-';
	for (s += minus; *s != '\0'; s++) {
		if (*s == ',')
			continue;
		if (*s < '0' || *s > '9' || v > 99999999999999)
			return false;
		v = v * 10 + (*s - '0');
	}
	*out = minus ? -v : v;
	return true;
}

/* 2026/11/09, 2026-11-09, 20261109, or YYMMDD of the era. */
static bool
csv_day(const char *s, struct day today, struct day *out)
{
	int y, m, d, n = 0;
	if ((sscanf(s, "%4d/%2d/%2d%n", &y, &m, &d, &n) == 3 ||
		sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &n) == 3 ||
		sscanf(s, "%4d%2d%2d%n", &y, &m, &d, &n) == 3) &&
	    s[n] == '\0' && y > 1900) {
		*out = (struct day){ y, m, d };
		return day_exists(*out);
	}
	return strlen(s) == 6 && bank_era_day(s, today, out);
}

struct columns {
	int day, out, in, balance, type, note;
};

static bool
columns_find(const struct csv *csv, struct columns *c, struct bank_file *file)
{
	const struct {
		int *at;
		const char *name;
	} want[] = { { &c->day, "勘定日" }, { &c->out, "出金金額(円)" }, { &c->in, "入金金額(円)" },
		{ &c->balance, "残高(円)" }, { &c->type, "取引区分" }, { &c->note, "摘要" } };
	for (size_t i = 0; i < COUNT(want); i++) {
		*want[i].at = csv_column(csv, want[i].name);
		if (*want[i].at == -1)
			bank_error(file, 1, want[i].name, "見出しに「%s」の列がありません。",
			    want[i].name);
	}
	return file->error_count == 0;
}

struct table {
	const struct columns *at;
	const char *account;
	struct day today;
	bool begun;
	int64_t balance;
};

static void
row(const struct csv *csv, struct table *t, struct bank_file *file)
{
	int64_t in, out, balance;
	struct bank_line line = { .record = csv->line };
	if (!yen(csv->field[t->at->in], &in) || !yen(csv->field[t->at->out], &out) ||
	    !yen(csv->field[t->at->balance], &balance)) {
		bank_error(
		    file, csv->line, "金額", "%d行目の金額が数字ではありません。", csv->line);
		return;
	}
	if (!csv_day(csv->field[t->at->day], t->today, &line.booked))
		bank_error(file, csv->line, "勘定日",
		    "%d行目の勘定日「%.40s」は日付ではありません。", csv->line,
		    csv->field[t->at->day]);
	if ((in > 0) == (out > 0))
		bank_error(file, csv->line, "金額",
		    "%d行目は入金と出金のどちらか一方だけを持ちます。", csv->line);
	if (t->begun && t->balance + in - out != balance)
		bank_error(file, csv->line, "残高(円)",
		    "%d行目の残高が前の行と合いません。"
		    "行が抜けているか書き換えられています。受け取り直してください。",
		    csv->line);
	t->begun = true;
	t->balance = balance;
	const char *type = csv->field[t->at->type];
	line.amount = in > 0 ? in : out;
	line.entry = strstr(type, "訂正") != NULL || strstr(type, "取消") != NULL ? BANK_CORRECTION
		     : in > 0							  ? BANK_DEPOSIT
										  : BANK_WITHDRAWAL;
	line.takes_back = line.entry == BANK_CORRECTION && out > 0;
	snprintf(line.account, sizeof(line.account), "%s", t->account);
	size_t n = strlen(csv->field[t->at->note]);
	if (n >= sizeof(line.payer))
		bank_error(file, csv->line, "摘要", "%d行目の摘要が長すぎます。", csv->line);
	else
		memcpy(line.payer, csv->field[t->at->note], n + 1);
	if (!bank_line_add(file, &line))
		bank_error(file, csv->line, "件数",
		    "明細が %d 件を超えています。分けて受け取ってください。", BANK_LINES_MOST);
}

static void
rows(struct csv *csv, const char *account, struct day today, struct bank_file *file)
{
	struct columns at;
	struct table table = { &at, account, today, false, 0 };
	if (!columns_find(csv, &at, file))
		return;
	for (bool more = true; more && file->error_count < BANK_ERRORS;) {
		struct fault fault = { 0 };
		if (!csv_row(csv, &more, &fault))
			bank_error(file, csv->line, "行", "%s", fault.say);
		else if (more)
			row(csv, &table, file);
	}
}

void
bank_csv_read(
    const uint8_t *p, size_t n, const char *account, struct day today, struct bank_file *file)
{
	OWN_SINK utf8 = SINK_GROW(4 * BANK_FILE_MOST);
	struct csv csv;
	struct fault fault = { 0 };
	file->format = BANK_CSV;
	if (utf8_valid((const char *)p, n))
		sink_bytes(&utf8, p, n);
	else if (!cp932_read(p, n, &utf8)) {
		bank_error(file, 1, "文字", "CP932（シフトJIS）でもUTF-8でもないファイルです。");
		return;
	}
	if (!csv_open(&csv, utf8.at, utf8.len, &fault)) {
		bank_error(file, 1, "見出し", "%s", fault.say);
		return;
	}
	rows(&csv, account, today, file);
	csv_close(&csv);
}
