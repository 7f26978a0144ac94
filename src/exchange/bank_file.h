/*
 * exchange/bank_file.h - deposits from the files banks give: two fixed-length kinds and one CSV.
 *
 * All or nothing: counts and sums of every trailer (or the running balance of a CSV) must agree
 * before a single line is given out. Refused by name: EBCDIC, time deposits, other kinds. Never
 * books, matches or stores; never guesses an amount. bank_file_read runs in akashi-reader alone;
 * what it finds goes over line by line.
 */
#ifndef AKASHI_EXCHANGE_BANK_FILE_H
#define AKASHI_EXCHANGE_BANK_FILE_H

#include "base/fault.h"
#include "base/record.h"
#include "rules/payer.h"

enum { BANK_FILE_MOST = 16 << 20, BANK_LINES_MOST = 100000, BANK_PAYER = 192, BANK_ERRORS = 32 };

/* "9999-123-1234567": bank, branch, number without leading zeros. */
enum { BANK_ACCOUNT = 32 };

enum bank_entry { BANK_DEPOSIT, BANK_WITHDRAWAL, BANK_CORRECTION, BANK_CANCELLED, BANK_ENTRIES };
const char *bank_entry_name(enum bank_entry); /* as in the store: "deposit" */

struct bank_line {
	int record; /* its place in the file, from 1; the reader alone knows it */
	char account[BANK_ACCOUNT];
	struct day booked;
	int64_t amount; /* yen, > 0 */
	enum bank_entry entry;
	bool takes_back; /* money goes out again: an equal deposit is undone */
	int64_t ordinal; /* among equal ones (payers folded) of this file, from 0 */
	char payer[BANK_PAYER]; /* UTF-8 as it came, without trailing spaces */
	char folded[PAYER_TEXT], number[12]; /* rules/payer; "" where it cannot be folded */
};

enum bank_format { BANK_ZENGIN_03, BANK_ZENGIN_01A, BANK_ZENGIN_01B, BANK_CSV };
const char *bank_format_name(enum bank_format);

struct bank_error {
	int record; /* the reader alone knows it */
	char field[64];
	char say[256];
};

struct bank_file {
	enum bank_format format;
	struct bank_line *line; /* owned */
	size_t count;
	struct bank_error error[BANK_ERRORS];
	size_t error_count; /* of all that were found; the first BANK_ERRORS are kept */
};

/*
 * account: that of a CSV, which names none. today: era years without an era letter are read as the
 * year nearest to it. False: error[] says why (the first one in the fault too); no line is given.
 */
bool bank_file_read(const void *, size_t, const char *account, struct day today, struct bank_file *,
    struct fault *) MUST_USE;
void bank_file_free(struct bank_file *);

/*
 * What makes a line the same line in another format or a second file: account, day, amount, payer
 * folded, number before it, entry and place among equals. DER, to be digested under a key: it holds
 * a name.
 */
void bank_line_key(const struct bank_line *, struct sink *);

/* From the reader to whoever asked it; unpacking checks what books rest on. */
void bank_line_pack(const struct bank_line *, struct sink *);
bool bank_line_unpack(struct der, struct bank_line *) MUST_USE;
RECORD_DOOR(bank_error, unpack);
/* False: there are too many. */
bool bank_line_add(struct bank_file *, const struct bank_line *) MUST_USE;

#endif
