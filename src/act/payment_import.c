#include "act/payment_import.h"

#include <stdio.h>
#include <string.h>

#include "act/outside.h"
#include "store/bank_row.h"
#include "vault/code.h"
#include "vault/seal.h"

const struct refusal PAYMENT_ACCOUNT = { "account-unknown", FAULT_INPUT, "R-6.5" };

enum { SEALED_PAYER = BANK_PAYER + 256 };

/* One of "A, B, C"? next moves behind it. False: the list has ended. */
static bool
account_next(const char **list, char out[BANK_ACCOUNT])
{
	*list += strspn(*list, ", \t");
	size_t n = strcspn(*list, ", \t");
	snprintf(out, BANK_ACCOUNT, "%.*s", (int)(n < BANK_ACCOUNT ? n : 0), *list);
	*list += n;
	return n > 0;
}

static bool
account_named(const char *list, const char *account)
{
	char one[BANK_ACCOUNT];
	while (account_next(&list, one))
		if (one[0] != '\0' && strcmp(one, account) == 0)
			return true;
	return false;
}

/* Whose a CSV is, which says nothing of it: the one asked for, or the only one there is. */
static void
account_of_table(const char *list, const char *asked, char out[BANK_ACCOUNT])
{
	char second[BANK_ACCOUNT];
	out[0] = '\0';
	if (asked != NULL)
		snprintf(out, BANK_ACCOUNT, "%s", asked);
	else if (!account_next(&list, out) || account_next(&list, second))
		out[0] = '\0';
}

static bool
accounts_good(
    const char *list, const char *asked, const struct bank_file *file, struct fault *fault)
{
	for (size_t i = 0; i < file->count; i++) {
		const char *account = file->line[i].account;
		if (account[0] == '\0')
			return fault_field(fault, FAULT_USAGE, "--account",
			    "この表には口座番号がありません。"
			    "どの口座の明細かを --account で指定してください。");
		if (asked != NULL && strcmp(asked, account) != 0)
			return fault_refuse(fault, &PAYMENT_ACCOUNT, "account",
			    "指定の口座 %s ではなく、口座 %s の明細です。"
			    "ファイルか口座を確かめてください。",
			    asked, account);
		if (!account_named(list, account))
			return fault_refuse(fault, &PAYMENT_ACCOUNT, "account",
			    "口座 %s は akashi.conf の accounts にありません。"
			    "当方の口座の明細かを確かめてください。",
			    account);
	}
	return true;
}

struct booking {
	struct service *service;
	const struct bank_file *file;
	struct event_row event;
	struct payment_imported *out;
};

static bool
line_book(struct booking *b, struct tx *tx, const struct bank_line *l, struct fault *fault)
{
	uint8_t bytes[1024], sealed[SEALED_PAYER];
	struct sink key = SINK_INTO(bytes), payer = SINK_INTO(sealed);
	struct bank_row row = { .amount = l->amount, .imported_at = b->service->now.sec };
	bool known, inserted;
	bank_line_key(l, &key);
	index_digest(b->service->index_key, "bank-line", key.at, key.len, row.digest);
	if (!bank_known(tx, row.digest, &known, fault))
		return false;
	if (known)
		return true;
	seal_put("bank-line", b->service->accounting_public, l->payer, strlen(l->payer), &payer);
	if (key.full || payer.full)
		return fault_set(fault, FAULT_BUG, "入金の記録が大きすぎます。");
	snprintf(row.account, sizeof(row.account), "%s", l->account);
	snprintf(row.entry, sizeof(row.entry), "%s", bank_entry_name(l->entry));
	day_print(row.booked, l->booked);
	row.remaining = l->entry == BANK_DEPOSIT ? l->amount : 0;
	row.payer = (struct blob){ payer.at, payer.len };
	if (!tx_next(tx, "bank_line", &row.id, fault) ||
	    !tx_insert(tx, &BANK_TABLE, &row, &inserted, fault))
		return false;
	b->out->added++;
	b->out->deposits += row.remaining;
	return inserted || fault_set(fault, FAULT_BUG, "入金の番号が重なりました。");
}

static bool
file_book(struct tx *tx, void *context, struct fault *fault)
{
	struct booking *b = context;
	b->out->added = b->out->deposits = 0;
	for (size_t i = 0; i < b->file->count; i++)
		if (!line_book(b, tx, &b->file->line[i], fault))
			return false;
	b->out->known = b->out->lines - b->out->added;
	if (b->out->added == 0)
		return true; /* nothing happened: nothing to record */
	snprintf(b->event.detail, sizeof(b->event.detail),
	    "format=%s lines=%lld new=%lld deposits=%lld", bank_format_name(b->file->format),
	    (long long)b->out->lines, (long long)b->out->added, (long long)b->out->deposits);
	return service_event_add(tx, &b->event, fault);
}

static void
errors_keep(const struct bank_file *file, struct payment_imported *out)
{
	size_t n = file->error_count < BANK_ERRORS ? file->error_count : BANK_ERRORS;
	memcpy(out->error, file->error, n * sizeof(out->error[0]));
	out->error_count = n;
}

bool
payment_import(struct service *s, const void *bytes, size_t n, const char *account,
    struct payment_imported *out, struct fault *fault)
{
	char table[BANK_ACCOUNT];
	struct bank_file file;
	struct booking b = { .service = s, .file = &file, .out = out };
	*out = (struct payment_imported){ 0 };
	account_of_table(s->conf.accounts, account, table);
	if (!outside_bank(bytes, n, table, s->today, &file, fault)) {
		errors_keep(&file, out);
		bank_file_free(&file);
		return false;
	}
	out->format = file.format;
	out->lines = (int64_t)file.count;
	service_event(s, "payments-imported", 0, &b.event);
	bool good = accounts_good(s->conf.accounts, account, &file, fault) &&
		    store_write(s->store, b.event.act_id, file_book, &b, fault);
	bank_file_free(&file);
	return good;
}
