#include "act/payment_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/outside.h"
#include "base/array.h"
#include "store/bank_row.h"
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
	int64_t *known; /* per line of the file: the line it is; 0: a new one */
};

/* What takes a deposit back is "cancelled" in a notice and a correction in a statement. */
static bool
line_known(struct booking *b, struct tx *tx, const struct bank_line *l, uint8_t digest[32],
    int64_t *known, struct fault *fault)
{
	const enum bank_entry other = l->entry == BANK_CANCELLED ? BANK_CORRECTION : BANK_CANCELLED;
	uint8_t others[32];
	int64_t id, elsewhere = 0;
	if (!payment_line_digest(b->service, l, l->entry, l->ordinal, digest, fault) ||
	    !bank_known(tx, digest, &id, fault))
		return false;
	if (l->takes_back &&
	    (!payment_line_digest(b->service, l, other, l->ordinal, others, fault) ||
		!bank_known(tx, others, &elsewhere, fault)))
		return false;
	*known = id != 0 ? id : elsewhere;
	return true;
}

static bool
reversal_add(
    struct payment_imported *out, const struct bank_row *row, size_t at, struct fault *fault)
{
	if (!ARRAY_ROOM(out->reversal, out->reversals, out->room, fault))
		return false;
	struct payment_reversal *r = &out->reversal[out->reversals++];
	*r = (struct payment_reversal){ .line = row->id, .amount = row->amount, .at = at };
	memcpy(r->booked, row->booked, sizeof(r->booked));
	return true;
}

static bool
line_book(struct booking *b, struct tx *tx, const struct bank_line *l, struct fault *fault)
{
	uint8_t sealed[SEALED_PAYER];
	struct sink payer = SINK_INTO(sealed);
	struct bank_row row = { .amount = l->amount, .imported_at = b->service->now.sec };
	int64_t *known = &b->known[l - b->file->line];
	bool inserted;
	if (!line_known(b, tx, l, row.digest, known, fault))
		return false;
	if (*known != 0)
		return true;
	seal_put("bank-line", b->service->accounting_public, l->payer, strlen(l->payer), &payer);
	if (payer.full)
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
	if (!inserted)
		return fault_set(fault, FAULT_BUG, "入金の番号が重なりました。");
	return !l->takes_back || reversal_add(b->out, &row, (size_t)(l - b->file->line), fault);
}

static bool
same_day(const struct bank_line *a, const struct bank_line *b)
{
	return strcmp(a->account, b->account) == 0 && day_cmp(a->booked, b->booked) == 0;
}

/* One new line of each account and day of which the file brings any: places in the file. */
static bool
days_find(const struct booking *b, size_t **days, size_t *count, struct fault *fault)
{
	const struct bank_line *l = b->file->line;
	size_t room = 0;
	for (size_t i = 0; i < b->file->count; i++) {
		bool there = b->known[i] != 0;
		for (size_t k = *count; k-- > 0 && !there;)
			there = same_day(&l[(*days)[k]], &l[i]);
		if (there)
			continue;
		if (!ARRAY_ROOM(*days, *count, room, fault))
			return false;
		(*days)[(*count)++] = i;
	}
	return true;
}

/*
 * A file of the rest of a day may hold a second transfer equal to one of the morning's, and nothing
 * in it says so: the bank's inquiry numbers may be missing or count per file. It is told.
 */
static bool
repeats_find(struct booking *b, const size_t *days, size_t count, struct fault *fault)
{
	const struct bank_line *l = b->file->line;
	struct payment_imported *out = b->out;
	for (size_t i = 0; i < b->file->count; i++) {
		bool told = false;
		for (size_t k = 0; k < count && b->known[i] != 0 && !told; k++)
			told = same_day(&l[days[k]], &l[i]);
		if (!told)
			continue;
		if (!ARRAY_ROOM(out->repeat, out->repeats, out->repeat_room, fault))
			return false;
		struct payment_repeat *r = &out->repeat[out->repeats++];
		*r = (struct payment_repeat){ .line = b->known[i], .amount = l[i].amount };
		day_print(r->booked, l[i].booked);
	}
	return true;
}

static bool
repeats_tell(struct booking *b, struct fault *fault)
{
	size_t *days = NULL, count = 0;
	bool good = days_find(b, &days, &count, fault) && repeats_find(b, days, count, fault);
	free(days);
	return good;
}

static bool
file_book(struct tx *tx, void *context, struct fault *fault)
{
	struct booking *b = context;
	b->out->added = b->out->deposits = 0;
	b->out->reversals = b->out->repeats = 0;
	for (size_t i = 0; i < b->file->count; i++)
		if (!line_book(b, tx, &b->file->line[i], fault))
			return false;
	for (size_t i = 0; i < b->out->reversals; i++) { /* behind them: in any order in the file */
		struct payment_reversal *r = &b->out->reversal[i];
		if (!payment_reverse(tx, b->service, &b->file->line[r->at], r, fault))
			return false;
	}
	b->out->known = b->out->lines - b->out->added;
	if (b->out->added == 0)
		return true; /* nothing happened: nothing to record */
	snprintf(b->event.detail, sizeof(b->event.detail),
	    "format=%s lines=%lld new=%lld deposits=%lld", bank_format_name(b->file->format),
	    (long long)b->out->lines, (long long)b->out->added, (long long)b->out->deposits);
	return repeats_tell(b, fault) && service_event_add(tx, &b->event, fault);
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
	b.known = calloc(file.count + 1, sizeof(*b.known));
	bool good = (b.known != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。")) &&
		    accounts_good(s->conf.accounts, account, &file, fault) &&
		    store_write(s->store, b.event.act_id, file_book, &b, fault);
	bank_file_free(&file);
	free(b.known);
	if (!good)
		payment_imported_free(out);
	return good;
}

void
payment_imported_free(struct payment_imported *im)
{
	free(im->reversal);
	im->reversal = NULL;
	im->reversals = im->room = 0;
	free(im->repeat);
	im->repeat = NULL;
	im->repeats = im->repeat_room = 0;
}
