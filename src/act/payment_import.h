/*
 * act/payment_import.h - a bank's statement becomes lines of money (docs/flows.md, Payment).
 *
 * The whole file is read, its counts and sums hold, and every account is one of akashi.conf's,
 * before anything is booked; then all of it in one transaction with its event. The same account in
 * another format, or again, adds nothing. Never matches, never confirms.
 */
#ifndef AKASHI_ACT_PAYMENT_IMPORT_H
#define AKASHI_ACT_PAYMENT_IMPORT_H

#include "act/service.h"
#include "exchange/bank_file.h"

extern const struct refusal PAYMENT_ACCOUNT; /* an account akashi.conf does not name */

struct payment_imported {
	enum bank_format format;
	int64_t lines, added, known; /* lines = added + known */
	int64_t deposits; /* yen of the deposits among the added */
	struct bank_error error[BANK_ERRORS]; /* why the file was refused as a whole */
	size_t error_count; /* kept ones */
};

/* account: whose a CSV is; NULL: akashi.conf's only one. out's errors are written on refusal. */
bool payment_import(struct service *, const void *, size_t, const char *account,
    struct payment_imported *out, struct fault *) MUST_USE;

#endif
