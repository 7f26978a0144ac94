#include "exchange/bank_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/bank_fixed.h"

void
bank_error(struct bank_file *file, int record, const char *field, const char *say, ...)
{
	va_list ap;
	if (file->error_count++ >= BANK_ERRORS)
		return;
	struct bank_error *e = &file->error[file->error_count - 1];
	*e = (struct bank_error){ .record = record };
	(void)snprintf(e->field, sizeof(e->field), "%s", field);
	va_start(ap, say);
	vsnprintf(e->say, sizeof(e->say), say, ap);
	text_clean(e->say);
	va_end(ap);
}

bool
bank_era_day(const char *six, struct day today, struct day *out)
{
	static const int BEFORE[] = { 2018, 1988, 1925 }; /* Reiwa, Heisei, Showa: year 1 follows */
	int64_t nearest = INT64_MAX;
	int y, m, d;
	if (strspn(six, "0123456789") != 6 || sscanf(six, "%2d%2d%2d", &y, &m, &d) != 3)
		return false;
	for (size_t i = 0; i < COUNT(BEFORE); i++) {
		struct day day = { BEFORE[i] + y, m, d };
		if (!day_exists(day))
			continue;
		int64_t away = llabs(day_number(day) - day_number(today));
		if (away < nearest) {
			nearest = away;
			*out = day;
		}
	}
	return nearest != INT64_MAX;
}

void
bank_payer_put(struct bank_line *line, const void *cp932, size_t n, struct bank_file *file)
{
	const char *p = cp932;
	struct sink out = SINK_INTO(line->payer);
	bool single = true; /* every sign is one byte in these files: no half of a kanji slips in */
	while (n > 0 && p[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = (uint8_t)p[i];
		single = single && ((c >= 0x20 && c < 0x7f) || (c > 0xa0 && c < 0xe0));
	}
	if (!single || !cp932_read(p, n, &out) || sink_string(&out) == NULL) {
		line->payer[0] = '\0';
		bank_error(file, line->record, "振込依頼人名",
		    "%d番目のレコードの振込依頼人名に読めない文字があります。", line->record);
	}
}

/* Equal lines are told apart by their order, which every format of one account keeps. */
static int
line_order(const void *a, const void *b, void *context)
{
	const struct bank_line *lines = context;
	const struct bank_line *x = &lines[*(const size_t *)a], *y = &lines[*(const size_t *)b];
	int c = strcmp(x->account, y->account);
	c = c != 0 ? c : day_cmp(x->booked, y->booked);
	c = c != 0 ? c : (x->amount > y->amount) - (x->amount < y->amount);
	c = c != 0 ? c : (int)x->entry - (int)y->entry;
	c = c != 0 ? c : strcmp(x->number, y->number);
	return c != 0 ? c : strcmp(bank_line_payer(x), bank_line_payer(y));
}

static int
line_order_whole(const void *a, const void *b, void *context)
{
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int c = line_order(a, b, context);
	return c != 0 ? c : (x > y) - (x < y);
}

static bool
ordinals(struct bank_file *file)
{
	size_t *at = calloc(file->count + 1, sizeof(*at));
	if (at == NULL)
		return false;
	for (size_t i = 0; i < file->count; i++) {
		struct bank_line *l = &file->line[i];
		at[i] = i;
		if (!payer_fold(l->payer, l->folded, l->number))
			l->folded[0] = l->number[0] = '\0';
	}
	qsort_r(at, file->count, sizeof(*at), line_order_whole, file->line);
	for (size_t i = 1; i < file->count; i++)
		if (line_order(&at[i - 1], &at[i], file->line) == 0)
			file->line[at[i]].ordinal = file->line[at[i - 1]].ordinal + 1;
	free(at);
	return true;
}

static void
read_any(const uint8_t *p, size_t n, const char *account, struct day today, struct bank_file *file)
{
	if (n > BANK_FILE_MOST)
		bank_error(file, 0, "ファイル",
		    "ファイルが16MBを超えています。分けて受け取ってください。");
	else if (n >= 4 && p[0] == 0xf1)
		bank_error(file, 1, "コード区分",
		    "EBCDICのファイルは読めません。JIS（コード区分0）で受け取り直してください。");
	else if (n >= 4 && p[0] == '1' && p[1] == '0')
		bank_fixed_read(p, n, today, file);
	else
		bank_csv_read(p, n, account, today, file);
}

bool
bank_file_read(const void *bytes, size_t n, const char *account, struct day today,
    struct bank_file *out, struct fault *fault)
{
	*out = (struct bank_file){ 0 };
	read_any(bytes, n, account, today, out);
	if (out->error_count == 0 && ordinals(out))
		return true;
	free(out->line);
	out->line = NULL;
	out->count = 0;
	return fault_set(fault, FAULT_INPUT, "%s", out->error[0].say);
}
