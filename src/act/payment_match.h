/*
 * act/payment_match.h - which deposit may be whose, as accounting sees it: proposals only.
 *
 * Opens the payer cards of unpaid dossiers and the payers of lines with something remaining, with
 * the accounting key, in memory only. Never books; never opens an application. The book holds
 * names: payment_book_free wipes them.
 */
#ifndef AKASHI_ACT_PAYMENT_MATCH_H
#define AKASHI_ACT_PAYMENT_MATCH_H

#include "act/service.h"
#include "exchange/bank_file.h"
#include "rules/match.h"

enum { PAYMENT_REF = 4 * 64 + 1 }; /* 64 characters; once they were of any kind */
/* A transfer for a dossier that is paid already: beside the words of rules/match. */
#define PAYMENT_DOUBLE "double"
#define PAYMENT_CLOSED "closed" /* for one that was withdrawn, refused or came too late */

struct payment_candidate {
	int64_t dossier, difference; /* what remains of the line, less what is owed */
	char ref[PAYMENT_REF]; /* of the import file; of one without a card its eight digits */
	const char *reason; /* static */
	bool proposed; /* false: nothing is owed there */
	size_t line; /* its place in the book */
};
struct payment_line {
	int64_t line, amount, remaining;
	char booked[16], account[BANK_ACCOUNT];
	char payer[BANK_PAYER]; /* as it came */
	char folded[PAYER_TEXT], number[12];
	size_t first, count; /* of its candidates */
};
struct payment_case {
	int64_t dossier, due, received;
	char ref[PAYMENT_REF], reference[REFERENCE_TEXT];
	char payer[PAYER_TEXT]; /* folded */
	enum outcome outcome;
	char product[16]; /* what its price is found by */
	int64_t created_at, issued_at;
	uint8_t policy[32];
};
struct payment_book {
	struct payment_line *line;
	struct payment_case *kase;
	struct payment_candidate *candidate; /* those of one line together */
	size_t line_count, case_count, candidate_count;
};

/* The caller frees *out. Lines and cases are in order of their numbers. */
bool payment_match(struct service *, struct payment_book **out, struct fault *) MUST_USE;
void payment_book_free(struct payment_book *);
static inline void
payment_book_drop(struct payment_book **b)
{
	payment_book_free(*b);
}

#endif
