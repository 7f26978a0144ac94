/* exchange/policy_row.h - the keys of each kind of row, as tables; used by policy_file only. */
#ifndef AKASHI_EXCHANGE_POLICY_ROW_H
#define AKASHI_EXCHANGE_POLICY_ROW_H

#include "base/sink.h"
#include "rules/policy.h"

enum key_type {
	KEY_TEXT,
	KEY_TEXTS, /* const char ** and a size_t */
	KEY_INT,
	KEY_INT64,
	KEY_INTS, /* int[10] and a size_t */
	KEY_BOOL, /* yes, no */
	KEY_WORD, /* one of words[]: an enum */
	KEY_WORDS, /* some of words[]: a set of bits */
	KEY_DAY,
	KEY_CHARACTER /* uint32_t: exactly one */
};

struct key {
	const char *name;
	enum key_type type;
	bool optional;
	size_t at, count_at; /* places in the row */
	const char *const *words;
	int word_count;
	int64_t least, most; /* of numbers */
};

struct table {
	const char *file;
	const struct key *key;
	size_t key_count;
	size_t row_size;
	size_t rows_at, count_at; /* in struct policy */
	size_t code_at; /* the row's code, two of which must not begin on one day; SIZE_MAX: none */
	size_t from_at;
	/* what else must hold of a row, with a sentence where it does not; or NULL */
	bool (*right)(const void *row, const struct policy *, struct sink *say);
};
extern const struct table POLICY_TABLES[];

#endif
