/* exchange/bank_fixed.h - the fixed-length records; used by bank_file only. */
#ifndef AKASHI_EXCHANGE_BANK_FIXED_H
#define AKASHI_EXCHANGE_BANK_FIXED_H

#include "exchange/bank_file.h"

/* Shared with the CSV reader. */
void bank_error(struct bank_file *, int record, const char *field, const char *say, ...)
    PRINTF(4, 5);
/* The payer by which lines are the same. */
const char *bank_line_payer(const struct bank_line *);
/* YYMMDD of an era without its letter: the reading nearest to today. */
bool bank_era_day(const char *six, struct day today, struct day *) MUST_USE;
void bank_payer_put(struct bank_line *, const void *cp932, size_t n, struct bank_file *);

/* Reads all records; errors go into the file. */
void bank_fixed_read(const uint8_t *, size_t, struct day today, struct bank_file *);
void bank_csv_read(
    const uint8_t *, size_t, const char *account, struct day today, struct bank_file *);

#endif
