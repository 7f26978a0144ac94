/*
 * rules/product.h - who may have what for how much: kinds of applicant, products, tax. Rows of policy/.
 */
#ifndef AKASHI_RULES_PRODUCT_H
#define AKASHI_RULES_PRODUCT_H

#include "base/day.h"
#include "base/fault.h"

/* Who applies (column `kind` of the import file). */
enum kind {
	KIND_INDIVIDUAL_BASIC,
	KIND_INDIVIDUAL,
	KIND_SOLE_PROPRIETOR,
	KIND_REPRESENTATIVE,
	KIND_EMPLOYEE,
	KIND_GYOSEISHOSHI,
	KINDS
};
extern const char *const KIND_NAMES[KINDS]; /* "individual-basic" ... */
bool kind_read(const char *, enum kind *) MUST_USE;

enum series { SERIES_DOWNLOAD, SERIES_CDR, SERIES_COUNT };

struct product {
	const char *code; /* DL-B2 */
	const char *name_ja, *name_en;
	int years; /* 2 or 3 */
	enum series series;
	unsigned kinds; /* 1u << KIND_...: who may have it */
	bool mandate; /* carries 代理権内容 */
	int64_t price; /* yen, without tax */
	const char *clause;
	struct day from;
};

struct tax_rate {
	int percent;
	const char *clause;
	struct day from;
};

/* yen with tax: rounded down, once. */
int64_t fee_gross(int64_t price, int percent);

#endif
