#include "exchange/bank_file.h"

#include <stdlib.h>

#include "base/der.h"
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

/* The payer by which lines are the same: two spellings of one name are one payer. */
const char *
bank_line_payer(const struct bank_line *line)
{
	return line->folded[0] != '\0' ? line->folded : line->payer;
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
	der_put_utf8(out, bank_line_payer(line));
	der_put_enum(out, line->entry);
	der_put_int(out, line->ordinal);
	der_end(out, all);
}

void
bank_line_pack(const struct bank_line *l, struct sink *out)
{
	char day[DAY_TEXT];
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_int(out, l->record);
	der_put_utf8(out, l->account);
	der_put_utf8(out, day_print(day, l->booked));
	der_put_int(out, l->amount);
	der_put_enum(out, l->entry);
	der_put_int(out, l->ordinal);
	der_put_utf8(out, l->payer);
	der_put_utf8(out, l->folded);
	der_put_utf8(out, l->number);
	der_end(out, all);
}

bool
bank_line_unpack(struct der d, struct bank_line *l)
{
	struct der all;
	char day[DAY_TEXT];
	int64_t record, entry, ordinal;
	*l = (struct bank_line){ 0 };
	if (!der_take(&d, DER_SEQUENCE, &all) || !der_done(&d) || !der_take_int(&all, &record) ||
	    !der_take_utf8(&all, l->account, sizeof(l->account)) ||
	    !der_take_utf8(&all, day, sizeof(day)) || !day_read(day, &l->booked) ||
	    !der_take_int(&all, &l->amount) || l->amount <= 0 || !der_take_enum(&all, &entry) ||
	    entry < 0 || entry >= BANK_ENTRIES || !der_take_int(&all, &ordinal) || ordinal < 0 ||
	    ordinal > BANK_LINES_MOST || !der_take_utf8(&all, l->payer, sizeof(l->payer)) ||
	    !der_take_utf8(&all, l->folded, sizeof(l->folded)) ||
	    !der_take_utf8(&all, l->number, sizeof(l->number)) || !der_done(&all))
		return false;
	l->record = (int)record;
	l->entry = (enum bank_entry)entry;
	l->ordinal = (int)ordinal;
	return true;
}

void
bank_error_pack(const struct bank_error *e, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_int(out, e->record);
	der_put_utf8(out, e->field);
	der_put_utf8(out, e->say);
	der_end(out, all);
}

bool
bank_error_unpack(struct der d, struct bank_error *e)
{
	struct der all;
	int64_t record;
	if (!der_take(&d, DER_SEQUENCE, &all) || !der_done(&d) || !der_take_int(&all, &record) ||
	    !der_take_utf8(&all, e->field, sizeof(e->field)) ||
	    !der_take_utf8(&all, e->say, sizeof(e->say)) || !der_done(&all))
		return false;
	e->record = (int)record;
	return true;
}
