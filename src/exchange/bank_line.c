#include "exchange/bank_file.h"

#include <stdlib.h>

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

/* Its place in the file stays with the reader, whose errors tell it. */
static const struct record_field LINE[] = {
	RECORD(bank_line, account, TEXT),
	RECORD(bank_line, booked, DAY),
	RECORD(bank_line, amount, INT),
	RECORD_OF(bank_line, entry, BANK_ENTRIES),
	RECORD(bank_line, takes_back, BOOL),
	RECORD(bank_line, ordinal, INT),
	RECORD(bank_line, payer, TEXT),
	RECORD(bank_line, folded, TEXT),
	RECORD(bank_line, number, TEXT),
};

void
bank_line_pack(const struct bank_line *l, struct sink *out)
{
	record_pack(LINE, COUNT(LINE), l, out);
}

bool
bank_line_unpack(struct der d, struct bank_line *l)
{
	*l = (struct bank_line){ 0 };
	return record_unpack(LINE, COUNT(LINE), d, l) && day_exists(l->booked) && l->amount > 0 &&
	       l->ordinal >= 0 && l->ordinal <= BANK_LINES_MOST;
}

static const struct record_field ERROR[] = {
	RECORD(bank_error, field, TEXT),
	RECORD(bank_error, say, TEXT),
};
RECORD_PAIR(bank_error, unpack, ERROR)
