/*
 * rules/policy.h - every rule that is data, as read from policy/ (exchange/policy_file.h).
 *
 * The shape (kinds, series, bases, units) is C; every figure, price, text and list is a row with
 * its clause and the day it is valid from. A row is in force from `from` until a later row of the
 * same code begins. All strings belong to the policy. Pure data: no clock, no file here.
 */
#ifndef AKASHI_RULES_POLICY_H
#define AKASHI_RULES_POLICY_H

#include "rules/paper_kind.h"
#include "rules/product.h"
#include "rules/profile.h"

/* K-1 ... K-22. A clock may have several figures (reminders). */
enum clock_unit {
	UNIT_DAYS,
	UNIT_MONTHS,
	UNIT_BUSINESS_DAYS,
	UNIT_HOURS,
	UNIT_DAYS_BEFORE,
	UNIT_TERM, /* months, the first day counted */
	UNITS
};
struct clock {
	const char *code; /* K-11 */
	const char *name; /* chase */
	const char *name_ja, *name_en;
	enum clock_unit unit;
	int figures[10];
	size_t figure_count;
	const char *clause;
	struct day from;
};

struct ground {
	const char *code; /* 10-1-2, 11-3 */
	const char *text_ja, *text_en;
	int reason; /* CRLReason 1..10 without 7 [RFC5280 5.3.1]; 0: none is written */
	int officers; /* 2, or 1 where the second confirms later */
	const char *clause;
	struct day from;
};

struct holiday {
	struct day day;
	const char *name;
};

struct text {
	const char *code; /* M-101 */
	const char *ja, *en; /* {A} ... are values */
	const char *clause;
	struct day from;
};

/* What a kind of mail says (rules/mail.h). */
struct mail_text {
	const char *code; /* the kind */
	const char *subject_ja, *subject_en, *ja, *en;
	const char *clause;
	struct day from;
};

struct setting {
	const char *name, *value; /* key_search = ours, vend_rule = civil143 ... */
	const char *clause;
	struct day from;
};

/* A list of words: corporate-words, photo-ids, prefectures, titles ... */
struct word_list {
	const char *name;
	const char **words;
	size_t count;
	const char *clause;
};

/* A character that cannot be recorded and what is proposed for it [M-104]. */
struct replacement {
	uint32_t character;
	const char *proposal;
};

struct policy {
	uint8_t digest[32]; /* over the files; set by the act that read them */
	struct product *products;
	size_t product_count;
	struct tax_rate *rates;
	size_t rate_count;
	struct paper_kind *papers;
	size_t paper_count;
	struct slot *slots;
	size_t slot_count;
	struct check *checks;
	size_t check_count;
	struct clock *clocks;
	size_t clock_count;
	struct ground *grounds;
	size_t ground_count;
	struct holiday *holidays;
	size_t holiday_count;
	struct text *texts;
	size_t text_count;
	struct mail_text *mails;
	size_t mail_count;
	struct setting *settings;
	size_t setting_count;
	struct word_list *lists;
	size_t list_count;
	struct replacement *replacements;
	size_t replacement_count;
	struct profile *profiles;
	size_t profile_count;
	struct profile_field *fields;
	size_t field_count;
	struct day holidays_until; /* a day past this is an error, not a guess */
	struct policy_block *memory; /* owned by exchange/policy_file */
};

/* The row in force on that day; NULL: none. */
const struct product *policy_product(const struct policy *, const char *code, struct day);
const struct tax_rate *policy_tax(const struct policy *, struct day);
const struct paper_kind *policy_paper(const struct policy *, const char *code, struct day);
const struct clock *policy_clock(const struct policy *, const char *code, struct day);
const struct ground *policy_ground(const struct policy *, const char *code, struct day);
const struct text *policy_text(const struct policy *, const char *code, struct day);
const struct mail_text *policy_mail(const struct policy *, const char *code, struct day);
const char *policy_setting(const struct policy *, const char *name, struct day);
/* The same to be printed: "" where there is none. */
const char *policy_setting_text(const struct policy *, const char *name, struct day);
long policy_number(const struct policy *, const char *name, struct day); /* 0: no such setting */
const struct word_list *policy_list(const struct policy *, const char *name);
const struct profile *policy_profile(const struct policy *, const char *code, struct day);
bool word_list_has(const struct word_list *, const char *);

/* The profile of a kind, with or without a mandate. */
const struct profile *policy_profile_of(const struct policy *, enum kind, bool mandate, struct day);

#endif
