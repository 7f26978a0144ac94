#include "exchange/bank_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/text.h"
#include "exchange/bank_fixed.h"

static const char *const FORMAT[] = { "zengin-03", "zengin-01a", "zengin-01b", "csv" };

static const char *const ENTRY[] = { "deposit", "withdrawal", "correction", "cancelled" };
_Static_assert(COUNT(ENTRY) == BANK_ENTRIES, "every entry needs its word");

const char *
bank_entry_name(enum bank_entry e)
{
	return ENTRY[e];
}

const char *
bank_format_name(enum bank_format f)
{
	return FORMAT[f];
}

void
bank_error(struct bank_file *file, int record, const char *field, const char *say, ...)
{
	va_list ap;
	if (file->error_count++ >= BANK_ERRORS)
		return;
	struct bank_error *e = &file->error[file->error_count - 1];
	*e = (struct bank_error){ .record = record, .field = field };
	va_start(ap, say);
	vsnprintf(e->say, sizeof(e->say), say, ap);
	text_clean(e->say);
	va_end(ap);
}

bool
bank_line_add(struct bank_file *file, const struct bank_line *line)
{
	if (file->count == BANK_LINES_MOST)
		return false;
	if ((file->count & (file->count - 1)) == 0) { /* a power of two: room for as many again */
		size_t cap = file->count == 0 ? 1 : file->count * 2;
		struct bank_line *more = reallocarray(file->line, cap, sizeof(*more));
		if (more == NULL)
			return false;
		file->line = more;
	}
	file->line[file->count++] = *line;
	return true;
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

/* The payer by which lines are the same: two spellings of one name are one payer. */
static const char *
line_payer(const struct bank_line *line)
{
	return line->folded[0] != '\0' ? line->folded : line->payer;
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
	return c != 0 ? c : strcmp(line_payer(x), line_payer(y));
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
	return fault_field(fault, FAULT_INPUT, out->error[0].field, "%s", out->error[0].say);
}

void
bank_file_free(struct bank_file *file)
{
	free(file->line);
	*file = (struct bank_file){ 0 };
}

void
bank_line_key(const struct bank_line *line, struct sink *out)
{
	char day[DAY_TEXT];
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, line->account);
	der_put_utf8(out, day_print(day, line->booked));
	der_put_int(out, line->amount);
	der_put_utf8(out, line->number);
	der_put_utf8(out, line_payer(line));
	der_put_enum(out, line->entry);
	der_put_int(out, line->ordinal);
	der_end(out, all);
}
