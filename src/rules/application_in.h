/*
 * rules/application_in.h - what the parts of the check share; included by rules/application*.c alone.
 */
#ifndef AKASHI_RULES_APPLICATION_IN_H
#define AKASHI_RULES_APPLICATION_IN_H

#include "rules/application.h"

enum shape {
	SHAPE_TEXT, /* recordable characters */
	SHAPE_ADDRESS, /* the same; half-width kana widened */
	SHAPE_HOME, /* an address in Japan: begins with a prefecture */
	SHAPE_PERSON, /* a person's name: no company */
	SHAPE_TRADE, /* a trade name: no corporation's */
	SHAPE_KANA,
	SHAPE_ROMAN,
	SHAPE_ASCII,
	SHAPE_REF, /* the same: a number of whoever sends the file, not of a person */
	SHAPE_DAY,
	SHAPE_BIRTH,
	SHAPE_STAY,
	SHAPE_POSTCODE,
	SHAPE_PHONE,
	SHAPE_EMAIL,
	SHAPE_CORPORATE,
	SHAPE_DIGITS8,
	SHAPE_WORD, /* one of the row's words */
	SHAPE_PRODUCT,
	SHAPE_KIND,
	SHAPE_PHOTO,
	SHAPE_NATION,
	SHAPE_PAYER /* a name as banks write it */
};

/* A column: who must fill it, who may, how long it may be [requirements 0.2]. */
struct application_row {
	const char *label;
	enum shape shape;
	unsigned must, may; /* sets of kinds */
	size_t limit; /* characters */
	const char *words, *clause;
};
extern const struct application_row APPLICATION_ROW[A_FIELDS];

/* One application on its way through the check. */
struct walk {
	const struct policy *policy;
	struct day today;
	struct findings *findings;
	char *text[A_FIELDS]; /* as it will be stored */
	bool bad[A_FIELDS];
	const struct product *product;
	enum kind kind;
	bool kind_known;
};

/* A text of policy/ where the code is a message, with {A} and {B}; else `say`. */
void walk_find(struct walk *, enum application_field, const char *code, const char *say,
    const char *a, const char *b);
/* What the column's shape demands: another width, recordable characters, its own rule. */
void walk_shape(struct walk *, enum application_field);

#endif
