/*
 * rules/policy.h - every rule that is data, as read from policy/ (exchange/policy_file.h).
 *
 * The shape (kinds, series, bases, units) is C; every figure, price, text and list is a row with
 * its clause and the day it is valid from. A row is in force from `from` until a later row of the
 * same code begins. All strings belong to the policy. Pure data: no clock, no file here.
 */
#ifndef AKASHI_RULES_POLICY_H
#define AKASHI_RULES_POLICY_H

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

/* What a paper's age is counted from [the D table of the requirements]. */
enum paper_base {
	BASE_ISSUE,
	BASE_STAMP,
	BASE_ACCEPTANCE,
	BASE_APPROVAL,
	BASE_FORM,
	BASE_TRANSFER,
	BASES
};
enum paper_form { FORM_ORIGINAL, FORM_COPY, FORM_EITHER, FORMS };
extern const char *const PAPER_BASE_NAMES[BASES]; /* "issue" ... */
extern const char *const PAPER_FORM_NAMES[FORMS]; /* "original" "copy" "either" */

struct paper_kind {
	const char *code; /* D-02 */
	const char *name_ja, *name_en;
	int months; /* age limit to arrival, counted as a window; 0: none */
	enum paper_base base;
	enum paper_form form; /* what is accepted */
	enum paper_form send; /* what the checklist asks for */
	bool submitted; /* due: receipt stamp, or the e-Tax notice */
	bool shared; /* one set serves colleagues in the same envelope */
	bool shows_representative; /* must name the representative */
	const char *clause;
	struct day from;
};

/* When a slot of papers is due. */
enum slot_when {
	SLOT_ALWAYS,
	SLOT_FORMER_NAME,
	SLOT_DELEGATE,
	SLOT_BY_POST,
	SLOT_MANDATE,
	SLOT_NO_MANDATE,
	SLOT_IN_PERSON,
	SLOT_WHENS
};

struct slot {
	const char *code; /* seal, residence, business-proof ... */
	unsigned kinds; /* 1u << KIND_... */
	enum slot_when when;
	bool judged; /* false: taken as arrived, or soft (D-01, D-05) */
	const char **papers; /* any one of these codes fills it */
	size_t paper_count;
	const char *missing; /* deficiency code: "D-02:missing", "proof:missing" */
	const char *message; /* message code, or NULL */
	const char *clause;
	struct day from;
};

/* A question the screening clerk answers. */
struct check {
	const char *code, *ja, *en;
	unsigned kinds;
	enum slot_when when;
	const char *clause;
	struct day from;
};

/* K-1 ... K-22. A clock may have several figures (reminders). */
enum clock_unit { UNIT_DAYS, UNIT_MONTHS, UNIT_BUSINESS_DAYS, UNIT_HOURS, UNIT_DAYS_BEFORE, UNITS };
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

/* Where a field of an application stands in a certificate. */
enum profile_place {
	PLACE_SUBJECT,
	PLACE_SUBSCRIBER, /* directory name 1 of the subject's alternative names */
	PLACE_MANDATOR, /* directory name 2 */
	PLACES
};
enum profile_scope { SCOPE_OUTSIDE, SCOPE_SIGNATURE, SCOPE_MANDATE, SCOPES }; /* */
struct profile_field {
	const char *profile; /* code of its profile */
	const char *field; /* of the application; or country, serial-number */
	enum profile_place place;
	const char *oid; /* 2.5.4.3 */
	bool printable; /* PrintableString instead of UTF8String */
	int limit; /* characters */
	bool required;
	const char *ja, *en;
	enum profile_scope scope;
	const char *clause;
};
struct profile {
	const char *code;
	enum kind kind;
	bool mandate;
	const char *policy_oid, *cps_uri, *crl_uri;
	int key_bits;
	const char *clause;
	struct day from;
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
const char *policy_setting(const struct policy *, const char *name, struct day);
long policy_number(const struct policy *, const char *name, struct day); /* 0: no such setting */
const struct word_list *policy_list(const struct policy *, const char *name);
const struct profile *policy_profile(const struct policy *, const char *code, struct day);
bool word_list_has(const struct word_list *, const char *);

/* The profile of a kind, with or without a mandate. */
const struct profile *policy_profile_of(const struct policy *, enum kind, bool mandate, struct day);

/* yen with tax: rounded down, once. */
int64_t fee_gross(int64_t price, int percent);

#endif
